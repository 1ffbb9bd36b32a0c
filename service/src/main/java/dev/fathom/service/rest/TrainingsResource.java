package dev.fathom.service.rest;

import dev.fathom.service.FathomConfig;
import dev.fathom.service.Refusal;
import dev.fathom.service.jobs.Job;
import dev.fathom.service.jobs.JobRecord;
import dev.fathom.service.jobs.Jobs;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /api/v1/trainings}. */
@Path("/api/v1/trainings")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Trainings")
public final class TrainingsResource {

  private static final String EXAMPLE =
      """
      {"name": "lenet",
       "data": {"dataset": "mnist", "scale": 0.00392156862745098},
       "model": "lenet",
       "training": {"epochs": 3, "batchSize": 128}}
      """;

  @Inject Jobs jobs;
  @Inject FathomConfig config;

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "submitTraining",
      summary = "Queues a training",
      description =
          "The body is a model spec whose `data` names a dataset. It is checked against the data"
              + " before the answer, and compiled when it runs: one that needs more memory than there"
              + " is may fail only then. The same Idempotency-Key with the same spec"
              + " gives the same training.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(ref = SpecInOpenApi.NAME),
              examples = @ExampleObject(name = "digits", value = EXAMPLE)))
  @APIResponseSchema(value = Job.class, responseCode = "202")
  public Response submit(
      @HeaderParam("Idempotency-Key") String key, @Context UriInfo uri, InputStream body)
      throws IOException {
    var spec = JsonBody.read(body, config.limits().spec().asLongValue());
    var job = jobs.submit(spec, key);
    return accepted(job, uri);
  }

  @GET
  @Operation(operationId = "listTrainings", summary = "Lists the trainings, oldest first")
  public Page<Job> list(@BeanParam Page.Request page) throws Exception {
    return Page.of(jobs.ids(), page, id -> jobs.get(id).job());
  }

  @GET
  @Path("{id}")
  @Operation(operationId = "getTraining", summary = "Tells where a training stands")
  public Job get(@PathParam("id") String id) {
    return jobs.get(id).job();
  }

  @GET
  @Path("{id}/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      operationId = "streamTrainingEvents",
      summary = "Streams a training's events",
      description =
          "`queued`, `running`, `started`, `epoch`, and at the end `succeeded`, `failed`,"
              + " `cancelled` or `interrupted`, each with an id that rises and is kept;"
              + " between them `progress`, without id. Of thousands of epochs, old ones that are not"
              + " in the history are forgotten. The data of each is a TrainingEvent. Ends behind the last event; a client that"
              + " has all of an ended training gets 204.")
  @APIResponse(responseCode = "204", description = "The client has all events")
  @APIResponse(
      responseCode = "200",
      description = "Server-sent events",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(type = SchemaType.STRING),
              examples =
                  @ExampleObject(
                      name = "an epoch",
                      value =
                          """
                          id: 4
                          event: epoch
                          data: {"type":"epoch","epoch":1,"loss":0.21,"accuracy":0.94}
                          """)))
  @RunOnVirtualThread // It takes as long as the training.
  public Response events(
      @PathParam("id") String id,
      @HeaderParam("Last-Event-ID")
          @Parameter(description = "the id of the last event that the client has")
          String last,
      @Context HttpServerResponse client)
      throws IOException {
    var job = jobs.get(id);
    long told = eventId(last);
    if (job.state().ended() && job.events(told).isEmpty()) {
      throw new WebApplicationException(Response.Status.NO_CONTENT);
    }
    return Response.ok(new EventStream(job, told, client::closed))
        .type(MediaType.SERVER_SENT_EVENTS)
        .header("Cache-Control", "no-cache")
        .build();
  }

  private static long eventId(String text) {
    if (text == null || text.isEmpty()) {
      return 0;
    }
    if (!text.matches("\\d{1,18}")) {
      throw new Refusal(400, "expected a number as Last-Event-ID but got '" + text + "'");
    }
    return Long.parseLong(text);
  }

  @POST
  @Path("{id}/cancel")
  @Consumes(MediaType.WILDCARD)
  @Operation(
      operationId = "cancelTraining",
      summary = "Ends a training within one step; its newest checkpoint stays")
  @APIResponseSchema(value = Job.class, responseCode = "202")
  public Response cancel(@PathParam("id") String id, @Context UriInfo uri) {
    return accepted(jobs.cancel(id), uri);
  }

  @POST
  @Path("{id}/resume")
  @Consumes(MediaType.WILDCARD)
  @Operation(
      operationId = "resumeTraining",
      summary = "Queues a cancelled, failed or interrupted training to go on where it was")
  @APIResponseSchema(value = Job.class, responseCode = "202")
  public Response resume(@PathParam("id") String id, @Context UriInfo uri) throws IOException {
    return accepted(jobs.resume(id), uri);
  }

  @DELETE
  @Path("{id}")
  @Produces(MediaType.WILDCARD) // Nothing, so whatever a client wants.
  @Operation(operationId = "deleteTraining", summary = "Deletes an ended training; its model stays")
  public void delete(@PathParam("id") String id) throws IOException {
    jobs.delete(id);
  }

  private static Response accepted(JobRecord job, UriInfo uri) {
    return accepted(job.job(), job, uri);
  }

  /** {@return an answer to who made a training that is queued} */
  static Response accepted(Object answer, JobRecord job, UriInfo uri) {
    // Without scheme and host: the client knows them, and the header Host may lie.
    var path = uri.getBaseUri().getPath() + "api/v1/trainings/" + job.id();
    return Response.accepted(answer).header("Location", path).build();
  }
}
