package dev.fathom.service.cli;

import dev.fathom.pretrained.Pretrained;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;
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
      "  ${ROOT-COMMAND-NAME} import models/all-MiniLM-L6-v2 --context 128"
    })
final class ImportCommand implements Callable<Integer> {

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

  @Mixin private LocalOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    try (var pretrained = Pretrained.open(folder)) {
      var model =
          pretrained.model(
              name == null ? named(folder) : name,
              context == null ? OptionalInt.empty() : OptionalInt.of(context));
      try (var directory = options.config().own()) {
        var version = model.publish(directory.models());
        command
            .commandLine()
            .getOut()
            .println(
                String.format(
                    Locale.ROOT,
                    "published %s %d: %s, %,d parameters in %s, texts of up to %d tokens",
                    version.name(),
                    version.version(),
                    pretrained.architecture(),
                    model.parameters().layout().elements(),
                    model.weightType().label(),
                    model.network().input().size(0)));
      }
      return 0;
    }
  }

  /** {@return a name that a model may have} */
  private static String named(Path folder) {
    var last = folder.toAbsolutePath().normalize().getFileName();
    var text = last == null ? "" : last.toString().toLowerCase(Locale.ROOT);
    var clean = text.replaceAll("[^a-z0-9._-]+", "-").replaceFirst("^[._-]+", "");
    return clean.isEmpty() ? "imported" : clean.substring(0, Math.min(clean.length(), 63));
  }
}
