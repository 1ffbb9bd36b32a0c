package dev.fathom.backend.java;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tiles of native images give what the tiles of a JVM give, bit for bit. */
class TilePairTest {
  private static final int DEPTH = 38;

  private FloatVectors kernels;
  private int rows;
  private int columns;

  private static float[] random(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }

  @BeforeEach
  void kernels() {
    assumeTrue(VectorSupport.AVAILABLE);
    kernels = new FloatVectors();
    rows = kernels.rows();
    columns = kernels.columns();
  }

  @Test
  void panelsInPairsAreThePanelsOneByOne() {
    float[] a = random(DEPTH * rows, 1);
    int bStep = DEPTH * columns + 16;
    float[] b = random(2 * bStep, 2);
    int pitch = 2 * columns + 3;
    for (boolean add : new boolean[] {false, true}) {
      float[] expected = random(rows * pitch, 3);
      float[] got = expected.clone();
      kernels.multiplyPanels(rows, DEPTH, a, 0, b, 0, 1, 0, expected, 0, pitch, add);
      kernels.multiplyPanels(rows, DEPTH, a, 0, b, bStep, 1, 0, expected, columns, pitch, add);
      for (int row = 0; row < rows; row += 4) {
        FloatVectors.panelPair(DEPTH, a, row, b, 0, bStep, got, row * pitch, pitch, add);
      }
      assertArrayEquals(expected, got);
    }
  }

  @Test
  void tilesInPairsAreTheTilesOneByOne() {
    int aStep = rows + 5;
    float[] a = random(DEPTH * aStep, 4);
    int bStep = columns + 7;
    int[] offsets = new int[DEPTH];
    for (int k = 0; k < DEPTH; k++) {
      offsets[k] = (k * 29 % DEPTH) * 11;
    }
    float[] b = random(DEPTH * 11 + 2 * bStep, 5);
    int pitch = 2 * columns;
    for (boolean add : new boolean[] {false, true}) {
      float[] expected = random(rows * pitch, 6);
      float[] got = expected.clone();
      for (int tile = 0; tile < 2; tile++) {
        int at = tile * bStep;
        int to = tile * columns;
        kernels.multiply(
            rows, DEPTH, a, 0, aStep, b, at, offsets, 0, 1, 0, expected, to, pitch, add);
      }
      for (int row = 0; row < rows; row += 4) {
        int to = row * pitch;
        FloatVectors.multiplyPair(
            DEPTH, a, row, aStep, b, 0, offsets, 0, bStep, got, to, pitch, add);
      }
      assertArrayEquals(expected, got);
    }
  }
}
