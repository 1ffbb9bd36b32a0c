package dev.fathom.model;

import static dev.fathom.PyTorch.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.device.Backends;
import dev.fathom.device.DecoratedBackend;
import dev.fathom.format.Safetensors;
import dev.fathom.json.SpecException;
import dev.fathom.nn.Initializer;
import dev.fathom.nn.Layout;
import dev.fathom.nn.Network;
import dev.fathom.spec.SavedModel;
import dev.fathom.spec.Spec;
import dev.fathom.spec.SpecModel;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models whose matrices are bf16 or i8. */
class NarrowWeightsTest {
  private static final String GPT =
      """
      [{"type": "embedding", "vocabulary": 13, "features": 8, "padding": 0},
       {"type": "learnedpositions", "length": 7},
       {"type": "decoder", "heads": 2, "hidden": 12, "activation": "silu", "gated": true,
        "rotaryBase": 100},
       {"type": "layernorm"}, {"type": "unembedding", "vocabulary": 13}]""";

  private static final String GRU =
      """
      [{"type": "embedding", "vocabulary": 13, "features": 8},
       {"type": "gru", "units": 6, "bidirectional": true}, {"type": "dense", "units": 3}]""";

  /** Convolutions keep f32. */
  private static final String IMAGE =
      """
      [{"type": "conv2d", "filters": 3, "kernel": 3}, {"type": "batchnorm"}, {"type": "flatten"},
       {"type": "dense", "units": 40, "activation": "relu"}, {"type": "dense", "units": 3}]""";

  @TempDir Path folder;

