package dev.fathom.backend.java.convolve;

/**
 * Rows of max-pooling with windows of 2 x 2 that do not overlap: the hot loop of most networks that
 * pool. Vectors may write junk behind a row where the caller allows it, since the next row is
 * written later.
 */
interface PoolRows {
  /**
   * The first outputs of a row.
   *
   * @param top where the upper input row begins
   * @param bottom where the lower input row begins
   * @param out where values go; junk may be written below {@code outLimit}
   * @param index where indices go; junk may be written below {@code indexLimit}
   * @param n outputs of the row
   * @return how many outputs are done, 0 to n
   */
  int forward(
      float[] x,
      int top,
      int bottom,
      float[] values,
      int out,
      int outLimit,
      int[] indices,
      int index,
      int indexLimit,
      int n);

  /**
   * The values of rows, one behind the other in {@code values}.
   *
   * @param in where the upper input row of the first begins
   * @param pitch from an input row to the next
   * @param out where the first goes; nothing is written behind the last
   * @param n outputs of a row
   * @param rows how many there are
   * @return how many rows are done
   */
  int values(float[] x, int in, int pitch, float[] values, int out, int n, int rows);

  /**
   * The gradient of a row: both input rows, without gaps between them and behind them.
   *
   * @param dx junk may be written below {@code limit}
   * @param n outputs of the row
   * @return how many of them are done, 0 to n
   */
  int backward(
      float[] dy,
      int out,
      int[] indices,
      int index,
      float[] dx,
      int top,
      int bottom,
      int limit,
      int n);

  /** Does nothing, so that the caller's plain loop does the row. */
  PoolRows PLAIN =
      new PoolRows() {
        @Override
        public int forward(
            float[] x,
            int top,
            int bottom,
            float[] values,
            int out,
            int outLimit,
            int[] indices,
            int index,
            int indexLimit,
            int n) {
          return 0;
        }

        @Override
        public int values(float[] x, int in, int pitch, float[] values, int out, int n, int rows) {
          return 0;
        }

        @Override
        public int backward(
            float[] dy,
            int out,
            int[] indices,
            int index,
            float[] dx,
            int top,
            int bottom,
            int limit,
            int n) {
          return 0;
        }
      };
}
