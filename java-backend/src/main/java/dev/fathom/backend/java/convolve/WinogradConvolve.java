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
 * chunk to {@code [point, tile, channel]}, multiplies the matrix of each point with its filters,
 * and transforms the products back. All transforms work on channels side by side, so that vectors
 * are full whatever the size of an image; transposes lead there and back.
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
    int imageTiles = rows * geometry.tileColumns;
    for (int image = 0; image < imageCount; image++) {
      for (int channel = 0; channel < geometry.sourceChannels; channel += geometry.block) {
        int channels = Math.min(geometry.block, geometry.sourceChannels - channel);
        for (int i = 0; i < channels; i++) {
          int plane = rest + i * geometry.planePitch;
          pad(bindings[0], firstImage + image, channel + i, firstRow, rows, scratch, plane);
        }
        int to = sources + image * imageTiles * geometry.sourcePitch + channel;
        transform(channels, rows, scratch, rest, to);
      }
    }
    multiply(
        bindings[1], firstPanel, panelEnd, imageCount * imageTiles, scratch, sources, products);
    TileState state = results.begin(bindings, scalars);
    boolean compact = results.isCompact(bindings, scratch, vertical, horizontal);
    int firstChannel = firstPanel * geometry.filters.width();
    int channelEnd = Math.min(geometry.resultChannels, panelEnd * geometry.filters.width());
    int y = firstRow * Winograd.TILE;
    int count = Math.min(rows * Winograd.TILE, result.height() - y);
    for (int image = 0; image < imageCount; image++) {
      for (int channel = firstChannel; channel < channelEnd; channel += geometry.block) {
        int channels = Math.min(geometry.block, channelEnd - channel);
        int from = products + image * imageTiles * geometry.resultPitch + channel - firstChannel;
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
              planes + i * geometry.resultPlane,
              geometry.tileColumns * Winograd.TILE,
              count * result.width());
        }
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

  /**
   * Transforms the tiles of channels, of which the first one's begins at {@code to} for point 0.
   */
  private void transform(int channels, int rows, float[] scratch, int planes, int to) {
    int block = geometry.block;
    int pitch = geometry.rowPitch * block;
    int pixels = planes + geometry.planesElements();
    int columns = pixels + geometry.planesElements();
    winograd.transpose(
        channels,
        geometry.paddedRows(rows) * geometry.rowPitch,
        scratch,
        planes,
        geometry.planePitch,
        scratch,
        pixels,
        block);
    for (int row = 0; row < rows; row++) {
      int from = pixels + row * Winograd.TILE * pitch;
      winograd.input(pitch, scratch, from, pitch, Winograd.TILE * pitch, scratch, columns, pitch);
      for (int column = 0; column < geometry.tileColumns; column++) {
        int tile = to + (row * geometry.tileColumns + column) * geometry.sourcePitch;
        for (int y = 0; y < Winograd.POINTS; y++) {
          winograd.input(
              channels,
              scratch,
              columns + y * pitch + column * Winograd.TILE * block,
              block,
              Winograd.TILE * block,
              scratch,
              tile + y * Winograd.POINTS * geometry.sourcePoint,
              geometry.sourcePoint);
        }
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
    int panel = geometry.sourceChannels * geometry.filters.width();
    int left = products + geometry.resultElements();
    for (int point = 0; point < WinogradFilters.POINTS; point++) {
      int right = JavaBuffer.offset(filters) + point * filterPoint + firstPanel * panel;
      for (int tile = 0; tile < tiles; tile += height) {
        int count = Math.min(height, tiles - tile);
        winograd.transpose(
            count,
            geometry.sourceChannels,
            scratch,
            sources + point * geometry.sourcePoint + tile * geometry.sourcePitch,
            geometry.sourcePitch,
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
            products + point * geometry.resultPoint + tile * geometry.resultPitch,
            geometry.resultPitch,
            false);
      }
    }
  }

  /** {@return where the results of channels begin, transformed from their products} */
  private int transformBack(int channels, int rows, float[] scratch, int products, int half) {
    int block = geometry.block;
    int pixels = half + geometry.halfElements();
    int planes = pixels + geometry.resultPlanesElements();
    int width = geometry.tileColumns * Winograd.TILE;
    for (int tile = 0; tile < rows * geometry.tileColumns; tile++) {
      for (int x = 0; x < Winograd.POINTS; x++) {
        winograd.output(
            channels,
            scratch,
            products + tile * geometry.resultPitch + x * geometry.resultPoint,
            Winograd.POINTS * geometry.resultPoint,
            scratch,
            half + x * block,
            Winograd.POINTS * block);
      }
      int row = tile / geometry.tileColumns * Winograd.TILE;
      int column = tile % geometry.tileColumns * Winograd.TILE;
      for (int y = 0; y < Winograd.TILE; y++) {
        winograd.output(
            channels,
            scratch,
            half + y * Winograd.POINTS * block,
            block,
            scratch,
            pixels + ((row + y) * width + column) * block,
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
        geometry.resultPlane);
    return planes;
  }
}
