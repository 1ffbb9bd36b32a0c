package dev.fathom.backend.java.arithmetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What vectors write, and what they leave alone. */
class ArithmeticTest {
  @Test
  void transposingWritesItsTargetAndNothingElse() {
    Arithmetic vectors = new FloatVectors();
    Arithmetic plain = new FloatScalars();
    Random random = new Random(1);
    for (int width : new int[] {1, 4, 7, 8, 12, 15, 16, 17, 31, 32, 33, 40, 64}) {
      for (int depth : new int[] {0, 1, 15, 16, 17, 18, 32, 33, 100}) {
        int stride = depth + random.nextInt(5);
        float[] from = new float[5 + width * stride + depth];
        for (int i = 0; i < from.length; i++) {
          from[i] = random.nextFloat();
        }
        float[] expected = new float[width * depth + 40];
        Arrays.fill(expected, -1);
        float[] actual = expected.clone();
        plain.transpose(from, 5, stride, depth, width, expected, 7);
        vectors.transpose(from, 5, stride, depth, width, actual, 7);
        assertArrayEquals(expected, actual, width + " x " + depth);
      }
    }
  }

  @Test
  void packedRowsStopAtTheLimit() {
    Random random = new Random(2);
    for (int width : new int[] {1, 7, 14, 16, 28, 33}) {
      for (int rows : new int[] {0, 1, 2, 9}) {
        float[] from = new float[rows * (width + 3) + 100];
        for (int i = 0; i < from.length; i++) {
          from[i] = random.nextFloat();
        }
        float[] expected = new float[rows * width + 50];
        float[] actual = expected.clone();
        int limit = 2 + rows * width;
        new FloatScalars().packRows(from, 1, width + 3, rows, width, expected, 2, limit);
        new FloatVectors().packRows(from, 1, width + 3, rows, width, actual, 2, limit);
        assertArrayEquals(expected, actual, rows + " x " + width);
      }
    }
  }
}
