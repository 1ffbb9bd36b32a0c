package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.arithmetic.Depth;
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
 * The output of a convolution, or its gradient with respect to the input. A task copies a few
 * images into zero-padded planes. There, the elements that a tap is multiplied with at consecutive
 * positions lie side by side, and the tile kernel reads its right operand straight from the planes,
 * through a table with an offset for each summed element. Positions run over the padded width;
 * results in the gaps are dropped.
 */
final class DataConvolve extends JavaKernel {
  private final Workers workers;
  private final ResultPlanes results;
  private final int workspace;
  private final Arithmetic arithmetic;
  private final ConvolveGeometry geometry;
  private final SourceRows sourceRows;
  private final Images source;
  private final Images result;
  private final ConvolveGeometry.Pass[] passes;

  /** Where the rows of a gathered panel begin. */
  private final int[] panelTable = new int[ConvolveGeometry.DEPTH];

  private final Workers.Body body = this::images;

  DataConvolve(
      Convolve spec,
      Plan.Accepted plan,
      ConvolveGeometry geometry,
      Engine engine,
      Arithmetic arithmetic) {
    super(spec, plan);
    this.workers = engine.workers();
    this.arithmetic = arithmetic;
    this.geometry = geometry;
    results = new ResultPlanes(spec, engine, arithmetic);
    workspace = spec.inputs().size() + spec.outputs().size();
    sourceRows = new SourceRows(spec.first().dtype(), arithmetic);
    source = Images.of(spec.first());
    result = Images.of(spec.epilogue().outputs().getFirst());
    passes = geometry.passes();
    for (int k = 0; k < panelTable.length; k++) {
      panelTable[k] = k * arithmetic.columns();
    }
  }

  @Override
  public List<String> remarks() {
    return results.remarks();
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
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
        geometry.source.copy(
            bindings[0],
            source,
            sourceRows,
            firstImage,
            imageCount,
            group * geometry.sourceChannels + channel,
            scratch,
            planes + channel * geometry.source.phases().size() * geometry.source.elements());
      }
      for (ConvolveGeometry.Pass pass : passes) {
        int allRows = pass.allRows(imageCount);
        for (int row = 0; row < allRows; row += geometry.chunkRows) {
          int rowCount = Math.min(geometry.chunkRows, allRows - row);
          multiply(
              bindings[1], filters, pass, firstPanel, panelEnd, row, rowCount, scratch, planes);
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
              planes + geometry.planeElements());
        }
        filters += geometry.panels * arithmetic.rows() * pass.table().length;
      }
    }
  }

  private void multiply(
      Binding filters,
      int filtersAt,
      ConvolveGeometry.Pass pass,
      int firstPanel,
      int panelEnd,
      int row,
      int rowCount,
      Object scratch,
      int planes) {
    Object weights = JavaBuffer.array(filters);
    int height = arithmetic.rows();
    int width = arithmetic.columns();
    int block = planes + geometry.planeElements();
    int gathered = block + geometry.blockElements();
    int first = planes + row * pass.rowPitch();
    int positions = rowCount * pass.rowPitch();
    int all = pass.table().length;
    int depth = Depth.slice(all, ConvolveGeometry.DEPTH);
    // Of a single small image half a tile is all there is.
    boolean half = geometry.gathers && 2 * positions <= width;
    int k = 0;
    do {
      int slice = Math.min(depth, all - k);
      if (geometry.gathers) {
        gather(pass, k, slice, positions, half ? width / 2 : width, scratch, planes, gathered);
      }
      for (int panel = firstPanel; panel < panelEnd; panel++) {
        int left = filtersAt + (panel * all + k) * height;
        int to = block + (panel - firstPanel) * height * geometry.pitch;
        int rows = Math.min(height, geometry.resultChannels - panel * height);
        if (half) {
          arithmetic.multiplyHalf(
              rows,
              slice,
              weights,
              left,
              scratch,
              gathered,
              panelTable,
              0,
              scratch,
              to,
              geometry.pitch,
              k > 0);
        } else {
          arithmetic.multiply(
              rows,
              slice,
              weights,
              left,
              scratch,
              geometry.gathers ? gathered : first,
              geometry.gathers ? panelTable : pass.table(),
              geometry.gathers ? 0 : k,
              Math.ceilDiv(positions, width),
              geometry.gathers ? width * slice : width,
              scratch,
              to,
              geometry.pitch,
              k > 0);
        }
      }
      k += Math.max(1, slice);
    } while (k < all);
  }

  /**
   * Packs what summed elements {@code k ..} meet at all positions as right panels.
   *
   * @param count columns of a panel that are filled
   */
  private void gather(
      ConvolveGeometry.Pass pass,
      int k,
      int slice,
      int positions,
      int count,
      Object scratch,
      int planes,
      int to) {
    int width = arithmetic.columns();
    for (int at = 0; at < positions; at += width) {
      for (int i = 0; i < slice; i++) {
        Elements.gather(
            scratch, planes + pass.table()[k + i], pass.positions(), at, count, scratch, to);
        to += width;
      }
    }
  }

  private void store(
      Binding[] bindings,
      long[] scalars,
      int firstImage,
      int firstChannel,
      int firstPanel,
      int panelEnd,
      ConvolveGeometry.Pass pass,
      int row,
      int rowCount,
      Object scratch,
      int block) {
    ConvolveAxis.Residue vertical = pass.vertical();
    ConvolveAxis.Residue horizontal = pass.horizontal();
    boolean compact = results.isCompact(bindings, scratch, vertical, horizontal);
    TileState state = results.begin(bindings, scalars);
    int width = result.width();
    int size = result.height() * width;
    int channelEnd = Math.min(geometry.resultChannels, panelEnd * arithmetic.rows());
    for (int channel = firstPanel * arithmetic.rows(); channel < channelEnd; channel++) {
      int from = block + (channel - firstPanel * arithmetic.rows()) * geometry.pitch;
      // A row may write past its end into elements that are stored later: the rows below, and the
      // next channel unless an earlier chunk has stored its first rows.
      boolean last = row > 0 || channel + 1 == channelEnd || result.channelStride() != size;
      for (int at = row; at < row + rowCount; ) {
        int image = at / pass.imageRows();
        int y = at % pass.imageRows();
        int count = Math.min(vertical.count() - y, row + rowCount - at);
        results.store(
            bindings,
            state,
            compact,
            firstImage + image,
            firstChannel + channel,
            vertical,
            horizontal,
            y,
            count,
            scratch,
            from + (at - row) * pass.rowPitch(),
            pass.rowPitch(),
            last ? size - y * width : size + width);
        if (count < vertical.count() - y) {
          break;
        }
        at = (image + 1) * pass.imageRows();
      }
    }
  }
}
