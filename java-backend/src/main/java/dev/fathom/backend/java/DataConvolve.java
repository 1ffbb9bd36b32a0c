package dev.fathom.backend.java;

import dev.fathom.spi.Binding;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The output of a convolution, or its gradient with respect to the input. A task copies a few
 * images into zero-padded planes; there, what a tap meets at consecutive positions lies side by
 * side, and the tile kernel reads its right operand straight from the planes, through a table with
 * an offset for each summed element. Positions run over the padded width; what is computed in the
 * gaps is dropped.
 */
final class DataConvolve extends JavaKernel {
  /** Greatest number of products of a sum that are added at once. */
  private static final int DEPTH = 384;

  private final Workers workers;

  /** Evaluates the epilogue, null if results are stored as they are. */
  private final ResultRows epilogue;

  private final int firstOutput;
  private final int workspace;
  private final Arithmetic arithmetic;
  private final Geometry geometry;
  private final DType sourceType;
  private final DType resultType;
  private final Images source;
  private final Images result;
  private final Pass[] passes;
  private final Workers.Body body = this::images;

  DataConvolve(
      Convolve spec, Plan.Accepted plan, Geometry geometry, Engine engine, Arithmetic arithmetic) {
    super(spec, plan);
    this.workers = engine.workers();
    this.arithmetic = arithmetic;
    this.geometry = geometry;
    View out = spec.epilogue().outputs().getFirst();
    epilogue = spec.epilogue().isPlain() ? null : rows(spec.epilogue(), engine.loops());
    firstOutput = spec.inputs().size();
    workspace = firstOutput + spec.outputs().size();
    sourceType = spec.first().dtype();
    resultType = out.dtype();
    source = Images.of(spec.first());
    result = Images.of(out);
    List<Pass> all = new ArrayList<>();
    for (ConvolveAxis.Residue vertical : geometry.rows.residues()) {
      for (ConvolveAxis.Residue horizontal : geometry.columns.residues()) {
        all.add(new Pass(vertical, horizontal, geometry.offsets(vertical, horizontal)));
      }
    }
    passes = all.toArray(Pass[]::new);
  }

  /**
   * Results that share their taps.
   *
   * @param table where the planes hold what each summed element meets at position 0
   */
  private record Pass(ConvolveAxis.Residue vertical, ConvolveAxis.Residue horizontal, int[] table) {
    boolean isEmpty() {
      return vertical.count() == 0 || horizontal.count() == 0;
    }
  }

  private static ResultRows rows(Epilogue epilogue, Loops loops) {
    int[] spatial = IntStream.range(2, epilogue.shape().rank()).toArray();
    return ResultRows.of(epilogue, loops, new int[] {0}, new int[] {1}, spatial);
  }

  private record Phases(ConvolveAxis.Phase vertical, ConvolveAxis.Phase horizontal) {}

  /** Sizes that follow from the spec. */
  static final class Geometry {
    /** Positions that fill tiles well and planes that stay in the second-level cache. */
    private static final int POSITIONS = 256;

    private static final int CHUNK = 1024;

    final int groups;
    final int sourceChannels;
    final int resultChannels;
    final int panels;
    final ConvolveAxis rows;
    final ConvolveAxis columns;

    /** Images that a task does at once. */
    final int images;

    /** Rows of positions whose results are held at once. */
    final int chunkRows;

    /** Elements of a plane: one channel and phase of all images of a task. */
    final int plane;

    final int planes;

    /** The planes of a channel. */
    final Phases[] phases;

    /** Width of the block of results. */
    final int pitch;

    /** Panels of result channels that a task computes. */
    final int taskPanels;

    final int tileRows;
    final int tileColumns;

    Geometry(Convolve spec, Arithmetic arithmetic) {
      boolean output = spec.role() == Convolve.Role.OUTPUT;
      View out = spec.epilogue().outputs().getFirst();
      Images from = Images.of(spec.first());
      Images to = Images.of(out);
      Window vertical = vertical(spec);
      Window horizontal = spec.windows().getLast();
      groups = (int) spec.groups();
      sourceChannels = from.channels() / groups;
      resultChannels = to.channels() / groups;
      tileRows = arithmetic.rows();
      tileColumns = arithmetic.columns();
      panels = Math.ceilDiv(resultChannels, tileRows);
      rows =
          output
              ? ConvolveAxis.output(vertical, from.height())
              : ConvolveAxis.input(vertical, to.height(), from.height());
      columns =
          output
              ? ConvolveAxis.output(horizontal, from.width())
              : ConvolveAxis.input(horizontal, to.width(), from.width());
      int image = rows.pitch() * columns.pitch();
      images = Math.clamp(Math.ceilDiv(POSITIONS / 2, image), 1, Math.max(1, to.batch()));
      int allRows = images * rows.pitch();
      chunkRows =
          images > 1 ? allRows : Math.clamp(CHUNK / columns.pitch(), 1, Math.max(1, allRows));
      pitch =
          Math.ceilDiv(chunkRows * columns.pitch(), arithmetic.columns()) * arithmetic.columns();
      int end =
          Math.max(
              images * image, (allRows - 1 + rows.reach()) * columns.pitch() + columns.reach() + 1);
      // An odd number of 16-element lines keeps the planes from meeting in one set of the cache.
      plane = Math.ceilDiv(end + columns.pitch(), 16) * 16 | 16;
      List<Phases> all = new ArrayList<>();
      rows.phases().forEach(v -> columns.phases().forEach(h -> all.add(new Phases(v, h))));
      phases = all.toArray(Phases[]::new);
      planes = sourceChannels * phases.length;
      int tasks = Math.ceilDiv(Math.max(1, to.batch()), images);
      taskPanels = tasks >= 4 ? panels : Math.max(Math.min(4, panels), Math.ceilDiv(panels, 4));
    }

