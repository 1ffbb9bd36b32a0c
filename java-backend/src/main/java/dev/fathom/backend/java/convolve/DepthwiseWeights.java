package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradient of a depthwise convolution with respect to its weights, which leaves a matrix
 * product nothing to share: each weight is the product of two long vectors, the gradient of a
 * channel and the padded input from the weight's tap on. Where rows end, the gradient has zeros. A
 * task does a channel; the sums of its images are added in order.
 */
final class DepthwiseWeights extends JavaKernel {
  private final Workers workers;
  private final Arithmetic arithmetic;
  private final Geometry geometry;
  private final Images input;
  private final Images gradient;
  private final Images weight;
  private final SourceRows inputRows;
  private final SourceRows gradientRows;
  private final DType weightType;
  private final Workers.Body body = this::channel;

  DepthwiseWeights(
      Convolve spec,
      Plan.Accepted plan,
      Geometry geometry,
      Workers workers,
      Arithmetic arithmetic) {
    super(spec, plan);
    this.workers = workers;
    this.arithmetic = arithmetic;
    this.geometry = geometry;
    View dw = spec.epilogue().outputs().getFirst();
    input = Images.of(spec.first());
    gradient = Images.of(spec.second());
    weight = Images.of(dw);
    inputRows = new SourceRows(spec.first().dtype(), arithmetic);
    gradientRows = new SourceRows(spec.second().dtype(), arithmetic);
    weightType = dw.dtype();
  }

  /** {@return whether each group has one input channel, and too few outputs for a tile} */
  static boolean takes(Convolve spec) {
    long outputs = spec.second().size(1) / spec.groups();
    return spec.role() == Convolve.Role.WEIGHT
        && spec.groups() > 1
        && spec.first().size(1) == spec.groups()
        && outputs <= MOST_OUTPUTS;
  }

  private static final int MOST_OUTPUTS = 4;

  /** Sizes that follow from the spec. */
  static final class Geometry {
    /** Elements of a plane up to which several images are done at once. */
    private static final int DEPTH = 1024;

    final SourcePlanes planes;
    final int batch;
    final int channels;

    /** Output channels of an input channel. */
    final int outputs;

    /** Where each tap's elements begin, in the order of the weights. */
    final int[] taps;

    /** Images that are done at once, and how often. */
    final int images;

    final int chunks;
    private final int columns;

    Geometry(Convolve spec, Arithmetic arithmetic) {
      Images x = Images.of(spec.first());
      Images y = Images.of(spec.second());
      List<Window> windows = spec.windows();
      Window vertical = windows.size() == 1 ? new Window(1, 1, 0, 0, 1) : windows.getFirst();
      ConvolveAxis down = ConvolveAxis.output(vertical, x.height());
      ConvolveAxis across = ConvolveAxis.output(windows.getLast(), x.width());
      batch = y.batch();
      channels = x.channels();
      outputs = y.channels() / channels;
      images = Math.clamp(DEPTH / (down.pitch() * across.pitch()), 1, Math.max(1, batch));
      chunks = Math.ceilDiv(batch, images);
      planes = SourcePlanes.of(down, across, images);
      columns = arithmetic.columns();
      List<Integer> starts = new ArrayList<>();
      for (ConvolveAxis.Tap v : down.residues().getFirst().taps()) {
        across.residues().getFirst().taps().forEach(h -> starts.add(planes.at(v, h)));
      }
      taps = starts.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * {@return elements of the input and the gradient of a channel; a row writes junk behind it}
     */
    int slot() {
      int input = Math.multiplyExact(planes.phases().size(), planes.elements());
      return Math.addExact(Math.addExact(input, planes.elements()), columns + sums());
    }

    /** {@return sums of a channel, one for each weight and chunk} */
    int sums() {
      return Math.multiplyExact(Math.multiplyExact(chunks, outputs), taps.length);
    }
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(geometry.channels, body, bindings, scalars);
  }

  private void channel(int channel, int worker, Binding[] bindings, long[] scalars) {
    Object scratch = JavaBuffer.array(bindings[3]);
    int sums = JavaBuffer.offset(bindings[3]) + worker * geometry.slot();
    int planes = sums + geometry.sums();
    int other = planes + geometry.planes.phases().size() * geometry.planes.elements();
    int at = sums;
    for (int image = 0; image < geometry.batch; image += geometry.images) {
      int count = Math.min(geometry.images, geometry.batch - image);
      geometry.planes.copy(bindings[0], input, inputRows, image, count, channel, scratch, planes);
      for (int output = 0; output < geometry.outputs; output++) {
        int from = channel * geometry.outputs + output;
        int depth = gradientPlane(bindings[1], image, count, from, scratch, other);
        for (int tap : geometry.taps) {
          arithmetic.dots(1, depth, scratch, planes + tap, 0, scratch, other, scratch, at++);
        }
      }
    }
    for (int output = 0; output < geometry.outputs; output++) {
      for (int row = 0; row < weight.height(); row++) {
        Elements.total(
            scratch,
            sums + output * geometry.taps.length + row * weight.width(),
            1,
            weight.width(),
            geometry.chunks,
            geometry.outputs * geometry.taps.length,
            JavaBuffer.array(bindings[2]),
            weightType,
            JavaBuffer.offset(bindings[2])
                + weight.plane(channel * geometry.outputs + output, 0)
                + row * weight.rowStride(),
            weight.columnStride());
      }
    }
  }

  /** Copies a channel of the gradient, as the input's planes lie; {@return its elements} */
  private int gradientPlane(
      Binding from, int firstImage, int count, int channel, Object scratch, int to) {
    int pitch = geometry.planes.columns().pitch();
    int size = geometry.planes.rows().pitch() * pitch;
    int rows = gradient.height() * pitch;
    for (int image = 0; image < count; image++) {
      int at = to + image * size;
      gradientRows.copy(
          JavaBuffer.array(from),
          JavaBuffer.offset(from) + gradient.plane(firstImage + image, channel),
          gradient.rowStride(),
          gradient.columnStride(),
          gradient.height(),
          gradient.width(),
          scratch,
          at,
          pitch);
      Elements.zero(scratch, at + rows, 1, size - rows);
    }
    return (count - 1) * size + rows;
  }
}
