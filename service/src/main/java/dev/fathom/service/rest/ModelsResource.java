package dev.fathom.service.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.ModelMetrics;
import dev.fathom.service.OpenModels;
import dev.fathom.service.Refusal;
import dev.fathom.service.ServerPaths;
import dev.fathom.service.jobs.TrainingMetrics;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.StoreException;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /api/v1/models}. */
@Path("/api/v1/models")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Models")
public final class ModelsResource {

  private static final String IMPORT =
      """
      {"folder": "SmolLM2-135M-Instruct", "name": "smol", "context": 2048, "weights": "int8"}
      """;

  @Inject DataDirectory directory;
  @Inject FathomConfig config;
  @Inject ServerPaths paths;
  @Inject OpenModels models;
  @Inject ModelMetrics metrics;
  @Inject TrainingMetrics trainings;

  /**
   * A model in a list.
   *
   * @param versions rising; the last is the newest
   */
  @Schema(
      name = "ModelSummary",
      requiredProperties = {"name", "versions"})
  public record ModelSummary(String name, List<Integer> versions) {}

  /**
   * A model.
   *
   * @param versions each as it was published; a damaged one has {@code version} and {@code error}
   *     only
   */
  @Schema(
      name = "Model",
      requiredProperties = {"name", "versions"})
  public record Model(
      String name, @Schema(implementation = Version[].class) List<ObjectNode> versions) {}

  /** What {@link #version} gives. */
  @Schema(
      name = "ModelVersion",
      requiredProperties = {"version"})
  private record Version(
      int version,
      @Schema(description = "why it cannot be read") String error,
      Instant published,
      int modelFormat,
      List<Port> inputs,
      List<Port> outputs,
      @Schema(description = "classes, in the order of the outputs") List<String> labels,
      @Schema(description = "columns, in the order of the input") List<String> features,
      @Schema(description = "the id of the training that published it, if one did") String training,
      Map<String, Object> task,
      @Schema(description = "steps and epochs, and the figures of the test")
          Map<String, Object> metrics,
      @Schema(ref = SpecInOpenApi.NAME) Object spec,
      @Schema(description = "of a model without spec: what is done to its inputs")
          List<Map<String, Object>> preparation,
      @Schema(
              description =
                  "of a model that others trained: config.json, generation_config.json and the like")
          Map<String, Object> pretrained,
      @Schema(description = "of a model without spec: the type of its weights") String weights) {}

  /** A tensor of a model. */
  @Schema(
      name = "ModelPort",
      requiredProperties = {"name", "dtype", "shape"})
  private record Port(
      String name,
      @Schema(examples = "f32") String dtype,
      @Schema(description = "sizes; -1 is the batch") List<Long> shape) {}

  @GET
  @Operation(operationId = "listModels", summary = "Lists the trained models")
  public Page<ModelSummary> list(@BeanParam Page.Request page) throws Exception {
    var stored = directory.models();
    return Page.of(stored.names(), page, name -> new ModelSummary(name, stored.versions(name)));
  }

  @GET
  @Path("{name}")
  @Operation(
      operationId = "getModel",
      summary = "Tells a model's versions: signature, labels, metrics and spec")
  public Model get(@PathParam("name") @Parameter(example = "lenet") String name)
      throws IOException {
    var versions = directory.models().versions(name);
    if (versions.isEmpty()) {
      throw new Refusal(404, "there is no model '%s'".formatted(name));
    }
    return new Model(name, versions.stream().map(v -> version(name, v)).toList());
  }

  private ObjectNode version(String name, int version) {
    var json = JsonNodeFactory.instance.objectNode().put("version", version);
    try {
      json.setAll(directory.models().get(name, version).description());
    } catch (StoreException e) {
      json.put("error", paths.hide(e.getMessage()));
    } catch (IOException e) {
      json.put("error", paths.hide(e.toString()));
    }
    return json;
  }

  /** A model that was imported. */
  @Schema(name = "ImportedModel")
  public record Imported(
      String name,
      int version,
      @Schema(description = "the model_type, llama for example") String architecture,
      long parameters,
      @Schema(description = "f32, bf16 or int8") String weights,
      @Schema(description = "the longest text, in tokens") long context) {}

  @POST
  @UsesModels
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "importModel",
      summary = "Publishes a model that others trained",
      description =
          "`folder` lies in the one that the setting `FATHOM_IMPORTS` names, as transformers or"
              + " sentence-transformers wrote it. `name` (default: that of the folder), `context`"
              + " and `weights` (`f32`, `bf16`, or `int8` with a factor for each row; default: as"
              + " they are) may be left out. Of a folder with a mistake nothing is published.")
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(type = SchemaType.OBJECT),
              examples = @ExampleObject(name = "8 bits", value = IMPORT)))
  @APIResponseSchema(value = Imported.class, responseCode = "201")
  public Response importFolder(@Context UriInfo uri, InputStream body) throws IOException {
    var imported =
        ImportRequest.parse(JsonBody.read(body, config.limits().body().asLongValue()))
            .publish(config, directory);
    return Response.created(uri.getAbsolutePathBuilder().path(imported.name()).build())
        .entity(imported)
        .build();
  }

  @DELETE
  @Path("{name}")
  @Produces(MediaType.WILDCARD) // Nothing, so whatever a client wants.
  @Operation(
      operationId = "deleteModel",
      summary = "Deletes a model with all its versions",
      description =
          "Requests that use a version go on to their end. A number of a version is never given"
              + " again: a later training of this name publishes the next one.")
  public void delete(@PathParam("name") @Parameter(example = "lenet") String name)
      throws IOException {
    models.delete(name, null);
    metrics.forget(name, null);
    trainings.forget(name);
  }

  @DELETE
  @Path("{name}/versions/{version}")
  @Produces(MediaType.WILDCARD) // Nothing, so whatever a client wants.
  @Operation(
      operationId = "deleteModelVersion",
      summary = "Deletes a version of a model; with the last one goes the model")
  public void delete(
      @PathParam("name") @Parameter(example = "lenet") String name,
      @PathParam("version") @Parameter(example = "1") String version)
      throws IOException {
    models.delete(name, version);
    metrics.forget(name, version);
  }
}
