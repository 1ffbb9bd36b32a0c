package dev.fathom.generate;

import dev.fathom.model.Continuation;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How the next token is chosen, and when to end. The logits are changed in this order: logit bias,
 * penalties, temperature, top-k, top-p; then one token is drawn.
 *
 * @param temperature divisor of logits; 0 takes the likeliest token
 * @param topK how many of the likeliest tokens may be drawn; 0 for all
 * @param topP the likeliest tokens that together have this probability or just more may be drawn,
 *     in (0, 1]; 1 for all (Holtzman et al., "The Curious Case of Neural Text Degeneration", 2020)
 * @param penalties of tokens that came before
 * @param logitBias added to the logits of these tokens, -100 to 100: about 1 makes a token a little
 *     likelier, 100 leaves no other, -100 forbids it
 * @param seed of the random numbers: the same seed gives the same text; empty for another each time
 * @param maxTokens how many tokens to generate at most; they also end where the context is full
 * @param stop texts that end the generation; they are not part of it
 */
public record Sampling(
    double temperature,
    int topK,
    double topP,
    Penalties penalties,
    Map<Integer, Double> logitBias,
    OptionalLong seed,
    int maxTokens,
    List<String> stop) {
  /** The likeliest token each time, until the context is full. */
  public static final Sampling GREEDY =
      new Sampling(
          0, 0, 1, Penalties.NONE, Map.of(), OptionalLong.empty(), Integer.MAX_VALUE, List.of());

  /**
   * @throws IllegalArgumentException if a value is out of range, naming it
   */
  public Sampling {
    check(temperature >= 0 && temperature <= 100, "a temperature of 0 to 100", temperature);
    check(topK >= 0, "a top-k of 0 or more", topK);
    check(topP > 0 && topP <= 1, "a top-p above 0, at most 1", topP);
    logitBias = Map.copyOf(logitBias);
    logitBias.forEach(
        (token, bias) ->
            check(Math.abs(bias) <= 100, "a logit bias of -100 to 100 for " + token, bias));
    check(maxTokens >= 0, "0 tokens or more", maxTokens);
    stop = List.copyOf(stop);
    check(stop.stream().noneMatch(String::isEmpty), "stop strings that are not empty", stop);
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
    return new Sampling(other, topK, topP, penalties, logitBias, seed, maxTokens, stop);
  }

  /** {@return the same with another top-k} */
  public Sampling withTopK(int other) {
    return new Sampling(temperature, other, topP, penalties, logitBias, seed, maxTokens, stop);
  }

  /** {@return the same with another top-p} */
  public Sampling withTopP(double other) {
    return new Sampling(temperature, topK, other, penalties, logitBias, seed, maxTokens, stop);
  }

  /** {@return the same with other penalties} */
  public Sampling withPenalties(Penalties other) {
    return new Sampling(temperature, topK, topP, other, logitBias, seed, maxTokens, stop);
  }

  /** {@return the same with another repetition penalty} */
  public Sampling withRepetitionPenalty(double other) {
    return withPenalties(new Penalties(other, penalties.presence(), penalties.frequency()));
  }

  /** {@return the same with another bias of these tokens, none of others} */
  public Sampling withLogitBias(Map<Integer, Double> other) {
    return new Sampling(temperature, topK, topP, penalties, other, seed, maxTokens, stop);
  }

  /** {@return the same with this seed} */
  public Sampling withSeed(long other) {
    return withSeed(OptionalLong.of(other));
  }

  /** {@return the same with this seed; with another each time if it is empty} */
  public Sampling withSeed(OptionalLong other) {
    return new Sampling(temperature, topK, topP, penalties, logitBias, other, maxTokens, stop);
  }

  /** {@return the same with another number of tokens} */
  public Sampling withMaxTokens(int other) {
    return new Sampling(temperature, topK, topP, penalties, logitBias, seed, other, stop);
  }

  /** {@return the same with other stop strings} */
  public Sampling withStop(String... other) {
    return new Sampling(
        temperature, topK, topP, penalties, logitBias, seed, maxTokens, List.of(other));
  }
}
