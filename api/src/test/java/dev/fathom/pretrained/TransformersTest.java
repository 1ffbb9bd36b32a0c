package dev.fathom.pretrained;

import static dev.fathom.PyTorch.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.data.Numbers;
import dev.fathom.generate.Embedder;
import dev.fathom.generate.FinishReason;
import dev.fathom.generate.Generation;
import dev.fathom.generate.Generator;
import dev.fathom.generate.Sampling;
import dev.fathom.generate.TokenScore;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.nn.Graph;
import dev.fathom.nn.L2Norm;
import dev.fathom.nn.Network;
import dev.fathom.nn.SequencePool;
import dev.fathom.nn.TokenTypes;
import dev.fathom.spec.SavedModel;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of other people's models against what the transformers library says of them. */
class TransformersTest {
  private static final double TOLERANCE = 1e-4;
  private static final int END = 2;

  @TempDir Path temporary;

  /** Texts of all lengths: the whole pass, and every prompt with tokens behind it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "llama-tied",
        "mistral",
        "qwen2",
        "qwen3",
        "gemma",
        "gemma2",
        "gemma3",
        "gpt2"
      })
  void logitsAreThoseOfTransformers(String name) throws IOException {
    JsonNode expected = Folders.expected(name);
    int[] ids = Folders.integers(expected.get("ids"));
    float[] logits = Folders.floats(expected.get("logits"));
    try (Pretrained folder = Pretrained.open(Folders.of(name))) {
      Model whole = folder.model(name, OptionalInt.of(ids.length));
      try (Predictor predictor = Predictor.open(Folders.backend(), whole)) {
        float[] given = predictor.answer(List.of(Numbers.of(floats(ids)))).getFirst().floats();
        assertClose(logits, given, TOLERANCE, name);
      }
      Model model = folder.model(name, OptionalInt.empty());
      assertEquals(64, model.network().input().size(0));
      try (Generator generator = Generator.open(Folders.backend(), model)) {
        goesOn(generator, expected, ids, logits);
      }
    }
  }

  /** The prompt in one pass and the tokens behind it one by one, and the text scored as a whole. */
  private static void goesOn(Generator generator, JsonNode expected, int[] ids, float[] logits) {
    int vocabulary = logits.length / ids.length;
    int tokens = generator.tokenizer().size();
    for (int prompt : new int[] {1, 5, ids.length - 1}) {
      int steps = ids.length - prompt;
      for (int step = 0; step < Math.min(steps, 2); step++) {
        List<TokenScore> scores = new ArrayList<>();
        int[] begun = Arrays.copyOf(ids, prompt + step);
        try (Generation generation =
            generator.start(begun, Sampling.GREEDY.withMaxTokens(1), tokens, scores::add)) {
          generation.next();
        }
        assertScores(row(logits, vocabulary, prompt + step - 1), scores.getFirst(), tokens);
      }
    }
    List<TokenScore> all = generator.score(ids, tokens);
    for (int i = 0; i + 1 < ids.length; i++) {
      assertScores(row(logits, vocabulary, i), all.get(i), tokens);
    }
    int prompt = expected.get("prompt").intValue();
    int[] wanted = Folders.integers(expected.get("generated"));
    List<Integer> given = new ArrayList<>();
    Sampling greedy =
        Sampling.GREEDY.withMaxTokens(wanted.length).withLogitBias(Map.of(END, -100.0));
    List<TokenScore> steps = new ArrayList<>();
    try (Generation generation =
        generator.start(Arrays.copyOf(ids, prompt), greedy, tokens, steps::add)) {
      while (generation.next() != null) {
        continue;
      }
    }
    steps.forEach(step -> given.add(step.token()));
    assertEquals(Arrays.stream(wanted).boxed().toList(), given);
    // The caches say the same as a pass over everything.
    int[] text = Arrays.copyOf(ids, prompt + wanted.length);
    System.arraycopy(wanted, 0, text, prompt, wanted.length);
    List<TokenScore> again = generator.score(text, tokens);
    for (int i = 0; i < wanted.length; i++) {
      assertSame(again.get(prompt - 1 + i), steps.get(i));
    }
  }

  private static float[] row(float[] logits, int vocabulary, int row) {
    return Arrays.copyOfRange(logits, row * vocabulary, (row + 1) * vocabulary);
  }

  /** Log-probabilities are those of the logits. */
  private static void assertScores(float[] logits, TokenScore score, int tokens) {
    double total = 0;
    for (int i = 0; i < tokens; i++) {
      total += Math.exp(logits[i]);
    }
    float[] expected = new float[tokens];
    float[] given = new float[tokens];
    for (int i = 0; i < tokens; i++) {
      expected[i] = (float) (logits[i] - Math.log(total));
      given[i] = score.likeliest().get(i).floatValue();
    }
    assertClose(expected, given, TOLERANCE, "log-probabilities");
  }

  private static void assertSame(TokenScore expected, TokenScore given) {
    expected
        .likeliest()
        .forEach((token, score) -> assertEquals(score, given.likeliest().get(token), TOLERANCE));
  }

