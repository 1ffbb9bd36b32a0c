package dev.fathom.image;

/**
 * Rows of a JPEG's component at the size of the picture: where colours have half the samples, each
 * is 3/4 of the nearer and 1/4 of the farther one, as libjpeg-turbo has it. For one thread.
 */
final class JpegRows {
  private final byte[] plane;
  private final int stride;
  private final int columns;
  private final int rows;
  private final int across;
  private final int down;
  private final byte[] row;
  private final int[] sums;

  /**
   * @param columns of the plane that are samples of the picture, not what fills blocks
   * @param rows of the plane that are
   * @param across samples of the picture to one of the plane
   * @param down rows of the picture to one of the plane
   */
  JpegRows(byte[] plane, int stride, int columns, int rows, int across, int down) {
    this.plane = plane;
    this.stride = stride;
    this.columns = columns;
    this.rows = rows;
    this.across = across;
    this.down = down;
    row = new byte[columns * across];
    sums = new int[columns];
  }

  /** {@return a row of samples, valid until the next call} */
  byte[] row(int y) {
    int from = y / down;
    if (across == 2 && down == 2 && columns > 2) {
      both(from, neighbour(from, y));
    } else if (across == 1 && down == 2) {
      vertical(from, neighbour(from, y), y % 2 == 0 ? 1 : 2);
    } else if (across == 2 && down == 1 && columns > 2) {
      horizontal(from * stride);
    } else {
      repeated(from * stride);
    }
    return row;
  }

  private int neighbour(int from, int y) {
    return y % 2 == 0 ? Math.max(from - 1, 0) : Math.min(from + 1, rows - 1);
  }

  private void repeated(int from) {
    if (across == 1) {
      System.arraycopy(plane, from, row, 0, columns);
      return;
    }
    for (int x = 0, to = 0; x < columns; x++) {
      for (int i = 0; i < across; i++) {
        row[to++] = plane[from + x];
      }
    }
  }

  private void horizontal(int from) {
    int last = columns - 1;
    row[0] = plane[from];
    row[2 * last + 1] = plane[from + last];
    for (int x = 0; x < last; x++) {
      int left = plane[from + x] & 0xff;
      int right = plane[from + x + 1] & 0xff;
      row[2 * x + 1] = (byte) (3 * left + right + 2 >> 2);
      row[2 * x + 2] = (byte) (3 * right + left + 1 >> 2);
    }
  }

  private void vertical(int near, int far, int bias) {
    int a = near * stride;
    int b = far * stride;
    for (int x = 0; x < columns; x++) {
      row[x] = (byte) (3 * (plane[a + x] & 0xff) + (plane[b + x] & 0xff) + bias >> 2);
    }
  }

  private void both(int near, int far) {
    int a = near * stride;
    int b = far * stride;
    for (int x = 0; x < columns; x++) {
      sums[x] = 3 * (plane[a + x] & 0xff) + (plane[b + x] & 0xff);
    }
    int last = columns - 1;
    row[0] = (byte) (4 * sums[0] + 8 >> 4);
    row[2 * last + 1] = (byte) (4 * sums[last] + 7 >> 4);
    for (int x = 0; x < last; x++) {
      row[2 * x + 1] = (byte) (3 * sums[x] + sums[x + 1] + 7 >> 4);
      row[2 * x + 2] = (byte) (3 * sums[x + 1] + sums[x] + 8 >> 4);
    }
  }
}
