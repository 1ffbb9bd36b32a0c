package dev.fathom.image;

import dev.fathom.spi.Shape;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a picture of any size becomes an example, {@code [channels, height, width]} or, where that is
 * the {@code shape}, {@code [height, width]}: resized, and its centre cut out, as torchvision's
 * {@code Resize} and {@code CenterCrop} do it. Immutable.
 *
 * @param shape of the example
 * @param resize what the shorter side is resized to before the centre is cut out; empty for the
 *     smallest picture that covers the example
 * @param stretch whether the picture is resized to the example's height and width instead, with
 *     nothing cut off
 * @param interpolation of pixels between pixels
 * @param mostPixels that a picture may have
 */
public record Framing(
    Shape shape,
    OptionalInt resize,
    boolean stretch,
    Interpolation interpolation,
    long mostPixels) {
  /**
   * {@return the framing of examples of this shape by default; empty if no picture has it}
   *
   * @param shape {@code [height, width]}, {@code [1, height, width]} or {@code [3, height, width]}
   */
  public static Optional<Framing> of(Shape shape) {
    boolean fits =
        shape.rank() == 2 || shape.rank() == 3 && (shape.size(0) == 1 || shape.size(0) == 3);
    return fits
        ? Optional.of(
            new Framing(
                shape, OptionalInt.empty(), false, Interpolation.BILINEAR, Pictures.MOST_PIXELS))
        : Optional.empty();
  }

  private int channels() {
    return shape.rank() == 2 ? 1 : (int) shape.size(0);
  }

  private int height() {
    return (int) shape.size(shape.rank() - 2);
  }

  private int width() {
    return (int) shape.size(shape.rank() - 1);
  }

  /**
   * {@return the example of a picture's file, row-major, each value 0 to 255 without a sign}
   *
   * @param name for messages
   * @throws PictureException if the file cannot be read
   */
  public byte[] example(String name, byte[] file) {
    return example(Pictures.decode(name, file, mostPixels));
  }

  /** {@return the example of a picture, row-major, each value 0 to 255 without a sign} */
  public byte[] example(Picture picture) {
    View view = view(picture.width(), picture.height());
    Picture resized =
        Resampling.resized(
            picture.channels(channels()), view.resizedWidth(), view.resizedHeight(), interpolation);
    int left = view.left();
    int top = view.top();
    byte[] planes = new byte[Math.toIntExact(shape.elements())];
    int channels = channels();
    // What the picture does not cover is black.
    for (int y = Math.max(0, -top); y < Math.min(height(), resized.height() - top); y++) {
      for (int x = Math.max(0, -left); x < Math.min(width(), resized.width() - left); x++) {
        int from = ((y + top) * resized.width() + x + left) * channels;
        for (int c = 0; c < channels; c++) {
          planes[(c * height() + y) * width() + x] = resized.pixels()[from + c];
        }
      }
    }
    return planes;
  }

  /** {@return where the example of a picture of this size lies in it} */
  public View view(int width, int height) {
    int newWidth = width();
    int newHeight = height();
    if (!stretch) {
      // The side that is relatively shorter fits, the other is cut.
      boolean byWidth = (long) width * height() <= (long) height * width();
      int shorter = resize.isPresent() ? Math.min(width, height) : byWidth ? width : height;
      int side = resize.orElse(byWidth ? width() : height());
      newWidth = scaled(width, side, shorter);
      newHeight = scaled(height, side, shorter);
    }
    return new View(
        width,
        height,
        newWidth,
        newHeight,
        (int) Math.rint((newWidth - width()) / 2.0),
        (int) Math.rint((newHeight - height()) / 2.0));
  }

  private static int scaled(int length, int side, int shorter) {
    return Math.max(1, Math.toIntExact((long) side * length / shorter));
  }
}
