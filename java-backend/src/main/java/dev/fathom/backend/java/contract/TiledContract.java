package dev.fathom.backend.java.contract;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.arithmetic.Depth;
import dev.fathom.backend.java.arithmetic.Narrow;
import dev.fathom.backend.java.elementwise.ResultRows;
import dev.fathom.backend.java.elementwise.TileState;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.memory.Steps;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import java.util.List;

/**
 * A contraction whose right operand comes in {@link Panels}. A task takes a block of the result,
 * packs the left rows of it slice by slice, and runs the tile kernel over both.
 */
final class TiledContract extends JavaKernel {
  /** Elements of a row that are packed before the next rows, where those lie side by side. */
  private static final int PART = 32;

  /**
   * With at least so many tasks for each thread, a task takes all blocks that share left rows, and
   * packs those rows once.
   */
  private static final int TASKS_PER_THREAD = 8;

  private final Workers workers;

  /** Evaluates the epilogue, null if results are stored as they are. */
  private final ResultRows epilogue;

  private final int firstOutput;
  private final int workspace;
  private final Arithmetic arithmetic;

  /** Widens panels of the right operand if they are narrow, else null. */
  private final Narrow narrow;

  private final Tiling tiling;
  private final DType leftType;
  private final DType outType;
  private final int leftIndex;
  private final int rightIndex;
  private final Steps leftBatch;
  private final Steps leftRows;
  private final Steps leftDepth;
  private final Steps outBatch;
  private final Steps outRows;
  private final Steps outColumns;
  private final int depth;
  private final int panels;
  private final int rowBlocks;
  private final int columnBlocks;
  private final int blocksPerTask;
  private final int tasks;
  private final Workers.Body body = this::blocks;

  TiledContract(
      Contract spec,
      Plan.Accepted plan,
      Contraction contraction,
      Engine engine,
      Arithmetic arithmetic) {
    super(spec, plan);
    this.workers = engine.workers();
    this.arithmetic = arithmetic;
    this.narrow = contraction.narrow(spec.accumulator(), engine.vector());
    this.tiling = Tiling.of(spec, contraction, arithmetic);
    Contraction.Operand left = contraction.left();
    Contraction.Result result = contraction.result();
    View out = spec.epilogue().outputs().getFirst();
    epilogue =
        spec.epilogue().isPlain()
            ? null
            : ResultRows.of(
                spec.epilogue(),
                Loops.of(engine.vector()),
                result.batch(),
                result.rows(),
                result.columns());
    firstOutput = spec.inputs().size();
    workspace = firstOutput + spec.outputs().size();
    leftType = left.view().dtype();
    outType = out.dtype();
    leftIndex = contraction.swapped() ? 1 : 0;
    rightIndex = 1 - leftIndex;
    leftBatch = Steps.of(left.view(), left.batch());
    leftRows = Steps.of(left.view(), left.rows());
    leftDepth = Steps.of(left.view(), left.depth());
    outBatch = Steps.of(out, result.batch());
    outRows = Steps.of(out, result.rows());
    outColumns = Steps.of(out, result.columns());
    depth = leftDepth.size;
    panels = Math.ceilDiv(outColumns.size, arithmetic.columns());
    rowBlocks = Math.ceilDiv(outRows.size, tiling.rows());
    columnBlocks = Math.ceilDiv(outColumns.size, tiling.columns());
    int bands = outBatch.size * rowBlocks;
    boolean wholeBands = bands >= TASKS_PER_THREAD * workers.threads() || workers.threads() == 1;
    blocksPerTask =
        wholeBands
            ? Math.max(1, columnBlocks)
                * Math.ceilDiv(tiling.blocksPerTask(), Math.max(1, columnBlocks))
            : tiling.blocksPerTask();
    tasks = Math.ceilDiv(bands * columnBlocks, blocksPerTask);
  }

  @Override
  public List<String> remarks() {
    return epilogue == null ? List.of() : epilogue.remarks();
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(tasks, body, bindings, scalars);
  }

  private void blocks(int task, int worker, Binding[] bindings, long[] scalars) {
    int end = Math.min(outBatch.size * rowBlocks * columnBlocks, (task + 1) * blocksPerTask);
    int packed = -1;
    for (int block = task * blocksPerTask; block < end; block++) {
      int band = block / columnBlocks;
      block(
          band / rowBlocks,
          band % rowBlocks * tiling.rows(),
          block % columnBlocks * tiling.columns(),
          band == packed,
          worker,
          bindings,
          scalars);
      // With several slices, only the last is still packed.
      packed = depth <= tiling.depth() ? band : -1;
    }
  }

