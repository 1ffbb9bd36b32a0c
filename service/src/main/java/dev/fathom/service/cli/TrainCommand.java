package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.SpecException;
import dev.fathom.nn.LayerException;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.jobs.Datasets;
import dev.fathom.service.jobs.Execution;
import dev.fathom.service.jobs.JobRecord;
import dev.fathom.service.jobs.State;
import dev.fathom.spec.Spec;
import dev.fathom.store.DataDirectory;
import dev.fathom.text.Utf8;
import dev.fathom.train.Trainer;
import dev.fathom.train.TrainingData;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a model here, or on the service that owns the data directory. */
@Command(
    description = {
      "Trains a model and publishes it in the data directory.",
      "If a service owns the directory, the spec is posted to it."
    },
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} train samples/mnist/lenet.json"})
final class TrainCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "SPEC",
      arity = "1..*",
      description = "Model specs, JSON; several are trained one after the other.")
  private List<Path> files;

  @Option(
      names = "--resume",
      description = "Goes on with the newest training of this spec that did not end well.")
  private boolean resume;

  @Option(
      names = "--expand",
      description = "Prints the spec with every default, and does not train.")
  private boolean expand;

  @Option(
      names = "--export",
      paramLabel = "DIR",
      description =
          "Writes initial weights and batches, in their order, for another framework to "
              + "take the same steps, and does not train.")
  private Path export;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description =
          "Trains each spec N times, with its seed and the N - 1 after it, publishes each, "
              + "and tells mean and standard deviation of their tests: two models may differ by "
              + "chance alone.")
  private int seeds = 1;

  @Mixin private LocalOptions options;
  @picocli.CommandLine.Spec private CommandSpec command;

  private final List<JsonNode> tests = new ArrayList<>();
  private ProgressLines lines;

  @Override
  public Integer call() throws IOException {
    if (seeds < 1) {
      throw new CommandException("--seeds takes 1 or more but got " + seeds);
    }
    if (seeds > 1 && (resume || expand || export != null)) {
      throw new CommandException("--seeds takes neither --resume, --expand nor --export beside it");
    }
    int worst = 0;
    for (var file : files) {
      worst = Math.max(worst, train(file));
    }
    return worst;
  }

  private int train(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new CommandException("there is no file " + file);
    }
    var config = options.config();
    try {
      var spec = Spec.parse(Utf8.read(file));
      if (expand) {
        say(spec.expand().toPrettyString());
        return 0;
      }
      if (export != null) {
        export(config, spec, file);
        return 0;
      }
      return seeds == 1 ? train(config, spec, file) : trainWithSeeds(config, spec, file);
    } catch (SpecException | LayerException e) {
      throw new CommandException(file + ": " + e.getMessage());
    }
  }

  private int trainWithSeeds(FathomConfig config, Spec spec, Path file) throws IOException {
    tests.clear();
    for (int i = 0; i < seeds; i++) {
      var seeded = spec.withSeed(spec.training().seed() + i);
      say("%s, seed %d".formatted(spec.name(), seeded.training().seed()));
      int exitCode = train(config, seeded, file);
      if (exitCode != 0) {
        return exitCode;
      }
    }
    say(
        "%s, mean of %d seeds: %s"
            .formatted(
                spec.name(), seeds, tests.isEmpty() ? "there is no test" : Figures.means(tests)));
    return 0;
  }

  private int train(FathomConfig config, Spec spec, Path file) throws IOException {
    lines = new ProgressLines(command.commandLine().getOut());
    var owner = DataDirectory.owner(config.data());
    return owner.isPresent() && !owner.get().url().isEmpty()
        ? remote(URI.create(owner.get().url()), spec)
        : local(config, spec, file);
  }

  private void export(FathomConfig config, Spec spec, Path file) throws IOException {
    var selection = LocalOptions.select(config);
    try (var _ = selection.backend()) {
      var data = TrainingData.open(spec, file.toAbsolutePath().getParent());
      Trainer.of(spec, data, selection).build().export(Files.createDirectories(export));
    }
  }

  private int remote(URI service, Spec spec) {
    if (resume) {
      throw new CommandException(
          "%s owns the data directory: resume with POST /api/v1/trainings/ID/resume"
              .formatted(service));
    }
    try (var client = new Client(service)) {
      var job = client.post("/api/v1/trainings", spec.toString());
      var path = "/api/v1/trainings/" + job.path("id").asText();
      say("%s at %s%s".formatted(spec.name(), service, path));
      client.events(path + "/events", lines::print);
      return end(lines.last());
    }
  }

  private int local(FathomConfig config, Spec spec, Path file) throws IOException {
    try (var directory = DataDirectory.open(config.data(), "")) {
      var selection = LocalOptions.select(config);
      var record =
          resume ? interrupted(directory, spec) : JobRecord.create(directory.trainings(), spec);
      var execution = new Execution(record, directory.models(), lines::print);
      try (var backend = selection.backend();
          var _ = new OnTermination(() -> execution.cancel(State.INTERRUPTED))) {
        execution.run(
            () -> data(spec, file, directory, config),
            selection,
            config.limits().bytes(backend.device()));
      }
      return end(record.json());
    }
  }

  private static JobRecord interrupted(DataDirectory directory, Spec spec) throws IOException {
    for (var id : directory.trainings().ids().reversed()) {
      var record = JobRecord.load(directory.trainings().get(id));
      if (record.state() != State.SUCCEEDED && record.spec().equals(spec)) {
        return record;
      }
    }
    throw new CommandException("there is no training of this spec to go on with");
  }

  private static TrainingData data(
      Spec spec, Path file, DataDirectory directory, FathomConfig config) throws IOException {
    var folder = file.toAbsolutePath().getParent();
    boolean elsewhere =
        spec.data().dataset().stream()
            .anyMatch(name -> !folder.endsWith(name) && !Files.isDirectory(folder.resolve(name)));
    try {
      return elsewhere
          ? new Datasets(directory, config).open(spec)
          : TrainingData.open(spec, folder);
    } catch (InvalidPathException e) {
      throw new CommandException(TextEncoding.refusal(e));
    }
  }

  private int end(JsonNode job) {
    var state = job.path("state").asText("interrupted");
    if (job.has("test")) {
      tests.add(job.path("test"));
      say("test " + Figures.line(job.path("test")));
    }
    if (job.has("model")) {
      var model = job.path("model");
      say("published %s %d".formatted(model.path("name").asText(), model.path("version").asInt()));
      return 0;
    }
    if (job.has("failure")) {
      throw new CommandException("the training failed: " + job.path("failure").asText());
    }
    say("the training is %s; --resume goes on with it".formatted(state));
    return 1;
  }

  private void say(String text) {
    command.commandLine().getOut().println(text);
  }
}
