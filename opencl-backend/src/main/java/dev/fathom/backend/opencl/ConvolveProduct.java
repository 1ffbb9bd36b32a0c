package dev.fathom.backend.opencl;

import dev.fathom.spi.Convolve;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Any convolution as a {@link Product} for each group of channels. Rows are positions for the
 * output and the input gradient, taps for the weight gradient; columns are channels of the result.
 */
final class ConvolveProduct {
  private final Convolve spec;
  private final View x;
  private final View w;
  private final View y;

  private ConvolveProduct(Convolve spec) {
    this.spec = spec;
    View result = spec.epilogue().outputs().getFirst();
    x = spec.role() == Convolve.Role.INPUT ? result : spec.first();
    w = spec.role() == Convolve.Role.WEIGHT ? result : spec.second();
    y =
        switch (spec.role()) {
          case OUTPUT -> result;
          case INPUT -> spec.first();
          case WEIGHT -> spec.second();
        };
  }

  static Product of(Convolve spec) {
    return new ConvolveProduct(spec).product();
  }

  private Product product() {
    long[] positions = spatial(y);
    long[] pixels = spatial(x);
    long inputs = w.size(1);
    long outputs = w.size(0) / spec.groups();
    long[] taps = spatial(w);
    long samples = y.size(0);
    return switch (spec.role()) {
      case OUTPUT -> {
        long[] rows = join(samples, positions);
        long[] depth = join(inputs, taps);
        yield product(
            rows,
            outputs,
            depth,
            (numbers, group, row, k) -> {
              String[] at = split(row, rows, numbers);
              String[] tap = split(k, depth, numbers);
              return input(numbers, at[0], channel(group, inputs, tap[0], numbers), at, tap);
            },
            (numbers, group, column, k) -> {
              String[] tap = split(k, depth, numbers);
              return weight(numbers, channel(group, outputs, column, numbers), tap[0], tap);
            },
            1,
            outputs);
      }
      case INPUT -> {
        long[] rows = join(samples, pixels);
        long[] depth = join(outputs, taps);
        yield product(
            rows,
            inputs,
            depth,
            (numbers, group, row, k) -> {
              String[] at = split(row, rows, numbers);
              String[] tap = split(k, depth, numbers);
              return gradient(numbers, at[0], channel(group, outputs, tap[0], numbers), at, tap);
            },
            (numbers, group, column, k) -> {
              String[] tap = split(k, depth, numbers);
              return weight(numbers, channel(group, outputs, tap[0], numbers), column, tap);
            },
            1,
            inputs);
      }
      case WEIGHT -> {
        long[] rows = join(inputs, taps);
        long[] depth = join(samples, positions);
        yield product(
            rows,
            outputs,
            depth,
            (numbers, group, row, k) -> {
              String[] tap = split(row, rows, numbers);
              String[] at = split(k, depth, numbers);
              return input(numbers, at[0], channel(group, inputs, tap[0], numbers), at, tap);
            },
            (numbers, group, column, k) -> {
              String[] at = split(k, depth, numbers);
              String place = at(y, numbers, at[0], channel(group, outputs, column, numbers), at);
              return Product.load(y, 1, spec.accumulator(), place);
            },
            0,
            outputs);
      }
    };
  }

  /**
   * {@return the product}
   *
   * @param channelAxis axis of the result that columns run along
   * @param channels of a group
   */
  private Product product(
      long[] rows,
      long columns,
      long[] depth,
      Product.Operand left,
      Product.Operand right,
      int channelAxis,
      long channels) {
    int[] others =
        IntStream.range(0, spec.epilogue().shape().rank())
            .filter(axis -> axis != channelAxis)
            .toArray();
    return new Product(
        spec.accumulator(),
        spec.groups(),
        elements(rows),
        columns,
        elements(depth),
        left,
        right,
        spec.role() == Convolve.Role.WEIGHT,
        true,
        spec.first().dtype(),
        spec.second().dtype(),
        new Results(spec.epilogue(), others, new int[] {channelAxis}),
        (numbers, group, row, column) ->
            new String[] {row, channel(group, channels, column, numbers)});
  }

