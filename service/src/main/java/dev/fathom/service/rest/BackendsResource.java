package dev.fathom.service.rest;

import dev.fathom.device.Backends;
import dev.fathom.service.ServerPaths;
import dev.fathom.spi.Device;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /api/v1/backends}. */
@Path("/api/v1/backends")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Backends")
public final class BackendsResource {

  @Inject Backends.Selection selection;
  @Inject ServerPaths paths;

  /**
   * A backend that was found.
   *
   * @param state {@code chosen}, {@code available} or {@code refused}
   * @param reason why it is refused and what would help; else null
   * @param note the measurement that led to the choice; null without one
   */
  @Schema(
      name = "Backend",
      requiredProperties = {"name", "state", "devices"})
  public record Backend(
      @Schema(examples = "java") String name,
      @Schema(
              examples = "chosen",
              enumeration = {"chosen", "available", "refused"})
          String state,
      List<Device> devices,
      @Schema(nullable = true) String reason,
      @Schema(examples = "14 GFLOP/s against 400 of java", nullable = true) String note) {}

  @GET
  @Operation(
      operationId = "listBackends",
      summary = "Lists the backends that were found: chosen, available, or refused and why")
  public Page<Backend> list() {
    return new Page<>(selection.candidates().stream().map(this::found).toList(), null);
  }

  private Backend found(Backends.Candidate candidate) {
    var state =
        candidate.refusal().isPresent()
            ? "refused"
            : candidate.name().equals(selection.name()) ? "chosen" : "available";
    return new Backend(
        candidate.name(),
        state,
        candidate.devices(),
        candidate.refusal().map(paths::hide).orElse(null),
        candidate.note().map(paths::hide).orElse(null));
  }
}
