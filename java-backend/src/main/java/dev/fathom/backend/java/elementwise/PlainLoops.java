package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.elementwise.TileProgram.Instruction;
import dev.fathom.backend.java.loops.DoubleMath;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.spi.DType;
import dev.fathom.spi.ScalarOp;

/** The instructions on f64, i32, i64 and bool, and the casts: plain loops, one a type. */
final class PlainLoops {
  private PlainLoops() {}

  static void apply(TileState s, Instruction step, int n) {
    int a = s.at[step.a()];
    int b = s.at[step.b()];
    int to = s.at[step.d()];
    if (step.op() == ScalarOp.SELECT) {
      select(s, step, n);
    } else if (step.op().domain() == ScalarOp.Domain.COMPARE) {
      compare(s, step, n);
    } else {
      switch (step.type()) {
        case F64 -> f64(step.op(), s.d[step.a()], a, s.d[step.b()], b, s.d[step.d()], to, n);
        case I64 -> i64(step.op(), s.l[step.a()], a, s.l[step.b()], b, s.l[step.d()], to, n);
        case I32 -> i32(step.op(), s.i[step.a()], a, s.i[step.b()], b, s.i[step.d()], to, n);
        default -> bool(step.op(), s.i[step.a()], a, s.i[step.b()], b, s.i[step.d()], to, n);
      }
    }
  }

