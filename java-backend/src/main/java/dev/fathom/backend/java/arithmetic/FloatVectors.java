package dev.fathom.backend.java.arithmetic;

import dev.fathom.backend.java.platform.NativeImage;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
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

  /** The table of offsets of a single product, which begins at 0. */
  private static final int[] FIRST = {0};

  /**
   * Rows of a tile. 12 rows need 24 accumulators, and so 32 registers. 256-bit x86 has 16, and the
   * compiler keeps no more than 8 accumulators in them: 4 rows ran at 93 GFLOP/s, 6 rows at 53.
   */
  static final int ROWS = SPECIES.vectorBitSize() == 256 ? 4 : 12;

  /**
   * How many tiles side by side are done at once. The compiler of native images broadcasts from
   * registers only, on one of the two ports that multiply 512 bits: with c vectors of columns, no
   * more than c / (c + 1) of the peak is left. Six were measured at 140 GFLOP/s, four at 130, two
   * at 97. Vectors of 256 bits have registers for four.
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

  /** With 256 bits there are too few registers. */
  private static final Optional<Outer> OUTER =
      ROWS == 12 ? Optional.of(new FloatOuter()) : Optional.empty();

  /** Greatest index that kernels of several tiles at once read or write at, as a mask. */
  private static final long INDEX = NativeImage.INDEX;

  /** {@return the shuffle that exchanges lanes {@code distance} apart} */
  static VectorShuffle<Float> swap(int distance) {
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
    // Panels of 12 KiB each. Without a limit of the depth they ran at 125 GFLOP/s rather than 140.
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
    // Four tiles are faster as two pairs than as three and one.
    return threes && tiles != 2 && tiles != 4 ? 3 : 2;
  }

  /**
   * {@return how many of these rows the first kernel computes; the kernel of four rows does the
   * rest}
   */
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
            FloatTilesAtOnce.multiplyTriple(
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
              FloatTilesAtOnce.multiplyPair2(
                  depth, left, at, aStep, right, from, offsets, offsetsAt, bStep, out, row, pitch,
                  add);
            } else {
              FloatTilesAtOnce.multiplyPair4(
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

  @Override
  public void multiplyHalf(
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
    if (computedRows(rows) < ROWS) {
      multiply(rows, depth, a, aAt, b, bAt, offsets, offsetsAt, 1, COLUMNS, c, cAt, pitch, add);
      return;
    }
    FloatTiles.multiply12Half(
        depth,
        (float[]) a,
        aAt,
        (float[]) b,
        bAt,
        offsets,
        offsetsAt,
        (float[]) c,
        cAt,
        pitch,
        add);
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
      case 4 ->
          FloatTiles.multiply4(
              depth, a, aAt, aStep, b, bAt, offsets, offsetsAt, c, cAt, pitch, add);
      case 8 ->
          FloatTiles.multiply8(
              depth, a, aAt, aStep, b, bAt, offsets, offsetsAt, c, cAt, pitch, add);
      default ->
          FloatTiles.multiply12(
              depth, a, aAt, aStep, b, bAt, offsets, offsetsAt, c, cAt, pitch, add);
    }
    if (head < rows) {
      int rest = cAt + head * pitch;
      FloatTiles.multiply4(
          depth, a, aAt + head, aStep, b, bAt, offsets, offsetsAt, c, rest, pitch, add);
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
            FloatPanelsAtOnce.panelTriple(
                even, left, from + r, right, row, bStep, out, to + r * pitch, pitch, more);
          }
        }
        case 2 -> {
          for (int r = 0; r < rows; r += PAIR_ROWS) {
            int at = from + r;
            int target = to + r * pitch;
            if (PAIR_ROWS == 2) {
              FloatPanelsAtOnce.panelPair2(
                  even, left, at, right, row, bStep, out, target, pitch, more);
            } else {
              FloatPanelsAtOnce.panelPair4(
                  even, left, at, right, row, bStep, out, target, pitch, more);
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
      case 4 -> FloatPanels.panels4(depth, a, aAt, b, bAt, c, cAt, pitch, add);
      case 8 -> FloatPanels.panels8(depth, a, aAt, b, bAt, c, cAt, pitch, add);
      default -> FloatPanels.panels12(depth, a, aAt, b, bAt, c, cAt, pitch, add);
    }
    if (head < rows) {
      FloatPanels.panels4(depth, a, aAt + head, b, bAt, c, cAt + head * pitch, pitch, add);
    }
  }

  @Override
  public void packRuns(
      Object source, int sourceAt, int stride, int depth, int width, Object target, int targetAt) {
    FloatCopies.packRuns(
        (float[]) source, sourceAt, stride, depth, width, (float[]) target, targetAt);
  }

  @Override
  public void transpose(
      Object from, int fromAt, int stride, int depth, int width, Object to, int toAt) {
    FloatCopies.transpose((float[]) from, fromAt, stride, depth, width, (float[]) to, toAt);
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
    FloatCopies.spreadRows(
        (float[]) from, fromAt, fromPitch, rows, width, (float[]) to, toAt, toPitch);
  }

  @Override
  public void copyRows(
      Object from,
      int fromAt,
      int fromPitch,
      int rows,
      int width,
      Object to,
      int toAt,
      int toPitch,
      int limit) {
    FloatCopies.copyRows(
        (float[]) from, fromAt, fromPitch, rows, width, (float[]) to, toAt, toPitch, limit);
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
    FloatDots.dots(
        count, depth, (float[]) rows, rowsAt, stride, (float[]) x, xAt, (float[]) y, yAt);
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
    FloatDots.combine(
        count, depth, (float[]) rows, rowsAt, stride, (float[]) x, xAt, (float[]) y, yAt);
  }

  @Override
  public Optional<Outer> outer() {
    return OUTER;
  }
}
