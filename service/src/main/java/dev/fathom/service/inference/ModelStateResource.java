package dev.fathom.service.inference;

import dev.fathom.service.OpenModels;
import dev.fathom.service.OpenModels.Key;
import dev.fathom.service.inference.Forms.Duration;
import dev.fathom.service.inference.Forms.ModelConfig;
import dev.fathom.service.inference.Forms.ModelStatistics;
import dev.fathom.service.inference.Forms.ModelStats;
import dev.fathom.service.rest.UsesModels;
import dev.fathom.store.DataDirectory;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Triton's model configuration and statistics extensions of {@code /v2}. */
@Path("/v2")
@Tag(name = "Open Inference Protocol")
public final class ModelStateResource {

  @Inject DataDirectory directory;
  @Inject OpenModels models;
  @Inject Statistics statistics;

  @GET
  @UsesModels
  @Path("models/{model}/config")
  @Operation(
      operationId = "modelConfig",
      summary = "Tells the configuration of a model's newest version, as Triton does")
  public ModelConfig config(@PathParam("model") String model) throws IOException {
    return config(model, null);
  }

  @GET
  @UsesModels
  @Path("models/{model}/versions/{version}/config")
  @Operation(
      operationId = "modelVersionConfig",
      summary = "Tells the configuration of a version, as Triton does")
  public ModelConfig config(@PathParam("model") String model, @PathParam("version") String version)
      throws IOException {
    var key = models.find(model, version);
    return models.with(
        key,
        open ->
            new ModelConfig(
                key.name(),
                "fathom",
                Described.mostExamples(open.model()),
                Described.configInputs(open.model()),
                Described.config(open.model().signature().outputs())));
  }

  @GET
  @Path("models/stats")
  @Operation(
      operationId = "statistics",
      summary = "Counts the requests of every model since the start of the service")
  public ModelStatistics statistics() throws IOException {
    List<ModelStats> all = new ArrayList<>();
    for (var name : directory.models().names()) {
      all.addAll(versions(name));
    }
    return new ModelStatistics(all);
  }

  @GET
  @Path("models/{model}/stats")
  @Operation(
      operationId = "modelStatistics",
      summary = "Counts the requests of a model's versions since the start of the service")
  public ModelStatistics statistics(@PathParam("model") String model) throws IOException {
    models.find(model, null);
    return new ModelStatistics(versions(model));
  }

  @GET
  @Path("models/{model}/versions/{version}/stats")
  @Operation(
      operationId = "modelVersionStatistics",
      summary = "Counts the requests of a version since the start of the service")
  public ModelStatistics statistics(
      @PathParam("model") String model, @PathParam("version") String version) throws IOException {
    return new ModelStatistics(List.of(stats(models.find(model, version))));
  }

  private List<ModelStats> versions(String name) throws IOException {
    return models.versions(name).stream().map(version -> stats(new Key(name, version))).toList();
  }

  private ModelStats stats(Key key) {
    var counts = statistics.of(key);
    return new ModelStats(
        key.name(),
        Integer.toString(key.version()),
        counts.lastInference(),
        counts.inferences(),
        counts.executions(),
        new Forms.InferenceStats(
            duration(counts.success()),
            duration(counts.fail()),
            duration(counts.queue()),
            duration(counts.input()),
            duration(counts.infer()),
            duration(counts.output())),
        List.of());
  }

  private static Duration duration(Statistics.Total total) {
    return new Duration(total.count(), total.ns());
  }
}
