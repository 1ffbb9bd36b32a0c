package dev.fathom.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SamplerTest {
  /** Probabilities 0.1, 0.4, 0.2, 0.3, and one that is of no token. */
  private static float[] logits() {
    return new float[] {log(0.1), log(0.4), log(0.2), log(0.3), 9};
  }

  private static float log(double x) {
    return (float) Math.log(x) - 3;
  }

  /** The shares of 20,000 draws; their deviation is 0.0035 at most. */
  private static double[] shares(Sampling sampling) {
    Sampler sampler = new Sampler(sampling.withSeed(11), 4);
    double[] shares = new double[4];
    for (int i = 0; i < 20_000; i++) {
      shares[sampler.next(logits())] += 1 / 20_000.0;
    }
    return shares;
  }

  private static void assertShares(Sampling sampling, double... expected) {
    assertArrayEquals(expected, shares(sampling), 0.015);
  }

  private static final Sampling WARM = Sampling.GREEDY.withTemperature(1);

  @Test
  void minPLeavesOutWhatIsFarBelowTheLikeliest() {
    // Probabilities 0.5, 0.3, 0.15 and 0.05: a third of the likeliest's is 0.167.
    double[] shares = {0.5, 0.3, 0.15, 0.05};
    float[] logits = new float[4];
    for (int i = 0; i < 4; i++) {
      logits[i] = (float) Math.log(shares[i]);
    }
    Sampler sampler =
        new Sampler(Sampling.GREEDY.withTemperature(1).withMinP(1 / 3.0).withSeed(3), 4);
    int[] counts = new int[4];
    for (int i = 0; i < 20_000; i++) {
      counts[sampler.next(logits.clone())]++;
    }
    assertEquals(0.625, counts[0] / 20_000.0, 0.02);
    assertEquals(0.375, counts[1] / 20_000.0, 0.02);
    assertThrows(IllegalArgumentException.class, () -> Sampling.GREEDY.withMinP(1.1));
  }

  @Test
  void onlyAllowedTokensAreDrawn() {
    BitSet allowed = new BitSet();
    allowed.set(2);
    allowed.set(4);
    for (Sampling sampling :
        List.of(
            Sampling.GREEDY,
            Sampling.GREEDY.withTemperature(5),
            Sampling.GREEDY.withTemperature(1).withTopK(3),
            Sampling.GREEDY.withTemperature(1).withTopP(0.5).withMinP(0.1))) {
      Sampler sampler = new Sampler(sampling, 5);
      for (int i = 0; i < 500; i++) {
        assertTrue(allowed.get(sampler.next(new float[] {9, 8, -30, 7, -31, 99}, allowed)));
      }
    }
  }

  @Test
  void drawsByProbability() {
    assertShares(WARM, 0.1, 0.4, 0.2, 0.3);
    assertShares(Sampling.GREEDY, 0, 1, 0, 0);
  }

  /** Half the temperature squares probabilities. */
  @Test
  void temperatureSharpens() {
    assertShares(WARM.withTemperature(0.5), 0.01 / 0.3, 0.16 / 0.3, 0.04 / 0.3, 0.09 / 0.3);
  }

  @Test
  void topKKeepsTheLikeliest() {
    assertShares(WARM.withTopK(2), 0, 4 / 7.0, 0, 3 / 7.0);
    assertShares(WARM.withTopK(100), 0.1, 0.4, 0.2, 0.3);
  }

  @Test
  void topPKeepsTheLikeliestThatAreEnough() {
    assertShares(WARM.withTopP(0.65), 0, 4 / 7.0, 0, 3 / 7.0);
    assertShares(WARM.withTopP(0.75), 0, 4 / 9.0, 2 / 9.0, 3 / 9.0);
    assertShares(WARM.withTopP(1e-9), 0, 1, 0, 0);
    // Of the three likeliest, the probabilities are 4/9, 3/9 and 2/9.
    assertShares(WARM.withTopK(3).withTopP(0.7), 0, 4 / 7.0, 0, 3 / 7.0);
  }

  @Test
  void repetitionIsPenalised() {
    Sampler sampler = new Sampler(Sampling.GREEDY.withRepetitionPenalty(2), 3);
    sampler.note(0);
    assertEquals(1, sampler.next(new float[] {3, 2, 1.2f}));
    assertEquals(2, sampler.next(new float[] {2, 2, 1.2f}));
    // All came before: the negative ones become more so.
    assertEquals(1, sampler.next(new float[] {-2, -1, -1.5f}));
  }

  /** A token that was generated once has e to the power of -1 of its weight, one twice e^-1.5. */
  @Test
  void presenceAndFrequencyArePenalised() {
    Sampler sampler = new Sampler(Sampling.GREEDY.withPenalties(new Penalties(1, 0.5, 0.5)), 3);
    sampler.note(0); // The prompt does not count.
    assertEquals(0, sampler.next(new float[] {2, 1.9f, 0, 9}));
    assertEquals(0, sampler.next(new float[] {2, 0.9f, 0, 9}));
    float[] changed = {2, 0.6f, 0, 9};
    assertEquals(1, sampler.next(changed));
    assertArrayEquals(new float[] {0.5f, 0.6f, 0, 9}, changed);
    // What is negative makes tokens that were there likelier.
    Sampler again = new Sampler(Sampling.GREEDY.withPenalties(new Penalties(1, -1, -0.5)), 2);
    assertEquals(1, again.next(new float[] {0, 1}));
    assertEquals(1, again.next(new float[] {1.4f, 0}));
    assertEquals(0, again.next(new float[] {2.1f, 0}));
  }

  @Test
  void biasIsAdded() {
    assertShares(WARM.withLogitBias(Map.of(1, -100.0, 0, Math.log(5))), 0.5, 0, 0.2, 0.3);
    assertShares(WARM.withLogitBias(Map.of(2, 100.0)), 0, 0, 1, 0);
    for (int none : new int[] {-1, 4}) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> new Sampler(WARM.withLogitBias(Map.of(none, 1.0)), 4));
      assertEquals(
          "[generate] expected a logit bias of tokens 0 to 3 but got one of token " + none,
          e.getMessage());
    }
  }

  @Test
  void aTokenAllocatesNothing() {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    Sampling all =
        WARM.withTopK(3)
            .withTopP(0.9)
            .withPenalties(new Penalties(1.1, 0.1, 0.1))
            .withLogitBias(Map.of(1, 1.0));
    for (Sampling sampling : new Sampling[] {Sampling.GREEDY, WARM, all}) {
      Sampler sampler = new Sampler(sampling.withSeed(3), 4);
      float[] logits = logits();
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 5; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
          for (int token = 0; token < 4; token++) {
            logits[token] = token;
          }
          sampler.next(logits);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertTrue(least < 1000, "bytes for 1000 tokens: " + least);
    }
  }

  @Test
  void tiesAndSignsAreInOrder() {
    assertEquals(1, new Sampler(Sampling.GREEDY, 3).next(new float[] {-1, 0, 0}));
    Sampler two = new Sampler(WARM.withTopK(2), 5);
    for (int i = 0; i < 50; i++) {
      int token = two.next(new float[] {-2, -0f, -1, 0, 0});
      assertTrue(token == 1 || token == 3, () -> "token " + token);
    }
  }

  @Test
  void samplingThatIsWrongIsRefused() {
    assertWrong("a temperature of 0 to 100 but got -1.0", () -> WARM.withTemperature(-1));
    assertWrong("a temperature of 0 to 100 but got NaN", () -> WARM.withTemperature(Double.NaN));
    assertWrong("a top-k of 0 or more but got -1", () -> WARM.withTopK(-1));
    assertWrong("a top-p above 0, at most 1 but got 0.0", () -> WARM.withTopP(0));
    assertWrong("a repetition penalty above 0", () -> WARM.withRepetitionPenalty(0));
    assertWrong(
        "a presence penalty of -2 to 2 but got NaN",
        () -> WARM.withPenalties(new Penalties(1, Double.NaN, 0)));
    assertWrong(
        "a frequency penalty of -2 to 2 but got 2.5",
        () -> WARM.withPenalties(new Penalties(1, 0, 2.5)));
    assertWrong(
        "a logit bias of -100 to 100 for 3 but got NaN",
        () -> WARM.withLogitBias(Map.of(3, Double.NaN)));
    assertWrong("0 tokens or more but got -1", () -> WARM.withMaxTokens(-1));
    assertWrong("stop strings that are not empty but got [a, ]", () -> WARM.withStop("a", ""));
    assertEquals(OptionalLong.of(3), WARM.withSeed(3).seed());
  }

  private static void assertWrong(String expected, Runnable wrong) {
    var e = assertThrows(IllegalArgumentException.class, wrong::run);
    assertTrue(e.getMessage().startsWith("[sampling] expected " + expected), e::getMessage);
  }

  @Test
  void stopStringsHoldBackWhatMayBecomeOne() {
    StopStrings stops = new StopStrings(java.util.List.of("abab", "xy"));
    assertEquals("1", stops.add("1a"));
    assertEquals("", stops.add("ba"));
    assertEquals("abac", stops.add("c"));
    assertEquals("", stops.add("ab"));
    assertEquals("ab", stops.add("x"));
    assertEquals("", stops.add("y tail"));
    assertTrue(stops.found());
    StopStrings none = new StopStrings(java.util.List.of("xyz"));
    assertEquals("a", none.add("axy"));
    assertEquals("xy", none.rest());
    StopStrings first = new StopStrings(java.util.List.of("c", "b"));
    assertEquals("a", first.add("abc"));
  }
}
