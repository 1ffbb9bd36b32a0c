package dev.fathom.service;

import dev.fathom.store.DataDirectory;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.nio.file.Files;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * The service is ready if it can write to its data directory, where trainings are recorded. A
 * thread of its own looks, since workers may have much to do, and a disk may be slow.
 */
@Readiness
final class Ready implements AsyncHealthCheck {

  @Inject DataDirectory directory;

  @Override
  public Uni<HealthCheckResponse> call() {
    return Uni.createFrom()
        .item(
            () ->
                HealthCheckResponse.named("data directory")
                    .status(Files.isWritable(directory.root()))
                    .build())
        .runSubscriptionOn(look -> Thread.ofVirtual().start(look));
  }
}
