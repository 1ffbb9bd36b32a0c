package dev.fathom.backend.java.memory;

import dev.fathom.spi.View;
import java.util.Arrays;

/**
 * Where the elements of a group of axes lie, in row-major order of the group: a stride where one
 * suffices, a table otherwise. An empty group has one element.
 */
public final class Steps {
  /** Number of elements. */
  public final int size;

  /** How many elements from each multiple of {@code run} on are {@code stride} apart. */
  public final int run;

  public final int stride;
  private final int[] table;

  private Steps(int size, int run, int stride, int[] table) {
    this.size = size;
    this.run = run;
    this.stride = stride;
    this.table = table;
  }

  /** {@return the steps of these axes of {@code view}} */
  public static Steps of(View view, int... axes) {
    long[] sizes = new long[axes.length];
    long[] strides = new long[axes.length];
    int count = 0;
    long total = 1;
    for (int axis : axes) {
      long size = view.size(axis);
      total *= size;
      if (size == 1) {
        continue;
      }
      if (count > 0 && strides[count - 1] == size * view.stride(axis)) {
        sizes[count - 1] *= size;
        strides[count - 1] = view.stride(axis);
      } else {
        sizes[count] = size;
        strides[count++] = view.stride(axis);
      }
    }
    int size = Math.toIntExact(total);
    if (count <= 1 || size == 0) {
      return new Steps(size, Math.max(1, size), count == 0 ? 0 : (int) strides[0], null);
    }
    int[] table = {0};
    for (int axis = 0; axis < count; axis++) {
      int[] finer = new int[Math.toIntExact(table.length * sizes[axis])];
      for (int i = 0; i < finer.length; i++) {
        finer[i] = (int) (table[(int) (i / sizes[axis])] + i % sizes[axis] * strides[axis]);
      }
      table = finer;
    }
    return new Steps(size, (int) sizes[count - 1], (int) strides[count - 1], table);
  }

  /** {@return whether one stride leads through these axes, without making a table} */
  public static boolean isRegular(View view, int... axes) {
    long expected = -1;
    for (int i = axes.length - 1; i >= 0; i--) {
      long size = view.size(axes[i]);
      long stride = view.stride(axes[i]);
      if (size == 1) {
        continue;
      }
      if (expected != -1 && stride != expected) {
        return size == 0;
      }
      expected = stride * size;
    }
    return true;
  }

  /** {@return whether elements of these axes lie side by side} */
  public static boolean isContiguous(View view, int... axes) {
    long expected = 1;
    for (int i = axes.length - 1; i >= 0; i--) {
      if (view.size(axes[i]) != 1) {
        if (view.stride(axes[i]) != expected) {
          return false;
        }
        expected *= view.size(axes[i]);
      }
    }
    return true;
  }

  /** {@return whether one stride leads through all elements} */
  public boolean isRegular() {
    return table == null;
  }

  /** {@return the distance of element {@code index} from the first} */
  public int at(int index) {
    return table == null ? index * stride : table[index];
  }

  /** {@return whether these elements lie side by side} */
  public boolean isContiguous(int from, int count) {
    if (count <= 1) {
      return true;
    }
    if (from / run == (from + count - 1) / run) {
      return stride == 1;
    }
    for (int i = from + 1; i < from + count; i++) {
      if (at(i) != at(i - 1) + 1) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return table == null ? size + " by " + stride : Arrays.toString(table);
  }
}
