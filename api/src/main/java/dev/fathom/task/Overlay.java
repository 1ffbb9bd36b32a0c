package dev.fathom.task;

import java.util.List;

/** What may be drawn over a picture, in its pixels. */
public sealed interface Overlay {
  /** Boxes with what is in them. */
  record Boxes(List<Box> boxes) implements Overlay {
    public Boxes {
      boxes = List.copyOf(boxes);
    }
  }

  /**
   * A box; corners are distances from the left and upper edge of the picture.
   *
   * @param label what is in it
   * @param number of its class, of which its colour depends
   */
  record Box(
      double left,
      double top,
      double right,
      double bottom,
      String label,
      int number,
      double score) {}

  /**
   * The class of each pixel.
   *
   * @param classes {@code [height, width]}, numbers without a sign
   * @param colours of the classes, 0xRRGGBB
   */
  record Mask(int width, int height, byte[] classes, List<Integer> colours) implements Overlay {
    public Mask {
      colours = List.copyOf(colours);
    }
  }

  /**
   * {@return the colour of a class, 0xRRGGBB} Those of Pascal VOC, in which classes that follow
   * each other are far apart: three bits of the number at a time are the highest bits of red, green
   * and blue that are left. The first is black.
   */
  static int colour(int number) {
    int red = 0;
    int green = 0;
    int blue = 0;
    for (int bit = 7; bit >= 0 && number > 0; bit--, number >>= 3) {
      red |= (number & 1) << bit;
      green |= (number >> 1 & 1) << bit;
      blue |= (number >> 2 & 1) << bit;
    }
    return red << 16 | green << 8 | blue;
  }
}
