package dev.fathom.backend.java;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies rows that do not overlap, and fills them. A native image's own copy moves eight bytes at a
 * time, a tenth of a training step of an LSTM, and its fill four.
 */
final class FloatRows {
  private FloatRows() {}

  static void copy(float[] from, int fromAt, float[] to, int toAt, int n) {
    if (NativeImage.RUNNING && VectorSupport.AVAILABLE) {
      Vectors.copy(from, fromAt, to, toAt, n);
    } else {
      System.arraycopy(from, fromAt, to, toAt, n);
    }
  }

  /** {@code array[from .. to - 1] = value}. */
  static void fill(float[] array, int from, int to, float value) {
    if (NativeImage.RUNNING && VectorSupport.AVAILABLE) {
      Vectors.fill(array, from, to, value);
    } else {
      Arrays.fill(array, from, to, value);
    }
  }

  /** Apart, so that the class above loads without the module. */
  private static final class Vectors {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    static void copy(float[] from, int fromAt, float[] to, int toAt, int n) {
      int whole = n - n % LANES;
      for (int i = 0; i < whole; i += LANES) {
        FloatVector.fromArray(SPECIES, from, fromAt + i).intoArray(to, toAt + i);
      }
      for (int i = whole; i < n; i++) {
        to[toAt + i] = from[fromAt + i];
      }
    }

    static void fill(float[] array, int from, int to, float value) {
      FloatVector values = FloatVector.broadcast(SPECIES, value);
      int whole = to - (to - from) % LANES;
      for (int i = from; i < whole; i += LANES) {
        values.intoArray(array, i);
      }
      for (int i = whole; i < to; i++) {
        array[i] = value;
      }
    }
  }
}
