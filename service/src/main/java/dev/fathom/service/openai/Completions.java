package dev.fathom.service.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.generate.FinishReason;
import dev.fathom.generate.Generation;
import dev.fathom.generate.Generator;
import dev.fathom.generate.TokenScore;
import dev.fathom.service.Refusal;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
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

  /** Of the prompt, which all texts behind it share. */
  private List<TokenScore> scores = List.of();

  /** Gets a text in pieces. */
  private interface Pieces {
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
   * @throws Refusal 400 if no text can follow a prompt, or a token that is biased is none
   */
  static List<int[]> prompts(CompletionRequest request, Generator generator) {
    checkBias(request.wishes(), generator);
    try {
      return request.prompts().stream()
          .map(
              prompt -> {
                var tokens = prompt.tokens(generator.model());
                generator.check(tokens);
                return tokens;
              })
          .toList();
    } catch (IllegalArgumentException e) {
      throw Arguments.wrong("prompt", e.getMessage());
    }
  }

  /**
   * @throws Refusal 400 if a token that is biased is none
   */
  static void checkBias(Wishes wishes, Generator generator) {
    int size = generator.tokenizer().size();
    for (int token : wishes.logitBias().keySet()) {
      if (token >= size) {
        throw Arguments.wrong(
            "logit_bias",
            "expected tokens of 0 to %d as keys of 'logit_bias' but got %d"
                .formatted(size - 1, token));
      }
    }
  }

  /** {@return all texts in one answer} */
  ObjectNode whole(Generator generator) throws IOException {
    var body = body();
    var choices = body.putArray("choices");
    for (var prompt : prompts(request, generator)) {
      for (var text : best(generator, prompt)) {
        choice(choices, choices.size(), text.all(), text.reason(), text.logProbs());
      }
    }
    body.set("usage", usage());
    return body;
  }

  /** A text that is there. */
  private record Text(String all, FinishReason reason, LogProbs logProbs) {}

  private List<Text> best(Generator generator, int[] prompt) throws IOException {
    var texts = new ArrayList<Text>();
    promptTokens += prompt.length;
    for (int number = 0; number < request.candidates(); number++) {
      var all = new StringBuilder();
      generate(
          generator,
          prompt,
          number,
          (piece, reason, logProbs) -> {
            all.append(piece);
            if (reason != null) {
              texts.add(new Text(all.toString(), reason, logProbs));
            }
          });
    }
    if (request.candidates() > request.count()) {
      texts.sort(Comparator.comparingDouble(text -> -text.logProbs().mean()));
    }
    return texts.subList(0, request.count());
  }

  /** Sends each piece as it comes, and in the end {@code [DONE]}. */
  void stream(Generator generator, Chunks chunks) throws IOException {
    int index = 0;
    for (var prompt : prompts(request, generator)) {
      promptTokens += prompt.length;
      for (int number = 0; number < request.count(); number++) {
        int choice = index++;
        generate(
            generator,
            prompt,
            number,
            (piece, reason, logProbs) -> {
              var body = body();
              choice(body.putArray("choices"), choice, piece, reason, logProbs);
              if (request.includeUsage()) {
                body.putNull("usage");
              }
              chunks.send(body.toString());
            });
      }
    }
    if (request.includeUsage()) {
      var body = body();
      body.putArray("choices");
      body.set("usage", usage());
      chunks.send(body.toString());
    }
    chunks.send("[DONE]");
  }

  private void generate(Generator generator, int[] prompt, int number, Pieces pieces)
      throws IOException {
    var logProbs = new LogProbs(generator.tokenizer(), prompt);
    try (var generation = start(generator, prompt, number, logProbs)) {
      try {
        if (request.echo()) {
          if (request.logProbs().isPresent()) {
            if (number == 0) {
              scores = generation.scorePrompt(request.logProbs().getAsInt());
            }
            logProbs.prompt(prompt, scores);
          }
          pieces.next(generator.tokenizer().decode(prompt), null, logProbs);
        }
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
  }

  private Generation start(Generator generator, int[] prompt, int number, LogProbs logProbs) {
    var sampling = request.sampling(generator.model(), number);
    boolean scored = request.logProbs().isPresent() || request.candidates() > request.count();
    return scored
        ? generator.start(prompt, sampling, request.logProbs().orElse(0), logProbs::generated)
        : generator.start(prompt, sampling);
  }

  private ObjectNode body() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", "text_completion")
        .put("created", created)
        .put("model", request.model());
  }

  private void choice(
      ArrayNode choices, int index, String text, FinishReason reason, LogProbs logProbs) {
    var choice = choices.addObject().put("text", text).put("index", index);
    choice.set("logprobs", request.logProbs().isPresent() ? logProbs.take(text, reason) : null);
    choice.put("finish_reason", reason == null ? null : reason.name().toLowerCase(Locale.ROOT));
  }

  private ObjectNode usage() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("prompt_tokens", promptTokens)
        .put("completion_tokens", completionTokens)
        .put("total_tokens", promptTokens + completionTokens);
  }
}
