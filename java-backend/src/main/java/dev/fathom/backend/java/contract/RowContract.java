package dev.fathom.backend.java.contract;

import dev.fathom.backend.java.arithmetic.Arithmetic;
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
 * A row times a matrix, for each product of a batch. It is bound by memory, so the matrix is read
 * where it lies and not packed.
 */
final class RowContract extends JavaKernel {
  /** Elements of the matrix that are worth a task of their own. */
  private static final int TASK_ELEMENTS = 1 << 17;

  /** Columns that are computed at once: at most, and at least if a column is long. */
  private static final int CHUNK = 256;

  private static final int LEAST_CHUNK = 32;

  /**
   * More bytes of a matrix than any second-level cache holds: its rows are read one after the
   * other. Several at once, which is faster in a cache, are streams that each end soon: memory gave
   * 8 GB/s for them rather than 19.
   */
  private static final int LARGE = 2 << 20;

  /** The least length of such a row. */
  private static final int LONG = 256;

  private final Workers workers;

  /** Evaluates the epilogue, null if results are stored as they are. */
  private final ResultRows epilogue;

  private final int firstOutput;
  private final int workspace;
  private final Arithmetic arithmetic;

  /** Reads the matrix if it is narrow, else null. */
  private final Narrow narrow;

  private final DType leftType;
  private final DType outType;
  private final int leftIndex;
  private final Steps leftBatch;
  private final Steps leftDepth;
  private final Steps rightBatch;
  private final Steps rightRows;
  private final Steps rightDepth;
  private final Steps outBatch;
  private final Steps outColumns;

  /** Whether the row lies in memory as the arithmetic reads it. */
  private final boolean readsInPlace;

  private final boolean dots;

  /** Whether rows are read one after the other; the sums are the same. */
  private final boolean oneByOne;

  private final int depth;
  private final int chunk;
  private final int chunks;
  private final int chunksPerTask;
  private final int tasks;
  private final Workers.Body body = this::chunks;

  RowContract(
      Contract spec,
      Plan.Accepted plan,
      Contraction contraction,
      Engine engine,
      Arithmetic arithmetic) {
    super(spec, plan);
    this.workers = engine.workers();
    this.arithmetic = arithmetic;
    this.narrow = contraction.narrow(spec.accumulator(), engine.vector());
    Contraction.Operand left = contraction.left();
    Contraction.Operand right = contraction.right();
    View out = spec.epilogue().outputs().getFirst();
    Contraction.Result result = contraction.result();
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
    leftBatch = Steps.of(left.view(), left.batch());
    leftDepth = Steps.of(left.view(), left.depth());
    rightBatch = Steps.of(right.view(), right.batch());
    rightRows = Steps.of(right.view(), right.rows());
    rightDepth = Steps.of(right.view(), right.depth());
    outBatch = Steps.of(out, result.batch());
    outColumns = Steps.of(out, result.columns());
    readsInPlace = leftType == spec.accumulator() && Steps.isContiguous(left.view(), left.depth());
    dots = Steps.isContiguous(right.view(), right.depth());
    depth = leftDepth.size;
    long bytes = (long) outColumns.size * depth * right.view().dtype().bytes();
    boolean inTurn = narrow != null && narrow.inTurn();
    oneByOne = dots && !inTurn && depth >= LONG && bytes > LARGE;
    chunk = chunk(depth);
    chunks = Math.ceilDiv(outColumns.size, chunk);
    chunksPerTask = Math.max(1, TASK_ELEMENTS / Math.max(1, chunk * depth));
    tasks = Math.ceilDiv(outBatch.size * chunks, chunksPerTask);
  }

  /** {@return whether the matrix has regular steps, one of them 1} */
  static boolean reads(Contraction contraction) {
    Contraction.Operand right = contraction.right();
    return Steps.isRegular(right.view(), right.rows())
        && Steps.isRegular(right.view(), right.depth())
        && (Steps.isContiguous(right.view(), right.rows())
            || Steps.isContiguous(right.view(), right.depth()));
  }

  /** {@return elements of scratch memory that a worker needs: the row, and a chunk of results} */
  static int slot(Contraction contraction) {
    int depth = Math.toIntExact(contraction.left().depthCount());
    return Math.addExact(depth, chunk(depth));
  }

  private static int chunk(int depth) {
    int columns = Math.clamp(TASK_ELEMENTS / Math.max(1, depth), LEAST_CHUNK, CHUNK);
    return columns / LEAST_CHUNK * LEAST_CHUNK;
  }

  @Override
  public List<String> remarks() {
    return epilogue == null ? List.of() : epilogue.remarks();
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(tasks, body, bindings, scalars);
  }

  private void chunks(int task, int worker, Binding[] bindings, long[] scalars) {
    int end = Math.min(outBatch.size * chunks, (task + 1) * chunksPerTask);
    for (int at = task * chunksPerTask; at < end; at++) {
      chunk(at / chunks, at % chunks * chunk, worker, bindings, scalars);
    }
  }

  private void chunk(int batch, int column, int worker, Binding[] bindings, long[] scalars) {
    Object right = JavaBuffer.array(bindings[1 - leftIndex]);
    Object out = JavaBuffer.array(bindings[firstOutput]);
    Object scratch = JavaBuffer.array(bindings[workspace]);
    int free = JavaBuffer.offset(bindings[workspace]) + worker * (depth + chunk);
    Object left = JavaBuffer.array(bindings[leftIndex]);
    int row = JavaBuffer.offset(bindings[leftIndex]) + leftBatch.at(batch);
    if (!readsInPlace) {
      Elements.load(left, leftType, row, leftDepth, 0, depth, scratch, free, 1);
      left = scratch;
      row = free;
    }
    int rightAt =
        JavaBuffer.offset(bindings[1 - leftIndex]) + rightBatch.at(batch) + rightRows.at(column);
    int count = Math.min(chunk, outColumns.size - column);
    int result = free + depth;
    int together = oneByOne ? 1 : count;
    for (int c = 0; c < count; c += together) {
      products(together, right, rightAt + c * rightRows.stride, left, row, scratch, result + c);
    }
    if (epilogue != null) {
      TileState state = epilogue.begin(bindings, 2, firstOutput, scalars);
      epilogue.run(state, batch, 0, column, count, scratch, result);
      return;
    }
    int outAt = JavaBuffer.offset(bindings[firstOutput]) + outBatch.at(batch);
    for (int c = 0; c < count; ) {
      int run = Math.min(count - c, outColumns.run - (column + c) % outColumns.run);
      Elements.store(
          scratch,
          result + c,
          run,
          out,
          outType,
          outAt + outColumns.at(column + c),
          outColumns.stride);
      c += run;
    }
  }

  /** The products of the left row with some rows of the right operand. */
  private void products(
      int count, Object right, int rightAt, Object left, int row, Object scratch, int result) {
    if (narrow != null) {
      float[] by = (float[]) left;
      float[] to = (float[]) scratch;
      if (dots) {
        narrow.dots(count, depth, right, rightAt, rightRows.stride, by, row, to, result);
      } else {
        narrow.combine(count, depth, right, rightAt, rightDepth.stride, by, row, to, result);
      }
    } else if (dots) {
      arithmetic.dots(count, depth, right, rightAt, rightRows.stride, left, row, scratch, result);
    } else {
      arithmetic.combine(
          count, depth, right, rightAt, rightDepth.stride, left, row, scratch, result);
    }
  }
}
