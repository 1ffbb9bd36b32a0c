package dev.fathom.backend.java.convolve;

import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;

/**
 * The packed form of a convolution's weights {@code w [o, c / groups, height, width]} as left
 * panels of the tile kernel: {@code [group, pass, panel, k, rows]}. There is one pass for each pair
 * of residues of the strides (see {@link ConvolveAxis}); k counts source channels and, within them,
 * the taps of the pass.
 *
 * @param role OUTPUT or INPUT
 * @param groups groups of channels
 * @param vertical window of the height
 * @param horizontal window of the width
 * @param rows rows of a panel
 * @param dtype f32 or f64
 */
record Filters(
    Convolve.Role role, int groups, Window vertical, Window horizontal, int rows, DType dtype) {
  private static final String PREFIX = "filters";

  /** {@return rows of a group's product: channels of the result} */
  int resultChannels(View w) {
    return (int) (role == Convolve.Role.OUTPUT ? w.size(0) / groups : w.size(1));
  }

  /** {@return channels of the source in a group} */
  int sourceChannels(View w) {
    return (int) (role == Convolve.Role.OUTPUT ? w.size(1) : w.size(0) / groups);
  }

  int panels(View w) {
    return Math.ceilDiv(resultChannels(w), rows);
  }

  /** {@return whether a tap belongs to a residue of the stride} */
  boolean hasTap(Window window, int tap, int residue) {
    return role == Convolve.Role.OUTPUT || tap * window.dilation() % window.stride() == residue;
  }

  /** {@return how many residues of the stride there are} */
  int residues(Window window) {
    return role == Convolve.Role.OUTPUT ? 1 : (int) window.stride();
  }

  long elements(View w) {
    return (long) groups
        * panels(w)
        * rows
        * sourceChannels(w)
        * vertical.size()
        * horizontal.size();
  }

  /** {@return the layout to ask for} */
  OperandLayout layout(View w) {
    String id =
        String.join(
            " ", PREFIX, role.name(), "" + groups, text(vertical), text(horizontal), "" + rows);
    return new OperandLayout(id, dtype, elements(w));
  }

  /** Padding makes no difference, so that it does not stand in the name. */
  private static String text(Window window) {
    return window.size() + "," + window.stride() + "," + window.dilation();
  }

  static boolean understands(OperandLayout layout) {
    return layout.id().startsWith(PREFIX + " ");
  }

  static Filters parse(OperandLayout layout) {
    String[] parts = layout.id().split(" ");
    return new Filters(
        Convolve.Role.valueOf(parts[1]),
        Integer.parseInt(parts[2]),
        window(parts[3]),
        window(parts[4]),
        Integer.parseInt(parts[5]),
        layout.dtype());
  }

  private static Window window(String text) {
    String[] parts = text.split(",");
    return new Window(
        Long.parseLong(parts[0]), Long.parseLong(parts[1]), 0, 0, Long.parseLong(parts[2]));
  }
}
