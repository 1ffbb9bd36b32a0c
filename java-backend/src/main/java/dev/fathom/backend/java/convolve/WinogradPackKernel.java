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

  /** Where the taps of a kernel lie, in the order in which they are met. */
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
    boolean output = filters.role() == Convolve.Role.OUTPUT;
    resultStride = output ? w.batchStride() : w.channelStride();
    sourceStride = output ? w.channelStride() : w.batchStride();
    for (int tap = 0; tap < taps.length; tap++) {
      int at = output ? tap : taps.length - 1 - tap;
      taps[tap] = at / Winograd.TAPS * w.rowStride() + at % Winograd.TAPS * w.columnStride();
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
    int step = CHANNELS * width;
    float[] kernels = Scratch.local().floats(0, taps.length * step);
    float[] columns = Scratch.local().floats(1, Winograd.POINTS * Winograd.TAPS * step);
    for (int channel = 0; channel < sourceChannels; channel += CHANNELS) {
      int channels = Math.min(CHANNELS, sourceChannels - channel);
      int count = channels * width;
      gather(bindings[0], panel * width, channel, channels, kernels, step);
      for (int x = 0; x < Winograd.TAPS; x++) {
        winograd.filter(
            count,
            kernels,
            x * step,
            Winograd.TAPS * step,
            columns,
            x * step,
            Winograd.TAPS * step);
      }
      int to = JavaBuffer.offset(bindings[1]) + (panel * sourceChannels + channel) * width;
      for (int y = 0; y < Winograd.POINTS; y++) {
        winograd.filter(
            count,
            columns,
            y * Winograd.TAPS * step,
            step,
            target,
            to + y * Winograd.POINTS * pointElements,
            pointElements);
      }
    }
  }

  /** Reads kernels as {@code [tap, channel, width]}. */
  private void gather(
      Binding weights, int firstRow, int firstChannel, int channels, float[] to, int step) {
    Object array = JavaBuffer.array(weights);
    for (int row = 0; row < width; row++) {
      boolean there = firstRow + row < resultChannels;
      int from =
          JavaBuffer.offset(weights)
              + (firstRow + row) * resultStride
              + firstChannel * sourceStride;
      for (int tap = 0; tap < taps.length; tap++) {
        int at = tap * step + row;
        for (int channel = 0; channel < channels; channel++) {
          to[at + channel * width] =
              there ? element(array, from + taps[tap] + channel * sourceStride) : 0;
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
