package dev.fathom.image;

/** How pixels between pixels are found. */
public enum Interpolation {
  /** From the two nearest on each axis. */
  BILINEAR(1) {
    @Override
    double weight(double distance) {
      return Math.max(0, 1 - Math.abs(distance));
    }
  },
  /** From the four nearest (Keys, "Cubic convolution interpolation", 1981, a = -0.5). */
  BICUBIC(2) {
    @Override
    double weight(double distance) {
      double x = Math.abs(distance);
      if (x < 1) {
        return (1.5 * x - 2.5) * x * x + 1;
      }
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }
  };

  private final double reach;

  Interpolation(double reach) {
    this.reach = reach;
  }

  /** {@return the farthest distance that counts, in pixels of the larger grid} */
  double reach() {
    return reach;
  }

  abstract double weight(double distance);
}
