package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How {@link DataConvolve} cuts its work: sizes that follow from the spec. */
final class ConvolveGeometry {
  /** Number of positions from which on tiles are filled well. */
  private static final int POSITIONS = 128;

  /** Results of a channel that are held at once. */
  private static final int CHUNK = 1024;

  /** Greatest number of products of a sum that are added at once. */
  static final int DEPTH = 2304;

  /** Cost of gathering a summed element for a tile, in rows of the tile. */
  private static final int GATHER_ROWS = 40;

  final int groups;
  final int sourceChannels;
  final int resultChannels;

  /** Panels of result channels. */
  final int panels;

  final ConvolveAxis rows;
  final ConvolveAxis columns;

  /** Images that a task does at once. */
  final int images;

  /** Rows of positions whose results are held at once. */
  final int chunkRows;

  /** The planes of a source channel. */
  final SourcePlanes source;

  final int planes;

  /** Width of the block of results. */
  final int pitch;

  /**
   * Whether right panels are gathered. That leaves no gaps between rows and images, which pays
   * where images are small and channels many.
   */
  final boolean gathers;

  /** Panels of result channels that a task computes. */
  final int taskPanels;

  private final Arithmetic arithmetic;

  /**
   * Results that share their taps.
   *
   * @param table for each summed element, the index in the planes of its factor at position 0
   * @param positions where the planes hold each position, filled up to whole tiles; null if they
   *     run on without gaps
   * @param rowPitch positions from a row to the next
   * @param imageRows rows from an image to the next
   */
  record Pass(
      ConvolveAxis.Residue vertical,
      ConvolveAxis.Residue horizontal,
      int[] table,
      int[] positions,
      int rowPitch,
      int imageRows) {

    /** {@return rows of positions of so many images} */
    int allRows(int images) {
      boolean empty = vertical.count() == 0 || horizontal.count() == 0;
      return empty ? 0 : (images - 1) * imageRows + vertical.count();
    }
  }

  ConvolveGeometry(Convolve spec, Arithmetic arithmetic, int threads) {
    this.arithmetic = arithmetic;
    View out = spec.epilogue().outputs().getFirst();
    Images from = Images.of(spec.first());
    Images to = Images.of(out);
    Window vertical = ConvolveAxis.vertical(spec.windows());
    Window horizontal = spec.windows().getLast();
    groups = (int) spec.groups();
    sourceChannels = from.channels() / groups;
    resultChannels = to.channels() / groups;
    panels = Math.ceilDiv(resultChannels, arithmetic.rows());
    rows = ConvolveAxis.of(spec.role(), vertical, from.height(), to.height());
    columns = ConvolveAxis.of(spec.role(), horizontal, from.width(), to.width());
    int image = rows.pitch() * columns.pitch();
    int results = most(rows) * most(columns);
    int batch = Math.max(1, to.batch());
    int together = Math.clamp(Math.ceilDiv(POSITIONS, Math.max(1, results)), 1, batch);
    int apart = Math.clamp(Math.ceilDiv(POSITIONS, image), 1, batch);
    // Compared for an image: tiles times rows of a tile, and gathering.
    double gathered =
        (double) tiles(together * results) / together * (resultChannels + GATHER_ROWS);
    gathers = gathered < (double) tiles(apart * image) / apart * resultChannels;
    images = gathers ? together : apart;
    int allRows = images * (gathers ? most(rows) : rows.pitch());
    int rowPitch = gathers ? most(columns) : columns.pitch();
    chunkRows =
        images > 1 || gathers ? allRows : Math.clamp(CHUNK / rowPitch, 1, Math.max(1, allRows));
    pitch = tiles(chunkRows * rowPitch) * arithmetic.columns();
    source = SourcePlanes.of(rows, columns, images);
    planes = sourceChannels * source.phases().size();
    int tasks = Math.ceilDiv(batch, images);
    // Each task brings the source into its planes again.
    int least = sourceChannels < 8 ? 2 : 4;
    int parts = Math.ceilDiv(threads, Math.max(1, tasks));
    taskPanels = Math.max(Math.min(least, panels), Math.ceilDiv(panels, parts));
  }

  private static int most(ConvolveAxis axis) {
    return axis.residues().stream().mapToInt(ConvolveAxis.Residue::count).max().orElse(0);
  }

  private int tiles(int positions) {
    return Math.ceilDiv(positions, arithmetic.columns());
  }

  int planeElements() {
    return Math.multiplyExact(planes, source.elements());
  }

  /** {@return elements of the block of results; vectors read a little further} */
  int blockElements() {
    return Math.multiplyExact(taskPanels * arithmetic.rows(), pitch) + arithmetic.columns();
  }

  /** {@return elements of scratch memory that a worker needs} */
  int slot() {
    int gathered = gathers ? Math.multiplyExact(DEPTH, pitch) : 0;
    return Math.addExact(Math.addExact(planeElements(), blockElements()), gathered);
  }

  /** {@return the passes in the order of {@link Filters}} */
  Pass[] passes() {
    List<Pass> passes = new ArrayList<>();
    for (ConvolveAxis.Residue y : rows.residues()) {
      for (ConvolveAxis.Residue x : columns.residues()) {
        int[] table = table(y, x);
        passes.add(
            gathers
                ? new Pass(y, x, table, positions(y.count(), x.count()), x.count(), y.count())
                : new Pass(y, x, table, null, columns.pitch(), rows.pitch()));
      }
    }
    return passes.toArray(Pass[]::new);
  }

  private int[] table(ConvolveAxis.Residue vertical, ConvolveAxis.Residue horizontal) {
    int[] table = new int[sourceChannels * vertical.taps().size() * horizontal.taps().size()];
    int count = 0;
    for (int channel = 0; channel < sourceChannels; channel++) {
      for (ConvolveAxis.Tap y : vertical.taps()) {
        for (ConvolveAxis.Tap x : horizontal.taps()) {
          table[count++] = channel * source.phases().size() * source.elements() + source.at(y, x);
        }
      }
    }
    return table;
  }

  private int[] positions(int height, int width) {
    int[] positions = new int[images * height * width];
    for (int i = 0; i < positions.length; i++) {
      int row = i / width;
      positions[i] = (row / height * rows.pitch() + row % height) * columns.pitch() + i % width;
    }
    return Arrays.copyOf(positions, tiles(positions.length) * arithmetic.columns());
  }
}
