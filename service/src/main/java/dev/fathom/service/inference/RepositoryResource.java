package dev.fathom.service.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.OpenModels;
import dev.fathom.service.OpenModels.Key;
import dev.fathom.service.Refusal;
import dev.fathom.service.inference.Forms.RepositoryModel;
import dev.fathom.service.rest.JsonBody;
import dev.fathom.service.rest.UsesModels;
import dev.fathom.store.DataDirectory;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * Triton's model repository extension of {@code /v2}. Every model that is stored may be asked at
 * any time and is opened then: loading opens one ahead, unloading frees its memory.
 */
@Path("/v2")
@Tag(name = "Open Inference Protocol")
public final class RepositoryResource {

  private static final String NOT_OPEN = "not open: a load or the next request opens it";

  @Inject DataDirectory directory;
  @Inject OpenModels models;
  @Inject FathomConfig config;

  @POST
  @Path("repository/index")
  @Consumes(MediaType.WILDCARD)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Forms.IndexRequest.class)))
  @Operation(
      operationId = "repositoryIndex",
      summary = "Lists every version of every model: READY if it is open")
  public List<RepositoryModel> index(InputStream body) throws IOException {
    var request = JsonRequest.object(read(body), "the request", Set.of("ready"));
    boolean onlyOpen = JsonRequest.flag(request, "ready", false, "the request");
    var open = models.open();
    List<RepositoryModel> index = new ArrayList<>();
    for (var name : directory.models().names()) {
      for (int version : models.versions(name)) {
        boolean ready = open.contains(new Key(name, version));
        if (ready || !onlyOpen) {
          index.add(
              new RepositoryModel(
                  name,
                  Integer.toString(version),
                  ready ? "READY" : "UNAVAILABLE",
                  ready ? null : NOT_OPEN));
        }
      }
    }
    return index;
  }

  @POST
  @UsesModels
  @Path("repository/models/{model}/load")
  @Consumes(MediaType.WILDCARD)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Forms.RepositoryRequest.class)))
  @Operation(
      operationId = "repositoryLoad",
      summary = "Opens a model's newest version, so that the first request need not")
  public Response load(@PathParam("model") String model, InputStream body) throws IOException {
    requireParameters(read(body), Set.of());
    models.with(models.find(model, null), open -> open.predictor());
    return Response.ok().build();
  }

  @POST
  @Path("repository/models/{model}/unload")
  @Consumes(MediaType.WILDCARD)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Forms.RepositoryRequest.class)))
  @Operation(
      operationId = "repositoryUnload",
      summary = "Closes a model's versions and frees their memory; the next request opens it again")
  public Response unload(@PathParam("model") String model, InputStream body) throws IOException {
    requireParameters(read(body), Set.of("unload_dependents"));
    models.unload(models.find(model, null).name());
    return Response.ok().build();
  }

  /** Clients send nothing, or an object. */
  private JsonNode read(InputStream body) throws IOException {
    long most = config.limits().body().asLongValue();
    var bytes = JsonBody.bytes(body, most);
    return bytes.length == 0
        ? JsonNodeFactory.instance.objectNode()
        : JsonBody.read(new ByteArrayInputStream(bytes), most);
  }

  private static void requireParameters(JsonNode json, Set<String> known) {
    var request = JsonRequest.object(json, "the request", Set.of("parameters"));
    var parameters = JsonRequest.parameters(request, "the request");
    for (var key : (Iterable<String>) parameters::fieldNames) {
      if (!known.contains(key)) {
        throw new Refusal(400, "the parameter '%s' is not supported".formatted(key));
      }
    }
  }
}
