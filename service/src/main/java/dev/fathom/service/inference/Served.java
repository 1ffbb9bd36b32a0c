package dev.fathom.service.inference;

import dev.fathom.device.Backends;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.OpenModel;
import dev.fathom.service.OpenModels;
import dev.fathom.store.DataDirectory;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The models that are open, for every protocol. */
final class Served {

  @Produces
  @Singleton
  OpenModels models(DataDirectory directory, Backends.Selection backend, FathomConfig config) {
    long prefixBytes = config.limits().prefixes().asLongValue();
    return new OpenModels(directory, model -> new OpenModel(backend.backend(), model, prefixBytes));
  }

  void close(@Observes ShutdownEvent event, OpenModels models) {
    models.close();
  }
}
