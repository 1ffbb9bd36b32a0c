package dev.fathom.service.cli;

import dev.fathom.pretrained.Pretrained;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes an imported model as others read it. It needs no service, and works while one runs. */
@Command(
    description = {
      "Writes an imported model to a folder as Hugging Face's transformers reads it:",
      "config.json, tokenizer.json and safetensors, with the names that they had."
    },
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} export smol SmolLM2-copy"})
final class ExportCommand implements Callable<Integer> {

  @Mixin private ModelReference model;

  @Parameters(index = "1", paramLabel = "FOLDER", description = "Where to; empty, or not there.")
  private Path folder;

  @Mixin private LocalOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    try (var directory = DataDirectory.openReadOnly(options.config().data())) {
      Pretrained.export(model.load(directory), folder);
      command.commandLine().getOut().println("wrote " + folder);
      return 0;
    }
  }
}
