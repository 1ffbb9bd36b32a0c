package dev.fathom.service.plot;

import dev.fathom.image.Picture;
import dev.fathom.task.Overlay;
import java.util.Locale;

/** Draws what a model found over the picture. A small picture is enlarged, so that labels fit. */
public final class OverlayPlot {

  /** The shorter side that a picture gets, as near as whole pixels allow. */
  private static final int LEAST_SIDE = 384;

  private static final double LINE = 2;
  private static final double LETTER = 10;
  private static final double MARGIN = 3;

  /** How much of the picture the colour of a class hides. */
  private static final double MASK = 0.55;

  private static final int WHITE = 0xffffff;

  private OverlayPlot() {}

  /** {@return a picture, PNG, with its boxes and their labels, or with the colours of its mask} */
  public static byte[] png(Picture picture, Overlay overlay) {
    int scale = Math.max(1, LEAST_SIDE / Math.min(picture.width(), picture.height()));
    var canvas = new Canvas(picture, scale);
    switch (overlay) {
      // The best last, so that nothing hides it.
      case Overlay.Boxes boxes -> boxes.boxes().reversed().forEach(box -> draw(canvas, box, scale));
      case Overlay.Mask mask -> draw(canvas, mask, scale);
    }
    return canvas.png();
  }

  private static void draw(Canvas canvas, Overlay.Box box, int scale) {
    int colour = darker(Overlay.colour(box.number() + 1));
    double left = box.left() * scale;
    double top = box.top() * scale;
    double right = box.right() * scale;
    double bottom = box.bottom() * scale;
    canvas.line(left, top, right, top, LINE, colour);
    canvas.line(right, top, right, bottom, LINE, colour);
    canvas.line(right, bottom, left, bottom, LINE, colour);
    canvas.line(left, bottom, left, top, LINE, colour);
    var text = String.format(Locale.ROOT, "%s %.0f%%", box.label(), 100 * box.score());
    double width = Glyphs.width(text) * LETTER / Glyphs.CAPITAL + 2 * MARGIN;
    double height = LETTER + 2 * MARGIN;
    // Above the box where there is room, else inside.
    double above = top >= height ? top - height : top;
    canvas.fill(left, above, left + width, above + height, colour, 1);
    canvas.text(text, left + MARGIN, above + height - MARGIN, LETTER, 0, WHITE);
  }

  /** White letters are read on it. */
  private static int darker(int colour) {
    int red = colour >> 16 & 0xff;
    int green = colour >> 8 & 0xff;
    int blue = colour & 0xff;
    boolean bright = 0.3 * red + 0.6 * green + 0.1 * blue > 150;
    return bright ? red / 2 << 16 | green / 2 << 8 | blue / 2 : colour;
  }

  /** The first class is what lies behind: its pixels stay as they are. */
  private static void draw(Canvas canvas, Overlay.Mask mask, int scale) {
    for (int y = 0, i = 0; y < mask.height(); y++) {
      for (int x = 0; x < mask.width(); x++, i++) {
        int number = mask.classes()[i] & 0xff;
        if (number > 0) {
          canvas.fill(
              (double) x * scale,
              (double) y * scale,
              (x + 1.0) * scale,
              (y + 1.0) * scale,
              mask.colours().get(number),
              MASK);
        }
      }
    }
  }
}