  private static void f64(
      ScalarOp op, double[] a, int ao, double[] b, int bo, double[] d, int o, int n) {
    switch (op) {
      case ADD -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i] + b[bo + i];
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i] - b[bo + i];
        }
      }
      case MULTIPLY -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i] * b[bo + i];
        }
      }
      default -> {
        if (op.arity() == 1) {
          for (int i = 0; i < n; i++) {
            d[o + i] = DoubleMath.unary(op, a[ao + i]);
          }
        } else {
          for (int i = 0; i < n; i++) {
            d[o + i] = DoubleMath.binary(op, a[ao + i], b[bo + i]);
          }
        }
      }
    }
  }

  private static void i32(ScalarOp op, int[] a, int ao, int[] b, int bo, int[] d, int o, int n) {
    switch (op) {
      case ADD -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i] + b[bo + i];
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i] - b[bo + i];
        }
      }
      case MULTIPLY -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i] * b[bo + i];
        }
      }
      // The width of a shift differs from i64's; the rest does not.
      case SHIFT_LEFT -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i] << b[bo + i];
        }
      }
      case SHIFT_RIGHT -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i] >>> b[bo + i];
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          long y = op.arity() == 1 ? 0 : b[bo + i];
          d[o + i] = (int) integer(op, a[ao + i], y);
        }
      }
    }
  }

  private static void i64(ScalarOp op, long[] a, int ao, long[] b, int bo, long[] d, int o, int n) {
    for (int i = 0; i < n; i++) {
      d[o + i] = integer(op, a[ao + i], op.arity() == 1 ? 0 : b[bo + i]);
    }
  }

  private static long integer(ScalarOp op, long x, long y) {
    return switch (op) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Long.signum(x);
      case RELU -> Math.max(x, 0);
      case ADD -> x + y;
      case SUBTRACT -> x - y;
      case MULTIPLY -> x * y;
      case DIVIDE -> y == 0 ? 0 : x / y;
      case REMAINDER -> y == 0 ? 0 : x % y;
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
      case NOT -> ~x;
      case AND -> x & y;
      case OR -> x | y;
      case XOR -> x ^ y;
      case SHIFT_LEFT -> x << y;
      case SHIFT_RIGHT -> x >>> y;
      default -> throw new AssertionError(op);
    };
  }

  private static void bool(ScalarOp op, int[] a, int ao, int[] b, int bo, int[] d, int o, int n) {
    for (int i = 0; i < n; i++) {
      int x = a[ao + i];
      d[o + i] =
          switch (op) {
            case NOT -> x ^ 1;
            case AND -> x & b[bo + i];
            case OR -> x | b[bo + i];
            case XOR -> x ^ b[bo + i];
            default -> throw new AssertionError(op);
          };
    }
  }

  private static void compare(TileState s, Instruction step, int n) {
    ScalarOp op = step.op();
    int a = s.at[step.a()];
    int b = s.at[step.b()];
    int o = s.at[step.d()];
    int[] d = s.i[step.d()];
    switch (step.type()) {
      case F64 -> {
        double[] x = s.d[step.a()];
        double[] y = s.d[step.b()];
        for (int i = 0; i < n; i++) {
          boolean holds =
              switch (op) {
                case EQUAL -> x[a + i] == y[b + i];
                case NOT_EQUAL -> x[a + i] != y[b + i];
                case LESS -> x[a + i] < y[b + i];
                default -> x[a + i] <= y[b + i];
              };
          d[o + i] = holds ? 1 : 0;
        }
      }
      case I64 -> {
        long[] x = s.l[step.a()];
        long[] y = s.l[step.b()];
        for (int i = 0; i < n; i++) {
          d[o + i] = holds(op, x[a + i], y[b + i]);
        }
      }
      default -> {
        int[] x = s.i[step.a()];
        int[] y = s.i[step.b()];
        for (int i = 0; i < n; i++) {
          d[o + i] = holds(op, x[a + i], y[b + i]);
        }
      }
    }
  }

  private static int holds(ScalarOp op, long x, long y) {
    boolean holds =
        switch (op) {
          case EQUAL -> x == y;
          case NOT_EQUAL -> x != y;
          case LESS -> x < y;
          default -> x <= y;
        };
    return holds ? 1 : 0;
  }

  private static void select(TileState s, Instruction step, int n) {
    int[] condition = s.i[step.a()];
    int c = s.at[step.a()];
    int b = s.at[step.b()];
    int e = s.at[step.c()];
    int o = s.at[step.d()];
    switch (step.type()) {
      case F64 -> {
        double[] x = s.d[step.b()];
        double[] y = s.d[step.c()];
        double[] d = s.d[step.d()];
        for (int i = 0; i < n; i++) {
          d[o + i] = condition[c + i] != 0 ? x[b + i] : y[e + i];
        }
      }
      case I64 -> {
        long[] x = s.l[step.b()];
        long[] y = s.l[step.c()];
        long[] d = s.l[step.d()];
        for (int i = 0; i < n; i++) {
          d[o + i] = condition[c + i] != 0 ? x[b + i] : y[e + i];
        }
      }
      default -> {
        int[] x = s.i[step.b()];
        int[] y = s.i[step.c()];
        int[] d = s.i[step.d()];
        for (int i = 0; i < n; i++) {
          d[o + i] = condition[c + i] != 0 ? x[b + i] : y[e + i];
        }
      }
    }
  }

  static void cast(TileState s, Instruction step, Loops loops, int n) {
    int a = s.at[step.a()];
    int o = s.at[step.d()];
    switch (step.type()) {
      case F32 -> fromF32(s.f[step.a()], a, s, step.to(), step.d(), o, n);
      case F64 -> fromF64(s.d[step.a()], a, s, step.to(), step.d(), o, n);
      case I64 -> fromI64(s.l[step.a()], a, s, step.to(), step.d(), o, n);
      default -> fromI32(s.i[step.a()], a, s, step.to(), step.d(), o, n, loops);
    }
  }

  private static void fromF32(float[] a, int ao, TileState s, DType to, int slot, int o, int n) {
    switch (to) {
      case F32 -> System.arraycopy(a, ao, s.f[slot], o, n);
      case F64 -> {
        double[] d = s.d[slot];
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i];
        }
      }
      case I64 -> {
        long[] d = s.l[slot];
        for (int i = 0; i < n; i++) {
          d[o + i] = (long) a[ao + i];
        }
      }
      case I32 -> {
        int[] d = s.i[slot];
        for (int i = 0; i < n; i++) {
          d[o + i] = (int) a[ao + i];
        }
      }
      default -> {
        int[] d = s.i[slot];
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i] != 0 ? 1 : 0;
        }
      }
    }
  }

  private static void fromF64(double[] a, int ao, TileState s, DType to, int slot, int o, int n) {
    switch (to) {
      case F32 -> {
        float[] d = s.f[slot];
        for (int i = 0; i < n; i++) {
          d[o + i] = (float) a[ao + i];
        }
      }
      case F64 -> System.arraycopy(a, ao, s.d[slot], o, n);
      case I64 -> {
        long[] d = s.l[slot];
        for (int i = 0; i < n; i++) {
          d[o + i] = (long) a[ao + i];
        }
      }
      case I32 -> {
        int[] d = s.i[slot];
        for (int i = 0; i < n; i++) {
          d[o + i] = (int) a[ao + i];
        }
      }
      default -> {
        int[] d = s.i[slot];
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i] != 0 ? 1 : 0;
        }
      }
    }
  }

  private static void fromI64(long[] a, int ao, TileState s, DType to, int slot, int o, int n) {
    switch (to) {
      case F32 -> {
        float[] d = s.f[slot];
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i];
        }
      }
      case F64 -> {
        double[] d = s.d[slot];
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i];
        }
      }
      case I64 -> System.arraycopy(a, ao, s.l[slot], o, n);
      case I32 -> {
        int[] d = s.i[slot];
        for (int i = 0; i < n; i++) {
          d[o + i] = (int) a[ao + i];
        }
      }
      default -> {
        int[] d = s.i[slot];
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i] != 0 ? 1 : 0;
        }
      }
    }
  }

  /** From i32 or bool. */
  private static void fromI32(
      int[] a, int ao, TileState s, DType to, int slot, int o, int n, Loops loops) {
    switch (to) {
      case F32 -> loops.fromInt(a, ao, s.f[slot], o, n);
      case F64 -> {
        double[] d = s.d[slot];
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i];
        }
      }
      case I64 -> {
        long[] d = s.l[slot];
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i];
        }
      }
      case I32 -> System.arraycopy(a, ao, s.i[slot], o, n);
      default -> {
        int[] d = s.i[slot];
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i] != 0 ? 1 : 0;
        }
      }
    }
  }
}
