package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Images of another size: {@code [batch, channels, height, width] -> [batch, channels, height',
 * width']}, as {@code torch.nn.functional.interpolate} without aligned corners. No parameters.
 *
 * @param target the new size
 * @param mode how values between those of the input are found
 */
public record Resize(Target target, Mode mode) implements ImageLayer {

  /** How large the result is. */
  public sealed interface Target {
    /** {@return the size for an image of this height and width} */
    Size of(long height, long width);
  }

  /** A size, whatever the input's is. */
  public record To(Size size) implements Target {
    @Override
    public Size of(long height, long width) {
      return size;
    }
  }

  /** So many times the input's. */
  public record Times(Size factor) implements Target {
    @Override
    public Size of(long height, long width) {
      return new Size(
          Math.multiplyExact(height, factor.height()), Math.multiplyExact(width, factor.width()));
    }
  }

  /** How values between those of the input are found. */
  public enum Mode {
    /** The nearest towards zero. */
    NEAREST,
    /** Between the two nearest on each axis. */
    BILINEAR
  }

  @Override
  public Shape output(Shape input) {
    Check.image(label(), input);
    Size size = target.of(input.size(1), input.size(2));
    return Shape.of(input.size(0), size.height(), size.width());
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Size size = target.of(x.size(2), x.size(3));
    return switch (mode) {
      case NEAREST -> nearest(nearest(x, 2, size.height()), 3, size.width());
      case BILINEAR ->
          linear(
              linear(x.transpose(), x.size(2), size.height()).transpose(), x.size(3), size.width());
    };
  }

  private static Tensor nearest(Tensor x, int axis, long to) {
    long from = x.size(axis);
    if (to == from) {
      return x;
    }
    if (to % from == 0) {
      return repeated(x, axis, to / from);
    }
    int[] nearest = new int[Math.toIntExact(to)];
    for (int i = 0; i < nearest.length; i++) {
      nearest[i] = (int) (i * from / to);
    }
    return x.gather(axis, Tensor.of(nearest, to));
  }

  /** Each value {@code times} side by side, which has a gradient without scattering. */
  private static Tensor repeated(Tensor x, int axis, long times) {
    long[] repeated = x.unsqueeze(axis + 1).shape().toArray();
    repeated[axis + 1] = times;
    long[] joined = x.shape().toArray();
    joined[axis] *= times;
    return x.unsqueeze(axis + 1).broadcastTo(repeated).reshape(joined);
  }

  /** {@code [..., from] -> [..., to]} by a product with a matrix of two weights a column. */
  private static Tensor linear(Tensor x, long from, long to) {
    if (to == from) {
      return x;
    }
    float[] weights = new float[Math.toIntExact(Math.multiplyExact(from, to))];
    for (int i = 0; i < to; i++) {
      double at = Math.max(0, (i + 0.5) * from / to - 0.5);
      int low = (int) Math.min(at, from - 1);
      int high = (int) Math.min(low + 1, from - 1);
      weights[(int) (low * to + i)] += (float) (1 - (at - low));
      weights[(int) (high * to + i)] += (float) (at - low);
    }
    return x.matmul(Tensor.of(weights, from, to));
  }
}
