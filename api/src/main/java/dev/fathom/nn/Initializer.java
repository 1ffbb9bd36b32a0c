package dev.fathom.nn;

import dev.fathom.spi.Shape;

/**
 * The first values of a parameter. Anybody may write one; the same seed, name and shape must give
 * the same values on every machine. For a weight {@code [out, in, kernel...]}, {@code fanIn} is in
 * times the kernel's elements and {@code fanOut} out times these.
 */
public interface Initializer {
  /** 0. */
  Initializer ZEROS = constant(0);

  /** 1. */
  Initializer ONES = constant(1);

  /** Normal, variance {@code 2 / fanIn}: He et al., "Delving deep into rectifiers" (2015). */
  Initializer HE_NORMAL = RandomInitializer.HE_NORMAL;

  /** Uniform in +-{@code sqrt(6 / fanIn)}: He et al. (2015). */
  Initializer HE_UNIFORM = RandomInitializer.HE_UNIFORM;

  /** Normal, variance {@code 2 / (fanIn + fanOut)}: Glorot and Bengio (2010). */
  Initializer XAVIER_NORMAL = RandomInitializer.XAVIER_NORMAL;

  /** Uniform in +-{@code sqrt(6 / (fanIn + fanOut))}: Glorot and Bengio (2010). */
  Initializer XAVIER_UNIFORM = RandomInitializer.XAVIER_UNIFORM;

  /** Uniform in +-{@code 1 / sqrt(fanIn)}: LeCun et al., "Efficient BackProp" (1998). */
  Initializer FAN_IN_UNIFORM = RandomInitializer.FAN_IN_UNIFORM;

  /**
   * Rows that are orthogonal to each other and of length 1; columns where there are fewer. Saxe,
   * McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear
   * neural networks" (2014).
   */
  Initializer ORTHOGONAL = new OrthogonalInitializer();

  /** Normal, deviation 1. */
  Initializer NORMAL = RandomInitializer.NORMAL;

  /** Normal, deviation 0.02: Radford et al., GPT-2 (2019). */
  Initializer SMALL_NORMAL = RandomInitializer.SMALL_NORMAL;

  /** {@return one that gives each element this value} */
  static Initializer constant(double value) {
    return new ConstantInitializer(value);
  }

  /** Writes a parameter's first values, row-major, to {@code target[offset ..]}. */
  void fill(long seed, String name, Shape shape, float[] target, int offset);
}
