package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.arithmetic.Depth;
import dev.fathom.backend.java.contract.Panels;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.memory.Steps;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;

/**
 * The gradient of a convolution with respect to its weights: a matrix product summed over positions
 * of all images. A task does some images for some output channels and keeps its own sum; the sums
 * are added in a fixed order at the end.
 *
 * <p>Two forms, whichever has fewer tiles. With many input channels, rows are output channels, and
 * columns are (tap, channel), read from a padded copy of the input with channels last. With few,
 * rows are taps, gathered for each position, and columns are output channels.
 */
final class WeightConvolve extends JavaKernel {
  /** Greatest number of positions that are added at once. */
  private static final int DEPTH = 1024;

  private final Workers workers;
  private final Arithmetic arithmetic;
  private final Geometry geometry;
  private final Images input;
  private final Images gradient;
  private final Images weight;
  private final DType inputType;
  private final DType gradientType;
  private final DType weightType;
  private final Steps positions;
  private final Steps outputRows;
  private final int[] table;
  private final Workers.Body product = this::product;
  private final Workers.Body total = this::total;

  WeightConvolve(
      Convolve spec,
      Plan.Accepted plan,
      Geometry geometry,
      Workers workers,
      Arithmetic arithmetic) {
    super(spec, plan);
    this.workers = workers;
    this.arithmetic = arithmetic;
    this.geometry = geometry;
    View dy = spec.second();
    View dw = spec.epilogue().outputs().getFirst();
    input = Images.of(spec.first());
    gradient = Images.of(dy);
    weight = Images.of(dw);
    inputType = spec.first().dtype();
    gradientType = dy.dtype();
    weightType = dw.dtype();
    positions = dy.rank() == 3 ? Steps.of(dy, 2) : Steps.of(dy, 2, 3);
    outputRows = Steps.of(dy, 1);
    table = geometry.table();
  }

  /** Sizes that follow from the spec. */
  static final class Geometry {
    /** Number of summed positions from which on the cost of storing the tiles is small. */
    private static final int DEPTH = 192;

    private static final int CHUNKS = 8;
    private static final long SUMS = 1 << 21;

    final Window vertical;
    final Window horizontal;
    final int groups;
    final int batch;
    final int channels;
    final int outputs;
    final int taps;
    final int outHeight;
    final int outWidth;

    /** The padded input. */
    final int height;

    final int width;
    final boolean patches;

    /** Size of the product of a group, in whole tiles. */
    final int rows;

    final int columns;

    /** Columns that lie side by side in the copy of the input, and how many such runs there are. */
    final int run;

    final int runs;

    /** The same in whole tiles. */
    final int paddedRun;

    /** Images that are done at once. */
    final int images;

    /** The images are cut into chunks, the output channels into parts. */
    final int chunks;

    final int chunkImages;
    final int parts;

    /** Rows (or columns, with patches) of a part. */
    final int part;

    final int tileRows;
    final int tileColumns;

    Geometry(Convolve spec, Arithmetic arithmetic) {
      Images x = Images.of(spec.first());
      Images y = Images.of(spec.second());
      Images w = Images.of(spec.epilogue().outputs().getFirst());
      vertical = ConvolveAxis.vertical(spec.windows());
      horizontal = spec.windows().getLast();
      groups = (int) spec.groups();
      batch = y.batch();
      channels = w.channels();
      outputs = w.batch() / groups;
      taps = w.height() * w.width();
      outHeight = y.height();
      outWidth = y.width();
      tileRows = arithmetic.rows();
      tileColumns = arithmetic.columns();
      height = padded(vertical, outHeight);
      width = padded(horizontal, outWidth);
      boolean joined = horizontal.dilation() == 1;
      int joinedRun = (joined ? w.width() : 1) * channels;
      int joinedRuns = joined ? w.height() : taps;
      long channelsLast =
          (long) Math.ceilDiv(outputs, tileRows)
              * joinedRuns
              * Math.ceilDiv(joinedRun, tileColumns);
      long gathered =
          (long) Math.ceilDiv(channels * taps, tileRows) * Math.ceilDiv(outputs, tileColumns);
      // Gathering a tap for a position costs about an eighth of a tile's step.
      patches = gathered + channels * taps / 8 < channelsLast;
      run = patches ? outputs : joinedRun;
      runs = patches ? 1 : joinedRuns;
      paddedRun = Math.ceilDiv(run, tileColumns) * tileColumns;
      rows = Math.ceilDiv(patches ? channels * taps : outputs, tileRows) * tileRows;
      columns = runs * paddedRun;
      int positions = Math.max(1, outHeight * outWidth);
      images = Math.clamp(Math.ceilDiv(DEPTH, positions), 1, Math.max(1, batch));
      long sums = (long) groups * rows * columns;
      int affordable = Math.clamp(SUMS / Math.max(1, sums), 1, CHUNKS);
      chunkImages =
          Math.ceilDiv(Math.ceilDiv(batch, Math.min(affordable, Math.max(1, batch))), images)
              * images;
      chunks = batch == 0 ? 0 : Math.ceilDiv(batch, chunkImages);
      int unit = patches ? tileColumns : tileRows;
      int units = Math.ceilDiv(outputs, unit);
      part = Math.ceilDiv(units, Math.clamp(CHUNKS / Math.max(1, chunks), 1, units)) * unit;
      parts = Math.ceilDiv(units * unit, part);
    }

