package dev.fathom.service.openai;

import dev.fathom.device.Backends;
import dev.fathom.generate.Embedder;
import dev.fathom.generate.Generator;
import dev.fathom.model.Model;
import dev.fathom.service.OpenModels;
import dev.fathom.store.DataDirectory;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** Models that are open to generate and to embed. */
final class TextModels {

  @Produces
  @Singleton
  OpenModels<Generator> generators(DataDirectory directory, Backends.Selection backend) {
    return new OpenModels<>(
        directory,
        model -> open(model, () -> Generator.open(backend.backend(), model)),
        Generator::close);
  }

  @Produces
  @Singleton
  OpenModels<Embedder> embedders(DataDirectory directory, Backends.Selection backend) {
    return new OpenModels<>(
        directory,
        model -> open(model, () -> Embedder.open(backend.backend(), model)),
        Embedder::close);
  }

  private static <T> T open(Model model, Supplier<T> opening) {
    try {
      return opening.get();
    } catch (IllegalArgumentException e) {
      throw Arguments.wrong(
          "model", "the model '%s' cannot do this: %s".formatted(model.name(), e.getMessage()));
    }
  }

  void close(
      @Observes ShutdownEvent event,
      OpenModels<Generator> generators,
      OpenModels<Embedder> embedders) {
    generators.close();
    embedders.close();
  }
}
