package dev.fathom.service.inference;

import dev.fathom.device.Backends;
import dev.fathom.model.Predictor;
import dev.fathom.service.OpenModels;
import dev.fathom.store.DataDirectory;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Models that are open to predict. */
final class Predictors {

  @Produces
  @Singleton
  OpenModels<Predictor> predictors(DataDirectory directory, Backends.Selection backend) {
    return new OpenModels<>(
        directory, model -> Predictor.open(backend.backend(), model), Predictor::close);
  }

  void close(@Observes ShutdownEvent event, OpenModels<Predictor> predictors) {
    predictors.close();
  }
}