  private static float[] floats(int... ids) {
    float[] all = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      all[i] = ids[i];
    }
    return all;
  }

  @Test
  void vectorsOfTextsAreThoseOfTransformers() throws IOException {
    JsonNode expected = Folders.expected("bert");
    try (Pretrained folder = Pretrained.open(Folders.of("bert"))) {
      Model model = folder.model("bert", OptionalInt.empty());
      assertEquals(24, model.network().input().size(0)); // max_seq_length
      try (Embedder embedder = Embedder.open(Folders.backend(), model)) {
        float[] vectors = Folders.floats(expected.get("vectors"));
        for (int i = 0; i < expected.get("texts").size(); i++) {
          float[] given = embedder.embed(model.tokens(expected.get("texts").get(i).asText()));
          assertClose(
              Arrays.copyOfRange(vectors, 16 * i, 16 * (i + 1)), given, TOLERANCE, "vector " + i);
        }
      }
      // A batch, filled up at the right.
      List<Float> all = new ArrayList<>();
      expected.get("ids").forEach(row -> row.forEach(id -> all.add(id.floatValue())));
      float[] ids = new float[all.size()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = all.get(i);
      }
      try (Predictor predictor = Predictor.open(Folders.backend(), model)) {
        assertClose(
            Folders.floats(expected.get("vectors")),
            predictor.answer(List.of(Numbers.of(ids))).getFirst().floats(),
            TOLERANCE,
            "batch");
      }
    }
  }

  /** The network of the folder, with the types of tokens as a second input, up to its vectors. */
  @Test
  void typesOfTokensAreThoseOfTransformers() throws IOException {
    JsonNode expected = Folders.expected("bert");
    int[] ids = Folders.integers(expected.get("pair"));
    int[] types = Folders.integers(expected.get("segments"));
    try (Pretrained folder = Pretrained.open(Folders.of("bert"))) {
      Model model = folder.model("bert", OptionalInt.empty());
      List<Graph.Node> nodes = new ArrayList<>();
      for (Graph.Node node : model.network().graph().nodes()) {
        if (node.block() instanceof TokenTypes) {
          List<String> inputs = List.of(node.inputs().getFirst(), "types");
          nodes.add(new Graph.Node(node.name(), node.block(), inputs));
        } else if (!(node.block() instanceof SequencePool) && !(node.block() instanceof L2Norm)) {
          nodes.add(node);
        }
      }
      SequencedMap<String, String> outputs = new LinkedHashMap<>();
      outputs.put("hidden", nodes.getLast().name());
      SequencedMap<String, Shape> inputs = new LinkedHashMap<>();
      inputs.put(Graph.INPUT, Shape.of(ids.length));
      inputs.put("types", Shape.of(ids.length));
      Graph graph = new Graph(List.copyOf(inputs.keySet()), nodes, outputs);
      Network network = new Network(graph, inputs);
      Model both = Model.builder("both", network, model.parameters(), model.states()).build();
      try (Predictor predictor = Predictor.open(Folders.backend(), both)) {
        assertClose(
            Folders.floats(expected.get("hidden")),
            predictor
                .answer(List.of(Numbers.of(floats(ids)), Numbers.of(floats(types))))
                .getFirst()
                .floats(),
            TOLERANCE,
            "hidden");
      }
    }
  }

  @Test
  void aPublishedModelIsTheSame() throws IOException {
    for (String name : List.of("llama", "gpt2")) {
      int[] ids = Folders.integers(Folders.expected(name).get("ids"));
      try (DataDirectory directory = DataDirectory.open(temporary.resolve(name), "");
          Pretrained folder = Pretrained.open(Folders.of(name))) {
        Model model = folder.model(name, OptionalInt.of(40));
        Model stored = SavedModel.load(model.publish(directory.models()).bundle());
        assertEquals(name.equals("llama") ? DType.BF16 : DType.F32, stored.weightType());
        assertArrayEquals(model.parameters().values(), stored.parameters().values());
        try (Generator before = Generator.open(Folders.backend(), model);
            Generator after = Generator.open(Folders.backend(), stored)) {
          assertEquals(40, after.context());
          assertEquals(before.score(ids, 3), after.score(ids, 3));
          assertEquals(
              before.complete("the cat", Sampling.GREEDY.withMaxTokens(9)),
              after.complete("the cat", Sampling.GREEDY.withMaxTokens(9)));
          assertEquals(3, after.complete("the cat", Sampling.GREEDY).promptTokens());
        }
      }
    }
  }

  @Test
  void theEndOfTheTextEndsIt() throws IOException {
    try (Pretrained folder = Pretrained.open(Folders.of("qwen3"))) {
      Model model = folder.model("qwen3", OptionalInt.empty());
      assertTrue(model.continuation().ends().contains(END));
      try (Generator generator = Generator.open(Folders.backend(), model)) {
        var text =
            generator.complete(
                "the cat", Sampling.GREEDY.withLogitBias(Map.of(END, 100.0)).withMaxTokens(5));
        assertEquals("", text.text());
        assertEquals(FinishReason.STOP, text.finishReason());
        assertEquals(1, text.completionTokens());
      }
    }
  }

  @Test
  void samplingIsThatOfTheFolderWhereNobodySays() throws IOException {
    try (Pretrained folder = Pretrained.open(Folders.of("llama-tied"))) {
      var continuation = folder.model("tied", OptionalInt.empty()).continuation();
      assertEquals(OptionalDouble.of(0.6), continuation.temperature());
      assertEquals(OptionalDouble.of(0.9), continuation.topP());
      assertEquals(OptionalInt.of(20), continuation.topK());
      assertEquals(OptionalDouble.empty(), continuation.repetitionPenalty());
    }
  }
}
