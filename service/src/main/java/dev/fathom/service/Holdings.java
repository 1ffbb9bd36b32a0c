package dev.fathom.service;

import dev.fathom.compile.Backends;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.StoreException;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;

/** What the service holds from start to stop: its data directory and its backend. */
@Startup
@Singleton
final class Holdings {

  /** Held from the start, so that a service without them does not start. */
  @Inject DataDirectory directory;

  @Inject Backends.Selection backend;

  /** Makes them. */
  static final class Makers {

    /**
     * {@return the data directory, owned by this process}
     *
     * @throws StoreException if another process owns it
     */
    @Produces
    @Singleton
    DataDirectory directory(FathomConfig config) throws IOException {
      return DataDirectory.open(config.data(), "");
    }

    void close(@Disposes DataDirectory directory) throws IOException {
      directory.close();
    }

    @Produces
    @Singleton
    Backends.Selection backend(FathomConfig config) {
      try {
        return config.select();
      } catch (IllegalArgumentException e) {
        throw new ConfigurationException(e.getMessage());
      }
    }

    void close(@Disposes Backends.Selection selection) {
      selection.backend().close();
    }
  }
}
