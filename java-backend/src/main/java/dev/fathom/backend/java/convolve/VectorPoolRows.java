package dev.fathom.backend.java.convolve;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** {@link PoolRows} with the Vector API: neighbouring columns are taken apart by shuffles. */
final class VectorPoolRows implements PoolRows {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private static final VectorShuffle<Float> EVEN =
      VectorShuffle.fromOp(SPECIES, lane -> 2 * lane % LANES);
  private static final VectorShuffle<Float> ODD =
      VectorShuffle.fromOp(SPECIES, lane -> (2 * lane + 1) % LANES);
  private static final VectorShuffle<Float> FIRST_TWICE =
      VectorShuffle.fromOp(SPECIES, lane -> lane / 2);
  private static final VectorShuffle<Float> LAST_TWICE =
      VectorShuffle.fromOp(SPECIES, lane -> LANES / 2 + lane / 2);

  /** 1.5 * 2^23: added to a small integer, it leaves the integer in the low bits of the sum. */
  private static final float ROUNDER = 12582912f;

  private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);

  /** The index that each lane of the upper row stands for; the lower row's is two more. */
  private static final float[] PARITY = numbers(2);

  private static final float[] NUMBERS = numbers(LANES);

  private static float[] numbers(int limit) {
    float[] numbers = new float[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      numbers[lane] = lane % limit;
    }
    return numbers;
  }

  @Override
  public int forward(
      float[] x,
      int top,
      int bottom,
      float[] values,
      int out,
      int outLimit,
      int[] indices,
      int index,
      int indexLimit,
      int n) {
    // A mask in a static field would keep a native image from knowing what the fields hold.
    VectorMask<Float> upper =
        FloatVector.fromArray(SPECIES, NUMBERS, 0).compare(VectorOperators.GE, LANES / 2);
    int i = 0;
    while (i < n
        && Math.max(top, bottom) + 2 * (i + LANES) <= x.length
        && out + i + LANES <= outLimit
        && index + i + LANES <= indexLimit) {
      FloatVector left = FloatVector.fromArray(SPECIES, x, top + 2 * i);
      FloatVector right = FloatVector.fromArray(SPECIES, x, top + 2 * i + LANES);
      FloatVector best = left.rearrange(EVEN).blend(right.rearrange(EVEN), upper);
      FloatVector second = left.rearrange(ODD).blend(right.rearrange(ODD), upper);
      left = FloatVector.fromArray(SPECIES, x, bottom + 2 * i);
      right = FloatVector.fromArray(SPECIES, x, bottom + 2 * i + LANES);
      FloatVector third = left.rearrange(EVEN).blend(right.rearrange(EVEN), upper);
      FloatVector fourth = left.rearrange(ODD).blend(right.rearrange(ODD), upper);
      // Taken if not less or equal, which is larger or NaN; a best that is NaN stays.
      VectorMask<Float> take =
          best.compare(VectorOperators.EQ, best).andNot(second.compare(VectorOperators.LE, best));
      best = best.blend(second, take);
      FloatVector at = FloatVector.zero(SPECIES).blend(1f, take);
      take = best.compare(VectorOperators.EQ, best).andNot(third.compare(VectorOperators.LE, best));
      best = best.blend(third, take);
      at = at.blend(2f, take);
      take =
          best.compare(VectorOperators.EQ, best).andNot(fourth.compare(VectorOperators.LE, best));
      best.blend(fourth, take).intoArray(values, out + i);
      at = at.blend(3f, take).add(ROUNDER);
      at.reinterpretAsInts().sub(ROUNDER_BITS).intoArray(indices, index + i);
      i += LANES;
    }
    return Math.min(i, n);
  }

  @Override
  public int values(float[] x, int in, int pitch, float[] values, int out, int n, int rows) {
    // Vectors end behind their row, where the next row goes. The last rows are the caller's.
    int whole = Math.ceilDiv(n, LANES) * LANES;
    int room = Math.min(out + rows * n, values.length) - out - whole;
    int readable = x.length - in - pitch - 2 * whole;
    if (n == 0 || pitch == 0 || room < 0 || readable < 0) {
      return 0;
    }
    int end = Math.min(rows, Math.min(room / n, readable / (2 * pitch)) + 1);
    // A mask in a static field would keep a native image from knowing what the fields hold.
    VectorMask<Float> upper =
        FloatVector.fromArray(SPECIES, NUMBERS, 0).compare(VectorOperators.GE, LANES / 2);
    for (int row = 0; row < end; row++) {
      int top = in + 2 * row * pitch;
      int to = out + row * n;
      for (int i = 0; i < n; i += LANES) {
        int at = top + 2 * i;
        FloatVector left =
            FloatVector.fromArray(SPECIES, x, at)
                .max(FloatVector.fromArray(SPECIES, x, at + pitch));
        if (n - i <= LANES / 2) {
          left.rearrange(EVEN).max(left.rearrange(ODD)).intoArray(values, to + i);
          continue;
        }
        FloatVector right =
            FloatVector.fromArray(SPECIES, x, at + LANES)
                .max(FloatVector.fromArray(SPECIES, x, at + LANES + pitch));
        left.rearrange(EVEN)
            .blend(right.rearrange(EVEN), upper)
            .max(left.rearrange(ODD).blend(right.rearrange(ODD), upper))
            .intoArray(values, to + i);
      }
    }
    return end;
  }

  @Override
  public int backward(
      float[] dy,
      int out,
      int[] indices,
      int index,
      float[] dx,
      int top,
      int bottom,
      int limit,
      int n) {
    int room = Math.min(dy.length - out, indices.length - index);
    room = Math.min(room, (limit - Math.max(top, bottom)) / 2);
    int end = Math.min(Math.ceilDiv(n, LANES), Math.max(0, room) / LANES) * LANES;
    FloatVector taps = FloatVector.fromArray(SPECIES, PARITY, 0);
    FloatVector zero = FloatVector.zero(SPECIES);
    // From the last vector to the first: junk behind the upper row is overwritten by what is
    // written next.
    for (int i = end - LANES; i >= 0; i -= LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, dy, out + i);
      FloatVector at =
          (FloatVector)
              IntVector.fromArray(INTS, indices, index + i).convert(VectorOperators.I2F, 0);
      FloatVector tap = at.rearrange(FIRST_TWICE).sub(taps);
      FloatVector spread = value.rearrange(FIRST_TWICE);
      FloatVector lastTap = at.rearrange(LAST_TWICE).sub(taps);
      FloatVector lastSpread = value.rearrange(LAST_TWICE);
      int upper = top + 2 * i;
      zero.blend(spread, tap.compare(VectorOperators.EQ, 0)).intoArray(dx, upper);
      zero.blend(lastSpread, lastTap.compare(VectorOperators.EQ, 0)).intoArray(dx, upper + LANES);
      int lower = bottom + 2 * i;
      zero.blend(spread, tap.compare(VectorOperators.EQ, 2)).intoArray(dx, lower);
      zero.blend(lastSpread, lastTap.compare(VectorOperators.EQ, 2)).intoArray(dx, lower + LANES);
    }
    return Math.min(end, n);
  }
}
