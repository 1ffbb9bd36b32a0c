package dev.fathom.service.inference;

import dev.fathom.data.Numbers;

/** Where the numbers of a request go: what a model reads. */
final class Room {
  private final float[] floats;
  private final double[] doubles;
  private final boolean gaps;
  private final boolean cut;

  private Room(float[] floats, double[] doubles, boolean gaps, boolean cut) {
    this.floats = floats;
    this.doubles = doubles;
    this.gaps = gaps;
    this.cut = cut;
  }

  /** {@return room for f32} */
  static Room ofFloats(int size) {
    return new Room(new float[size], null, false, true);
  }

  /**
   * {@return room for numbers of a table, of which some may be missing: NaN}
   *
   * @param cut whether they are rounded to f32, so that each form of a request gives the same
   */
  static Room ofRows(int size, boolean cut) {
    return new Room(null, new double[size], true, cut);
  }

  /** {@return room for f64} */
  static Room ofDoubles(int size) {
    return new Room(null, new double[size], false, false);
  }

  /** {@return whether {@code null} in JSON is a number that is missing} */
  boolean takesGaps() {
    return gaps;
  }

  void set(int at, double number) {
    if (floats != null) {
      floats[at] = (float) number;
    } else {
      doubles[at] = cut ? (float) number : number;
    }
  }

  /** {@return all of them} */
  Numbers numbers() {
    return floats != null ? Numbers.of(floats) : Numbers.of(doubles);
  }
}
