package dev.fathom.image;

import java.util.List;
import java.util.Objects;

/**
 * A decoded picture. Immutable as long as nobody writes to its array.
 *
 * @param width in pixels
 * @param height in pixels
 * @param channels 1, grey, or 3, red, green and blue
 * @param pixels {@code [height, width, channels]}, row-major, each 0 to 255 without a sign
 */
public record Picture(int width, int height, int channels, byte[] pixels) {
  /**
   * @throws IllegalArgumentException if the sizes are not positive, or do not fit the array
   */
  public Picture {
    Objects.requireNonNull(pixels);
    if (width < 1
        || height < 1
        || channels != 1 && channels != 3
        || pixels.length != (long) width * height * channels) {
      throw new IllegalArgumentException(
          "[picture] expected 1 or 3 channels of %d x %d but got %d bytes"
              .formatted(width, height, pixels.length));
    }
  }

  /**
   * {@return the picture of an example}
   *
   * @param planes {@code [channels, height, width]}, row-major, each 0 to 255 without a sign
   */
  public static Picture ofPlanes(int width, int height, int channels, byte... planes) {
    byte[] pixels = new byte[planes.length];
    int plane = Math.multiplyExact(width, height);
    for (int at = 0; at < planes.length; at++) {
      pixels[at % plane * channels + at / plane] = planes[at];
    }
    return new Picture(width, height, channels, pixels);
  }

  /**
   * {@return the picture with so many channels} Colours become grey as ITU-R BT.601 weighs them.
   *
   * @param wanted 1 or 3
   */
  public Picture channels(int wanted) {
    if (wanted == channels) {
      return this;
    }
    int count = width * height;
    byte[] converted = new byte[Math.multiplyExact(count, wanted)];
    if (wanted == 3) {
      for (int i = 0; i < count; i++) {
        converted[3 * i] = pixels[i];
        converted[3 * i + 1] = pixels[i];
        converted[3 * i + 2] = pixels[i];
      }
    } else {
      for (int i = 0; i < count; i++) {
        int red = pixels[3 * i] & 0xff;
        int green = pixels[3 * i + 1] & 0xff;
        int blue = pixels[3 * i + 2] & 0xff;
        // 0.299, 0.587 and 0.114 in 16 bits.
        converted[i] = (byte) (red * 19595 + green * 38470 + blue * 7471 + 0x8000 >> 16);
      }
    }
    return new Picture(width, height, wanted, converted);
  }

  /**
   * {@return pictures of one size beside and below each other, row by row}
   *
   * @param columns how many are in a row; places behind the last are black
   * @throws IllegalArgumentException if there are none, or they differ in size or channels
   */
  public static Picture grid(List<Picture> pictures, int columns) {
    Picture first = pictures.isEmpty() ? null : pictures.getFirst();
    for (Picture each : pictures) {
      if (each.width != first.width
          || each.height != first.height
          || each.channels != first.channels) {
        throw new IllegalArgumentException(
            "[grid] expected pictures of one size but got %d x %d x %d and %d x %d x %d"
                .formatted(
                    first.width,
                    first.height,
                    first.channels,
                    each.width,
                    each.height,
                    each.channels));
      }
    }
    if (first == null || columns < 1) {
      throw new IllegalArgumentException("[grid] expected pictures and 1 column or more");
    }
    int across = Math.min(columns, pictures.size());
    int width = across * first.width;
    int height = Math.ceilDiv(pictures.size(), across) * first.height;
    byte[] pixels = new byte[Math.multiplyExact(Math.multiplyExact(width, height), first.channels)];
    int row = first.width * first.channels;
    for (int i = 0; i < pictures.size(); i++) {
      int left = i % across * row;
      int top = i / across * first.height;
      for (int y = 0; y < first.height; y++) {
        int to = (top + y) * width * first.channels + left;
        System.arraycopy(pictures.get(i).pixels, y * row, pixels, to, row);
      }
    }
    return new Picture(width, height, first.channels, pixels);
  }

  /**
   * {@return the picture as it is seen}
   *
   * @param orientation of EXIF, 1 to 8: what the first row and the first column of a file are
   */
  Picture oriented(int orientation) {
    if (orientation < 2 || orientation > 8) {
      return this;
    }
    boolean turned = orientation > 4;
    int newWidth = turned ? height : width;
    int newHeight = turned ? width : height;
    byte[] seen = new byte[pixels.length];
    for (int y = 0, to = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        int fromX =
            switch (orientation) {
              case 2, 3 -> width - 1 - x;
              case 4 -> x;
              case 5, 6 -> y;
              default -> width - 1 - y;
            };
        int fromY =
            switch (orientation) {
              case 2 -> y;
              case 3, 4 -> height - 1 - y;
              case 5, 8 -> x;
              default -> height - 1 - x;
            };
        int from = (fromY * width + fromX) * channels;
        for (int c = 0; c < channels; c++) {
          seen[to++] = pixels[from + c];
        }
      }
    }
    return new Picture(newWidth, newHeight, channels, seen);
  }
}
