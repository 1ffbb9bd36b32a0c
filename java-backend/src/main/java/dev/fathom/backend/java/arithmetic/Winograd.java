package dev.fathom.backend.java.arithmetic;

/**
 * The one-dimensional transforms of F(4x4, 3x3), which computes 4 x 4 results of a 3 x 3 kernel by
 * 36 products in place of 144 (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks",
 * 2016). A transform of two dimensions is that of the columns and then that of the rows. Each works
 * on {@code count} elements side by side. Arguments are not checked.
 *
 * <p>The points are 0, {@link #A}, -A, {@link #B}, -B and infinity. With 1 and 2, which the paper
 * takes, the greatest errors were ten times those of plain sums; with these they are two times.
 *
 * <p>Unless it says otherwise a method may read and write up to {@link Arithmetic#columns()}
 * elements behind each run.
 */
public interface Winograd {
  /** A point of the transforms; {@code A * B} is 1, which spares a product. */
  float A = 2 / 3f;

  float B = 3 / 2f;

  /** {@code A * A + B * B}. */
  float SQUARES = 97 / 36f;

  /** What divides a filter's value at A, and at B: 2 A A (A A - B B). */
  float AT_A = -130 / 81f;

  float AT_B = 65 / 8f;

  /** Results of a tile along an axis. */
  int TILE = 4;

  /** Products of a tile along an axis. */
  int POINTS = 6;

  /** Rows and columns of what is transposed at once. */
  int BLOCK = 16;

  /** Taps of the kernel along an axis. */
  int TAPS = 3;

  /**
   * {@return the transforms}
   *
   * @param vector whether those of the Vector API, which must be there then
   */
  static Winograd of(boolean vector) {
    return vector ? new WinogradVectors() : new WinogradScalars();
  }

  /** Transforms inputs: 6 runs to 6. */
  void input(int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep);

  /** Transforms filters: 3 runs to 6. Writes nothing behind a run. */
  void filter(int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep);

  /** Transforms products: 6 runs to 4 of results. */
  void output(int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep);

  /** The transposed of {@link #output}, for gradients: 4 runs to 6. */
  void outputGradient(
      int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep);

  /** The transposed of {@link #filter}, for gradients: 6 runs to 3. */
  void filterGradient(
      int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep);

  /**
   * Transposes {@code rows} rows of {@code depth} elements: {@code to[toAt + k * toPitch + r] =
   * from[fromAt + r * step + k]}. May read and write so many rows, and so many elements of each, as
   * are the next multiple of {@link #BLOCK}; what is too much of a row is written before the next
   * row is.
   */
  void transpose(
      int rows, int depth, float[] from, int fromAt, int step, float[] to, int toAt, int toPitch);
}