  private void block(
      int batch,
      int row,
      int column,
      boolean packed,
      int worker,
      Binding[] bindings,
      long[] scalars) {
    Object left = JavaBuffer.array(bindings[leftIndex]);
    Object right = JavaBuffer.array(bindings[rightIndex]);
    Object wide = right;
    Object out = JavaBuffer.array(bindings[firstOutput]);
    Object scratch = JavaBuffer.array(bindings[workspace]);
    int leftAt = JavaBuffer.offset(bindings[leftIndex]) + leftBatch.at(batch);
    int width = arithmetic.columns();
    int rightAt = JavaBuffer.offset(bindings[rightIndex]) + batch * panels * depth * width;
    int outAt = JavaBuffer.offset(bindings[firstOutput]) + outBatch.at(batch);
    int leftBlock = JavaBuffer.offset(bindings[workspace]) + worker * tiling.slot();
    int height = arithmetic.rows();
    int rowEnd = Math.min(outRows.size, row + tiling.rows());
    int columnEnd = Math.min(outColumns.size, column + tiling.columns());
    int widened = leftBlock + tiling.rows() * tiling.depth();
    int result = widened + (tiling.narrow() ? tiling.depth() * width : 0);
    boolean direct = tiling.direct();
    int k = 0;
    do {
      int slice = Math.min(tiling.depth(), depth - k);
      if (!packed) {
        packLeft(left, leftAt, row, rowEnd, k, slice, scratch, leftBlock);
      }
      for (int first = column; first < columnEnd; first += tiling.group()) {
        int groupEnd = Math.min(columnEnd, first + tiling.group());
        int inGroup = Math.ceilDiv(groupEnd - first, width);
        int panel = rightAt + (first / width * depth + k) * width;
        if (narrow != null) {
          narrow.widen(right, panel, slice * width, (float[]) scratch, widened);
          wide = scratch;
          panel = widened;
        }
        int deep = 0;
        do {
          int part = Depth.firstPart(slice - deep, arithmetic.depthAtOnce());
          boolean add = k + deep > 0;
          int rightPanel = panel + deep * width;
          for (int r = row; r < rowEnd; r += height) {
            int leftPanel = leftBlock + (r - row) * slice + deep * height;
            int rows = Math.min(height, rowEnd - r);
            int at =
                direct
                    ? outAt + outRows.at(r) + first
                    : result + (r - row) * tiling.pitch() + (first - column);
            // A block of results has room for whole tiles, the output only for its own rows and
            // columns.
            int whole =
                !direct
                    ? inGroup
                    : arithmetic.computedRows(rows) == rows ? (groupEnd - first) / width : 0;
            arithmetic.multiplyPanels(
                rows,
                part,
                scratch,
                leftPanel,
                wide,
                rightPanel,
                whole,
                depth * width,
                direct ? out : scratch,
                at,
                direct ? outRows.stride : tiling.pitch(),
                add);
            for (int rest = whole; rest < inGroup; rest++) {
              int from = rightPanel + rest * depth * width;
              int to = at + rest * width;
              int columns = Math.min(width, groupEnd - first - rest * width);
              if (add) {
                copy(out, to, outRows.stride, scratch, result, width, rows, columns);
              }
              arithmetic.multiplyPanels(
                  rows, part, scratch, leftPanel, wide, from, 1, 0, scratch, result, width, add);
              copy(scratch, result, width, out, to, outRows.stride, rows, columns);
            }
          }
          deep += part;
        } while (deep < slice);
      }
      k += Math.max(1, slice);
    } while (k < depth);
    if (epilogue != null) {
      TileState state = epilogue.begin(bindings, 2, firstOutput, scalars);
      for (int r = row; r < rowEnd; r++) {
        int at = result + (r - row) * tiling.pitch();
        epilogue.run(state, batch, r, column, columnEnd - column, scratch, at);
      }
    } else if (!direct) {
      for (int r = row; r < rowEnd; r++) {
        int at = result + (r - row) * tiling.pitch();
        store(scratch, at, out, outAt + outRows.at(r), column, columnEnd);
      }
    }
  }

  /** Packs a slice of the left rows of a block. */
  private void packLeft(
      Object left,
      int leftAt,
      int row,
      int rowEnd,
      int k,
      int slice,
      Object scratch,
      int leftBlock) {
    int height = arithmetic.rows();
    // Part by part of the slice, so that neighbouring panels read the same pages and cache lines
    // again soon.
    int part = leftDepth.stride == 1 ? Math.max(1, slice) : PART;
    for (int from = 0; from < slice; from += part) {
      for (int r = row; r < rowEnd; r += height) {
        Panels.pack(
            arithmetic,
            left,
            leftType,
            leftAt,
            leftRows,
            r,
            Math.min(height, rowEnd - r),
            leftDepth,
            k + from,
            Math.min(part, slice - from),
            scratch,
            leftBlock + (r - row) * slice + from * height,
            height);
      }
    }
  }

  private static void copy(
      Object from,
      int fromAt,
      int fromPitch,
      Object to,
      int toAt,
      int toPitch,
      int rows,
      int columns) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(from, fromAt + r * fromPitch, to, toAt + r * toPitch, columns);
    }
  }

  private void store(Object from, int fromAt, Object out, int outAt, int column, int columnEnd) {
    int c = column;
    while (c < columnEnd) {
      int count = Math.min(columnEnd - c, outColumns.run - c % outColumns.run);
      Elements.store(
          from,
          fromAt + (c - column),
          count,
          out,
          outType,
          outAt + outColumns.at(c),
          outColumns.stride);
      c += count;
    }
  }
}
