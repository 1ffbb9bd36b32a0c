package dev.fathom.service;

import dev.fathom.store.DataDirectory;
import jakarta.inject.Inject;
import java.nio.file.Files;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** The service is ready if it can write to its data directory, where trainings are recorded. */
@Readiness
final class Ready implements HealthCheck {

  @Inject DataDirectory directory;

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("data directory")
        .status(Files.isWritable(directory.root()))
        .build();
  }
}
