package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.arithmetic.Winograd;
import dev.fathom.backend.java.elementwise.TileState;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.Plan;
import java.util.List;

/**
 * A 3 x 3 convolution, or its gradient with respect to the input, by F(4x4, 3x3) of Lavin and Gray,
 * "Fast Algorithms for Convolutional Neural Networks" (2016). The tiles of a chunk are transformed,
 * the matrix of each point is multiplied with its filters, and the products are transformed back:
 * {@code [point, tile, channel]} to planes. A task is a chunk; where there is only one, as for a
 * single image, threads share each of its three steps.
 */
final class WinogradConvolve extends JavaKernel {
  private final Workers workers;
  private final Arithmetic arithmetic;
  private final Geometry geometry;
  private final Winograd winograd;
  private final ResultPlanes results;
  private final int workspace;
  private final Images result;
  private final int filterPoint;
  private final ConvolveAxis.Residue vertical;
  private final ConvolveAxis.Residue horizontal;
  private final Workers.Body chunk = this::chunk;
  private final Workers.Body transformOnly = this::transformOnly;
  private final Workers.Body multiplyOnly = this::multiplyOnly;
  private final Workers.Body transformBackOnly = this::transformBackOnly;

  WinogradConvolve(
      Convolve spec, Plan.Accepted plan, Geometry geometry, Engine engine, Arithmetic arithmetic) {
    super(spec, plan);
    this.workers = engine.workers();
    this.arithmetic = arithmetic;
    this.geometry = geometry;
    winograd = Winograd.of(engine.vector());
    results = new ResultPlanes(spec, engine, arithmetic);
    workspace = spec.inputs().size() + spec.outputs().size();
    result = Images.of(spec.epilogue().outputs().getFirst());
    filterPoint = geometry.filters.pointElements(spec.second());
    vertical = new ConvolveAxis.Residue(List.of(), result.height(), 0, 1);
    horizontal = new ConvolveAxis.Residue(List.of(), result.width(), 0, 1);
  }

  /** Sizes that follow from the spec. */
  static final class Geometry {
    /** Points that a task multiplies where threads share a chunk. */
    private static final int TASK_POINTS = 4;

    final WinogradTiles tiles;
    final WinogradFilters filters;
    final TileTransform source;
    final int sourceChannels;
    final int resultChannels;

    /** Panels of result channels. */
    final int panels;

    /** Channels that are transformed back together. */
    final int block;

    /** Elements from a tile's products to the next tile's. */
    final int pitch;

    /** Elements from a point's products to the next point's. */
    final int point;

    /** Elements of the results of a channel, in whole tiles. */
    final int plane;

    /** Elements of tiles that are brought into a left panel. */
    private final int leftElements;

    Geometry(Convolve spec, WinogradTiles tiles, Engine engine, Arithmetic arithmetic) {
      this.tiles = tiles;
      filters = new WinogradFilters(spec.role(), arithmetic.columns());
      sourceChannels = filters.sourceChannels(spec.second());
      resultChannels = filters.resultChannels(spec.second());
      source =
          TileTransform.ofSource(
              spec.first(),
              tiles,
              WinogradTiles.pad(spec, 0),
              WinogradTiles.pad(spec, 1),
              Winograd.of(engine.vector()),
              arithmetic);
      panels = filters.panels(spec.second());
      block = Math.min(tiles.channels(), WinogradTiles.lines(resultChannels));
      plane = WinogradTiles.odd(tiles.chunkRows * tiles.columns * Winograd.TILE * Winograd.TILE);
      pitch = WinogradTiles.odd(panels * arithmetic.columns());
      int most = WinogradTiles.up(tiles.most(), arithmetic.rows());
      point = WinogradTiles.odd(Math.multiplyExact(most, pitch));
      leftElements = WinogradTiles.lines(sourceChannels) * arithmetic.rows() + Winograd.BLOCK;
    }

    /** {@return elements of the products of a chunk} */
    int products() {
      return Math.multiplyExact(WinogradTiles.POINTS, point);
    }

