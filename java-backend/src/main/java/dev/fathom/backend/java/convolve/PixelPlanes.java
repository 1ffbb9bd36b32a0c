package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Depthwise;
import dev.fathom.backend.java.arithmetic.Winograd;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.spi.Binding;

/**
 * Brings rows of images into pixels of {@link Depthwise#BLOCK} channels, {@code [row, column,
 * channel]}, with zeros around.
 *
 * @param images what is read; its rows lie one behind the other
 * @param down their rows
 * @param across their columns
 * @param pitch pixels from a row to the next
 */
record PixelPlanes(Images images, PixelAxis down, PixelAxis across, int pitch, Winograd winograd) {
  private static final int BLOCK = Depthwise.BLOCK;

  static PixelPlanes of(Images images, PixelAxis down, PixelAxis across, Winograd winograd) {
    int read = Math.max(across.read(across.positions()), across.lead() + across.count());
    return new PixelPlanes(images, down, across, read, winograd);
  }

  /** {@return whether a view's elements lie as this needs it} */
  static boolean takes(Images images) {
    return images.isEven() && images.columnStride() == 1;
  }

  /** {@return elements of scratch memory for so many rows; a transpose writes behind them} */
  int elements(int rows) {
    return Math.multiplyExact(Math.addExact(Math.multiplyExact(rows, pitch), BLOCK), BLOCK);
  }

  /** {@return elements of the memory that {@link #fill} needs besides, for so many rows} */
  int spare(int rows) {
    return isWide() ? 0 : (rows * images.width() + BLOCK) * BLOCK;
  }

  /** Whether rows fill the blocks of a transpose, so that each is transposed to its place. */
  private boolean isWide() {
    return images.width() >= BLOCK * 3 / 4;
  }

  /**
   * Fills in rows of an image.
   *
   * @param channels how many of the block there are; the others hold junk
   * @param firstRow the first of them, zeros in front counted
   */
  void fill(
      Binding from,
      int image,
      int channel,
      int channels,
      int firstRow,
      int rows,
      float[] scratch,
      int to,
      int spare) {
    float[] array = JavaBuffer.floats(from);
    int above = Math.clamp(down.lead() - firstRow, 0, rows);
    int skipped = firstRow + above - down.lead();
    int count = Math.clamp(down.count() - skipped, 0, rows - above);
    int width = across.count();
    int at =
        JavaBuffer.offset(from)
            + images.plane(image, channel)
            + (down.first() + skipped) * images.width()
            + across.first();
    int data = to + (above * pitch + across.lead()) * BLOCK;
    Elements.zero(scratch, to, 1, data - to);
    boolean wide = isWide();
    if (!wide && count > 0) {
      int all = (count - 1) * images.width() + width;
      transpose(array, at, channels, all, scratch, spare);
    }
    for (int row = 0; row < count; row++) {
      int out = data + row * pitch * BLOCK;
      if (wide) {
        transpose(array, at + row * images.width(), channels, width, scratch, out);
      } else {
        int pixels = spare + row * images.width() * BLOCK;
        System.arraycopy(scratch, pixels, scratch, out, width * BLOCK);
      }
      // A transpose writes behind its end, into what is cleared here or transposed next.
      Elements.zero(scratch, out + width * BLOCK, 1, (pitch - width) * BLOCK);
    }
    int end = data + count * pitch * BLOCK;
    Elements.zero(scratch, end, 1, Math.max(0, to + rows * pitch * BLOCK - end));
  }

  /** Transposes so many elements of each channel. */
  void transpose(float[] from, int at, int channels, int count, float[] to, int toAt) {
    int stride = images.channelStride();
    int whole = count;
    // What is read too much has to be there.
    int rounded = Math.ceilDiv(count, BLOCK) * BLOCK;
    if (at + Math.max(0, (channels - 1) * stride) + rounded > from.length) {
      whole = count - count % BLOCK;
    }
    winograd.transpose(channels, whole, from, at, stride, to, toAt, BLOCK);
    for (int i = whole; i < count; i++) {
      for (int channel = 0; channel < channels; channel++) {
        to[toAt + i * BLOCK + channel] = from[at + channel * stride + i];
      }
    }
  }
}
