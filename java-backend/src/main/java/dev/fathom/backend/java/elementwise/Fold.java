package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.memory.FloatRows;
import dev.fathom.spi.DType;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import java.util.Arrays;

/**
 * The running result of a reduction, of one output or of a stretch of columns; belongs to one
 * thread. Sums are taken over short chains, whose sums are added as a binary tree: two of a level
 * make one of the next. So the error grows with the logarithm of the count.
 */
public final class Fold {
  private static final int TILE = TileProgram.TILE;

  /** The most outputs of a strand. */
  private static final int RESULTS = Nest.Cut.LARGE.most();

  /** The longest chain of a column's sum. */
  private static final int CHAIN = 16;

  /** Elements that are compared at once where the position of a row's largest is searched. */
  private static final int STRETCH = 64;

  private ReduceOp op;
  private DType type;
  private boolean arg;
  private Loops loops;

  /** How many leaves the tree has taken in; its bits say which levels are occupied. */
  private int count;

  /** Elements of a leaf: the lanes of a row, or the columns. */
  private int width;

  private float[] tree = new float[TILE];
  private final float[] pad = new float[TILE];
  private final double[] doubleTree = new double[32];
  private final double[] doublePad = new double[TILE];

  /** The best or the running value of the plain folds, and where the best was found. */
  private double bestDouble;

  private long bestLong;
  private int bestAt;
  private int seen;

  private final float[] floatResults = new float[RESULTS];
  private final double[] doubleResults = new double[RESULTS];
  private final long[] longResults = new long[RESULTS];
  private final int[] intResults = new int[RESULTS];

  /** {@return this thread's own, which may be used while no other fold of the thread is} */
  public static Fold local() {
    return TileState.local(0).fold;
  }

  public void begin(ReduceOp op, DType type, Loops loops) {
    this.op = op;
    this.type = type;
    this.arg = op.isPosition();
    this.loops = loops;
    restart();
  }

  private void restart() {
    count = 0;
    seen = 0;
  }

  /** Takes in {@code n} elements of one output; {@code values} is an array of the value type. */
  public void row(Object values, int at, int n) {
    if (type == DType.F32 && !arg) {
      row((float[]) values, at, n);
    } else if (op == ReduceOp.ARG_MAX && values instanceof float[] floats) {
      largest(floats, at, n);
    } else if (type.isFloating()) {
      doubleRow(values, at, n);
    } else {
      longRow(values, at, n);
    }
  }

  private void row(float[] a, int at, int n) {
    width = loops.width();
    int main = n - n % width;
    for (int from = 0; from < main; from += TILE) {
      int length = Math.min(TILE, main - from);
      int leaf = leaf();
      if (op == ReduceOp.SUM) {
        loops.sumLanes(a, at + from, length, tree, leaf);
      } else {
        foldLanes(a, at + from, length, leaf);
      }
      if (from + length == main) {
        lastElements(a, at + main, n - main, leaf);
      }
      push();
    }
    if (main == 0) {
      int leaf = leaf();
      FloatRows.fill(tree, leaf, leaf + width, identity());
      lastElements(a, at, n, leaf);
      push();
    }
  }

  /** Takes in {@code count} stretches of {@code n} elements of one output, {@code stride} apart. */
  void stretches(Object values, int at, int stride, int count, int n) {
    if (op != ReduceOp.SUM || type != DType.F32 || n < loops.width() || n > TILE / 2) {
      for (int i = 0; i < count; i++) {
        row(values, at + i * stride, n);
      }
      return;
    }
    width = loops.width();
    int together = TILE / n;
    for (int from = 0; from < count; from += together) {
      int some = Math.min(together, count - from);
      int leaf = leaf();
      loops.sumStretches((float[]) values, at + from * stride, stride, some, n, tree, leaf);
      push();
    }
  }

  /**
   * Searches a stretch one by one only if it has an element that is larger than all before, or NaN.
   */
  private void largest(float[] a, int at, int n) {
    for (int from = at; from < at + n; from += STRETCH) {
      int length = Math.min(STRETCH, at + n - from);
      int main = length - length % loops.width();
      int skipped = seen > 0 && loops.max(a, from, main) <= bestDouble ? main : 0;
      seen += skipped;
      for (int i = from + skipped; i < from + length; i++) {
        takeDouble(a[i]);
      }
    }
  }

  /** Takes the elements that do not fill a vector into the first lanes of a leaf. */
  private void lastElements(float[] a, int at, int n, int leaf) {
    if (op == ReduceOp.SUM) {
      for (int i = 0; i < n; i++) {
        tree[leaf + i] += a[at + i];
      }
    } else {
      for (int i = 0; i < n; i++) {
        tree[leaf + i] = combine(tree[leaf + i], a[at + i]);
      }
    }
  }

