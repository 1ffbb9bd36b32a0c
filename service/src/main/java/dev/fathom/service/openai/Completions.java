package dev.fathom.service.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.generate.FinishReason;
import dev.fathom.generate.Generation;
import dev.fathom.generate.Generator;
import dev.fathom.generate.TokenScore;
import dev.fathom.service.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The answer to one request for completions. For one thread. */
final class Completions implements Replier {
  private static final String OBJECT = "text_completion";

  private final CompletionRequest request;
  private final Reply reply;

  /** Of the prompt, which all texts behind it share. */
  private List<TokenScore> scores = List.of();

  Completions(CompletionRequest request, Reply reply) {
    this.request = request;
    this.reply = reply;
  }

  @Override
  public void check(Generator generator) {
    prompts(generator);
  }

  /**
   * {@return the tokens of the prompts}
   *
   * @throws Refusal 400 if no text can follow a prompt, or a token that is biased is none
   */
  private List<int[]> prompts(Generator generator) {
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

  @Override
  public ObjectNode whole(Generator generator) throws IOException {
    var body = reply.body(OBJECT);
    var choices = body.putArray("choices");
    for (var prompt : prompts(generator)) {
      for (var text : best(generator, prompt)) {
        choice(choices, choices.size(), text.all(), text.reason(), text.logProbs());
      }
    }
    body.set("usage", reply.usage());
    return body;
  }

  /** A text that is there. */
  private record Text(String all, FinishReason reason, LogProbs logProbs) {}

  private List<Text> best(Generator generator, int[] prompt) throws IOException {
    var texts = new ArrayList<Text>();
    reply.prompt(prompt);
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

  @Override
  public void stream(Generator generator, Reply.Chunks chunks) throws IOException {
    int index = 0;
    for (var prompt : prompts(generator)) {
      reply.prompt(prompt);
      for (int number = 0; number < request.count(); number++) {
        int choice = index++;
        generate(
            generator,
            prompt,
            number,
            (piece, reason, logProbs) -> {
              var body = reply.body(OBJECT);
              choice(body.putArray("choices"), choice, piece, reason, logProbs);
              reply.send(chunks, body);
            });
      }
    }
    reply.end(chunks, OBJECT);
  }

  private void generate(Generator generator, int[] prompt, int number, Reply.Pieces pieces)
      throws IOException {
    var logProbs = new LogProbs(generator.tokenizer(), prompt);
    try (var generation = start(generator, prompt, number, logProbs)) {
      if (request.echo()) {
        if (request.logProbs().isPresent()) {
          if (number == 0) {
            scores = generation.scorePrompt(request.logProbs().getAsInt());
          }
          logProbs.prompt(prompt, scores);
        }
        pieces.next(generator.tokenizer().decode(prompt), null, logProbs);
      }
      if (number == 0) {
        reply.cached(generation);
      }
      reply.generate(generation, logProbs, pieces);
    }
  }

  private Generation start(Generator generator, int[] prompt, int number, LogProbs logProbs) {
    var sampling = request.wishes().sampling(generator.model(), number);
    boolean scored = request.logProbs().isPresent() || request.candidates() > request.count();
    return scored
        ? generator.start(prompt, sampling, request.logProbs().orElse(0), logProbs::generated)
        : generator.start(prompt, sampling);
  }

  private void choice(
      ArrayNode choices, int index, String text, FinishReason reason, LogProbs logProbs) {
    var choice = choices.addObject().put("text", text).put("index", index);
    choice.set("logprobs", request.logProbs().isPresent() ? logProbs.take(text, reason) : null);
    choice.put("finish_reason", reason == null ? null : reason.name().toLowerCase(Locale.ROOT));
  }
}
