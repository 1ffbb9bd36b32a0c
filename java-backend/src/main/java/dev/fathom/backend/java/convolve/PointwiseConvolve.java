package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.arithmetic.Depth;
import dev.fathom.backend.java.elementwise.ResultRows;
import dev.fathom.backend.java.elementwise.TileState;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Window;
import java.util.List;

/**
 * The output of a convolution with a kernel of one element, or its gradient with respect to the
 * input: for each image the product of the filters with a matrix that lies there as it is wanted,
 * {@code [channel, position]}. It is read and written in its place. Where a tile is wider than what
 * lies there, the positions of several images are laid side by side first.
 */
final class PointwiseConvolve extends JavaKernel {
  private final Workers workers;
  private final Arithmetic arithmetic;
  private final Geometry geometry;

  /** Evaluates the epilogue, null if results are stored as they are. */
  private final ResultRows epilogue;

  private final int firstOutput;
  private final int workspace;
  private final DType sourceType;
  private final DType resultType;
  private final Images source;
  private final Images result;

  /** Where each channel begins in the source, and in a copy of it. */
  private final int[] sourceTable;

  private final int[] copyTable;
  private final Workers.Body body = this::part;

  PointwiseConvolve(
      Convolve spec, Plan.Accepted plan, Geometry geometry, Engine engine, Arithmetic arithmetic) {
    super(spec, plan);
    this.workers = engine.workers();
    this.arithmetic = arithmetic;
    this.geometry = geometry;
    epilogue =
        spec.epilogue().isPlain()
            ? null
            : ResultPlanes.rows(spec.epilogue(), Loops.of(engine.vector()));
    firstOutput = spec.inputs().size();
    workspace = firstOutput + spec.outputs().size();
    sourceType = spec.first().dtype();
    resultType = spec.epilogue().outputs().getFirst().dtype();
    source = Images.of(spec.first());
    result = Images.of(spec.epilogue().outputs().getFirst());
    sourceTable = new int[geometry.sourceChannels];
    copyTable = new int[geometry.sourceChannels];
    for (int k = 0; k < sourceTable.length; k++) {
      sourceTable[k] = k * source.channelStride();
      copyTable[k] = k * geometry.pitch;
    }
  }

  /** {@return whether it computes this} */
  static boolean takes(Convolve spec) {
    return spec.role() != Convolve.Role.WEIGHT
        && isPointwise(spec.windows())
        && Images.of(spec.first()).isEven()
        && Images.of(spec.epilogue().outputs().getFirst()).isEven();
  }

  /** {@return whether a result is made of one position of the source, the same for all} */
  static boolean isPointwise(List<Window> windows) {
    return windows.stream()
        .allMatch(w -> w.size() == 1 && w.stride() == 1 && w.padLow() == 0 && w.padHigh() == 0);
  }

  /** Sizes that follow from the spec. */
  static final class Geometry {
    /** Elements of the source that stay in a cache while all filters meet them. */
    private static final int CACHED = 1 << 14;

    /** Positions that are worth a copy where images are small. */
    private static final int POSITIONS = 256;

    /** Multiplications that are worth a task. */
    private static final long TASK = 1 << 20;

    final int groups;
    final int sourceChannels;
    final int resultChannels;

    /** Panels of result channels. */
    final int panels;

    /** Positions of an image. */
    final int size;

    /** Images that are done at once, and those of a task. */
    final int together;

    final int images;

    /** Positions of an image that are done at once. */
    final int chunk;

    /** Elements from a channel to the next in a copy of the source, or in a block of results. */
    final int pitch;

    /** Panels of result channels that a task computes. */
    final int taskPanels;

    final int tasks;
    private final int height;

