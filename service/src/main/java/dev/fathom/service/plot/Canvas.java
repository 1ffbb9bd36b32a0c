package dev.fathom.service.plot;

import dev.fathom.image.Picture;
import dev.fathom.image.PngWriter;
import java.util.Arrays;

/** A picture with smooth lines and texts; y grows downwards. For one thread. */
final class Canvas {

  private static final double TEXT_STROKE = 0.13;

  private final int width;
  private final int height;
  private final int[] pixels;

  Canvas(int width, int height, int colour) {
    this.width = width;
    this.height = height;
    pixels = new int[width * height];
    Arrays.fill(pixels, colour);
  }

  /** A picture that is drawn on, each of its pixels {@code scale} times as wide and high. */
  Canvas(Picture picture, int scale) {
    this(
        Math.multiplyExact(picture.width(), scale), Math.multiplyExact(picture.height(), scale), 0);
    var colours = picture.channels(3).pixels();
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++, i++) {
        int from = 3 * (y / scale * picture.width() + x / scale);
        pixels[i] =
            (colours[from] & 0xff) << 16
                | (colours[from + 1] & 0xff) << 8
                | colours[from + 2] & 0xff;
      }
    }
  }

  /** Fills a rectangle, each side in pixels. */
  void fill(double left, double top, double right, double bottom, int colour, double share) {
    for (int y = (int) Math.round(top); y < Math.round(bottom); y++) {
      for (int x = (int) Math.round(left); x < Math.round(right); x++) {
        blend(x, y, colour, share);
      }
    }
  }

  int height() {
    return height;
  }

  byte[] png() {
    return PngWriter.rgb(width, height, pixels);
  }

  /** Draws a line with round ends. */
  void line(double x1, double y1, double x2, double y2, double thickness, int colour) {
    double reach = thickness / 2 + 1;
    double dx = x2 - x1;
    double dy = y2 - y1;
    double square = dx * dx + dy * dy;
    // Bounds are whole numbers: where many doubles are alive, a native image for AVX-512 compares
    // the wrong two.
    int left = (int) (Math.min(x1, x2) - reach);
    int right = (int) Math.floor(Math.max(x1, x2) + reach);
    int top = (int) (Math.min(y1, y2) - reach);
    int bottom = (int) Math.floor(Math.max(y1, y2) + reach);
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        double px = x + 0.5 - x1;
        double py = y + 0.5 - y1;
        double along = square == 0 ? 0 : Math.clamp((px * dx + py * dy) / square, 0, 1);
        double distance = Math.hypot(px - along * dx, py - along * dy);
        blend(x, y, colour, thickness / 2 + 0.5 - distance);
      }
    }
  }

  /** Fills the area between two lines from {@code x1} to {@code x2}, in whole columns of pixels. */
  void band(double x1, double top1, double low1, double x2, double top2, double low2, int colour) {
    for (int x = (int) Math.round(x1); x < Math.round(x2); x++) {
      double share = Math.clamp((x + 0.5 - x1) / (x2 - x1), 0, 1);
      double top = top1 + share * (top2 - top1);
      double low = low1 + share * (low2 - low1);
      int bottom = (int) Math.ceil(low);
      for (int y = (int) top; y < bottom; y++) {
        blend(x, y, colour, Math.min(y + 1, low) - Math.max(y, top));
      }
    }
  }

  /**
   * Writes a text.
   *
   * @param x its left end for {@code anchor} 0, its middle for 0.5, its right end for 1
   * @param y its base line
   * @param size the height of capitals
   */
  void text(String text, double x, double y, double size, double anchor, int colour) {
    double scale = size / Glyphs.CAPITAL;
    double at = x - anchor * scale * Glyphs.width(text);
    for (char letter : text.toCharArray()) {
      var glyph = Glyphs.of(letter);
      for (var points : glyph.strokes()) {
        for (int i = 0; i + 3 < points.length; i += 2) {
          line(
              at + scale * points[i],
              y - scale * (points[i + 1] - Glyphs.BASE),
              at + scale * points[i + 2],
              y - scale * (points[i + 3] - Glyphs.BASE),
              TEXT_STROKE * size,
              colour);
        }
      }
      at += scale * Glyphs.advance(glyph);
    }
  }

  /** Mixes a colour into a pixel; one outside the picture is left out. */
  private void blend(int x, int y, int colour, double share) {
    if (share <= 0 || x < 0 || x >= width || y < 0 || y >= height) {
      return;
    }
    double part = Math.min(share, 1);
    int old = pixels[y * width + x];
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = old >> shift & 0xff;
      int to = colour >> shift & 0xff;
      mixed |= (int) Math.round(from + part * (to - from)) << shift;
    }
    pixels[y * width + x] = mixed;
  }
}
