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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models whose matrices are bf16. */
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
    long[] bytes = new long[2];
    for (int examples : new int[] {1, 8}) {
      for (int i = 0; i < 2; i++) {
        Counting backend = new Counting();
        predict(backend, model(layers, Shape.of(500), i == 0 ? "f32" : "bf16"), examples);
        bytes[i] = backend.bytes;
      }
      // Rows, results and scratch memory are f32.
      assertTrue(bytes[1] < 0.56 * bytes[0], examples + ": " + bytes[1] + " of " + bytes[0]);
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
