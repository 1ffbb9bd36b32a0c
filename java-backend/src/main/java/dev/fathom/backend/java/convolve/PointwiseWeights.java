package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.arithmetic.Outer;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;

/**
 * The gradient of a convolution with a kernel of one element with respect to its weights: each is
 * the product of two long vectors, a channel of the input and one of the gradient. Both lie as that
 * wants them; the tile kernel, which wants neither so, would have to transpose both. A task does
 * some images and keeps its own sums, which are added in order at the end.
 */
final class PointwiseWeights extends JavaKernel {
  private final Workers workers;
  private final Arithmetic arithmetic;
  private final Outer outer;
  private final Geometry geometry;
  private final Operand left;
  private final Operand right;
  private final Images weight;
  private final DType weightType;
  private final Workers.Body product = this::product;
  private final Workers.Body total = this::total;

  /** One of the operands: an input of the kernel, of so many channels in a group. */
  private record Operand(int binding, Images images, DType type, int channels) {

    static Operand of(Convolve spec, int binding) {
      View view = spec.inputs().get(binding);
      Images images = Images.of(view);
      return new Operand(binding, images, view.dtype(), images.channels() / (int) spec.groups());
    }
  }

  PointwiseWeights(
      Convolve spec,
      Plan.Accepted plan,
      Geometry geometry,
      Workers workers,
      Arithmetic arithmetic) {
    super(spec, plan);
    this.workers = workers;
    this.arithmetic = arithmetic;
    outer = arithmetic.outer().orElseThrow();
    this.geometry = geometry;
    left = Operand.of(spec, geometry.left);
    right = Operand.of(spec, 1 - geometry.left);
    View dw = spec.epilogue().outputs().getFirst();
    weight = Images.of(dw);
    weightType = dw.dtype();
  }

  /** {@return whether it computes this, and faster than by tiles} */
  static boolean takes(Convolve spec, Arithmetic arithmetic) {
    return arithmetic.outer().isPresent()
        && spec.role() == Convolve.Role.WEIGHT
        && PointwiseConvolve.isPointwise(spec.windows())
        && Images.of(spec.first()).isEven()
        && Images.of(spec.second()).isEven()
        && spec.first().size(1) * spec.second().size(1)
            <= MOST_WEIGHTS * spec.groups() * spec.groups();
  }

  /** Weights of a group whose sums, a vector each, stay in a cache. */
  private static final long MOST_WEIGHTS = 1 << 13;

  /** Sizes that follow from the spec. */
  static final class Geometry {
    /** Positions that are summed over at once. */
    private static final int POSITIONS = 256;

    private static final int CHUNKS = 8;

    /** The operand with more channels: each of its rows meets all of the other, which is cached. */
    final int left;

    final int groups;
    final int rows;
    final int columns;
    final int batch;

    /** Positions of an image. */
    final int size;

    /** Images that are done at once, or positions of one. */
    final int images;

    final int part;

    /** Elements from a channel to the next. */
    final int pitch;

    /** The images are cut into chunks. */
    final int chunks;

    final int chunkImages;
    private final int partials;

    Geometry(Convolve spec, Arithmetic arithmetic) {
      Images x = Images.of(spec.first());
      Images y = Images.of(spec.second());
      groups = (int) spec.groups();
      left = x.channels() >= y.channels() ? 0 : 1;
      rows = Math.max(x.channels(), y.channels()) / groups;
      columns = Math.min(x.channels(), y.channels()) / groups;
      batch = y.batch();
      size = y.height() * y.width();
      int width = arithmetic.columns();
      images = Math.clamp(POSITIONS / Math.max(1, size), 1, Math.max(1, batch));
      int parts = Math.max(1, Math.ceilDiv(size, POSITIONS));
      part = Math.max(1, Math.ceilDiv(Math.ceilDiv(size, parts), width)) * width;
      int depth = images > 1 ? images * size : part;
      pitch = WinogradTiles.odd(Math.ceilDiv(depth, width) * width + width);
      int each = Math.ceilDiv(batch, Math.clamp(CHUNKS, 1, Math.max(1, batch)));
      chunkImages = Math.max(1, Math.ceilDiv(each, images)) * images;
      chunks = Math.ceilDiv(batch, chunkImages);
      partials = arithmetic.outer().orElseThrow().elements(rows, columns);
    }

    int leftElements() {
      return Math.multiplyExact(WinogradTiles.up(rows, Outer.ROWS), pitch);
    }

    int rightElements() {
      return Math.multiplyExact(WinogradTiles.up(columns, Outer.ROWS), pitch);
    }