  /** Reads x where a tap of a position meets it, or 0 in the padding. */
  private String input(
      Numbers numbers, String sample, String channel, String[] position, String[] tap) {
    List<String> inside = new ArrayList<>();
    String[] pixel = new String[position.length];
    for (int axis = 0; axis < spec.windows().size(); axis++) {
      Window window = spec.windows().get(axis);
      String at =
          "((%s) * %s + (%s) * %s - %s)"
              .formatted(
                  position[axis + 1],
                  numbers.of(window.stride()),
                  tap[axis + 1],
                  numbers.of(window.dilation()),
                  numbers.of(window.padLow()));
      inside.add(at + " >= 0 && " + at + " < " + numbers.of(x.size(axis + 2)));
      pixel[axis + 1] = at;
    }
    return guarded(
        inside, Product.load(x, 0, spec.accumulator(), at(x, numbers, sample, channel, pixel)));
  }

  /** Reads y at the position whose tap meets a pixel, or 0 if there is none. */
  private String gradient(
      Numbers numbers, String sample, String channel, String[] pixel, String[] tap) {
    List<String> inside = new ArrayList<>();
    String[] position = new String[pixel.length];
    for (int axis = 0; axis < spec.windows().size(); axis++) {
      Window window = spec.windows().get(axis);
      String at =
          "((%s) + %s - (%s) * %s)"
              .formatted(
                  pixel[axis + 1],
                  numbers.of(window.padLow()),
                  tap[axis + 1],
                  numbers.of(window.dilation()));
      String stride = numbers.of(window.stride());
      position[axis + 1] = at + " / " + stride;
      inside.add(
          "%1$s >= 0 && %1$s %% %2$s == 0 && %1$s / %2$s < %3$s"
              .formatted(at, stride, numbers.of(y.size(axis + 2))));
    }
    return guarded(
        inside, Product.load(y, 0, spec.accumulator(), at(y, numbers, sample, channel, position)));
  }

  private String weight(Numbers numbers, String output, String input, String[] tap) {
    return Product.load(w, 1, spec.accumulator(), at(w, numbers, output, input, tap));
  }

  private static String guarded(List<String> inside, String load) {
    return inside.isEmpty() ? load : "(" + String.join(" && ", inside) + " ? " + load + " : 0)";
  }

  /** {@return an element's offset: two indices, then the spatial ones from 1 on} */
  private static String at(
      View view, Numbers numbers, String first, String second, String[] spatial) {
    StringBuilder text = new StringBuilder();
    text.append("(").append(first).append(") * ").append(numbers.of(view.stride(0)));
    text.append(" + (").append(second).append(") * ").append(numbers.of(view.stride(1)));
    for (int axis = 2; axis < view.rank(); axis++) {
      text.append(" + (").append(spatial[axis - 1]).append(") * ");
      text.append(numbers.of(view.stride(axis)));
    }
    return text.toString();
  }

  private static String channel(String group, long channels, String channel, Numbers numbers) {
    return "(" + group + " * " + numbers.of(channels) + " + (" + channel + "))";
  }

  private static String[] split(String index, long[] sizes, Numbers numbers) {
    String[] parts = new String[sizes.length];
    long inner = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      parts[i] = Axes.part(index, inner, i == 0 ? 0 : sizes[i], numbers);
      inner *= sizes[i];
    }
    return parts;
  }

  private static long[] spatial(View view) {
    return Arrays.stream(view.shape().toArray()).skip(2).toArray();
  }

  private static long[] join(long first, long[] rest) {
    return LongStream.concat(LongStream.of(first), LongStream.of(rest)).toArray();
  }

  private static long elements(long[] sizes) {
    return LongStream.of(sizes).reduce(1, Math::multiplyExact);
  }
}
