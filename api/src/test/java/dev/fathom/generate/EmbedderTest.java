package dev.fathom.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fathom.device.Backends;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.spi.Backend;
import dev.fathom.spi.tck.MockBackend;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbedderTest {
  private static final Backend JAVA = Backends.select("java").backend();

  /** A head that adds nothing shows the vectors: their mean is the embedding. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          'vocabulary': 12                | {'type': 'decoder', 'heads': 2, 'hidden': 8}
          'vocabulary': 13, 'padding': 12 | {'type': 'encoder', 'heads': 2, 'hidden': 8}
          """)
  void isTheMeanInFrontOfTheHead(String embedding, String layer) {
    Model model =
        Models.of(embedding, layer + ", {'type': 'dropout', 'rate': 0.5}", Models.LETTERS);
    int[] tokens = {3, 1, 4, 1, 5};
    float[] raw = new float[Models.CONTEXT];
    Arrays.fill(raw, 12 - (embedding.contains("padding") ? 0 : 12));
    for (int i = 0; i < tokens.length; i++) {
      raw[i] = tokens[i];
    }
    float[] mean = new float[16];
    try (Predictor predictor = Predictor.open(JAVA, model);
        Embedder embedder = Embedder.open(JAVA, model)) {
      float[] steps = predictor.predict(raw);
      for (int i = 0; i < tokens.length * 16; i++) {
        mean[i % 16] += steps[i] / tokens.length;
      }
      assertEquals(16, embedder.size());
      assertArrayEquals(mean, embedder.embed(tokens), 1e-5f);
    }
  }

  @Test
  void aVectorOfTheWholeIsItself() {
    Model pooled =
        Models.of(
            "'vocabulary': 13, 'padding': 12",
            "{'type': 'sequencepool'}, {'type': 'dense', 'units': 2}",
            Models.LETTERS);
    Model steps =
        Models.of("'vocabulary': 13, 'padding': 12", "{'type': 'dropout'}", Models.LETTERS);
    try (Embedder one = Embedder.open(JAVA, pooled);
        Embedder other = Embedder.open(JAVA, steps)) {
      assertArrayEquals(other.embed(1, 2, 3), one.embed(1, 2, 3), 1e-5f);
    }
  }

  @Test
  void whatDoesNotFitIsNamedAndMemoryComesBack() {
    MockBackend backend = new MockBackend();
    Embedder embedder =
        Embedder.open(
            backend, Models.of("{'type': 'encoder', 'heads': 2, 'hidden': 8}, {'type': 'relu'}"));
    long idle = backend.heldBytes();
    embedder.embed(new int[Models.CONTEXT]);
    assertEquals(idle, backend.heldBytes());
    assertWrong("a text of 24 tokens, the context of 'letters', but it has 23", embedder, 23, 0);
    assertWrong("a text of 24 tokens, the context of 'letters', but it has 25", embedder, 25, 0);
    assertWrong("a text of 1 token or more but it is empty", embedder, 0, 0);
    assertWrong("tokens of 0 to 11 but got 12 at position 0", embedder, 24, 12);
    embedder.close();
    assertThrows(IllegalStateException.class, () -> embedder.embed(new int[Models.CONTEXT]));
  }

  private static void assertWrong(String expected, Embedder embedder, int count, int token) {
    int[] tokens = new int[count];
    Arrays.fill(tokens, token);
    var e = assertThrows(IllegalArgumentException.class, () -> embedder.embed(tokens));
    assertEquals("[embed] expected " + expected, e.getMessage());
  }
}
