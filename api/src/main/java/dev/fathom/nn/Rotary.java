package dev.fathom.nn;

import dev.fathom.tensor.Positions;
import dev.fathom.tensor.Tensor;

/**
 * How queries and keys of an attention are turned by their position (Su et al., "RoFormer", 2021):
 * feature i of the first half and feature i of the second half of a head by {@code position *
 * speed(i)}, where the speed is {@code base^(-2i / size)} unless a scaling changes it.
 *
 * @param base above 1; usually 10000
 * @param scaling how a context longer than that of the first training is reached
 */
public record Rotary(double base, Scaling scaling) {
  /** Without scaling. */
  public Rotary(double base) {
    this(base, Scaling.NONE);
  }

  public Rotary {
    Check.that(base > 1, "attention", "a rotary base above 1", base);
  }

  /** Changes speeds, for positions that a first training did not see. Anybody may write one. */
  public interface Scaling {
    /** The speeds as they are. */
    Scaling NONE = (speeds, base) -> speeds;

    /**
     * {@return the speeds, radians a position}
     *
     * @param speeds without scaling, {@code size / 2} of them, falling; not changed
     * @param base of the rotation
     */
    double[] of(double[] speeds, double base);

    /** {@return what turned values are multiplied by} */
    default double factor() {
      return 1;
    }
  }

  /**
   * Every speed divided by the same (Chen et al., "Extending Context Window of Large Language
   * Models via Position Interpolation", 2023).
   *
   * @param divisor 1 or more
   */
  public record Linear(double divisor) implements Scaling {
    public Linear {
      Check.that(divisor >= 1, "rotary", "a factor of 1 or more", divisor);
    }

    @Override
    public double[] of(double[] speeds, double base) {
      double[] scaled = speeds.clone();
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] /= divisor;
      }
      return scaled;
    }
  }

  /**
   * Slow speeds divided, fast ones kept, those between mixed: as in Llama 3.1.
   *
   * @param divisor of slow speeds, 1 or more
   * @param low a feature that turns fewer times than this in the first context is slow
   * @param high one that turns more often is fast; above {@code low}
   * @param context the length of the first training
   */
  public record Llama3(double divisor, double low, double high, double context) implements Scaling {
    public Llama3 {
      Check.that(divisor >= 1, "rotary", "a factor of 1 or more", divisor);
      Check.that(low > 0 && high > low, "rotary", "0 < low < high", low + " and " + high);
      Check.that(context >= 1, "rotary", "a context of 1 or more", context);
    }

    @Override
    public double[] of(double[] speeds, double base) {
      double[] scaled = speeds.clone();
      for (int i = 0; i < scaled.length; i++) {
        double turns = context * speeds[i] / (2 * Math.PI);
        double kept = Math.clamp((turns - low) / (high - low), 0, 1);
        scaled[i] = (1 - kept) * speeds[i] / divisor + kept * speeds[i];
      }
      return scaled;
    }
  }

  /**
   * Speeds mixed by a ramp over the features, and values a little larger (Peng et al., "YaRN:
   * Efficient Context Window Extension of Large Language Models", 2023).
   *
   * @param divisor of slow speeds, 1 or more
   * @param fast a feature that turns more often than this in the first context keeps its speed;
   *     usually 32
   * @param slow one that turns less often is divided; usually 1
   * @param context the length of the first training
   * @param truncated whether the ends of the ramp are whole features; usually so
   * @param factor of the turned values; in the paper {@code 0.1 ln(divisor) + 1}
   */
  public record Yarn(
      double divisor, double fast, double slow, double context, boolean truncated, double factor)
      implements Scaling {
    public Yarn {
      Check.that(divisor >= 1, "rotary", "a factor of 1 or more", divisor);
      Check.that(slow > 0 && fast > slow, "rotary", "0 < slow < fast", slow + " and " + fast);
      Check.that(context >= 1, "rotary", "a context of 1 or more", context);
      Check.that(factor > 0, "rotary", "a factor of attention above 0", factor);
    }

    /** {@return what the paper multiplies turned values by} */
    public static double usualFactor(double divisor) {
      return divisor <= 1 ? 1 : 0.1 * Math.log(divisor) + 1;
    }

    @Override
    public double[] of(double[] speeds, double base) {
      int size = 2 * speeds.length;
      double from = feature(fast, size, base);
      double to = feature(slow, size, base);
      if (truncated) {
        from = Math.floor(from);
        to = Math.ceil(to);
      }
      from = Math.max(from, 0);
      to = Math.min(to, size - 1);
      // Equal ends would divide by zero.
      double width = from == to ? 0.001 : to - from;
      double[] scaled = speeds.clone();
      for (int i = 0; i < scaled.length; i++) {
        double kept = 1 - Math.clamp((i - from) / width, 0, 1);
        scaled[i] = (1 - kept) * speeds[i] / divisor + kept * speeds[i];
      }
      return scaled;
    }

    /** The feature that turns that often in the first context. */
    private double feature(double turns, int size, double base) {
      return size * Math.log(context / (turns * 2 * Math.PI)) / (2 * Math.log(base));
    }
  }

  /** {@return {@code x [..., time, size]}, turned} */
  Tensor turn(Tensor x, Tensor positions) {
    if (scaling == Scaling.NONE) {
      return Positions.rotary(x, positions, base);
    }
    double[] speeds = new double[Math.toIntExact(x.size(-1) / 2)];
    for (int i = 0; i < speeds.length; i++) {
      speeds[i] = Math.pow(base, -2.0 * i / x.size(-1));
    }
    double[] scaled = scaling.of(speeds, base);
    float[] rounded = new float[scaled.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) scaled[i];
    }
    return Positions.rotary(x, positions, rounded, scaling.factor());
  }
}
