package dev.fathom.backend.java;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies rows that do not overlap. A native image's own copy moves eight bytes at a time, a tenth
 * of a training step of an LSTM.
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
  }
}
