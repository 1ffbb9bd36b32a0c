package dev.fathom.backend.java.convolve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.fathom.backend.java.Launch;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.MaxPool;
import dev.fathom.spi.MaxPoolGradient;
import dev.fathom.spi.MaxPoolValues;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vector rows write over what follows: every size must end as plain loops have it. */
class PoolTest {
  private static final List<Window> WINDOWS =
      List.of(new Window(2, 2, 0, 0, 1), new Window(2, 2, 0, 0, 1));

  @ParameterizedTest
  @CsvSource({
    "3, 5, 28, 28",
    "40, 3, 14, 14",
    "2, 3, 13, 29",
    "2, 3, 29, 64",
    "1, 1, 2, 2",
    "2, 2, 4, 33",
    "5, 7, 8, 8",
    "1, 2, 66, 66",
    "3, 1, 32, 7"
  })
  void vectorsAgreeWithPlainLoops(long batch, long channels, long height, long width) {
    View x = View.contiguous(DType.F32, Shape.of(batch, channels, height, width));
    Shape pooled = Shape.of(batch, channels, height / 2, width / 2);
    View y = View.contiguous(DType.F32, pooled);
    View indices = View.contiguous(DType.I32, pooled);
    View gaps =
        View.of(
            DType.F32,
            x.shape(),
            channels * height * (width + 3),
            height * (width + 3),
            width + 3,
            1);
    double[][] expected = null;
    for (boolean vector : new boolean[] {false, true}) {
      try (Backend backend = Launch.open(2, vector)) {
        Launch forward = new Launch(backend, new MaxPool(WINDOWS, x, y, indices));
        forward.randomise(5).run();
        Launch backward = new Launch(backend, new MaxPoolGradient(WINDOWS, y, indices, x));
        backward.randomise(6).run();
        Launch apart = new Launch(backend, new MaxPoolGradient(WINDOWS, y, indices, gaps));
        apart.randomise(6).run();
        Launch values = new Launch(backend, new MaxPoolValues(WINDOWS, x, y));
        values.randomise(5).run();
        assertArrayEquals(forward.values(1), values.values(1), 0.0);
        Launch ofGaps = new Launch(backend, new MaxPoolValues(WINDOWS, gaps, y));
        ofGaps.randomise(7).run();
        double[][] actual = {
          forward.values(1),
          forward.values(2),
          backward.values(2),
          apart.values(2),
          ofGaps.values(1)
        };
        if (expected != null) {
          for (int i = 0; i < actual.length; i++) {
            assertArrayEquals(expected[i], actual[i], 0.0);
          }
        }
        expected = actual;
      }
    }
  }
}
