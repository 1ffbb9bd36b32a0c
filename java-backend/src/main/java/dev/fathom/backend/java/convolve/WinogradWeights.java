package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.arithmetic.Winograd;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.Plan;

/**
 * The gradient of a 3 x 3 convolution with respect to its weights, by the transposed of what {@link
 * WinogradConvolve} does: the matrices of a point, of the transformed input and of the transformed
 * gradient, are multiplied and summed over all tiles, and the sums are transformed to those of the
 * taps. A task does some output channels, in the same order whatever their number.
 */
final class WinogradWeights extends JavaKernel {
  private final Workers workers;
  private final Arithmetic arithmetic;
  private final Geometry geometry;
  private final Winograd winograd;
  private final Images weight;
  private final DType weightType;
  private final int workspace;

  /** Where the transformed inputs of each tile begin. */
  private final int[] table;

  private final Workers.Body body = this::part;

  WinogradWeights(
      Convolve spec, Plan.Accepted plan, Geometry geometry, Engine engine, Arithmetic arithmetic) {
    super(spec, plan);
    this.workers = engine.workers();
    this.arithmetic = arithmetic;
    this.geometry = geometry;
    winograd = Winograd.of(engine.vector());
    weight = Images.of(spec.epilogue().outputs().getFirst());
    weightType = spec.epilogue().outputs().getFirst().dtype();
    workspace = spec.inputs().size() + spec.outputs().size();
    table = new int[geometry.tiles.most()];
    for (int tile = 0; tile < table.length; tile++) {
      table[tile] = tile * geometry.input.pitch;
    }
  }

  /** Sizes that follow from the spec. */
  static final class Geometry {
    final WinogradTiles tiles;
    final TileTransform input;
    final TileTransform gradient;
    final int channels;
    final int outputs;

    /** Parts of the output channels, and channels of a part. */
    final int parts;

    final int part;

    /** Elements from the sums of an output channel to the next one's. */
    final int pitch;

    /** Elements from the sums of a point to the next point's. */
    final int point;

    /** Elements from the sums of a tap to the next one's. */
    final int tapPitch;

    Geometry(Convolve spec, WinogradTiles tiles, Engine engine, Arithmetic arithmetic) {
      this.tiles = tiles;
      channels = (int) spec.first().size(1);
      outputs = (int) spec.second().size(1);
      int panels = Math.ceilDiv(outputs, arithmetic.rows());
      part = Math.ceilDiv(panels, Math.min(panels, engine.workers().threads())) * arithmetic.rows();
      parts = Math.ceilDiv(outputs, part);
      Winograd winograd = Winograd.of(engine.vector());
      input =
          TileTransform.ofSource(
              spec.first(),
              tiles,
              WinogradTiles.pad(spec, 0),
              WinogradTiles.pad(spec, 1),
              winograd,
              arithmetic);
      gradient = TileTransform.ofGradient(spec.second(), tiles, part, winograd, arithmetic);
      pitch = WinogradTiles.odd(WinogradTiles.up(channels, arithmetic.columns()));
      point = WinogradTiles.odd(Math.multiplyExact(part, pitch));
      tapPitch = WinogradTiles.odd(channels + arithmetic.columns());
    }

    /** {@return elements of the sums of all points} */
    int sums() {
      return Math.multiplyExact(WinogradTiles.POINTS, point);
    }

    /** {@return elements of scratch memory that a worker needs} */
    int slot() {
      int taps = Winograd.TAPS * Winograd.TAPS;
      int back = (Winograd.TAPS * Winograd.POINTS + 2 * taps) * tapPitch + Winograd.BLOCK;
      int rest = Math.max(back, Math.max(input.scratch(), gradient.scratch()));
      return Math.addExact(
          Math.addExact(sums(), Math.addExact(input.elements(), gradient.elements())),
          // A run may be read and written beyond its end.
          rest + 2 * WinogradTiles.MOST_CHANNELS);
    }
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(geometry.parts, body, bindings, scalars);
  }

