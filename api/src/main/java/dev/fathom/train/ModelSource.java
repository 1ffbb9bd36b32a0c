package dev.fathom.train;

import dev.fathom.json.SpecException;
import dev.fathom.model.Model;
import dev.fathom.spec.SavedModel;
import dev.fathom.spec.TransferSpec.From;
import dev.fathom.store.ModelVersion;
import dev.fathom.store.Models;
import dev.fathom.store.StoreException;
import java.io.IOException;

/** Where a training finds a model that it begins with. */
@FunctionalInterface
public interface ModelSource {
  /** Has none. */
  ModelSource NONE =
      from -> {
        throw new SpecException(
            "/from", "expected a data directory with models to begin with '%s'".formatted(from));
      };

  /**
   * A model.
   *
   * @param name with its version
   */
  record Found(String name, Model model) {}

  /**
   * {@return the model}
   *
   * @throws SpecException if it is not there, naming it
   * @throws IOException if it cannot be read
   */
  Found open(From from) throws IOException;

  /** {@return the published models of a data directory} */
  static ModelSource of(Models models) {
    return from -> {
      ModelVersion version;
      try {
        version =
            from.version().isPresent()
                ? models.get(from.model(), from.version().getAsInt())
                : models.newest(from.model());
      } catch (StoreException e) {
        throw new SpecException("/from", e.getMessage());
      }
      return new Found(version.name() + " " + version.version(), SavedModel.load(version.bundle()));
    };
  }
}
