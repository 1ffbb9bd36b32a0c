package dev.fathom.optim;

/**
 * The learning rate as a factor for each step. Anybody may write one. All rise linearly from 0
 * during the warm-up (step s of w has {@code (s + 1) / w}), as Goyal et al., "Accurate, large
 * minibatch SGD" (2017).
 */
public interface Schedule {

  /** {@return how many steps the factor rises at the start; 0 for none} */
  long warmupSteps();

  /**
   * {@return the factor after the warm-up}
   *
   * @param step from 0, counted from the end of the warm-up
   * @param steps how many there are from the end of the warm-up to the end of the run
   */
  double after(long step, long steps);

  /**
   * {@return the factor of a step}
   *
   * @param step from 0
   * @param steps how many the whole run has
   */
  default double factor(long step, long steps) {
    return step < warmupSteps()
        ? (step + 1.0) / warmupSteps()
        : after(step - warmupSteps(), Math.max(1, steps - warmupSteps()));
  }

  /** {@return whether it follows the loss of validations, so that a training must have some} */
  default boolean validates() {
    return false;
  }

  /**
   * {@return the numbers that it keeps of the validations so far, after one more}
   *
   * @param kept what it returned before; empty before the first
   * @param loss of the validation
   */
  default double[] validated(double[] kept, double loss) {
    return kept;
  }

  /** {@return what {@link #factor(long, long)} is multiplied by after these validations} */
  default double factor(double[] kept) {
    return 1;
  }

  /** Always 1. */
  record Constant(long warmupSteps) implements Schedule {
    @Override
    public double after(long step, long steps) {
      return 1;
    }
  }

  /**
   * Multiplied by {@code factor} every {@code everySteps} steps.
   *
   * @param everySteps 1 or more
   * @param factor above 0
   */
  record Step(long everySteps, double factor, long warmupSteps) implements Schedule {
    @Override
    public double after(long step, long steps) {
      return Math.pow(factor, step / everySteps);
    }
  }

  /**
   * Falls from 1 to {@code minimum} along half a cosine: Loshchilov and Hutter, "SGDR" (2017),
   * without restarts.
   *
   * @param minimum the factor at the end, in [0, 1]
   */
  record Cosine(double minimum, long warmupSteps) implements Schedule {
    @Override
    public double after(long step, long steps) {
      double done = Math.min(1, (double) step / steps);
      return minimum + (1 - minimum) * 0.5 * (1 + StrictMath.cos(Math.PI * done));
    }
  }

  /**
   * Rises from {@code 1 / divisor} to 1 along half a cosine, and falls to {@code 1 / divisor /
   * finalDivisor} along another: Smith and Topin, "Super-Convergence" (2018), as PyTorch's {@code
   * OneCycleLR} defines it, without the cycle of the momentum. The learning rate is that at the
   * height.
   *
   * @param rise the share of the steps until the height, in (0, 1); usually 0.3
   * @param divisor 1 or more; usually 25
   * @param finalDivisor 1 or more; usually 1e4
   */
  record OneCycle(double rise, double divisor, double finalDivisor) implements Schedule {
    @Override
    public long warmupSteps() {
      return 0;
    }

    @Override
    public double after(long step, long steps) {
      double start = 1 / divisor;
      double height = rise * steps - 1;
      if (step <= height) {
        return between(start, 1, step / height);
      }
      double last = steps - 1 - height;
      return between(1, start / finalDivisor, Math.min(1, (step - height) / last));
    }

    private static double between(double from, double to, double done) {
      return to + (from - to) * 0.5 * (1 + StrictMath.cos(Math.PI * done));
    }
  }

  /**
   * Multiplied by {@code factor} after more than {@code patience} validations, one an epoch, whose
   * loss was not below the best by more than {@code threshold} of it; not below {@code minimum}.
   * PyTorch's {@code ReduceLROnPlateau}.
   *
   * @param factor in (0, 1); usually 0.1
   * @param patience 0 or more; usually 10
   * @param threshold in [0, 1); usually 1e-4
   * @param minimum the least factor, in [0, 1]
   */
  record ReduceOnPlateau(
      double factor, long patience, double threshold, double minimum, long warmupSteps)
      implements Schedule {
    /** What is kept: the best loss, the validations since then, and the factor. */
    private static final double[] NOTHING = {Double.POSITIVE_INFINITY, 0, 1};

    @Override
    public double after(long step, long steps) {
      return 1;
    }

    @Override
    public boolean validates() {
      return true;
    }

    @Override
    public double[] validated(double[] kept, double loss) {
      double[] before = kept.length == 0 ? NOTHING : kept;
      if (loss < before[0] * (1 - threshold)) {
        return new double[] {loss, 0, before[2]};
      }
      double stale = before[1] + 1;
      return stale > patience
          ? new double[] {before[0], 0, Math.max(minimum, before[2] * factor)}
          : new double[] {before[0], stale, before[2]};
    }

    @Override
    public double factor(double[] kept) {
      return kept.length == 0 ? 1 : kept[2];
    }
  }
}
