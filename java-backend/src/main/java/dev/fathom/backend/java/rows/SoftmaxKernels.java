package dev.fathom.backend.java.rows;

import dev.fathom.backend.java.elementwise.Fold;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.memory.Scratch;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.CrossEntropy;
import dev.fathom.spi.CrossEntropyGradient;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Softmax;
import dev.fathom.spi.View;
import java.util.Arrays;

/** Softmax, cross-entropy and its gradient: row by row in scratch. */
public final class SoftmaxKernels {
  private SoftmaxKernels() {}

  public static Plan plan(KernelSpec spec) {
    return Plan.Accepted.PLAIN;
  }

  public static Kernel compile(Softmax spec, Plan.Accepted plan, Engine engine) {
    return new SoftmaxKernel(spec, plan, engine);
  }

  public static Kernel compile(CrossEntropy spec, Plan.Accepted plan, Engine engine) {
    return new LossKernel(spec, plan, engine);
  }

  public static Kernel compile(CrossEntropyGradient spec, Plan.Accepted plan, Engine engine) {
    return new GradientKernel(spec, plan, engine);
  }

  /** Works on one row at a time. */
  private abstract static class RowKernel extends JavaKernel {
    final Rows x;
    final boolean isDouble;
    final Loops loops;

    /** The elements of a row, and of a row that is padded to whole vectors. */
    final int n;

    final int padded;
    private final Workers workers;
    private final Workers.Body body = this::task;

    RowKernel(KernelSpec spec, Plan.Accepted plan, Engine engine, View x) {
      super(spec, plan);
      this.workers = engine.workers();
      this.loops = Loops.of(engine.vector());
      this.x = new Rows(0, x);
      this.isDouble = x.dtype() == DType.F64;
      this.n = this.x.length();
      this.padded = Math.ceilDiv(n, loops.width()) * loops.width();
    }

    @Override
    protected final void run(Binding[] bindings, long[] scalars) {
      workers.parallel(Math.ceilDiv(x.count(), x.perTask()), body, bindings, scalars);
    }

    private void task(int task, int worker, Binding[] bindings, long[] scalars) {
      Scratch scratch = Scratch.local();
      float[] floats = isDouble ? null : scratch.floats(0, padded);
      double[] doubles = isDouble ? scratch.doubles(0, n) : null;
      int end = Math.min(x.count(), (task + 1) * x.perTask());
      for (int row = task * x.perTask(); row < end; row++) {
        if (isDouble) {
          x.load(bindings, row, doubles);
          row(row, doubles, bindings);
        } else {
          x.load(bindings, row, floats);
          Arrays.fill(floats, n, padded, Float.NEGATIVE_INFINITY);
          row(row, floats, bindings);
        }
      }
    }

    abstract void row(int row, float[] x, Binding[] bindings);

    abstract void row(int row, double[] x, Binding[] bindings);

    final void exp(float[] x) {
      loops.unary(ScalarOp.EXP, x, 0, x, 0, padded, x); // exp needs no scratch
    }

    /** {@code x = exp(x)}; returns the sum. */
    final float expSum(float[] x) {
      exp(x);
      Fold fold = Fold.local();
      fold.begin(ReduceOp.SUM, DType.F32, loops);
      fold.row(x, 0, padded);
      fold.finishRow(0);
      return ((float[]) fold.results())[0];
    }

    static double max(double[] x, int n) {
      double max = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        max = Math.max(max, x[i]);
      }
      return max;
    }