    private static int padded(Window window, int outputs) {
      return Math.max(0, outputs - 1) * (int) window.stride() + (int) window.extent();
    }

    int depth() {
      return images * outHeight * outWidth;
    }

    int sums() {
      return groups * rows * columns;
    }

    int leftElements() {
      return Math.multiplyExact(patches ? rows : part, depth());
    }

    int rightElements() {
      // The last tile of a run reads up to its full width.
      return patches
          ? Math.multiplyExact(part, depth())
          : Math.addExact(imageElements() * images, tileColumns + 16);
    }

    /** {@return elements of an image of the padded input, channels last} */
    int imageElements() {
      return Math.multiplyExact(height * width, channels);
    }

    int slot() {
      return leftElements() + rightElements() + (patches ? height * width : 0);
    }

    long workspace(int threads) {
      return (long) slot() * threads + (long) sums() * chunks;
    }

    /** {@return where each position's row of the right operand begins} */
    int[] table() {
      int[] table = new int[depth()];
      for (int i = 0; i < table.length; i++) {
        int x = i % outWidth;
        int y = i / outWidth % outHeight;
        int image = i / outWidth / outHeight;
        table[i] =
            patches
                ? i * tileColumns
                : image * imageElements()
                    + (y * (int) vertical.stride() * width + x * (int) horizontal.stride())
                        * channels;
      }
      return table;
    }
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(geometry.chunks * geometry.parts, product, bindings, scalars);
    workers.parallel(weight.batch(), total, bindings, scalars);
  }

  private void product(int task, int worker, Binding[] bindings, long[] scalars) {
    int chunk = task / geometry.parts;
    int firstOutput = task % geometry.parts * geometry.part;
    Object scratch = JavaBuffer.array(bindings[3]);
    int workspace = JavaBuffer.offset(bindings[3]);
    int sums = workspace + chunk * geometry.sums();
    int left = workspace + geometry.chunks * geometry.sums() + worker * geometry.slot();
    int right = left + geometry.leftElements();
    int end = Math.min(geometry.batch, (chunk + 1) * geometry.chunkImages);
    for (int group = 0; group < geometry.groups; group++) {
      int outputs = Math.min(geometry.part, geometry.outputs - firstOutput);
      for (int image = chunk * geometry.chunkImages; image < end; image += geometry.images) {
        int count = Math.min(geometry.images, end - image);
        int depth = count * positions.size;
        boolean first = image == chunk * geometry.chunkImages;
        if (geometry.patches) {
          gradientPanels(
              bindings[1],
              image,
              count,
              group,
              firstOutput,
              outputs,
              scratch,
              right,
              geometry.tileColumns);
          for (int i = 0; i < count; i++) {
            patches(
                bindings[0],
                image + i,
                group,
                scratch,
                left,
                depth,
                i * positions.size,
                right + geometry.rightElements());
          }
          multiply(
              depth,
              scratch,
              left,
              geometry.channels * geometry.taps,
              right,
              depth * geometry.tileColumns,
              sums + firstOutput,
              Math.ceilDiv(outputs, geometry.tileColumns),
              !first);
        } else {
          gradientPanels(
              bindings[1],
              image,
              count,
              group,
              firstOutput,
              outputs,
              scratch,
              left,
              geometry.tileRows);
          for (int i = 0; i < count; i++) {
            channelsLast(
                bindings[0], image + i, group, scratch, right + i * geometry.imageElements());
          }
          int tiles = geometry.paddedRun / geometry.tileColumns;
          for (int run = 0; run < geometry.runs; run++) {
            multiply(
                depth,
                scratch,
                left,
                outputs,
                right + shift(run),
                geometry.tileColumns,
                sums + firstOutput * geometry.columns + run * geometry.paddedRun,
                tiles,
                !first);
          }
        }
      }
      sums += geometry.rows * geometry.columns;
    }
  }

  /** {@return where the columns of a run begin for the first position} */
  private int shift(int run) {
    int joined = geometry.runs == weight.height() ? 1 : weight.width();
    int y = run / joined * (int) geometry.vertical.dilation();
    int x = run % joined * (int) geometry.horizontal.dilation();
    return (y * geometry.width + x) * geometry.channels;
  }

  private void multiply(
      int depth,
      Object scratch,
      int left,
      int rows,
      int right,
      int tileStep,
      int sums,
      int tiles,
      boolean add) {
    int limit = Depth.slice(depth, DEPTH);
    int k = 0;
    do {
      int slice = Math.min(limit, depth - k);
      for (int row = 0; row < rows; row += geometry.tileRows) {
        arithmetic.multiply(
            Math.min(geometry.tileRows, rows - row),
            slice,
            scratch,
            left + row * depth + k * geometry.tileRows,
            scratch,
            right,
            table,
            k,
            tiles,
            tileStep,
            scratch,
            sums + row * geometry.columns,
            geometry.columns,
            add || k > 0);
      }
      k += Math.max(1, slice);
    } while (k < depth);
  }

