package dev.fathom.loss;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * One minus the structural similarity of images {@code [batch, channels, height, width]}, in [0, 2]
 * (Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004):
 * {@code (2 * mx * my + c1) * (2 * sxy + c2) / ((mx^2 + my^2 + c1) * (sx^2 + sy^2 + c2))}, with
 * means, variances and the covariance under a Gaussian window of deviation 1.5, {@code c1 = (0.01 *
 * range)^2} and {@code c2 = (0.03 * range)^2}; the mean over all windows that lie inside, channels
 * and examples.
 *
 * @param range difference of the greatest and the least possible value; usually 1
 * @param window height and width of the window, odd; usually 11
 */
public record Ssim(double range, long window) implements Loss {
  private static final double DEVIATION = 1.5;

  public Ssim {
    if (!(range > 0 && range < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("[ssim] expected a range above 0 but got " + range);
    }
    if (window < 1 || window % 2 == 0) {
      throw new IllegalArgumentException("[ssim] expected an odd window but got " + window);
    }
  }

  @Override
  public Shape targetShape(Shape output) {
    if (output.rank() != 3 || output.size(1) < window || output.size(2) < window) {
      throw new IllegalArgumentException(
          "[ssim] expected a network with output [channels, height, width] of %d x %d or more but got %s"
              .formatted(window, window, output));
    }
    return output;
  }

  @Override
  public Tensor rows(Tensor output, Tensor target) {
    Tensor down = blur(output.dtype(), output.size(2));
    Tensor across = blur(output.dtype(), output.size(3));
    Tensor meanX = blurred(output, down, across);
    Tensor meanY = blurred(target, down, across);
    Tensor product = meanX.mul(meanY);
    Tensor squares = meanX.square().add(meanY.square());
    Tensor variances = blurred(output.square().add(target.square()), down, across).sub(squares);
    Tensor covariance = blurred(output.mul(target), down, across).sub(product);
    double c1 = Math.pow(0.01 * range, 2);
    double c2 = Math.pow(0.03 * range, 2);
    Tensor above = product.mul(2).add(c1).mul(covariance.mul(2).add(c2));
    Tensor below = squares.add(c1).mul(variances.add(c2));
    return Loss.meanOfExamples(above.div(below)).neg().add(1);
  }

  private static Tensor blurred(Tensor x, Tensor down, Tensor across) {
    return x.matmul(across).transpose().matmul(down);
  }

  /** {@return {@code [from, from - window + 1]}: the window at each place} */
  private Tensor blur(DType dtype, long from) {
    double[] taps = new double[Math.toIntExact(window)];
    double sum = 0;
    for (int i = 0; i < taps.length; i++) {
      double distance = (i - taps.length / 2) / DEVIATION;
      taps[i] = StrictMath.exp(-distance * distance / 2);
      sum += taps[i];
    }
    int to = Math.toIntExact(from - window + 1);
    double[] matrix = new double[Math.toIntExact(from) * to];
    for (int place = 0; place < to; place++) {
      for (int i = 0; i < taps.length; i++) {
        matrix[(place + i) * to + place] = taps[i] / sum;
      }
    }
    if (dtype == DType.F64) {
      return Tensor.of(matrix, from, to);
    }
    float[] single = new float[matrix.length];
    for (int i = 0; i < single.length; i++) {
      single[i] = (float) matrix[i];
    }
    return Tensor.of(single, from, to);
  }
}
