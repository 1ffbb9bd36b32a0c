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

  final WinogradFilters filters;
  final int sourceChannels;
  final int resultChannels;

  /** Panels of result channels. */
  final int panels;

  /** Panels of result channels that a task computes. */
  final int taskPanels;

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

  /** Elements from a channel's tiles to the next channel's. */
  final int pitch;

  /** Elements of a row of the padded source. */
  final int rowPitch;

  /** Elements of one of the four parts of a row of tiles after the transform of its columns. */
  final int splitPitch;

  /** Elements from a point's transformed source to the next point's. */
  final int sourcePoint;

  /** Elements from a point's products to the next point's. */
  final int resultPoint;

  /** Elements that a method may read or write behind the end of a run. */
  private final int slack;

  private final int tilesPitch;

  /** Tiles of all images, and results of a channel. */
  private final long tiles;

  private final long results;

  private WinogradGeometry(Convolve spec, Arithmetic arithmetic) {
    Images to = Images.of(spec.epilogue().outputs().getFirst());
    View weights = spec.second();
    filters = new WinogradFilters(spec.role(), arithmetic.rows());
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
    int columns = Math.max(LINE, arithmetic.columns());
    slack = Winograd.TILE * columns;
    tilesPitch = up(images * chunkRows * tileColumns, columns);
    // An odd number of lines keeps the channels, and the points, from falling into the same sets of
    // the cache.
    pitch = tilesPitch | LINE;
    rowPitch = up(Winograd.TILE * (tileColumns + 1), columns);
    splitPitch = up(Winograd.POINTS * rowPitch / Winograd.TILE, columns);
    int tasks = Math.ceilDiv(batch, images) * imageChunks;
    // Each task of a chunk transforms its source again.
    int parts = Math.ceilDiv(TASKS, Math.max(1, tasks));
    taskPanels = Math.max(Math.min(4, panels), Math.ceilDiv(panels, parts));
    sourcePoint =
        up(Math.addExact(Math.multiplyExact(sourceChannels, pitch), columns), LINE) | LINE;
    resultPoint = up(Math.multiplyExact(taskPanels * arithmetic.rows(), pitch), LINE) | LINE;
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
   * Measured from 64 channels and 32 tiles on. Transforms of the source cost more with fewer
   * channels, those of the filters with fewer tiles; and tiles should be filled by half.
   */
  private boolean pays() {
    return sourceChannels >= 64
        && resultChannels >= 64
        && tiles >= 32
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

  /** {@return elements of the padded source of a channel} */
  int paddedElements() {
    return paddedRows(chunkRows) * rowPitch + slack;
  }

  /** {@return elements of a row of tiles whose columns are transformed} */
  int columnElements() {
    return Winograd.POINTS * rowPitch + slack;
  }

  /** {@return elements of the products of a channel, transformed along one axis, and both} */
  int halfElements() {
    return Winograd.TILE * Winograd.POINTS * tilesPitch;
  }

  int tileElements() {
    return Winograd.TILE * Winograd.TILE * tilesPitch + slack;
  }

  /** {@return elements from a channel's products, transformed along an axis, to the next run's} */
  int runPitch() {
    return tilesPitch;
  }

  /** {@return elements of scratch memory that a worker needs} */
  int slot() {
    int input = paddedElements() + columnElements() + Winograd.TILE * splitPitch + slack;
    int block = chunkRows * tileColumns * Winograd.TILE * Winograd.TILE + slack;
    int output = halfElements() + tileElements() + block;
    return Math.addExact(
        Math.addExact(sourceElements(), resultElements()), Math.max(input, output) + slack);
  }
}
