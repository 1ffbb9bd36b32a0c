package dev.fathom.backend.java.sequence;

import dev.fathom.backend.java.loops.Threefry;

/** {@link ScoreLoops} without vectors, on float[] or double[]. */
final class PlainScores implements ScoreLoops {
  private static double get(Object array, int at) {
    return array instanceof float[] floats ? floats[at] : ((double[]) array)[at];
  }

  private static void set(Object array, int at, double value) {
    if (array instanceof float[] floats) {
      floats[at] = (float) value;
    } else {
      ((double[]) array)[at] = value;
    }
  }

  @Override
  public void step(
      Object scores, int at, int rows, int pitch, int columns, Object maxima, int maximaAt) {
    for (int column = 0; column < columns; column++) {
      int state = maximaAt + column;
      double before = get(maxima, state);
      double max = before;
      for (int row = 0; row < rows; row++) {
        max = Math.max(max, get(scores, at + row * pitch + column));
      }
      double sum = 0;
      for (int row = 0; row < rows; row++) {
        int place = at + row * pitch + column;
        double e = Math.exp(get(scores, place) - max);
        set(scores, place, e);
        sum += e;
      }
      double correction = Math.exp(before - max);
      set(maxima, state, max);
      set(maxima, state + columns, get(maxima, state + columns) * correction + sum);
      set(maxima, state + 2 * columns, correction);
    }
  }

  @Override
  public void scale(
      Object x, int at, int rows, int pitch, int columns, Object factors, int factorsAt) {
    for (int row = 0; row < rows; row++) {
      multiply(x, at + row * pitch, factors, factorsAt, columns);
    }
  }

  @Override
  public void gradient(
      Object scores,
      int at,
      Object d,
      int dAt,
      int rows,
      int pitch,
      int columns,
      Object logSumExp,
      int logSumExpAt,
      Object delta,
      int deltaAt) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int place = row * pitch + column;
        double p = Math.exp(get(scores, at + place) - get(logSumExp, logSumExpAt + row));
        set(scores, at + place, p);
        set(d, dAt + place, p * (get(d, dAt + place) - get(delta, deltaAt + row)));
      }
    }
  }

  @Override
  public void factors(
      Object factors,
      int at,
      int rows,
      int columns,
      int k0,
      int k1,
      int first,
      int rowStep,
      int columnStep,
      int elements,
      double rate) {
    int half = elements / 2 + elements % 2;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int element = first + row * rowStep + column * columnStep;
        boolean low = element < half;
        long words = Threefry.words(k0, k1, low ? element : element - half, 0);
        int bits = low ? (int) words : (int) (words >>> 32);
        boolean dropped = (bits >>> 8) * 0x1p-24f < (float) rate;
        set(factors, at + row * columns + column, dropped ? 0 : 1 / (1 - rate));
      }
    }
  }

  @Override
  public void multiply(Object x, int at, Object y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      set(x, at + i, get(x, at + i) * get(y, yAt + i));
    }
  }

  @Override
  public double max(Object scores, int at, int n) {
    double max = NONE;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, get(scores, at + i));
    }
    return max;
  }

  @Override
  public double exp(Object scores, int at, int n, double max, int spare) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double e = Math.exp(get(scores, at + i) - max);
      set(scores, at + i, e);
      sum += e;
    }
    return sum;
  }
}
