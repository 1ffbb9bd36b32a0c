package dev.fathom.backend.opencl;

import dev.fathom.spi.DType;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The packed form of a matrix operand: {@code [batch, panel, depth, width]}, where a panel holds
 * {@code width} rows of the operand. If {@code width} does not divide the rows, the last panel
 * overlaps the one before it; a single panel with too few rows is filled up with zeros.
 *
 * @param groups the operand's first axis is split into that many, which become a batch axis
 * @param batch axes that count products, after the split
 * @param rows axes that count rows
 * @param depth axes that are summed over
 * @param width rows of a panel
 * @param dtype f32 or f64
 */
record Panels(int groups, int[] batch, int[] rows, int[] depth, int width, DType dtype) {
  private static final String PREFIX = "panels";

  /** {@return where panel {@code index} begins, as a C expression from its index of type long} */
  static String row(String index, long rows, int width, Numbers numbers) {
    return rows <= width
        ? "0L"
        : "min(" + index + " * " + width + ", " + numbers.of(rows - width) + ")";
  }

  /** {@return the operand with its first axis split} */
  View split(View view) {
    if (groups == 1) {
      return View.of(
          view.dtype(), Shape.of(prepend(1, view.shape().toArray())), prepend(0, view.strides()));
    }
    long[] sizes = prepend(groups, view.shape().toArray());
    long[] strides = prepend(0, view.strides());
    sizes[1] /= groups;
    strides[0] = strides[1] * sizes[1];
    return View.of(view.dtype(), Shape.of(sizes), strides);
  }

  private static long[] prepend(long first, long[] rest) {
    return LongStream.concat(LongStream.of(first), Arrays.stream(rest)).toArray();
  }

  /** {@return the layout to ask for} */
  OperandLayout layout(View view) {
    View split = split(view);
    long elements =
        Axes.of(split, batch).size()
            * Math.ceilDiv(Axes.of(split, rows).size(), width)
            * width
            * Axes.of(split, depth).size();
    String id =
        String.join(" ", PREFIX, "" + groups, text(batch), text(rows), text(depth), "" + width);
    return new OperandLayout(id, dtype, elements);
  }

  private static String text(int[] axes) {
    return Arrays.stream(axes)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** {@return whether {@link #parse} understands the layout} */
  static boolean understands(OperandLayout layout) {
    return layout.id().startsWith(PREFIX + " ");
  }

  /** {@return the panels that a layout of {@link #layout} describes} */
  static Panels parse(OperandLayout layout) {
    String[] parts = layout.id().split(" ");
    return new Panels(
        Integer.parseInt(parts[1]),
        axes(parts[2]),
        axes(parts[3]),
        axes(parts[4]),
        Integer.parseInt(parts[5]),
        layout.dtype());
  }

  private static int[] axes(String text) {
    String inner = text.substring(1, text.length() - 1);
    return inner.isEmpty()
        ? new int[0]
        : Arrays.stream(inner.split(",")).mapToInt(Integer::parseInt).toArray();
  }

  /** {@return these axes behind the split} */
  static int[] behindSplit(int... axes) {
    return IntStream.of(axes).map(axis -> axis + 1).toArray();
  }
}
