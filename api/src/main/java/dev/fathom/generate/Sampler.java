package dev.fathom.generate;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/** Chooses tokens, one after the other. For one thread and one text. */
final class Sampler {
  private final Sampling sampling;
  private final int tokens;
  private final SplittableRandom random;
  private final BitSet before = new BitSet();

  /**
   * @param tokens the number of tokens; logits behind theirs belong to no token and are ignored
   */
  Sampler(Sampling sampling, int tokens) {
    this.sampling = sampling;
    this.tokens = tokens;
    this.random =
        sampling.seed().isPresent()
            ? new SplittableRandom(sampling.seed().getAsLong())
            : new SplittableRandom();
  }

  /** Notes a token of the prompt. */
  void note(int token) {
    before.set(token);
  }

  /**
   * {@return the next token, which is noted}
   *
   * @param logits of all tokens; changed
   * @throws IllegalStateException if one is not a number
   */
  int next(float[] logits) {
    for (int token = 0; token < tokens; token++) {
      if (!Float.isFinite(logits[token])) {
        throw new IllegalStateException(
            "[generate] expected logits that are numbers but the model gives %s for token %d"
                .formatted(logits[token], token));
      }
    }
    penalise(logits);
    int token = sampling.temperature() == 0 ? largest(logits) : draw(logits);
    before.set(token);
    return token;
  }

  private void penalise(float[] logits) {
    if (sampling.repetitionPenalty() == 1) {
      return;
    }
    float penalty = (float) sampling.repetitionPenalty();
    before.stream()
        .forEach(
            token ->
                logits[token] =
                    logits[token] > 0 ? logits[token] / penalty : logits[token] * penalty);
  }

  /** The first of the largest. */
  private int largest(float[] logits) {
    int best = 0;
    for (int token = 1; token < tokens; token++) {
      best = logits[token] > logits[best] ? token : best;
    }
    return best;
  }

  private int draw(float[] logits) {
    int[] chosen = candidates(logits);
    double[] weights = new double[chosen.length];
    double top = logits[largest(logits)];
    double total = 0;
    for (int i = 0; i < chosen.length; i++) {
      weights[i] = Math.exp((logits[chosen[i]] - top) / sampling.temperature());
      total += weights[i];
    }
    if (sampling.topP() < 1) {
      double enough = sampling.topP() * total;
      total = 0;
      int count = 0;
      while (count < chosen.length && (count == 0 || total < enough)) {
        total += weights[count++];
      }
      chosen = Arrays.copyOf(chosen, count);
    }
    double left = random.nextDouble() * total;
    for (int i = 0; i < chosen.length - 1; i++) {
      left -= weights[i];
      if (left < 0) {
        return chosen[i];
      }
    }
    return chosen[chosen.length - 1];
  }

  /** Tokens that may be drawn by top-k, the likeliest first where that matters. */
  private int[] candidates(float[] logits) {
    int count = sampling.topK() == 0 ? tokens : Math.min(sampling.topK(), tokens);
    int[] chosen = new int[count];
    if (count == tokens && sampling.topP() == 1) {
      Arrays.setAll(chosen, token -> token);
      return chosen;
    }
    long[] order = new long[tokens];
    for (int token = 0; token < tokens; token++) {
      order[token] = (long) descending(logits[token]) << 32 | token;
    }
    Arrays.sort(order);
    Arrays.setAll(chosen, i -> (int) order[i]);
    return chosen;
  }

  /** {@return an integer whose order is the reverse of that of {@code x}} */
  private static int descending(float x) {
    int bits = Float.floatToIntBits(x + 0f); // -0 becomes 0.
    return ~(bits >= 0 ? bits : bits ^ Integer.MAX_VALUE);
  }
}
