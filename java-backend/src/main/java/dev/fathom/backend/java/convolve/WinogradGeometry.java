package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.arithmetic.Winograd;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.Optional;

/** How {@link WinogradConvolve} cuts its work: sizes that follow from the spec. */
final class WinogradGeometry {
  /** Tiles of a chunk, if there are so many. */
  private static final int CHUNK = 64;

  /** Tasks from which on threads have enough to do. */
  private static final int TASKS = 2;

  /** Elements of a line of the cache. */
  private static final int LINE = 16;

  /** Channels that are transformed side by side, if there are so many. */
  private static final int CHANNELS = 32;

  final WinogradFilters filters;
  final int sourceChannels;
  final int resultChannels;

  /** Panels of result channels. */
  final int panels;

  /** Panels of result channels that a task computes. */
  final int taskPanels;

  /** Channels that are transformed side by side. */
  final int block;

  /** Zeros above and left of the source; less than 0 where its first elements are not read. */
  final int padTop;

  final int padLeft;

  /** Tiles of an image. */
  final int tileRows;

  final int tileColumns;

  /** Images of a chunk: one if a chunk is a part of it. */
  final int images;

  /** Rows of tiles of a chunk. */
  final int chunkRows;

  /** Chunks of the images that are done together. */
  final int imageChunks;

  /** Elements of a row of the padded source. */
  final int rowPitch;

  /** Elements of the padded source of a channel. */
  final int planePitch;

  /** Elements of the results of a channel, in whole tiles. */
  final int resultPlane;

  /** Elements from a tile's transformed source to the next tile's: its channels. */
  final int sourcePitch;

  /** Elements from a point's transformed source to the next point's. */
  final int sourcePoint;

  /** Elements from a tile's products to the next tile's: the channels of a task. */
  final int resultPitch;

  /** Elements from a point's products to the next point's. */
  final int resultPoint;

  /** Elements of tiles that are brought into a left panel. */
  final int leftElements;

  /** Tiles of all images, and results of a channel. */
  private final long tiles;

  private final long results;

  private WinogradGeometry(Convolve spec, Arithmetic arithmetic) {
    Images to = Images.of(spec.epilogue().outputs().getFirst());
    View weights = spec.second();
    filters = new WinogradFilters(spec.role(), arithmetic.columns());
    sourceChannels = filters.sourceChannels(weights);
    resultChannels = filters.resultChannels(weights);
    panels = filters.panels(weights);
    padTop = pad(spec, spec.windows().getFirst());
    padLeft = pad(spec, spec.windows().getLast());
    tileRows = Math.ceilDiv(to.height(), Winograd.TILE);
    tileColumns = Math.ceilDiv(to.width(), Winograd.TILE);
    int batch = to.batch();
    int imageTiles = tileRows * tileColumns;
    tiles = (long) batch * imageTiles;
    results = (long) batch * to.height() * to.width();
    images = Math.clamp(CHUNK / Math.max(1, imageTiles), 1, Math.max(1, batch));
    imageChunks = images > 1 ? 1 : Math.max(1, Math.min(tileRows, Math.ceilDiv(imageTiles, CHUNK)));
    chunkRows = Math.ceilDiv(tileRows, imageChunks);
    int tasks = Math.ceilDiv(batch, images) * imageChunks;
    // Each task of a chunk transforms its source again.
    int parts = Math.ceilDiv(TASKS, Math.max(1, tasks));
    taskPanels = Math.max(Math.min(2, panels), Math.ceilDiv(panels, parts));
    block = Math.min(CHANNELS, up(Math.max(sourceChannels, resultChannels), LINE));
    rowPitch = Winograd.TILE * tileColumns + Winograd.TAPS - 1;
    planePitch = odd(paddedRows(chunkRows) * rowPitch + arithmetic.columns());
    resultPlane = odd(chunkRows * tileColumns * Winograd.TILE * Winograd.TILE);
    int most = up(images * chunkRows * tileColumns, arithmetic.rows());
    sourcePitch = odd(sourceChannels);
    sourcePoint = odd(Math.multiplyExact(most, sourcePitch));
    resultPitch = odd(taskPanels * arithmetic.columns());
    resultPoint = odd(Math.multiplyExact(most, resultPitch));
    leftElements = up(sourceChannels, LINE) * arithmetic.rows() + LINE;
  }

