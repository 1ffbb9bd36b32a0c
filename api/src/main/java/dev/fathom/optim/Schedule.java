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
}
