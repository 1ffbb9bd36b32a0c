package dev.fathom.backend.java;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Arithmetic} on float[] with the Vector API. One of twins: {@code TwinWriter} in the tests
 * writes the f64 class from the other.
 */
final class FloatVectors implements Arithmetic {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int COLUMNS = 2 * LANES;

  /** The offset of the first product. */
  private static final int[] FIRST = {0};

  /** Fixed trees of lane sums; the shuffles wider than the vector are the identity and not used. */
  private static final VectorShuffle<Float> SWAP_8 = swap(8);

  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_1 = swap(1);

  /**
   * 24 accumulators want 32 registers. 256-bit x86 has 16, and the compiler keeps no more than 8
   * accumulators in them: 4 rows ran at 93 GFLOP/s, 6 rows at 53.
   */
  private static final int ROWS = SPECIES.vectorBitSize() == 256 ? 4 : 12;

  /**
   * How many tiles side by side are done at once. The compiler of native images broadcasts from
   * registers only, on one of the two ports that multiply 512 bits: with c vectors of columns, no
   * more than c / (c + 1) of the peak is left. Six were measured at 140 GFLOP/s, four at 130, two
   * at 97. Of 256 bits four are what registers hold.
   */
  private static final int TILES_AT_ONCE =
      !NativeImage.RUNNING
          ? 1
          : switch (SPECIES.vectorBitSize()) {
            case 512 -> 3;
            case 256 -> 2;
            default -> 1;
          };

  private static final int PAIR_ROWS = SPECIES.vectorBitSize() == 256 ? 2 : 4;
  private static final int TRIPLE_ROWS = 3;

  /** Greatest index of tiles side by side, as a mask. */
  private static final long INDEX = NativeImage.INDEX;

  /**
   * Products that a turn of the loop adds. The compiler of native images loads before it multiplies
   * and so runs out of registers: 12 rows of two products ran at 78 GFLOP/s, 8 of one at 115.
   */
  private static final int PRODUCTS = NativeImage.RUNNING ? 1 : 2;

  /** Above zero in lanes whose number has that bit. */
  private static final float[] BIT_8 = bit(8);

  private static final float[] BIT_4 = bit(4);
  private static final float[] BIT_2 = bit(2);
  private static final float[] BIT_1 = bit(1);

  private static float[] bit(int bit) {
    float[] lanes = new float[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      lanes[lane] = lane & bit;
    }
    return lanes;
  }

  private static VectorShuffle<Float> swap(int distance) {
    int[] sources = new int[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      sources[lane] = (lane ^ distance) & (LANES - 1);
    }
    return VectorShuffle.fromArray(SPECIES, sources, 0);
  }

  @Override
  public int rows() {
    return ROWS;
  }

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public int tilesAtOnce() {
    return TILES_AT_ONCE;
  }

  @Override
  public int depthAtOnce() {
    // Panels of 12 KiB each. What is as deep as it is ran at 125 GFLOP/s rather than 140.
    return TILES_AT_ONCE == 1 ? Integer.MAX_VALUE : 6144 / SPECIES.vectorByteSize();
  }

  @Override
  public int computedRows(int rows) {
    return ROWS == 12 && rows <= 8 ? rows <= 4 ? 4 : 8 : ROWS;
  }

  /** {@return how many of these tiles are done at once} */
  private static int sideBySide(int tiles, int rows, int computed, float[] right, float[] out) {
    if (TILES_AT_ONCE == 1 || tiles == 1 || right.length > INDEX || out.length > INDEX) {
      return 1;
    }
    boolean threes =
        TILES_AT_ONCE == 3 && Math.ceilDiv(rows, TRIPLE_ROWS) * TRIPLE_ROWS <= computed;
    // Four are two pairs rather than three and one.
    return threes && tiles != 2 && tiles != 4 ? 3 : 2;
  }

  /** {@return how many of these rows one kernel does; four do the rest} */
  private static int head(int computed) {
    return computed == 12 && NativeImage.RUNNING ? 8 : computed;
  }

  @Override
  public void multiply(
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
      boolean add) {
    float[] left = (float[]) a;
    float[] right = (float[]) b;
    float[] out = (float[]) c;
    int computed = computedRows(rows);
    int count;
    for (int tile = 0; tile < tiles; tile += count) {
      int from = bAt + tile * bStep;
      int to = cAt + tile * COLUMNS;
      count = sideBySide(tiles - tile, rows, computed, right, out);
      switch (count) {
        case 3 -> {
          for (int r = 0; r < rows; r += TRIPLE_ROWS) {
            multiplyTriple(
                depth,
                left,
                aAt + r,
                aStep,
                right,
                from,
                offsets,
                offsetsAt,
                bStep,
                out,
                to + r * pitch,
                pitch,
                add);
          }
        }
        case 2 -> {
          for (int r = 0; r < rows; r += PAIR_ROWS) {
            int at = aAt + r;
            int row = to + r * pitch;
            if (PAIR_ROWS == 2) {
              multiplyPair2(
                  depth, left, at, aStep, right, from, offsets, offsetsAt, bStep, out, row, pitch,
                  add);
            } else {
              multiplyPair4(
                  depth, left, at, aStep, right, from, offsets, offsetsAt, bStep, out, row, pitch,
                  add);
            }
          }
        }
        default ->
            multiplyTile(
                computed, depth, left, aAt, aStep, right, from, offsets, offsetsAt, out, to, pitch,
                add);
      }
    }
  }

  private static void multiplyTile(
      int rows,
      int depth,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    int head = head(rows);
    switch (head) {
      case 4 -> multiply4(depth, a, aAt, aStep, b, bAt, offsets, offsetsAt, c, cAt, pitch, add);
      case 8 -> multiply8(depth, a, aAt, aStep, b, bAt, offsets, offsetsAt, c, cAt, pitch, add);
      default -> multiply12(depth, a, aAt, aStep, b, bAt, offsets, offsetsAt, c, cAt, pitch, add);
    }
    if (head < rows) {
      int rest = cAt + head * pitch;
      multiply4(depth, a, aAt + head, aStep, b, bAt, offsets, offsetsAt, c, rest, pitch, add);
    }
  }

  @Override
  public void multiplyPanels(
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
      boolean add) {
    int odd = depth % 2;
    if (odd != 0) {
      multiply(rows, 1, a, aAt, ROWS, b, bAt, FIRST, 0, panels, bStep, c, cAt, pitch, add);
    }
    float[] left = (float[]) a;
    float[] right = (float[]) b;
    float[] out = (float[]) c;
    int even = depth - odd;
    int from = aAt + odd * ROWS;
    boolean more = add || odd != 0;
    int computed = computedRows(rows);
    int count;
    for (int panel = 0; panel < panels; panel += count) {
      int row = bAt + panel * bStep + odd * COLUMNS;
      int to = cAt + panel * COLUMNS;
      count = sideBySide(panels - panel, rows, computed, right, out);
      switch (count) {
        case 3 -> {
          for (int r = 0; r < rows; r += TRIPLE_ROWS) {
            panelTriple(even, left, from + r, right, row, bStep, out, to + r * pitch, pitch, more);
          }
        }
        case 2 -> {
          for (int r = 0; r < rows; r += PAIR_ROWS) {
            int at = from + r;
            int target = to + r * pitch;
            if (PAIR_ROWS == 2) {
              panelPair2(even, left, at, right, row, bStep, out, target, pitch, more);
            } else {
              panelPair4(even, left, at, right, row, bStep, out, target, pitch, more);
            }
          }
        }
        default -> panel(computed, even, left, from, right, row, out, to, pitch, more);
      }
    }
  }

  private static void panel(
      int rows,
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    int head = head(rows);
    switch (head) {
      case 4 -> panels4(depth, a, aAt, b, bAt, c, cAt, pitch, add);
      case 8 -> panels8(depth, a, aAt, b, bAt, c, cAt, pitch, add);
      default -> panels12(depth, a, aAt, b, bAt, c, cAt, pitch, add);
    }
    if (head < rows) {
      panels4(depth, a, aAt + head, b, bAt, c, cAt + head * pitch, pitch, add);
    }
  }

