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
  private final int[] biased;
  private final float[] bias;

  /** How often each token was generated; null if nobody asks. */
  private final int[] generated;

  // Room for drawing, made when it is first needed: a token allocates nothing.
  private int[] candidates;
  private double[] weights;
  private long[] order;

  /**
   * @param tokens the number of tokens; logits behind theirs belong to no token and are ignored
   * @throws IllegalArgumentException if a token that is biased is none
   */
  Sampler(Sampling sampling, int tokens) {
    this.sampling = sampling;
    this.tokens = tokens;
    this.random =
        sampling.seed().isPresent()
            ? new SplittableRandom(sampling.seed().getAsLong())
            : new SplittableRandom();
    Penalties penalties = sampling.penalties();
    this.generated =
        penalties.presence() != 0 || penalties.frequency() != 0 ? new int[tokens] : null;
    this.biased = sampling.logitBias().keySet().stream().mapToInt(Integer::intValue).toArray();
    this.bias = new float[biased.length];
    for (int i = 0; i < biased.length; i++) {
      if (biased[i] < 0 || biased[i] >= tokens) {
        throw new IllegalArgumentException(
            "[generate] expected a logit bias of tokens 0 to %d but got one of token %d"
                .formatted(tokens - 1, biased[i]));
      }
      bias[i] = sampling.logitBias().get(biased[i]).floatValue();
    }
  }

  /** Notes a token of the prompt. */
  void note(int token) {
    before.set(token);
  }

  /** {@return the next token of all, as {@link #next(float[], BitSet)} gives it} */
  int next(float[] logits) {
    return next(logits, null);
  }

  /**
   * {@return the next token, which is noted}
   *
   * @param logits of all tokens; changed
   * @param allowed the tokens that may come, one at least; null for all
   * @throws IllegalStateException if one is not a number
   */
  int next(float[] logits, BitSet allowed) {
    Logits.requireFinite(logits, tokens);
    bias(logits);
    penalise(logits);
    if (allowed != null) {
      for (int token = allowed.nextClearBit(0);
          token < tokens;
          token = allowed.nextClearBit(token + 1)) {
        logits[token] = Float.NEGATIVE_INFINITY;
      }
    }
    int token = sampling.temperature() == 0 ? Logits.largest(logits, tokens) : draw(logits);
    before.set(token);
    if (generated != null) {
      generated[token]++;
    }
    return token;
  }

  private void bias(float[] logits) {
    for (int i = 0; i < biased.length; i++) {
      logits[biased[i]] += bias[i];
    }
  }

  private void penalise(float[] logits) {
    Penalties penalties = sampling.penalties();
    if (penalties.repetition() != 1) {
      float factor = (float) penalties.repetition();
      for (int token = before.nextSetBit(0); token >= 0; token = before.nextSetBit(token + 1)) {
        logits[token] = logits[token] > 0 ? logits[token] / factor : logits[token] * factor;
      }
    }
    if (generated != null) {
      for (int token = 0; token < tokens; token++) {
        if (generated[token] > 0) {
          logits[token] -=
              (float) (penalties.presence() + generated[token] * penalties.frequency());
        }
      }
    }
  }

  private int draw(float[] logits) {
    int count = candidates(logits);
    double top = logits[Logits.largest(logits, tokens)];
    double total = 0;
    for (int i = 0; i < count; i++) {
      weights[i] = Math.exp((logits[candidates[i]] - top) / sampling.temperature());
      total += weights[i];
    }
    if (sampling.topP() < 1) {
      double enough = sampling.topP() * total;
      int all = count;
      total = 0;
      count = 0;
      while (count < all && (count == 0 || total < enough)) {
        total += weights[count++];
      }
    }
    if (sampling.minP() > 0) {
      total = 0;
      for (int i = 0; i < count; i++) {
        // The weight of the likeliest is 1.
        weights[i] = weights[i] < sampling.minP() ? 0 : weights[i];
        total += weights[i];
      }
    }
    double left = random.nextDouble() * total;
    int last = 0;
    for (int i = 0; i < count; i++) {
      left -= weights[i];
      if (left < 0) {
        return candidates[i];
      }
      last = weights[i] > 0 ? i : last;
    }
    return candidates[last];
  }

  /** {@return how many tokens may be drawn by top-k, the likeliest first where that matters} */
  private int candidates(float[] logits) {
    int count = sampling.topK() == 0 ? tokens : Math.min(sampling.topK(), tokens);
    if (order == null) {
      candidates = new int[count];
      weights = new double[count];
      order = new long[tokens];
    }
    if (count == tokens && sampling.topP() == 1) {
      for (int token = 0; token < tokens; token++) {
        candidates[token] = token;
      }
      return count;
    }
    for (int token = 0; token < tokens; token++) {
      order[token] = (long) descending(logits[token]) << 32 | token;
    }
    Arrays.sort(order);
    for (int i = 0; i < count; i++) {
      candidates[i] = (int) order[i];
    }
    return count;
  }

  /** {@return an integer whose order is the reverse of that of {@code x}} */
  private static int descending(float x) {
    int bits = Float.floatToIntBits(x + 0f); // -0 becomes 0.
    return ~(bits >= 0 ? bits : bits ^ Integer.MAX_VALUE);
  }
}
