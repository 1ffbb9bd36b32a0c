package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.arithmetic.Winograd;
import dev.fathom.backend.java.elementwise.TileState;
import dev.fathom.backend.java.memory.Elements;
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
 * chunk to {@code [point, channel, tile]}, multiplies the matrix of each point with its filters,
 * and transforms the products back.
 */
final class WinogradConvolve extends JavaKernel {
  private final Workers workers;
  private final Arithmetic arithmetic;
  private final Winograd winograd;
  private final WinogradGeometry geometry;
  private final SourceRows sourceRows;
  private final ResultPlanes results;
  private final int workspace;
  private final Images source;
  private final Images result;
  private final int filterPoint;
  private final ConvolveAxis.Residue vertical;
  private final ConvolveAxis.Residue horizontal;

  /** Where the tiles of each source channel begin. */
  private final int[] table;

  private final Workers.Body body = this::chunk;

  WinogradConvolve(
      Convolve spec,
      Plan.Accepted plan,
      WinogradGeometry geometry,
      Engine engine,
      Arithmetic arithmetic) {
    super(spec, plan);
    this.workers = engine.workers();
    this.arithmetic = arithmetic;
    this.winograd = Winograd.of(engine.vector());
    this.geometry = geometry;
    sourceRows = new SourceRows(spec.first().dtype(), arithmetic);
    results = new ResultPlanes(spec, engine, arithmetic);
    workspace = spec.inputs().size() + spec.outputs().size();
    source = Images.of(spec.first());
    result = Images.of(spec.epilogue().outputs().getFirst());
    filterPoint = geometry.filters.pointElements(spec.second());
    vertical = new ConvolveAxis.Residue(List.of(), result.height(), 0, 1);
    horizontal = new ConvolveAxis.Residue(List.of(), result.width(), 0, 1);
    table = new int[geometry.sourceChannels];
    for (int channel = 0; channel < table.length; channel++) {
      table[channel] = channel * geometry.pitch;
    }
  }

  @Override
  public List<String> remarks() {
    return results.remarks();
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    int parts = Math.ceilDiv(geometry.panels, geometry.taskPanels);
    int groups = Math.ceilDiv(result.batch(), geometry.images);
    workers.parallel(groups * geometry.imageChunks * parts, body, bindings, scalars);
  }

  private void chunk(int task, int worker, Binding[] bindings, long[] scalars) {
    int parts = Math.ceilDiv(geometry.panels, geometry.taskPanels);
    int chunk = task / parts;
    int firstImage = chunk / geometry.imageChunks * geometry.images;
    int imageCount = Math.min(geometry.images, result.batch() - firstImage);
    int firstRow = chunk % geometry.imageChunks * geometry.chunkRows;
    int rows = Math.min(geometry.chunkRows, geometry.tileRows - firstRow);
    if (rows <= 0) {
      return;
    }
    int firstPanel = task % parts * geometry.taskPanels;
    int panelEnd = Math.min(geometry.panels, firstPanel + geometry.taskPanels);
    float[] scratch = (float[]) JavaBuffer.array(bindings[workspace]);
    int sources = JavaBuffer.offset(bindings[workspace]) + worker * geometry.slot();
    int products = sources + geometry.sourceElements();
    int rest = products + geometry.resultElements();
    for (int channel = 0; channel < geometry.sourceChannels; channel++) {
      int to = sources + channel * geometry.pitch;
      for (int image = 0; image < imageCount; image++) {
        pad(bindings[0], firstImage + image, channel, firstRow, rows, scratch, rest);
        transform(rows, scratch, rest, to + image * rows * geometry.tileColumns);
      }
    }
    int tiles = imageCount * rows * geometry.tileColumns;
    multiply(bindings[1], firstPanel, panelEnd, tiles, scratch, sources, products);
    TileState state = results.begin(bindings, scalars);
    boolean compact = results.isCompact(bindings, scratch, vertical, horizontal);
    int height = arithmetic.rows();
    int channelEnd = Math.min(geometry.resultChannels, panelEnd * height);
    for (int channel = firstPanel * height; channel < channelEnd; channel++) {
      int from = products + (channel - firstPanel * height) * geometry.pitch;
      transformBack(tiles, scratch, from, rest);
      for (int image = 0; image < imageCount; image++) {
        int block = join(image * rows, rows, scratch, rest);
        int y = firstRow * Winograd.TILE;
        int count = Math.min(rows * Winograd.TILE, result.height() - y);
        results.store(
            bindings,
            state,
            compact,
            firstImage + image,
            channel,
            vertical,
            horizontal,
            y,
            count,
            scratch,
            block,
            geometry.tileColumns * Winograd.TILE,
            count * result.width());
      }
    }
  }

