package dev.fathom.backend.java.memory;

import dev.fathom.backend.java.platform.NativeImage;
import dev.fathom.backend.java.platform.VectorSupport;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies rows that do not overlap, and fills them. In a native image, the copy of the JDK moves
 * eight bytes at a time, which was a tenth of a training step of an LSTM, and its fill four.
 */
public final class FloatRows {
  private FloatRows() {}

  public static void copy(float[] from, int fromAt, float[] to, int toAt, int n) {
    if (areVectors(from) && areVectors(to)) {
      Vectors.copy(from, fromAt, to, toAt, n);
    } else {
      System.arraycopy(from, fromAt, to, toAt, n);
    }
  }

  /** {@code array[from .. to - 1] = value}. */
  public static void fill(float[] array, int from, int to, float value) {
    if (areVectors(array)) {
      Vectors.fill(array, from, to, value);
    } else {
      Arrays.fill(array, from, to, value);
    }
  }

  private static boolean areVectors(float[] array) {
    return NativeImage.RUNNING && VectorSupport.AVAILABLE && array.length <= NativeImage.INDEX;
  }

  /** A class of its own, so that the class around it loads without the module of the Vector API. */
  private static final class Vectors {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int FOUR = 4 * LANES;
    private static final long INDEX = NativeImage.INDEX;

    /**
     * Four vectors at a time: rows mostly lie far apart, and so the memory accesses of several
     * overlap.
     */
    public static void copy(float[] from, int fromAt, float[] to, int toAt, int n) {
      int fours = NativeImage.end(n - n % FOUR);
      long in = fromAt & INDEX;
      long out = toAt & INDEX;
      for (int i = 0; i < fours; i += FOUR) {
        FloatVector a = FloatVector.fromArray(SPECIES, from, (int) in);
        FloatVector b = FloatVector.fromArray(SPECIES, from, (int) (in + LANES));
        FloatVector c = FloatVector.fromArray(SPECIES, from, (int) (in + 2 * LANES));
        FloatVector d = FloatVector.fromArray(SPECIES, from, (int) (in + 3 * LANES));
        a.intoArray(to, (int) out);
        b.intoArray(to, (int) (out + LANES));
        c.intoArray(to, (int) (out + 2 * LANES));
        d.intoArray(to, (int) (out + 3 * LANES));
        in = (in + FOUR) & INDEX;
        out = (out + FOUR) & INDEX;
      }
      int whole = NativeImage.end(n - n % LANES);
      for (int i = fours; i < whole; i += LANES) {
        FloatVector.fromArray(SPECIES, from, fromAt + i).intoArray(to, toAt + i);
      }
      for (int i = whole; i < n; i++) {
        to[toAt + i] = from[fromAt + i];
      }
    }

    public static void fill(float[] array, int from, int to, float value) {
      FloatVector values = FloatVector.broadcast(SPECIES, value);
      int whole = NativeImage.end(to - (to - from) % LANES);
      for (int i = from; i < whole; i += LANES) {
        values.intoArray(array, i);
      }
      for (int i = whole; i < to; i++) {
        array[i] = value;
      }
    }
  }
}
