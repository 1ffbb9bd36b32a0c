package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Depthwise;
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
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradient of a depthwise convolution with respect to its weights, channels side by side as in
 * {@link PixelConvolve}: for each tap, the products of pixels of the gradient with those of the
 * input, summed. A task does a block of channels of some images; its sums are added in order at the
 * end.
 */
final class PixelWeights extends JavaKernel {
  private static final int BLOCK = Depthwise.BLOCK;

  private final Workers workers;
  private final Geometry geometry;
  private final Depthwise depthwise;
  private final Images weight;
  private final DType weightType;
  private final int[] taps;
  private final Workers.Body product = this::product;
  private final Workers.Body total = this::total;

  PixelWeights(Convolve spec, Plan.Accepted plan, Geometry geometry, Engine engine) {
    super(spec, plan);
    this.workers = engine.workers();
    this.geometry = geometry;
    depthwise = Depthwise.of(engine.vector());
    View dw = spec.epilogue().outputs().getFirst();
    weight = Images.of(dw);
    weightType = dw.dtype();
    List<Integer> pixels = new ArrayList<>();
    PixelPlanes input = geometry.input;
    for (ConvolveAxis.Tap y : input.down().residues().getFirst().taps()) {
      for (ConvolveAxis.Tap x : input.across().residues().getFirst().taps()) {
        pixels.add((y.shift() * input.pitch() + x.shift()) * BLOCK);
      }
    }
    taps = pixels.stream().mapToInt(Integer::intValue).toArray();
  }

  /** {@return whether it computes this} */
  static boolean takes(Convolve spec) {
    return spec.role() == Convolve.Role.WEIGHT
        && spec.accumulator() == DType.F32
        && spec.first().dtype() == DType.F32
        && spec.second().dtype() == DType.F32
        && spec.groups() >= PixelConvolve.LEAST_CHANNELS
        && spec.first().size(1) == spec.groups()
        && spec.second().size(1) == spec.groups()
        && PixelPlanes.takes(Images.of(spec.first()))
        && PixelPlanes.takes(Images.of(spec.second()));
  }

  /** Sizes that follow from the spec. */
  static final class Geometry {
    /** Tasks, if there are so many images. */
    private static final int TASKS = 8;

    final PixelPlanes input;
    final PixelPlanes gradient;
    final int batch;
    final int channels;

    /** Blocks of channels. */
    final int blocks;

    /** Parts of the images, and images of a part. */
    final int parts;

    final int partImages;

    /** Rows of the gradient that are done at once. */
    final int band;

    /** Sums of a part. */
    final int sums;

    Geometry(Convolve spec, Engine engine) {
      Images x = Images.of(spec.first());
      Images y = Images.of(spec.second());
      Winograd winograd = Winograd.of(engine.vector());
      PixelAxis down =
          PixelAxis.of(false, ConvolveAxis.vertical(spec.windows()), x.height(), y.height());
      PixelAxis across = PixelAxis.of(false, spec.windows().getLast(), x.width(), y.width());
      input = PixelPlanes.of(x, down, across, winograd);
      gradient = PixelPlanes.of(y, down, across, winograd);
      batch = y.batch();
      channels = y.channels();
      blocks = Math.ceilDiv(channels, BLOCK);
      partImages =
          Math.max(1, Math.ceilDiv(batch, Math.clamp(TASKS / blocks, 1, Math.max(1, batch))));
      parts = Math.ceilDiv(batch, partImages);
      band = PixelConvolve.Geometry.bandRows(y.height(), down.step() * input.pitch() * BLOCK);
      Images w = Images.of(spec.epilogue().outputs().getFirst());
      sums = Math.multiplyExact(blocks * BLOCK, w.height() * w.width());
    }

    int inputElements() {
      return input.elements(input.down().read(band));
    }

    int spare() {
      return input.spare(input.down().read(band));
    }

    /** {@return elements of scratch memory that a worker needs} */
    int slot() {
      int rows = (band * gradient.images().width() + BLOCK) * BLOCK;
      return Math.addExact(Math.addExact(inputElements(), spare()), rows);
    }

    long workspace(int threads) {
      return (long) slot() * threads + (long) sums * parts;
    }
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(geometry.parts * geometry.blocks, product, bindings, scalars);
    workers.parallel(geometry.channels, total, bindings, scalars);
  }

  private void product(int task, int worker, Binding[] bindings, long[] scalars) {
    int part = task / geometry.blocks;
    int channel = task % geometry.blocks * BLOCK;
    int channels = Math.min(BLOCK, geometry.channels - channel);
    float[] scratch = JavaBuffer.floats(bindings[3]);
    int workspace = JavaBuffer.offset(bindings[3]);
    int sums = workspace + part * geometry.sums + channel * taps.length;
    int inputs = workspace + geometry.parts * geometry.sums + worker * geometry.slot();
    int spare = inputs + geometry.inputElements();
    int gradients = spare + geometry.spare();
    Elements.zero(scratch, sums, 1, taps.length * BLOCK);
    PixelPlanes input = geometry.input;
    Images gradient = geometry.gradient.images();
    int step = input.down().step();
    int end = Math.min(geometry.batch, (part + 1) * geometry.partImages);
    for (int image = part * geometry.partImages; image < end; image++) {
      int from = JavaBuffer.offset(bindings[1]) + gradient.plane(image, channel);
      for (int row = 0; row < gradient.height(); row += geometry.band) {
        int rows = Math.min(geometry.band, gradient.height() - row);
        input.fill(
            bindings[0],
            image,
            channel,
            channels,
            row * step,
            input.down().read(rows),
            scratch,
            inputs,
            spare);
        geometry.gradient.transpose(
            JavaBuffer.floats(bindings[1]),
            from + row * gradient.width(),
            channels,
            rows * gradient.width(),
            scratch,
            gradients);
        depthwise.multiply(
            rows,
            gradient.width(),
            scratch,
            inputs,
            step * input.pitch() * BLOCK,
            input.across().step() * BLOCK,
            taps,
            scratch,
            gradients,
            scratch,
            sums);
      }
    }
  }

  /** Adds the parts' sums for a channel and stores them. */
  private void total(int channel, int worker, Binding[] bindings, long[] scalars) {
    int from = JavaBuffer.offset(bindings[3]) + channel / BLOCK * BLOCK * taps.length;
    for (int row = 0; row < weight.height(); row++) {
      Elements.total(
          JavaBuffer.array(bindings[3]),
          from + row * weight.width() * BLOCK + channel % BLOCK,
          BLOCK,
          weight.width(),
          geometry.parts,
          geometry.sums,
          JavaBuffer.array(bindings[2]),
          weightType,
          JavaBuffer.offset(bindings[2]) + weight.plane(channel, 0) + row * weight.rowStride(),
          weight.columnStride());
    }
  }
}
