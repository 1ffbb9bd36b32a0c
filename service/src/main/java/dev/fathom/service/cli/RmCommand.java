package dev.fathom.service.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Deletes at once, without asking, what nothing uses. */
@Command(
    description =
        "Deletes models, versions, datasets and the records of trainings, without asking. "
            + "What a training uses is refused.",
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} rm lenet:1",
      "  ${ROOT-COMMAND-NAME} rm digits --dataset"
    })
final class RmCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "NAME",
      arity = "1..*",
      description =
          "MODEL with all its versions, MODEL:VERSION, a dataset, or the id of a training.")
  private List<String> names;

  @Option(names = "--dataset", description = "Each NAME is a dataset, though a model has it too.")
  private boolean dataset;

  @Mixin private InstallationOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    try (var installation = options.open()) {
      for (var name : names) {
        remove(installation, name);
        command.commandLine().getOut().println("removed " + name);
      }
      return 0;
    }
  }

  private void remove(Installation installation, String name) {
    if (name.startsWith("trn_")) {
      installation.deleteTraining(name);
      return;
    }
    if (name.contains(":") && !dataset) {
      installation.deleteVersion(ModelReference.name(name), ModelReference.version(name));
      return;
    }
    boolean isModel = !dataset && installation.models().contains(name);
    boolean isDataset =
        installation.datasets().stream().anyMatch(each -> each.path("name").asText().equals(name));
    if (isModel && isDataset) {
      throw new CommandException(
          "a model and a dataset are named %s: give --dataset, or MODEL:VERSION".formatted(name));
    }
    if (isModel) {
      installation.deleteModel(name);
    } else if (isDataset) {
      installation.deleteDataset(name);
    } else {
      throw new CommandException(
          "there is no %s '%s'".formatted(dataset ? "dataset" : "model and no dataset", name));
    }
  }
}
