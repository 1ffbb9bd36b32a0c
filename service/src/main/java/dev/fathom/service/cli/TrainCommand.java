package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.SpecException;
import dev.fathom.nn.LayerException;
import dev.fathom.service.FathomConfig;
import dev.fathom.spec.Spec;
import dev.fathom.text.Utf8;
import dev.fathom.train.Trainer;
import dev.fathom.train.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
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

  @Mixin private PlotOption plot;
  @Mixin private LocalOptions options;
  @picocli.CommandLine.Spec private CommandSpec command;

  private final List<JsonNode> tests = new ArrayList<>();

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
    var name = seeds == 1 ? spec.name() : spec.name() + ", seed " + spec.training().seed();
    var run =
        new TrainingRun(
            config,
            command.commandLine().getOut(),
            plot.watcher(name, command.commandLine().getErr()));
    int exitCode = run.train(spec, file.toAbsolutePath().getParent(), resume);
    run.test().ifPresent(tests::add);
    return exitCode;
  }

  private void export(FathomConfig config, Spec spec, Path file) throws IOException {
    var selection = LocalOptions.select(config);
    try (var _ = selection.backend()) {
      var data = TrainingData.open(spec, file.toAbsolutePath().getParent());
      Trainer.of(spec, data, selection).build().export(Files.createDirectories(export));
    }
  }

  private void say(String text) {
    command.commandLine().getOut().println(text);
  }
}
