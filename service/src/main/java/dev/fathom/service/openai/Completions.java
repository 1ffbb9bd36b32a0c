package dev.fathom.service.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.generate.FinishReason;
import dev.fathom.generate.Generator;
import dev.fathom.service.Refusal;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** The answer to one request for completions. For one thread. */
final class Completions {
  private final CompletionRequest request;
  private final BooleanSupplier clientIsGone;
  private final IntConsumer tokens;
  private final String id = "cmpl-" + UUID.randomUUID().toString().replace("-", "");
  private final long created = Instant.now().getEpochSecond();
  private int promptTokens;
  private int completionTokens;

  /** Gets the pieces of text that are generated for a request, choice by choice. */
  private interface Listener {
    void piece(int choice, String text) throws IOException;

    void end(int choice, FinishReason reason) throws IOException;
  }

  /** Gets the chunks of a stream. */
  interface Chunks {
    void send(String data) throws IOException;
  }

  /**
   * @param clientIsGone asked before each piece; nothing more is generated then
   * @param tokens gets the number of tokens of each text, also when the client is gone
   */
  Completions(CompletionRequest request, BooleanSupplier clientIsGone, IntConsumer tokens) {
    this.request = request;
    this.clientIsGone = clientIsGone;
    this.tokens = tokens;
  }

  /**
   * {@return the tokens of the prompts}
   *
   * @throws Refusal 400 if no text can follow a prompt
   */
  static List<int[]> prompts(CompletionRequest request, Generator generator) {
    try {
      return request.prompts().stream()
          .map(
              prompt -> {
                var tokens = prompt.tokens(generator.tokenizer());
                generator.check(tokens);
                return tokens;
              })
          .toList();
    } catch (IllegalArgumentException e) {
      throw Arguments.wrong("prompt", e.getMessage());
    }
  }

  /** {@return all texts in one answer} */
  ObjectNode whole(Generator generator) throws IOException {
    var texts = new ArrayList<StringBuilder>();
    var body = body();
    var choices = body.putArray("choices");
    generate(
        generator,
        new Listener() {
          @Override
          public void piece(int choice, String text) {
            if (texts.size() == choice) {
              texts.add(new StringBuilder());
            }
            texts.get(choice).append(text);
          }

          @Override
          public void end(int choice, FinishReason reason) {
            piece(choice, "");
            choice(choices, choice, texts.get(choice).toString(), reason);
          }
        });
    body.set("usage", usage());
    return body;
  }

  /** Sends each piece as it comes, and in the end {@code [DONE]}. */
  void stream(Generator generator, Chunks chunks) throws IOException {
    generate(
        generator,
        new Listener() {
          @Override
          public void piece(int choice, String text) throws IOException {
            chunk(choice, text, null);
          }

          @Override
          public void end(int choice, FinishReason reason) throws IOException {
            chunk(choice, "", reason);
          }

          private void chunk(int choice, String text, FinishReason reason) throws IOException {
            var body = body();
            choice(body.putArray("choices"), choice, text, reason);
            if (request.includeUsage()) {
              body.putNull("usage");
            }
            chunks.send(body.toString());
          }
        });
    if (request.includeUsage()) {
      var body = body();
      body.putArray("choices");
      body.set("usage", usage());
      chunks.send(body.toString());
    }
    chunks.send("[DONE]");
  }

  private void generate(Generator generator, Listener listener) throws IOException {
    int choice = 0;
    for (var prompt : prompts(request, generator)) {
      promptTokens += prompt.length;
      for (int number = 0; number < request.count(); number++) {
        if (request.echo()) {
          listener.piece(choice, generator.tokenizer().decode(prompt));
        }
        generate(generator, prompt, number, choice++, listener);
      }
    }
  }

  private void generate(
      Generator generator, int[] prompt, int number, int choice, Listener listener)
      throws IOException {
    try (var generation = generator.start(prompt, request.sampling(number))) {
      try {
        for (var piece = generation.next(); piece != null; piece = generation.next()) {
          if (clientIsGone.getAsBoolean()) {
            throw new Refusal(499, "the client is gone");
          }
          listener.piece(choice, piece);
        }
        listener.end(choice, generation.finishReason().orElseThrow());
      } finally {
        completionTokens += generation.completionTokens();
        tokens.accept(generation.completionTokens());
      }
    }
  }

  private ObjectNode body() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", "text_completion")
        .put("created", created)
        .put("model", request.model());
  }

  private static void choice(ArrayNode choices, int index, String text, FinishReason reason) {
    choices
        .addObject()
        .put("text", text)
        .put("index", index)
        .putNull("logprobs")
        .put("finish_reason", reason == null ? null : reason.name().toLowerCase(Locale.ROOT));
  }

  private ObjectNode usage() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("prompt_tokens", promptTokens)
        .put("completion_tokens", completionTokens)
        .put("total_tokens", promptTokens + completionTokens);
  }
}