  /** Copies what rows of tiles read of a channel, with zeros around. */
  private void pad(
      Binding from, int image, int channel, int firstRow, int rows, float[] scratch, int to) {
    int pitch = geometry.rowPitch;
    int all = geometry.paddedRows(rows);
    int y = firstRow * Winograd.TILE - geometry.padTop;
    int above = Math.clamp(-y, 0, all);
    int height = Math.clamp(source.height() - (y + above), 0, all - above);
    int left = Math.clamp(geometry.padLeft, 0, pitch);
    int x = Math.max(0, -geometry.padLeft);
    int width = Math.clamp(source.width() - x, 0, pitch - left);
    if (width == 0) {
      height = 0;
    }
    int data = to + above * pitch + left;
    int end = to + all * pitch;
    Elements.zero(scratch, to, 1, data - to);
    sourceRows.copy(
        JavaBuffer.array(from),
        JavaBuffer.offset(from)
            + source.plane(image, channel)
            + (y + above) * source.rowStride()
            + x * source.columnStride(),
        source.rowStride(),
        source.columnStride(),
        height,
        width,
        scratch,
        data,
        pitch);
    int behind = data + height * pitch;
    Elements.zero(scratch, behind, 1, Math.max(0, end - behind));
  }

  /** Transforms a channel's tiles, which begin at {@code to} for point 0. */
  private void transform(int rows, float[] scratch, int padded, int to) {
    int pitch = geometry.rowPitch;
    int columns = padded + geometry.paddedElements();
    int split = columns + geometry.columnElements();
    int part = pitch / Winograd.TILE;
    for (int row = 0; row < rows; row++) {
      int from = padded + row * Winograd.TILE * pitch;
      winograd.input(pitch, scratch, from, pitch, Winograd.TILE * pitch, scratch, columns, pitch);
      winograd.split(Winograd.POINTS * part, scratch, columns, scratch, split, geometry.splitPitch);
      for (int y = 0; y < Winograd.POINTS; y++) {
        winograd.input(
            geometry.tileColumns,
            scratch,
            split + y * part,
            geometry.splitPitch,
            1,
            scratch,
            to + y * Winograd.POINTS * geometry.sourcePoint + row * geometry.tileColumns,
            geometry.sourcePoint);
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
      int products) {
    Object weights = JavaBuffer.array(filters);
    int height = arithmetic.rows();
    int width = arithmetic.columns();
    for (int point = 0; point < WinogradFilters.POINTS; point++) {
      int left = JavaBuffer.offset(filters) + point * filterPoint;
      for (int panel = firstPanel; panel < panelEnd; panel++) {
        arithmetic.multiply(
            Math.min(height, geometry.resultChannels - panel * height),
            geometry.sourceChannels,
            weights,
            left + panel * geometry.sourceChannels * height,
            scratch,
            sources + point * geometry.sourcePoint,
            table,
            0,
            Math.ceilDiv(tiles, width),
            width,
            scratch,
            products
                + point * geometry.resultPoint
                + (panel - firstPanel) * height * geometry.pitch,
            geometry.pitch,
            false);
      }
    }
  }

  /** Transforms a channel's products to {@code [row and column of the tile, tile]}. */
  private void transformBack(int tiles, float[] scratch, int products, int half) {
    int pitch = geometry.runPitch();
    for (int x = 0; x < Winograd.POINTS; x++) {
      winograd.output(
          tiles,
          scratch,
          products + x * geometry.resultPoint,
          Winograd.POINTS * geometry.resultPoint,
          scratch,
          half + x * pitch,
          Winograd.POINTS * pitch);
    }
    int whole = half + geometry.halfElements();
    for (int y = 0; y < Winograd.TILE; y++) {
      winograd.output(
          tiles,
          scratch,
          half + y * Winograd.POINTS * pitch,
          pitch,
          scratch,
          whole + y * Winograd.TILE * pitch,
          pitch);
    }
  }

  /** {@return where the rows of an image's results begin, laid side by side from its tiles} */
  private int join(int firstRow, int rows, float[] scratch, int half) {
    int pitch = geometry.runPitch();
    int columns = geometry.tileColumns;
    int whole = half + geometry.halfElements();
    int block = whole + geometry.tileElements();
    int to = block;
    for (int row = 0; row < rows; row++) {
      int from = whole + (firstRow + row) * columns;
      for (int y = 0; y < Winograd.TILE; y++) {
        winograd.join(columns, scratch, from + y * Winograd.TILE * pitch, pitch, scratch, to);
        to += columns * Winograd.TILE;
      }
    }
    return block;
  }
}
