package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.model.Model;
import dev.fathom.spec.SavedModel;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.util.List;
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
    var models = directory.models();
    var version = isNewest() ? models.newest(name()) : models.get(name(), version(model));
    return SavedModel.load(version.bundle());
  }

  /** {@return the version that is meant} */
  JsonNode find(List<JsonNode> versions) {
    if (isNewest()) {
      return versions.getLast();
    }
    int wanted = version(model);
    return versions.stream()
        .filter(version -> version.path("version").asInt() == wanted)
        .findFirst()
        .orElseThrow(
            () ->
                new CommandException(
                    "there is no version %d of model '%s'".formatted(wanted, name())));
  }

  private boolean isNewest() {
    return model.indexOf(':') < 0;
  }

  /** {@return the name in it} */
  String name() {
    return name(model);
  }

  static String name(String reference) {
    int colon = reference.indexOf(':');
    return colon < 0 ? reference : reference.substring(0, colon);
  }

  /** {@return the version in {@code NAME:VERSION}} */
  static int version(String reference) {
    var version = reference.substring(reference.indexOf(':') + 1);
    if (!version.matches("[1-9]\\d{0,8}")) {
      throw new CommandException("expected NAME:VERSION but got " + reference);
    }
    return Integer.parseInt(version);
  }
}
