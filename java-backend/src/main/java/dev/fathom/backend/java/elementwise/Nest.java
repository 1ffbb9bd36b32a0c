package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.elementwise.TileProgram.Access;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The loops over an iteration space that several operands share, in canonical form: axes of size 1
 * are gone, axes that are one for every operand are merged, and the space is cut into boxes of at
 * most {@link Cut#most} elements, which are numbered in row-major order. Immutable.
 */
final class Nest {
  /**
   * Elements along the last axis of a box for operands that lie across it: each of them is on
   * another cache line, and so many lines stay in the cache until their neighbours are read.
   */
  private static final int TRANSPOSED = 32;

  /** The sizes of the axes, outermost first; at least one axis. */
  final int[] sizes;

  /** The size of a box along each axis; less at the end of an axis. */
  final int[] chunks;

  /** The strides of each operand along each axis. */
  final int[][] strides;

  /** For each axis of the iteration space the axis here, -1 where its size is 1. */
  final int[] axisOf;

  /** The group of each axis here. */
  final int[] groups;

  final DType[] dtypes;

  /** The number of boxes in all, and along each axis. */
  final int boxes;

  final int[] boxesAlong;

  /** The number of elements. */
  final long elements;

  /** The outermost axis along which a box holds more than one element. */
  final int boxAxis;

  /** Whether a box is cut along one axis at most, its outermost. */
  final boolean rectangular;

  /**
   * How a space is cut into boxes.
   *
   * @param transposes whether boxes of two axes are made for operands that lie across
   * @param columns if not 0, a box has at most so many elements along the last axis, and
   * @param rows at most so many along the axis before
   * @param most how many elements a box has at most
   */
  record Cut(boolean transposes, int columns, int rows, int most) {
    static final Cut TILES = new Cut(true, 0, 0, TileProgram.TILE);
    static final Cut ROWS = new Cut(false, 0, 0, TileProgram.TILE);

    /** For kernels without scratch memory. */
    static final Cut LARGE = new Cut(false, 0, 0, 8 * TileProgram.TILE);
  }

  /** One axis before merging; {@code pinned} axes stay apart, as do those of different groups. */
  private record Axis(int original, int size, int[] strides, int group, boolean pinned) {
    int step() {
      int last = Math.abs(strides[strides.length - 1]);
      return last == 0 ? Math.abs(strides[0]) : last;
    }

    boolean continues(Axis outer) {
      if (pinned || outer.pinned || group != outer.group) {
        return false;
      }
      for (int i = 0; i < strides.length; i++) {
        if (outer.strides[i] != strides[i] * size) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Makes a nest.
   *
   * @param views the operands over {@code shape}; trailing axes that a view lacks have stride 0
   * @param groups of each axis: axes of a lower group stay outside those of a higher, and only axes
   *     of one group are merged
   * @param ordered whether the axes within a group must keep their order; otherwise they are
   *     ordered as the last operand lies in memory or, where that has stride 0, as the first does
   * @param pinned axes that must not be merged
   * @param cut how the space is cut into boxes
   */
  static Nest of(
      Shape shape, List<View> views, int[] groups, boolean ordered, boolean[] pinned, Cut cut) {
    List<Axis> axes = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.size(axis) != 1) {
        int[] strides = new int[views.size()];
        for (int i = 0; i < strides.length; i++) {
          View view = views.get(i);
          strides[i] = axis < view.rank() ? Math.toIntExact(view.stride(axis)) : 0;
        }
        int size = Math.toIntExact(shape.size(axis));
        axes.add(new Axis(axis, size, strides, groups[axis], pinned[axis]));
      }
    }
    if (!ordered) {
      axes.sort(
          Comparator.comparingInt(Axis::group)
              .thenComparing(Comparator.comparingInt(Axis::step).reversed()));
    }
    return new Nest(shape, views, axes, cut);
  }

  private Nest(Shape shape, List<View> views, List<Axis> axes, Cut cut) {
    this.axisOf = new int[shape.rank()];
    Arrays.fill(axisOf, -1);
    List<Axis> merged = new ArrayList<>();
    for (Axis axis : axes) {
      if (!merged.isEmpty() && axis.continues(merged.getLast())) {
        Axis outer = merged.removeLast();
        int size = Math.multiplyExact(outer.size, axis.size);
        merged.add(new Axis(outer.original, size, axis.strides, axis.group, false));
      } else {
        merged.add(axis);
      }
      axisOf[axis.original] = merged.size() - 1;
    }
    if (merged.isEmpty()) {
      merged.add(new Axis(-1, 1, new int[views.size()], -1, false));
    }
    int rank = merged.size();
    this.sizes = new int[rank];
    this.strides = new int[views.size()][rank];
    for (int axis = 0; axis < rank; axis++) {
      sizes[axis] = merged.get(axis).size;
      for (int i = 0; i < views.size(); i++) {
        strides[i][axis] = merged.get(axis).strides[i];
      }
    }
    this.dtypes = views.stream().map(View::dtype).toArray(DType[]::new);
    this.elements = shape.elements();
    this.groups = merged.stream().mapToInt(Axis::group).toArray();
    this.chunks = chunks(cut);
    int outermost = 0;
    while (outermost < rank - 1 && chunks[outermost] == 1) {
      outermost++;
    }
    this.boxAxis = outermost;
    this.boxesAlong = new int[rank];
    boolean whole = true;
    int count = elements == 0 ? 0 : 1;
    for (int axis = 0; axis < rank; axis++) {
      whole &= axis <= boxAxis || chunks[axis] == sizes[axis];
      boxesAlong[axis] = Math.ceilDiv(sizes[axis], chunks[axis]);
      count = Math.multiplyExact(count, boxesAlong[axis]);
    }
    this.rectangular = whole;
    this.boxes = count;
  }

  private int[] chunks(Cut cut) {
    int rank = sizes.length;
    int[] box = new int[rank];
    Arrays.fill(box, 1);
    int inner = Math.max(1, sizes[rank - 1]);
    int across = cut.transposes ? transposedAxis() : -1;
    if (cut.columns > 0) {
      int pieces = Math.ceilDiv(inner, cut.columns);
      box[rank - 1] = Math.ceilDiv(inner, pieces);
      if (pieces > 1) {
        box[rank - 1] = Math.min(cut.columns, Math.ceilDiv(box[rank - 1], 16) * 16);
      }
      box[rank - 2] = Math.max(1, Math.min(sizes[rank - 2], cut.rows));
    } else if (across >= 0) {
      box[rank - 1] = Math.min(inner, TRANSPOSED);
      box[across] = Math.min(Math.max(1, sizes[across]), cut.most / box[rank - 1]);
    } else if (inner > TileProgram.TILE / 2) {
      int pieces = Math.ceilDiv(inner, cut.most);
      box[rank - 1] = Math.min(cut.most, Math.ceilDiv(Math.ceilDiv(inner, pieces), 64) * 64);
    } else {
      int product = 1;
      for (int axis = rank - 1; axis >= 0; axis--) {
        box[axis] = Math.max(1, Math.min(sizes[axis], cut.most / product));
        product *= box[axis];
        if (box[axis] < sizes[axis]) {
          break;
        }
      }
    }
    return box;
  }

  /**
   * {@return an axis along which an operand lies densely that does not so along the last, or -1}
   */
  private int transposedAxis() {
    int last = sizes.length - 1;
    for (int[] stride : strides) {
      if (Math.abs(stride[last]) > 1) {
        for (int axis = 0; axis < last; axis++) {
          if (Math.abs(stride[axis]) == 1 && sizes[axis] > 1) {
            return axis;
          }
        }
      }
    }
    return -1;
  }

  /** {@return how an operand lies within a box} */
  Access access(int operand, boolean output) {
    int[] stride = strides[operand];
    boolean constant = true;
    boolean dense = isNative(dtypes[operand]);
    int expected = 1;
    for (int axis = sizes.length - 1; axis >= boxAxis; axis--) {
      if (chunks[axis] > 1) {
        constant &= stride[axis] == 0;
        dense &= stride[axis] == expected && (axis == boxAxis || chunks[axis] == sizes[axis]);
        expected *= chunks[axis];
      }
    }
    if (constant && !output) {
      return Access.SPLAT;
    }
    return dense ? Access.DIRECT : Access.STAGED;
  }

  /** {@return whether a type is computed in as it is stored} */
  static boolean isNative(DType dtype) {
    return dtype == dtype.valueType() && dtype != DType.BOOL;
  }
}