  private void part(int part, int worker, Binding[] bindings, long[] scalars) {
    int first = part * geometry.part;
    int end = Math.min(geometry.outputs, first + geometry.part);
    float[] scratch = (float[]) JavaBuffer.array(bindings[workspace]);
    int sums = JavaBuffer.offset(bindings[workspace]) + worker * geometry.slot();
    int inputs = sums + geometry.sums();
    int gradients = inputs + geometry.input.elements();
    int rest = gradients + geometry.gradient.elements();
    WinogradTiles tiles = geometry.tiles;
    for (int chunk = 0; chunk < tiles.chunks(); chunk++) {
      int firstImage = tiles.firstImage(chunk);
      int firstRow = tiles.firstRow(chunk);
      int rows = tiles.rowCount(chunk);
      int count = 0;
      for (int image = firstImage; image < firstImage + tiles.imageCount(chunk); image++) {
        geometry.input.transform(
            bindings[0],
            image,
            0,
            geometry.channels,
            firstRow,
            rows,
            scratch,
            rest,
            inputs + count * geometry.input.pitch);
        geometry.gradient.transform(
            bindings[1],
            image,
            first,
            end,
            firstRow,
            rows,
            scratch,
            rest,
            gradients + count * geometry.gradient.pitch);
        count += rows * tiles.columns;
      }
      multiply(end - first, count, scratch, inputs, gradients, sums, chunk > 0);
    }
    for (int output = first; output < end; output++) {
      store(output, scratch, sums + (output - first) * geometry.pitch, rest, bindings[2]);
    }
  }

  private void multiply(
      int outputs, int tiles, float[] scratch, int inputs, int gradients, int sums, boolean add) {
    int height = arithmetic.rows();
    int width = arithmetic.columns();
    for (int point = 0; point < WinogradTiles.POINTS; point++) {
      for (int output = 0; output < outputs; output += height) {
        arithmetic.multiply(
            Math.min(height, outputs - output),
            tiles,
            scratch,
            gradients + point * geometry.gradient.point + output,
            geometry.gradient.pitch,
            scratch,
            inputs + point * geometry.input.point,
            table,
            0,
            Math.ceilDiv(geometry.channels, width),
            width,
            scratch,
            sums + point * geometry.point + output * geometry.pitch,
            geometry.pitch,
            add);
      }
    }
  }

  /** Transforms the sums of an output channel to those of its taps. */
  private void store(int output, float[] scratch, int sums, int half, Binding to) {
    int pitch = geometry.tapPitch;
    int channels = geometry.channels;
    int taps = half + Winograd.TAPS * Winograd.POINTS * pitch;
    for (int x = 0; x < Winograd.POINTS; x++) {
      winograd.filterGradient(
          channels,
          scratch,
          sums + x * geometry.point,
          Winograd.POINTS * geometry.point,
          scratch,
          half + x * pitch,
          Winograd.POINTS * pitch);
    }
    for (int y = 0; y < Winograd.TAPS; y++) {
      winograd.filterGradient(
          channels,
          scratch,
          half + y * Winograd.POINTS * pitch,
          pitch,
          scratch,
          taps + y * Winograd.TAPS * pitch,
          pitch);
    }
    Object array = JavaBuffer.array(to);
    int out = JavaBuffer.offset(to) + output * weight.batchStride();
    int all = Winograd.TAPS * Winograd.TAPS;
    if (weight.isContiguous()) {
      int together = taps + all * pitch;
      winograd.transpose(all, channels, scratch, taps, pitch, scratch, together, all);
      Elements.store(scratch, together, channels * all, array, weightType, out, 1);
      return;
    }
    for (int tap = 0; tap < all; tap++) {
      int at =
          out
              + tap / Winograd.TAPS * weight.rowStride()
              + tap % Winograd.TAPS * weight.columnStride();
      Elements.store(
          scratch, taps + tap * pitch, channels, array, weightType, at, weight.channelStride());
    }
  }
}
