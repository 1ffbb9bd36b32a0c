package dev.fathom.service.cli;

import dev.fathom.store.DataDirectory;
import dev.fathom.store.ModelVersion;
import java.io.IOException;

/** How a command names a model: {@code NAME}, the newest version of it, or {@code NAME:VERSION}. */
final class ModelReference {
  private ModelReference() {}

  /** {@return the model that is meant} */
  static ModelVersion find(DataDirectory directory, String model) throws IOException {
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
