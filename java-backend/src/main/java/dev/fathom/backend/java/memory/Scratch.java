package dev.fathom.backend.java.memory;

import dev.fathom.spi.DType;
import java.util.Arrays;

/** Arrays of one thread that grow to the largest row it meets and are then kept. */
public final class Scratch {
  private static final ThreadLocal<Scratch> LOCAL = ThreadLocal.withInitial(Scratch::new);

  private final float[][] floats = {{}, {}};
  private final double[][] doubles = {{}, {}};
  private final int[][] ints = {{}, {}, {}};
  private final long[][] longs = {{}, {}};

  public static Scratch local() {
    return LOCAL.get();
  }

  /** {@return an array of {@code n} elements or more, with undefined content} */
  public float[] floats(int number, int n) {
    if (floats[number].length < n) {
      floats[number] = Arrays.copyOf(floats[number], n + n / 2);
    }
    return floats[number];
  }

  public double[] doubles(int number, int n) {
    if (doubles[number].length < n) {
      doubles[number] = Arrays.copyOf(doubles[number], n + n / 2);
    }
    return doubles[number];
  }

  public int[] ints(int number, int n) {
    if (ints[number].length < n) {
      ints[number] = Arrays.copyOf(ints[number], n + n / 2);
    }
    return ints[number];
  }

  public long[] longs(int number, int n) {
    if (longs[number].length < n) {
      longs[number] = Arrays.copyOf(longs[number], n + n / 2);
    }
    return longs[number];
  }

  /** {@return array 0 of the value type of {@code dtype}} */
  public Object values(DType dtype, int n) {
    return switch (dtype.valueType()) {
      case F32 -> floats(0, n);
      case F64 -> doubles(0, n);
      case I64 -> longs(0, n);
      default -> ints(0, n);
    };
  }
}
