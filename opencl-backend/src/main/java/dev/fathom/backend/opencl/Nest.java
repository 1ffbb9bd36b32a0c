package dev.fathom.backend.opencl;

import dev.fathom.spi.Expression;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * An iteration space as few loops as possible, outermost first: axes are ordered by the strides of
 * the view that leads, and adjacent ones are merged where every view allows it.
 *
 * @param sizes of the loops, at least one
 * @param strides for each view, of the loops
 * @param axes for each loop, the axis it walks, or -1 where it is merged or made up
 */
record Nest(long[] sizes, long[][] strides, int[] axes) {

  /**
   * {@return the loops over {@code shape}}
   *
   * @param views of that shape
   * @param lead the view whose smallest stride becomes the innermost loop; null keeps the order
   * @param named axes that must stay loops of their own
   */
  static Nest of(Shape shape, List<View> views, View lead, boolean[] named) {
    List<Integer> order = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.size(axis) != 1 || named[axis]) {
        order.add(axis);
      }
    }
    if (lead != null) {
      order.sort(Comparator.comparingLong(axis -> -Math.abs(lead.stride(axis))));
    }
    List<Long> sizes = new ArrayList<>();
    List<long[]> strides = new ArrayList<>();
    List<Integer> axes = new ArrayList<>();
    for (int axis : order) {
      long[] steps = views.stream().mapToLong(view -> view.stride(axis)).toArray();
      int last = sizes.size() - 1;
      boolean merges = last >= 0 && !named[axis] && (axes.get(last) < 0 || !named[axes.get(last)]);
      for (int view = 0; merges && view < steps.length; view++) {
        merges = strides.get(last)[view] == steps[view] * shape.size(axis);
      }
      if (merges) {
        sizes.set(last, sizes.get(last) * shape.size(axis));
        strides.set(last, steps);
        axes.set(last, -1);
      } else {
        sizes.add(shape.size(axis));
        strides.add(steps);
        axes.add(axis);
      }
    }
    if (sizes.isEmpty()) {
      sizes.add(1L);
      strides.add(new long[views.size()]);
      axes.add(-1);
    }
    long[][] byView = new long[views.size()][sizes.size()];
    for (int view = 0; view < byView.length; view++) {
      for (int loop = 0; loop < sizes.size(); loop++) {
        byView[view][loop] = strides.get(loop)[view];
      }
    }
    return new Nest(
        sizes.stream().mapToLong(Long::longValue).toArray(),
        byView,
        axes.stream().mapToInt(Integer::intValue).toArray());
  }

  /** {@return the axes whose position an expression uses} */
  static boolean[] named(Expression map, int rank) {
    boolean[] named = new boolean[rank];
    for (Expression.Node node : map.nodes()) {
      if (node instanceof Expression.Node.Index index) {
        named[index.axis()] = true;
      }
    }
    return named;
  }

  /**
   * {@return the same space in at least that many loops; those that are added have one iteration
   * and are outermost}
   */
  Nest atLeast(int loops) {
    int more = loops - sizes.length;
    if (more <= 0) {
      return this;
    }
    long[] padded = new long[loops];
    int[] names = new int[loops];
    Arrays.fill(padded, 0, more, 1);
    Arrays.fill(names, 0, more, -1);
    System.arraycopy(sizes, 0, padded, more, sizes.length);
    System.arraycopy(axes, 0, names, more, axes.length);
    long[][] steps = new long[strides.length][loops];
    for (int view = 0; view < steps.length; view++) {
      System.arraycopy(strides[view], 0, steps[view], more, sizes.length);
    }
    return new Nest(padded, steps, names);
  }

  /** {@return the number of loops} */
  int loops() {
    return sizes.length;
  }

  /** {@return the innermost loop} */
  int inner() {
    return sizes.length - 1;
  }

  /** {@return the length of the innermost loop} */
  long innerSize() {
    return sizes[inner()];
  }

  /** {@return how often the innermost loop runs} */
  long rows() {
    long rows = 1;
    for (int loop = 0; loop < inner(); loop++) {
      rows *= sizes[loop];
    }
    return rows;
  }

  /** {@return the step of a view in the innermost loop} */
  long innerStride(int view) {
    return strides[view][inner()];
  }
}
