package dev.fathom.backend.java.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.fathom.backend.java.Launch;
import dev.fathom.spi.Attention;
import dev.fathom.spi.AttentionGradient;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.NormaliseGradient;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the conformance kit does not see of attention and normalisation. */
class AttentionTest {
  private static View view(long... sizes) {
    return View.contiguous(DType.F32, Shape.of(sizes));
  }

  private static Attention attention(boolean causal, long length, long keys) {
    return new Attention(
        causal,
        0.25,
        false,
        Optional.empty(),
        view(2, 4, length, 16),
        view(2, 2, keys, 16),
        view(2, 2, keys, 16),
        Optional.empty(),
        view(2, 4, length, 16),
        view(2, 4, length));
  }

  static Stream<KernelSpec> specs() {
    View x = view(2, 4, 150, 16);
    View keys = view(2, 2, 150, 16);
    View rows = view(2, 4, 150);
    View features = view(77);
    return Stream.of(
        attention(true, 600, 600),
        attention(false, 1, 1000),
        new AttentionGradient(
            true,
            0.25,
            false,
            Optional.of(new Attention.Dropout(0.2, 1)),
            x,
            keys,
            keys,
            x,
            rows,
            x,
            Optional.empty(),
            x,
            keys,
            keys),
        new NormaliseGradient(
            view(900, 77),
            features,
            view(900),
            view(900, 77),
            Optional.of(view(900)),
            view(900, 77),
            features,
            Optional.of(features)));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void theNumberOfThreadsDoesNotChangeABit(KernelSpec spec) {
    double[][] results = new double[2][];
    for (int i = 0; i < 2; i++) {
      try (Backend backend = Launch.open(1 + 2 * i, true)) {
        Launch launch = new Launch(backend, spec).randomise(7);
        launch.launch(new long[] {5, 6});
        launch.queue.await();
        results[i] = launch.values(spec.inputs().size());
        int last = spec.inputs().size() + spec.outputs().size() - 1;
        results[i] =
            Stream.of(results[i], launch.values(last)).flatMapToDouble(Arrays::stream).toArray();
      }
    }
    assertArrayEquals(results[0], results[1]);
  }
}
