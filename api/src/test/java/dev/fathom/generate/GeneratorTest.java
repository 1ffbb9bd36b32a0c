package dev.fathom.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.device.Backends;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.spec.Spec;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.spi.tck.MockBackend;
import dev.fathom.text.Pipeline;
import dev.fathom.text.TextException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GeneratorTest {
  private static final Backend JAVA = Backends.select("java").backend();

  /** A state-space layer, and attention behind it. */
  private static final String MAMBA =
      "{'type': 'residual', 'body': [{'type': 'rmsnorm'}, {'type': 'mamba', 'state': 4}]},"
          + "{'type': 'decoder', 'heads': 2, 'hidden': 8, 'initializer': 'xavierNormal'},"
          + "{'type': 'residual', 'body': [{'type': 'rmsnorm'}, {'type': 'mamba', 'rank': 2}]}";

  /** What the network says without a cache: the likeliest token behind {@code tokens}. */
  private static int next(Predictor predictor, List<Integer> tokens) {
    float[] raw = new float[Models.CONTEXT];
    for (int i = 0; i < tokens.size(); i++) {
      raw[i] = tokens.get(i);
    }
    float[] logits = predictor.predict(raw);
    int width = logits.length / Models.CONTEXT;
    int from = (tokens.size() - 1) * width;
    return IntStream.range(0, 12)
        .reduce((a, b) -> logits[from + b] > logits[from + a] ? b : a)
        .orElseThrow();
  }

  private static String assertGoesOnAsWithoutCache(Backend backend, Model model, String prompt) {
    List<Integer> tokens = new ArrayList<>();
    Arrays.stream(Models.LETTERS.encode(prompt)).forEach(tokens::add);
    try (Generator generator = Generator.open(backend, model);
        Predictor predictor = Predictor.open(backend, model)) {
      Completion said = generator.complete(prompt, Sampling.GREEDY);
      while (tokens.size() <= Models.CONTEXT) {
        tokens.add(next(predictor, tokens));
      }
      int[] expected = tokens.stream().skip(prompt.length()).mapToInt(Integer::intValue).toArray();
      assertEquals(Models.LETTERS.decode(expected), said.text());
      assertEquals(FinishReason.LENGTH, said.finishReason());
      assertEquals(prompt.length(), said.promptTokens());
      assertEquals(Models.CONTEXT + 1 - prompt.length(), said.completionTokens());
      return said.text();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Models.GPT,
        "{'type': 'sinusoidalpositions'}, {'type': 'decoder', 'heads': 4, 'keyHeads': 2, 'hidden':"
            + " 8, 'normFirst': false, 'initializer': 'xavierNormal'}, {'type': 'unembedding',"
            + " 'vocabulary': 12}",
        "{'type': 'decoder', 'heads': 4, 'keyHeads': 1, 'hidden': 8, 'rotaryBase': 100, 'norm':"
            + " 'rmsnorm', 'gated': true, 'activation': 'silu', 'initializer': 'xavierNormal'},"
            + "{'type': 'residual', 'body': [{'type': 'attention', 'heads': 2, 'causal': true,"
            + " 'rotaryBase': 50, 'initializer': 'xavierNormal'}]},"
            + " {'type': 'dense', 'units': 12}",
        MAMBA + ", {'type': 'unembedding', 'vocabulary': 12}",
        "{'type': 'mamba', 'kernel': 1, 'state': 3, 'expand': 1}, {'type': 'dense', 'units': 12}",
      })
  void saysWhatTheNetworkSaysWithoutCache(String layers) {
    Model model = Models.of(layers);
    // A step, the first bucket, all of it, the next, which is the whole context.
    StringBuilder all = new StringBuilder();
    for (String prompt : List.of("d", "ab", "abcdefghijklabcd", "abcdefghijklabcde", "kji")) {
      all.append(assertGoesOnAsWithoutCache(JAVA, model, prompt));
    }
    assertTrue(all.chars().distinct().count() > 3, all::toString);
  }

  @Test
  void saysTheSameOnOtherBackends() {
    Model model = Models.of(Models.GPT);
    assertGoesOnAsWithoutCache(new MinimalBackend(), model, "abk");
    assertGoesOnAsWithoutCache(new MockBackend(), model, "abk");
    Model stateful = Models.of(MAMBA + ", {'type': 'dense', 'units': 12}");
    assertGoesOnAsWithoutCache(new MinimalBackend(), stateful, "abk");
  }

  /** The network's padding is unseen in a prompt too; the tokenizer does not know it. */
  @Test
  void seesNoPadding() {
    Model model = Models.of("'vocabulary': 13, 'padding': 3", Models.GPT, Models.LETTERS);
    assertGoesOnAsWithoutCache(JAVA, model, "addbdc");
    assertGoesOnAsWithoutCache(JAVA, model, "b");
    Model stateful =
        Models.of(
            "'vocabulary': 13, 'padding': 3",
            MAMBA + ", {'type': 'dense', 'units': 12}",
            Models.LETTERS);
    assertGoesOnAsWithoutCache(JAVA, stateful, "addbdc");
    assertGoesOnAsWithoutCache(JAVA, stateful, "d");
  }

  /** Tied embeddings: one narrow matrix is gathered from and contracted with. */
  @Test
  void saysTheSameWithMatricesOfBf16() {
    String layers =
        "{'type': 'decoder', 'heads': 2, 'hidden': 24, 'rotaryBase': 100, 'initializer':"
            + " 'xavierNormal'}, {'type': 'unembedding', 'vocabulary': 12}";
    for (String each : List.of(layers, Models.GPT)) {
      Model wide = Models.of(each);
      String spec = Spec.of(wide).orElseThrow().toString();
      assertTrue(spec.contains("\"weights\" : \"f32\""), spec);
      Model narrow = wide.with(wide.parameters().stored(DType.BF16)).weightType(DType.BF16).build();
      assertGoesOnAsWithoutCache(JAVA, narrow, "abk");
      assertGoesOnAsWithoutCache(JAVA, narrow, "abcdefghijklabcde");
    }
  }

  @Test
  void fillsTheContextInOnePass() {
    try (Generator generator = Generator.open(JAVA, Models.of(Models.GPT))) {
      assertEquals(Models.CONTEXT, generator.context());
      String prompt = "abcdefghijkl".repeat(2);
      Completion one = generator.complete(prompt, Sampling.GREEDY);
      assertEquals(1, one.completionTokens());
      assertEquals(FinishReason.LENGTH, one.finishReason());
      assertRefused(
          "[generate] expected a text of at most 24 tokens, the context of 'letters', but it has"
              + " 25",
          () -> generator.complete(prompt + "a", Sampling.GREEDY));
    }
  }

  /** A word that is the first of a text is without its space; behind a prompt it has one. */
  @Test
  void goesOnWithTheSpaceOfAWord() {
    Pipeline words = Pipeline.unigram(List.of("ab cd ef ab cd ef ab"), 12);
    boolean spaced = false;
    try (Generator generator =
        Generator.open(JAVA, Models.of("'vocabulary': 12", Models.GPT, words))) {
      for (int seed = 0; seed < 8; seed++) {
        List<Integer> tokens = new ArrayList<>();
        Arrays.stream(words.encode("cd")).forEach(tokens::add);
        Sampling sampling = Sampling.GREEDY.withTemperature(2).withSeed(seed);
        StringBuilder text = new StringBuilder("cd");
        try (Generation generation =
            generator.start(words.encode("cd"), sampling, 0, score -> tokens.add(score.token()))) {
          for (String piece = generation.next(); piece != null; piece = generation.next()) {
            text.append(piece);
          }
        }
        assertEquals(words.decode(tokens.stream().mapToInt(id -> id).toArray()), text.toString());
        spaced |= text.charAt(2) == ' ';
      }
    }
    assertTrue(spaced);
  }

  @Test
  void stopsAtStopStringsThatSpanTokens() {
    try (Generator generator = Generator.open(JAVA, Models.of(Models.GPT))) {
      String all = generator.complete("ab", Sampling.GREEDY).text();
      String stop = all.substring(5, 8);
      int at = all.indexOf(stop);
      List<String> pieces = new ArrayList<>();
      Completion cut = generator.complete("ab", Sampling.GREEDY.withStop("zz", stop), pieces::add);
      assertEquals(all.substring(0, at), cut.text());
      assertEquals(FinishReason.STOP, cut.finishReason());
      assertEquals(at + 3, cut.completionTokens());
      assertEquals(cut.text(), String.join("", pieces));
      assertEquals(all, generator.complete("ab", Sampling.GREEDY.withStop(all + "a")).text());
      assertEquals(
          all.substring(0, 4), generator.complete("ab", Sampling.GREEDY.withMaxTokens(4)).text());
    }
  }

  @Test
  void seedsReproduceAndDiffer() {
    Sampling hot = Sampling.GREEDY.withTemperature(2);
    try (Generator generator = Generator.open(JAVA, Models.of(Models.GPT))) {
      String one = generator.complete("ab", hot.withSeed(1)).text();
      assertEquals(one, generator.complete("ab", hot.withSeed(1)).text());
      Set<String> others = new HashSet<>(Set.of(one));
      for (int seed = 2; seed < 6; seed++) {
        others.add(generator.complete("ab", hot.withSeed(seed)).text());
      }
      assertEquals(5, others.size());
      assertNotEquals(generator.complete("ab", hot).text(), generator.complete("ab", hot).text());
      assertEquals(
          generator.complete("ab", Sampling.GREEDY).text(),
          generator.complete("ab", hot.withTopK(1)).text());
    }
  }

  @Test
  void manyAtOnceSayWhatEachSaysAlone() throws Exception {
    try (Generator generator = Generator.open(JAVA, Models.of(Models.GPT));
        var clients = Executors.newFixedThreadPool(12)) {
      List<String> prompts = List.of("a", "bc", "defgh", "abcdefghijklabcdefg");
      Sampling sampling = Sampling.GREEDY.withTemperature(1).withSeed(7);
      List<String> alone =
          prompts.stream().map(prompt -> generator.complete(prompt, sampling).text()).toList();
      List<Future<String>> texts = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String prompt = prompts.get(i % 4);
        Callable<String> client = () -> generator.complete(prompt, sampling).text();
        texts.add(clients.submit(client));
      }
      for (int i = 0; i < 40; i++) {
        assertEquals(alone.get(i % 4), texts.get(i).get());
      }
    }
  }

  @Test
  void memoryComesBack() {
    MockBackend backend = new MockBackend();
    Generator generator = Generator.open(backend, Models.of(Models.GPT));
    generator.complete("abc", Sampling.GREEDY.withMaxTokens(2));
    long idle = backend.heldBytes();
    Generation cancelled = generator.start("abc", Sampling.GREEDY);
    assertTrue(backend.heldBytes() > idle);
    assertEquals(1, cancelled.next().length());
    cancelled.close();
    cancelled.close();
    assertEquals(idle, backend.heldBytes());
    assertThrows(IllegalStateException.class, cancelled::next);
    assertRefused("[generate] expected", () -> generator.complete("", Sampling.GREEDY));
    assertEquals(idle, backend.heldBytes());

    Generation late = generator.start("abc", Sampling.GREEDY);
    late.next();
    generator.close();
    assertThrows(IllegalStateException.class, late::next);
    late.close();
    long parameters = 4 * generator.model().parameters().values().length;
    assertEquals(idle - parameters, backend.heldBytes());
    assertThrows(IllegalStateException.class, () -> generator.complete("abc", Sampling.GREEDY));
  }

  /** Others wait for a lane, and go on when one is closed. */
  @Test
  void someWait() throws Exception {
    try (Generator generator = Generator.open(JAVA, Models.of(Models.GPT));
        var client = Executors.newSingleThreadExecutor()) {
      List<Generation> open = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        open.add(generator.start("a", Sampling.GREEDY));
      }
      Future<Completion> waiting =
          client.submit(() -> generator.complete("a", Sampling.GREEDY.withMaxTokens(1)));
      assertThrows(TimeoutException.class, () -> waiting.get(100, TimeUnit.MILLISECONDS));
      open.getFirst().close();
      assertEquals(1, waiting.get().completionTokens());
      open.forEach(Generation::close);
    }
  }

  @Test
  void whatItCannotGoOnFromIsNamed() {
    try (Generator generator = Generator.open(JAVA, Models.of(Models.GPT))) {
      assertRefused(
          "[generate] expected a text of 1 token or more but it is empty",
          () -> generator.complete("", Sampling.GREEDY));
      assertRefused(
          "[generate] expected tokens of 0 to 11 but got 12 at position 1",
          () -> generator.start(new int[] {3, 12}, Sampling.GREEDY));
      assertThrows(TextException.class, () -> generator.start("abz", Sampling.GREEDY));
    }
    Model wrong = Models.of(Models.GPT);
    Arrays.fill(wrong.parameters().values(), Float.NaN);
    try (Generator generator = Generator.open(JAVA, wrong)) {
      IllegalStateException nan =
          assertThrows(IllegalStateException.class, () -> generator.complete("a", Sampling.GREEDY));
      assertEquals(
          "[generate] expected logits that are numbers but the model gives NaN for token 0",
          nan.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'type': 'lstm', 'units': 8, 'output': 'all'}, {'type': 'dense', 'units': 12} | layer 'lstm1': [lstm] expected a layer that goes on step by step from those before, such as a decoder
          {'type': 'encoder', 'heads': 2, 'hidden': 8}, {'type': 'dense', 'units': 12} | layer 'encoder1': [encoder] expected a layer that goes on
          {'type': 'sequencepool'}, {'type': 'dense', 'units': 12} | [decode] expected a network from tokens [time] to logits [time, vocabulary] but got one from tokens [24] to [12]
          {'type': 'dense', 'units': 11} | [generate] expected a network for the 12 tokens of the tokenizer but 'letters' has 11
          """)
  void networksThatDoNotGenerateAreRefused(String layers, String sentence) {
    assertRefused(sentence, () -> Generator.open(JAVA, Models.of(layers)));
  }

  private static void assertRefused(String sentence, Executable refused) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, refused);
    assertTrue(e.getMessage().startsWith(sentence), e::getMessage);
  }
}
