package dev.fathom.service.rest;

import dev.fathom.spec.SpecSchema;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /api/v1/schema}. */
@Path("/api/v1/schema")
@Tag(name = "Trainings")
public final class SchemaResource {

  @GET
  @Produces({"application/schema+json", MediaType.APPLICATION_JSON})
  @Operation(
      operationId = "getSpecSchema",
      summary = "Gives the JSON Schema of a spec, by which an editor checks one")
  @APIResponse(
      responseCode = "200",
      description = "The schema",
      content = {
        @Content(mediaType = "application/schema+json", schema = @Schema(type = SchemaType.OBJECT)),
        @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(type = SchemaType.OBJECT))
      })
  public String schema() {
    return SpecSchema.json().toPrettyString();
  }
}
