package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * Pooling to a size, whatever the input's: {@code [batch, channels, height, width] -> [batch,
 * channels, height', width']}. Result i of n along an axis of length l is made of elements {@code
 * floor(i * l / n)} to {@code ceil((i + 1) * l / n)}, as in PyTorch. No parameters.
 *
 * @param size of the result
 * @param kind what is taken of a window
 */
public record AdaptivePool2d(Size size, Kind kind) implements ImageLayer {
  /** What is taken of a window. */
  public enum Kind {
    /** The mean. */
    AVERAGE,
    /** The greatest. */
    MAX
  }

  @Override
  public String label() {
    return "adaptive" + kind.name().toLowerCase(Locale.ROOT) + "pool2d";
  }

  @Override
  public Shape output(Shape input) {
    Check.that(
        input.rank() == 3 && input.size(1) > 0 && input.size(2) > 0,
        label(),
        "an input [channels, height, width]",
        input);
    return Shape.of(input.size(0), size.height(), size.width());
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    long height = x.size(2);
    long width = x.size(3);
    if (height % size.height() == 0 && width % size.width() == 0) {
      List<Window> windows = List.of(of(height / size.height()), of(width / size.width()));
      return kind == Kind.MAX ? x.maxPool(windows) : x.averagePool(windows);
    }
    return switch (kind) {
      case MAX -> greatest(greatest(x, 2, size.height()), 3, size.width());
      // A mean of means: all windows of a row of results are of one height.
      case AVERAGE ->
          x.transpose()
              .matmul(means(height, size.height()))
              .transpose()
              .matmul(means(width, size.width()));
    };
  }

  private static Window of(long size) {
    return new Window(size, size, 0, 0, 1);
  }

  private static long first(long i, long from, long to) {
    return i * from / to;
  }

  private static long end(long i, long from, long to) {
    return Math.ceilDiv((i + 1) * from, to);
  }

  private static Tensor greatest(Tensor x, int axis, long to) {
    long from = x.size(axis);
    Tensor[] parts = new Tensor[Math.toIntExact(to)];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = x.slice(axis, first(i, from, to), end(i, from, to)).max(axis).unsqueeze(axis);
    }
    return Tensor.concat(axis, parts);
  }

  /** {@return {@code [from, to]}: how much of each element is in each result} */
  private static Tensor means(long from, long to) {
    float[] weights = new float[Math.toIntExact(Math.multiplyExact(from, to))];
    for (long i = 0; i < to; i++) {
      long first = first(i, from, to);
      long end = end(i, from, to);
      for (long k = first; k < end; k++) {
        weights[(int) (k * to + i)] = 1f / (end - first);
      }
    }
    return Tensor.of(weights, from, to);
  }
}
