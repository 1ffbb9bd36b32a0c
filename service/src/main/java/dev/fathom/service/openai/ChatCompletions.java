package dev.fathom.service.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.generate.Chats;
import dev.fathom.generate.Constraint;
import dev.fathom.generate.FinishReason;
import dev.fathom.generate.Generation;
import dev.fathom.generate.Generator;
import dev.fathom.generate.JsonConstraint;
import dev.fathom.generate.Sampling;
import dev.fathom.json.SpecException;
import dev.fathom.service.Refusal;
import dev.fathom.text.Chat;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The answer to one request of a chat. For one thread. */
final class ChatCompletions implements Replier {
  private static final String CHUNK = "chat.completion.chunk";

  private final ChatRequest request;
  private final Reply reply;

  /** Null before the request was checked. */
  private Start start;

  /**
   * What all answers go on from.
   *
   * @param format how calls are written; empty if there are no tools
   * @param constraint what answers must be; empty for any text
   */
  private record Start(
      int[] prompt,
      Sampling sampling,
      Optional<Tools.Format> format,
      Optional<JsonConstraint> constraint) {}

  ChatCompletions(ChatRequest request, Reply reply) {
    this.request = request;
    this.reply = reply;
  }

  /**
   * @throws Refusal 400 if there is no template, or it cannot make a prompt of the messages, or the
   *     prompt is too long, or the format cannot be met
   */
  @Override
  public void check(Generator generator) {
    start(generator);
  }

  /** {@return what all answers go on from} A stream has checked it before it begins. */
  private Start start(Generator generator) {
    if (start == null) {
      start = prepared(generator);
    }
    return start;
  }

  private Start prepared(Generator generator) {
    var chat = request.chat(generator.model().preparation().chat());
    var tokenizer = generator.tokenizer();
    int[] prompt;
    try {
      prompt = tokenizer.encodeWithSpecial(request.prompt(chat));
      generator.check(prompt);
    } catch (Refusal e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw Arguments.wrong("messages", e.getMessage());
    }
    Completions.checkBias(request.wishes(), generator);
    var format =
        request.tools().isOffered()
            ? Optional.of(Tools.Format.of(chat.template()))
            : Optional.<Tools.Format>empty();
    int most = Math.min(request.wishes().maxTokens(), generator.context() + 1 - prompt.length);
    return new Start(prompt, ending(chat, generator), format, constraint(generator, format, most));
  }

  /** {@return the sampling of an answer} JSON ends by itself, and may contain what ends others. */
  private Sampling ending(Chat chat, Generator generator) {
    var ending =
        Chats.ending(chat, generator.tokenizer(), request.wishes().sampling(generator.model()));
    return request.isConstrained() ? ending.withStop() : ending;
  }

  private Optional<JsonConstraint> constraint(
      Generator generator, Optional<Tools.Format> format, int most) {
    try {
      if (request.tools().mustCall()) {
        var form = format.orElseThrow();
        return Optional.of(
            JsonConstraint.ofCall(
                generator.tokens(),
                request.tools().callable(),
                form.open(),
                form.close(),
                form.arguments(),
                most));
      }
      return request.format().map(schema -> JsonConstraint.of(generator.tokens(), schema, most));
    } catch (SpecException e) {
      throw Arguments.wrong(
          request.tools().mustCall() ? "tools" : "response_format.json_schema.schema",
          e.getMessage());
    } catch (IllegalArgumentException e) {
      throw Arguments.wrong(
          request.tools().mustCall() ? "tool_choice" : "response_format", e.getMessage());
    }
  }

  @Override
  public ObjectNode whole(Generator generator) throws IOException {
    var start = start(generator);
    var body = reply.body("chat.completion");
    var choices = body.putArray("choices");
    reply.prompt(start.prompt());
    for (int number = 0; number < request.count(); number++) {
      int index = number;
      var all = new StringBuilder();
      generate(
          generator,
          start,
          number,
          (piece, reason, logProbs) -> {
            all.append(piece);
            if (reason != null) {
              var choice = choices.addObject().put("index", index);
              var text = all.toString();
              var calls = start.format().map(f -> f.calls(text)).orElse(List.of());
              var message = choice.putObject("message").put("role", "assistant");
              message.put("content", content(start, text, calls)).putNull("refusal");
              if (!calls.isEmpty()) {
                var list = message.putArray("tool_calls");
                calls.forEach(call -> describe(list.addObject(), call));
              }
              choice.set("logprobs", logProbs(logProbs, text, reason));
              choice.put("finish_reason", reason(reason, calls));
            }
          });
    }
    body.set("usage", reply.usage());
    return body;
  }

