package dev.fathom.backend.java.arithmetic;

import dev.fathom.spi.DType;
import java.util.Optional;

/**
 * The inner kernels of contractions over one element type, with vectors or without. Arrays are
 * float[] or double[], depending on the implementation. Arguments are not checked.
 */
public interface Arithmetic {
  /**
   * {@return the inner kernels for an accumulator type, f32 or f64}
   *
   * @param vector whether those of the Vector API, which must be there then
   */
  static Arithmetic of(DType accumulator, boolean vector) {
    if (accumulator == DType.F64) {
      return vector ? new DoubleVectors() : new DoubleScalars();
    }
    return vector ? new FloatVectors() : new FloatScalars();
  }

  /** {@return rows of a tile, the width of a panel of the left operand} */
  int rows();

  /** {@return columns of a tile, the width of a panel of the right operand} */
  int columns();

  /**
   * {@return how many tiles side by side are computed together, where that is faster than one by
   * one}
   */
  int tilesAtOnce();

  /**
   * {@return the greatest depth of a part of the panels that is multiplied with all rows of a block
   * before the next part, so that it stays in a cache}
   */
  int depthAtOnce();

  /** {@return how many rows of a tile {@link #multiply} stores where {@code rows} are wanted} */
  int computedRows(int rows);

  /** {@return how many rows are computed where {@code rows} are cut into tiles} */
  default long allComputedRows(long rows) {
    int rest = (int) (rows % rows());
    return rows - rest + (rest == 0 ? 0 : computedRows(rest));
  }

  /**
   * Tiles of a matrix product that lie side by side: {@code c[r, j] = sum over k of a[k, r] * b[k,
   * j]}, added in order of k.
   *
   * @param rows how many rows are wanted, 1 to {@link #rows()}
   * @param depth number of products in a sum; 0 gives 0
   * @param a column k of the rows begins at {@code aAt + k * aStep}; a panel {@code [depth,
   *     rows()]} has a step of {@link #rows()}
   * @param b row k of tile t begins at {@code bAt + t * bStep + offsets[offsetsAt + k]}
   * @param tiles how many there are, {@link #columns()} columns each
   * @param c row r begins at {@code cAt + r * pitch}
   * @param add whether the tiles are added to what stands in c
   */
  void multiply(
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
      boolean add);

  /**
   * {@link #multiply} of a panel of rows and the left half of one tile. In the right half of c
   * anything may stand afterwards.
   */
  default void multiplyHalf(
      int rows,
      int depth,
      Object a,
      int aAt,
      Object b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      Object c,
      int cAt,
      int pitch,
      boolean add) {
    multiply(rows, depth, a, aAt, b, bAt, offsets, offsetsAt, 1, columns(), c, cAt, pitch, add);
  }

  /**
   * {@link #multiply} of panels: a is {@code [depth, rows()]}, each of b {@code [depth,
   * columns()]}.
   *
   * @param panels how many of b there are; panel p begins at {@code bAt + p * bStep}
   */
  void multiplyPanels(
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
      boolean add);

  /** {@link #multiply} of a panel of rows. */
  default void multiply(
      int rows,
      int depth,
      Object a,
      int aAt,
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
    multiply(
        rows, depth, a, aAt, rows(), b, bAt, offsets, offsetsAt, tiles, bStep, c, cAt, pitch, add);
  }

  /**
   * Copies {@code depth} runs of {@code width} elements; run k begins at {@code sourceAt + k *
   * stride}, and they are laid one behind the other.
   */
  void packRuns(
      Object source, int sourceAt, int stride, int depth, int width, Object target, int targetAt);

  /**
   * Transposes {@code width} rows of {@code depth} elements: {@code to[toAt + k * width + r] =
   * from[fromAt + r * stride + k]}.
   */
  void transpose(Object from, int fromAt, int stride, int depth, int width, Object to, int toAt);

  /**
   * Copies rows of {@code width} elements apart: row r from {@code fromAt + r * fromPitch} to
   * {@code toAt + r * toPitch}, with zeros in the gaps up to the pitch. May write junk into {@code
   * columns()} elements behind the last gap.
   */
  void spreadRows(
      Object from,
      int fromAt,
      int fromPitch,
      int rows,
      int width,
      Object to,
      int toAt,
      int toPitch);

  /**
   * Copies rows of {@code width} elements: row r from {@code fromAt + r * fromPitch} to {@code toAt
   * + r * toPitch}, in order. May write junk into {@code columns()} elements behind each, but not
   * from {@code limit} on.
   */
  void copyRows(
      Object from,
      int fromAt,
      int fromPitch,
      int rows,
      int width,
      Object to,
      int toAt,
      int toPitch,
      int limit);

  /**
   * Products of rows with a vector: {@code y[yAt + i] = sum over k of rows[rowsAt + i * stride + k]
   * * x[xAt + k]}, in a fixed order.
   */
  void dots(
      int count,
      int depth,
      Object rows,
      int rowsAt,
      int stride,
      Object x,
      int xAt,
      Object y,
      int yAt);

  /**
   * A weighted sum of rows: {@code y[yAt + j] = sum over k of x[xAt + k] * rows[rowsAt + k * stride
   * + j]}, in order of k.
   */
  void combine(
      int count,
      int depth,
      Object rows,
      int rowsAt,
      int stride,
      Object x,
      int xAt,
      Object y,
      int yAt);

  /** {@return products by vectors along the rows, where they are faster than tiles} */
  Optional<Outer> outer();
}
