package dev.fathom.service.rest;

import dev.fathom.service.jobs.JobRecord;
import dev.fathom.store.DataDirectory;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /api/v1/damages}. */
@Path("/api/v1/damages")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Damages")
public final class DamagesResource {

  @Inject DataDirectory directory;

  /**
   * A file of the data directory that cannot be read.
   *
   * @param kind {@code model}, {@code dataset}, {@code training} or {@code directory}
   * @param name the model's, the dataset's or the training's id; empty for the directory itself
   * @param file its path in the data directory
   */
  @Schema(
      name = "Damage",
      requiredProperties = {"kind", "name", "file", "reason"})
  public record Damaged(
      @Schema(
              examples = "dataset",
              enumeration = {"directory", "model", "dataset", "training"})
          String kind,
      @Schema(examples = "digits") String name,
      @Schema(examples = "datasets/digits/dataset.json") String file,
      String reason) {}

  @GET
  @Operation(
      operationId = "listDamages",
      summary = "Lists the files of the data directory that cannot be read",
      description =
          "What they belong to is set aside until they are restored, or it is deleted;"
              + " everything else works. Records, indexes and manifests are read for the answer;"
              + " of large files the size is compared.")
  public Page<Damaged> list() {
    var damages = directory.damages(JobRecord::load);
    return new Page<>(
        damages.stream()
            .map(each -> new Damaged(each.kind().label(), each.name(), each.file(), each.reason()))
            .toList(),
        null);
  }
}
