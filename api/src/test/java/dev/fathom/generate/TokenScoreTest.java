package dev.fathom.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.device.Backends;
import dev.fathom.device.DecoratedBackend;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.Queue;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.spi.tck.MockBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TokenScoreTest {
  private static final Backend JAVA = Backends.select("java").backend();
  private static final String ALL = "abcdefghijkl".repeat(2);

  /** Log-probabilities of all tokens behind a text: of the whole network's logits, in f64. */
  private static double[] logProbabilities(Predictor predictor, int[] text, int length) {
    float[] raw = new float[Models.CONTEXT];
    IntStream.range(0, length).forEach(i -> raw[i] = text[i]);
    float[] logits = predictor.predict(raw);
    int width = logits.length / Models.CONTEXT;
    int from = (length - 1) * width;
    double total = IntStream.range(0, 12).mapToDouble(i -> Math.exp(logits[from + i])).sum();
    return IntStream.range(0, 12).mapToDouble(i -> logits[from + i] - Math.log(total)).toArray();
  }

  private static void assertScore(double[] expected, int token, TokenScore score) {
    assertEquals(token, score.token());
    assertEquals(expected[token], score.logProbability(), 1e-5);
    List<Integer> order =
        IntStream.range(0, 12)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -expected[i]))
            .limit(score.likeliest().size())
            .toList();
    assertEquals(order, List.copyOf(score.likeliest().keySet()));
    score.likeliest().forEach((i, value) -> assertEquals(expected[i], value, 1e-5));
  }

  private static void assertScores(Backend backend, Model model, String text) {
    int[] tokens = Models.LETTERS.encode(text);
    try (Generator generator = Generator.open(backend, model);
        Predictor predictor = Predictor.open(backend, model)) {
      List<TokenScore> scores = generator.score(tokens, 3);
      assertEquals(tokens.length - 1, scores.size());
      for (int i = 1; i < tokens.length; i++) {
        assertScore(logProbabilities(predictor, tokens, i), tokens[i], scores.get(i - 1));
      }
    }
  }

  @Test
  void textsAreScoredAsTheNetworkSays() {
    // One token, the least, both sides of a bucket's end, the whole context.
    for (int length : new int[] {1, 2, 16, 17, 18, Models.CONTEXT}) {
      assertScores(JAVA, Models.of(Models.GPT), ALL.substring(0, length));
    }
  }

  @Test
  void otherNetworksAndBackendsToo() {
    String rotary =
        "{'type': 'decoder', 'heads': 2, 'hidden': 24, 'rotaryBase': 100, 'initializer':"
            + " 'xavierNormal'}, {'type': 'unembedding', 'vocabulary': 12}";
    assertScores(JAVA, Models.of(rotary), "abk");
    assertScores(
        JAVA, Models.of("'vocabulary': 13, 'padding': 3", Models.GPT, Models.LETTERS), "adb");
    assertScores(new MinimalBackend(), Models.of(Models.GPT), "abk");
    assertScores(new MockBackend(), Models.of(Models.GPT), "abk");
    Model wide = Models.of(rotary);
    Model narrow = wide.with(wide.parameters().stored(DType.BF16)).weightType(DType.BF16).build();
    assertScores(JAVA, narrow, "abcdefghijklabcde");
  }

  /** Neither temperature nor bias nor penalties show in a score. */
  @Test
  void generatedTokensAreScoredBeforeSampling() {
    Model model = Models.of(Models.GPT);
    int[] prompt = Models.LETTERS.encode("abc");
    Sampling sampling =
        Sampling.GREEDY
            .withTemperature(3)
            .withTopP(0.9)
            .withSeed(4)
            .withPenalties(new Penalties(1.5, 1, 1))
            .withLogitBias(Map.of(2, -100.0));
    List<TokenScore> scores = new ArrayList<>();
    StringBuilder said = new StringBuilder();
    try (Generator generator = Generator.open(JAVA, model);
        Predictor predictor = Predictor.open(JAVA, model);
        Generation generation = generator.start(prompt, sampling, 12, scores::add)) {
      for (String piece = generation.next(); piece != null; piece = generation.next()) {
        said.append(piece);
      }
      assertEquals(generator.complete("abc", sampling).text(), said.toString());
      int[] all = Models.LETTERS.encode("abc" + said);
      assertEquals(Models.CONTEXT + 1, all.length);
      for (int i = prompt.length; i < all.length; i++) {
        double[] expected = logProbabilities(predictor, all, i);
        assertScore(expected, all[i], scores.get(i - prompt.length));
        assertTrue(all[i] != 2, said::toString);
      }
      // The whole text at once has the same scores.
      List<TokenScore> again = generator.score(Arrays.copyOf(all, Models.CONTEXT), 0);
      for (int i = prompt.length; i < Models.CONTEXT; i++) {
        assertEquals(
            scores.get(i - prompt.length).logProbability(),
            again.get(i - 1).logProbability(),
            1e-5);
      }
    }
  }

  /** A prompt that is scored is not computed again to go on from it. */
  @Test
  void aPromptIsScoredInItsOnePass() {
    AtomicInteger passes = new AtomicInteger();
    Backend counting =
        new DecoratedBackend(JAVA, JAVA.device()) {
          @Override
          public Queue openQueue(Priority priority) {
            passes.incrementAndGet();
            return super.openQueue(priority);
          }
        };
    for (int length : new int[] {1, 2, 17, Models.CONTEXT}) {
      int[] prompt = Models.LETTERS.encode(ALL.substring(0, length));
      try (Generator generator = Generator.open(counting, Models.of(Models.GPT))) {
        passes.set(0);
        String plain;
        try (Generation generation = generator.start(prompt, Sampling.GREEDY.withMaxTokens(4))) {
          plain = rest(generation);
        }
        int expected = passes.getAndSet(0);
        try (Generation generation = generator.start(prompt, Sampling.GREEDY.withMaxTokens(4))) {
          List<TokenScore> scores = generation.scorePrompt(2);
          assertEquals(plain, rest(generation));
          assertEquals(expected, passes.get());
          assertEquals(generator.score(prompt, 2), scores);
          assertThrows(IllegalStateException.class, () -> generation.scorePrompt(0));
        }
      }
    }
  }

  private static String rest(Generation generation) {
    StringBuilder text = new StringBuilder();
    for (String piece = generation.next(); piece != null; piece = generation.next()) {
      text.append(piece);
    }
    return text.toString();
  }

  /** Logits far apart and far from 0 neither overflow nor vanish. */
  @Test
  void scoresAreStable() {
    float[] far = {1e30f, -1e30f, 88, 88, Float.NaN};
    TokenScore score = Logits.score(far, 4, 1, 9);
    assertEquals(-2e30, score.logProbability(), 1e23);
    assertEquals(List.of(0, 2, 3, 1), List.copyOf(score.likeliest().keySet()));
    assertEquals(0, score.likeliest().get(0));
    float[] equal = {-700, -700, -700, -700};
    assertEquals(-Math.log(4), Logits.score(equal, 4, 2, 0).logProbability(), 1e-12);
    assertEquals(List.of(0, 1), List.copyOf(Logits.score(equal, 4, 2, 2).likeliest().keySet()));
  }

  @Test
  void noTokenIsGeneratedWhereNoneIsAskedFor() {
    try (Generator generator = Generator.open(JAVA, Models.of(Models.GPT))) {
      Completion none = generator.complete("ab", Sampling.GREEDY.withMaxTokens(0));
      assertEquals(new Completion("", FinishReason.LENGTH, 2, 0), none);
    }
  }

  @Test
  void whatCannotBeScoredIsNamed() {
    MockBackend backend = new MockBackend();
    Model model = Models.of(Models.GPT);
    Arrays.fill(model.parameters().values(), Float.NaN);
    Generator generator = Generator.open(backend, model);
    assertThrows(IllegalArgumentException.class, () -> generator.score(new int[0], 0));
    assertThrows(IllegalArgumentException.class, () -> generator.score(new int[] {1, 12}, 0));
    assertThrows(IllegalStateException.class, () -> generator.score(new int[] {1, 2}, 0));
    long idle = backend.heldBytes();
    Sampling biased = Sampling.GREEDY.withLogitBias(Map.of(12, 1.0));
    for (int i = 0; i < 9; i++) { // One more than may be under way.
      assertThrows(IllegalArgumentException.class, () -> generator.complete("a", biased));
    }
    assertThrows(IllegalStateException.class, () -> generator.score(new int[] {1, 2}, 0));
    assertEquals(idle, backend.heldBytes());
    generator.close();
    assertEquals(idle - 4 * model.parameters().values().length, backend.heldBytes());
    assertThrows(IllegalStateException.class, () -> generator.score(new int[] {1, 2}, 0));
  }
}
