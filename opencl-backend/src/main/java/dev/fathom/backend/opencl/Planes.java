package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;

/**
 * The zero-padded copy of the channels of one sample, or of a strip of its rows, that a work item
 * makes before it convolves. So no tap has to test whether it is inside.
 *
 * @param view the source, {@code [n, channels, height, width]} or without height
 * @param type of the copy
 * @param channels of a group
 * @param rows the vertical axis
 * @param columns the horizontal axis
 * @param strip rows of results that a strip is for
 */
record Planes(View view, DType type, int channels, PlaneAxis rows, PlaneAxis columns, int strip) {
  /** The number of elements that stay in a second-level cache beside the weights. */
  private static final int MOST = 48 << 10;

  /** {@return the vertical and the horizontal axis of a convolution's source} */
  static PlaneAxis[] axes(Convolve spec) {
    boolean input = spec.role() == Convolve.Role.INPUT;
    View source = spec.first();
    View result = spec.epilogue().outputs().getFirst();
    PlaneAxis[] axes = {PlaneAxis.NONE, PlaneAxis.NONE};
    int missing = 2 - spec.windows().size();
    for (int i = 0; i < spec.windows().size(); i++) {
      Window window = spec.windows().get(i);
      axes[missing + i] =
          input
              ? PlaneAxis.input(window, result.size(2 + i), source.size(2 + i))
              : PlaneAxis.output(window, source.size(2 + i));
    }
    return axes;
  }

  /** {@return planes whose strips have as many rows as fit the cache, and no more than a limit} */
  static Planes of(Convolve spec, int channels, int mostRows) {
    PlaneAxis[] axes = axes(spec);
    int strip = Math.max(1, mostRows);
    while (strip > 1 && channels * (long) axes[0].extent(strip) * axes[1].extent() > MOST) {
      strip = Tiles.part(axes[0].results(), strip - 1);
    }
    return new Planes(spec.first(), spec.accumulator(), channels, axes[0], axes[1], strip);
  }

  /** {@return elements of a row} */
  int pitch() {
    return columns.extent();
  }

  /** {@return elements of a channel} */
  int plane() {
    return rows.extent(strip) * pitch();
  }

  /** {@return elements of all channels} */
  long elements() {
    return Math.ceilDiv((long) channels * plane(), 16L) * 16;
  }

  /** Writes zeros everywhere; those between source elements are written only here. */
  void clear(StringBuilder out, String indent, String planes) {
    out.append(indent).append("for (int i = 0; i < ").append(elements()).append("; i++) ");
    out.append(planes).append("[i] = 0;\n");
  }

  /**
   * Copies a strip.
   *
   * @param channel a variable, the first channel
   * @param first a variable, the first row of results
   */
  void copy(
      StringBuilder out,
      String indent,
      Numbers numbers,
      String planes,
      String sample,
      String channel,
      String first) {
    View source = view;
    boolean flat = source.rank() == 3;
    long rowStride = flat ? 0 : source.stride(2);
    long columnStride = source.stride(source.rank() - 1);
    String body =
        """
        for (int c = 0; c < %d; c++)
          for (int q = 0; q < %d; q++) {
            __global %s* to = %s + c * %d + q * %d;
            const int at = q + (int)%s * %d - %d;
            const int v = at / %d;
            if (at >= 0 && v < %d && at == v * %d) {
              __global const %s* from = b0 + o0 + %s * %s + (%s + c) * %s + v * %s;
              for (int i = %d; i < %d; i++) to[i * %d + %d] = %s;
            } else {
              for (int i = 0; i < %d; i++) to[i] = 0;
            }
          }
        """
            .formatted(
                channels,
                rows.extent(strip),
                CTypes.stored(type),
                planes,
                plane(),
                pitch(),
                first,
                rows.step(),
                rows.lead(),
                rows.spread(),
                rows.source(),
                rows.spread(),
                CTypes.stored(source.dtype()),
                sample,
                numbers.of(source.stride(0)),
                channel,
                numbers.of(source.stride(1)),
                numbers.of(rowStride),
                columns.begin(),
                columns.end(),
                columns.spread(),
                columns.lead(),
                CTypes.load(source.dtype(), 1, "from", "i * " + numbers.of(columnStride)),
                pitch());
    out.append(body.indent(indent.length()));
  }

  /** {@return the place in the plane of the element that a tap of result 0 reads} */
  String tap(String row, String column) {
    return "(%d + %s * %d) * %d + %d + %s * %d"
        .formatted(
            rows.firstTap(),
            row,
            rows.tapStep(),
            pitch(),
            columns.firstTap(),
            column,
            columns.tapStep());
  }
}
