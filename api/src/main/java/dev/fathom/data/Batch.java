package dev.fathom.data;

import java.lang.foreign.MemorySegment;

/**
 * Some examples, ready for a network: one array per column asked for, {@code [batch, ...shape]}.
 * The last batch of an epoch may hold fewer examples than it has rows; rows from {@link #count()}
 * on are zero, and so is their {@link #mask()}.
 *
 * <p>Valid until the next call on its {@link Batches}, which reuse the arrays.
 */
public final class Batch {
  private final Object[] values;
  private final MemorySegment[] segments;
  private final float[] mask;
  private final MemorySegment maskSegment;
  private long epoch;
  private int index;
  private int count;
  private boolean last;

  Batch(Object[] values, int rows) {
    this.values = values;
    this.mask = new float[rows];
    this.maskSegment = MemorySegment.ofArray(mask);
    this.segments = new MemorySegment[values.length];
    for (int i = 0; i < values.length; i++) {
      segments[i] =
          values[i] instanceof float[] floats
              ? MemorySegment.ofArray(floats)
              : MemorySegment.ofArray((int[]) values[i]);
    }
  }

  void place(long epoch, int index, int count, boolean last) {
    this.epoch = epoch;
    this.index = index;
    this.count = count;
    this.last = last;
    for (int row = 0; row < mask.length; row++) {
      mask[row] = row < count ? 1 : 0;
    }
  }

  /** {@return the epoch, from 0} */
  public long epoch() {
    return epoch;
  }

  /** {@return the number of this batch in its epoch, from 0} */
  public int index() {
    return index;
  }

  /** {@return the number of examples; rows behind them are padding} */
  public int count() {
    return count;
  }

  /** {@return whether this is the last batch of its epoch} */
  public boolean last() {
    return last;
  }

  /** {@return the values of the column that was asked for as the {@code i}-th, by floats} */
  public float[] floats(int i) {
    return (float[]) values[i];
  }

  /** {@return the values of the column that was asked for as the {@code i}-th, by ints} */
  public int[] ints(int i) {
    return (int[]) values[i];
  }

  /** {@return the same memory as {@link #floats} or {@link #ints}} */
  public MemorySegment segment(int i) {
    return segments[i];
  }

  /** {@return {@code [batch]}: 1 for an example, 0 for padding} */
  public float[] mask() {
    return mask;
  }

  /** {@return the same memory as {@link #mask()}} */
  public MemorySegment maskSegment() {
    return maskSegment;
  }
}