    Geometry(Convolve spec, Arithmetic arithmetic) {
      Images from = Images.of(spec.first());
      Images to = Images.of(spec.epilogue().outputs().getFirst());
      groups = (int) spec.groups();
      sourceChannels = from.channels() / groups;
      resultChannels = to.channels() / groups;
      height = arithmetic.rows();
      panels = Math.ceilDiv(resultChannels, height);
      size = to.height() * to.width();
      int width = arithmetic.columns();
      int batch = Math.max(1, to.batch());
      int whole = Math.ceilDiv(size, width) * width;
      boolean filled = whole - size <= size / 8;
      together = filled ? 1 : Math.clamp(Math.ceilDiv(POSITIONS, Math.max(1, size)), 1, batch);
      int most = Math.max(4, Math.ceilDiv(CACHED / Math.max(1, sourceChannels), width)) * width;
      int chunks = together > 1 ? 1 : Math.max(1, Math.ceilDiv(whole, most));
      chunk = Math.ceilDiv(Math.ceilDiv(size, chunks), width) * width;
      // A copy may write a little behind a row, where the next one's first image is already.
      pitch = WinogradTiles.odd(Math.max(chunk, together * size + width));
      long work = (long) together * size * sourceChannels * resultChannels * groups;
      images = together * Math.clamp(TASK / Math.max(1, work), 1, Math.ceilDiv(batch, together));
      int imageTasks = Math.ceilDiv(to.batch(), images);
      boolean few = imageTasks < 4 && work > TASK / 4;
      taskPanels = few ? Math.max(1, Math.ceilDiv(panels, 4)) : panels;
      tasks = imageTasks * Math.ceilDiv(panels, taskPanels);
    }

    int copyElements() {
      return Math.multiplyExact(sourceChannels, pitch);
    }

    /** {@return elements of scratch memory that a worker needs; vectors write a little further} */
    int slot() {
      int block = Math.multiplyExact(taskPanels * height, pitch);
      return Math.addExact(copyElements(), block) + 2 * WinogradTiles.odd(1);
    }
  }

  @Override
  public List<String> remarks() {
    return epilogue == null ? List.of() : epilogue.remarks();
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(geometry.size == 0 ? 0 : geometry.tasks, body, bindings, scalars);
  }

  private void part(int task, int worker, Binding[] bindings, long[] scalars) {
    int parts = Math.ceilDiv(geometry.panels, geometry.taskPanels);
    int firstImage = task / parts * geometry.images;
    int imageEnd = Math.min(result.batch(), firstImage + geometry.images);
    int firstPanel = task % parts * geometry.taskPanels;
    int panelEnd = Math.min(geometry.panels, firstPanel + geometry.taskPanels);
    TileState state = epilogue == null ? null : epilogue.begin(bindings, 2, firstOutput, scalars);
    Object scratch = JavaBuffer.array(bindings[workspace]);
    int slot = JavaBuffer.offset(bindings[workspace]) + worker * geometry.slot();
    for (int image = firstImage; image < imageEnd; image += geometry.together) {
      int images = Math.min(geometry.together, imageEnd - image);
      for (int group = 0; group < geometry.groups; group++) {
        for (int at = 0; at < geometry.size; at += geometry.chunk) {
          int count =
              geometry.together > 1 ? geometry.size : Math.min(geometry.chunk, geometry.size - at);
          product(
              bindings,
              state,
              image,
              images,
              group,
              firstPanel,
              panelEnd,
              at,
              count,
              scratch,
              slot);
        }
      }
    }
  }

