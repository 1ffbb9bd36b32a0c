package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Winograd;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.memory.Scratch;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import java.util.Arrays;

/** Brings the weights of a convolution into the form of {@link WinogradFilters}. */
public final class WinogradPackKernel extends JavaKernel {
  /** Source channels that are transformed at once. */
  private static final int CHANNELS = 64;

  private final Workers workers;
  private final Winograd winograd;
  private final DType dtype;
  private final Images w;
  private final int width;
  private final int resultChannels;
  private final int sourceChannels;
  private final int panels;
  private final int pointElements;
  private final int resultStride;
  private final int sourceStride;

  /** Whether kernels are turned round. */
  private final boolean turned;

  /** Where the taps of a kernel lie. */
  private final int[] taps = new int[Winograd.TAPS * Winograd.TAPS];

  private final Workers.Body body = this::pack;

  public WinogradPackKernel(Pack spec, Plan.Accepted plan, Engine engine) {
    super(spec, plan);
    workers = engine.workers();
    winograd = Winograd.of(engine.vector());
    WinogradFilters filters = WinogradFilters.parse(spec.target());
    View view = spec.source();
    dtype = view.dtype();
    w = Images.of(view);
    width = filters.width();
    resultChannels = filters.resultChannels(view);
    sourceChannels = filters.sourceChannels(view);
    panels = filters.panels(view);
    pointElements = filters.pointElements(view);
    turned = filters.role() == Convolve.Role.INPUT;
    resultStride = turned ? w.channelStride() : w.batchStride();
    sourceStride = turned ? w.batchStride() : w.channelStride();
    for (int tap = 0; tap < taps.length; tap++) {
      taps[tap] = tap / Winograd.TAPS * w.rowStride() + tap % Winograd.TAPS * w.columnStride();
    }
  }

  /** {@return whether the layout is one that a convolution asked for} */
  public static boolean understands(OperandLayout layout) {
    return WinogradFilters.understands(layout);
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(pointElements == 0 ? 0 : panels, body, bindings, scalars);
  }

  private void pack(int panel, int worker, Binding[] bindings, long[] scalars) {
    float[] target = (float[]) JavaBuffer.array(bindings[1]);
    int all = taps.length * width;
    // A transpose may write behind its end.
    float[] kernels = Scratch.local().floats(0, CHANNELS * all + Winograd.BLOCK * width);
    float[] columns = Scratch.local().floats(1, Winograd.POINTS * Winograd.TAPS * width);
    for (int channel = 0; channel < sourceChannels; channel += CHANNELS) {
      int channels = Math.min(CHANNELS, sourceChannels - channel);
      gather(bindings[0], panel * width, channel, channels, kernels);
      int to = JavaBuffer.offset(bindings[1]) + (panel * sourceChannels + channel) * width;
      for (int i = 0; i < channels; i++) {
        transform(kernels, i * all, columns, target, to + i * width);
      }
    }
  }

  /** Transforms the kernels of a source channel, {@code [tap, width]}. */
  private void transform(float[] kernels, int at, float[] columns, float[] target, int to) {
    int run = Winograd.TAPS * width;
    int first = turned ? at + (taps.length - 1) * width : at;
    int step = turned ? -width : width;
    for (int x = 0; x < Winograd.TAPS; x++) {
      winograd.filter(
          width, kernels, first + x * step, Winograd.TAPS * step, columns, x * width, run);
    }
    for (int y = 0; y < Winograd.POINTS; y++) {
      winograd.filter(
          width,
          columns,
          y * run,
          width,
          target,
          to + y * Winograd.POINTS * pointElements,
          pointElements);
    }
  }

  /** Reads kernels as {@code [channel, tap, width]}. */
  private void gather(Binding weights, int firstRow, int firstChannel, int channels, float[] to) {
    Object array = JavaBuffer.array(weights);
    int rows = Math.min(width, resultChannels - firstRow);
    int all = taps.length * width;
    int from = JavaBuffer.offset(weights) + firstRow * resultStride + firstChannel * sourceStride;
    if (rows < width) {
      Arrays.fill(to, 0, channels * all, 0);
    }
    int i = 0;
    if (array instanceof float[] floats && w.isContiguous()) {
      // All rows of a channel at once, or all channels of a row, where what is read too much is
      // still there.
      if (!turned && channels * taps.length % Winograd.BLOCK == 0) {
        winograd.transpose(rows, channels * taps.length, floats, from, resultStride, to, 0, width);
        i = channels;
      }
      int last = (rows - 1) * resultStride + Winograd.BLOCK;
      while (turned && i < channels && from + i * sourceStride + last <= floats.length) {
        int at = from + i * sourceStride;
        winograd.transpose(rows, taps.length, floats, at, resultStride, to, i * all, width);
        i++;
      }
    }
    for (; i < channels; i++) {
      for (int tap = 0; tap < taps.length; tap++) {
        for (int row = 0; row < rows; row++) {
          to[(i * taps.length + tap) * width + row] =
              element(array, from + i * sourceStride + row * resultStride + taps[tap]);
        }
      }
    }
  }

  private float element(Object array, int at) {
    return array instanceof float[] floats
        ? floats[at]
        : (float) Elements.floating(array, dtype, at);
  }
}
