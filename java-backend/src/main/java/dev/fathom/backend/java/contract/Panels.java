package dev.fathom.backend.java.contract;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.Steps;
import dev.fathom.spi.DType;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.View;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The packed form of a matrix operand: {@code [batch, panel, k, width]}, where a panel holds {@code
 * width} rows of the operand, the last one filled up with zeros.
 *
 * @param batch axes of the operand that count products
 * @param rows axes of the operand that count rows
 * @param depth axes of the operand that are summed over
 * @param width rows of a panel
 * @param dtype f32, f64, or bf16 or i8 from an operand of that
 */
public record Panels(int[] batch, int[] rows, int[] depth, int width, DType dtype) {
  private static final String PREFIX = "panels";

  /** {@return how many elements the packed form of {@code view} has} */
  long elements(View view) {
    return count(view, batch) * Math.ceilDiv(count(view, rows), width) * width * count(view, depth);
  }

  private static long count(View view, int[] axes) {
    long count = 1;
    for (int axis : axes) {
      count *= view.size(axis);
    }
    return count;
  }

  /** {@return the layout to ask for} */
  public OperandLayout layout(View view) {
    return new OperandLayout(
        String.join(" ", PREFIX, text(batch), text(rows), text(depth), "" + width),
        dtype,
        elements(view));
  }

  private static String text(int[] axes) {
    return Arrays.stream(axes)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** {@return whether {@link #parse} understands the layout} */
  public static boolean understands(OperandLayout layout) {
    return layout.id().startsWith(PREFIX + " ");
  }

  /** {@return the packed form that a layout made by {@link #layout} describes} */
  static Panels parse(OperandLayout layout) {
    String[] parts = layout.id().split(" ");
    return new Panels(
        axes(parts[1]), axes(parts[2]), axes(parts[3]), Integer.parseInt(parts[4]), layout.dtype());
  }

  private static int[] axes(String text) {
    String inner = text.substring(1, text.length() - 1);
    return inner.isEmpty()
        ? new int[0]
        : Arrays.stream(inner.split(",")).mapToInt(Integer::parseInt).toArray();
  }

  /** Packs one panel of {@code rowCount} rows and {@code depthCount} elements of each. */
  public static void pack(
      Arithmetic arithmetic,
      Object source,
      DType dtype,
      int at,
      Steps rows,
      int row,
      int rowCount,
      Steps depth,
      int k,
      int depthCount,
      Object target,
      int targetAt,
      int width) {
    if (target instanceof short[] halves) {
      packNarrow(
          (short[]) source, at, rows, row, rowCount, depth, k, depthCount, halves, targetAt, width);
      return;
    }
    if (target instanceof byte[] bytes) {
      packNarrow(
          (byte[]) source, at, rows, row, rowCount, depth, k, depthCount, bytes, targetAt, width);
      return;
    }
    boolean same = source.getClass() == target.getClass();
    if (same && rowCount == width && rows.isContiguous(row, width)) {
      int from = at + rows.at(row);
      for (int i = 0; i < depthCount; ) {
        int run = Math.min(depthCount - i, depth.run - (k + i) % depth.run);
        arithmetic.packRuns(
            source, from + depth.at(k + i), depth.stride, run, width, target, targetAt + i * width);
        i += run;
      }
    } else if (same && rowCount == width && rows.isRegular() && depth.isContiguous(k, depthCount)) {
      int from = at + rows.at(row) + depth.at(k);
      arithmetic.transpose(source, from, rows.stride, depthCount, width, target, targetAt);
    } else {
      for (int r = 0; r < rowCount; r++) {
        int from = at + rows.at(row + r);
        Elements.load(source, dtype, from, depth, k, depthCount, target, targetAt + r, width);
      }
      for (int r = rowCount; r < width; r++) {
        Elements.zero(target, targetAt + r, width, depthCount);
      }
    }
  }

  private static void packNarrow(
      short[] source,
      int at,
      Steps rows,
      int row,
      int rowCount,
      Steps depth,
      int k,
      int depthCount,
      short[] target,
      int targetAt,
      int width) {
    for (int i = 0; i < depthCount; i++) {
      int from = at + depth.at(k + i);
      int to = targetAt + i * width;
      for (int r = 0; r < rowCount; r++) {
        target[to + r] = source[from + rows.at(row + r)];
      }
      Arrays.fill(target, to + rowCount, to + width, (short) 0);
    }
  }

  private static void packNarrow(
      byte[] source,
      int at,
      Steps rows,
      int row,
      int rowCount,
      Steps depth,
      int k,
      int depthCount,
      byte[] target,
      int targetAt,
      int width) {
    for (int i = 0; i < depthCount; i++) {
      int from = at + depth.at(k + i);
      int to = targetAt + i * width;
      for (int r = 0; r < rowCount; r++) {
        target[to + r] = source[from + rows.at(row + r)];
      }
      Arrays.fill(target, to + rowCount, to + width, (byte) 0);
    }
  }

  /**
   * Copies {@code width} rows of {@code depth} elements as {@code [depth, width]}; row r begins at
   * {@code at + r * stride}, and its elements are {@code step} apart.
   */
  public static void transpose(
      Arithmetic arithmetic,
      Object source,
      DType dtype,
      int at,
      int stride,
      int step,
      int depth,
      int width,
      Object target,
      int targetAt) {
    if (step == 1 && source.getClass() == target.getClass()) {
      arithmetic.transpose(source, at, stride, depth, width, target, targetAt);
      return;
    }
    for (int k = 0; k < depth; k++) {
      Elements.load(source, dtype, at + k * step, stride, width, target, targetAt + k * width);
    }
  }
}
