package dev.fathom.service.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.generate.FinishReason;
import dev.fathom.generate.Generation;
import dev.fathom.service.Refusal;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * What answers to requests for texts have in common: an id, counts of tokens, the pieces of a text,
 * and the end of a stream. For one request and one thread.
 */
final class Reply {
  private final String id;
  private final String model;
  private final boolean includeUsage;
  private final BooleanSupplier clientIsGone;
  private final IntConsumer tokens;
  private final long created = Instant.now().getEpochSecond();
  private int promptTokens;
  private int cachedTokens;
  private int completionTokens;

  /** Gets a text in pieces. */
  interface Pieces {
    /**
     * @param reason null before the last piece, which is empty
     * @param logProbs of the tokens up to here, maybe some that wait for the next piece
     */
    void next(String piece, FinishReason reason, LogProbs logProbs) throws IOException;
  }

  /** Gets the chunks of a stream. */
  interface Chunks {
    void send(String data) throws IOException;
  }

  /**
   * @param prefix of the id
   * @param model as the client named it
   * @param includeUsage whether a stream ends with the counts
   * @param clientIsGone asked before each piece; nothing more is generated then
   * @param tokens gets the number of tokens of each text, also when the client is gone
   */
  Reply(
      String prefix,
      String model,
      boolean includeUsage,
      BooleanSupplier clientIsGone,
      IntConsumer tokens) {
    this.id = prefix + random();
    this.model = model;
    this.includeUsage = includeUsage;
    this.clientIsGone = clientIsGone;
    this.tokens = tokens;
  }

  /** {@return 32 characters at random, for an id} */
  static String random() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  /** Counts the tokens of a prompt. */
  void prompt(int[] prompt) {
    promptTokens += prompt.length;
  }

  /** Counts the tokens of a prompt that were known from a text before. */
  void cached(Generation generation) {
    cachedTokens += generation.cachedTokens();
  }

  /** Generates a text, and counts its tokens. */
  void generate(Generation generation, LogProbs logProbs, Pieces pieces) throws IOException {
    try {
      for (var piece = generation.next(); piece != null; piece = generation.next()) {
        if (clientIsGone.getAsBoolean()) {
          throw new Refusal(499, "the client is gone");
        }
        pieces.next(piece, null, logProbs);
      }
      pieces.next("", generation.finishReason().orElseThrow(), logProbs);
    } finally {
      completionTokens += generation.completionTokens();
      tokens.accept(generation.completionTokens());
    }
  }

  /** {@return what an answer, or a chunk of it, begins with} */
  ObjectNode body(String object) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", object)
        .put("created", created)
        .put("model", model);
  }

  /** {@return the counts} */
  ObjectNode usage() {
    var usage =
        JsonNodeFactory.instance
            .objectNode()
            .put("prompt_tokens", promptTokens)
            .put("completion_tokens", completionTokens)
            .put("total_tokens", promptTokens + completionTokens);
    usage.putObject("prompt_tokens_details").put("cached_tokens", cachedTokens);
    return usage;
  }

  /** Sends a chunk with choices. */
  void send(Chunks chunks, ObjectNode body) throws IOException {
    if (includeUsage) {
      body.putNull("usage");
    }
    chunks.send(body.toString());
  }

  /** Ends a stream: with the counts, if they are asked for, and {@code [DONE]}. */
  void end(Chunks chunks, String object) throws IOException {
    if (includeUsage) {
      var body = body(object);
      body.putArray("choices");
      body.set("usage", usage());
      chunks.send(body.toString());
    }
    chunks.send("[DONE]");
  }
}
