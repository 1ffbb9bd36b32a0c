package com.example.backend;

import dev.fathom.spi.DType;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.View;

/** {@link Reduce} of one plain input, computed in double or long. */
final class ReduceKernel implements ExampleKernel {
  private static final int BLOCK = 32;

  private final Reduce spec;
  private final ReduceOp op;
  private final DType type;
  private final long[] kept;
  private final long[] reduced;
  private final long[] stored;

  ReduceKernel(Reduce spec) {
    this.spec = spec;
    View x = spec.inputs().getFirst();
    op = spec.op();
    type = x.dtype();
    kept = Offsets.of(x, 0, x.rank() - spec.reducedAxes());
    reduced = Offsets.of(x, x.rank() - spec.reducedAxes(), x.rank());
    stored = Offsets.of(spec.output(), 0, spec.output().rank());
  }

  @Override
  public KernelSpec spec() {
    return spec;
  }

  @Override
  public void run(Operand[] operands, long[] scalars) {
    ExampleBuffer x = operands[0].buffer();
    ExampleBuffer out = operands[1].buffer();
    for (int i = 0; i < kept.length; i++) {
      long from = operands[0].offset() + kept[i];
      long to = operands[1].offset() + stored[i];
      if (op.isPosition()) {
        out.set(to, (long) position(x, from));
      } else if (type.isFloating()) {
        out.set(to, doubles(x, from, 0, reduced.length));
      } else {
        out.set(to, longs(x, from));
      }
    }
  }

  /** Cuts in halves what is long, so that rounding errors grow with its logarithm only. */
  private double doubles(ExampleBuffer x, long from, int begin, int end) {
    if (end - begin > BLOCK) {
      int middle = (begin + end) / 2;
      return combine(doubles(x, from, begin, middle), doubles(x, from, middle, end));
    }
    double total =
        switch (op) {
          case SUM -> 0;
          case PRODUCT -> 1;
          case MAX -> Double.NEGATIVE_INFINITY;
          default -> Double.POSITIVE_INFINITY;
        };
    for (int i = begin; i < end; i++) {
      total = combine(total, x.getDouble(from + reduced[i]));
    }
    return total;
  }

  private double combine(double x, double y) {
    return switch (op) {
      case SUM -> x + y;
      case PRODUCT -> x * y;
      case MAX -> Math.max(x, y);
      default -> Math.min(x, y);
    };
  }

  private long longs(ExampleBuffer x, long from) {
    boolean narrow = type == DType.I32;
    long total =
        switch (op) {
          case SUM -> 0;
          case PRODUCT -> 1;
          case MAX -> narrow ? Integer.MIN_VALUE : Long.MIN_VALUE;
          default -> narrow ? Integer.MAX_VALUE : Long.MAX_VALUE;
        };
    for (long offset : reduced) {
      long next = x.getLong(from + offset);
      total =
          switch (op) {
            case SUM -> total + next;
            case PRODUCT -> total * next;
            case MAX -> Math.max(total, next);
            default -> Math.min(total, next);
          };
    }
    return total;
  }

  private int position(ExampleBuffer x, long from) {
    int best = 0;
    for (int i = 1; i < reduced.length; i++) {
      if (isBetter(x, from + reduced[i], from + reduced[best])) {
        best = i;
      }
    }
    return best;
  }

  /** The first NaN is the best; of equals the first. */
  private boolean isBetter(ExampleBuffer x, long candidate, long best) {
    if (!type.isFloating()) {
      int order = Long.compare(x.getLong(candidate), x.getLong(best));
      return op == ReduceOp.ARG_MAX ? order > 0 : order < 0;
    }
    double fresh = x.getDouble(candidate);
    double old = x.getDouble(best);
    return !Double.isNaN(old)
        && (Double.isNaN(fresh) || (op == ReduceOp.ARG_MAX ? fresh > old : fresh < old));
  }
}
