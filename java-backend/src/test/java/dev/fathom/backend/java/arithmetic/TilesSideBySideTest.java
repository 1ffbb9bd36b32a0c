package dev.fathom.backend.java.arithmetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fathom.backend.java.platform.VectorSupport;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tiles of native images give what the tiles of a JVM give, bit for bit. */
class TilesSideBySideTest {
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

  /** By how many panels at once, and of how many rows. */
  @ParameterizedTest
  @CsvSource({"2, 2", "2, 4", "3, 3"})
  void panelsAtOnceArePanelsOneByOne(int panels, int height) {
    assumeTrue(rows % height == 0);
    float[] a = random(DEPTH * rows, 1);
    int bStep = DEPTH * columns + 16;
    float[] b = random(panels * bStep, 2);
    int pitch = panels * columns + 3;
    for (boolean add : new boolean[] {false, true}) {
      float[] expected = random(rows * pitch, 3);
      float[] got = expected.clone();
      for (int panel = 0; panel < panels; panel++) {
        int from = panel * bStep;
        int to = panel * columns;
        kernels.multiplyPanels(rows, DEPTH, a, 0, b, from, 1, 0, expected, to, pitch, add);
      }
      for (int row = 0; row < rows; row += height) {
        int to = row * pitch;
        switch (height) {
          case 2 -> FloatPanelsAtOnce.panelPair2(DEPTH, a, row, b, 0, bStep, got, to, pitch, add);
          case 3 -> FloatPanelsAtOnce.panelTriple(DEPTH, a, row, b, 0, bStep, got, to, pitch, add);
          default -> FloatPanelsAtOnce.panelPair4(DEPTH, a, row, b, 0, bStep, got, to, pitch, add);
        }
      }
      assertArrayEquals(expected, got);
    }
  }

  /** By how many tiles at once, and of how many rows. */
  @ParameterizedTest
  @CsvSource({"2, 2", "2, 4", "3, 3"})
  void tilesAtOnceAreTilesOneByOne(int tiles, int height) {
    assumeTrue(rows % height == 0);
    int aStep = rows + 5;
    float[] a = random(DEPTH * aStep, 4);
    int bStep = columns + 7;
    int[] offsets = new int[DEPTH];
    for (int k = 0; k < DEPTH; k++) {
      offsets[k] = (k * 29 % DEPTH) * 11;
    }
    float[] b = random(DEPTH * 11 + tiles * bStep, 5);
    int pitch = tiles * columns;
    for (boolean add : new boolean[] {false, true}) {
      float[] expected = random(rows * pitch, 6);
      float[] got = expected.clone();
      for (int tile = 0; tile < tiles; tile++) {
        int at = tile * bStep;
        int to = tile * columns;
        kernels.multiply(
            rows, DEPTH, a, 0, aStep, b, at, offsets, 0, 1, 0, expected, to, pitch, add);
      }
      for (int row = 0; row < rows; row += height) {
        int to = row * pitch;
        switch (height) {
          case 2 ->
              FloatTilesAtOnce.multiplyPair2(
                  DEPTH, a, row, aStep, b, 0, offsets, 0, bStep, got, to, pitch, add);
          case 3 ->
              FloatTilesAtOnce.multiplyTriple(
                  DEPTH, a, row, aStep, b, 0, offsets, 0, bStep, got, to, pitch, add);
          default ->
              FloatTilesAtOnce.multiplyPair4(
                  DEPTH, a, row, aStep, b, 0, offsets, 0, bStep, got, to, pitch, add);
        }
      }
      assertArrayEquals(expected, got);
    }
  }
}
