package dev.fathom.service.cli;

import dev.fathom.model.Model;
import dev.fathom.spec.SavedModel;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.ModelVersion;
import java.io.IOException;
import picocli.CommandLine.Parameters;

/** A model as commands name it: {@code NAME} for its newest version, or {@code NAME:VERSION}. */
final class ModelReference {

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A model's name, or NAME:VERSION; the newest version by default.")
  private String model;

  /** {@return the model of that name and version} */
  Model load(DataDirectory directory) throws IOException {
    return SavedModel.load(version(directory).bundle());
  }

  private ModelVersion version(DataDirectory directory) throws IOException {
    int colon = model.indexOf(':');
    if (colon < 0) {
      return directory.models().newest(model);
    }
    if (!model.substring(colon + 1).matches("[1-9]\\d{0,8}")) {
      throw new CommandException("expected NAME:VERSION but got " + model);
    }
    return directory
        .models()
        .get(model.substring(0, colon), Integer.parseInt(model.substring(colon + 1)));
  }
}