    /** {@return elements of the products of a tile, transformed along one axis} */
    int halfElements() {
      return Winograd.TILE * Winograd.POINTS * block;
    }

    /** {@return elements of scratch memory that a worker needs} */
    int slot() {
      int rest =
          Math.max(leftElements, Math.max(source.scratch(), halfElements() + 2 * block * plane));
      // A run may be read and written beyond its end.
      return Math.addExact(
          Math.addExact(source.elements(), products()), rest + 2 * WinogradTiles.MOST_CHANNELS);
    }
  }

  @Override
  public List<String> remarks() {
    return results.remarks();
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    int chunks = geometry.tiles.chunks();
    if (chunks > 1) {
      workers.parallel(chunks, chunk, bindings, scalars);
      return;
    }
    int sourceBlocks = Math.ceilDiv(geometry.sourceChannels, geometry.source.block);
    workers.parallel(sourceBlocks, transformOnly, bindings, scalars);
    workers.parallel(WinogradTiles.POINTS / Geometry.TASK_POINTS, multiplyOnly, bindings, scalars);
    int resultBlocks = Math.ceilDiv(geometry.resultChannels, geometry.block);
    workers.parallel(resultBlocks, transformBackOnly, bindings, scalars);
  }

  private void chunk(int task, int worker, Binding[] bindings, long[] scalars) {
    int sources = slot(bindings, worker);
    int rest = rest(bindings, worker);
    transform(task, 0, geometry.sourceChannels, bindings, sources, rest);
    multiply(task, 0, WinogradTiles.POINTS, bindings, sources, rest);
    transformBack(task, 0, geometry.resultChannels, bindings, scalars, sources, rest);
  }

  private void transformOnly(int task, int worker, Binding[] bindings, long[] scalars) {
    int first = task * geometry.source.block;
    int end = Math.min(geometry.sourceChannels, first + geometry.source.block);
    transform(0, first, end, bindings, slot(bindings, 0), rest(bindings, worker));
  }

  private void multiplyOnly(int task, int worker, Binding[] bindings, long[] scalars) {
    int first = task * Geometry.TASK_POINTS;
    int end = first + Geometry.TASK_POINTS;
    multiply(0, first, end, bindings, slot(bindings, 0), rest(bindings, worker));
  }

  private void transformBackOnly(int task, int worker, Binding[] bindings, long[] scalars) {
    int first = task * geometry.block;
    int end = Math.min(geometry.resultChannels, first + geometry.block);
    int rest = rest(bindings, worker);
    transformBack(0, first, end, bindings, scalars, slot(bindings, 0), rest);
  }

  /** {@return where a worker's memory begins: transformed sources, then products} */
  private int slot(Binding[] bindings, int worker) {
    return JavaBuffer.offset(bindings[workspace]) + worker * geometry.slot();
  }

  /** {@return where a worker's memory for one step at a time begins} */
  private int rest(Binding[] bindings, int worker) {
    return slot(bindings, worker) + geometry.source.elements() + geometry.products();
  }

  private void transform(
      int chunk, int firstChannel, int channelEnd, Binding[] bindings, int sources, int rest) {
    WinogradTiles tiles = geometry.tiles;
    int rows = tiles.rowCount(chunk);
    for (int image = 0; image < tiles.imageCount(chunk); image++) {
      geometry.source.transform(
          bindings[0],
          tiles.firstImage(chunk) + image,
          firstChannel,
          channelEnd,
          tiles.firstRow(chunk),
          rows,
          (float[]) JavaBuffer.array(bindings[workspace]),
          rest,
          sources + image * rows * tiles.columns * geometry.source.pitch + firstChannel);
    }
  }

