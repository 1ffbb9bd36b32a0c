package dev.fathom.service.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.generate.Generator;
import dev.fathom.model.Model;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.ModelMetrics;
import dev.fathom.service.OpenModel;
import dev.fathom.service.OpenModels;
import dev.fathom.service.OpenModels.Key;
import dev.fathom.service.Refusal;
import dev.fathom.service.ServerPaths;
import dev.fathom.service.rest.ErrorForm;
import dev.fathom.service.rest.JsonBody;
import dev.fathom.service.rest.Refusals;
import dev.fathom.service.rest.UsesModels;
import dev.fathom.spec.SavedModel;
import dev.fathom.store.Bundle;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.StoreException;
import dev.fathom.task.Generative;
import dev.fathom.task.WishException;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;

/** {@code /v1}, OpenAI's API. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "OpenAI")
public final class OpenAiResource {

  private static final String COMPLETION =
      """
      {"model": "gpt", "prompt": "Call me", "max_tokens": 50, "temperature": 0.8, "stream": false}
      """;

  private static final String CHAT =
      """
      {"model": "gpt", "messages": [{"role": "user", "content": "Who are you?"}], "max_tokens": 50}
      """;

  private static final String EMBEDDING =
      """
      {"model": "gpt", "input": ["Call me", "Ishmael"]}
      """;

  private static final String PICTURE =
      """
      {"model": "fashion-resnet", "input": ["data:image/png;base64,iVBORw0KGgo..."], "layer": "pool"}
      """;

  private static final String IMAGES =
      """
      {"model": "digits-diffusion", "prompt": "7", "n": 4, "seed": 1}
      """;

  private static final Logger LOG = Logger.getLogger(OpenAiResource.class);

  @Inject OpenModels models;
  @Inject ServerPaths paths;
  @Inject DataDirectory directory;
  @Inject FathomConfig config;
  @Inject ModelMetrics metrics;

  @GET
  @Path("models")
  @Operation(summary = "Lists the models of texts, of pictures, and those that make pictures")
  public ObjectNode list() throws IOException {
    var json = JsonNodeFactory.instance.objectNode().put("object", "list");
    var data = json.putArray("data");
    for (var name : directory.models().names()) {
      try {
        var newest = directory.models().newest(name);
        if (isUsable(newest.bundle())) {
          data.add(described(name, newest.bundle().written().getEpochSecond()));
        }
      } catch (IllegalArgumentException damaged) {
        // A request for this model by name gets the error.
      }
    }
    return json;
  }

  @GET
  @Path("models/{model}")
  @Operation(summary = "Tells of a model of such a list, NAME or NAME:VERSION")
  public ObjectNode model(@PathParam("model") String model) throws IOException {
    var key = find(model);
    var bundle = directory.models().get(key.name(), key.version()).bundle();
    if (!isUsable(bundle)) {
      throw Arguments.wrong(
          404, "model", "'%s' is a model of neither texts nor pictures".formatted(model));
    }
    return described(model, bundle.written().getEpochSecond());
  }

  /** {@return whether an endpoint can do something with a model} Its weights are not read. */
  private static boolean isUsable(Bundle bundle) throws IOException {
    if (Model.takesTexts(bundle)) {
      return true;
    }
    var made = SavedModel.made(bundle);
    // A prompt for a picture names a class.
    return made.isPresent()
        && (made.get().preparation().pictures().isPresent()
            || made.get().spec().task() instanceof Generative
                && !bundle.json().path("labels").isEmpty());
  }

  private static ObjectNode described(String id, long created) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", "model")
        .put("created", created)
        .put("owned_by", "fathom");
  }

  @POST
  @UsesModels
  @Path("completions")
  @Consumes(MediaType.APPLICATION_JSON)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              examples = @ExampleObject(name = "text", value = COMPLETION)))
  @Operation(
      summary = "Goes on with texts by a language model",
      description =
          "With `stream`, pieces come as server-sent events, in the end `[DONE]`. With `logprobs`"
              + " each token has its log-probability, with `echo` those of the prompt too;"
              + " `max_tokens` 0 only scores the prompt. A text ends at a"
              + " stop string (`stop`), after `max_tokens`, or where the context is full (`length`)."
              + " An empty prompt is refused: a text goes on from something.")
  public Response complete(InputStream body, @Context HttpServerResponse client)
      throws IOException {
    var request = CompletionRequest.parse(read(body));
    var key = find(request.model());
    var reply = reply("cmpl-", key, request.model(), request.includeUsage(), client);
    return replied(key, request.stream(), "/v1/completions", new Completions(request, reply));
  }

  @POST
  @UsesModels
  @Path("chat/completions")
  @Consumes(MediaType.APPLICATION_JSON)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              examples = @ExampleObject(name = "messages", value = CHAT)))
  @Operation(
      summary = "Answers in a chat by a language model",
      description =
          "The model's chat template makes the prompt of the messages, whose contents are texts or"
              + " parts of type `text`. With `tools` the answer may call functions; `tool_choice`"
              + " may ask for a call. With `response_format` the answer is JSON, which meets the"
              + " schema whatever the model. With `stream`, pieces come as server-sent events, in the"
              + " end `[DONE]`. `chat_template`, an argument of our own, replaces the model's"
              + " template.")
  public Response chat(InputStream body, @Context HttpServerResponse client) throws IOException {
    var request = ChatRequest.parse(read(body));
    var key = find(request.model());
    var reply = reply("chatcmpl-", key, request.model(), request.includeUsage(), client);
    return replied(
        key, request.stream(), "/v1/chat/completions", new ChatCompletions(request, reply));
  }

  private Reply reply(
      String prefix, Key key, String model, boolean includeUsage, HttpServerResponse client) {
    return new Reply(
        prefix, model, includeUsage, client::closed, tokens -> metrics.generated(key, tokens));
  }

  private Response replied(Key key, boolean streams, String path, Replier replier)
      throws IOException {
    if (!streams) {
      return Response.ok(models.with(key, open -> replier.whole(generator(open)))).build();
    }
    // What is wrong with the request is told before the stream begins, with its status.
    models.with(
        key,
        open -> {
          replier.check(generator(open));
          return null;
        });
    StreamingOutput stream = out -> stream(key, path, replier, out);
    return Response.ok(stream)
        .type(MediaType.SERVER_SENT_EVENTS)
        .header("Cache-Control", "no-cache")
        .build();
  }

  private void stream(Key key, String path, Replier replier, OutputStream out) {
    Reply.Chunks chunks =
        data -> {
          out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
          out.flush();
        };
    try {
      try {
        models.with(
            key,
            open -> {
              replier.stream(generator(open), chunks);
              return null;
            });
      } catch (RuntimeException e) {
        chunks.send(ErrorForm.of(paths.hide(Refusals.of(e)), path).body().toString());
      }
    } catch (IOException clientIsGone) {
      LOG.debug("A client disconnected from a stream", clientIsGone);
    }
  }

  @POST
  @UsesModels
  @Path("embeddings")
  @Consumes(MediaType.APPLICATION_JSON)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              examples = {
                @ExampleObject(name = "texts", value = EMBEDDING),
                @ExampleObject(name = "pictures", value = PICTURE)
              }))
  @Operation(
      summary = "Gives vectors of texts, or of pictures",
      description =
          "A vector is what the network gives in front of its last layer, or in the `layer` of that"
              + " name; where that is one for each step, their mean over the text's tokens, of a"
              + " feature map the mean over its places. A model of pictures takes files in Base64 or"
              + " as data URLs. With `dimensions` fewer numbers are kept, and the vector is made 1"
              + " long.")
  public ObjectNode embed(InputStream body) throws IOException {
    var request = EmbeddingRequest.parse(read(body));
    return models.with(
        find(request.model()),
        open -> {
          try (var lease = able(open, each -> each.embedder(request.layer()))) {
            return request.answer(lease.value());
          }
        });
  }

  @POST
  @UsesModels
  @Path("images/generations")
  @Consumes(MediaType.APPLICATION_JSON)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              examples = @ExampleObject(name = "a seven", value = IMAGES)))
  @Operation(
      summary = "Makes pictures of a class",
      description =
          "`prompt` is the name of a class that the model knows, `n` how many pictures, `size`"
              + " `auto` or that of its pictures. They come as PNG in Base64, `b64_json`; with"
              + " `seed`, an argument of our own, they are the same each time.")
  public ObjectNode images(InputStream body, @Context HttpServerResponse client)
      throws IOException {
    var request = ImageRequest.parse(read(body));
    return models.with(
        find(request.model()),
        open ->
            request.answer(
                able(open, OpenModel::pictures),
                (_, _) -> {
                  if (client.closed()) {
                    throw new UncheckedIOException(new ClosedChannelException());
                  }
                }));
  }

  @POST
  @Path("responses")
  @Operation(hidden = true)
  public Response responses() {
    throw new Refusal(
        404, "there is no /v1/responses here: send 'messages' to /v1/chat/completions");
  }

  private JsonNode read(InputStream body) throws IOException {
    return JsonBody.read(body, config.limits().body().asLongValue());
  }

  private static Generator generator(OpenModel open) {
    return able(open, OpenModel::generator);
  }

  /** A model that cannot do what is asked is the client's mistake. */
  private static <T> T able(OpenModel open, Function<OpenModel, T> part) {
    try {
      return part.apply(open);
    } catch (WishException e) {
      throw Arguments.wrong(e.part(), e.getMessage());
    } catch (IllegalArgumentException e) {
      throw Arguments.wrong(
          "model",
          "the model '%s' cannot do this: %s".formatted(open.model().name(), e.getMessage()));
    }
  }

  private Key find(String model) throws IOException {
    try {
      return models.find(model);
    } catch (Refusal | StoreException e) {
      throw Arguments.wrong(404, "model", "there is no model '%s'".formatted(model));
    }
  }
}
