package dev.fathom.backend.java.arithmetic;

/**
 * Products of all rows of one matrix with all of another. A tile kernel wants such rows transposed;
 * where there are few, that takes longer than the products. Arrays are float[] or double[],
 * depending on the implementation. Arguments are not checked.
 */
public interface Outer {
  /** Rows of either matrix are a multiple of this; those that are too many may hold junk. */
  int ROWS = 4;

  /** {@return elements of the sums for so many rows of either matrix} */
  int elements(int rows, int columns);

  /**
   * Multiplies: {@code sum over k of a[i, k] * b[j, k]}, in parts that {@link #totals} adds up.
   *
   * @param depth a multiple of {@link Arithmetic#columns()}
   * @param add whether they are added to what stands in sums
   */
  void multiply(
      int rows,
      int columns,
      int depth,
      Object a,
      int aAt,
      int aPitch,
      Object b,
      int bAt,
      int bPitch,
      Object sums,
      int sumsAt,
      boolean add);

  /** Adds up, in a fixed order: {@code to[toAt + i * toPitch + j]} is the sum of rows i and j. */
  void totals(int rows, int columns, Object sums, int sumsAt, Object to, int toAt, int toPitch);
}