  /** Folds a stretch in halves until as many elements as lanes are left. */
  private void foldLanes(float[] a, int at, int n, int leaf) {
    System.arraycopy(a, at, pad, 0, n);
    while (n > width) {
      int half = Math.ceilDiv(n / width, 2) * width;
      loops.binary(scalarOp(), pad, 0, pad, half, pad, 0, n - half);
      n = half;
    }
    System.arraycopy(pad, 0, tree, leaf, width);
  }

  /** The result of a whole row that is shorter than a few vectors. */
  void shortRow(float[] a, int at, int n, int row) {
    System.arraycopy(a, at, pad, 0, n);
    floatResults[row] = n == 0 ? identity() : halve(n);
  }

  private float halve(int n) {
    while (n > 1) {
      int half = n + 1 >> 1;
      for (int i = 0; i < n - half; i++) {
        pad[i] = combine(pad[i], pad[half + i]);
      }
      n = half;
    }
    return pad[0];
  }

  /** Takes in rows, {@code stride} apart, of a stretch of columns. */
  void columns(float[] a, int at, int stride, int rows, int columns) {
    width = columns;
    int main = columns - columns % loops.width();
    for (int from = 0; from < rows; from += CHAIN) {
      int some = Math.min(CHAIN, rows - from);
      int start = at + from * stride;
      int leaf = leaf();
      if (op == ReduceOp.SUM && main > 0) {
        loops.sumRows(a, start, stride, some, tree, leaf, main);
      } else {
        System.arraycopy(a, start, tree, leaf, main);
        for (int row = 1; row < some; row++) {
          loops.binary(scalarOp(), tree, leaf, a, start + row * stride, tree, leaf, main);
        }
      }
      lastColumns(a, start, stride, some, leaf, main, columns);
      push();
    }
  }

  /** The columns that do not fill a vector. */
  private void lastColumns(
      float[] a, int at, int stride, int rows, int leaf, int main, int columns) {
    System.arraycopy(a, at + main, tree, leaf + main, columns - main);
    for (int row = 1; row < rows; row++) {
      int of = at + row * stride;
      if (op == ReduceOp.SUM) {
        for (int column = main; column < columns; column++) {
          tree[leaf + column] += a[of + column];
        }
      } else {
        for (int column = main; column < columns; column++) {
          tree[leaf + column] = combine(tree[leaf + column], a[of + column]);
        }
      }
    }
  }

  /** {@return where the next leaf of the tree goes} */
  private int leaf() {
    int at = Integer.bitCount(count) * width;
    if (tree.length < at + width) {
      tree = Arrays.copyOf(tree, 2 * (at + width));
    }
    return at;
  }

  /** Takes in the leaf just written: joins it with the one of its level, and so on. */
  private void push() {
    int top = Integer.bitCount(count);
    for (int levels = count; (levels & 1) != 0; levels >>>= 1) {
      combine(tree, (top - 1) * width, top * width, width);
      top--;
    }
    count++;
  }

  /** Joins the levels that are left into the first. */
  private void join() {
    for (int top = Integer.bitCount(count) - 1; top > 0; top--) {
      combine(tree, (top - 1) * width, top * width, width);
    }
  }

  /** Ends one output and begins the next. */
  public void finishRow(int row) {
    if (type == DType.F32 && !arg) {
      join();
      System.arraycopy(tree, 0, pad, 0, width);
      floatResults[row] = count == 0 ? identity() : halve(width);
    } else if (arg) {
      intResults[row] = seen == 0 ? 0 : bestAt;
    } else if (type == DType.F64) {
      doubleResults[row] = op == ReduceOp.SUM ? joinDoubles() : bestDouble;
    } else if (type == DType.I64) {
      longResults[row] = bestLong;
    } else {
      intResults[row] = (int) bestLong;
    }
    restart();
  }

  /** Ends a stretch of columns. */
  void finishColumns() {
    join();
    System.arraycopy(tree, 0, floatResults, 0, width);
    restart();
  }

  /** {@return the finished outputs, as an array of their value type} */
  public Object results() {
    if (arg) {
      return intResults;
    }
    return switch (type) {
      case F32 -> floatResults;
      case F64 -> doubleResults;
      case I64 -> longResults;
      default -> intResults;
    };
  }

  private void doubleRow(Object values, int at, int n) {
    for (int from = 0; from < n; from += TILE) {
      int length = Math.min(TILE, n - from);
      if (values instanceof double[] doubles) {
        System.arraycopy(doubles, at + from, doublePad, 0, length);
      } else {
        float[] floats = (float[]) values;
        for (int i = 0; i < length; i++) {
          doublePad[i] = floats[at + from + i];
        }
      }
      if (op == ReduceOp.SUM) {
        pushDouble(length);
      } else {
        for (int i = 0; i < length; i++) {
          takeDouble(doublePad[i]);
        }
      }
    }
  }