    /** {@return elements of scratch memory that a worker needs; vectors read a little further} */
    int slot() {
      int block = Math.multiplyExact(taskPanels * tileRows, pitch) + tileColumns;
      return Math.addExact(Math.multiplyExact(planes, plane), block);
    }

    private int[] offsets(ConvolveAxis.Residue vertical, ConvolveAxis.Residue horizontal) {
      int[] offsets = new int[sourceChannels * vertical.taps().size() * horizontal.taps().size()];
      int count = 0;
      for (int channel = 0; channel < sourceChannels; channel++) {
        for (ConvolveAxis.Tap y : vertical.taps()) {
          for (ConvolveAxis.Tap x : horizontal.taps()) {
            int phase = y.phase() * columns.phases().size() + x.phase();
            int at = channel * phases.length + phase;
            offsets[count++] = at * plane + y.shift() * columns.pitch() + x.shift();
          }
        }
      }
      return offsets;
    }

    private static Window vertical(Convolve spec) {
      return spec.windows().size() == 1 ? new Window(1, 1, 0, 0, 1) : spec.windows().getFirst();
    }
  }

  @Override
  void run(Binding[] bindings, long[] scalars) {
    int parts = Math.ceilDiv(geometry.panels, geometry.taskPanels);
    int tasks = Math.ceilDiv(result.batch(), geometry.images) * parts;
    workers.parallel(tasks, body, bindings, scalars);
  }

  private void images(int task, int worker, Binding[] bindings, long[] scalars) {
    int parts = Math.ceilDiv(geometry.panels, geometry.taskPanels);
    int firstImage = task / parts * geometry.images;
    int imageCount = Math.min(geometry.images, result.batch() - firstImage);
    int firstPanel = task % parts * geometry.taskPanels;
    int panelEnd = Math.min(geometry.panels, firstPanel + geometry.taskPanels);
    Object scratch = JavaBuffer.array(bindings[workspace]);
    int planes = JavaBuffer.offset(bindings[workspace]) + worker * geometry.slot();
    int filters = JavaBuffer.offset(bindings[1]);
    for (int group = 0; group < geometry.groups; group++) {
      for (int channel = 0; channel < geometry.sourceChannels; channel++) {
        copyPlanes(
            bindings[0],
            firstImage,
            imageCount,
            group * geometry.sourceChannels + channel,
            scratch,
            planes + channel * geometry.phases.length * geometry.plane);
      }
      for (Pass pass : passes) {
        int allRows =
            pass.isEmpty() ? 0 : (imageCount - 1) * geometry.rows.pitch() + pass.vertical.count();
        for (int row = 0; row < allRows; row += geometry.chunkRows) {
          int rowCount = Math.min(geometry.chunkRows, allRows - row);
          multiply(
              bindings[1],
              filters,
              pass.table,
              firstPanel,
              panelEnd,
              row,
              rowCount,
              scratch,
              planes);
          store(
              bindings,
              scalars,
              firstImage,
              group * geometry.resultChannels,
              firstPanel,
              panelEnd,
              pass,
              row,
              rowCount,
              scratch,
              planes + geometry.planes * geometry.plane);
        }
        filters += geometry.panels * geometry.tileRows * pass.table.length;
      }
    }
  }

  private void copyPlanes(
      Binding from, int firstImage, int imageCount, int channel, Object scratch, int to) {
    Object array = JavaBuffer.array(from);
    int pitch = geometry.columns.pitch();
    for (Phases phase : geometry.phases) {
      ConvolveAxis.Phase vertical = phase.vertical;
      ConvolveAxis.Phase horizontal = phase.horizontal;
      int at = to;
      for (int image = 0; image < imageCount; image++) {
        int plane = JavaBuffer.offset(from) + source.plane(firstImage + image, channel);
        int lead = vertical.lead() * pitch + horizontal.lead();
        Elements.zero(scratch, at, 1, lead);
        int first =
            plane
                + vertical.first() * source.rowStride()
                + horizontal.first() * source.columnStride();
        int step = horizontal.step() * source.columnStride();
        int rowStep = vertical.step() * source.rowStride();
        int data = at + lead;
        if (step == 1 && array.getClass() == scratch.getClass()) {
          arithmetic.spreadRows(
              array, first, rowStep, vertical.count(), horizontal.count(), scratch, data, pitch);
        } else {
          for (int row = 0; row < vertical.count(); row++) {
            Elements.load(
                array,
                sourceType,
                first + row * rowStep,
                step,
                horizontal.count(),
                scratch,
                data + row * pitch);
            int gap = data + row * pitch + horizontal.count();
            Elements.zero(scratch, gap, 1, pitch - horizontal.count());
          }
        }
        int end = data + vertical.count() * pitch;
        at += geometry.rows.pitch() * pitch;
        Elements.zero(scratch, end, 1, Math.max(0, at - end));
      }
      Elements.zero(scratch, at, 1, to + geometry.plane - at);
      to += geometry.plane;
    }
  }

