package dev.fathom.data;

/** Changes the raw values of an example each time that it is read to learn from. */
@FunctionalInterface
public interface Transform {
  /**
   * Changes an example in place. The same epoch and row give the same.
   *
   * @param values of a batch; whole numbers as well, of less than 2^24
   * @param offset of the example's first
   * @param epoch from 0
   * @param row the example's number in the dataset
   */
  void apply(float[] values, int offset, long epoch, int row);
}
