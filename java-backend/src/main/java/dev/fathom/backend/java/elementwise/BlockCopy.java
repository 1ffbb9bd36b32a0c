package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.memory.Elements;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.Arrays;
import java.util.List;

/**
 * Moves a block of elements from one strided place to another of the same type, bit by bit; the
 * places are given at run time. Immutable.
 */
public final class BlockCopy {
  private final Nest nest;
  private final DType dtype;
  private final boolean empty;
  private final int last;

  /** The operation on each element of the target. */
  public enum Mode {
    SET,
    ADD,
    CLEAR
  }

  /**
   * A block.
   *
   * @param source strides of the source's axes, one for each of the shape's
   * @param target strides of the target's axes
   */
  BlockCopy(DType dtype, Shape shape, long[] source, long[] target) {
    View from = View.of(dtype, shape, source);
    View to = View.of(dtype, shape, target);
    int rank = shape.rank();
    this.nest =
        Nest.of(shape, List.of(from, to), new int[rank], false, new boolean[rank], Nest.Cut.TILES);
    this.dtype = dtype;
    this.empty = shape.elements() == 0;
    this.last = nest.sizes.length - 1;
  }

  /** {@return the copy of a block of {@code shape} without its first {@code skip} axes} */
  public static BlockCopy of(View source, View target, Shape shape, int skip) {
    long[] from = Arrays.copyOfRange(source.strides(), skip, source.rank());
    long[] to = Arrays.copyOfRange(target.strides(), skip, target.rank());
    return new BlockCopy(target.dtype(), shape.slice(skip, shape.rank()), from, to);
  }

  /** Moves the block; CLEAR does not read the source. */
  public void run(Mode mode, Object source, int from, Object target, int to) {
    if (!empty) {
      run(mode, 0, source, from, target, to);
    }
  }

  private void run(Mode mode, int axis, Object source, int from, Object target, int to) {
    int step = nest.strides[0][axis];
    int targetStep = nest.strides[1][axis];
    int n = nest.sizes[axis];
    if (axis < last) {
      for (int i = 0; i < n; i++) {
        run(mode, axis + 1, source, from + i * step, target, to + i * targetStep);
      }
      return;
    }
    switch (mode) {
      case SET -> set(source, from, step, target, to, targetStep, n);
      case ADD -> add(source, from, step, target, to, targetStep, n);
      case CLEAR -> clear(target, to, targetStep, n);
    }
  }

  private static void set(
      Object source, int from, int step, Object target, int to, int targetStep, int n) {
    if (step == 1 && targetStep == 1) {
      System.arraycopy(source, from, target, to, n);
      return;
    }
    switch (target) {
      case float[] t -> {
        float[] s = (float[]) source;
        for (int i = 0; i < n; i++) {
          t[to + i * targetStep] = s[from + i * step];
        }
      }
      case double[] t -> {
        double[] s = (double[]) source;
        for (int i = 0; i < n; i++) {
          t[to + i * targetStep] = s[from + i * step];
        }
      }
      case int[] t -> {
        int[] s = (int[]) source;
        for (int i = 0; i < n; i++) {
          t[to + i * targetStep] = s[from + i * step];
        }
      }
      case long[] t -> {
        long[] s = (long[]) source;
        for (int i = 0; i < n; i++) {
          t[to + i * targetStep] = s[from + i * step];
        }
      }
      case short[] t -> {
        short[] s = (short[]) source;
        for (int i = 0; i < n; i++) {
          t[to + i * targetStep] = s[from + i * step];
        }
      }
      case byte[] t -> {
        byte[] s = (byte[]) source;
        for (int i = 0; i < n; i++) {
          t[to + i * targetStep] = s[from + i * step];
        }
      }
      default -> throw new AssertionError(target);
    }
  }

  private static void clear(Object target, int to, int step, int n) {
    for (int i = 0; i < n; i++) {
      int at = to + i * step;
      switch (target) {
        case float[] t -> t[at] = 0;
        case double[] t -> t[at] = 0;
        case int[] t -> t[at] = 0;
        case long[] t -> t[at] = 0;
        case short[] t -> t[at] = 0;
        case byte[] t -> t[at] = 0;
        default -> throw new AssertionError(target);
      }
    }
  }

  private void add(
      Object source, int from, int step, Object target, int to, int targetStep, int n) {
    switch (dtype) {
      case F32 -> {
        float[] s = (float[]) source;
        float[] t = (float[]) target;
        if (step == 1 && targetStep == 1) {
          for (int i = 0; i < n; i++) {
            t[to + i] += s[from + i];
          }
        } else {
          for (int i = 0; i < n; i++) {
            t[to + i * targetStep] += s[from + i * step];
          }
        }
      }
      case F64 -> {
        double[] s = (double[]) source;
        double[] t = (double[]) target;
        for (int i = 0; i < n; i++) {
          t[to + i * targetStep] += s[from + i * step];
        }
      }
      case BF16, F16 -> {
        short[] s = (short[]) source;
        short[] t = (short[]) target;
        for (int i = 0; i < n; i++) {
          int at = to + i * targetStep;
          t[at] = addHalves(t[at], s[from + i * step]);
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          int at = to + i * targetStep;
          long sum =
              Elements.integer(target, dtype, at)
                  + Elements.integer(source, dtype, from + i * step);
          Elements.storeInteger(target, dtype, at, sum);
        }
      }
    }
  }

  private short addHalves(short x, short y) {
    if (dtype == DType.BF16) {
      return Elements.toBf16(Elements.fromBf16(x) + Elements.fromBf16(y));
    }
    return Float.floatToFloat16(Float.float16ToFloat(x) + Float.float16ToFloat(y));
  }
}
