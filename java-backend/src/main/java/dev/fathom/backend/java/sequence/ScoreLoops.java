package dev.fathom.backend.java.sequence;

import dev.fathom.spi.DType;

/**
 * The loops of attention between its products, over tiles of scores; forward, with a row for each
 * key and a column for each query, so that maxima and sums run down columns and lanes are never
 * combined. Arrays are float[] or double[], depending on the implementation; {@code columns} is a
 * multiple of the columns of {@link dev.fathom.backend.java.arithmetic.Arithmetic}.
 */
interface ScoreLoops {
  /** The maximum of no scores: finite, and less than every score. */
  float NONE = -1e30f;

  /**
   * {@return the loops for f32 or f64}
   *
   * @param vector whether those of the Vector API, which must be there then
   */
  static ScoreLoops of(DType type, boolean vector) {
    return vector && type == DType.F32 ? new VectorScores() : new PlainScores();
  }

  /**
   * One step of a running softmax (Milakov and Gimelshein, "Online normalizer calculation for
   * softmax", 2018): each score becomes {@code exp(score - maximum)}, where the maximum of a column
   * includes these rows; {@code correction} is the factor for earlier sums, and the running sum has
   * been multiplied by it.
   *
   * @param maxima running maximum of each column, from {@code maximaAt}; then the running sums, and
   *     then the corrections, each {@code columns} further
   */
  void step(Object scores, int at, int rows, int pitch, int columns, Object maxima, int maximaAt);

  /** {@code x[row, column] *= factors[column]}. */
  void scale(Object x, int at, int rows, int pitch, int columns, Object factors, int factorsAt);

  /**
   * {@code scores = p} and {@code d = p * (d - delta[row])}, with {@code p = exp(scores -
   * logSumExp[row])}, both tiles of one pitch. Here a row is a query.
   */
  void gradient(
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
      int deltaAt);

  /**
   * Factors of dropout: {@code 1 / (1 - rate)}, or 0 where element {@code first + row * rowStep +
   * column * columnStep} of {@code elements} uniform numbers is below the rate.
   */
  void factors(
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
      double rate);

  /** {@code x *= y} for n elements, a multiple of {@code columns}. */
  void multiply(Object x, int at, Object y, int yAt, int n);

  /** {@return the largest of {@code n} scores of one query; {@link #NONE} if all are less} */
  double max(Object scores, int at, int n);

  /**
   * Replaces each score by {@code exp(score - max)} and returns the sum.
   *
   * @param spare where a row of {@code columns} elements may be overwritten
   */
  double exp(Object scores, int at, int n, double max, int spare);
}
