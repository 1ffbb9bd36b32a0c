package dev.fathom.backend.java.contract;

import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.memory.Steps;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;

/** A contraction of integers, which wrap around: sums in i64 have the low bits of sums in i32. */
final class IntegerContract extends JavaKernel {
  private static final long TASK_WORK = 1 << 16;

  private final Workers workers;
  private final DType leftType;
  private final DType rightType;
  private final DType outType;
  private final Steps leftBatch;
  private final Steps leftRows;
  private final Steps leftDepth;
  private final Steps rightBatch;
  private final Steps rightRows;
  private final Steps rightDepth;
  private final Steps outBatch;
  private final Steps outRows;
  private final Steps outColumns;
  private final int rowsPerTask;
  private final int tasks;
  private final Workers.Body body = this::rows;

  IntegerContract(Contract spec, Plan.Accepted plan, Workers workers) {
    super(spec, plan);
    this.workers = workers;
    Contraction contraction = Contraction.of(spec);
    Contraction.Operand left = contraction.left();
    Contraction.Operand right = contraction.right();
    View out = spec.epilogue().outputs().getFirst();
    leftType = left.view().dtype();
    rightType = right.view().dtype();
    outType = out.dtype();
    leftBatch = Steps.of(left.view(), left.batch());
    leftRows = Steps.of(left.view(), left.rows());
    leftDepth = Steps.of(left.view(), left.depth());
    rightBatch = Steps.of(right.view(), right.batch());
    rightRows = Steps.of(right.view(), right.rows());
    rightDepth = Steps.of(right.view(), right.depth());
    outBatch = Steps.of(out, contraction.result().batch());
    outRows = Steps.of(out, contraction.result().rows());
    outColumns = Steps.of(out, contraction.result().columns());
    long work = Math.max(1, (long) outColumns.size * leftDepth.size);
    rowsPerTask = (int) Math.max(1, TASK_WORK / work);
    tasks = Math.ceilDiv(outBatch.size * outRows.size, rowsPerTask);
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(tasks, body, bindings, scalars);
  }

  private void rows(int task, int worker, Binding[] bindings, long[] scalars) {
    Object left = JavaBuffer.array(bindings[0]);
    Object right = JavaBuffer.array(bindings[1]);
    Object out = JavaBuffer.array(bindings[2]);
    int end = Math.min(outBatch.size * outRows.size, (task + 1) * rowsPerTask);
    for (int i = task * rowsPerTask; i < end; i++) {
      int batch = i / outRows.size;
      int row = i % outRows.size;
      int leftAt = JavaBuffer.offset(bindings[0]) + leftBatch.at(batch) + leftRows.at(row);
      int rightAt = JavaBuffer.offset(bindings[1]) + rightBatch.at(batch);
      int outAt = JavaBuffer.offset(bindings[2]) + outBatch.at(batch) + outRows.at(row);
      for (int column = 0; column < outColumns.size; column++) {
        int from = rightAt + rightRows.at(column);
        long sum = 0;
        for (int k = 0; k < leftDepth.size; k++) {
          sum +=
              Elements.integer(left, leftType, leftAt + leftDepth.at(k))
                  * Elements.integer(right, rightType, from + rightDepth.at(k));
        }
        Elements.storeInteger(out, outType, outAt + outColumns.at(column), sum);
      }
    }
  }
}