    /** {@return elements of scratch memory that a worker needs} */
    int slot() {
      return Math.addExact(Math.addExact(leftElements(), rightElements()), partials);
    }

    /** {@return sums of a chunk} */
    int sums() {
      return groups * rows * columns;
    }

    long workspace(int threads) {
      return (long) slot() * threads + (long) sums() * chunks;
    }
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(geometry.chunks, product, bindings, scalars);
    workers.parallel(geometry.groups, total, bindings, scalars);
  }

  private void product(int chunk, int worker, Binding[] bindings, long[] scalars) {
    Object scratch = JavaBuffer.array(bindings[3]);
    int sums = JavaBuffer.offset(bindings[3]) + chunk * geometry.sums();
    int rows =
        JavaBuffer.offset(bindings[3])
            + geometry.chunks * geometry.sums()
            + worker * geometry.slot();
    int columns = rows + geometry.leftElements();
    int partials = columns + geometry.rightElements();
    int end = Math.min(geometry.batch, (chunk + 1) * geometry.chunkImages);
    for (int group = 0; group < geometry.groups; group++) {
      boolean add = false;
      for (int image = chunk * geometry.chunkImages; image < end; image += geometry.images) {
        int count = Math.min(geometry.images, end - image);
        int at = 0;
        do {
          int part = count > 1 ? geometry.size : Math.min(geometry.part, geometry.size - at);
          int depth = Math.ceilDiv(count * part, arithmetic.columns()) * arithmetic.columns();
          copy(bindings, left, image, count, group, at, part, depth, scratch, rows);
          copy(bindings, right, image, count, group, at, part, depth, scratch, columns);
          outer.multiply(
              geometry.rows,
              geometry.columns,
              depth,
              scratch,
              rows,
              geometry.pitch,
              scratch,
              columns,
              geometry.pitch,
              scratch,
              partials,
              add);
          add = true;
          at += Math.max(1, part);
        } while (at < geometry.size);
      }
      outer.totals(
          geometry.rows,
          geometry.columns,
          scratch,
          partials,
          scratch,
          sums + group * geometry.rows * geometry.columns,
          geometry.columns);
    }
  }

  /** Lays positions of some images side by side, for each channel, with zeros up to the depth. */
  private void copy(
      Binding[] bindings,
      Operand operand,
      int image,
      int count,
      int group,
      int at,
      int part,
      int depth,
      Object scratch,
      int to) {
    Images images = operand.images();
    Object from = JavaBuffer.array(bindings[operand.binding()]);
    int step = images.columnStride();
    int first =
        JavaBuffer.offset(bindings[operand.binding()])
            + images.plane(image, group * operand.channels())
            + at * step;
    boolean lies = from.getClass() == scratch.getClass() && (step == 1 || geometry.size == 1);
    for (int i = 0; i < count; i++) {
      int fromAt = first + i * images.batchStride();
      int toAt = to + i * part;
      if (lies) {
        int limit = to + operand.channels() * geometry.pitch;
        arithmetic.copyRows(
            from,
            fromAt,
            images.channelStride(),
            operand.channels(),
            part,
            scratch,
            toAt,
            geometry.pitch,
            limit);
        continue;
      }
      for (int channel = 0; channel < operand.channels(); channel++) {
        int row = fromAt + channel * images.channelStride();
        int rowTo = toAt + channel * geometry.pitch;
        Elements.load(from, operand.type(), row, step, part, scratch, rowTo);
      }
    }
    int used = count * part;
    for (int channel = 0; channel < operand.channels(); channel++) {
      Elements.zero(scratch, to + channel * geometry.pitch + used, 1, depth - used);
    }
  }

  /** Adds the chunks' sums for a group and stores them. */
  private void total(int group, int worker, Binding[] bindings, long[] scalars) {
    Object scratch = JavaBuffer.array(bindings[3]);
    Object out = JavaBuffer.array(bindings[2]);
    int sums = JavaBuffer.offset(bindings[3]) + group * geometry.rows * geometry.columns;
    int outputs = weight.batch() / geometry.groups;
    for (int output = 0; output < outputs; output++) {
      Elements.total(
          scratch,
          sums + output * (geometry.left == 0 ? 1 : geometry.columns),
          geometry.left == 0 ? geometry.columns : 1,
          weight.channels(),
          geometry.chunks,
          geometry.sums(),
          out,
          weightType,
          JavaBuffer.offset(bindings[2]) + weight.plane(group * outputs + output, 0),
          weight.channelStride());
    }
  }
}