  private void multiply(
      Binding filters,
      int filtersAt,
      int[] table,
      int firstPanel,
      int panelEnd,
      int row,
      int rowCount,
      Object scratch,
      int planes) {
    Object weights = JavaBuffer.array(filters);
    int height = geometry.tileRows;
    int block = planes + geometry.planes * geometry.plane;
    int position = row * geometry.columns.pitch();
    int positions = rowCount * geometry.columns.pitch();
    int depth = Tiling.slice(table.length, DEPTH);
    int k = 0;
    do {
      int slice = Math.min(depth, table.length - k);
      for (int panel = firstPanel; panel < panelEnd; panel++) {
        int left = filtersAt + (panel * table.length + k) * height;
        int to = block + (panel - firstPanel) * height * geometry.pitch;
        for (int at = 0; at < positions; at += arithmetic.columns()) {
          arithmetic.multiply(
              Math.min(height, geometry.resultChannels - panel * height),
              slice,
              weights,
              left,
              scratch,
              planes + position + at,
              table,
              k,
              scratch,
              to + at,
              geometry.pitch,
              k > 0);
        }
      }
      k += Math.max(1, slice);
    } while (k < table.length);
  }

  private void store(
      Binding[] bindings,
      long[] scalars,
      int firstImage,
      int firstChannel,
      int firstPanel,
      int panelEnd,
      Pass pass,
      int row,
      int rowCount,
      Object scratch,
      int block) {
    ConvolveAxis.Residue vertical = pass.vertical;
    ConvolveAxis.Residue horizontal = pass.horizontal;
    Binding to = bindings[firstOutput];
    Object array = JavaBuffer.array(to);
    boolean compact = compact(array, scratch, vertical, horizontal);
    TileState state = epilogue == null ? null : epilogue.begin(bindings, 2, firstOutput, scalars);
    int channelEnd = Math.min(geometry.resultChannels, panelEnd * geometry.tileRows);
    for (int channel = firstPanel * geometry.tileRows; channel < channelEnd; channel++) {
      int from = block + (channel - firstPanel * geometry.tileRows) * geometry.pitch;
      for (int at = row; at < row + rowCount; ) {
        int image = at / geometry.rows.pitch();
        int y = at % geometry.rows.pitch();
        int count = Math.min(vertical.count() - y, row + rowCount - at);
        int plane = result.plane(firstImage + image, firstChannel + channel);
        int out =
            JavaBuffer.offset(to)
                + plane
                + (vertical.start() + y * vertical.step()) * result.rowStride()
                + horizontal.start() * result.columnStride();
        int data = from + (at - row) * geometry.columns.pitch();
        int width = result.width();
        if (compact) {
          // A row may write over what is stored behind it later: the rows below, and the channel
          // behind unless that got its first rows from an earlier chunk.
          int size = result.height() * width;
          boolean last = row > 0 || channel + 1 == channelEnd || result.channelStride() != size;
          int limit = out + (last ? size - y * width : size + width);
          arithmetic.packRows(
              scratch, data, geometry.columns.pitch(), count, width, array, out, limit);
          if (epilogue != null) {
            epilogue.run(
                state,
                firstImage + image,
                firstChannel + channel,
                y * width,
                count * width,
                array,
                out);
          }
        } else {
          for (int i = 0; i < count; i++, data += geometry.columns.pitch()) {
            if (epilogue != null) {
              epilogue.run(
                  state,
                  firstImage + image,
                  firstChannel + channel,
                  (y + i) * width,
                  width,
                  scratch,
                  data);
            } else {
              Elements.store(
                  scratch,
                  data,
                  horizontal.count(),
                  array,
                  resultType,
                  out + i * vertical.step() * result.rowStride(),
                  horizontal.step() * result.columnStride());
            }
          }
        }
        if (count < vertical.count() - y) {
          break;
        }
        at = (image + 1) * geometry.rows.pitch();
      }
    }
  }

  /**
   * {@return whether rows of results lie one behind the other, in the type they are computed in}
   */
  private boolean compact(
      Object array,
      Object scratch,
      ConvolveAxis.Residue vertical,
      ConvolveAxis.Residue horizontal) {
    return array.getClass() == scratch.getClass()
        && vertical.step() == 1
        && horizontal.step() == 1
        && (result.columnStride() == 1 || result.width() == 1)
        && (result.rowStride() == result.width() || result.height() == 1);
  }
}