  private void multiply(
      int chunk, int firstPoint, int pointEnd, Binding[] bindings, int sources, int left) {
    float[] scratch = (float[]) JavaBuffer.array(bindings[workspace]);
    Object weights = JavaBuffer.array(bindings[1]);
    int products = sources + geometry.source.elements();
    int tiles = geometry.tiles.imageCount(chunk) * imageTiles(chunk);
    int height = arithmetic.rows();
    int panel = geometry.sourceChannels * geometry.filters.width();
    for (int point = firstPoint; point < pointEnd; point++) {
      int right = JavaBuffer.offset(bindings[1]) + point * filterPoint;
      for (int tile = 0; tile < tiles; tile += height) {
        int count = Math.min(height, tiles - tile);
        winograd.transpose(
            count,
            geometry.sourceChannels,
            scratch,
            sources + point * geometry.source.point + tile * geometry.source.pitch,
            geometry.source.pitch,
            scratch,
            left,
            height);
        arithmetic.multiplyPanels(
            count,
            geometry.sourceChannels,
            scratch,
            left,
            weights,
            right,
            geometry.panels,
            panel,
            scratch,
            products + point * geometry.point + tile * geometry.pitch,
            geometry.pitch,
            false);
      }
    }
  }

  private int imageTiles(int chunk) {
    return geometry.tiles.rowCount(chunk) * geometry.tiles.columns;
  }

  private void transformBack(
      int chunk,
      int firstChannel,
      int channelEnd,
      Binding[] bindings,
      long[] scalars,
      int sources,
      int rest) {
    WinogradTiles tiles = geometry.tiles;
    float[] scratch = (float[]) JavaBuffer.array(bindings[workspace]);
    int products = sources + geometry.source.elements();
    int rows = tiles.rowCount(chunk);
    TileState state = results.begin(bindings, scalars);
    boolean compact = results.isCompact(bindings, scratch, vertical, horizontal);
    int y = tiles.firstRow(chunk) * Winograd.TILE;
    int count = Math.min(rows * Winograd.TILE, result.height() - y);
    for (int image = 0; image < tiles.imageCount(chunk); image++) {
      int from = products + image * imageTiles(chunk) * geometry.pitch;
      for (int channel = firstChannel; channel < channelEnd; channel += geometry.block) {
        int channels = Math.min(geometry.block, channelEnd - channel);
        int pixels = transformBack(channels, rows, scratch, from + channel, rest);
        int planes = pixels + geometry.block * geometry.plane;
        if (compact && count > 0 && results.takesPixels(channels)) {
          results.storePixels(
              bindings,
              state,
              winograd,
              tiles.firstImage(chunk) + image,
              channel,
              channels,
              y,
              count,
              scratch,
              pixels,
              geometry.block,
              tiles.columns * Winograd.TILE,
              planes);
          continue;
        }
        winograd.transpose(
            rows * Winograd.TILE * tiles.columns * Winograd.TILE,
            channels,
            scratch,
            pixels,
            geometry.block,
            scratch,
            planes,
            geometry.plane);
        for (int i = 0; i < channels; i++) {
          results.store(
              bindings,
              state,
              compact,
              tiles.firstImage(chunk) + image,
              channel + i,
              vertical,
              horizontal,
              y,
              count,
              scratch,
              planes + i * geometry.plane,
              tiles.columns * Winograd.TILE,
              count * result.width());
        }
      }
    }
  }

  /** {@return where the results begin, transformed from their products, channels side by side} */
  private int transformBack(int channels, int rows, float[] scratch, int products, int half) {
    int block = geometry.block;
    int columns = geometry.tiles.columns;
    int pixels = half + geometry.halfElements();
    int width = columns * Winograd.TILE;
    for (int tile = 0; tile < rows * columns; tile++) {
      for (int x = 0; x < Winograd.POINTS; x++) {
        winograd.output(
            channels,
            scratch,
            products + tile * geometry.pitch + x * geometry.point,
            Winograd.POINTS * geometry.point,
            scratch,
            half + x * block,
            Winograd.POINTS * block);
      }
      int first = tile / columns * Winograd.TILE * width + tile % columns * Winograd.TILE;
      for (int y = 0; y < Winograd.TILE; y++) {
        winograd.output(
            channels,
            scratch,
            half + y * Winograd.POINTS * block,
            block,
            scratch,
            pixels + (first + y * width) * block,
            block);
      }
    }
    return pixels;
  }
}