    static double expSum(double[] x, int n, double max) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += Math.exp(x[i] - max);
      }
      return sum;
    }
  }

  private static final class SoftmaxKernel extends RowKernel {
    private final boolean log;
    private final Rows out;

    SoftmaxKernel(Softmax spec, Plan.Accepted plan, Engine engine) {
      super(spec, plan, engine, spec.x());
      this.log = spec.log();
      this.out = new Rows(1, spec.out());
    }

    @Override
    void row(int row, float[] x, Binding[] bindings) {
      loops.add(x, 0, -loops.max(x, 0, padded), x, 0, padded);
      if (log) {
        float[] e = Scratch.local().floats(1, padded);
        System.arraycopy(x, 0, e, 0, padded);
        loops.add(x, 0, -(float) Math.log(expSum(e)), x, 0, padded);
      } else {
        loops.scale(x, 0, 1 / expSum(x), x, 0, padded);
      }
      out.store(bindings, row, x);
    }

    @Override
    void row(int row, double[] x, Binding[] bindings) {
      double max = max(x, n);
      double sum = expSum(x, n, max);
      double logSum = Math.log(sum);
      for (int i = 0; i < n; i++) {
        x[i] = log ? x[i] - max - logSum : Math.exp(x[i] - max) / sum;
      }
      out.store(bindings, row, x);
    }
  }

  /** {@return element {@code row} of an operand {@code [rows]}} */
  private static double value(Binding binding, View view, int row) {
    int at = JavaBuffer.offset(binding) + row * (int) view.stride(0);
    return Elements.floating(JavaBuffer.array(binding), view.dtype(), at);
  }

  private static int label(Binding binding, View view, int row) {
    return JavaBuffer.ints(binding)[JavaBuffer.offset(binding) + row * (int) view.stride(0)];
  }

  private static void store(Binding binding, View view, int row, double value) {
    int at = JavaBuffer.offset(binding) + row * (int) view.stride(0);
    Object array = JavaBuffer.array(binding);
    switch (view.dtype()) {
      case F64 -> ((double[]) array)[at] = value;
      case F32 -> ((float[]) array)[at] = (float) value;
      case BF16 -> ((short[]) array)[at] = Elements.toBf16((float) value);
      default -> ((short[]) array)[at] = Float.floatToFloat16((float) value);
    }
  }

  private static final class LossKernel extends RowKernel {
    private final View labels;
    private final View loss;
    private final View logSumExp;

    LossKernel(CrossEntropy spec, Plan.Accepted plan, Engine engine) {
      super(spec, plan, engine, spec.logits());
      this.labels = spec.labels();
      this.loss = spec.loss();
      this.logSumExp = spec.logSumExp();
    }

    @Override
    void row(int row, float[] x, Binding[] bindings) {
      int label = label(bindings[1], labels, row);
      float logit = label >= 0 && label < n ? x[label] : 0;
      float max = loops.max(x, 0, padded);
      loops.add(x, 0, -max, x, 0, padded);
      finish(row, logit, max, Math.log(expSum(x)), bindings);
    }

    @Override
    void row(int row, double[] x, Binding[] bindings) {
      int label = label(bindings[1], labels, row);
      double max = max(x, n);
      double logit = label >= 0 && label < n ? x[label] : 0;
      finish(row, logit, max, Math.log(expSum(x, n, max)), bindings);
    }

    private void finish(int row, double logit, double max, double logSum, Binding[] bindings) {
      store(bindings[2], loss, row, max + logSum - logit);
      store(bindings[3], logSumExp, row, max + logSum);
    }
  }

  private static final class GradientKernel extends RowKernel {
    private final CrossEntropyGradient spec;
    private final Rows out;

    GradientKernel(CrossEntropyGradient spec, Plan.Accepted plan, Engine engine) {
      super(spec, plan, engine, spec.logits());
      this.spec = spec;
      this.out = new Rows(4, spec.dLogits());
    }

    @Override
    void row(int row, float[] x, Binding[] bindings) {
      float logSumExp = (float) value(bindings[2], spec.logSumExp(), row);
      float dLoss = (float) value(bindings[3], spec.dLoss(), row);
      int label = label(bindings[1], spec.labels(), row);
      loops.add(x, 0, -logSumExp, x, 0, padded);
      exp(x);
      if (label >= 0 && label < n) {
        x[label] -= 1;
      }
      loops.scale(x, 0, dLoss, x, 0, padded);
      out.store(bindings, row, x);
    }

    @Override
    void row(int row, double[] x, Binding[] bindings) {
      double logSumExp = value(bindings[2], spec.logSumExp(), row);
      double dLoss = value(bindings[3], spec.dLoss(), row);
      int label = label(bindings[1], spec.labels(), row);
      for (int i = 0; i < n; i++) {
        x[i] = dLoss * (Math.exp(x[i] - logSumExp) - (i == label ? 1 : 0));
      }
      out.store(bindings, row, x);
    }
  }
}
