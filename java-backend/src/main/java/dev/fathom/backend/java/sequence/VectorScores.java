package dev.fathom.backend.java.sequence;

import dev.fathom.backend.java.loops.VectorMath;
import dev.fathom.backend.java.loops.VectorThreefry;
import dev.fathom.backend.java.memory.Scratch;
import dev.fathom.backend.java.platform.NativeImage;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ScoreLoops} on float[] in the Vector API. The exponential is that of {@link VectorMath}
 * for arguments up to about 0. It is repeated where it is used, so that no vector leaves a loop; an
 * argument below -87 gives 0.
 */
final class VectorScores implements ScoreLoops {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int W = F.length();

  private static final float MAGIC = 12582912f;
  private static final int EXPONENT = Float.floatToRawIntBits(MAGIC) - 127;
  private static final float LOWEST = -87f;
  private static final float HIGHEST = 88f;
  private static final float LOG2_E = 1.44269504f;
  private static final float LN2_HIGH = 0.693145752f;
  private static final float LN2_LOW = 1.42860677e-06f;
  private static final float E5 = 0.00139505998f;
  private static final float E4 = 0.00836895406f;
  private static final float E3 = 0.041666206f;
  private static final float E2 = 0.166665182f;

  @Override
  public void step(
      Object scores, int at, int rows, int pitch, int columns, Object maxima, int maximaAt) {
    for (int column = 0; column < NativeImage.end(columns); column += W) {
      step(
          (float[]) scores, at + column, rows, pitch, (float[]) maxima, maximaAt + column, columns);
    }
  }

  private static void step(
      float[] scores, int at, int rows, int pitch, float[] maxima, int maximaAt, int columns) {
    int sums = maximaAt + columns;
    int changes = maximaAt + 2 * columns;
    FloatVector.fromArray(F, maxima, maximaAt).intoArray(maxima, changes);
    int fours = rows / 4 * 4;
    fourMaxima(scores, at, fours, pitch, maxima, maximaAt);
    maxima(scores, at + fours * pitch, rows - fours, pitch, maxima, maximaAt);
    FloatVector.fromArray(F, maxima, changes)
        .sub(FloatVector.fromArray(F, maxima, maximaAt))
        .intoArray(maxima, changes);
    exp(maxima, changes);
    FloatVector.fromArray(F, maxima, sums)
        .mul(FloatVector.fromArray(F, maxima, changes))
        .intoArray(maxima, sums);
    weights(scores, at, rows, pitch, maxima, maximaAt, sums);
  }

  /**
   * The maximum of each column and the value in maxima. Four columns at a time, since each
   * comparison waits for the one before. The loaded vector is blended, not the other way round: the
   * compiler of native images knows its class.
   */
  private static void fourMaxima(
      float[] scores, int at, int rows, int pitch, float[] maxima, int maximaAt) {
    FloatVector m0 = FloatVector.fromArray(F, maxima, maximaAt);
    FloatVector m1 = m0;
    FloatVector m2 = m0;
    FloatVector m3 = m0;
    for (int row = 0; row < rows; row += 4) {
      int from = at + row * pitch;
      FloatVector a = FloatVector.fromArray(F, scores, from);
      m0 = a.blend(m0, a.compare(VectorOperators.LE, m0));
      FloatVector b = FloatVector.fromArray(F, scores, from + pitch);
      m1 = b.blend(m1, b.compare(VectorOperators.LE, m1));
      FloatVector c = FloatVector.fromArray(F, scores, from + 2 * pitch);
      m2 = c.blend(m2, c.compare(VectorOperators.LE, m2));
      FloatVector d = FloatVector.fromArray(F, scores, from + 3 * pitch);
      m3 = d.blend(m3, d.compare(VectorOperators.LE, m3));
    }
    m0 = m1.blend(m0, m1.compare(VectorOperators.LE, m0));
    m2 = m3.blend(m2, m3.compare(VectorOperators.LE, m2));
    m2.blend(m0, m2.compare(VectorOperators.LE, m0)).intoArray(maxima, maximaAt);
  }

