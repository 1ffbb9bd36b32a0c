package dev.fathom.generate;

import dev.fathom.model.Continuation;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How the next token is chosen, and when to end. The logits are changed in this order: logit bias,
 * penalties, temperature, top-k, top-p, min-p; then one token is drawn.
 *
 * @param temperature divisor of logits; 0 takes the likeliest token
 * @param topK how many of the likeliest tokens may be drawn; 0 for all
 * @param topP the likeliest tokens that together have this probability or just more may be drawn,
 *     in (0, 1]; 1 for all (Holtzman et al., "The Curious Case of Neural Text Degeneration", 2020)
 * @param minP tokens less likely than this share of the likeliest one's probability are not drawn,
 *     in [0, 1]; 0 for all (Nguyen et al., "Turning Up the Heat: Min-p Sampling", 2024)
 * @param penalties of tokens that came before
 * @param logitBias added to the logits of these tokens, -100 to 100: about 1 makes a token a little
 *     likelier, 100 leaves no other, -100 forbids it
 * @param seed of the random numbers: the same seed gives the same text; empty for another each time
 * @param maxTokens how many tokens to generate at most; they also end where the context is full
 * @param stop texts that end the generation; they are not part of it
 * @param end tokens that end the generation, an end of text for example; they are not part of it
 */
public record Sampling(
    double temperature,
    int topK,
    double topP,
    double minP,
    Penalties penalties,
    Map<Integer, Double> logitBias,
    OptionalLong seed,
    int maxTokens,
    List<String> stop,
    Set<Integer> end) {
  /** The likeliest token each time, until the context is full. */
  public static final Sampling GREEDY =
      new Sampling(
          0,
          0,
          1,
          0,
          Penalties.NONE,
          Map.of(),
          OptionalLong.empty(),
          Integer.MAX_VALUE,
          List.of(),
          Set.of());

  /**
   * @throws IllegalArgumentException if a value is out of range, naming it
   */
  public Sampling {
    check(temperature >= 0 && temperature <= 100, "a temperature of 0 to 100", temperature);
    check(topK >= 0, "a top-k of 0 or more", topK);
    check(topP > 0 && topP <= 1, "a top-p above 0, at most 1", topP);
    check(minP >= 0 && minP <= 1, "a min-p of 0 to 1", minP);
    logitBias = Map.copyOf(logitBias);
    logitBias.forEach(
        (token, bias) ->
            check(Math.abs(bias) <= 100, "a logit bias of -100 to 100 for " + token, bias));
    check(maxTokens >= 0, "0 tokens or more", maxTokens);
    stop = List.copyOf(stop);
    check(stop.stream().noneMatch(String::isEmpty), "stop strings that are not empty", stop);
    end = Set.copyOf(end);
  }

  static void check(boolean holds, String expected, Object actual) {
    if (!holds) {
      throw new IllegalArgumentException("[sampling] expected " + expected + " but got " + actual);
    }
  }

  /** {@return the same with what whoever trained a model wants} What is not said stays. */
  public Sampling with(Continuation model) {
    return withTemperature(model.temperature().orElse(temperature))
        .withTopK(model.topK().orElse(topK))
        .withTopP(model.topP().orElse(topP))
        .withRepetitionPenalty(model.repetitionPenalty().orElse(penalties.repetition()));
  }

  /** {@return the same with another temperature} */
  public Sampling withTemperature(double other) {
    return new Sampling(other, topK, topP, minP, penalties, logitBias, seed, maxTokens, stop, end);
  }

  /** {@return the same with another top-k} */
  public Sampling withTopK(int other) {
    return new Sampling(
        temperature, other, topP, minP, penalties, logitBias, seed, maxTokens, stop, end);
  }

  /** {@return the same with another top-p} */
  public Sampling withTopP(double other) {
    return new Sampling(
        temperature, topK, other, minP, penalties, logitBias, seed, maxTokens, stop, end);
  }

  /** {@return the same with another min-p} */
  public Sampling withMinP(double other) {
    return new Sampling(
        temperature, topK, topP, other, penalties, logitBias, seed, maxTokens, stop, end);
  }

  /** {@return the same with other penalties} */
  public Sampling withPenalties(Penalties other) {
    return new Sampling(
        temperature, topK, topP, minP, other, logitBias, seed, maxTokens, stop, end);
  }

  /** {@return the same with another repetition penalty} */
  public Sampling withRepetitionPenalty(double other) {
    return withPenalties(new Penalties(other, penalties.presence(), penalties.frequency()));
  }

  /** {@return the same with another bias of these tokens, none of others} */
  public Sampling withLogitBias(Map<Integer, Double> other) {
    return new Sampling(
        temperature, topK, topP, minP, penalties, other, seed, maxTokens, stop, end);
  }

  /** {@return the same with this seed} */
  public Sampling withSeed(long other) {
    return withSeed(OptionalLong.of(other));
  }

  /** {@return the same with this seed; with another each time if it is empty} */
  public Sampling withSeed(OptionalLong other) {
    return new Sampling(
        temperature, topK, topP, minP, penalties, logitBias, other, maxTokens, stop, end);
  }

  /** {@return the same with another number of tokens} */
  public Sampling withMaxTokens(int other) {
    return new Sampling(
        temperature, topK, topP, minP, penalties, logitBias, seed, other, stop, end);
  }

  /** {@return the same with other stop strings} */
  public Sampling withStop(String... other) {
    return new Sampling(
        temperature, topK, topP, minP, penalties, logitBias, seed, maxTokens, List.of(other), end);
  }

  /** {@return the same with other tokens that end it} */
  public Sampling withEnd(Set<Integer> other) {
    return new Sampling(
        temperature, topK, topP, minP, penalties, logitBias, seed, maxTokens, stop, other);
  }
}
