package dev.fathom.service.cli;

import dev.fathom.generate.ScoreComparison;
import dev.fathom.model.Model;
import dev.fathom.pretrained.Pretrained;
import dev.fathom.service.FathomConfig;
import dev.fathom.spec.SavedModel;
import dev.fathom.spi.DType;
import dev.fathom.text.TextException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes a model that others trained. */
@Command(
    description = {
      "Publishes a model that others trained, from a folder as Hugging Face's transformers and",
      "sentence-transformers write it: config.json, tokenizer.json, and safetensors.",
      "Families: Llama, Mistral, Qwen 2 and 3, Gemma 1 to 3, GPT-2, BERT."
    },
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} import SmolLM2-135M --name smol",
      "  ${ROOT-COMMAND-NAME} import SmolLM2-135M --name smol8 --weights int8",
      "  ${ROOT-COMMAND-NAME} import models/all-MiniLM-L6-v2 --context 128"
    })
final class ImportCommand implements Callable<Integer> {
  /** What a model in fewer bits is compared by with the one that it is of. */
  private static final String TEXT =
      """
      The lighthouse stood at the end of a narrow road, two miles from the village. Every evening
      the keeper climbed the ninety-three steps, wound the clock that turned the lamp, and wrote
      the weather into a book. In winter, when the wind came from the north, nobody walked out to
      him for weeks. He did not mind. There were letters to answer, shelves to mend, and a small
      radio that told him what the rest of the world was afraid of. On the first day of March a
      boat arrived with flour, coffee, lamp oil and the news that the light would soon be run by a
      machine on the mainland. He read the notice twice, folded it, and asked whether the machine
      would also keep the book.
      """;

  @Parameters(paramLabel = "FOLDER", description = "The folder with config.json.")
  private Path folder;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the model (default: that of the folder).")
  private String name;

  @Option(
      names = "--context",
      paramLabel = "N",
      description =
          "The longest text, in tokens (default: the longest that it can take, at most "
              + Pretrained.USUAL_CONTEXT
              + "); each takes memory while a text is generated.")
  private Integer context;

  @Option(
      names = "--weights",
      paramLabel = "TYPE",
      description =
          "How matrices are stored: f32, bf16, or int8 with a factor for each row, which takes half"
              + " of bf16; prints what that changes (default: bf16 if they are that, else f32).")
  private String weights;

  @Mixin private LocalOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    try (var pretrained = Pretrained.open(folder)) {
      var given =
          pretrained.model(
              name == null
                  ? Pretrained.nameOf(folder.toAbsolutePath().normalize().toString())
                  : name,
              context == null ? OptionalInt.empty() : OptionalInt.of(context));
      var model = weights == null ? given : Pretrained.with(given, weightType());
      var config = options.config();
      try (var directory = config.own()) {
        var version = model.publish(directory.models());
        print(
            "published %s %d: %s, %,d parameters in %s, texts of up to %d tokens",
            version.name(),
            version.version(),
            pretrained.architecture(),
            model.parameters().layout().elements(),
            Pretrained.weightType(model),
            model.network().input().size(0));
        if (model != given) {
          compare(config, given, SavedModel.load(version.bundle()));
        }
      }
      return 0;
    }
  }

  /** Prints how far a model that was stored in fewer bits is from that of the folder. */
  private void compare(FathomConfig config, Model given, Model stored) {
    print(
        "%s instead of %s: parameters differ by %.2f %%",
        Pretrained.weightType(stored),
        Pretrained.weightType(given),
        100 * given.parameters().distance(stored.parameters()));
    if (!given.network().canDecode()) {
      return;
    }
    try (var backend = LocalOptions.select(config).backend()) {
      var scores = ScoreComparison.of(backend, given, stored, TEXT);
      print(
          "on %d tokens of English: loss %.4f instead of %.4f, the same likeliest token for %d",
          scores.tokens(), scores.otherLoss(), scores.loss(), scores.agreed());
    } catch (TextException e) {
      print("its tokenizer has no English, so its loss on a text was not compared");
    }
  }

  private DType weightType() {
    var type = Pretrained.WEIGHT_TYPES.get(weights);
    if (type == null) {
      throw new CommandException(
          "--weights: expected one of %s but got '%s'"
              .formatted(
                  String.join(", ", new TreeSet<>(Pretrained.WEIGHT_TYPES.keySet())), weights));
    }
    return type;
  }

  private void print(String format, Object... arguments) {
    command.commandLine().getOut().println(String.format(Locale.ROOT, format, arguments));
  }
}
