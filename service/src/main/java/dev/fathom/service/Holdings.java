package dev.fathom.service;

import dev.fathom.device.Backends;
import dev.fathom.service.jobs.JobRecord;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.StoreException;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.jboss.logging.Logger;

/**
 * Opens the data directory and the backend when the service starts, and closes them when it stops.
 */
@Startup
@Singleton
final class Holdings {

  private static final Logger LOG = Logger.getLogger(Holdings.class);

  /** Held from the start, so that a service without them does not start. */
  @Inject DataDirectory directory;

  @Inject Backends.Selection backend;

  /** Opens the data directory and the backend for those that inject them. */
  static final class Makers {

    /**
     * {@return the data directory, owned by this process}
     *
     * @throws StoreException if another process owns it, or it cannot be one
     */
    @Produces
    @Singleton
    DataDirectory directory(FathomConfig config) throws IOException {
      var directory = config.own();
      DataDirectory.warning(directory.root()).ifPresent(LOG::warn);
      // Everything is read for it, which nobody waits for.
      Thread.ofVirtual().start(() -> tell(directory));
      return directory;
    }

    private static void tell(DataDirectory directory) {
      for (var damage : directory.damages(JobRecord::load)) {
        LOG.warnf("Set aside: %s", damage.reason());
      }
    }

    void close(@Disposes DataDirectory directory) throws IOException {
      directory.close();
    }

    @Produces
    @Singleton
    Backends.Selection backend(FathomConfig config) {
      try {
        var selection = config.select();
        tell(selection);
        return selection;
      } catch (IllegalArgumentException e) {
        throw new ConfigurationException(e.getMessage());
      }
    }

    private static void tell(Backends.Selection selection) {
      for (var candidate : selection.tried()) {
        if (candidate.refusal().isPresent()) {
          LOG.infof("Backend %s is refused: %s", candidate.name(), candidate.refusal().get());
        } else if (candidate.name().equals(selection.name())) {
          LOG.infof(
              "Backend %s on %s%s",
              candidate.name(), selection.backend().device().name(), note(candidate));
        } else {
          LOG.infof("Backend %s is available%s", candidate.name(), note(candidate));
        }
      }
    }

    private static String note(Backends.Candidate candidate) {
      return candidate.note().map(note -> ": " + note).orElse("");
    }

    void close(@Disposes Backends.Selection selection) {
      selection.backend().close();
    }
  }
}