  /** 4 x 4 vectors of two panels of the right operand. */
  static void panelPair4(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStep,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector q2 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector p3 = FloatVector.zero(SPECIES);
    FloatVector q3 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector t3 = FloatVector.zero(SPECIES);
    long c0 = cAt & INDEX;
    long c1 = (cAt + pitch) & INDEX;
    long c2 = (cAt + 2 * pitch) & INDEX;
    long c3 = (cAt + 3 * pitch) & INDEX;
    if (add) {
      p0 = FloatVector.fromArray(SPECIES, c, (int) c0);
      q0 = FloatVector.fromArray(SPECIES, c, (int) (c0 + LANES));
      s0 = FloatVector.fromArray(SPECIES, c, (int) (c0 + 2 * LANES));
      t0 = FloatVector.fromArray(SPECIES, c, (int) (c0 + 3 * LANES));
      p1 = FloatVector.fromArray(SPECIES, c, (int) c1);
      q1 = FloatVector.fromArray(SPECIES, c, (int) (c1 + LANES));
      s1 = FloatVector.fromArray(SPECIES, c, (int) (c1 + 2 * LANES));
      t1 = FloatVector.fromArray(SPECIES, c, (int) (c1 + 3 * LANES));
      p2 = FloatVector.fromArray(SPECIES, c, (int) c2);
      q2 = FloatVector.fromArray(SPECIES, c, (int) (c2 + LANES));
      s2 = FloatVector.fromArray(SPECIES, c, (int) (c2 + 2 * LANES));
      t2 = FloatVector.fromArray(SPECIES, c, (int) (c2 + 3 * LANES));
      p3 = FloatVector.fromArray(SPECIES, c, (int) c3);
      q3 = FloatVector.fromArray(SPECIES, c, (int) (c3 + LANES));
      s3 = FloatVector.fromArray(SPECIES, c, (int) (c3 + 2 * LANES));
      t3 = FloatVector.fromArray(SPECIES, c, (int) (c3 + 3 * LANES));
    }
    long row = bAt & INDEX;
    long next = (bAt + bStep) & INDEX;
    int at = aAt;
    for (int k = 0; k < depth; k++) {
      FloatVector p = FloatVector.fromArray(SPECIES, b, (int) row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, (int) (row + LANES));
      FloatVector s = FloatVector.fromArray(SPECIES, b, (int) next);
      FloatVector t = FloatVector.fromArray(SPECIES, b, (int) (next + LANES));
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      s0 = a0.fma(s, s0);
      t0 = a0.fma(t, t0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      s1 = a1.fma(s, s1);
      t1 = a1.fma(t, t1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      s2 = a2.fma(s, s2);
      t2 = a2.fma(t, t2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3]);
      p3 = a3.fma(p, p3);
      q3 = a3.fma(q, q3);
      s3 = a3.fma(s, s3);
      t3 = a3.fma(t, t3);
      row = (row + COLUMNS) & INDEX;
      next = (next + COLUMNS) & INDEX;
      at += ROWS;
    }
    p0.intoArray(c, (int) c0);
    q0.intoArray(c, (int) (c0 + LANES));
    s0.intoArray(c, (int) (c0 + 2 * LANES));
    t0.intoArray(c, (int) (c0 + 3 * LANES));
    p1.intoArray(c, (int) c1);
    q1.intoArray(c, (int) (c1 + LANES));
    s1.intoArray(c, (int) (c1 + 2 * LANES));
    t1.intoArray(c, (int) (c1 + 3 * LANES));
    p2.intoArray(c, (int) c2);
    q2.intoArray(c, (int) (c2 + LANES));
    s2.intoArray(c, (int) (c2 + 2 * LANES));
    t2.intoArray(c, (int) (c2 + 3 * LANES));
    p3.intoArray(c, (int) c3);
    q3.intoArray(c, (int) (c3 + LANES));
    s3.intoArray(c, (int) (c3 + 2 * LANES));
    t3.intoArray(c, (int) (c3 + 3 * LANES));
  }

  /** 2 x 4 vectors of two panels of the right operand. */
  static void panelPair2(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStep,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    long c0 = cAt & INDEX;
    long c1 = (cAt + pitch) & INDEX;
    if (add) {
      p0 = FloatVector.fromArray(SPECIES, c, (int) c0);
      q0 = FloatVector.fromArray(SPECIES, c, (int) (c0 + LANES));
      s0 = FloatVector.fromArray(SPECIES, c, (int) (c0 + 2 * LANES));
      t0 = FloatVector.fromArray(SPECIES, c, (int) (c0 + 3 * LANES));
      p1 = FloatVector.fromArray(SPECIES, c, (int) c1);
      q1 = FloatVector.fromArray(SPECIES, c, (int) (c1 + LANES));
      s1 = FloatVector.fromArray(SPECIES, c, (int) (c1 + 2 * LANES));
      t1 = FloatVector.fromArray(SPECIES, c, (int) (c1 + 3 * LANES));
    }
    long row = bAt & INDEX;
    long next = (bAt + bStep) & INDEX;
    int at = aAt;
    for (int k = 0; k < depth; k++) {
      FloatVector p = FloatVector.fromArray(SPECIES, b, (int) row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, (int) (row + LANES));
      FloatVector s = FloatVector.fromArray(SPECIES, b, (int) next);
      FloatVector t = FloatVector.fromArray(SPECIES, b, (int) (next + LANES));
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      s0 = a0.fma(s, s0);
      t0 = a0.fma(t, t0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      s1 = a1.fma(s, s1);
      t1 = a1.fma(t, t1);
      row = (row + COLUMNS) & INDEX;
      next = (next + COLUMNS) & INDEX;
      at += ROWS;
    }
    p0.intoArray(c, (int) c0);
    q0.intoArray(c, (int) (c0 + LANES));
    s0.intoArray(c, (int) (c0 + 2 * LANES));
    t0.intoArray(c, (int) (c0 + 3 * LANES));
    p1.intoArray(c, (int) c1);
    q1.intoArray(c, (int) (c1 + LANES));
    s1.intoArray(c, (int) (c1 + 2 * LANES));
    t1.intoArray(c, (int) (c1 + 3 * LANES));
  }

  /** 3 x 6 vectors of three panels of the right operand. */
  static void panelTriple(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStep,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector u0 = FloatVector.zero(SPECIES);
    FloatVector v0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector u1 = FloatVector.zero(SPECIES);
    FloatVector v1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector q2 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector u2 = FloatVector.zero(SPECIES);
    FloatVector v2 = FloatVector.zero(SPECIES);
    long c0 = cAt & INDEX;
    long c1 = (cAt + pitch) & INDEX;
    long c2 = (cAt + 2 * pitch) & INDEX;
    if (add) {
      p0 = FloatVector.fromArray(SPECIES, c, (int) c0);
      q0 = FloatVector.fromArray(SPECIES, c, (int) (c0 + LANES));
      s0 = FloatVector.fromArray(SPECIES, c, (int) (c0 + 2 * LANES));
      t0 = FloatVector.fromArray(SPECIES, c, (int) (c0 + 3 * LANES));
      u0 = FloatVector.fromArray(SPECIES, c, (int) (c0 + 4 * LANES));
      v0 = FloatVector.fromArray(SPECIES, c, (int) (c0 + 5 * LANES));
      p1 = FloatVector.fromArray(SPECIES, c, (int) c1);
      q1 = FloatVector.fromArray(SPECIES, c, (int) (c1 + LANES));
      s1 = FloatVector.fromArray(SPECIES, c, (int) (c1 + 2 * LANES));
      t1 = FloatVector.fromArray(SPECIES, c, (int) (c1 + 3 * LANES));
      u1 = FloatVector.fromArray(SPECIES, c, (int) (c1 + 4 * LANES));
      v1 = FloatVector.fromArray(SPECIES, c, (int) (c1 + 5 * LANES));
      p2 = FloatVector.fromArray(SPECIES, c, (int) c2);
      q2 = FloatVector.fromArray(SPECIES, c, (int) (c2 + LANES));
      s2 = FloatVector.fromArray(SPECIES, c, (int) (c2 + 2 * LANES));
      t2 = FloatVector.fromArray(SPECIES, c, (int) (c2 + 3 * LANES));
      u2 = FloatVector.fromArray(SPECIES, c, (int) (c2 + 4 * LANES));
      v2 = FloatVector.fromArray(SPECIES, c, (int) (c2 + 5 * LANES));
    }
    long row = bAt & INDEX;
    long next = (bAt + bStep) & INDEX;
    long last = (bAt + 2 * bStep) & INDEX;
    int at = aAt;
    for (int k = 0; k < depth; k++) {
      FloatVector p = FloatVector.fromArray(SPECIES, b, (int) row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, (int) (row + LANES));
      FloatVector s = FloatVector.fromArray(SPECIES, b, (int) next);
      FloatVector t = FloatVector.fromArray(SPECIES, b, (int) (next + LANES));
      FloatVector u = FloatVector.fromArray(SPECIES, b, (int) last);
      FloatVector v = FloatVector.fromArray(SPECIES, b, (int) (last + LANES));
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      s0 = a0.fma(s, s0);
      t0 = a0.fma(t, t0);
      u0 = a0.fma(u, u0);
      v0 = a0.fma(v, v0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      s1 = a1.fma(s, s1);
      t1 = a1.fma(t, t1);
      u1 = a1.fma(u, u1);
      v1 = a1.fma(v, v1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      s2 = a2.fma(s, s2);
      t2 = a2.fma(t, t2);
      u2 = a2.fma(u, u2);
      v2 = a2.fma(v, v2);
      row = (row + COLUMNS) & INDEX;
      next = (next + COLUMNS) & INDEX;
      last = (last + COLUMNS) & INDEX;
      at += ROWS;
    }
    p0.intoArray(c, (int) c0);
    q0.intoArray(c, (int) (c0 + LANES));
    s0.intoArray(c, (int) (c0 + 2 * LANES));
    t0.intoArray(c, (int) (c0 + 3 * LANES));
    u0.intoArray(c, (int) (c0 + 4 * LANES));
    v0.intoArray(c, (int) (c0 + 5 * LANES));
    p1.intoArray(c, (int) c1);
    q1.intoArray(c, (int) (c1 + LANES));
    s1.intoArray(c, (int) (c1 + 2 * LANES));
    t1.intoArray(c, (int) (c1 + 3 * LANES));
    u1.intoArray(c, (int) (c1 + 4 * LANES));
    v1.intoArray(c, (int) (c1 + 5 * LANES));
    p2.intoArray(c, (int) c2);
    q2.intoArray(c, (int) (c2 + LANES));
    s2.intoArray(c, (int) (c2 + 2 * LANES));
    t2.intoArray(c, (int) (c2 + 3 * LANES));
    u2.intoArray(c, (int) (c2 + 4 * LANES));
    v2.intoArray(c, (int) (c2 + 5 * LANES));
  }

  /** 4 x 4 vectors of two tiles. */
  static void multiplyPair4(
      int depth,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      int bStep,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector q2 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector p3 = FloatVector.zero(SPECIES);
    FloatVector q3 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector t3 = FloatVector.zero(SPECIES);
    int at = aAt;
    for (int k = 0; k < depth; k++) {
      int first = bAt + offsets[offsetsAt + k];
      long row = first & INDEX;
      long next = (first + bStep) & INDEX;
      FloatVector p = FloatVector.fromArray(SPECIES, b, (int) row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, (int) (row + LANES));
      FloatVector s = FloatVector.fromArray(SPECIES, b, (int) next);
      FloatVector t = FloatVector.fromArray(SPECIES, b, (int) (next + LANES));
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      s0 = a0.fma(s, s0);
      t0 = a0.fma(t, t0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      s1 = a1.fma(s, s1);
      t1 = a1.fma(t, t1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      s2 = a2.fma(s, s2);
      t2 = a2.fma(t, t2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3]);
      p3 = a3.fma(p, p3);
      q3 = a3.fma(q, q3);
      s3 = a3.fma(s, s3);
      t3 = a3.fma(t, t3);
      at += aStep;
    }
    long c0 = cAt & INDEX;
    long c1 = (cAt + pitch) & INDEX;
    long c2 = (cAt + 2 * pitch) & INDEX;
    long c3 = (cAt + 3 * pitch) & INDEX;
    if (add) {
      p0 = p0.add(FloatVector.fromArray(SPECIES, c, (int) c0));
      q0 = q0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + LANES)));
      s0 = s0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 2 * LANES)));
      t0 = t0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 3 * LANES)));
      p1 = p1.add(FloatVector.fromArray(SPECIES, c, (int) c1));
      q1 = q1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + LANES)));
      s1 = s1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 2 * LANES)));
      t1 = t1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 3 * LANES)));
      p2 = p2.add(FloatVector.fromArray(SPECIES, c, (int) c2));
      q2 = q2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + LANES)));
      s2 = s2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + 2 * LANES)));
      t2 = t2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + 3 * LANES)));
      p3 = p3.add(FloatVector.fromArray(SPECIES, c, (int) c3));
      q3 = q3.add(FloatVector.fromArray(SPECIES, c, (int) (c3 + LANES)));
      s3 = s3.add(FloatVector.fromArray(SPECIES, c, (int) (c3 + 2 * LANES)));
      t3 = t3.add(FloatVector.fromArray(SPECIES, c, (int) (c3 + 3 * LANES)));
    }
    p0.intoArray(c, (int) c0);
    q0.intoArray(c, (int) (c0 + LANES));
    s0.intoArray(c, (int) (c0 + 2 * LANES));
    t0.intoArray(c, (int) (c0 + 3 * LANES));
    p1.intoArray(c, (int) c1);
    q1.intoArray(c, (int) (c1 + LANES));
    s1.intoArray(c, (int) (c1 + 2 * LANES));
    t1.intoArray(c, (int) (c1 + 3 * LANES));
    p2.intoArray(c, (int) c2);
    q2.intoArray(c, (int) (c2 + LANES));
    s2.intoArray(c, (int) (c2 + 2 * LANES));
    t2.intoArray(c, (int) (c2 + 3 * LANES));
    p3.intoArray(c, (int) c3);
    q3.intoArray(c, (int) (c3 + LANES));
    s3.intoArray(c, (int) (c3 + 2 * LANES));
    t3.intoArray(c, (int) (c3 + 3 * LANES));
  }

  /** 2 x 4 vectors of two tiles. */
  static void multiplyPair2(
      int depth,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      int bStep,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    int at = aAt;
    for (int k = 0; k < depth; k++) {
      int first = bAt + offsets[offsetsAt + k];
      long row = first & INDEX;
      long next = (first + bStep) & INDEX;
      FloatVector p = FloatVector.fromArray(SPECIES, b, (int) row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, (int) (row + LANES));
      FloatVector s = FloatVector.fromArray(SPECIES, b, (int) next);
      FloatVector t = FloatVector.fromArray(SPECIES, b, (int) (next + LANES));
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      s0 = a0.fma(s, s0);
      t0 = a0.fma(t, t0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      s1 = a1.fma(s, s1);
      t1 = a1.fma(t, t1);
      at += aStep;
    }
    long c0 = cAt & INDEX;
    long c1 = (cAt + pitch) & INDEX;
    if (add) {
      p0 = p0.add(FloatVector.fromArray(SPECIES, c, (int) c0));
      q0 = q0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + LANES)));
      s0 = s0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 2 * LANES)));
      t0 = t0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 3 * LANES)));
      p1 = p1.add(FloatVector.fromArray(SPECIES, c, (int) c1));
      q1 = q1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + LANES)));
      s1 = s1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 2 * LANES)));
      t1 = t1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 3 * LANES)));
    }
    p0.intoArray(c, (int) c0);
    q0.intoArray(c, (int) (c0 + LANES));
    s0.intoArray(c, (int) (c0 + 2 * LANES));
    t0.intoArray(c, (int) (c0 + 3 * LANES));
    p1.intoArray(c, (int) c1);
    q1.intoArray(c, (int) (c1 + LANES));
    s1.intoArray(c, (int) (c1 + 2 * LANES));
    t1.intoArray(c, (int) (c1 + 3 * LANES));
  }

  /** 3 x 6 vectors of three tiles. */
  static void multiplyTriple(
      int depth,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      int bStep,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector u0 = FloatVector.zero(SPECIES);
    FloatVector v0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector u1 = FloatVector.zero(SPECIES);
    FloatVector v1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector q2 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector u2 = FloatVector.zero(SPECIES);
    FloatVector v2 = FloatVector.zero(SPECIES);
    int at = aAt;
    for (int k = 0; k < depth; k++) {
      int first = bAt + offsets[offsetsAt + k];
      long row = first & INDEX;
      long next = (first + bStep) & INDEX;
      long last = (first + 2 * bStep) & INDEX;
      FloatVector p = FloatVector.fromArray(SPECIES, b, (int) row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, (int) (row + LANES));
      FloatVector s = FloatVector.fromArray(SPECIES, b, (int) next);
      FloatVector t = FloatVector.fromArray(SPECIES, b, (int) (next + LANES));
      FloatVector u = FloatVector.fromArray(SPECIES, b, (int) last);
      FloatVector v = FloatVector.fromArray(SPECIES, b, (int) (last + LANES));
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      s0 = a0.fma(s, s0);
      t0 = a0.fma(t, t0);
      u0 = a0.fma(u, u0);
      v0 = a0.fma(v, v0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      s1 = a1.fma(s, s1);
      t1 = a1.fma(t, t1);
      u1 = a1.fma(u, u1);
      v1 = a1.fma(v, v1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      s2 = a2.fma(s, s2);
      t2 = a2.fma(t, t2);
      u2 = a2.fma(u, u2);
      v2 = a2.fma(v, v2);
      at += aStep;
    }
    long c0 = cAt & INDEX;
    long c1 = (cAt + pitch) & INDEX;
    long c2 = (cAt + 2 * pitch) & INDEX;
    if (add) {
      p0 = p0.add(FloatVector.fromArray(SPECIES, c, (int) c0));
      q0 = q0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + LANES)));
      s0 = s0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 2 * LANES)));
      t0 = t0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 3 * LANES)));
      u0 = u0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 4 * LANES)));
      v0 = v0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 5 * LANES)));
      p1 = p1.add(FloatVector.fromArray(SPECIES, c, (int) c1));
      q1 = q1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + LANES)));
      s1 = s1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 2 * LANES)));
      t1 = t1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 3 * LANES)));
      u1 = u1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 4 * LANES)));
      v1 = v1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 5 * LANES)));
      p2 = p2.add(FloatVector.fromArray(SPECIES, c, (int) c2));
      q2 = q2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + LANES)));
      s2 = s2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + 2 * LANES)));
      t2 = t2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + 3 * LANES)));
      u2 = u2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + 4 * LANES)));
      v2 = v2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + 5 * LANES)));
    }
    p0.intoArray(c, (int) c0);
    q0.intoArray(c, (int) (c0 + LANES));
    s0.intoArray(c, (int) (c0 + 2 * LANES));
    t0.intoArray(c, (int) (c0 + 3 * LANES));
    u0.intoArray(c, (int) (c0 + 4 * LANES));
    v0.intoArray(c, (int) (c0 + 5 * LANES));
    p1.intoArray(c, (int) c1);
    q1.intoArray(c, (int) (c1 + LANES));
    s1.intoArray(c, (int) (c1 + 2 * LANES));
    t1.intoArray(c, (int) (c1 + 3 * LANES));
    u1.intoArray(c, (int) (c1 + 4 * LANES));
    v1.intoArray(c, (int) (c1 + 5 * LANES));
    p2.intoArray(c, (int) c2);
    q2.intoArray(c, (int) (c2 + LANES));
    s2.intoArray(c, (int) (c2 + 2 * LANES));
    t2.intoArray(c, (int) (c2 + 3 * LANES));
    u2.intoArray(c, (int) (c2 + 4 * LANES));
    v2.intoArray(c, (int) (c2 + 5 * LANES));
  }

  /**
   * 12 x 2 vectors, two products at a time: with a third body for what is left, HotSpot's first
   * compiler runs out of registers, and its second never sees the method. Both indexes count by
   * themselves: computed from a third number they cost HotSpot a tenth, 168 GFLOP/s rather than 184
   * on operands in a second-level cache.
   */
  private static void panels12(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector p0 = zero;
    FloatVector q0 = zero;
    FloatVector p1 = zero;
    FloatVector q1 = zero;
    FloatVector p2 = zero;
    FloatVector q2 = zero;
    FloatVector p3 = zero;
    FloatVector q3 = zero;
    FloatVector p4 = zero;
    FloatVector q4 = zero;
    FloatVector p5 = zero;
    FloatVector q5 = zero;
    FloatVector p6 = zero;
    FloatVector q6 = zero;
    FloatVector p7 = zero;
    FloatVector q7 = zero;
    FloatVector p8 = zero;
    FloatVector q8 = zero;
    FloatVector p9 = zero;
    FloatVector q9 = zero;
    FloatVector p10 = zero;
    FloatVector q10 = zero;
    FloatVector p11 = zero;
    FloatVector q11 = zero;
    if (add) {
      p0 = FloatVector.fromArray(SPECIES, c, cAt);
      q0 = FloatVector.fromArray(SPECIES, c, cAt + LANES);
      p1 = FloatVector.fromArray(SPECIES, c, cAt + pitch);
      q1 = FloatVector.fromArray(SPECIES, c, cAt + pitch + LANES);
      p2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch);
      q2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES);
      p3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch);
      q3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES);
      p4 = FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch);
      q4 = FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch + LANES);
      p5 = FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch);
      q5 = FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch + LANES);
      p6 = FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch);
      q6 = FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch + LANES);
      p7 = FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch);
      q7 = FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch + LANES);
      p8 = FloatVector.fromArray(SPECIES, c, cAt + 8 * pitch);
      q8 = FloatVector.fromArray(SPECIES, c, cAt + 8 * pitch + LANES);
      p9 = FloatVector.fromArray(SPECIES, c, cAt + 9 * pitch);
      q9 = FloatVector.fromArray(SPECIES, c, cAt + 9 * pitch + LANES);
      p10 = FloatVector.fromArray(SPECIES, c, cAt + 10 * pitch);
      q10 = FloatVector.fromArray(SPECIES, c, cAt + 10 * pitch + LANES);
      p11 = FloatVector.fromArray(SPECIES, c, cAt + 11 * pitch);
      q11 = FloatVector.fromArray(SPECIES, c, cAt + 11 * pitch + LANES);
    }
    int end = NativeImage.end(bAt + depth * COLUMNS);
    for (int row = bAt, at = aAt; row < end; row += PRODUCTS * COLUMNS, at += PRODUCTS * ROWS) {
      FloatVector p = FloatVector.fromArray(SPECIES, b, row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, row + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3]);
      p3 = a3.fma(p, p3);
      q3 = a3.fma(q, q3);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + 4]);
      p4 = a4.fma(p, p4);
      q4 = a4.fma(q, q4);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5]);
      p5 = a5.fma(p, p5);
      q5 = a5.fma(q, q5);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + 6]);
      p6 = a6.fma(p, p6);
      q6 = a6.fma(q, q6);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + 7]);
      p7 = a7.fma(p, p7);
      q7 = a7.fma(q, q7);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[at + 8]);
      p8 = a8.fma(p, p8);
      q8 = a8.fma(q, q8);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[at + 9]);
      p9 = a9.fma(p, p9);
      q9 = a9.fma(q, q9);
      FloatVector a10 = FloatVector.broadcast(SPECIES, a[at + 10]);
      p10 = a10.fma(p, p10);
      q10 = a10.fma(q, q10);
      FloatVector a11 = FloatVector.broadcast(SPECIES, a[at + 11]);
      p11 = a11.fma(p, p11);
      q11 = a11.fma(q, q11);
      if (PRODUCTS == 2) {
        p = FloatVector.fromArray(SPECIES, b, row + COLUMNS);
        q = FloatVector.fromArray(SPECIES, b, row + COLUMNS + LANES);
        a0 = FloatVector.broadcast(SPECIES, a[at + ROWS]);
        p0 = a0.fma(p, p0);
        q0 = a0.fma(q, q0);
        a1 = FloatVector.broadcast(SPECIES, a[at + ROWS + 1]);
        p1 = a1.fma(p, p1);
        q1 = a1.fma(q, q1);
        a2 = FloatVector.broadcast(SPECIES, a[at + ROWS + 2]);
        p2 = a2.fma(p, p2);
        q2 = a2.fma(q, q2);
        a3 = FloatVector.broadcast(SPECIES, a[at + ROWS + 3]);
        p3 = a3.fma(p, p3);
        q3 = a3.fma(q, q3);
        a4 = FloatVector.broadcast(SPECIES, a[at + ROWS + 4]);
        p4 = a4.fma(p, p4);
        q4 = a4.fma(q, q4);
        a5 = FloatVector.broadcast(SPECIES, a[at + ROWS + 5]);
        p5 = a5.fma(p, p5);
        q5 = a5.fma(q, q5);
        a6 = FloatVector.broadcast(SPECIES, a[at + ROWS + 6]);
        p6 = a6.fma(p, p6);
        q6 = a6.fma(q, q6);
        a7 = FloatVector.broadcast(SPECIES, a[at + ROWS + 7]);
        p7 = a7.fma(p, p7);
        q7 = a7.fma(q, q7);
        a8 = FloatVector.broadcast(SPECIES, a[at + ROWS + 8]);
        p8 = a8.fma(p, p8);
        q8 = a8.fma(q, q8);
        a9 = FloatVector.broadcast(SPECIES, a[at + ROWS + 9]);
        p9 = a9.fma(p, p9);
        q9 = a9.fma(q, q9);
        a10 = FloatVector.broadcast(SPECIES, a[at + ROWS + 10]);
        p10 = a10.fma(p, p10);
        q10 = a10.fma(q, q10);
        a11 = FloatVector.broadcast(SPECIES, a[at + ROWS + 11]);
        p11 = a11.fma(p, p11);
        q11 = a11.fma(q, q11);
      }
    }
    p0.intoArray(c, cAt);
    q0.intoArray(c, cAt + LANES);
    p1.intoArray(c, cAt + pitch);
    q1.intoArray(c, cAt + pitch + LANES);
    p2.intoArray(c, cAt + 2 * pitch);
    q2.intoArray(c, cAt + 2 * pitch + LANES);
    p3.intoArray(c, cAt + 3 * pitch);
    q3.intoArray(c, cAt + 3 * pitch + LANES);
    p4.intoArray(c, cAt + 4 * pitch);
    q4.intoArray(c, cAt + 4 * pitch + LANES);
    p5.intoArray(c, cAt + 5 * pitch);
    q5.intoArray(c, cAt + 5 * pitch + LANES);
    p6.intoArray(c, cAt + 6 * pitch);
    q6.intoArray(c, cAt + 6 * pitch + LANES);
    p7.intoArray(c, cAt + 7 * pitch);
    q7.intoArray(c, cAt + 7 * pitch + LANES);
    p8.intoArray(c, cAt + 8 * pitch);
    q8.intoArray(c, cAt + 8 * pitch + LANES);
    p9.intoArray(c, cAt + 9 * pitch);
    q9.intoArray(c, cAt + 9 * pitch + LANES);
    p10.intoArray(c, cAt + 10 * pitch);
    q10.intoArray(c, cAt + 10 * pitch + LANES);
    p11.intoArray(c, cAt + 11 * pitch);
    q11.intoArray(c, cAt + 11 * pitch + LANES);
  }

  /** 8 x 2 vectors. */
  private static void panels8(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector p0 = zero;
    FloatVector q0 = zero;
    FloatVector p1 = zero;
    FloatVector q1 = zero;
    FloatVector p2 = zero;
    FloatVector q2 = zero;
    FloatVector p3 = zero;
    FloatVector q3 = zero;
    FloatVector p4 = zero;
    FloatVector q4 = zero;
    FloatVector p5 = zero;
    FloatVector q5 = zero;
    FloatVector p6 = zero;
    FloatVector q6 = zero;
    FloatVector p7 = zero;
    FloatVector q7 = zero;
    if (add) {
      p0 = FloatVector.fromArray(SPECIES, c, cAt);
      q0 = FloatVector.fromArray(SPECIES, c, cAt + LANES);
      p1 = FloatVector.fromArray(SPECIES, c, cAt + pitch);
      q1 = FloatVector.fromArray(SPECIES, c, cAt + pitch + LANES);
      p2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch);
      q2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES);
      p3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch);
      q3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES);
      p4 = FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch);
      q4 = FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch + LANES);
      p5 = FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch);
      q5 = FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch + LANES);
      p6 = FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch);
      q6 = FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch + LANES);
      p7 = FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch);
      q7 = FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch + LANES);
    }
    int end = NativeImage.end(bAt + depth * COLUMNS);
    for (int row = bAt, at = aAt; row < end; row += PRODUCTS * COLUMNS, at += PRODUCTS * ROWS) {
      FloatVector p = FloatVector.fromArray(SPECIES, b, row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, row + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3]);
      p3 = a3.fma(p, p3);
      q3 = a3.fma(q, q3);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + 4]);
      p4 = a4.fma(p, p4);
      q4 = a4.fma(q, q4);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5]);
      p5 = a5.fma(p, p5);
      q5 = a5.fma(q, q5);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + 6]);
      p6 = a6.fma(p, p6);
      q6 = a6.fma(q, q6);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + 7]);
      p7 = a7.fma(p, p7);
      q7 = a7.fma(q, q7);
      if (PRODUCTS == 2) {
        p = FloatVector.fromArray(SPECIES, b, row + COLUMNS);
        q = FloatVector.fromArray(SPECIES, b, row + COLUMNS + LANES);
        a0 = FloatVector.broadcast(SPECIES, a[at + ROWS]);
        p0 = a0.fma(p, p0);
        q0 = a0.fma(q, q0);
        a1 = FloatVector.broadcast(SPECIES, a[at + ROWS + 1]);
        p1 = a1.fma(p, p1);
        q1 = a1.fma(q, q1);
        a2 = FloatVector.broadcast(SPECIES, a[at + ROWS + 2]);
        p2 = a2.fma(p, p2);
        q2 = a2.fma(q, q2);
        a3 = FloatVector.broadcast(SPECIES, a[at + ROWS + 3]);
        p3 = a3.fma(p, p3);
        q3 = a3.fma(q, q3);
        a4 = FloatVector.broadcast(SPECIES, a[at + ROWS + 4]);
        p4 = a4.fma(p, p4);
        q4 = a4.fma(q, q4);
        a5 = FloatVector.broadcast(SPECIES, a[at + ROWS + 5]);
        p5 = a5.fma(p, p5);
        q5 = a5.fma(q, q5);
        a6 = FloatVector.broadcast(SPECIES, a[at + ROWS + 6]);
        p6 = a6.fma(p, p6);
        q6 = a6.fma(q, q6);
        a7 = FloatVector.broadcast(SPECIES, a[at + ROWS + 7]);
        p7 = a7.fma(p, p7);
        q7 = a7.fma(q, q7);
      }
    }
    p0.intoArray(c, cAt);
    q0.intoArray(c, cAt + LANES);
    p1.intoArray(c, cAt + pitch);
    q1.intoArray(c, cAt + pitch + LANES);
    p2.intoArray(c, cAt + 2 * pitch);
    q2.intoArray(c, cAt + 2 * pitch + LANES);
    p3.intoArray(c, cAt + 3 * pitch);
    q3.intoArray(c, cAt + 3 * pitch + LANES);
    p4.intoArray(c, cAt + 4 * pitch);
    q4.intoArray(c, cAt + 4 * pitch + LANES);
    p5.intoArray(c, cAt + 5 * pitch);
    q5.intoArray(c, cAt + 5 * pitch + LANES);
    p6.intoArray(c, cAt + 6 * pitch);
    q6.intoArray(c, cAt + 6 * pitch + LANES);
    p7.intoArray(c, cAt + 7 * pitch);
    q7.intoArray(c, cAt + 7 * pitch + LANES);
  }

  /** 4 x 2 vectors. */
  private static void panels4(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector p0 = zero;
    FloatVector q0 = zero;
    FloatVector p1 = zero;
    FloatVector q1 = zero;
    FloatVector p2 = zero;
    FloatVector q2 = zero;
    FloatVector p3 = zero;
    FloatVector q3 = zero;
    if (add) {
      p0 = FloatVector.fromArray(SPECIES, c, cAt);
      q0 = FloatVector.fromArray(SPECIES, c, cAt + LANES);
      p1 = FloatVector.fromArray(SPECIES, c, cAt + pitch);
      q1 = FloatVector.fromArray(SPECIES, c, cAt + pitch + LANES);
      p2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch);
      q2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES);
      p3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch);
      q3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES);
    }
    int end = NativeImage.end(bAt + depth * COLUMNS);
    for (int row = bAt, at = aAt; row < end; row += PRODUCTS * COLUMNS, at += PRODUCTS * ROWS) {
      FloatVector p = FloatVector.fromArray(SPECIES, b, row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, row + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3]);
      p3 = a3.fma(p, p3);
      q3 = a3.fma(q, q3);
      if (PRODUCTS == 2) {
        p = FloatVector.fromArray(SPECIES, b, row + COLUMNS);
        q = FloatVector.fromArray(SPECIES, b, row + COLUMNS + LANES);
        a0 = FloatVector.broadcast(SPECIES, a[at + ROWS]);
        p0 = a0.fma(p, p0);
        q0 = a0.fma(q, q0);
        a1 = FloatVector.broadcast(SPECIES, a[at + ROWS + 1]);
        p1 = a1.fma(p, p1);
        q1 = a1.fma(q, q1);
        a2 = FloatVector.broadcast(SPECIES, a[at + ROWS + 2]);
        p2 = a2.fma(p, p2);
        q2 = a2.fma(q, q2);
        a3 = FloatVector.broadcast(SPECIES, a[at + ROWS + 3]);
        p3 = a3.fma(p, p3);
        q3 = a3.fma(q, q3);
      }
    }
    p0.intoArray(c, cAt);
    q0.intoArray(c, cAt + LANES);
    p1.intoArray(c, cAt + pitch);
    q1.intoArray(c, cAt + pitch + LANES);
    p2.intoArray(c, cAt + 2 * pitch);
    q2.intoArray(c, cAt + 2 * pitch + LANES);
    p3.intoArray(c, cAt + 3 * pitch);
    q3.intoArray(c, cAt + 3 * pitch + LANES);
  }

  /**
   * 12 x 2 vectors. A loop over rows would keep the accumulators in memory, so they are spelt out.
   */
  private static void multiply12(
      int depth,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector q2 = FloatVector.zero(SPECIES);
    FloatVector p3 = FloatVector.zero(SPECIES);
    FloatVector q3 = FloatVector.zero(SPECIES);
    FloatVector p4 = FloatVector.zero(SPECIES);
    FloatVector q4 = FloatVector.zero(SPECIES);
    FloatVector p5 = FloatVector.zero(SPECIES);
    FloatVector q5 = FloatVector.zero(SPECIES);
    FloatVector p6 = FloatVector.zero(SPECIES);
    FloatVector q6 = FloatVector.zero(SPECIES);
    FloatVector p7 = FloatVector.zero(SPECIES);
    FloatVector q7 = FloatVector.zero(SPECIES);
    FloatVector p8 = FloatVector.zero(SPECIES);
    FloatVector q8 = FloatVector.zero(SPECIES);
    FloatVector p9 = FloatVector.zero(SPECIES);
    FloatVector q9 = FloatVector.zero(SPECIES);
    FloatVector p10 = FloatVector.zero(SPECIES);
    FloatVector q10 = FloatVector.zero(SPECIES);
    FloatVector p11 = FloatVector.zero(SPECIES);
    FloatVector q11 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int row = bAt + offsets[offsetsAt + k];
      FloatVector p = FloatVector.fromArray(SPECIES, b, row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, row + LANES);
      int at = aAt + k * aStep;
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3]);
      p3 = a3.fma(p, p3);
      q3 = a3.fma(q, q3);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + 4]);
      p4 = a4.fma(p, p4);
      q4 = a4.fma(q, q4);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5]);
      p5 = a5.fma(p, p5);
      q5 = a5.fma(q, q5);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + 6]);
      p6 = a6.fma(p, p6);
      q6 = a6.fma(q, q6);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + 7]);
      p7 = a7.fma(p, p7);
      q7 = a7.fma(q, q7);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[at + 8]);
      p8 = a8.fma(p, p8);
      q8 = a8.fma(q, q8);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[at + 9]);
      p9 = a9.fma(p, p9);
      q9 = a9.fma(q, q9);
      FloatVector a10 = FloatVector.broadcast(SPECIES, a[at + 10]);
      p10 = a10.fma(p, p10);
      q10 = a10.fma(q, q10);
      FloatVector a11 = FloatVector.broadcast(SPECIES, a[at + 11]);
      p11 = a11.fma(p, p11);
      q11 = a11.fma(q, q11);
    }
    if (add) {
      p0 = p0.add(FloatVector.fromArray(SPECIES, c, cAt));
      q0 = q0.add(FloatVector.fromArray(SPECIES, c, cAt + LANES));
      p1 = p1.add(FloatVector.fromArray(SPECIES, c, cAt + pitch));
      q1 = q1.add(FloatVector.fromArray(SPECIES, c, cAt + pitch + LANES));
      p2 = p2.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch));
      q2 = q2.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES));
      p3 = p3.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch));
      q3 = q3.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES));
      p4 = p4.add(FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch));
      q4 = q4.add(FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch + LANES));
      p5 = p5.add(FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch));
      q5 = q5.add(FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch + LANES));
      p6 = p6.add(FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch));
      q6 = q6.add(FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch + LANES));
      p7 = p7.add(FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch));
      q7 = q7.add(FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch + LANES));
      p8 = p8.add(FloatVector.fromArray(SPECIES, c, cAt + 8 * pitch));
      q8 = q8.add(FloatVector.fromArray(SPECIES, c, cAt + 8 * pitch + LANES));
      p9 = p9.add(FloatVector.fromArray(SPECIES, c, cAt + 9 * pitch));
      q9 = q9.add(FloatVector.fromArray(SPECIES, c, cAt + 9 * pitch + LANES));
      p10 = p10.add(FloatVector.fromArray(SPECIES, c, cAt + 10 * pitch));
      q10 = q10.add(FloatVector.fromArray(SPECIES, c, cAt + 10 * pitch + LANES));
      p11 = p11.add(FloatVector.fromArray(SPECIES, c, cAt + 11 * pitch));
      q11 = q11.add(FloatVector.fromArray(SPECIES, c, cAt + 11 * pitch + LANES));
    }
    p0.intoArray(c, cAt);
    q0.intoArray(c, cAt + LANES);
    p1.intoArray(c, cAt + pitch);
    q1.intoArray(c, cAt + pitch + LANES);
    p2.intoArray(c, cAt + 2 * pitch);
    q2.intoArray(c, cAt + 2 * pitch + LANES);
    p3.intoArray(c, cAt + 3 * pitch);
    q3.intoArray(c, cAt + 3 * pitch + LANES);
    p4.intoArray(c, cAt + 4 * pitch);
    q4.intoArray(c, cAt + 4 * pitch + LANES);
    p5.intoArray(c, cAt + 5 * pitch);
    q5.intoArray(c, cAt + 5 * pitch + LANES);
    p6.intoArray(c, cAt + 6 * pitch);
    q6.intoArray(c, cAt + 6 * pitch + LANES);
    p7.intoArray(c, cAt + 7 * pitch);
    q7.intoArray(c, cAt + 7 * pitch + LANES);
    p8.intoArray(c, cAt + 8 * pitch);
    q8.intoArray(c, cAt + 8 * pitch + LANES);
    p9.intoArray(c, cAt + 9 * pitch);
    q9.intoArray(c, cAt + 9 * pitch + LANES);
    p10.intoArray(c, cAt + 10 * pitch);
    q10.intoArray(c, cAt + 10 * pitch + LANES);
    p11.intoArray(c, cAt + 11 * pitch);
    q11.intoArray(c, cAt + 11 * pitch + LANES);
  }

  /** 8 x 2 vectors. */
  private static void multiply8(
      int depth,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector q2 = FloatVector.zero(SPECIES);
    FloatVector p3 = FloatVector.zero(SPECIES);
    FloatVector q3 = FloatVector.zero(SPECIES);
    FloatVector p4 = FloatVector.zero(SPECIES);
    FloatVector q4 = FloatVector.zero(SPECIES);
    FloatVector p5 = FloatVector.zero(SPECIES);
    FloatVector q5 = FloatVector.zero(SPECIES);
    FloatVector p6 = FloatVector.zero(SPECIES);
    FloatVector q6 = FloatVector.zero(SPECIES);
    FloatVector p7 = FloatVector.zero(SPECIES);
    FloatVector q7 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int row = bAt + offsets[offsetsAt + k];
      FloatVector p = FloatVector.fromArray(SPECIES, b, row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, row + LANES);
      int at = aAt + k * aStep;
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3]);
      p3 = a3.fma(p, p3);
      q3 = a3.fma(q, q3);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + 4]);
      p4 = a4.fma(p, p4);
      q4 = a4.fma(q, q4);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5]);
      p5 = a5.fma(p, p5);
      q5 = a5.fma(q, q5);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + 6]);
      p6 = a6.fma(p, p6);
      q6 = a6.fma(q, q6);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + 7]);
      p7 = a7.fma(p, p7);
      q7 = a7.fma(q, q7);
    }
    if (add) {
      p0 = p0.add(FloatVector.fromArray(SPECIES, c, cAt));
      q0 = q0.add(FloatVector.fromArray(SPECIES, c, cAt + LANES));
      p1 = p1.add(FloatVector.fromArray(SPECIES, c, cAt + pitch));
      q1 = q1.add(FloatVector.fromArray(SPECIES, c, cAt + pitch + LANES));
      p2 = p2.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch));
      q2 = q2.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES));
      p3 = p3.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch));
      q3 = q3.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES));
      p4 = p4.add(FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch));
      q4 = q4.add(FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch + LANES));
      p5 = p5.add(FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch));
      q5 = q5.add(FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch + LANES));
      p6 = p6.add(FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch));
      q6 = q6.add(FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch + LANES));
      p7 = p7.add(FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch));
      q7 = q7.add(FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch + LANES));
    }
    p0.intoArray(c, cAt);
    q0.intoArray(c, cAt + LANES);
    p1.intoArray(c, cAt + pitch);
    q1.intoArray(c, cAt + pitch + LANES);
    p2.intoArray(c, cAt + 2 * pitch);
    q2.intoArray(c, cAt + 2 * pitch + LANES);
    p3.intoArray(c, cAt + 3 * pitch);
    q3.intoArray(c, cAt + 3 * pitch + LANES);
    p4.intoArray(c, cAt + 4 * pitch);
    q4.intoArray(c, cAt + 4 * pitch + LANES);
    p5.intoArray(c, cAt + 5 * pitch);
    q5.intoArray(c, cAt + 5 * pitch + LANES);
    p6.intoArray(c, cAt + 6 * pitch);
    q6.intoArray(c, cAt + 6 * pitch + LANES);
    p7.intoArray(c, cAt + 7 * pitch);
    q7.intoArray(c, cAt + 7 * pitch + LANES);
  }

  /** 4 x 2 vectors. */
  private static void multiply4(
      int depth,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector q2 = FloatVector.zero(SPECIES);
    FloatVector p3 = FloatVector.zero(SPECIES);
    FloatVector q3 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int row = bAt + offsets[offsetsAt + k];
      FloatVector p = FloatVector.fromArray(SPECIES, b, row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, row + LANES);
      int at = aAt + k * aStep;
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3]);
      p3 = a3.fma(p, p3);
      q3 = a3.fma(q, q3);
    }
    if (add) {
      p0 = p0.add(FloatVector.fromArray(SPECIES, c, cAt));
      q0 = q0.add(FloatVector.fromArray(SPECIES, c, cAt + LANES));
      p1 = p1.add(FloatVector.fromArray(SPECIES, c, cAt + pitch));
      q1 = q1.add(FloatVector.fromArray(SPECIES, c, cAt + pitch + LANES));
      p2 = p2.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch));
      q2 = q2.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES));
      p3 = p3.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch));
      q3 = q3.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES));
    }
    p0.intoArray(c, cAt);
    q0.intoArray(c, cAt + LANES);
    p1.intoArray(c, cAt + pitch);
    q1.intoArray(c, cAt + pitch + LANES);
    p2.intoArray(c, cAt + 2 * pitch);
    q2.intoArray(c, cAt + 2 * pitch + LANES);
    p3.intoArray(c, cAt + 3 * pitch);
    q3.intoArray(c, cAt + 3 * pitch + LANES);
  }

  @Override
  public void packRuns(
      Object source, int sourceAt, int stride, int depth, int width, Object target, int targetAt) {
    float[] from = (float[]) source;
    float[] to = (float[]) target;
    int end = targetAt + depth * width;
    int k = 0;
    if (width <= LANES && stride > 0) {
      // A vector spills into the next run, which is written later.
      int readable = Math.floorDiv(from.length - LANES - sourceAt, stride) + 1;
      int writable = Math.floorDiv(depth * width - LANES, width) + 1;
      for (int runs = Math.min(readable, writable); k < runs; k++) {
        FloatVector.fromArray(SPECIES, from, sourceAt + k * stride)
            .intoArray(to, targetAt + k * width);
      }
    } else if (width == COLUMNS) {
      for (; k < depth; k++) {
        int in = sourceAt + k * stride;
        int out = targetAt + k * COLUMNS;
        FloatVector.fromArray(SPECIES, from, in).intoArray(to, out);
        FloatVector.fromArray(SPECIES, from, in + LANES).intoArray(to, out + LANES);
      }
    }
    for (; k < depth; k++) {
      int in = sourceAt + k * stride;
      int out = targetAt + k * width;
      int j = 0;
      // A vector may spill into the next run, which is written later.
      for (; j < width && in + j + LANES <= from.length && out + j + LANES <= end; j += LANES) {
        FloatVector.fromArray(SPECIES, from, in + j).intoArray(to, out + j);
      }
      for (; j < width; j++) {
        to[out + j] = from[in + j];
      }
    }
  }

  @Override
  public void transpose(
      Object from, int fromAt, int stride, int depth, int width, Object to, int toAt) {
    float[] in = (float[]) from;
    float[] out = (float[]) to;
    int k = 0;
    // A block writes 16 elements for each k. Rows fewer than that, but at least 8, spill into the
    // next k, which is written later; never into what follows the last.
    int rows = width < 16 ? width : width / 16 * 16;
    int end = width < 16 ? depth - 1 : depth;
    for (; LANES == 16 && width >= 8 && k + 16 <= end; k += 16) {
      for (int r = 0; r < rows; r += 16) {
        int at = fromAt + r * stride + k;
        transpose16(in, at, stride, rows - r, out, toAt + k * width + r, width);
      }
      for (int r = rows; r < width; r++) {
        for (int i = k; i < k + 16; i++) {
          out[toAt + i * width + r] = in[fromAt + r * stride + i];
        }
      }
    }
    Transpose.plain(in, fromAt + k, stride, depth - k, width, out, toAt + k * width);
  }

  /**
   * A block of up to 16 rows and 16 columns, in four rounds that exchange elements 8, 4, 2 and 1
   * apart between rows as far apart.
   */
  private static void transpose16(
      float[] from, int at, int stride, int rows, float[] to, int toAt, int width) {
    // A mask in a static field would keep a native image from knowing what the fields hold.
    VectorMask<Float> set8 =
        FloatVector.fromArray(SPECIES, BIT_8, 0).compare(VectorOperators.GT, 0);
    VectorMask<Float> set4 =
        FloatVector.fromArray(SPECIES, BIT_4, 0).compare(VectorOperators.GT, 0);
    VectorMask<Float> set2 =
        FloatVector.fromArray(SPECIES, BIT_2, 0).compare(VectorOperators.GT, 0);
    VectorMask<Float> set1 =
        FloatVector.fromArray(SPECIES, BIT_1, 0).compare(VectorOperators.GT, 0);
    FloatVector r0 = FloatVector.fromArray(SPECIES, from, at);
    FloatVector r1 = FloatVector.fromArray(SPECIES, from, at + Math.min(1, rows - 1) * stride);
    FloatVector r2 = FloatVector.fromArray(SPECIES, from, at + Math.min(2, rows - 1) * stride);
    FloatVector r3 = FloatVector.fromArray(SPECIES, from, at + Math.min(3, rows - 1) * stride);
    FloatVector r4 = FloatVector.fromArray(SPECIES, from, at + Math.min(4, rows - 1) * stride);
    FloatVector r5 = FloatVector.fromArray(SPECIES, from, at + Math.min(5, rows - 1) * stride);
    FloatVector r6 = FloatVector.fromArray(SPECIES, from, at + Math.min(6, rows - 1) * stride);
    FloatVector r7 = FloatVector.fromArray(SPECIES, from, at + Math.min(7, rows - 1) * stride);
    FloatVector r8 = FloatVector.fromArray(SPECIES, from, at + Math.min(8, rows - 1) * stride);
    FloatVector r9 = FloatVector.fromArray(SPECIES, from, at + Math.min(9, rows - 1) * stride);
    FloatVector r10 = FloatVector.fromArray(SPECIES, from, at + Math.min(10, rows - 1) * stride);
    FloatVector r11 = FloatVector.fromArray(SPECIES, from, at + Math.min(11, rows - 1) * stride);
    FloatVector r12 = FloatVector.fromArray(SPECIES, from, at + Math.min(12, rows - 1) * stride);
    FloatVector r13 = FloatVector.fromArray(SPECIES, from, at + Math.min(13, rows - 1) * stride);
    FloatVector r14 = FloatVector.fromArray(SPECIES, from, at + Math.min(14, rows - 1) * stride);
    FloatVector r15 = FloatVector.fromArray(SPECIES, from, at + Math.min(15, rows - 1) * stride);
    FloatVector kept;
    kept = r0.blend(r8.rearrange(SWAP_8), set8);
    r8 = r0.rearrange(SWAP_8).blend(r8, set8);
    r0 = kept;
    kept = r1.blend(r9.rearrange(SWAP_8), set8);
    r9 = r1.rearrange(SWAP_8).blend(r9, set8);
    r1 = kept;
    kept = r2.blend(r10.rearrange(SWAP_8), set8);
    r10 = r2.rearrange(SWAP_8).blend(r10, set8);
    r2 = kept;
    kept = r3.blend(r11.rearrange(SWAP_8), set8);
    r11 = r3.rearrange(SWAP_8).blend(r11, set8);
    r3 = kept;
    kept = r4.blend(r12.rearrange(SWAP_8), set8);
    r12 = r4.rearrange(SWAP_8).blend(r12, set8);
    r4 = kept;
    kept = r5.blend(r13.rearrange(SWAP_8), set8);
    r13 = r5.rearrange(SWAP_8).blend(r13, set8);
    r5 = kept;
    kept = r6.blend(r14.rearrange(SWAP_8), set8);
    r14 = r6.rearrange(SWAP_8).blend(r14, set8);
    r6 = kept;
    kept = r7.blend(r15.rearrange(SWAP_8), set8);
    r15 = r7.rearrange(SWAP_8).blend(r15, set8);
    r7 = kept;
    kept = r0.blend(r4.rearrange(SWAP_4), set4);
    r4 = r0.rearrange(SWAP_4).blend(r4, set4);
    r0 = kept;
    kept = r1.blend(r5.rearrange(SWAP_4), set4);
    r5 = r1.rearrange(SWAP_4).blend(r5, set4);
    r1 = kept;
    kept = r2.blend(r6.rearrange(SWAP_4), set4);
    r6 = r2.rearrange(SWAP_4).blend(r6, set4);
    r2 = kept;
    kept = r3.blend(r7.rearrange(SWAP_4), set4);
    r7 = r3.rearrange(SWAP_4).blend(r7, set4);
    r3 = kept;
    kept = r8.blend(r12.rearrange(SWAP_4), set4);
    r12 = r8.rearrange(SWAP_4).blend(r12, set4);
    r8 = kept;
    kept = r9.blend(r13.rearrange(SWAP_4), set4);
    r13 = r9.rearrange(SWAP_4).blend(r13, set4);
    r9 = kept;
    kept = r10.blend(r14.rearrange(SWAP_4), set4);
    r14 = r10.rearrange(SWAP_4).blend(r14, set4);
    r10 = kept;
    kept = r11.blend(r15.rearrange(SWAP_4), set4);
    r15 = r11.rearrange(SWAP_4).blend(r15, set4);
    r11 = kept;
    kept = r0.blend(r2.rearrange(SWAP_2), set2);
    r2 = r0.rearrange(SWAP_2).blend(r2, set2);
    r0 = kept;
    kept = r1.blend(r3.rearrange(SWAP_2), set2);
    r3 = r1.rearrange(SWAP_2).blend(r3, set2);
    r1 = kept;
    kept = r4.blend(r6.rearrange(SWAP_2), set2);
    r6 = r4.rearrange(SWAP_2).blend(r6, set2);
    r4 = kept;
    kept = r5.blend(r7.rearrange(SWAP_2), set2);
    r7 = r5.rearrange(SWAP_2).blend(r7, set2);
    r5 = kept;
    kept = r8.blend(r10.rearrange(SWAP_2), set2);
    r10 = r8.rearrange(SWAP_2).blend(r10, set2);
    r8 = kept;
    kept = r9.blend(r11.rearrange(SWAP_2), set2);
    r11 = r9.rearrange(SWAP_2).blend(r11, set2);
    r9 = kept;
    kept = r12.blend(r14.rearrange(SWAP_2), set2);
    r14 = r12.rearrange(SWAP_2).blend(r14, set2);
    r12 = kept;
    kept = r13.blend(r15.rearrange(SWAP_2), set2);
    r15 = r13.rearrange(SWAP_2).blend(r15, set2);
    r13 = kept;
    kept = r0.blend(r1.rearrange(SWAP_1), set1);
    r1 = r0.rearrange(SWAP_1).blend(r1, set1);
    r0 = kept;
    kept = r2.blend(r3.rearrange(SWAP_1), set1);
    r3 = r2.rearrange(SWAP_1).blend(r3, set1);
    r2 = kept;
    kept = r4.blend(r5.rearrange(SWAP_1), set1);
    r5 = r4.rearrange(SWAP_1).blend(r5, set1);
    r4 = kept;
    kept = r6.blend(r7.rearrange(SWAP_1), set1);
    r7 = r6.rearrange(SWAP_1).blend(r7, set1);
    r6 = kept;
    kept = r8.blend(r9.rearrange(SWAP_1), set1);
    r9 = r8.rearrange(SWAP_1).blend(r9, set1);
    r8 = kept;
    kept = r10.blend(r11.rearrange(SWAP_1), set1);
    r11 = r10.rearrange(SWAP_1).blend(r11, set1);
    r10 = kept;
    kept = r12.blend(r13.rearrange(SWAP_1), set1);
    r13 = r12.rearrange(SWAP_1).blend(r13, set1);
    r12 = kept;
    kept = r14.blend(r15.rearrange(SWAP_1), set1);
    r15 = r14.rearrange(SWAP_1).blend(r15, set1);
    r14 = kept;
    r0.intoArray(to, toAt);
    r1.intoArray(to, toAt + width);
    r2.intoArray(to, toAt + 2 * width);
    r3.intoArray(to, toAt + 3 * width);
    r4.intoArray(to, toAt + 4 * width);
    r5.intoArray(to, toAt + 5 * width);
    r6.intoArray(to, toAt + 6 * width);
    r7.intoArray(to, toAt + 7 * width);
    r8.intoArray(to, toAt + 8 * width);
    r9.intoArray(to, toAt + 9 * width);
    r10.intoArray(to, toAt + 10 * width);
    r11.intoArray(to, toAt + 11 * width);
    r12.intoArray(to, toAt + 12 * width);
    r13.intoArray(to, toAt + 13 * width);
    r14.intoArray(to, toAt + 14 * width);
    r15.intoArray(to, toAt + 15 * width);
  }

  @Override
  public void spreadRows(
      Object from,
      int fromAt,
      int fromPitch,
      int rows,
      int width,
      Object to,
      int toAt,
      int toPitch) {
    float[] in = (float[]) from;
    float[] out = (float[]) to;
    for (int r = 0; r < rows; r++) {
      int at = fromAt + r * fromPitch;
      int target = toAt + r * toPitch;
      int j = 0;
      for (; j < width && at + j + LANES <= in.length; j += LANES) {
        FloatVector.fromArray(SPECIES, in, at + j).intoArray(out, target + j);
      }
      for (; j < width; j++) {
        out[target + j] = in[at + j];
      }
      for (j = width; j < toPitch; j++) {
        out[target + j] = 0;
      }
    }
  }

  @Override
  public void packRows(
      Object from, int fromAt, int fromPitch, int rows, int width, Object to, int toAt, int limit) {
    float[] in = (float[]) from;
    float[] out = (float[]) to;
    for (int r = 0; r < rows; r++) {
      int at = fromAt + r * fromPitch;
      int target = toAt + r * width;
      int j = 0;
      for (; j < width && target + j + LANES <= limit; j += LANES) {
        FloatVector.fromArray(SPECIES, in, at + j).intoArray(out, target + j);
      }
      for (; j < width; j++) {
        out[target + j] = in[at + j];
      }
    }
  }

  @Override
  public void dots(
      int count,
      int depth,
      Object rows,
      int rowsAt,
      int stride,
      Object x,
      int xAt,
      Object y,
      int yAt) {
    float[] from = (float[]) rows;
    float[] by = (float[]) x;
    float[] to = (float[]) y;
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      dots4(depth, from, rowsAt + i * stride, stride, by, xAt, to, yAt + i);
    }
    for (; i < count; i++) {
      to[yAt + i] = dot(depth, from, rowsAt + i * stride, by, xAt);
    }
  }

  /** Four rows at once, each with the order of additions of {@link #dot}. */
  private static void dots4(
      int depth, float[] rows, int at, int stride, float[] x, int xAt, float[] y, int yAt) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector p3 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector q2 = FloatVector.zero(SPECIES);
    FloatVector q3 = FloatVector.zero(SPECIES);
    int whole = NativeImage.end(depth - depth % COLUMNS);
    int k = 0;
    for (; k < whole; k += COLUMNS) {
      FloatVector p = FloatVector.fromArray(SPECIES, x, xAt + k);
      FloatVector q = FloatVector.fromArray(SPECIES, x, xAt + k + LANES);
      int row = at + k;
      p0 = FloatVector.fromArray(SPECIES, rows, row).fma(p, p0);
      q0 = FloatVector.fromArray(SPECIES, rows, row + LANES).fma(q, q0);
      row += stride;
      p1 = FloatVector.fromArray(SPECIES, rows, row).fma(p, p1);
      q1 = FloatVector.fromArray(SPECIES, rows, row + LANES).fma(q, q1);
      row += stride;
      p2 = FloatVector.fromArray(SPECIES, rows, row).fma(p, p2);
      q2 = FloatVector.fromArray(SPECIES, rows, row + LANES).fma(q, q2);
      row += stride;
      p3 = FloatVector.fromArray(SPECIES, rows, row).fma(p, p3);
      q3 = FloatVector.fromArray(SPECIES, rows, row + LANES).fma(q, q3);
    }
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (; k < depth; k++) {
      float value = x[xAt + k];
      s0 = Math.fma(rows[at + k], value, s0);
      s1 = Math.fma(rows[at + stride + k], value, s1);
      s2 = Math.fma(rows[at + 2 * stride + k], value, s2);
      s3 = Math.fma(rows[at + 3 * stride + k], value, s3);
    }
    p0 = p0.add(q0);
    if (LANES > 8) {
      p0 = p0.add(p0.rearrange(SWAP_8));
    }
    if (LANES > 4) {
      p0 = p0.add(p0.rearrange(SWAP_4));
    }
    if (LANES > 2) {
      p0 = p0.add(p0.rearrange(SWAP_2));
    }
    if (LANES > 1) {
      p0 = p0.add(p0.rearrange(SWAP_1));
    }
    y[yAt] = s0 + p0.lane(0);
    p1 = p1.add(q1);
    if (LANES > 8) {
      p1 = p1.add(p1.rearrange(SWAP_8));
    }
    if (LANES > 4) {
      p1 = p1.add(p1.rearrange(SWAP_4));
    }
    if (LANES > 2) {
      p1 = p1.add(p1.rearrange(SWAP_2));
    }
    if (LANES > 1) {
      p1 = p1.add(p1.rearrange(SWAP_1));
    }
    y[yAt + 1] = s1 + p1.lane(0);
    p2 = p2.add(q2);
    if (LANES > 8) {
      p2 = p2.add(p2.rearrange(SWAP_8));
    }
    if (LANES > 4) {
      p2 = p2.add(p2.rearrange(SWAP_4));
    }
    if (LANES > 2) {
      p2 = p2.add(p2.rearrange(SWAP_2));
    }
    if (LANES > 1) {
      p2 = p2.add(p2.rearrange(SWAP_1));
    }
    y[yAt + 2] = s2 + p2.lane(0);
    p3 = p3.add(q3);
    if (LANES > 8) {
      p3 = p3.add(p3.rearrange(SWAP_8));
    }
    if (LANES > 4) {
      p3 = p3.add(p3.rearrange(SWAP_4));
    }
    if (LANES > 2) {
      p3 = p3.add(p3.rearrange(SWAP_2));
    }
    if (LANES > 1) {
      p3 = p3.add(p3.rearrange(SWAP_1));
    }
    y[yAt + 3] = s3 + p3.lane(0);
  }

  private static float dot(int depth, float[] row, int at, float[] x, int xAt) {
    FloatVector p = FloatVector.zero(SPECIES);
    FloatVector q = FloatVector.zero(SPECIES);
    int whole = NativeImage.end(depth - depth % COLUMNS);
    int k = 0;
    for (; k < whole; k += COLUMNS) {
      p =
          FloatVector.fromArray(SPECIES, row, at + k)
              .fma(FloatVector.fromArray(SPECIES, x, xAt + k), p);
      q =
          FloatVector.fromArray(SPECIES, row, at + k + LANES)
              .fma(FloatVector.fromArray(SPECIES, x, xAt + k + LANES), q);
    }
    float tail = 0;
    for (; k < depth; k++) {
      tail = Math.fma(row[at + k], x[xAt + k], tail);
    }
    p = p.add(q);
    if (LANES > 8) {
      p = p.add(p.rearrange(SWAP_8));
    }
    if (LANES > 4) {
      p = p.add(p.rearrange(SWAP_4));
    }
    if (LANES > 2) {
      p = p.add(p.rearrange(SWAP_2));
    }
    if (LANES > 1) {
      p = p.add(p.rearrange(SWAP_1));
    }
    return tail + p.lane(0);
  }

  @Override
  public void combine(
      int count,
      int depth,
      Object rows,
      int rowsAt,
      int stride,
      Object x,
      int xAt,
      Object y,
      int yAt) {
    float[] from = (float[]) rows;
    float[] by = (float[]) x;
    float[] to = (float[]) y;
    int j = 0;
    for (; j <= count - 4 * LANES; j += 4 * LANES) {
      combine4(depth, from, rowsAt + j, stride, by, xAt, to, yAt + j);
    }
    for (; j <= count - LANES; j += LANES) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int k = 0; k < depth; k++) {
        sum =
            FloatVector.fromArray(SPECIES, from, rowsAt + k * stride + j)
                .fma(FloatVector.broadcast(SPECIES, by[xAt + k]), sum);
      }
      sum.intoArray(to, yAt + j);
    }
    for (; j < count; j++) {
      float sum = 0;
      for (int k = 0; k < depth; k++) {
        sum = Math.fma(from[rowsAt + k * stride + j], by[xAt + k], sum);
      }
      to[yAt + j] = sum;
    }
  }

  private static void combine4(
      int depth, float[] rows, int at, int stride, float[] x, int xAt, float[] y, int yAt) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int row = at + k * stride;
      FloatVector value = FloatVector.broadcast(SPECIES, x[xAt + k]);
      s0 = FloatVector.fromArray(SPECIES, rows, row).fma(value, s0);
      s1 = FloatVector.fromArray(SPECIES, rows, row + LANES).fma(value, s1);
      s2 = FloatVector.fromArray(SPECIES, rows, row + 2 * LANES).fma(value, s2);
      s3 = FloatVector.fromArray(SPECIES, rows, row + 3 * LANES).fma(value, s3);
    }
    s0.intoArray(y, yAt);
    s1.intoArray(y, yAt + LANES);
    s2.intoArray(y, yAt + 2 * LANES);
    s3.intoArray(y, yAt + 3 * LANES);
  }
}
