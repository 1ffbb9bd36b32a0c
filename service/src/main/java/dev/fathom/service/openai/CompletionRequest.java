package dev.fathom.service.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.OptionalInt;

/**
 * A request for completions.
 *
 * @param model as the client named it
 * @param count number of texts for each prompt
 * @param candidates how many are generated for each prompt; the {@code count} whose tokens have the
 *     largest mean log-probability are the answer
 * @param echo whether a text begins with its prompt
 * @param stream whether pieces are sent as they are generated
 * @param includeUsage whether a stream ends with the counts
 * @param logProbs how many of the likeliest tokens are told for each; empty for no scores at all
 */
record CompletionRequest(
    String model,
    List<Arguments.Input> prompts,
    int count,
    int candidates,
    boolean echo,
    boolean stream,
    boolean includeUsage,
    OptionalInt logProbs,
    Wishes wishes) {
  private static final int MOST_PROMPTS = 64;
  private static final int MOST_COUNT = 16;
  private static final int MOST_LOG_PROBS = 5;
  private static final int MAX_TOKENS = 16;

  /** The defaults are OpenAI's. */
  static CompletionRequest parse(JsonNode json) {
    var arguments = new Arguments(json);
    arguments.text("user", "");
    arguments.ignoreTexts("metadata");
    refuseSuffix(arguments);
    boolean stream = arguments.flag("stream");
    int count = arguments.integer("n", 1, 1, MOST_COUNT);
    var request =
        new CompletionRequest(
            arguments.text("model"),
            arguments.inputs("prompt", MOST_PROMPTS),
            count,
            candidates(arguments, count, stream),
            arguments.flag("echo"),
            stream,
            includeUsage(arguments, stream),
            arguments.integer("logprobs", 0, MOST_LOG_PROBS),
            Wishes.parse(arguments, MAX_TOKENS));
    arguments.end();
    return request;
  }

  private static void refuseSuffix(Arguments arguments) {
    if (!arguments.text("suffix", "").isEmpty()) {
      throw Arguments.wrong(
          "suffix",
          "'suffix' is not supported: a text goes on from 'prompt' and cannot end in a given text");
    }
  }

  private static int candidates(Arguments arguments, int count, boolean stream) {
    int candidates = arguments.integer("best_of", count, 1, MOST_COUNT);
    if (candidates < count) {
      throw Arguments.wrong(
          "best_of",
          "expected 'best_of' of 'n', %d, or more but got %d".formatted(count, candidates));
    }
    if (candidates > count && stream) {
      throw Arguments.wrong(
          "best_of", "expected no 'best_of' beside 'stream': the best is known in the end");
    }
    return candidates;
  }

  static boolean includeUsage(Arguments arguments, boolean stream) {
    var options = arguments.object("stream_options");
    if (options.isPresent() && !stream) {
      throw Arguments.wrong("stream_options", "expected 'stream' beside 'stream_options'");
    }
    boolean includeUsage = options.map(o -> o.flag("include_usage")).orElse(false);
    options.ifPresent(o -> o.flag("include_obfuscation"));
    options.ifPresent(Arguments::end);
    return includeUsage;
  }
}
