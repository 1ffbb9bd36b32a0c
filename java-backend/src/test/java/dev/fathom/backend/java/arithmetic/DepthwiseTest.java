package dev.fathom.backend.java.arithmetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Vectors give what plain loops do, and write nothing else. */
class DepthwiseTest {
  private static final int BLOCK = Depthwise.BLOCK;

  @Test
  void pixelsAreWeighed() {
    Random random = new Random(1);
    for (int columns : new int[] {0, 1, 3, 4, 5, 11}) {
      for (int taps : new int[] {0, 1, 9}) {
        float[] from = random(random, 60 * BLOCK);
        float[] weights = random(random, taps * BLOCK);
        int[] offsets = random.ints(taps, 0, 20).map(pixel -> pixel * BLOCK).toArray();
        float[] expected = random(random, 50 * BLOCK);
        float[] actual = expected.clone();
        for (boolean vector : new boolean[] {false, true}) {
          Depthwise.of(vector)
              .weigh(
                  2,
                  columns,
                  from,
                  BLOCK,
                  12 * BLOCK,
                  2 * BLOCK,
                  offsets,
                  weights,
                  0,
                  vector ? actual : expected,
                  BLOCK,
                  24 * BLOCK,
                  2 * BLOCK);
        }
        assertArrayEquals(expected, actual, 1e-5f, columns + " columns, " + taps + " taps");
      }
    }
  }

  @Test
  void pixelsAreMultiplied() {
    Random random = new Random(2);
    for (int columns : new int[] {0, 1, 2, 5}) {
      for (int taps : new int[] {1, 2, 3, 9}) {
        float[] from = random(random, 60 * BLOCK);
        float[] by = random(random, 20 * BLOCK);
        int[] offsets = random.ints(taps, 0, 20).map(pixel -> pixel * BLOCK).toArray();
        float[] expected = random(random, (taps + 2) * BLOCK);
        float[] actual = expected.clone();
        for (boolean vector : new boolean[] {false, true}) {
          float[] sums = vector ? actual : expected;
          Depthwise.of(vector)
              .multiply(3, columns, from, 0, 12 * BLOCK, BLOCK, offsets, by, BLOCK, sums, BLOCK);
        }
        assertArrayEquals(expected, actual, 1e-4f, columns + " columns, " + taps + " taps");
      }
    }
  }

  private static float[] random(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }
}
