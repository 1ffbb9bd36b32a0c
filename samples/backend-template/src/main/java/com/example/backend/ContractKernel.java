package com.example.backend;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.View;
import java.util.Arrays;

/**
 * {@link Contract} of two plain operands. In f32, where training spends its time, b is first copied
 * to rows of n, so that the inner loop adds a scaled row to a row: HotSpot makes vectors of it.
 */
final class ContractKernel implements ExampleKernel {
  private final Contract spec;
  private final Groups a;
  private final Groups b;
  private final Groups r;

  /** Where the elements of an operand's three groups of axes lie: batch, then m or n, then last. */
  private record Groups(long[] batch, long[] middle, long[] last) {
    static Groups of(View view, int batchAxes, int lastAxes) {
      int cut = view.rank() - lastAxes;
      return new Groups(
          Offsets.of(view, 0, batchAxes),
          Offsets.of(view, batchAxes, cut),
          Offsets.of(view, cut, view.rank()));
    }
  }

  ContractKernel(Contract spec) {
    this.spec = spec;
    a = Groups.of(spec.inputs().get(0), spec.batchAxes(), spec.kAxes());
    b = Groups.of(spec.inputs().get(1), spec.batchAxes(), spec.kAxes());
    r = Groups.of(spec.outputs().getFirst(), spec.batchAxes(), spec.nAxes());
  }

  @Override
  public KernelSpec spec() {
    return spec;
  }

  @Override
  public void run(Operand[] operands, long[] scalars) {
    for (int batch = 0; batch < r.batch.length; batch++) {
      long x = operands[0].offset() + a.batch[batch];
      long y = operands[1].offset() + b.batch[batch];
      long z = operands[2].offset() + r.batch[batch];
      if (spec.accumulator() == DType.F32) {
        floats(operands, x, y, z);
      } else {
        others(operands, x, y, z);
      }
    }
  }

  private void floats(Operand[] operands, long x, long y, long z) {
    int columns = b.middle.length;
    float[] packed = new float[Math.multiplyExact(b.last.length, columns)];
    for (int n = 0; n < columns; n++) {
      for (int k = 0; k < b.last.length; k++) {
        packed[k * columns + n] =
            operands[1].buffer().memory.getAtIndex(JAVA_FLOAT, y + b.middle[n] + b.last[k]);
      }
    }
    float[] row = new float[columns];
    for (int m = 0; m < a.middle.length; m++) {
      Arrays.fill(row, 0);
      for (int k = 0; k < a.last.length; k++) {
        float scale =
            operands[0].buffer().memory.getAtIndex(JAVA_FLOAT, x + a.middle[m] + a.last[k]);
        addScaled(row, scale, packed, k * columns);
      }
      for (int n = 0; n < columns; n++) {
        operands[2].buffer().memory.setAtIndex(JAVA_FLOAT, z + r.middle[m] + r.last[n], row[n]);
      }
    }
  }

  private static void addScaled(float[] row, float scale, float[] packed, int from) {
    for (int n = 0; n < row.length; n++) {
      row[n] += scale * packed[from + n];
    }
  }

  private void others(Operand[] operands, long x, long y, long z) {
    for (int m = 0; m < a.middle.length; m++) {
      for (int n = 0; n < b.middle.length; n++) {
        long to = z + r.middle[m] + r.last[n];
        if (spec.accumulator() == DType.F64) {
          operands[2].buffer().set(to, doubles(operands, x + a.middle[m], y + b.middle[n]));
        } else {
          operands[2].buffer().set(to, longs(operands, x + a.middle[m], y + b.middle[n]));
        }
      }
    }
  }

  private double doubles(Operand[] operands, long x, long y) {
    double sum = 0;
    for (int k = 0; k < a.last.length; k++) {
      sum +=
          operands[0].buffer().getDouble(x + a.last[k])
              * operands[1].buffer().getDouble(y + b.last[k]);
    }
    return sum;
  }

  private long longs(Operand[] operands, long x, long y) {
    long sum = 0;
    for (int k = 0; k < a.last.length; k++) {
      sum +=
          operands[0].buffer().getLong(x + a.last[k]) * operands[1].buffer().getLong(y + b.last[k]);
    }
    return sum;
  }
}
