package dev.fathom.backend.java.arithmetic;

import dev.fathom.backend.java.memory.Elements;
import java.util.Optional;

/**
 * {@link Arithmetic} on double[] in plain loops, which HotSpot vectorises in part. One of twins:
 * {@code TwinWriter} in the tests writes the f64 class from the other.
 */
final class DoubleScalars implements Arithmetic {
  private static final int ROWS = 4;
  private static final int COLUMNS = 32;

  @Override
  public int rows() {
    return ROWS;
  }

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public int tilesAtOnce() {
    return 1;
  }

  @Override
  public int depthAtOnce() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int computedRows(int rows) {
    return rows;
  }

  @Override
  public void multiply(
      int rows,
      int depth,
      Object a,
      int aAt,
      int aStep,
      Object b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      int tiles,
      int bStep,
      Object c,
      int cAt,
      int pitch,
      boolean add) {
    double[] left = (double[]) a;
    double[] right = (double[]) b;
    double[] to = (double[]) c;
    for (int r = 0; r < rows; r++) {
      for (int tile = 0; tile < tiles; tile++) {
        int at = cAt + r * pitch + tile * COLUMNS;
        int row = bAt + tile * bStep;
        if (!add) {
          java.util.Arrays.fill(to, at, at + COLUMNS, 0);
        }
        for (int k = 0; k < depth; k++) {
          axpy(left[aAt + k * aStep + r], right, row + offsets[offsetsAt + k], to, at);
        }
      }
    }
  }

  @Override
  public void multiplyPanels(
      int rows,
      int depth,
      Object a,
      int aAt,
      Object b,
      int bAt,
      int panels,
      int bStep,
      Object c,
      int cAt,
      int pitch,
      boolean add) {
    double[] left = (double[]) a;
    double[] right = (double[]) b;
    double[] to = (double[]) c;
    for (int r = 0; r < rows; r++) {
      for (int panel = 0; panel < panels; panel++) {
        int at = cAt + r * pitch + panel * COLUMNS;
        int row = bAt + panel * bStep;
        if (!add) {
          java.util.Arrays.fill(to, at, at + COLUMNS, 0);
        }
        for (int k = 0; k < depth; k++) {
          axpy(left[aAt + k * ROWS + r], right, row + k * COLUMNS, to, at);
        }
      }
    }
  }

  private static void axpy(double factor, double[] row, int rowAt, double[] to, int at) {
    for (int j = 0; j < COLUMNS; j++) {
      to[at + j] += factor * row[rowAt + j];
    }
  }

  @Override
  public void packRuns(
      Object source, int sourceAt, int stride, int depth, int width, Object target, int targetAt) {
    for (int k = 0; k < depth; k++) {
      System.arraycopy(source, sourceAt + k * stride, target, targetAt + k * width, width);
    }
  }

  @Override
  public void transpose(
      Object from, int fromAt, int stride, int depth, int width, Object to, int toAt) {
    Transpose.plain((double[]) from, fromAt, stride, depth, width, (double[]) to, toAt);
  }

  @Override
  public void spreadRows(
      Object from,
      int fromAt,
      int fromPitch,
      int rows,
      int width,
      Object to,
      int toAt,
      int toPitch) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(from, fromAt + r * fromPitch, to, toAt + r * toPitch, width);
      Elements.zero(to, toAt + r * toPitch + width, 1, toPitch - width);
    }
  }

  @Override
  public void copyRows(
      Object from,
      int fromAt,
      int fromPitch,
      int rows,
      int width,
      Object to,
      int toAt,
      int toPitch,
      int limit) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(from, fromAt + r * fromPitch, to, toAt + r * toPitch, width);
    }
  }

  @Override
  public void dots(
      int count,
      int depth,
      Object rows,
      int rowsAt,
      int stride,
      Object x,
      int xAt,
      Object y,
      int yAt) {
    double[] from = (double[]) rows;
    double[] by = (double[]) x;
    double[] to = (double[]) y;
    for (int i = 0; i < count; i++) {
      double even = 0;
      double odd = 0;
      int at = rowsAt + i * stride;
      for (int k = 0; k + 1 < depth; k += 2) {
        even += from[at + k] * by[xAt + k];
        odd += from[at + k + 1] * by[xAt + k + 1];
      }
      if (depth % 2 == 1) {
        even += from[at + depth - 1] * by[xAt + depth - 1];
      }
      to[yAt + i] = even + odd;
    }
  }

  @Override
  public void combine(
      int count,
      int depth,
      Object rows,
      int rowsAt,
      int stride,
      Object x,
      int xAt,
      Object y,
      int yAt) {
    double[] from = (double[]) rows;
    double[] by = (double[]) x;
    double[] to = (double[]) y;
    java.util.Arrays.fill(to, yAt, yAt + count, 0);
    for (int k = 0; k < depth; k++) {
      double factor = by[xAt + k];
      int row = rowsAt + k * stride;
      for (int j = 0; j < count; j++) {
        to[yAt + j] += factor * from[row + j];
      }
    }
  }

  @Override
  public Optional<Outer> outer() {
    return Optional.empty();
  }
}
