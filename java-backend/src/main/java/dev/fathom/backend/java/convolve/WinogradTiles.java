package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Winograd;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.Window;
import java.util.Optional;

/**
 * How the results of a convolution by Winograd's transforms are cut into tiles, and the tiles into
 * chunks: some images, or rows of tiles of one.
 */
final class WinogradTiles {
  /** Products of a tile, each of which has a matrix of its own. */
  static final int POINTS = Winograd.POINTS * Winograd.POINTS;

  /** Fewest channels that are worth it. */
  private static final int CHANNELS = 32;

  /** Channels that are transformed together at most. */
  static final int MOST_CHANNELS = 32;

  /** Tiles of a chunk, if there are so many. */
  private static final int CHUNK = 64;

  /** Tiles from which on two chunks pay, so that threads have one each. */
  private static final int LEAST_CHUNK = 8;

  /** Elements of transformed filters that a processor's own cache holds. */
  private static final long CACHED_ELEMENTS = 200_000;

  /** Elements of transformed filters or tiles from which on there is no memory for them. */
  private static final long MOST_ELEMENTS = 1 << 28;

  /** Elements of a line of the cache. */
  private static final int LINE = 16;

  /** Tiles of an image. */
  final int rows;

  final int columns;

  /** Images of a chunk: one if a chunk is a part of it. */
  final int images;

  /** Rows of tiles of a chunk. */
  final int chunkRows;

  /** Chunks of the images that are done together. */
  final int imageChunks;

  private final int batch;

  /**
   * @param shared whether a chunk may be small so that there are two: filters, read for each, are
   *     in the cache of a processor
   */
  private WinogradTiles(Images results, boolean shared) {
    batch = results.batch();
    rows = Math.ceilDiv(results.height(), Winograd.TILE);
    columns = Math.ceilDiv(results.width(), Winograd.TILE);
    int imageTiles = rows * columns;
    images = Math.clamp(CHUNK / Math.max(1, imageTiles), 1, Math.max(1, batch));
    int least = shared && batch == 1 && rows > 1 && imageTiles >= 2 * LEAST_CHUNK ? 2 : 1;
    imageChunks = images > 1 ? 1 : Math.clamp(Math.ceilDiv(imageTiles, CHUNK), least, rows);
    chunkRows = Math.ceilDiv(rows, imageChunks);
  }

  /** {@return the tiles, if the plan is to convolve so} */
  static Optional<WinogradTiles> chosen(Convolve spec, Engine engine) {
    if (engine.winograd() == Engine.Winograd.OFF || !fits(spec)) {
      return Optional.empty();
    }
    boolean isWeight = spec.role() == Convolve.Role.WEIGHT;
    Images results = Images.of(isWeight ? spec.second() : spec.epilogue().outputs().getFirst());
    long channels = spec.first().size(1);
    long filters = POINTS * channels * results.channels();
    WinogradTiles tiles = new WinogradTiles(results, !isWeight && filters <= CACHED_ELEMENTS);
    if (filters > MOST_ELEMENTS
        || POINTS * (long) tiles.most() * (channels + results.channels()) > MOST_ELEMENTS) {
      return Optional.empty();
    }
    return engine.winograd() == Engine.Winograd.ALWAYS || tiles.pay(channels, results)
        ? Optional.of(tiles)
        : Optional.empty();
  }

  private static boolean fits(Convolve spec) {
    return spec.accumulator() == DType.F32
        && spec.groups() == 1
        && spec.windows().size() == 2
        && spec.windows().stream()
            .allMatch(w -> w.size() == Winograd.TAPS && w.stride() == 1 && w.dilation() == 1)
        && spec.first().shape().elements() > 0
        && spec.second().shape().elements() > 0
        && spec.epilogue().shape().elements() > 0;
  }

  /**
   * Whether it is faster, by measurement. With 32 channels and more it took half to two thirds of
   * the time, with 16 the same. Filters are four times as large, and are read once for all tiles:
   * with 4 tiles it took half of the time, with one the same. And tiles should be filled by half.
   */
  private boolean pay(long sourceChannels, Images results) {
    long tiles = (long) batch * rows * columns;
    long elements = (long) batch * results.height() * results.width();
    return sourceChannels >= CHANNELS
        && results.channels() >= CHANNELS
        && tiles >= 4
        && tiles * POINTS <= elements * (Winograd.TAPS * Winograd.TAPS) / 2;
  }

  /** {@return zeros above or left of the source; less than 0 where its first ones are not read} */
  static int pad(Convolve spec, int axis) {
    Window window = spec.windows().get(axis);
    return spec.role() == Convolve.Role.INPUT
        ? Winograd.TAPS - 1 - (int) window.padLow()
        : (int) window.padLow();
  }

  int chunks() {
    return Math.ceilDiv(batch, images) * imageChunks;
  }

  /** {@return tiles that a chunk has at most} */
  int most() {
    return images * chunkRows * columns;
  }

  /** {@return channels that are transformed together: less where threads share a chunk} */
  int channels() {
    return chunks() > 1 ? MOST_CHANNELS : MOST_CHANNELS / 2;
  }

  int firstImage(int chunk) {
    return chunk / imageChunks * images;
  }

  int imageCount(int chunk) {
    return Math.min(images, batch - firstImage(chunk));
  }

  int firstRow(int chunk) {
    return chunk % imageChunks * chunkRows;
  }

  /** {@return rows of tiles of each image of a chunk; may be 0} */
  int rowCount(int chunk) {
    return Math.clamp(rows - firstRow(chunk), 0, chunkRows);
  }

  static int up(int elements, int unit) {
    return Math.ceilDiv(elements, unit) * unit;
  }

  /** {@return at least so many elements, in whole lines of the cache} */
  static int lines(int elements) {
    return up(elements, LINE);
  }

  /**
   * {@return at least so many elements, an odd number of lines} It keeps what lies so far apart
   * from falling into the same sets of the cache.
   */
  static int odd(int elements) {
    return lines(elements) | LINE;
  }
}
