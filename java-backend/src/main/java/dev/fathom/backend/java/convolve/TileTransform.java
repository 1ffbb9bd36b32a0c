package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.arithmetic.Winograd;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.spi.Binding;
import dev.fathom.spi.View;

/**
 * Transforms the tiles of images to {@code [point, tile, channel]}. Channels lie side by side in
 * all of it, so that vectors are full whatever the size of an image.
 */
final class TileTransform {
  /** Channels that are transformed together. */
  final int block;

  /** Elements from a tile's channels to the next tile's. */
  final int pitch;

  /** Elements from a point's tiles to the next point's. */
  final int point;

  private final Winograd winograd;
  private final SourceRows sourceRows;
  private final Images images;

  /** Whether tiles are 6 x 6 and overlap, as those of a source do; those of a result are 4 x 4. */
  private final boolean overlap;

  private final int padTop;
  private final int padLeft;
  private final int columns;
  private final int rowPitch;
  private final int planePitch;

  private TileTransform(
      View view,
      WinogradTiles tiles,
      int most,
      boolean overlap,
      int padTop,
      int padLeft,
      Winograd winograd,
      Arithmetic arithmetic) {
    this.winograd = winograd;
    this.overlap = overlap;
    this.padTop = padTop;
    this.padLeft = padLeft;
    sourceRows = new SourceRows(view.dtype(), arithmetic);
    images = Images.of(view);
    columns = tiles.columns;
    block = Math.min(tiles.channels(), WinogradTiles.lines(most));
    rowPitch = padded(columns);
    planePitch = WinogradTiles.odd(padded(tiles.chunkRows) * rowPitch + arithmetic.columns());
    pitch = WinogradTiles.odd(most);
    point =
        WinogradTiles.odd(
            Math.multiplyExact(WinogradTiles.up(tiles.most(), arithmetic.rows()), pitch));
  }

  /** {@return the transform of what a convolution reads} */
  static TileTransform ofSource(
      View view,
      WinogradTiles tiles,
      int padTop,
      int padLeft,
      Winograd winograd,
      Arithmetic arithmetic) {
    int channels = (int) view.size(1);
    return new TileTransform(view, tiles, channels, true, padTop, padLeft, winograd, arithmetic);
  }

  /**
   * {@return the transform of gradients with respect to what a convolution gave}
   *
   * @param most channels that are transformed at most
   */
  static TileTransform ofGradient(
      View view, WinogradTiles tiles, int most, Winograd winograd, Arithmetic arithmetic) {
    return new TileTransform(view, tiles, most, false, 0, 0, winograd, arithmetic);
  }

  /** {@return rows, or columns, of pixels that tiles side by side have} */
  private int padded(int tiles) {
    return Winograd.TILE * tiles + (overlap ? Winograd.TAPS - 1 : 0);
  }

  /** {@return elements of the transformed tiles of a chunk} */
  int elements() {
    return Math.multiplyExact(WinogradTiles.POINTS, point);
  }

  /** {@return elements of scratch memory that it needs} */
  int scratch() {
    return 2 * block * planePitch + Winograd.POINTS * rowPitch * block;
  }

  /**
   * Transforms rows of tiles of an image.
   *
   * @param at scratch memory
   * @param to where the first tile goes, for point 0
   */
  void transform(
      Binding from,
      int image,
      int firstChannel,
      int channelEnd,
      int firstRow,
      int rows,
      float[] scratch,
      int at,
      int to) {
    for (int channel = firstChannel; channel < channelEnd; channel += block) {
      int count = Math.min(block, channelEnd - channel);
      for (int i = 0; i < count; i++) {
        pad(from, image, channel + i, firstRow, rows, scratch, at + i * planePitch);
      }
      transform(count, rows, scratch, at, to + channel - firstChannel);
    }
  }

  /** Copies what rows of tiles read of a channel, with zeros around. */
  private void pad(
      Binding from, int image, int channel, int firstRow, int rows, float[] scratch, int to) {
    int all = padded(rows);
    int y = firstRow * Winograd.TILE - padTop;
    int above = Math.clamp(-y, 0, all);
    int height = Math.clamp(images.height() - (y + above), 0, all - above);
    int left = Math.clamp(padLeft, 0, rowPitch);
    int x = Math.max(0, -padLeft);
    int width = Math.clamp(images.width() - x, 0, rowPitch - left);
    if (width == 0) {
      height = 0;
    }
    int data = to + above * rowPitch + left;
    int end = to + all * rowPitch;
    Elements.zero(scratch, to, 1, data - to);
    sourceRows.copy(
        JavaBuffer.array(from),
        JavaBuffer.offset(from)
            + images.plane(image, channel)
            + (y + above) * images.rowStride()
            + x * images.columnStride(),
        images.rowStride(),
        images.columnStride(),
        height,
        width,
        scratch,
        data,
        rowPitch);
    int behind = data + height * rowPitch;
    Elements.zero(scratch, behind, 1, Math.max(0, end - behind));
  }

  private void transform(int channels, int rows, float[] scratch, int planes, int to) {
    int pixels = planes + block * planePitch;
    int transformed = pixels + block * planePitch;
    int run = rowPitch * block;
    winograd.transpose(
        channels, padded(rows) * rowPitch, scratch, planes, planePitch, scratch, pixels, block);
    for (int row = 0; row < rows; row++) {
      along(run, scratch, pixels + row * Winograd.TILE * run, run, transformed, run);
      for (int column = 0; column < columns; column++) {
        int tile = to + (row * columns + column) * pitch;
        for (int y = 0; y < Winograd.POINTS; y++) {
          along(
              channels,
              scratch,
              transformed + y * run + column * Winograd.TILE * block,
              block,
              tile + y * Winograd.POINTS * point,
              point);
        }
      }
    }
  }

  private void along(int count, float[] scratch, int from, int fromStep, int to, int toStep) {
    if (overlap) {
      winograd.input(count, scratch, from, fromStep, scratch, to, toStep);
    } else {
      winograd.outputGradient(count, scratch, from, fromStep, scratch, to, toStep);
    }
  }
}