  /**
   * {@return at least so many elements, an odd number of lines} It keeps what lies so far apart
   * from falling into the same sets of the cache.
   */
  private static int odd(int elements) {
    return up(elements, LINE) | LINE;
  }

  private static int up(int elements, int unit) {
    return Math.ceilDiv(elements, unit) * unit;
  }

  private static int pad(Convolve spec, Window window) {
    return spec.role() == Convolve.Role.OUTPUT
        ? (int) window.padLow()
        : Winograd.TAPS - 1 - (int) window.padLow();
  }

  /** {@return the sizes, if the plan is to convolve so} */
  static Optional<WinogradGeometry> chosen(Convolve spec, Arithmetic arithmetic, Engine engine) {
    if (engine.winograd() == Engine.Winograd.OFF || !fits(spec)) {
      return Optional.empty();
    }
    WinogradGeometry geometry = new WinogradGeometry(spec, arithmetic);
    return engine.winograd() == Engine.Winograd.ALWAYS || geometry.pays()
        ? Optional.of(geometry)
        : Optional.empty();
  }

  private static boolean fits(Convolve spec) {
    return spec.role() != Convolve.Role.WEIGHT
        && spec.accumulator() == DType.F32
        && spec.groups() == 1
        && spec.windows().size() == 2
        && spec.windows().stream()
            .allMatch(w -> w.size() == Winograd.TAPS && w.stride() == 1 && w.dilation() == 1)
        && spec.first().shape().elements() > 0
        && spec.epilogue().shape().elements() > 0
        && spec.first().size(1) <= ConvolveGeometry.DEPTH;
  }

  /**
   * Whether it is faster, by measurement. With 32 channels and more it took half to two thirds of
   * the time, with 16 the same. Filters are four times as large, and are read once for all tiles:
   * with 4 tiles it took half of the time, with one the same. And tiles should be filled by half.
   */
  private boolean pays() {
    return sourceChannels >= CHANNELS
        && resultChannels >= CHANNELS
        && tiles >= 4
        && tiles * WinogradFilters.POINTS <= results * (Winograd.TAPS * Winograd.TAPS) / 2;
  }

  /** {@return elements of the transformed source of a chunk} */
  int sourceElements() {
    return Math.multiplyExact(WinogradFilters.POINTS, sourcePoint);
  }

  /** {@return elements of the products of a chunk} */
  int resultElements() {
    return Math.multiplyExact(WinogradFilters.POINTS, resultPoint);
  }

  /** {@return rows of the padded source that rows of tiles read} */
  int paddedRows(int rows) {
    return Winograd.TILE * rows + Winograd.TAPS - 1;
  }

  /** {@return elements of the padded source of a block, and of the same with channels innermost} */
  int planesElements() {
    return block * planePitch;
  }

  /** {@return elements of a row of tiles whose columns are transformed} */
  int columnElements() {
    return Winograd.POINTS * rowPitch * block;
  }

  /** {@return elements of the products of a tile, transformed along one axis} */
  int halfElements() {
    return Winograd.TILE * Winograd.POINTS * block;
  }

  /** {@return elements of the results of a block, and of the same with channels innermost} */
  int resultPlanesElements() {
    return block * resultPlane;
  }

  /** {@return elements of scratch memory that a worker needs} */
  int slot() {
    int input = 2 * planesElements() + columnElements();
    int output = halfElements() + 2 * resultPlanesElements();
    int rest = Math.max(leftElements, Math.max(input, output));
    // A run may be read and written beyond its end.
    return Math.addExact(Math.addExact(sourceElements(), resultElements()), rest + 2 * CHANNELS);
  }
}
