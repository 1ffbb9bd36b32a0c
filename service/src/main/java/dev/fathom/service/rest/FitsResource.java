package dev.fathom.service.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.fit.Draft;
import dev.fathom.json.Fields;
import dev.fathom.json.Range;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.jobs.Datasets;
import dev.fathom.service.jobs.Job;
import dev.fathom.service.jobs.Jobs;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /api/v1/fits}: trainings of tables that nobody described. */
@Path("/api/v1/fits")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Trainings")
public final class FitsResource {

  private static final String EXAMPLE =
      """
      {"dataset": "leaves", "train": "train.csv", "target": "tree", "maxSeconds": 60}
      """;

  @Inject Jobs jobs;
  @Inject Datasets datasets;
  @Inject FathomConfig config;

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Queues a training of a table, without a spec",
      description =
          "Finds the kinds of the columns and the task, and writes the spec, which is part of the"
              + " answer beside the training and what was found. `name` (default: that of the"
              + " dataset), `test`, `task`, `missingWords` and `maxSeconds` (default: 60) may be"
              + " left out.")
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(type = SchemaType.OBJECT),
              examples = @ExampleObject(name = "a table", value = EXAMPLE)))
  public Response submit(
      @HeaderParam("Idempotency-Key") String key, @Context UriInfo uri, InputStream body)
      throws IOException {
    var request = request(JsonBody.read(body, config.limits().spec().asLongValue()));
    var dataset = request.dataset().orElseThrow();
    var draft = Draft.of(datasets.file(dataset, request.train()), request);
    var job = jobs.submit(draft.spec(), key);
    return TrainingsResource.accepted(new Fit(job.job(), draft.spec(), draft.notes()), job, uri);
  }

  /** A training with the spec that was written for it. */
  @Schema(name = "Fit")
  public record Fit(
      Job training, @Schema(type = SchemaType.OBJECT) ObjectNode spec, List<String> notes) {}

  private static Draft.Request request(JsonNode json) {
    var fields = Fields.of(json, "");
    var dataset = fields.text("dataset", null);
    var request =
        new Draft.Request(
            fields.text("name", dataset),
            Optional.of(dataset),
            fields.text("train", null),
            fields.optionalText("test"),
            fields.text("target", null),
            fields.optionalText("task"),
            fields.texts("missingWords"),
            fields.number("maxSeconds", 60.0, Range.POSITIVE),
            "write \"missingWords\": [\"%s\"]"::formatted);
    fields.end();
    return request;
  }
}
