package dev.fathom.service.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.generate.PictureGenerator;
import dev.fathom.generate.PictureRequest;
import dev.fathom.image.Picture;
import dev.fathom.image.PngWriter;
import dev.fathom.json.Fields;
import dev.fathom.json.Range;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.OpenModel;
import dev.fathom.service.OpenModels;
import dev.fathom.service.OpenModels.Key;
import dev.fathom.service.Refusal;
import dev.fathom.service.ServerPaths;
import dev.fathom.task.Generative.Wish;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;

/** {@code /api/v1/models/{name}/generate}: pictures that a model makes. */
@Path("/api/v1/models/{name}/generate")
@Tag(name = "Models")
public final class GenerateResource {

  private static final String PNG = "image/png";
  private static final MediaType PNG_TYPE = MediaType.valueOf(PNG);

  private static final String EXAMPLE =
      """
      {"class": "7", "count": 16, "seed": 1, "steps": 50, "guidance": 2}
      """;

  private static final Logger LOG = Logger.getLogger(GenerateResource.class);

  @Inject OpenModels models;
  @Inject ServerPaths paths;
  @Inject FathomConfig config;

  @POST
  @UsesModels
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces({PNG, MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS})
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(type = SchemaType.OBJECT),
              examples = @ExampleObject(name = "digits", value = EXAMPLE)))
  @Operation(
      operationId = "generatePictures",
      summary = "Makes pictures by a diffusion model, a variational autoencoder or a GAN",
      description =
          "`class` (default: each picture the next), `count` (default: 1), `seed` (default: another"
              + " each time), `steps`, `guidance` and `walk`, pictures that change evenly over the"
              + " grid, may be left out. By `Accept` the answer is one grid, `image/png`; each"
              + " picture as PNG in Base64, `application/json`; or `text/event-stream`: an event"
              + " `step` with `step` and `steps` after each, and in the end `pictures` with the"
              + " JSON. The header `X-Seed` tells the seed.")
  public Response generate(
      @PathParam("name") @Parameter(example = "digits-diffusion") String name,
      @Context HttpHeaders headers,
      @Context HttpServerResponse client,
      InputStream body)
      throws IOException {
    var request = request(JsonBody.read(body, config.limits().body().asLongValue()));
    var key = models.find(name);
    // What is wrong is told before a stream begins, with its status.
    models.with(key, open -> pictures(open).check(request));
    var type = type(headers.getAcceptableMediaTypes());
    if (type.equals(MediaType.SERVER_SENT_EVENTS_TYPE)) {
      StreamingOutput stream = out -> stream(key, request, client, out);
      return Response.ok(stream).type(type).header("Cache-Control", "no-cache").build();
    }
    var made =
        models.with(
            key,
            open -> {
              var generator = pictures(open);
              var all = generator.generate(request, (_, _) -> requireClient(client));
              return type.equals(PNG_TYPE)
                  ? PngWriter.of(Picture.grid(all, request.columns()))
                  : json(key, generator, request, all);
            });
    return Response.ok(made).type(type).header("X-Seed", request.seed()).build();
  }

  private static void requireClient(HttpServerResponse client) {
    if (client.closed()) {
      throw new UncheckedIOException(new ClosedChannelException());
    }
  }

  private void stream(
      Key key, PictureRequest request, HttpServerResponse client, OutputStream out) {
    try {
      try {
        models.with(
            key,
            open -> {
              var generator = pictures(open);
              var all =
                  generator.generate(
                      request,
                      (step, steps) -> {
                        requireClient(client);
                        send(out, "step", node().put("step", step).put("steps", steps));
                      });
              send(out, "pictures", json(key, generator, request, all));
              return null;
            });
      } catch (UncheckedIOException e) {
        throw e.getCause();
      } catch (RuntimeException e) {
        var refusal = paths.hide(Refusals.of(e));
        send(out, "error", ErrorForm.of(refusal, "/api/v1/models").body());
      }
    } catch (IOException | UncheckedIOException clientIsGone) {
      LOG.debug("A client disconnected from a stream", clientIsGone);
    }
  }

  private static void send(OutputStream out, String event, ObjectNode data) {
    try {
      out.write("event:%s\ndata:%s\n\n".formatted(event, data).getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode node() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static ObjectNode json(
      Key key, PictureGenerator generator, PictureRequest request, List<Picture> pictures) {
    var json = node().put("model", key.name()).put("version", key.version());
    json.put("seed", request.seed());
    var data = json.putArray("pictures");
    for (int i = 0; i < pictures.size(); i++) {
      var picture = data.addObject();
      generator.label(request, i).ifPresent(label -> picture.put("class", label));
      picture.put("png", Base64.getEncoder().encodeToString(PngWriter.of(pictures.get(i))));
    }
    return json;
  }

  /** {@return the type of the answer: the first that the client takes, a PNG if it takes any} */
  private static MediaType type(List<MediaType> accepted) {
    for (var each : accepted) {
      for (var own :
          List.of(PNG_TYPE, MediaType.APPLICATION_JSON_TYPE, MediaType.SERVER_SENT_EVENTS_TYPE)) {
        if (each.isCompatible(own)) {
          return own;
        }
      }
    }
    return PNG_TYPE;
  }

  private static PictureRequest request(JsonNode json) {
    var fields = Fields.of(json, "");
    var label = fields.optionalText("class");
    var count = fields.integer("count", 1L, 1, PictureRequest.MOST);
    var seed = fields.optionalInteger("seed", Long.MIN_VALUE);
    var steps = fields.optionalInteger("steps", 1);
    var guidance = fields.optionalNumber("guidance", Range.NOT_NEGATIVE);
    var walk = fields.flag("walk", false);
    fields.end();
    return new PictureRequest(
        label,
        (int) count,
        seed.orElseGet(() -> (long) new Random().nextInt()),
        new Wish(
            steps
                .map(each -> OptionalInt.of((int) Math.min(each, Integer.MAX_VALUE)))
                .orElse(OptionalInt.empty()),
            guidance.map(OptionalDouble::of).orElse(OptionalDouble.empty())),
        walk);
  }

  /**
   * {@return what makes a model's pictures}
   *
   * @throws Refusal 422 if it makes none
   */
  private static PictureGenerator pictures(OpenModel open) {
    try {
      return open.pictures();
    } catch (IllegalArgumentException e) {
      throw new Refusal(422, e.getMessage());
    }
  }
}