  private static void maxima(
      float[] scores, int at, int rows, int pitch, float[] maxima, int maximaAt) {
    FloatVector m = FloatVector.fromArray(F, maxima, maximaAt);
    for (int row = 0; row < rows; row++) {
      FloatVector a = FloatVector.fromArray(F, scores, at + row * pitch);
      m = a.blend(m, a.compare(VectorOperators.LE, m));
    }
    m.intoArray(maxima, maximaAt);
  }

  /** Scores become {@code exp(score - maximum)}, and are added to the sums. */
  private static void weights(
      float[] scores, int at, int rows, int pitch, float[] maxima, int maximaAt, int sums) {
    FloatVector max = FloatVector.fromArray(F, maxima, maximaAt);
    FloatVector sum = FloatVector.fromArray(F, maxima, sums);
    for (int row = 0; row < rows; row++) {
      int place = at + row * pitch;
      FloatVector x = FloatVector.fromArray(F, scores, place).sub(max);
      FloatVector t = x.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, MAGIC));
      FloatVector k = t.sub(MAGIC);
      FloatVector r = k.fma(FloatVector.broadcast(F, -LN2_HIGH), x);
      r = k.fma(FloatVector.broadcast(F, -LN2_LOW), r);
      FloatVector p = r.fma(FloatVector.broadcast(F, E5), FloatVector.broadcast(F, E4));
      p = p.fma(r, FloatVector.broadcast(F, E3));
      p = p.fma(r, FloatVector.broadcast(F, E2));
      p = p.fma(r, FloatVector.broadcast(F, 0.5f));
      p = p.fma(r.mul(r), r).add(1f);
      IntVector power = t.reinterpretAsInts().sub(EXPONENT).lanewise(VectorOperators.LSHL, 23);
      FloatVector e =
          p.mul(power.reinterpretAsFloats()).blend(0f, x.compare(VectorOperators.LT, LOWEST));
      e.intoArray(scores, place);
      sum = sum.add(e);
    }
    sum.intoArray(maxima, sums);
  }

  /** One vector in place. */
  private static void exp(float[] x, int at) {
    VectorMath.exp(x, at, x, at, W);
  }

  @Override
  public void scale(
      Object x, int at, int rows, int pitch, int columns, Object factors, int factorsAt) {
    for (int column = 0; column < NativeImage.end(columns); column += W) {
      scale((float[]) x, at + column, rows, pitch, (float[]) factors, factorsAt + column);
    }
  }

  private static void scale(
      float[] x, int at, int rows, int pitch, float[] factors, int factorsAt) {
    FloatVector factor = FloatVector.fromArray(F, factors, factorsAt);
    for (int row = 0; row < rows; row++) {
      int place = at + row * pitch;
      FloatVector.fromArray(F, x, place).mul(factor).intoArray(x, place);
    }
  }

  @Override
  public void gradient(
      Object scores,
      int at,
      Object d,
      int dAt,
      int rows,
      int pitch,
      int columns,
      Object logSumExp,
      int logSumExpAt,
      Object delta,
      int deltaAt) {
    for (int row = 0; row < rows; row++) {
      gradient(
          (float[]) scores,
          at + row * pitch,
          (float[]) d,
          dAt + row * pitch,
          columns,
          ((float[]) logSumExp)[logSumExpAt + row],
          ((float[]) delta)[deltaAt + row]);
    }
  }

  private static void gradient(
      float[] scores, int at, float[] d, int dAt, int columns, float logSumExp, float delta) {
    for (int i = 0; i < NativeImage.end(columns); i += W) {
      FloatVector x = FloatVector.fromArray(F, scores, at + i).sub(logSumExp);
      x = x.blend(HIGHEST, x.compare(VectorOperators.GT, HIGHEST));
      FloatVector t = x.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, MAGIC));
      FloatVector k = t.sub(MAGIC);
      FloatVector r = k.fma(FloatVector.broadcast(F, -LN2_HIGH), x);
      r = k.fma(FloatVector.broadcast(F, -LN2_LOW), r);
      FloatVector p = r.fma(FloatVector.broadcast(F, E5), FloatVector.broadcast(F, E4));
      p = p.fma(r, FloatVector.broadcast(F, E3));
      p = p.fma(r, FloatVector.broadcast(F, E2));
      p = p.fma(r, FloatVector.broadcast(F, 0.5f));
      p = p.fma(r.mul(r), r).add(1f);
      IntVector power = t.reinterpretAsInts().sub(EXPONENT).lanewise(VectorOperators.LSHL, 23);
      FloatVector e =
          p.mul(power.reinterpretAsFloats()).blend(0f, x.compare(VectorOperators.LT, LOWEST));
      e.intoArray(scores, at + i);
      FloatVector.fromArray(F, d, dAt + i).sub(delta).mul(e).intoArray(d, dAt + i);
    }
  }

  @Override
  public void factors(
      Object factors,
      int at,
      int rows,
      int columns,
      int k0,
      int k1,
      int first,
      int rowStep,
      int columnStep,
      int elements,
      double rate) {
    int half = elements / 2 + elements % 2;
    Scratch scratch = Scratch.local();
    int[] w0 = scratch.ints(0, columns + W);
    int[] w1 = scratch.ints(1, columns + W);
    for (int row = 0; row < rows; row++) {
      int from = first + row * rowStep;
      counters(w0, columns, from, columnStep, half);
      VectorThreefry.rounds(k0, k1, w0, w1, columns);
      select(
          w0,
          w1,
          columns,
          from,
          columnStep,
          half,
          (float) rate,
          (float) (1 / (1 - rate)),
          (float[]) factors,
          at + row * columns);
    }
  }

  /** Block e gives word 0 to element e and word 1 to element {@code half + e}. */
  private static void counters(int[] w0, int columns, int first, int step, int half) {
    for (int column = 0; column < NativeImage.end(columns); column += W) {
      IntVector element =
          IntVector.fromArray(I, VectorThreefry.LANES, 0).mul(step).add(first + column * step);
      element
          .blend(element.sub(half), element.compare(VectorOperators.GE, half))
          .intoArray(w0, column);
    }
  }

  private static void select(
      int[] w0,
      int[] w1,
      int columns,
      int first,
      int step,
      int half,
      float rate,
      float factor,
      float[] factors,
      int at) {
    for (int column = 0; column < NativeImage.end(columns); column += W) {
      IntVector element =
          IntVector.fromArray(I, VectorThreefry.LANES, 0).mul(step).add(first + column * step);
      IntVector top =
          IntVector.fromArray(I, w0, column)
              .blend(IntVector.fromArray(I, w1, column), element.compare(VectorOperators.GE, half))
              .lanewise(VectorOperators.LSHR, 8);
      FloatVector uniform = ((FloatVector) top.convert(VectorOperators.I2F, 0)).mul(0x1p-24f);
      FloatVector.broadcast(F, factor)
          .blend(0f, uniform.compare(VectorOperators.LT, rate))
          .intoArray(factors, at + column);
    }
  }

  @Override
  public void multiply(Object x, int at, Object y, int yAt, int n) {
    float[] a = (float[]) x;
    float[] b = (float[]) y;
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector.fromArray(F, a, at + i)
          .mul(FloatVector.fromArray(F, b, yAt + i))
          .intoArray(a, at + i);
    }
  }

  @Override
  public double max(Object scores, int at, int n) {
    float[] x = (float[]) scores;
    FloatVector m = FloatVector.broadcast(F, NONE);
    int i = 0;
    for (; i < NativeImage.end(n - n % W); i += W) {
      m = m.max(FloatVector.fromArray(F, x, at + i));
    }
    float max = m.reduceLanes(VectorOperators.MAX);
    for (; i < n; i++) {
      max = Math.max(max, x[at + i]);
    }
    return max;
  }

  @Override
  public double exp(Object scores, int at, int n, double max, int spare) {
    return exp((float[]) scores, at, n, (float) max, spare);
  }

  private static float exp(float[] x, int at, int n, float max, int spare) {
    int main = n - n % W;
    for (int i = 0; i < NativeImage.end(main); i += W) {
      FloatVector.fromArray(F, x, at + i).sub(max).intoArray(x, at + i);
    }
    VectorMath.exp(x, at, x, at, main);
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < NativeImage.end(main); i += W) {
      sum = sum.add(FloatVector.fromArray(F, x, at + i));
    }
    sum.intoArray(x, spare);
    float total = 0;
    for (int lane = 0; lane < W; lane++) {
      total += x[spare + lane];
    }
    for (int i = main; i < n; i++) {
      x[at + i] = (float) Math.exp(x[at + i] - max);
      total += x[at + i];
    }
    return total;
  }
}
