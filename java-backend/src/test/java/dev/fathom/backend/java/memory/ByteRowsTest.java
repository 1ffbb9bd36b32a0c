package dev.fathom.backend.java.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors that only a native image takes, on this JVM too. */
class ByteRowsTest {
  private static final int LANES = IntVector.SPECIES_PREFERRED.length();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 100, 256})
  void vectorsDoAllWholeOnes(int n) {
    byte[] bytes = new byte[n + 3];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (37 * i - 128);
    }
    int[] wide = new int[n + 2];
    byte[] narrow = new byte[n + 1];
    int widened = ByteRows.Vectors.widen(bytes, 3, wide, 2, n);
    int narrowed = ByteRows.Vectors.narrow(wide, 2, narrow, 1, n);
    assertEquals(LANES < 8 ? 0 : n - n % LANES, widened);
    assertEquals(widened, narrowed);
    for (int i = 0; i < widened; i++) {
      assertEquals(bytes[3 + i], wide[2 + i]);
      assertEquals(bytes[3 + i], narrow[1 + i]);
    }
    for (int i = widened; i < n; i++) {
      assertEquals(0, wide[2 + i]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1 << 30, -1, 255, 256, 127, -129})
  void narrowingKeepsTheLowestByte(int value) {
    int[] wide = new int[LANES];
    Arrays.fill(wide, value);
    byte[] narrow = new byte[LANES];
    int narrowed = ByteRows.Vectors.narrow(wide, 0, narrow, 0, LANES);
    assertTrue(narrowed == 0 || narrow[LANES - 1] == (byte) value);
  }
}