  private void takeDouble(double value) {
    if (seen == 0) {
      bestDouble = value;
      bestAt = 0;
    } else {
      switch (op) {
        case PRODUCT -> bestDouble *= value;
        case MAX -> bestDouble = Math.max(bestDouble, value);
        case MIN -> bestDouble = Math.min(bestDouble, value);
        case ARG_MAX -> takePosition(value, value > bestDouble);
        case ARG_MIN -> takePosition(value, value < bestDouble);
        default -> throw new AssertionError(op);
      }
    }
    seen++;
  }

  /** NaN counts as best, the first one wins. */
  private void takePosition(double value, boolean better) {
    if (better || value != value && bestDouble == bestDouble) {
      bestDouble = value;
      bestAt = seen;
    }
  }

  private void pushDouble(int n) {
    while (n > 1) {
      int half = n + 1 >> 1;
      for (int i = 0; i < n - half; i++) {
        doublePad[i] += doublePad[half + i];
      }
      n = half;
    }
    double value = doublePad[0];
    int top = Integer.bitCount(count);
    for (int levels = count; (levels & 1) != 0; levels >>>= 1) {
      top--;
      value = doubleTree[top] + value;
    }
    doubleTree[top] = value;
    count++;
  }

  private double joinDoubles() {
    double value = 0;
    for (int top = Integer.bitCount(count) - 1; top >= 0; top--) {
      value += doubleTree[top];
    }
    return value;
  }

  private void longRow(Object values, int at, int n) {
    if (values instanceof long[] longs) {
      for (int i = 0; i < n; i++) {
        takeLong(longs[at + i]);
      }
    } else {
      int[] ints = (int[]) values;
      for (int i = 0; i < n; i++) {
        takeLong(ints[at + i]);
      }
    }
  }

  private void takeLong(long value) {
    if (seen == 0) {
      bestLong = value;
      bestAt = 0;
    } else {
      switch (op) {
        case SUM -> bestLong += value;
        case PRODUCT -> bestLong *= value;
        case MAX -> bestLong = Math.max(bestLong, value);
        case MIN -> bestLong = Math.min(bestLong, value);
        case ARG_MAX, ARG_MIN -> {
          if (op == ReduceOp.ARG_MAX ? value > bestLong : value < bestLong) {
            bestLong = value;
            bestAt = seen;
          }
        }
      }
    }
    seen++;
  }

  /** {@code t[a ...] = op(t[a ...], t[b ...])}. */
  void combine(float[] t, int a, int b, int n) {
    int main = n - n % loops.width();
    loops.binary(scalarOp(), t, a, t, b, t, a, main);
    for (int i = main; i < n; i++) {
      t[a + i] = combine(t[a + i], t[b + i]);
    }
  }

  private float combine(float x, float y) {
    return switch (op) {
      case SUM -> x + y;
      case PRODUCT -> x * y;
      case MAX -> Math.max(x, y);
      case MIN -> Math.min(x, y);
      default -> throw new AssertionError(op);
    };
  }

  private ScalarOp scalarOp() {
    return switch (op) {
      case SUM -> ScalarOp.ADD;
      case PRODUCT -> ScalarOp.MULTIPLY;
      case MAX -> ScalarOp.MAX;
      case MIN -> ScalarOp.MIN;
      default -> throw new AssertionError(op);
    };
  }

  private float identity() {
    return switch (op) {
      case PRODUCT -> 1;
      case MAX -> Float.NEGATIVE_INFINITY;
      case MIN -> Float.POSITIVE_INFINITY;
      default -> 0;
    };
  }

  /** {@return the result of an empty reduction, as an array of one} */
  static Object nothing(ReduceOp op, DType type) {
    return switch (op) {
      case ARG_MAX, ARG_MIN -> new int[1];
      case SUM -> array(type, 0, 0);
      case PRODUCT -> array(type, 1, 1);
      case MAX ->
          array(
              type,
              Double.NEGATIVE_INFINITY,
              type == DType.I32 ? Integer.MIN_VALUE : Long.MIN_VALUE);
      case MIN ->
          array(
              type,
              Double.POSITIVE_INFINITY,
              type == DType.I32 ? Integer.MAX_VALUE : Long.MAX_VALUE);
    };
  }

  private static Object array(DType type, double floating, long integer) {
    return switch (type) {
      case F32 -> new float[] {(float) floating};
      case F64 -> new double[] {floating};
      case I64 -> new long[] {integer};
      default -> new int[] {(int) integer};
    };
  }
}
