package dev.fathom.service.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.fit.Draft;
import dev.fathom.service.FathomConfig;
import dev.fathom.spec.Spec;
import dev.fathom.table.TableFile;
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
          "expected --target COLUMN, one of " + String.join(", ", TableFile.of(file).names()));
    }
    var config = options.config();
    var request =
        new Draft.Request(
            name == null ? named(file) : name,
            Optional.empty(),
            file.getFileName().toString(),
            Optional.ofNullable(test).map(t -> t.getFileName().toString()),
            target,
            Optional.ofNullable(task),
            missingWords,
            seconds(time));
    var service = TrainingRun.service(config);
    return service.isPresent() ? remote(service.get(), config, request) : local(config, request);
  }

  private int local(FathomConfig config, Draft.Request request) throws IOException {
    var folder = file.toAbsolutePath().getParent();
    if (test != null && !folder.equals(test.toAbsolutePath().getParent())) {
      throw new CommandException("expected --test in the folder of the table, " + folder);
    }
    var draft = Draft.of(file, request);
    var text = draft.spec().toPrettyString() + "\n";
    var written = folder.resolve(request.name() + ".json");
    if (Files.exists(written) && !isOf(draft, written)) {
      throw new CommandException(
          "there is another " + written + " already: train that, or give this one a --name");
    }
    Files.writeString(written, text);
    tell(draft.notes());
    out().println("wrote " + shown(written));
    return new TrainingRun(config, out()).train(Spec.parse(text), folder, false);
  }

  /** {@return whether a file has this spec, but for the time that it may take} */
  private static boolean isOf(Draft draft, Path written) throws IOException {
    try {
      var other = new ObjectMapper().readTree(Utf8.read(written));
      if (other.path("training") instanceof ObjectNode training) {
        training.set("maxSeconds", draft.spec().at("/training/maxSeconds"));
      }
      return other.toString().equals(draft.spec().toString());
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private static Path shown(Path written) {
    var here = Path.of("").toAbsolutePath();
    return written.startsWith(here) ? here.relativize(written) : written;
  }

  private int remote(URI service, FathomConfig config, Draft.Request request) throws IOException {
    try (var client = new Client(service)) {
      var files = "/api/v1/datasets/" + request.name() + "/files/";
      client.upload(files + Client.encoded(request.train()), file);
      if (test != null) {
        client.upload(files + Client.encoded(request.test().orElseThrow()), test);
      }
      var json = JsonNodeFactory.instance.objectNode();
      json.put("name", request.name()).put("dataset", request.name()).put("train", request.train());
      request.test().ifPresent(each -> json.put("test", each));
      json.put("target", request.target());
      request.task().ifPresent(each -> json.put("task", each));
      request.missingWords().forEach(json.putArray("missingWords")::add);
      json.put("maxSeconds", request.maxSeconds());
      var answer = client.post("/api/v1/fits", json.toString());
      for (JsonNode note : answer.path("notes")) {
        out().println(note.asText());
      }
      return new TrainingRun(config, out()).follow(client, service, answer.path("training"));
    }
  }

  private void tell(List<String> notes) {
    notes.forEach(out()::println);
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
