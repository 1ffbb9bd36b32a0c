package dev.fathom.service.cli;

import dev.fathom.service.FathomConfig;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.StoreException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.vertx.http.HttpServer;
import io.smallrye.config.ConfigValidationException;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/** Starts Quarkus in this process. */
final class Server {

  private static final Logger LOG = Logger.getLogger(Server.class);

  private Server() {}

  /**
   * Starts the service, then runs {@code application} in it, then stops the service.
   *
   * @return the exit code of {@code application}
   * @throws CommandException when the service cannot start for a reason that the caller can mend
   */
  static int run(Class<? extends QuarkusApplication> application, String... args) {
    var exitCode = new AtomicInteger();
    var failure = new AtomicReference<Throwable>();
    Quarkus.run(
        application,
        (code, thrown) -> {
          exitCode.set(code);
          failure.set(thrown);
        },
        args);
    if (failure.get() != null) {
      throw explained(failure.get());
    }
    return exitCode.get();
  }

  /** Turns an error that the caller can mend into one sentence; all others are errors of Fathom. */
  private static RuntimeException explained(Throwable thrown) {
    var cause = thrown;
    while (cause.getCause() != null && !(cause instanceof StoreException)) {
      cause = cause.getCause();
    }
    return switch (cause) {
      case CommandException e -> e;
      case QuarkusBindException e ->
          new CommandException(
              "cannot listen on %s:%d, in use or not of this machine: choose another with --port or --host"
                  .formatted(e.getHost(), e.getPort()));
      case UnknownHostException e ->
          new CommandException("cannot listen on an unknown host: " + e.getMessage());
      case StoreException e -> new CommandException(e.getMessage());
      case ConfigurationException e -> new CommandException(e.getMessage());
      case ConfigValidationException e -> new CommandException(e.getProblem(0).getMessage());
      default -> new IllegalStateException("The service stopped on an error", thrown);
    };
  }

  /** Prints where the service listens, and waits. */
  static final class UntilStopped implements QuarkusApplication {

    @Inject HttpServer server;
    @Inject FathomConfig config;
    @Inject DataDirectory directory;

    @Override
    public int run(String... args) throws IOException {
      directory.announce(server.getLocalBaseUri().toString());
      LOG.infof("Fathom listens on %s, data in %s", server.getLocalBaseUri(), config.data());
      Quarkus.waitForExit();
      return 0;
    }
  }
}