  /** Packs the gradient of some images as {@code [panel, position, width]}. */
  private void gradientPanels(
      Binding from,
      int image,
      int count,
      int group,
      int first,
      int outputs,
      Object scratch,
      int to,
      int width) {
    Object array = JavaBuffer.array(from);
    for (int row = 0; row < outputs; row += width) {
      for (int i = 0; i < count; i++) {
        Panels.pack(
            arithmetic,
            array,
            gradientType,
            JavaBuffer.offset(from) + (image + i) * gradient.batchStride(),
            outputRows,
            group * geometry.outputs + first + row,
            Math.min(width, outputs - row),
            positions,
            0,
            positions.size,
            scratch,
            to + (row * count + i * width) * positions.size,
            width);
      }
    }
  }

  /** Copies an image with its padding to {@code [y, x, channel]}. */
  private void channelsLast(Binding from, int image, int group, Object scratch, int to) {
    Elements.zero(scratch, to, 1, geometry.imageElements());
    Object array = JavaBuffer.array(from);
    int at = JavaBuffer.offset(from) + input.plane(image, group * geometry.channels);
    int top = (int) geometry.vertical.padLow();
    int side = (int) geometry.horizontal.padLow();
    int rows = Math.min(input.height(), geometry.height - top);
    int columns = Math.min(input.width(), geometry.width - side);
    for (int y = 0; y < rows; y++) {
      Panels.transpose(
          arithmetic,
          array,
          inputType,
          at + y * input.rowStride(),
          input.channelStride(),
          input.columnStride(),
          columns,
          geometry.channels,
          scratch,
          to + ((y + top) * geometry.width + side) * geometry.channels);
    }
  }

  /**
   * Gathers the taps of each position of an image as left panels {@code [panel, position, row]}.
   */
  private void patches(
      Binding from,
      int image,
      int group,
      Object scratch,
      int to,
      int depth,
      int position,
      int plane) {
    Object array = JavaBuffer.array(from);
    int top = (int) geometry.vertical.padLow();
    int side = (int) geometry.horizontal.padLow();
    int rows = Math.min(input.height(), geometry.height - top);
    int columns = Math.min(input.width(), geometry.width - side);
    int height = geometry.tileRows;
    for (int row = 0; row < geometry.rows; row++) {
      int panel = to + (row / height * depth + position) * height + row % height;
      int channel = row / geometry.taps;
      int tap = row % geometry.taps;
      if (channel >= geometry.channels) {
        Elements.zero(scratch, panel, height, positions.size);
        continue;
      }
      if (tap == 0) {
        Elements.zero(scratch, plane, 1, geometry.height * geometry.width);
        int at = JavaBuffer.offset(from) + input.plane(image, group * geometry.channels + channel);
        for (int y = 0; y < rows; y++) {
          Elements.load(
              array,
              inputType,
              at + y * input.rowStride(),
              input.columnStride(),
              columns,
              scratch,
              plane + (y + top) * geometry.width + side);
        }
      }
      int shift =
          tap / weight.width() * (int) geometry.vertical.dilation() * geometry.width
              + tap % weight.width() * (int) geometry.horizontal.dilation();
      for (int y = 0; y < geometry.outHeight; y++) {
        Elements.spread(
            scratch,
            plane + shift + y * (int) geometry.vertical.stride() * geometry.width,
            (int) geometry.horizontal.stride(),
            geometry.outWidth,
            scratch,
            panel + y * geometry.outWidth * height,
            height);
      }
    }
  }

  /** Adds the chunks' sums for one output channel and stores it. */
  private void total(int output, int worker, Binding[] bindings, long[] scalars) {
    Object scratch = JavaBuffer.array(bindings[3]);
    Object out = JavaBuffer.array(bindings[2]);
    int group = output / geometry.outputs;
    int row = output % geometry.outputs;
    int sums = JavaBuffer.offset(bindings[3]) + group * geometry.rows * geometry.columns;
    int joined = geometry.runs == weight.height() ? weight.width() : 1;
    for (int tap = 0; tap < geometry.taps; tap++) {
      int from =
          geometry.patches
              ? sums + tap * geometry.columns + row
              : sums
                  + row * geometry.columns
                  + tap / joined * geometry.paddedRun
                  + tap % joined * geometry.channels;
      int step = geometry.patches ? geometry.taps * geometry.columns : 1;
      Elements.total(
          scratch,
          from,
          step,
          geometry.channels,
          geometry.chunks,
          geometry.sums(),
          out,
          weightType,
          JavaBuffer.offset(bindings[2])
              + weight.plane(output, 0)
              + tap / weight.width() * weight.rowStride()
              + tap % weight.width() * weight.columnStride(),
          weight.channelStride());
    }
  }
}
