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
  void copiedRowsStopAtTheLimit() {
    Random random = new Random(2);
    for (int width : new int[] {1, 7, 14, 16, 28, 33}) {
      for (int rows : new int[] {0, 1, 2, 9}) {
        float[] from = random(random, 1 + rows * (width + 3));
        float[] expected = new float[rows * width + 50];
        float[] actual = expected.clone();
        int limit = 2 + rows * width;
        new FloatScalars().copyRows(from, 1, width + 3, rows, width, expected, 2, width, limit);
        new FloatVectors().copyRows(from, 1, width + 3, rows, width, actual, 2, width, limit);
        assertArrayEquals(expected, actual, rows + " x " + width);
      }
    }
  }

  @Test
  void rowsOfTwoMatricesAreMultiplied() {
    Arithmetic vectors = new FloatVectors();
    Outer outer = new FloatOuter();
    Random random = new Random(6);
    for (int rows : new int[] {1, 4, 7}) {
      for (int columns : new int[] {2, 3, 8, 9}) {
        int depth = 3 * vectors.columns();
        int pitch = depth + 5;
        float[] a = random(random, 1 + 8 * pitch);
        float[] b = random(random, 2 + 12 * pitch);
        float[] sums = new float[3 + outer.elements(rows, columns)];
        float[] actual = new float[4 + rows * (columns + 1)];
        outer.multiply(rows, columns, depth, a, 1, pitch, b, 2, pitch, sums, 3, false);
        outer.multiply(rows, columns, depth, a, 1, pitch, b, 2, pitch, sums, 3, true);
        outer.totals(rows, columns, sums, 3, actual, 4, columns + 1);
        float[] expected = new float[actual.length];
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < columns; j++) {
            for (int k = 0; k < depth; k++) {
              expected[4 + i * (columns + 1) + j] +=
                  2 * a[1 + i * pitch + k] * b[2 + j * pitch + k];
            }
          }
        }
        assertArrayEquals(expected, actual, 1e-3f);
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
