package dev.fathom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.fathom.spi.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitializerTest {
  private static final Shape SHAPE = Shape.of(64, 32, 3, 3);

  private static float[] draw(Initializer initializer, long seed, String name) {
    float[] values = new float[(int) SHAPE.elements() + 1];
    initializer.fill(seed, name, SHAPE, values, 1);
    assertEquals(0, values[0]);
    return values;
  }

  /** fan in is 32 * 9, fan out 64 * 9. */
  @ParameterizedTest
  @CsvSource({
    "HE_NORMAL, 0.0833333",
    "HE_UNIFORM, 0.0833333",
    "XAVIER_NORMAL, 0.0481125",
    "XAVIER_UNIFORM, 0.0481125"
  })
  void spreadIsThatOfThePaper(RandomInitializer initializer, double deviation) {
    double sum = 0;
    double squares = 0;
    double largest = 0;
    float[] values = draw(initializer, 7, "conv1.weight");
    for (float value : values) {
      sum += value;
      squares += value * value;
      largest = Math.max(largest, Math.abs(value));
    }
    assertEquals(0, sum / values.length, 0.02 * deviation);
    assertEquals(deviation, Math.sqrt(squares / values.length), 0.02 * deviation);
    boolean uniform = initializer.name().endsWith("UNIFORM");
    assertEquals(uniform ? Math.sqrt(3) : 4, largest / deviation, uniform ? 0.01 : 0.8);
  }

  @Test
  void seedAndNameMakeTheNumbers() {
    float[] values = draw(Initializer.HE_NORMAL, 7, "conv1.weight");
    assertArrayEquals(values, draw(Initializer.HE_NORMAL, 7, "conv1.weight"));
    assertNotEquals(values[1], draw(Initializer.HE_NORMAL, 8, "conv1.weight")[1]);
    assertNotEquals(values[1], draw(Initializer.HE_NORMAL, 7, "conv2.weight")[1]);
  }

  /** Rows or columns, whichever are fewer, are orthogonal and of length 1. */
  @ParameterizedTest
  @CsvSource({"6, 4, 3", "24, 3, 2", "8, 8, 1", "1, 5, 1", "7, 1, 1"})
  void orthogonalVectorsAreAtRightAngles(int rows, int channels, int kernel) {
    Shape shape = Shape.of(rows, channels, kernel);
    int columns = channels * kernel;
    float[] w = new float[rows * columns + 1];
    Initializer.ORTHOGONAL.fill(3, "conv1.weight", shape, w, 1);
    boolean wide = rows <= columns;
    int count = Math.min(rows, columns);
    for (int a = 0; a < count; a++) {
      for (int b = 0; b < count; b++) {
        double dot = 0;
        for (int k = 0; k < Math.max(rows, columns); k++) {
          dot +=
              wide
                  ? w[1 + a * columns + k] * w[1 + b * columns + k]
                  : w[1 + k * columns + a] * w[1 + k * columns + b];
        }
        assertEquals(a == b ? 1 : 0, dot, 1e-6, a + ", " + b);
      }
    }
    float[] other = new float[w.length];
    Initializer.ORTHOGONAL.fill(4, "conv1.weight", shape, other, 1);
    assertNotEquals(w[1], other[1]);
  }

  @Test
  void aConstantIsTheSameEverywhere() {
    float[] values = draw(Initializer.constant(0.25), 7, "scale1.weight");
    for (int i = 1; i < values.length; i++) {
      assertEquals(0.25f, values[i]);
    }
  }
}
