package dev.fathom.backend.java.loops;

import dev.fathom.spi.ScalarOp;

/**
 * Loops over float tiles, the inner loops of every f32 kernel; with vectors ({@link VectorLoops})
 * or without ({@link ScalarLoops}). Every {@code n} is a multiple of {@link #width()}, so that no
 * loop has a tail; a caller pads instead. Source and target may be the same place, but must not
 * overlap otherwise.
 */
public interface Loops {
  /**
   * {@return the loops}
   *
   * @param vector whether those of the Vector API, which must be there then
   */
  static Loops of(boolean vector) {
    return vector ? new VectorLoops() : new ScalarLoops();
  }

  /** {@return the number that every length must be a multiple of; a power of two} */
  int width();

  /** {@return whether an expression can be one loop} */
  boolean fuses();

  /** {@return the generated loop of a {@link LoopKey}; null if there is none} */
  TileLoop loop(String key);

  /**
   * {@return the loop of a {@link LoopKey} that is made at run time when it is hot; null if it
   * cannot be made}
   */
  HotLoop hotLoop(String key);

  /** {@code d = op(a)}; {@code temp} is n elements of scratch. */
  void unary(ScalarOp op, float[] a, int ao, float[] d, int o, int n, float[] temp);

  /** {@code d = op(a, b)}. */
  void binary(ScalarOp op, float[] a, int ao, float[] b, int bo, float[] d, int o, int n);

  /** {@code d = op(a, b) ? 1 : 0}. */
  void compare(ScalarOp op, float[] a, int ao, float[] b, int bo, int[] d, int o, int n);

  /** {@code d = c != 0 ? a : b}. */
  void select(int[] c, int co, float[] a, int ao, float[] b, int bo, float[] d, int o, int n);

  /** {@code d = (float) a}. */
  void fromInt(int[] a, int ao, float[] d, int o, int n);

  /** {@code d = a + addend}. */
  void add(float[] a, int ao, float addend, float[] d, int o, int n);

  /** {@code d = a * factor}. */
  void scale(float[] a, int ao, float factor, float[] d, int o, int n);

  /** {@code d[0 .. width)} = the sums of every width-th element, in short chains. */
  void sumLanes(float[] a, int ao, int n, float[] d, int o);

  /**
   * {@code d[0 .. width)} = sums of {@code count} stretches that lie {@code stride} apart; {@code
   * n}, the elements of each, is {@link #width()} or more, and need not be a multiple of it.
   */
  void sumStretches(float[] a, int ao, int stride, int count, int n, float[] d, int o);

  /** {@code d} = the sum of {@code rows} (1 or more) rows that lie {@code stride} apart. */
  void sumRows(float[] a, int ao, int stride, int rows, float[] d, int o, int n);

  /** {@return the largest, NaN if any is} */
  float max(float[] a, int ao, int n);

  /**
   * Threefry-2x32-20 with key {@code (k0, k1)} of the counters {@code (first + i, 0)}: {@code w0}
   * and {@code w1} are the two words, from index 0.
   */
  void threefry(int k0, int k1, int first, int[] w0, int[] w1, int n);

  /** {@code d = (bits >>> 8) * 2^-24}. */
  void uniform(int[] bits, int bo, float[] d, int o, int n);

  /** Standard normals from two words each, as {@link dev.fathom.spi.Random} defines. */
  void normal(int[] w0, int[] w1, float[] d, int o, int n);
}