  /** Does some positions of some images for some panels of result channels. */
  private void product(
      Binding[] bindings,
      TileState state,
      int image,
      int images,
      int group,
      int firstPanel,
      int panelEnd,
      int at,
      int count,
      Object scratch,
      int slot) {
    int height = arithmetic.rows();
    int width = arithmetic.columns();
    int depth = geometry.sourceChannels;
    int tiles = Math.ceilDiv(images * count, width);
    Object from = JavaBuffer.array(bindings[0]);
    int fromAt =
        JavaBuffer.offset(bindings[0])
            + source.plane(image, group * depth)
            + at * source.columnStride();
    boolean read = images == 1 && isReadable(from, fromAt, tiles * width, scratch);
    if (!read) {
      copy(from, fromAt, images, count, scratch, slot);
    }
    Object right = read ? from : scratch;
    int rightAt = read ? fromAt : slot;
    int[] table = read ? sourceTable : copyTable;
    Object out = JavaBuffer.array(bindings[firstOutput]);
    int firstRow = firstPanel * height;
    int rowEnd = Math.min(geometry.resultChannels, panelEnd * height);
    int outAt =
        JavaBuffer.offset(bindings[firstOutput])
            + result.plane(image, group * geometry.resultChannels + firstRow)
            + at * result.columnStride();
    int block = slot + geometry.copyElements();
    boolean lies =
        out.getClass() == scratch.getClass() && (result.columnStride() == 1 || geometry.size == 1);
    boolean fits = lies && images == 1 && count % width == 0;
    int slice = Depth.slice(depth, ConvolveGeometry.DEPTH);
    int filters = JavaBuffer.offset(bindings[1]) + group * geometry.panels * height * depth;
    int written = 0;
    int k = 0;
    do {
      int some = Math.min(slice, depth - k);
      for (int row = firstRow; row < rowEnd; row += height) {
        int rows = Math.min(height, rowEnd - row);
        boolean write = fits && arithmetic.computedRows(rows) == rows;
        arithmetic.multiply(
            rows,
            some,
            JavaBuffer.array(bindings[1]),
            filters + row * depth + k * height,
            right,
            rightAt,
            table,
            k,
            tiles,
            width,
            write ? out : scratch,
            write
                ? outAt + (row - firstRow) * result.channelStride()
                : block + (row - firstRow) * geometry.pitch,
            write ? result.channelStride() : geometry.pitch,
            k > 0);
        written = write ? row - firstRow + rows : written;
      }
      k += Math.max(1, some);
    } while (k < depth);
    for (int i = 0; i < images; i++) {
      int to = outAt + i * result.batchStride();
      int results = block + i * count;
      if (lies) {
        place(written, rowEnd - firstRow, count, scratch, results, out, to);
      }
      for (int row = firstRow; row < rowEnd; row++) {
        int channel = group * geometry.resultChannels + row;
        int rowAt = results + (row - firstRow) * geometry.pitch;
        int rowTo = to + (row - firstRow) * result.channelStride();
        if (epilogue != null) {
          Object values = lies ? out : scratch;
          epilogue.run(state, image + i, channel, at, count, values, lies ? rowTo : rowAt);
        } else if (!lies) {
          int step = result.columnStride();
          Elements.store(scratch, rowAt, count, out, resultType, rowTo, step);
        }
      }
    }
  }

  /** Whether tiles may be read where the source lies; they read beyond its rows. */
  private boolean isReadable(Object from, int at, int run, Object scratch) {
    if (from.getClass() != scratch.getClass() || source.columnStride() != 1 && geometry.size > 1) {
      return false;
    }
    int length = from instanceof float[] floats ? floats.length : ((double[]) from).length;
    int last = Math.max(0, (geometry.sourceChannels - 1) * source.channelStride());
    return at + last + run <= length;
  }

  /** Lays the positions of some images side by side, for each channel. */
  private void copy(Object from, int fromAt, int images, int count, Object scratch, int to) {
    int depth = geometry.sourceChannels;
    boolean lies =
        from.getClass() == scratch.getClass() && (source.columnStride() == 1 || geometry.size == 1);
    for (int i = 0; i < images; i++) {
      int at = fromAt + i * source.batchStride();
      int first = to + i * count;
      if (lies) {
        int limit = to + geometry.copyElements();
        arithmetic.copyRows(
            from, at, source.channelStride(), depth, count, scratch, first, geometry.pitch, limit);
        continue;
      }
      for (int k = 0; k < depth; k++) {
        int row = at + k * source.channelStride();
        int step = source.columnStride();
        Elements.load(from, sourceType, row, step, count, scratch, first + k * geometry.pitch);
      }
    }
  }

  /** Copies results of one image to where they belong. */
  private void place(
      int firstRow, int rowEnd, int count, Object scratch, int block, Object out, int outAt) {
    int pitch = result.channelStride();
    if (pitch == count) {
      // What is written behind a row is the next one.
      arithmetic.copyRows(
          scratch,
          block + firstRow * geometry.pitch,
          geometry.pitch,
          rowEnd - firstRow,
          count,
          out,
          outAt + firstRow * pitch,
          pitch,
          outAt + rowEnd * pitch);
      return;
    }
    for (int row = firstRow; row < rowEnd; row++) {
      Elements.store(
          scratch, block + row * geometry.pitch, count, out, resultType, outAt + row * pitch, 1);
    }
  }
}