  /** {@return what an answer says besides its calls; null if nothing} */
  private static String content(Start start, String text, List<Tools.Call> calls) {
    if (calls.isEmpty()) {
      return text;
    }
    var said = text.substring(0, text.length() - start.format().orElseThrow().held(text)).strip();
    return said.isEmpty() ? null : said;
  }

  private static void describe(ObjectNode json, Tools.Call call) {
    json.put("id", "call_" + Reply.random().substring(0, 24)).put("type", "function");
    json.putObject("function")
        .put("name", call.name())
        .put("arguments", call.arguments().toString());
  }

  private ObjectNode logProbs(LogProbs logProbs, String piece, FinishReason reason) {
    return request.logProbs().isPresent() ? logProbs.takeForChat(piece, reason) : null;
  }

  private static String reason(FinishReason reason, List<Tools.Call> calls) {
    if (reason == null) {
      return null;
    }
    return calls.isEmpty() ? reason.name().toLowerCase(Locale.ROOT) : "tool_calls";
  }

  @Override
  public void stream(Generator generator, Reply.Chunks chunks) throws IOException {
    var start = start(generator);
    reply.prompt(start.prompt());
    for (int number = 0; number < request.count(); number++) {
      int index = number;
      var first = JsonNodeFactory.instance.objectNode().put("role", "assistant");
      send(chunks, index, first.put("content", ""), null, null);
      var held = new StringBuilder();
      generate(
          generator,
          start,
          number,
          (piece, reason, logProbs) ->
              piece(chunks, index, start, held.append(piece), reason, logProbs));
    }
    reply.end(chunks, CHUNK);
  }

  /** Sends what is certain; what may become a call waits for the end. */
  private void piece(
      Reply.Chunks chunks,
      int index,
      Start start,
      StringBuilder held,
      FinishReason reason,
      LogProbs logProbs)
      throws IOException {
    var text = held.toString();
    List<Tools.Call> calls =
        reason == null ? List.of() : start.format().map(f -> f.calls(text)).orElse(List.of());
    boolean waits = start.format().isPresent() && (reason == null || !calls.isEmpty());
    int kept = waits ? start.format().get().held(text) : 0;
    var said = text.substring(0, text.length() - kept);
    held.delete(0, said.length());
    if (!said.isEmpty()) {
      send(
          chunks,
          index,
          JsonNodeFactory.instance.objectNode().put("content", said),
          logProbs(logProbs, said, null),
          null);
    }
    if (reason == null) {
      return;
    }
    if (!calls.isEmpty()) {
      var delta = JsonNodeFactory.instance.objectNode();
      var list = delta.putArray("tool_calls");
      for (int i = 0; i < calls.size(); i++) {
        describe(list.addObject().put("index", i), calls.get(i));
      }
      send(chunks, index, delta, logProbs(logProbs, text.substring(said.length()), null), null);
    }
    send(
        chunks,
        index,
        JsonNodeFactory.instance.objectNode(),
        logProbs(logProbs, "", reason),
        reason(reason, calls));
  }

  private void send(
      Reply.Chunks chunks, int index, ObjectNode delta, ObjectNode logProbs, String finishReason)
      throws IOException {
    var body = reply.body(CHUNK);
    var choice = body.putArray("choices").addObject().put("index", index);
    choice.set("delta", delta);
    choice.set("logprobs", logProbs);
    choice.put("finish_reason", finishReason);
    reply.send(chunks, body);
  }

  private void generate(Generator generator, Start start, int number, Reply.Pieces pieces)
      throws IOException {
    var logProbs = new LogProbs(generator.tokenizer(), start.prompt());
    try (var generation = open(generator, start, number, logProbs)) {
      if (number == 0) {
        reply.cached(generation);
      }
      reply.generate(generation, logProbs, pieces);
    }
  }

  private Generation open(Generator generator, Start start, int number, LogProbs logProbs) {
    var sampling = start.sampling().withSeed(request.wishes().seed(number));
    Constraint constraint = start.constraint().map(JsonConstraint::fresh).orElse(null);
    return request.logProbs().isPresent()
        ? generator.start(
            start.prompt(),
            sampling,
            constraint,
            request.logProbs().getAsInt(),
            logProbs::generated)
        : generator.start(start.prompt(), sampling, constraint);
  }
}
