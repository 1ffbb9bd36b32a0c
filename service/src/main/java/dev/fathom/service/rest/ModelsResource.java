package dev.fathom.service.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.service.OpenModels;
import dev.fathom.service.Refusal;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.StoreException;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /api/v1/models}. */
@Path("/api/v1/models")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Models")
public final class ModelsResource {

  @Inject DataDirectory directory;
  @Inject OpenModels models;

  /**
   * A model in a list.
   *
   * @param versions rising; the last is the newest
   */
  public record Summary(String name, List<Integer> versions) {}

  /**
   * A model.
   *
   * @param versions each as it was published; a damaged one has {@code version} and {@code error}
   *     only
   */
  public record Description(String name, List<ObjectNode> versions) {}

  @GET
  @Operation(summary = "Lists the trained models")
  public Page<Summary> list(
      @QueryParam("after") String after, @QueryParam("limit") @DefaultValue("100") String limit)
      throws Exception {
    var stored = directory.models();
    return Page.of(stored.names(), after, limit, name -> new Summary(name, stored.versions(name)));
  }

  @GET
  @Path("{name}")
  @Operation(summary = "Tells a model's versions: signature, labels, metrics and spec")
  public Description get(@PathParam("name") @Parameter(example = "lenet") String name)
      throws IOException {
    var versions = directory.models().versions(name);
    if (versions.isEmpty()) {
      throw new Refusal(404, "there is no model '%s'".formatted(name));
    }
    return new Description(name, versions.stream().map(v -> version(name, v)).toList());
  }

  private ObjectNode version(String name, int version) {
    var json = JsonNodeFactory.instance.objectNode().put("version", version);
    try {
      json.setAll(directory.models().get(name, version).description());
    } catch (StoreException e) {
      json.put("error", directory.relative(e.getMessage()));
    } catch (IOException e) {
      json.put("error", directory.relative(e.toString()));
    }
    return json;
  }

  @DELETE
  @Path("{name}")
  @Operation(
      summary = "Deletes a model with all its versions",
      description =
          "Requests that use a version go on to their end. A number of a version is never given"
              + " again: a later training of this name publishes the next one.")
  public void delete(@PathParam("name") @Parameter(example = "lenet") String name)
      throws IOException {
    models.delete(name, null);
  }

  @DELETE
  @Path("{name}/versions/{version}")
  @Operation(summary = "Deletes a version of a model; with the last one goes the model")
  public void delete(
      @PathParam("name") @Parameter(example = "lenet") String name,
      @PathParam("version") @Parameter(example = "1") String version)
      throws IOException {
    models.delete(name, version);
  }
}
