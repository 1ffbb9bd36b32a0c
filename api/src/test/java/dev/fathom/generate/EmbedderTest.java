package dev.fathom.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.Numbers;
import dev.fathom.device.Backends;
import dev.fathom.image.Picture;
import dev.fathom.image.PictureException;
import dev.fathom.image.PictureFile;
import dev.fathom.image.PngWriter;
import dev.fathom.model.Model;
import dev.fathom.model.NotFiniteException;
import dev.fathom.model.Predictor;
import dev.fathom.model.Weights;
import dev.fathom.nn.Concat;
import dev.fathom.nn.Dense;
import dev.fathom.nn.Flatten;
import dev.fathom.nn.Graph;
import dev.fathom.nn.Network;
import dev.fathom.nn.Sequential;
import dev.fathom.spec.Spec;
import dev.fathom.spec.SpecModel;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Shape;
import dev.fathom.spi.tck.MockBackend;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
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

  /** A network of pictures [3, 5, 7] with these layers behind a convolution of 4 channels. */
  private static Model pictures(String layers) {
    Spec spec =
        Spec.parse(
            """
            {'name': 'photos',
             'data': {'format': 'images', 'train': 'photos', 'size': [5, 7], 'input': 'image', 'target': 'label'},
             'model': [{'type': 'conv2d', 'filters': 4, 'kernel': 3, 'name': 'edges'}, %s],
             'task': {'type': 'regression'}, 'training': {'steps': 1}}"""
                .formatted(layers)
                .replace('\'', '"'));
    return new SpecModel(spec, Shape.of(3, 5, 7)).untrained(3);
  }

  private static float[] pixels(int examples) {
    float[] values = new float[examples * 3 * 5 * 7];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(256);
    }
    return values;
  }

  @Test
  void aFeatureMapIsAveragedOverItsPlaces() {
    int examples = 11;
    float[] raw = pixels(examples);
    Model model = pictures("{'type': 'globalaveragepool'}, {'type': 'dense', 'units': 1}");
    try (Embedder front = Embedder.open(JAVA, model);
        Embedder named = Embedder.open(JAVA, model, Optional.of("edges"));
        Embedder head = Embedder.open(JAVA, model, Optional.of(model.network().head().name()));
        Predictor predictor = Predictor.open(JAVA, model)) {
      float[] vectors = front.embed(List.of(Numbers.of(raw)));
      assertEquals(4, front.size());
      assertEquals(examples * 4, vectors.length);
      assertArrayEquals(vectors, named.embed(List.of(Numbers.of(raw))), 1e-5f);
      for (int i = 0; i < examples; i++) {
        float[] one = Arrays.copyOfRange(raw, i * 105, (i + 1) * 105);
        assertArrayEquals(
            Arrays.copyOfRange(vectors, i * 4, (i + 1) * 4),
            front.embed(List.of(Numbers.of(one))),
            1e-6f);
      }
      assertEquals(1, head.size());
      assertArrayEquals(predictor.predict(raw), head.embed(List.of(Numbers.of(raw))), 1e-5f);
    }
  }

  @Test
  void aPictureIsCutAsThoseOfTheTraining() {
    Model model = pictures("{'type': 'globalaveragepool'}, {'type': 'dense', 'units': 1}");
    byte[] picture = new byte[9 * 8 * 3];
    new Random(2).nextBytes(picture);
    byte[] file = PngWriter.of(new Picture(9, 8, 3, picture));
    try (Embedder embedder = Embedder.open(JAVA, model)) {
      PictureFile[] many = new PictureFile[35];
      Arrays.fill(many, new PictureFile("a.png", file));
      List<float[]> vectors = embedder.embed(many);
      assertEquals(35, vectors.size());
      float[] expected =
          embedder.embed(List.of(model.examples(List.of(new PictureFile("a.png", file)))));
      vectors.forEach(vector -> assertArrayEquals(expected, vector, 1e-6f));
      many[33] = new PictureFile("b.png", Arrays.copyOf(file, file.length / 2));
      assertTrue(
          assertThrows(PictureException.class, () -> embedder.embed(many))
              .getMessage()
              .contains("b.png"));
      assertMessage(
          "[embed] expected a model of texts but 'photos' has no tokenizer",
          () -> embedder.embed(1, 2));
      float[] broken = pixels(1);
      broken[7] = Float.NaN;
      assertThrows(NotFiniteException.class, () -> embedder.embed(List.of(Numbers.of(broken))));
      assertThrows(
          IllegalArgumentException.class, () -> embedder.embed(List.of(Numbers.of(1, 2, 3))));
    }
    try (Embedder texts = Embedder.open(JAVA, Models.of(Models.GPT))) {
      assertMessage(
          "[embed] expected a model of pictures but 'letters' reads none",
          () -> texts.embed(new PictureFile("a.png", file)));
    }
  }

  @Test
  void severalInputsMakeOneVectorAndStepsOfNumbersCountTheSame() {
    SequencedMap<String, Shape> inputs = new LinkedHashMap<>();
    inputs.put("steps", Shape.of(5, 3));
    inputs.put("whole", Shape.of(3));
    Graph graph =
        Graph.builder("steps", "whole")
            .add("wide", new Dense(4), "steps")
            .add("short", new Dense(4), "whole")
            .add("flat", new Flatten(), "wide")
            .add("both", new Concat(), "flat", "short")
            .add("head", new Dense(1), "both")
            .build();
    Network network = new Network(graph, inputs);
    Model model =
        Model.builder(
                "two",
                network,
                Weights.initial(network.parameters(), 1),
                Weights.initial(network.states(), 1))
            .build();
    float[] steps = new float[2 * 15];
    float[] whole = new float[2 * 3];
    Random random = new Random(3);
    for (int i = 0; i < steps.length; i++) {
      steps[i] = random.nextFloat();
      whole[i % whole.length] = random.nextFloat();
    }
    List<Numbers> raw = List.of(Numbers.of(steps), Numbers.of(whole));
    try (Embedder front = Embedder.open(JAVA, model);
        Embedder wide = Embedder.open(JAVA, model, Optional.of("wide"))) {
      float[] all = front.embed(raw);
      assertEquals(2 * 24, all.length);
      float[] means = wide.embed(raw);
      for (int example = 0; example < 2; example++) {
        for (int feature = 0; feature < 4; feature++) {
          float mean = 0;
          for (int step = 0; step < 5; step++) {
            mean += all[example * 24 + step * 4 + feature] / 5;
          }
          assertEquals(mean, means[example * 4 + feature], 1e-5f);
        }
      }
    }
  }

  @Test
  void stepsOfPaddingDoNotCount() {
    Model model =
        Models.of("'vocabulary': 13, 'padding': 12", "{'type': 'dropout'}", Models.LETTERS);
    float[] raw = new float[2 * Models.CONTEXT];
    Arrays.fill(raw, 12);
    raw[0] = 1;
    raw[1] = 2;
    raw[2] = 3;
    try (Embedder embedder = Embedder.open(JAVA, model)) {
      float[] vectors = embedder.embed(List.of(Numbers.of(raw)));
      assertArrayEquals(embedder.embed(1, 2, 3), Arrays.copyOf(vectors, 16), 1e-6f);
      assertArrayEquals(new float[16], Arrays.copyOfRange(vectors, 16, 32));
    }
  }

  @Test
  void aLayerThatIsNotThereIsNamed() {
    Model model = pictures("{'type': 'globalaveragepool'}, {'type': 'dense', 'units': 1}");
    assertMessage(
        "[embed] expected a layer of 'photos' "
            + model.network().layers().keySet()
            + " but got 'edge'; did you mean 'edges'?",
        () -> Embedder.open(JAVA, model, Optional.of("edge")));
    Network one = new Network(Sequential.of(new Dense(2)), Shape.of(3));
    Model single =
        Model.builder(
                "single",
                one,
                Weights.initial(one.parameters(), 1),
                Weights.initial(one.states(), 1))
            .build();
    assertMessage(
        "[embed] expected a model with a layer in front of its head but the head of 'single' takes"
            + " 'input'; the layers are "
            + one.layers().keySet(),
        () -> Embedder.open(JAVA, single));
  }

  private static void assertMessage(String expected, Executable run) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, run).getMessage());
  }

  private static void assertWrong(String expected, Embedder embedder, int count, int token) {
    int[] tokens = new int[count];
    Arrays.fill(tokens, token);
    var e = assertThrows(IllegalArgumentException.class, () -> embedder.embed(tokens));
    assertEquals("[embed] expected " + expected, e.getMessage());
  }
}
