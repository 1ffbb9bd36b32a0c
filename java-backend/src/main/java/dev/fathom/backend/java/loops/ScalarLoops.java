package dev.fathom.backend.java.loops;

import dev.fathom.spi.ScalarOp;

/** The loops without the Vector API, for a JVM that was started without its module. */
final class ScalarLoops implements Loops {
  @Override
  public int width() {
    return 1;
  }

  @Override
  public boolean fuses() {
    return false;
  }

  @Override
  public TileLoop loop(String key) {
    return null;
  }

  @Override
  public HotLoop hotLoop(String key) {
    return null;
  }

  @Override
  public void unary(ScalarOp op, float[] a, int ao, float[] d, int o, int n, float[] temp) {
    switch (op) {
      case NEGATE -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = -a[ao + i];
        }
      }
      case ABS -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = Math.abs(a[ao + i]);
        }
      }
      case SQRT -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = (float) Math.sqrt(a[ao + i]);
        }
      }
      case RELU -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = Math.max(a[ao + i], 0f);
        }
      }
      case RSQRT -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = 1f / (float) Math.sqrt(a[ao + i]);
        }
      }
      default -> inDouble(op, a, ao, d, o, n);
    }
  }

  static void inDouble(ScalarOp op, float[] a, int ao, float[] d, int o, int n) {
    for (int i = 0; i < n; i++) {
      d[o + i] = (float) DoubleMath.unary(op, a[ao + i]);
    }
  }

  @Override
  public void binary(ScalarOp op, float[] a, int ao, float[] b, int bo, float[] d, int o, int n) {
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
      case DIVIDE -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = a[ao + i] / b[bo + i];
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = Math.min(a[ao + i], b[bo + i]);
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i++) {
          d[o + i] = Math.max(a[ao + i], b[bo + i]);
        }
      }
      case REMAINDER -> remainder(a, ao, b, bo, d, o, n);
      case POWER -> power(a, ao, b, bo, d, o, n);
      default -> throw new AssertionError(op);
    }
  }

  static void remainder(float[] a, int ao, float[] b, int bo, float[] d, int o, int n) {
    for (int i = 0; i < n; i++) {
      d[o + i] = a[ao + i] % b[bo + i];
    }
  }

  /** Computed in double, because the error of the logarithm is multiplied by the exponent. */
  static void power(float[] a, int ao, float[] b, int bo, float[] d, int o, int n) {
    for (int i = 0; i < n; i++) {
      d[o + i] = (float) Math.pow(a[ao + i], b[bo + i]);
    }
  }

  @Override
  public void compare(ScalarOp op, float[] a, int ao, float[] b, int bo, int[] d, int o, int n) {
    for (int i = 0; i < n; i++) {
      float x = a[ao + i];
      float y = b[bo + i];
      boolean holds =
          switch (op) {
            case EQUAL -> x == y;
            case NOT_EQUAL -> x != y;
            case LESS -> x < y;
            case LESS_EQUAL -> x <= y;
            default -> throw new AssertionError(op);
          };
      d[o + i] = holds ? 1 : 0;
    }
  }

  @Override
  public void select(
      int[] c, int co, float[] a, int ao, float[] b, int bo, float[] d, int o, int n) {
    for (int i = 0; i < n; i++) {
      d[o + i] = c[co + i] != 0 ? a[ao + i] : b[bo + i];
    }
  }

  @Override
  public void fromInt(int[] a, int ao, float[] d, int o, int n) {
    for (int i = 0; i < n; i++) {
      d[o + i] = a[ao + i];
    }
  }

  @Override
  public void add(float[] a, int ao, float addend, float[] d, int o, int n) {
    for (int i = 0; i < n; i++) {
      d[o + i] = a[ao + i] + addend;
    }
  }

  @Override
  public void scale(float[] a, int ao, float factor, float[] d, int o, int n) {
    for (int i = 0; i < n; i++) {
      d[o + i] = a[ao + i] * factor;
    }
  }

  @Override
  public void sumLanes(float[] a, int ao, int n, float[] d, int o) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += a[ao + i];
    }
    d[o] = (float) sum;
  }

  @Override
  public void sumStretches(float[] a, int ao, int stride, int count, int n, float[] d, int o) {
    double sum = 0;
    for (int row = 0; row < count; row++) {
      for (int i = 0; i < n; i++) {
        sum += a[ao + row * stride + i];
      }
    }
    d[o] = (float) sum;
  }

  @Override
  public void sumRows(float[] a, int ao, int stride, int rows, float[] d, int o, int n) {
    System.arraycopy(a, ao, d, o, n);
    for (int row = 1; row < rows; row++) {
      int at = ao + row * stride;
      for (int i = 0; i < n; i++) {
        d[o + i] += a[at + i];
      }
    }
  }

  @Override
  public float max(float[] a, int ao, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, a[ao + i]);
    }
    return max;
  }

  @Override
  public void threefry(int k0, int k1, int first, int[] w0, int[] w1, int n) {
    for (int i = 0; i < n; i++) {
      long words = Threefry.words(k0, k1, first + i, 0);
      w0[i] = (int) words;
      w1[i] = (int) (words >>> 32);
    }
  }

  @Override
  public void uniform(int[] bits, int bo, float[] d, int o, int n) {
    for (int i = 0; i < n; i++) {
      d[o + i] = (bits[bo + i] >>> 8) * 0x1p-24f;
    }
  }

  @Override
  public void normal(int[] w0, int[] w1, float[] d, int o, int n) {
    for (int i = 0; i < n; i++) {
      double u = ((w0[i] >>> 8) + 1) * 0x1p-24;
      double v = (w1[i] >>> 8) * 0x1p-24;
      d[o + i] = (float) (Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v));
    }
  }
}
