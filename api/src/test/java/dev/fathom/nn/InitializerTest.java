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

  @Test
  void aConstantIsTheSameEverywhere() {
    float[] values = draw(Initializer.constant(0.25), 7, "scale1.weight");
    for (int i = 1; i < values.length; i++) {
      assertEquals(0.25f, values[i]);
    }
  }
}
