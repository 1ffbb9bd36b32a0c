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
 * "Fast Algorithms for Convolutional Neural Networks" (2016). A task transforms the tiles of a
 * chunk, multiplies the matrix of each point with its filters, and transforms the products back:
 * {@code [point, tile, channel]} to planes.
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
  private final Workers.Body body = this::chunk;

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
    /** Tasks from which on threads have enough to do. */
    private static final int TASKS = 2;

    final WinogradTiles tiles;
    final WinogradFilters filters;
    final TileTransform source;
    final int sourceChannels;
    final int resultChannels;

    /** Panels of result channels. */
    final int panels;

    /** Panels of result channels that a task computes. */
    final int taskPanels;

    /** Channels that are transformed back together. */
    final int block;

    /** Elements from a tile's products to the next tile's: the channels of a task. */
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
      // Each task of a chunk transforms its source again.
      int parts = Math.ceilDiv(TASKS, tiles.chunks());
      taskPanels = Math.max(Math.min(2, panels), Math.ceilDiv(panels, parts));
      block = Math.min(TileTransform.CHANNELS, WinogradTiles.lines(resultChannels));
      plane = WinogradTiles.odd(tiles.chunkRows * tiles.columns * Winograd.TILE * Winograd.TILE);
      pitch = WinogradTiles.odd(taskPanels * arithmetic.columns());
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
          Math.addExact(source.elements(), products()), rest + 2 * TileTransform.CHANNELS);
    }
  }

  @Override
  public List<String> remarks() {
    return results.remarks();
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    int parts = Math.ceilDiv(geometry.panels, geometry.taskPanels);
    workers.parallel(geometry.tiles.chunks() * parts, body, bindings, scalars);
  }

  private void chunk(int task, int worker, Binding[] bindings, long[] scalars) {
    WinogradTiles tiles = geometry.tiles;
    int parts = Math.ceilDiv(geometry.panels, geometry.taskPanels);
    int chunk = task / parts;
    int firstImage = tiles.firstImage(chunk);
    int imageCount = tiles.imageCount(chunk);
    int firstRow = tiles.firstRow(chunk);
    int rows = tiles.rowCount(chunk);
    int imageTiles = rows * tiles.columns;
    int firstPanel = task % parts * geometry.taskPanels;
    int panelEnd = Math.min(geometry.panels, firstPanel + geometry.taskPanels);
    float[] scratch = (float[]) JavaBuffer.array(bindings[workspace]);
    int sources = JavaBuffer.offset(bindings[workspace]) + worker * geometry.slot();
    int products = sources + geometry.source.elements();
    int rest = products + geometry.products();
    for (int image = 0; image < imageCount; image++) {
      geometry.source.transform(
          bindings[0],
          firstImage + image,
          0,
          geometry.sourceChannels,
          firstRow,
          rows,
          scratch,
          rest,
          sources + image * imageTiles * geometry.source.pitch);
    }
    multiply(
        bindings[1],
        firstPanel,
        panelEnd,
        imageCount * imageTiles,
        scratch,
        sources,
        products,
        rest);
    TileState state = results.begin(bindings, scalars);
    boolean compact = results.isCompact(bindings, scratch, vertical, horizontal);
    int width = geometry.filters.width();
    int channelEnd = Math.min(geometry.resultChannels, panelEnd * width);
    int y = firstRow * Winograd.TILE;
    int count = Math.min(rows * Winograd.TILE, result.height() - y);
    for (int image = 0; image < imageCount; image++) {
      int from = products + image * imageTiles * geometry.pitch;
      for (int channel = firstPanel * width; channel < channelEnd; channel += geometry.block) {
        int channels = Math.min(geometry.block, channelEnd - channel);
        int planes = transformBack(channels, rows, scratch, from, rest);
        for (int i = 0; i < channels; i++) {
          results.store(
              bindings,
              state,
              compact,
              firstImage + image,
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
        from += channels;
      }
    }
  }

  private void multiply(
      Binding filters,
      int firstPanel,
      int panelEnd,
      int tiles,
      float[] scratch,
      int sources,
      int products,
      int left) {
    Object weights = JavaBuffer.array(filters);
    int height = arithmetic.rows();
    int panel = geometry.sourceChannels * geometry.filters.width();
    for (int point = 0; point < WinogradTiles.POINTS; point++) {
      int right = JavaBuffer.offset(filters) + point * filterPoint + firstPanel * panel;
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
            panelEnd - firstPanel,
            panel,
            scratch,
            products + point * geometry.point + tile * geometry.pitch,
            geometry.pitch,
            false);
      }
    }
  }

  /** {@return where the results of channels begin, transformed from their products} */
  private int transformBack(int channels, int rows, float[] scratch, int products, int half) {
    int block = geometry.block;
    int columns = geometry.tiles.columns;
    int pixels = half + geometry.halfElements();
    int planes = pixels + block * geometry.plane;
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
    winograd.transpose(
        rows * Winograd.TILE * width,
        channels,
        scratch,
        pixels,
        block,
        scratch,
        planes,
        geometry.plane);
    return planes;
  }
}
