package dev.fathom.backend.java.rows;

import dev.fathom.backend.java.platform.NativeImage;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** One row of a normalisation, or of its gradient, in the Vector API. */
final class VectorNorm {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int W = F.length();

  /** Elements of {@code scratch}: results in the first ones, lanes behind them. */
  static final int SCRATCH = 4 + 2 * W;

  private static final int LANES = 4;

  private VectorNorm() {}

  /**
   * {@code y = (x - mean) * rstd * weight + bias}; leaves rstd and mean in {@code scratch}.
   *
   * @param bias null for none
   */
  static void forward(
      float[] x,
      int xAt,
      int n,
      float[] weight,
      int weightAt,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt,
      boolean centred,
      double epsilon,
      float[] scratch) {
    int main = n - n % W;
    float mean = centred ? sum(x, xAt, n, scratch) / n : 0;
    FloatVector m = FloatVector.broadcast(F, mean);
    FloatVector p = FloatVector.zero(F);
    FloatVector q = FloatVector.zero(F);
    int i = 0;
    for (; i < NativeImage.end(n - n % (2 * W)); i += 2 * W) {
      FloatVector a = FloatVector.fromArray(F, x, xAt + i).sub(m);
      p = a.fma(a, p);
      FloatVector b = FloatVector.fromArray(F, x, xAt + i + W).sub(m);
      q = b.fma(b, q);
    }
    for (; i < NativeImage.end(main); i += W) {
      FloatVector a = FloatVector.fromArray(F, x, xAt + i).sub(m);
      p = a.fma(a, p);
    }
    p.add(q).intoArray(scratch, LANES);
    float squares = lanes(scratch, LANES);
    for (; i < n; i++) {
      float centredValue = x[xAt + i] - mean;
      squares = Math.fma(centredValue, centredValue, squares);
    }
    float rstd = (float) (1 / Math.sqrt((double) squares / n + epsilon));
    scratch[0] = rstd;
    scratch[1] = mean;
    if (bias == null) {
      for (i = 0; i < NativeImage.end(main); i += W) {
        FloatVector.fromArray(F, x, xAt + i)
            .sub(m)
            .mul(rstd)
            .mul(FloatVector.fromArray(F, weight, weightAt + i))
            .intoArray(y, yAt + i);
      }
    } else {
      for (i = 0; i < NativeImage.end(main); i += W) {
        FloatVector.fromArray(F, x, xAt + i)
            .sub(m)
            .mul(rstd)
            .fma(
                FloatVector.fromArray(F, weight, weightAt + i),
                FloatVector.fromArray(F, bias, biasAt + i))
            .intoArray(y, yAt + i);
      }
    }
    for (; i < n; i++) {
      float unit = (x[xAt + i] - mean) * rstd;
      y[yAt + i] =
          bias == null
              ? unit * weight[weightAt + i]
              : Math.fma(unit, weight[weightAt + i], bias[biasAt + i]);
    }
  }

  private static float sum(float[] x, int at, int n, float[] scratch) {
    FloatVector p = FloatVector.zero(F);
    FloatVector q = FloatVector.zero(F);
    int i = 0;
    for (; i < NativeImage.end(n - n % (2 * W)); i += 2 * W) {
      p = p.add(FloatVector.fromArray(F, x, at + i));
      q = q.add(FloatVector.fromArray(F, x, at + i + W));
    }
    // In a native image, a sum that two loops add to would not stay in registers.
    FloatVector rest = FloatVector.zero(F);
    for (; i < NativeImage.end(n - n % W); i += W) {
      rest = rest.add(FloatVector.fromArray(F, x, at + i));
    }
    p.add(q).add(rest).intoArray(scratch, LANES);
    float sum = lanes(scratch, LANES);
    for (; i < n; i++) {
      sum += x[at + i];
    }
    return sum;
  }

  /** Adds up the lanes that stand from {@code at} on, in halves. */
  private static float lanes(float[] scratch, int at) {
    for (int half = W / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        scratch[at + i] += scratch[at + half + i];
      }
    }
    return scratch[at];
  }

  /**
   * Stores dx, and adds {@code dy * u} to {@code sums[0 .. n)} and dy to the elements from {@code
   * biasSums} on, with u the normalised x.
   */
  static void gradient(
      float[] x,
      int xAt,
      int n,
      float[] weight,
      int weightAt,
      float mean,
      float rstd,
      float[] dy,
      int dyAt,
      float[] dx,
      int dxAt,
      boolean centred,
      float[] sums,
      int weightSums,
      int biasSums,
      float[] scratch) {
    int main = n - n % W;
    FloatVector m = FloatVector.broadcast(F, mean);
    FloatVector r = FloatVector.broadcast(F, rstd);
    FloatVector p = FloatVector.zero(F);
    FloatVector q = FloatVector.zero(F);
    int i = 0;
    for (; i < NativeImage.end(main); i += W) {
      FloatVector u = FloatVector.fromArray(F, x, xAt + i).sub(m).mul(r);
      FloatVector d = FloatVector.fromArray(F, dy, dyAt + i);
      FloatVector g = d.mul(FloatVector.fromArray(F, weight, weightAt + i));
      p = p.add(g);
      q = g.fma(u, q);
      d.fma(u, FloatVector.fromArray(F, sums, weightSums + i)).intoArray(sums, weightSums + i);
      d.add(FloatVector.fromArray(F, sums, biasSums + i)).intoArray(sums, biasSums + i);
    }
    p.intoArray(scratch, LANES);
    q.intoArray(scratch, LANES + W);
    float sum = lanes(scratch, LANES);
    float product = lanes(scratch, LANES + W);
    for (; i < n; i++) {
      float u = (x[xAt + i] - mean) * rstd;
      float d = dy[dyAt + i];
      float g = d * weight[weightAt + i];
      sum += g;
      product = Math.fma(g, u, product);
      sums[weightSums + i] = Math.fma(d, u, sums[weightSums + i]);
      sums[biasSums + i] += d;
    }
    float shift = centred ? sum / n : 0;
    float slope = product / n;
    FloatVector s = FloatVector.broadcast(F, shift);
    FloatVector t = FloatVector.broadcast(F, -slope);
    for (i = 0; i < NativeImage.end(main); i += W) {
      FloatVector u = FloatVector.fromArray(F, x, xAt + i).sub(m).mul(r);
      FloatVector g =
          FloatVector.fromArray(F, dy, dyAt + i)
              .mul(FloatVector.fromArray(F, weight, weightAt + i))
              .sub(s);
      u.fma(t, g).mul(r).intoArray(dx, dxAt + i);
    }
    for (; i < n; i++) {
      float u = (x[xAt + i] - mean) * rstd;
      float g = dy[dyAt + i] * weight[weightAt + i] - shift;
      dx[dxAt + i] = Math.fma(u, -slope, g) * rstd;
    }
  }
}
