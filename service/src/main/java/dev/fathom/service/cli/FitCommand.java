package dev.fathom.service.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.fit.Draft;
import dev.fathom.json.SpecException;
import dev.fathom.spec.Spec;
import dev.fathom.text.Utf8;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a model of a table that nobody described. */
@Command(
    description = {
      "Trains a model of a table, without a spec.",
      "Finds kinds and task, writes the spec that it uses beside the table, trains, and compares "
          + "the result with a guess. If a service owns the data directory, it does so there."
    },
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} fit train.csv --target species"})
final class FitCommand implements Callable<Integer> {

  private static final Pattern TIME = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(s|m|h)?");

  @Parameters(paramLabel = "FILE", description = "Table with a header: CSV, JSON Lines, Parquet.")
  private Path file;

  @Option(names = "--target", paramLabel = "COLUMN", description = "What to tell from the others.")
  private String target;

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = "Rows to test the result on (default: a fifth of the table).")
  private Path test;

  @Option(
      names = "--time",
      paramLabel = "T",
      defaultValue = "60s",
      description = "Longest training, such as 90s, 10m or 1h (default: 60s).")
  private String time;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "classification or regression (default: what the target's values suggest).")
  private String task;

  @Option(
      names = "--missing-words",
      paramLabel = "W",
      split = ",",
      description = "Words that stand for a missing value, such as n/a, beside an empty one.")
  private List<String> missingWords = List.of();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the model (default: that of the file).")
  private String name;

  @Mixin private PlotOption plot;
  @Mixin private LocalOptions options;
  @picocli.CommandLine.Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    for (var each : Optional.ofNullable(test).map(t -> List.of(file, t)).orElse(List.of(file))) {
      if (!Files.isRegularFile(each)) {
        throw new CommandException("there is no file " + each);
      }
    }
    if (target == null) {
      throw new CommandException(
          "expected --target COLUMN, one of " + String.join(", ", Draft.columns(file)));
    }
    var config = options.config();
    var service = TrainingRun.service(config);
    var folder = file.toAbsolutePath().getParent();
    if (service.isEmpty() && test != null && !folder.equals(test.toAbsolutePath().getParent())) {
      throw new CommandException("expected --test in the folder of the table, " + folder);
    }
    var request = request(service.isPresent());
    var watcher = plot.watcher(request.name(), command.commandLine().getErr());
    var draft = draft(request);
    var text = draft.spec().toPrettyString() + "\n";
    var written = folder.resolve(request.name() + ".json");
    if (Files.exists(written) && !isOf(draft, written)) {
      throw new CommandException(
          "there is another " + written + " already: train that, or give this one a --name");
    }
    if (service.isPresent()) {
      upload(service.get(), request);
    }
    Files.writeString(written, text);
    draft.notes().forEach(out()::println);
    out().println("wrote " + shown(written));
    return new TrainingRun(config, out(), watcher).train(Spec.parse(text), folder, false);
  }

  /**
   * {@return what is asked for}
   *
   * @param uploaded whether a dataset gets the files, under names that it may have
   */
  private Draft.Request request(boolean uploaded) {
    var model = name == null ? named(file) : name;
    var train = file.getFileName().toString();
    var tested = Optional.ofNullable(test).map(t -> t.getFileName().toString());
    if (uploaded) {
      var stored = stored(train);
      train = stored;
      tested = tested.map(FitCommand::stored).map(t -> t.equals(stored) ? "test-" + t : t);
    }
    return new Draft.Request(
        model,
        uploaded ? Optional.of(model) : Optional.empty(),
        train,
        tested,
        target,
        Optional.ofNullable(task),
        missingWords,
        seconds(time),
        "say --missing-words '%s'"::formatted);
  }

  /** {@return the draft; what is asked for by an option is named by it} */
  private Draft draft(Draft.Request request) throws IOException {
    try {
      return Draft.of(file, request);
    } catch (SpecException e) {
      throw new CommandException("--%s: %s".formatted(e.pointer().substring(1), e.detail()));
    }
  }

  /** {@return whether a file has this spec, but for where its files are and the time it takes} */
  private static boolean isOf(Draft draft, Path written) throws IOException {
    try {
      var json = new ObjectMapper();
      return common(json.readTree(Utf8.read(written)))
          .equals(common(json.readTree(draft.spec().toString())));
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private static JsonNode common(JsonNode spec) {
    if (spec.path("data") instanceof ObjectNode data
        && spec.path("training") instanceof ObjectNode training) {
      data.remove("dataset");
      for (var key : List.of("train", "test")) {
        if (data.path(key).isTextual()) {
          data.put(key, stored(data.path(key).asText()));
        }
      }
      training.remove("maxSeconds");
    }
    return spec;
  }

  private static Path shown(Path written) {
    var here = Path.of("").toAbsolutePath();
    return written.startsWith(here) ? here.relativize(written) : written;
  }

  private void upload(URI service, Draft.Request request) throws IOException {
    try (var client = new Client(service)) {
      var files = "/api/v1/datasets/" + request.name() + "/files/";
      client.upload(files + request.train(), file);
      if (test != null) {
        client.upload(files + request.test().orElseThrow(), test);
      }
    }
  }

  private PrintWriter out() {
    return command.commandLine().getOut();
  }

  /** {@return a name that a model may have} */
  private static String named(Path file) {
    var stem = file.getFileName().toString().toLowerCase(Locale.ROOT).replaceFirst("\\..*", "");
    var name = stem.replaceAll("[^a-z0-9._-]+", "-").replaceFirst("^[._-]+", "");
    return name.isEmpty() ? "table" : name.substring(0, Math.min(name.length(), 63));
  }

  /** {@return a name that a file of a dataset may have, with the ending that tells its format} */
  private static String stored(String name) {
    int dot = name.indexOf('.', 1);
    var stem = (dot < 0 ? name : name.substring(0, dot)).replaceAll("[^A-Za-z0-9._-]+", "-");
    var ending = dot < 0 ? "" : name.substring(dot).replaceAll("[^A-Za-z0-9._-]+", "-");
    var first = stem.replaceFirst("^[._-]+", "");
    return (first.isEmpty() ? "table" : first.substring(0, Math.min(first.length(), 60)))
        + ending.substring(Math.max(0, ending.length() - 60));
  }

  private static double seconds(String time) {
    var matcher = TIME.matcher(time);
    if (!matcher.matches() || Double.parseDouble(matcher.group(1)) == 0) {
      throw new CommandException("expected --time such as 90s, 10m or 1h but got " + time);
    }
    int unit =
        switch (matcher.group(2)) {
          case "m" -> 60;
          case "h" -> 3600;
          case null, default -> 1;
        };
    return Double.parseDouble(matcher.group(1)) * unit;
  }
}
