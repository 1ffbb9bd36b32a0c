package dev.fathom.backend.java.contract;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.arithmetic.Bf16;
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

  /** Columns that are computed at once. */
  private static final int CHUNK = 256;

  private final Workers workers;

  /** Evaluates the epilogue, null if results are stored as they are. */
  private final ResultRows epilogue;

  private final int firstOutput;
  private final int workspace;
  private final Arithmetic arithmetic;
  private final Bf16 halves;
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
  private final boolean dots;
  private final int depth;
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
    this.halves = Bf16.of(engine.vector());
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
    dots = Steps.isContiguous(right.view(), right.depth());
    depth = leftDepth.size;
    chunks = Math.ceilDiv(outColumns.size, CHUNK);
    chunksPerTask = Math.max(1, TASK_ELEMENTS / Math.max(1, CHUNK * depth));
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
    return Math.addExact(Math.toIntExact(contraction.left().depthCount()), CHUNK);
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
    for (int chunk = task * chunksPerTask; chunk < end; chunk++) {
      chunk(chunk / chunks, chunk % chunks * CHUNK, worker, bindings, scalars);
    }
  }

  private void chunk(int batch, int column, int worker, Binding[] bindings, long[] scalars) {
    Object right = JavaBuffer.array(bindings[1 - leftIndex]);
    Object out = JavaBuffer.array(bindings[firstOutput]);
    Object scratch = JavaBuffer.array(bindings[workspace]);
    int row = JavaBuffer.offset(bindings[workspace]) + worker * (depth + CHUNK);
    Elements.load(
        JavaBuffer.array(bindings[leftIndex]),
        leftType,
        JavaBuffer.offset(bindings[leftIndex]) + leftBatch.at(batch),
        leftDepth,
        0,
        depth,
        scratch,
        row,
        1);
    int rightAt =
        JavaBuffer.offset(bindings[1 - leftIndex]) + rightBatch.at(batch) + rightRows.at(column);
    int count = Math.min(CHUNK, outColumns.size - column);
    int result = row + depth;
    if (right instanceof short[] narrow) {
      float[] floats = (float[]) scratch;
      if (dots) {
        halves.dots(count, depth, narrow, rightAt, rightRows.stride, floats, row, floats, result);
      } else {
        halves.combine(
            count, depth, narrow, rightAt, rightDepth.stride, floats, row, floats, result);
      }
    } else if (dots) {
      arithmetic.dots(
          count, depth, right, rightAt, rightRows.stride, scratch, row, scratch, result);
    } else {
      arithmetic.combine(
          count, depth, right, rightAt, rightDepth.stride, scratch, row, scratch, result);
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
}
