package dev.fathom.image;

/**
 * Where an example lies in the picture that it was made of: the picture was resized, and the
 * example begins {@code left} and {@code top} in what came of it.
 *
 * @param width of the picture
 * @param height of the picture
 * @param resizedWidth what its width became
 * @param resizedHeight what its height became
 * @param left column of the resized picture where the example begins; below 0 where it is wider
 * @param top row of the resized picture where the example begins; below 0 where it is higher
 */
public record View(int width, int height, int resizedWidth, int resizedHeight, int left, int top) {
  /** {@return the view of an example that is the picture} */
  public static View whole(int width, int height) {
    return new View(width, height, width, height, 0, 0);
  }

  /** {@return where a place of the example is in the picture, in pixels; not beyond its edges} */
  public double x(double ofExample) {
    return Math.clamp((ofExample + left) * width / resizedWidth, 0, width);
  }

  /** {@return where a place of the example is in the picture, in pixels; not beyond its edges} */
  public double y(double ofExample) {
    return Math.clamp((ofExample + top) * height / resizedHeight, 0, height);
  }

  /**
   * {@return the column of the example that a column of the picture is in; outside of the example
   * where that was cut off}
   */
  public int column(int ofPicture) {
    return (int) Math.floorDiv((2L * ofPicture + 1) * resizedWidth, 2L * width) - left;
  }

  /** {@return the row of the example that a row of the picture is in, as {@link #column}} */
  public int row(int ofPicture) {
    return (int) Math.floorDiv((2L * ofPicture + 1) * resizedHeight, 2L * height) - top;
  }
}
