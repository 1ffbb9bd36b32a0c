package dev.fathom.spi;

import java.util.List;

/**
 * Counter-based random numbers: Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random
 * numbers: as easy as 1, 2, 3", 2011). The launch brings two i64 scalars, seed and step.
 *
 * <p>The block key is {@code threefry(key = (low(seed), high(seed)), counter = (stream,
 * low(step)))}. With n elements in row-major order and {@code h = ceil(n / 2)}, element i has the
 * 32 bits {@code word0(threefry(blockKey, (i, 0)))} where {@code i < h}, and {@code
 * word1(threefry(blockKey, (i - h, 0)))} otherwise. NORMAL instead uses both words of {@code
 * threefry(blockKey, (i, 0))}.
 *
 * @param distribution of the numbers that are made of the bits
 * @param stream number of the sequence, the same for an operation at every run; unsigned 32 bit
 * @param out the numbers
 */
public record Random(Distribution distribution, int stream, View out) implements KernelSpec {
  /** The numbers that are made of the random bits. */
  public enum Distribution {
    /** The 32 bits as i32. */
    BITS,
    /** f32 in [0, 1): {@code (bits >>> 8) * 2^-24}. */
    UNIFORM,
    /**
     * f32 standard normal by Box and Muller: {@code sqrt(-2 ln u) cos(2 pi v)} with {@code u =
     * ((word0 >>> 8) + 1) * 2^-24} and {@code v = (word1 >>> 8) * 2^-24}; within 4e-6 absolute.
     */
    NORMAL
  }

  /** C1: i32 for BITS, f32 otherwise. C2: fewer than 2^31 elements. */
  public Random {
    DType type = distribution == Distribution.BITS ? DType.I32 : DType.F32;
    Check.that(out.dtype() == type, "random", "C1", "an output of type " + type, out);
    Check.that(out.shape().elements() <= Integer.MAX_VALUE, "random", "C2", "fewer than 2^31", out);
  }

  @Override
  public List<View> inputs() {
    return List.of();
  }

  @Override
  public List<View> outputs() {
    return List.of(out);
  }

  @Override
  public int scalarCount() {
    return 2;
  }
}
