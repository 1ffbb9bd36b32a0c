package dev.fathom.service.openai;

import dev.fathom.generate.Penalties;
import dev.fathom.generate.Sampling;
import dev.fathom.model.Model;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** How tokens are chosen, where the request says it; the rest is as the model wants it. */
record Wishes(
    OptionalDouble temperature,
    OptionalInt topK,
    OptionalDouble topP,
    double minP,
    OptionalDouble repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    Map<Integer, Double> logitBias,
    OptionalLong seed,
    int maxTokens,
    List<String> stop) {
  private static final int MOST_STOPS = 16;

  /**
   * {@return what a request says}
   *
   * @param maxTokens unless it says another number
   */
  static Wishes parse(Arguments arguments, int maxTokens) {
    return new Wishes(
        arguments.number("temperature", 0, 2),
        arguments.integer("top_k", 0, Integer.MAX_VALUE),
        arguments.number("top_p", 1e-6, 1),
        arguments.number("min_p", 0, 0, 1),
        arguments.number("repetition_penalty", 0.01, 100),
        arguments.number("presence_penalty", 0, -2, 2),
        arguments.number("frequency_penalty", 0, -2, 2),
        arguments.byToken("logit_bias", -100, 100),
        arguments.seed("seed"),
        maxTokens(arguments, maxTokens),
        arguments.texts("stop", MOST_STOPS));
  }

  /** {@return the whole; what is not said is as the model wants it, else as OpenAI has it} */
  Sampling sampling(Model model) {
    var usual = Sampling.GREEDY.withTemperature(1).with(model.continuation());
    return usual
        .withTemperature(temperature.orElse(usual.temperature()))
        .withTopK(topK.orElse(usual.topK()))
        .withTopP(topP.orElse(usual.topP()))
        .withMinP(minP)
        .withPenalties(
            new Penalties(
                repetitionPenalty.orElse(usual.penalties().repetition()),
                presencePenalty,
                frequencyPenalty))
        .withLogitBias(logitBias)
        .withSeed(seed)
        .withMaxTokens(maxTokens)
        .withStop(stop.toArray(String[]::new));
  }

  /** {@return the same of the text with this number, which has a seed of its own} */
  Sampling sampling(Model model, int number) {
    return sampling(model).withSeed(seed(number));
  }

  /** {@return the seed of the text with this number; empty for any} */
  OptionalLong seed(int number) {
    return seed.isEmpty() ? seed : OptionalLong.of(seed.getAsLong() + number);
  }

  /** Clients of chat models call it {@code max_completion_tokens}. */
  private static int maxTokens(Arguments arguments, int byDefault) {
    var tokens = arguments.integer("max_tokens", 0, Integer.MAX_VALUE);
    var alias = arguments.integer("max_completion_tokens", 0, Integer.MAX_VALUE);
    if (tokens.isPresent() && alias.isPresent() && !tokens.equals(alias)) {
      throw Arguments.wrong(
          "max_completion_tokens",
          "expected 'max_tokens' and 'max_completion_tokens', which mean the same, to be equal but got %d and %d"
              .formatted(tokens.getAsInt(), alias.getAsInt()));
    }
    return tokens.orElse(alias.orElse(byDefault));
  }
}
