package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.elementwise.TileProgram.Access;
import dev.fathom.spi.DType;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;

/**
 * How a reduction is cut.
 *
 * @param columns whether a strand is a stretch of the last axis, a kept one
 * @param width outputs of a strand, fewer in the last
 * @param steps boxes of a strand
 * @param segments how many parts a strand's sequence is cut into
 */
record ReduceLayout(Nest nest, boolean columns, int strands, int width, int steps, int segments) {
  /** Elements of a segment, where there are too few strands to keep several threads busy. */
  private static final int SEGMENT = 65536;

  private static final int FEW_STRANDS = 64;

  static ReduceLayout of(Reduce spec) {
    List<View> views = new ArrayList<>(spec.inputs());
    views.add(spec.output());
    int rank = spec.input().shape().rank();
    int kept = rank - spec.reducedAxes();
    int[] groups = new int[rank];
    for (int axis = kept; axis < rank; axis++) {
      groups[axis] = 1;
    }
    boolean arg = spec.op().isPosition();
    boolean[] named = FusedKernels.namedAxes(spec.input().map(), rank);
    Nest nest = nest(spec, views, groups, arg, named, Nest.Cut.ROWS);
    if (!arg && spec.input().type() == DType.F32 && liesInColumns(nest)) {
      int last = 0;
      while (last + 1 < nest.sizes.length && nest.groups[last + 1] == 0) {
        last++;
      }
      for (int axis = 0; axis < kept; axis++) {
        groups[axis] = nest.axisOf[axis] == last ? 2 : 0;
      }
      boolean plain = spec.input().isPlain() && spec.inputs().getFirst().dtype() == DType.F32;
      Nest.Cut cut =
          new Nest.Cut(false, plain ? TileProgram.TILE : 64, plain ? 16 : 8, TileProgram.TILE);
      return ofColumns(nest(spec, views, groups, false, named, cut));
    }
    if (spec.input().isPlain()) {
      Nest large = nest(spec, views, groups, arg, named, Nest.Cut.LARGE);
      nest = large.access(0, false) == Access.DIRECT || liesInRuns(large) ? large : nest;
    }
    return ofRows(nest, !arg && spec.input().type() == DType.F32);
  }

  private static Nest nest(
      Reduce spec, List<View> views, int[] groups, boolean ordered, boolean[] named, Nest.Cut cut) {
    return Nest.of(spec.input().shape(), views, groups, ordered, named, cut);
  }

  /** {@return whether the first operand is dense along the last axis, a reduced one} */
  static boolean liesInRuns(Nest nest) {
    int last = nest.sizes.length - 1;
    return Nest.isNative(nest.dtypes[0])
        && nest.groups[last] == 1
        && nest.strides[0][last] == 1
        && nest.groups[nest.boxAxis] == 1;
  }

  /** {@return whether the first operand is dense along the last kept axis, not the last one} */
  private static boolean liesInColumns(Nest nest) {
    int rank = nest.sizes.length;
    if (nest.groups[rank - 1] != 1 || Math.abs(nest.strides[0][rank - 1]) <= 1) {
      return false;
    }
    int axis = rank - 1;
    while (axis >= 0 && nest.groups[axis] == 1) {
      axis--;
    }
    return axis >= 0 && nest.strides[0][axis] == 1;
  }

  private static ReduceLayout ofColumns(Nest nest) {
    int rank = nest.sizes.length;
    int steps = 1;
    for (int axis = 0; axis < rank; axis++) {
      if (nest.groups[axis] == 1) {
        steps *= nest.boxesAlong[axis];
      }
    }
    int strands = nest.boxes / Math.max(1, steps);
    int width = nest.chunks[rank - 1];
    return new ReduceLayout(
        nest, true, strands, width, steps, segments(nest, strands, steps, true));
  }

  private static ReduceLayout ofRows(Nest nest, boolean segmented) {
    int steps = 1;
    int width = 1;
    for (int axis = 0; axis < nest.sizes.length; axis++) {
      if (nest.groups[axis] == 1) {
        steps *= nest.boxesAlong[axis];
      } else {
        width *= nest.chunks[axis];
      }
    }
    int strands = nest.boxes / Math.max(1, steps);
    int segments = segments(nest, strands, steps, segmented);
    return new ReduceLayout(nest, false, strands, width, steps, segments);
  }

  private static int segments(Nest nest, int strands, int steps, boolean segmented) {
    if (!segmented || strands == 0 || strands >= FEW_STRANDS) {
      return 1;
    }
    long perStrand = nest.elements / strands;
    return (int) Math.min(steps, Math.max(1, perStrand / SEGMENT));
  }

  /** {@return the number of the box that is step {@code step} of strand {@code strand}} */
  int box(int strand, int step) {
    if (!columns) {
      return strand * steps + step;
    }
    int along = nest.boxesAlong[nest.boxesAlong.length - 1];
    return (strand / along * steps + step) * along + strand % along;
  }
}
