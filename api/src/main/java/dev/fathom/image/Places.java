package dev.fathom.image;

/** What is learned of places in a picture, to be changed in place. For one thread. */
public sealed interface Places permits Places.Mask, Places.Boxes {
  /**
   * Mirrors them.
   *
   * @param vertical whether top and bottom change places, instead of left and right
   */
  void mirror(boolean vertical);

  /**
   * The class of each pixel, {@code [height, width]}.
   *
   * @param values row-major
   * @param offset of the first
   */
  record Mask(float[] values, int offset, int height, int width) implements Places {
    @Override
    public void mirror(boolean vertical) {
      int rows = vertical ? height / 2 : height;
      int columns = vertical ? width : width / 2;
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
          int at = offset + y * width + x;
          int other =
              offset + (vertical ? height - 1 - y : y) * width + (vertical ? x : width - 1 - x);
          float value = values[at];
          values[at] = values[other];
          values[other] = value;
        }
      }
    }
  }

  /**
   * Boxes, {@code [count, size]}: left, top, right and bottom in shares of the picture's width and
   * height; the last number of each is below 0 where there is none.
   *
   * @param values row-major
   * @param offset of the first
   */
  record Boxes(float[] values, int offset, int count, int size) implements Places {
    @Override
    public void mirror(boolean vertical) {
      for (int i = 0; i < count; i++) {
        int at = offset + i * size;
        if (values[at + size - 1] >= 0) {
          int low = at + (vertical ? 1 : 0);
          float before = values[low];
          values[low] = 1 - values[low + 2];
          values[low + 2] = 1 - before;
        }
      }
    }
  }
}
