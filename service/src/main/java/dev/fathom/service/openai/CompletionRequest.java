package dev.fathom.service.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.generate.Sampling;
import java.util.List;

/**
 * A request for completions.
 *
 * @param model as the client named it
 * @param count number of texts for each prompt
 * @param echo whether a text begins with its prompt
 * @param stream whether pieces are sent as they are generated
 * @param includeUsage whether a stream ends with the counts
 */
record CompletionRequest(
    String model,
    List<Arguments.Input> prompts,
    int count,
    boolean echo,
    boolean stream,
    boolean includeUsage,
    Sampling sampling) {
  private static final int MOST_PROMPTS = 64;
  private static final int MOST_COUNT = 16;
  private static final int MOST_STOPS = 16;

  /** The defaults are OpenAI's. */
  static CompletionRequest parse(JsonNode json) {
    var arguments = new Arguments(json);
    var nothing = JsonNodeFactory.instance;
    arguments.ignore("user");
    for (var key : List.of("logprobs", "suffix")) {
      arguments.unsupported(key, nothing.nullNode());
    }
    for (var key : List.of("presence_penalty", "frequency_penalty")) {
      if (arguments.number(key, 0, -2, 2) != 0) {
        throw Arguments.wrong(
            key, "'%s' is not supported here, but 'repetition_penalty' is".formatted(key));
      }
    }
    arguments.unsupported("logit_bias", nothing.objectNode());
    arguments.unsupported("best_of", new IntNode(1));
    boolean stream = arguments.flag("stream");
    var streamOptions = arguments.object("stream_options");
    if (streamOptions.isPresent() && !stream) {
      throw Arguments.wrong("stream_options", "expected 'stream' beside 'stream_options'");
    }
    boolean includeUsage = streamOptions.map(o -> o.flag("include_usage")).orElse(false);
    streamOptions.ifPresent(o -> o.ignore("include_obfuscation"));
    streamOptions.ifPresent(Arguments::end);
    var request =
        new CompletionRequest(
            arguments.text("model"),
            arguments.inputs("prompt", MOST_PROMPTS),
            arguments.integer("n", 1, 1, MOST_COUNT),
            arguments.flag("echo"),
            stream,
            includeUsage,
            new Sampling(
                arguments.number("temperature", 1, 0, 2),
                arguments.integer("top_k", 0, 0, Integer.MAX_VALUE),
                arguments.number("top_p", 1, 1e-6, 1),
                arguments.number("repetition_penalty", 1, 0.01, 100),
                arguments.seed("seed"),
                arguments.integer("max_tokens", 16, 1, Integer.MAX_VALUE),
                arguments.texts("stop", MOST_STOPS)));
    arguments.end();
    return request;
  }

  /** {@return the sampling of the text with this number, which has a seed of its own} */
  Sampling sampling(int number) {
    return sampling.seed().isEmpty()
        ? sampling
        : sampling.withSeed(sampling.seed().getAsLong() + number);
  }
}
