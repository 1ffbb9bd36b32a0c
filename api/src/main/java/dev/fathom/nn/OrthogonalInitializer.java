package dev.fathom.nn;

import dev.fathom.spi.Shape;

/**
 * Normal numbers, made orthogonal by Gram and Schmidt, described at {@link Initializer}. A tensor
 * {@code [out, ...]} is a matrix of {@code out} rows.
 */
record OrthogonalInitializer() implements Initializer {
  @Override
  public void fill(long seed, String name, Shape shape, float[] target, int offset) {
    int all = Math.toIntExact(shape.elements());
    if (all == 0) {
      return;
    }
    NORMAL.fill(seed, name, shape, target, offset);
    int rows = shape.rank() < 2 ? 1 : Math.toIntExact(shape.size(0));
    int columns = all / rows;
    boolean wide = rows <= columns;
    double[][] vectors = new double[Math.min(rows, columns)][Math.max(rows, columns)];
    for (int i = 0; i < all; i++) {
      double value = target[offset + i];
      vectors[wide ? i / columns : i % columns][wide ? i % columns : i / columns] = value;
    }
    for (int i = 0; i < vectors.length; i++) {
      // Twice is enough: Giraud, Langou and Rozloznik (2005).
      for (int turn = 0; turn < 2; turn++) {
        for (int before = 0; before < i; before++) {
          add(vectors[i], vectors[before], -dot(vectors[i], vectors[before]));
        }
      }
      double length = Math.sqrt(dot(vectors[i], vectors[i]));
      for (int k = 0; k < vectors[i].length; k++) {
        vectors[i][k] /= length;
      }
    }
    for (int i = 0; i < all; i++) {
      target[offset + i] =
          (float) vectors[wide ? i / columns : i % columns][wide ? i % columns : i / columns];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] to, double[] from, double factor) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * from[i];
    }
  }
}
