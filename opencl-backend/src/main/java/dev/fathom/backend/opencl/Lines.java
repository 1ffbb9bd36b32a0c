package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Lines along the last axis of the first view, {@code [..., n]}. Other views have that shape, or
 * {@code [...]}: one element a line. In the source, a line of binding {@code i} begins at element
 * {@code q<i>} and goes on by {@code e<i>}; its length is {@code n}.
 */
final class Lines {
  /** The least number of loops in a source, so that lines in fewer loops share the program. */
  private static final int LOOPS = 2;

  /** The number of a GPU's work items that share a short line. */
  private static final int SMALL_GROUP = 32;

  /** The number of lines. */
  final long count;

  /** The elements of a line. */
  final long length;

  private final Positions positions;

  /** Declares the views, bindings 0, 1 ..., as operands, and the geometry as arguments. */
  Lines(KernelCode code, List<View> views) {
    Shape shape = views.getFirst().shape();
    int last = shape.rank() - 1;
    Shape outer = shape.slice(0, last);
    this.count = outer.elements();
    this.length = shape.size(last);
    for (int i = 0; i < views.size(); i++) {
      code.operand(i, views.get(i).dtype());
    }
    code.fixed("n", length);
    for (int i = 0; i < views.size(); i++) {
      if (views.get(i).rank() > last) {
        code.fixed("e" + i, views.get(i).stride(last));
      }
    }
    List<View> starts =
        views.stream()
            .map(view -> View.of(view.dtype(), outer, Arrays.copyOf(view.strides(), last)))
            .toList();
    Nest nest = Nest.of(outer, starts, starts.getLast(), new boolean[last]);
    int[] bindings = IntStream.range(0, views.size()).toArray();
    this.positions = new Positions(code, "q", nest.atLeast(LOOPS), bindings);
  }

  /** {@return statements that say where line {@code number} begins} */
  String begin(String indent, String number) {
    return positions.ofElement(indent, number);
  }

  /** {@return the fewest lines for which a work item of a processor pays} */
  long perItem(long elements) {
    return elements / Math.max(Target.LANES, length);
  }

  /** {@return how many work items of a GPU share a line: a power of 2} */
  int group() {
    return length <= 4 * SMALL_GROUP ? SMALL_GROUP : Target.GROUP;
  }
}