  private static Model model(String layers, Shape input, String weights) {
    Spec spec =
        Spec.parse(
            """
            {"name": "narrow", "data": {"dataset": "none"}, "model": %s,
             "training": {"weights": "%s"}}"""
                .formatted(layers, weights));
    Network network = spec.network(input);
    float[] values = network.parameters().initial(5);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) random.nextDouble(-0.1, 0.1);
    }
    return new SpecModel(spec, input)
        .untrained(0)
        .with(new Weights(network.parameters(), values).stored(spec.training().weights()))
        .build();
  }

  private static float[] examples(Model model, int count) {
    SplittableRandom random = new SplittableRandom(2);
    float[] raw = new float[(int) (count * model.rawShape().elements())];
    for (int i = 0; i < raw.length; i++) {
      raw[i] =
          model.network().vocabulary() > 0 ? random.nextInt(13) : (float) random.nextDouble(-1, 1);
    }
    return raw;
  }

  private static float[] predict(Backend backend, Model model, int examples) {
    try (Predictor predictor = Predictor.open(backend, model)) {
      return predictor.predict(examples(model, examples));
    }
  }

  /** The numbers of an f32 model that has the same values; near those of the values before. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void answersAsWithTheSameValuesInF32(int which) {
    String layers = List.of(GPT, GRU, IMAGE).get(which);
    Shape input = which == 2 ? Shape.of(1, 6, 6) : Shape.of(7);
    Model narrow = model(layers, input, "bf16");
    Model wide = model(layers, input, "f32");
    assertFalse(Arrays.equals(wide.parameters().values(), narrow.parameters().values()));
    Model same = wide.with(narrow.parameters()).build();
    for (int examples : new int[] {1, 8, 11}) {
      float[] expected = predict(new MinimalBackend(), same, examples);
      for (Backend backend :
          new Backend[] {Backends.select("java").backend(), new MinimalBackend()}) {
        assertClose(expected, predict(backend, narrow, examples), 1e-5, "bf16");
      }
      assertClose(predict(new MinimalBackend(), wide, examples), expected, 0.02, "rounding");
    }
  }

  /** The values are those that i8 and factors stand for, wherever they are widened. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void int8AnswersAsWithTheSameValuesInF32(int which) {
    String layers = List.of(GPT, GRU, IMAGE).get(which);
    Shape input = which == 2 ? Shape.of(1, 6, 6) : Shape.of(7);
    Model wide = model(layers, input, "f32");
    Model same = wide.with(wide.parameters().stored(DType.I8)).build();
    Model narrow = wide.with(same.parameters()).weightType(DType.I8).build();
    double distance = wide.parameters().distance(same.parameters());
    assertTrue(distance > 1e-4 && distance < 0.01, () -> "" + distance);
    for (int examples : new int[] {1, 8, 11}) {
      float[] expected = predict(new MinimalBackend(), same, examples);
      for (Backend backend :
          new Backend[] {Backends.select("java").backend(), new MinimalBackend()}) {
        assertClose(expected, predict(backend, narrow, examples), 1e-5, "i8");
      }
      assertClose(predict(new MinimalBackend(), wide, examples), expected, 0.03, "rounding");
    }
  }

  /** What a backend is asked to hold. */
  private static final class Counting extends DecoratedBackend {
    long bytes;

    Counting() {
      super(Backends.select("java").backend(), Backends.select("java").backend().device());
    }

    @Override
    public Buffer allocate(DType dtype, long elements) {
      bytes += elements * dtype.bytes();
      return super.allocate(dtype, elements);
    }
  }

  @Test
  void halfTheMemory() {
    String layers =
        """
        [{"type": "dense", "units": 700, "activation": "relu"}, {"type": "dense", "units": 300}]""";
    long[] bytes = new long[3];
    List<DType> types = List.of(DType.F32, DType.BF16, DType.I8);
    for (int examples : new int[] {1, 8}) {
      for (int i = 0; i < 3; i++) {
        Counting backend = new Counting();
        Model wide = model(layers, Shape.of(500), "f32");
        predict(backend, wide.with(wide.parameters()).weightType(types.get(i)).build(), examples);
        bytes[i] = backend.bytes;
      }
      // Rows, factors, results and scratch memory are f32.
      assertTrue(bytes[1] < 0.56 * bytes[0], examples + ": " + bytes[1] + " of " + bytes[0]);
      assertTrue(bytes[2] < 0.32 * bytes[0], examples + ": " + bytes[2] + " of " + bytes[0]);
    }
  }

  @Test
  void theFileIsHalfAsLongAndReadsBack() throws IOException {
    Model model = model(GPT, Shape.of(7), "bf16");
    try (DataDirectory store = DataDirectory.open(folder, "")) {
      var bundle = model.publish(store.models()).bundle();
      Path file = bundle.file("weights.safetensors");
      try (Safetensors tensors = Safetensors.open(file)) {
        for (Layout.Slot slot : model.parameters().layout().slots()) {
          assertEquals(
              slot.shape().rank() == 2 ? DType.BF16 : DType.F32,
              tensors.entries().get(slot.name()).dtype(),
              slot.name());
        }
      }
      Path wide = folder.resolve("wide");
      Weights.write(wide, model.parameters());
      assertTrue(Files.size(file) < 0.75 * Files.size(wide));
      assertArrayEquals(model.parameters().values(), SavedModel.load(bundle).parameters().values());
    }
  }

  @Test
  void int8IsStoredWithItsFactors() throws IOException {
    Model wide = model(GPT, Shape.of(7), "f32");
    Weights stored = wide.parameters().stored(DType.I8);
    Path file = folder.resolve("quantised");
    Weights.write(file, DType.I8, wide.parameters());
    try (Safetensors tensors = Safetensors.open(file)) {
      for (Layout.Slot slot : wide.parameters().layout().slots()) {
        boolean matrix = slot.shape().rank() == 2;
        assertEquals(
            matrix ? DType.I8 : DType.F32, tensors.entries().get(slot.name()).dtype(), slot.name());
        assertEquals(matrix, tensors.entries().containsKey(slot.name() + ".scale"), slot.name());
      }
      Layout layout = wide.parameters().layout();
      assertArrayEquals(stored.values(), Weights.read(tensors, layout).values());
      assertArrayEquals(stored.values(), Weights.mapped(tensors, layout).values());
    }
    Path again = folder.resolve("again");
    Weights.write(again, DType.I8, stored);
    assertEquals(-1, Files.mismatch(file, again), "what is i8 already stays as it is");
  }

  @Test
  void int8WithoutItsFactorsIsRefused() throws IOException {
    Layout layout = layout(2, 3);
    byte[] elements = new byte[6];
    var source =
        new Safetensors.Source(DType.I8, Shape.of(2, 3), () -> MemorySegment.ofArray(elements));
    Path file = folder.resolve("without");
    Safetensors.write(file, Map.of(), Map.of("weight", source));
    try (Safetensors tensors = Safetensors.open(file)) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> Weights.mapped(tensors, layout));
      assertEquals(
          "[weights] expected a tensor 'weight.scale' f32[2] but got none", refused.getMessage());
    }
  }

  private static Layout layout(long rows, long columns) {
    return new Layout(
        List.of(new Layout.Slot("weight", Shape.of(rows, columns), 0, Initializer.ZEROS)));
  }

  @Test
  void rowsOfZerosAndOfTheSmallestNumbersAreInt8AndNothingElse() {
    Layout layout = layout(5, 3);
    float[] values = {
      0, 0, 0, 1, -2, 0.5f, 1e-44f, -3e-45f, 0, Float.MAX_VALUE, -1, 1, 1e-3f, 1e-3f, -1e-3f
    };
    float[] stored = new Weights(layout, values).stored(DType.I8).values();
    for (int i = 0; i < values.length; i++) {
      float greatest =
          Math.max(
              Math.abs(values[i / 3 * 3]),
              Math.max(Math.abs(values[i / 3 * 3 + 1]), Math.abs(values[i / 3 * 3 + 2])));
      assertEquals(values[i], stored[i], 1.001 * greatest / 254 + 1e-44, "" + i);
    }
    for (float wrong : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      values[4] = wrong;
      Weights broken = new Weights(layout, values);
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> broken.stored(DType.I8).values());
      assertEquals(
          "[weights] expected finite numbers in 'weight' but got %s in row 1; int8 has none"
              .formatted(wrong),
          refused.getMessage());
    }
  }

  @Test
  void anotherTypeIsRefused() {
    SpecException wrong =
        assertThrows(SpecException.class, () -> model(GRU, Shape.of(7), "bfloat16"));
    assertEquals("/training/weights", wrong.pointer());
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -0f, 1, -1.5f, 3.4e38f, 1e-40f, Float.POSITIVE_INFINITY, Float.NaN})
  void narrowedAsEveryoneDoes(float value) {
    float narrow = BFloat16.toFloat(BFloat16.of(value));
    if (Float.isNaN(value)) {
      assertTrue(Float.isNaN(narrow));
    } else if (Float.isInfinite(value) || value == 3.4e38f) {
      assertEquals(Float.POSITIVE_INFINITY, narrow);
    } else {
      assertEquals(value, narrow, Math.abs(value) * 0x1p-8 + 0x1p-133);
    }
    assertEquals(0x3f80, BFloat16.of(1 + 0x1p-8f), "a tie goes to even");
    assertEquals(0x3f82, BFloat16.of(1 + 3 * 0x1p-8f), "a tie goes to even");
    assertEquals(0x3f81, BFloat16.of(1 + 0x1.1p-8f), "the nearer one");
  }
}
