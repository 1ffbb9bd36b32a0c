package dev.fathom.backend.java.convolve;

import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.View;

/**
 * The transformed weights of {@link WinogradConvolve} as right panels of the tile kernel: {@code
 * [point, panel, source channel, width]}, in f32. The gradient with respect to the input is a
 * convolution too, with channels exchanged and each kernel turned round.
 *
 * @param role OUTPUT or INPUT
 * @param width result channels of a panel
 */
record WinogradFilters(Convolve.Role role, int width) {
  private static final String PREFIX = "winograd";

  int resultChannels(View w) {
    return (int) w.size(role == Convolve.Role.OUTPUT ? 0 : 1);
  }

  int sourceChannels(View w) {
    return (int) w.size(role == Convolve.Role.OUTPUT ? 1 : 0);
  }

  int panels(View w) {
    return Math.ceilDiv(resultChannels(w), width);
  }

  /** {@return elements from a point's panels to the next point's} */
  int pointElements(View w) {
    return Math.toIntExact((long) panels(w) * sourceChannels(w) * width);
  }

  /** {@return the layout to ask for} */
  OperandLayout layout(View w) {
    String id = String.join(" ", PREFIX, role.name(), "" + width);
    return new OperandLayout(id, DType.F32, (long) WinogradTiles.POINTS * pointElements(w));
  }

  static boolean understands(OperandLayout layout) {
    return layout.id().startsWith(PREFIX + " ");
  }

  static WinogradFilters parse(OperandLayout layout) {
    String[] parts = layout.id().split(" ");
    return new WinogradFilters(Convolve.Role.valueOf(parts[1]), Integer.parseInt(parts[2]));
  }
}
