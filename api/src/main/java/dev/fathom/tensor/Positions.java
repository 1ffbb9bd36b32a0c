package dev.fathom.tensor;

import dev.fathom.spi.DType;

/** Where a step stands in its sequence, as numbers that a network can use. */
public final class Positions {
  private Positions() {}

  /** {@return {@code [length]}, i32: 0, 1, 2, ...} */
  public static Tensor first(long length) {
    return Tensor.iota(DType.I32, 0, length);
  }

  /**
   * {@return {@code [length, features]}, f32: {@code sin(p / 10000^(2i / features))} at feature 2i
   * and the cosine at 2i + 1} Vaswani et al., "Attention Is All You Need" (2017).
   *
   * @param positions {@code [length]}, i32
   * @param features an even number
   */
  public static Tensor sinusoidal(Tensor positions, long features) {
    Tensor angles = angles("sinusoidal", positions, features, 10_000, DType.F32);
    return Tensor.concat(-1, angles.sin().unsqueeze(-1), angles.cos().unsqueeze(-1))
        .reshape(positions.size(0), features);
  }

  /**
   * {@return {@code x}, feature i of the first half and feature i of the second half turned by
   * {@code p / base^(2i / size)}} Su et al., "RoFormer" (2021), in the pairing of GPT-NeoX and
   * Llama.
   *
   * @param x {@code [..., length, size]}, an even size
   * @param positions {@code [length]}, i32
   * @param base usually 10000
   */
  public static Tensor rotary(Tensor x, Tensor positions, double base) {
    checkLength(x, positions);
    return turned(x, angles("rotary", positions, x.size(-1), base, x.dtype()), 1);
  }

  /**
   * {@return the same with a speed of its own for each pair of features}
   *
   * @param speeds radians a position, {@code size / 2} of them
   * @param factor of the turned values
   */
  public static Tensor rotary(Tensor x, Tensor positions, float[] speeds, double factor) {
    checkLength(x, positions);
    if (x.size(-1) != 2L * speeds.length) {
      throw new IllegalArgumentException(
          "[rotary] expected values [..., %d, %d] for %d speeds but got %s"
              .formatted(positions.size(0), 2L * speeds.length, speeds.length, x.shape()));
    }
    Tensor speed = Tensor.of(speeds, speeds.length).cast(x.dtype());
    return turned(x, positions.cast(x.dtype()).unsqueeze(1).mul(speed), factor);
  }

  private static void checkLength(Tensor x, Tensor positions) {
    if (x.shape().rank() < 2 || x.size(-2) != positions.size(0)) {
      throw new IllegalArgumentException(
          "[rotary] expected values [..., %d, size] but got %s"
              .formatted(positions.size(0), x.shape()));
    }
  }

  /** {@code angles [length, size / 2]}. */
  private static Tensor turned(Tensor x, Tensor angles, double factor) {
    long size = x.size(-1);
    Tensor cos = factor == 1 ? angles.cos() : angles.cos().mul(factor);
    Tensor sin = factor == 1 ? angles.sin() : angles.sin().mul(factor);
    Tensor first = x.slice(-1, 0, size / 2);
    Tensor second = x.slice(-1, size / 2, size);
    return Tensor.concat(
        -1, first.mul(cos).sub(second.mul(sin)), second.mul(cos).add(first.mul(sin)));
  }

  /** {@code [length, features / 2]}: {@code p / base^(2i / features)}. */
  private static Tensor angles(
      String name, Tensor positions, long features, double base, DType dtype) {
    if (features < 2 || features % 2 != 0) {
      throw new IllegalArgumentException(
          "[" + name + "] expected an even number of features but got " + features);
    }
    if (!(base > 1)) {
      throw new IllegalArgumentException("[" + name + "] expected a base above 1 but got " + base);
    }
    Tensor pair = Tensor.iota(DType.I32, 0, features / 2).cast(dtype);
    Tensor speed = pair.mul(-2 * Math.log(base) / features).exp();
    return positions.cast(dtype).unsqueeze(1).mul(speed);
  }
}
