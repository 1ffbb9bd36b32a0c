package dev.fathom.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.device.Backends;
import dev.fathom.device.DecoratedBackend;
import dev.fathom.model.Model;
import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.spi.tck.MockBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that begin as ones before. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PrefixCacheTest {
  private static final Backend JAVA = Backends.select("java").backend();
  private static final int CONTEXT = 100;

  private static final String LEARNED =
      """
      {'type': 'learnedpositions', 'length': 100, 'initializer': 'normal'},
      {'type': 'decoder', 'heads': 2, 'hidden': 24, 'initializer': 'xavierNormal'},
      {'type': 'decoder', 'heads': 2, 'hidden': 24, 'initializer': 'xavierNormal'},
      {'type': 'layernorm'}, {'type': 'dense', 'units': 12}""";

  private static Model model(String layers) {
    return Models.of(CONTEXT, "'vocabulary': 12", layers, Models.LETTERS);
  }

  /** What was said, how likely each token was, and how many tokens of the prompt were known. */
  private record Said(String text, List<Double> scores, int cached) {}

  private static Said say(Generator generator, String prompt, Sampling sampling) {
    StringBuilder text = new StringBuilder();
    List<Double> scores = new ArrayList<>();
    try (Generation generation =
        generator.start(
            Models.LETTERS.encode(prompt),
            sampling,
            0,
            score -> scores.add(score.logProbability()))) {
      for (String piece = generation.next(); piece != null; piece = generation.next()) {
        text.append(piece);
      }
      return new Said(text.toString(), scores, generation.cachedTokens());
    }
  }

  private static String letters(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append((char) ('a' + random.nextInt(12)));
    }
    return text.toString();
  }

  private static void assertSame(Said expected, Said actual) {
    assertEquals(expected.text(), actual.text());
    for (int i = 0; i < expected.scores().size(); i++) {
      assertEquals(expected.scores().get(i), actual.scores().get(i), 1e-4, "token " + i);
    }
  }

  private static void assertTurnsAreTheSame(Backend backend, String layers) {
    Model model = model(layers);
    Sampling eight = Sampling.GREEDY.withMaxTokens(8);
    try (Generator keeps = Generator.open(backend, model, Long.MAX_VALUE);
        Generator forgets = Generator.open(backend, model)) {
      String chat = letters(1, 20);
      int known = 0;
      // The last turn has no room for a whole bucket behind what is known.
      for (int next : new int[] {0, 1, 2, 18, 5, 6}) {
        chat += letters(next, next);
        Said said = say(keeps, chat, eight);
        Said whole = say(forgets, chat, eight);
        assertEquals(known, said.cached(), chat);
        assertEquals(0, whole.cached());
        assertSame(whole, said);
        chat += said.text();
        known = chat.length() - 1; // nothing followed the last token
      }
      assertTrue(chat.length() > CONTEXT - 16, chat);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        LEARNED,
        "{'type': 'sinusoidalpositions'}, {'type': 'decoder', 'heads': 4, 'keyHeads': 2, 'hidden':"
            + " 8, 'normFirst': false, 'initializer': 'xavierNormal'}, {'type': 'unembedding',"
            + " 'vocabulary': 12}",
        "{'type': 'decoder', 'heads': 4, 'keyHeads': 1, 'hidden': 8, 'rotaryBase': 100, 'norm':"
            + " 'rmsnorm', 'gated': true, 'activation': 'silu', 'initializer': 'xavierNormal'},"
            + "{'type': 'residual', 'body': [{'type': 'attention', 'heads': 2, 'causal': true,"
            + " 'window': 7, 'rotaryBase': 50, 'initializer': 'xavierNormal'}]},"
            + " {'type': 'dense', 'units': 12}",
      })
  void turnsOfAChatSayWhatTheySayWithoutIt(String layers) {
    assertTurnsAreTheSame(JAVA, layers);
  }

  @Test
  void turnsAreTheSameOnOtherBackends() {
    assertTurnsAreTheSame(new MinimalBackend(), LEARNED);
  }

  @Test
  void anotherTextThatBeginsAlikeLeavesWhatWasKnown() {
    try (Generator generator = Generator.open(JAVA, model(LEARNED), Long.MAX_VALUE)) {
      String system = letters(1, 30);
      String one = system + letters(2, 30);
      String two = system + "a" + letters(3, 20);
      Sampling four = Sampling.GREEDY.withMaxTokens(4);
      assertEquals(0, say(generator, one, four).cached());
      int alike = one.charAt(30) == 'a' ? 31 : 30;
      assertTrue(say(generator, two, four).cached() >= alike);
      assertEquals(59, say(generator, one, four).cached());
      assertEquals(50, say(generator, two, four).cached());
      assertEquals(0, say(generator, letters(4, 40), four).cached());
    }
  }

  /** A text that has a seed does not depend on those before it, to the last bit. */
  @Test
  void seededTextsComputeAll() {
    Sampling seeded = Sampling.GREEDY.withTemperature(1).withSeed(3).withMaxTokens(10);
    String prompt = letters(1, 50);
    try (Generator generator = Generator.open(JAVA, model(LEARNED), Long.MAX_VALUE)) {
      Said first = say(generator, prompt, seeded);
      assertEquals(49, say(generator, prompt, Sampling.GREEDY).cached());
      Said again = say(generator, prompt, seeded);
      assertEquals(first, again);
      assertEquals(0, again.cached());
    }
  }

  @Test
  void aPromptThatIsScoredIsComputed() {
    String prompt = letters(1, 50);
    int[] tokens = Models.LETTERS.encode(prompt);
    try (Generator generator = Generator.open(JAVA, model(LEARNED), Long.MAX_VALUE)) {
      List<TokenScore> first = generator.score(tokens, 1);
      assertEquals(49, say(generator, prompt, Sampling.GREEDY).cached());
      assertEquals(first, generator.score(tokens, 1));
      assertEquals(49, say(generator, prompt, Sampling.GREEDY).cached());
    }
  }

  @Test
  void memoryIsBoundedAndComesBack() {
    MockBackend backend = new MockBackend();
    Model model = model(LEARNED);
    Sampling two = Sampling.GREEDY.withMaxTokens(2);
    // Keys and values of two layers, in f32.
    long text = 2 * 2 * 4L * CONTEXT * 16;
    long weights = 4L * model.parameters().values().length;
    long before;
    try (Generator generator = Generator.open(backend, model, 2 * text)) {
      say(generator, letters(1, 10), two);
      assertEquals(0, generator.prefixBytes(), "too short to be kept");
      for (int i = 1; i <= 4; i++) {
        say(generator, letters(i, 40), two);
        assertEquals(Math.min(i, 2) * text, generator.prefixBytes());
      }
      assertEquals(0, say(generator, letters(2, 40), two).cached(), "used longest ago");
      assertEquals(39, say(generator, letters(4, 40), two).cached());
      assertEquals(39, say(generator, letters(2, 40), two).cached());
      assertEquals(0, say(generator, letters(3, 40), two).cached());
      assertEquals(2 * text, generator.prefixBytes());
      say(generator, letters(3, 40) + say(generator, letters(3, 40), two).text(), two);
      assertEquals(2 * text, generator.prefixBytes(), "a text and its beginning are one");
      before = backend.heldBytes();
    }
    assertTrue(backend.heldBytes() <= before - 2 * text - weights);
    try (Generator generator = Generator.open(backend, model, text - 1)) {
      say(generator, letters(1, 40), two);
      assertEquals(0, generator.prefixBytes());
      assertEquals(0, say(generator, letters(1, 40), two).cached());
    }
  }

  /** A device whose memory ends. */
  private static final class Full extends DecoratedBackend {
    boolean full;

    Full() {
      super(JAVA, JAVA.device());
    }

    @Override
    public Buffer allocate(DType dtype, long elements) {
      if (full) {
        full = false;
        throw new BackendException("[allocate] no memory left");
      }
      return super.allocate(dtype, elements);
    }
  }

  @Test
  void whatIsKeptGivesWayToATextThatBegins() {
    Full backend = new Full();
    Sampling two = Sampling.GREEDY.withMaxTokens(2);
    try (Generator generator = Generator.open(backend, model(LEARNED), Long.MAX_VALUE)) {
      say(generator, letters(1, 40), two);
      assertTrue(generator.prefixBytes() > 0);
      backend.full = true;
      assertEquals(0, say(generator, letters(2, 40), two).cached());
      assertEquals(0, say(generator, letters(1, 40), two).cached());
    }
  }

  /** Its caches do not tell which steps are padding. */
  @Test
  void aNetworkWithPaddingComputesAll() {
    Model model = Models.of(CONTEXT, "'vocabulary': 13, 'padding': 12", LEARNED, Models.LETTERS);
    try (Generator generator = Generator.open(JAVA, model, Long.MAX_VALUE)) {
      say(generator, letters(1, 40), Sampling.GREEDY);
      assertEquals(0, say(generator, letters(1, 40), Sampling.GREEDY).cached());
    }
  }

  @Test
  void chatsAtOnceDoNotMix() throws Exception {
    Model model = model(LEARNED);
    Sampling five = Sampling.GREEDY.withMaxTokens(5);
    try (Generator keeps = Generator.open(JAVA, model, Long.MAX_VALUE);
        Generator forgets = Generator.open(JAVA, model);
        var clients = Executors.newFixedThreadPool(6)) {
      List<Future<Integer>> chats = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        int number = i;
        Callable<Integer> client =
            () -> {
              String chat = letters(1, 20) + letters(number % 8, 10);
              int cached = 0;
              for (int turn = 0; turn < 4; turn++) {
                Said said = say(keeps, chat, five);
                assertSame(say(forgets, chat, five), said);
                cached += said.cached();
                chat += said.text() + letters(turn, 6);
              }
              return cached;
            };
        chats.add(clients.submit(client));
      }
      int cached = 0;
      for (Future<Integer> chat : chats) {
        cached += chat.get();
      }
      assertTrue(cached > 0);
    }
  }
}
