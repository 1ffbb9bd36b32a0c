package dev.fathom.compile;

import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Value;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns movement operations into views of computed values. A movement that cannot be a view, a
 * reshape of a transpose for example, stays a copy.
 */
final class Views {
  private final Map<Value, Located> located = new HashMap<>();

  /** Takes nodes in topological order. */
  Views(List<Node> nodes) {
    for (Node node : nodes) {
      for (int i = 0; i < node.outputs().size(); i++) {
        Value value = node.output(i);
        located.put(value, locate(value));
      }
    }
  }

  /** {@return where {@code value} is found} */
  Located at(Value value) {
    return located.get(value);
  }

  /** {@return whether the node is computed, rather than a view of something computed} */
  boolean isComputed(Node node) {
    return located.get(node.output(0)).base().node() == node;
  }

  private Located locate(Value value) {
    return switch (value.node().op()) {
      case Op.Reshape(Shape shape) -> reshape(value, input(value), shape);
      case Op.Permute(List<Integer> axes) -> permute(input(value), axes);
      case Op.Broadcast(Shape shape) -> broadcast(input(value), shape);
      case Op.Slice op -> slice(input(value), op);
      case Op.Windows(List<Window> windows) -> windows(input(value), windows);
      case Op.Barrier _ -> behind(value.node().inputs());
      // One element in memory stands for all.
      case Op.Constant _ ->
          new Located(
              value, View.of(value.dtype(), value.shape(), new long[value.shape().rank()]), 0);
      default -> whole(value);
    };
  }

  private Located input(Value value) {
    return located.get(value.node().inputs().getFirst());
  }

  private Located behind(List<Value> inputs) {
    Located x = located.get(inputs.getFirst());
    Set<Value> after = new LinkedHashSet<>();
    inputs.forEach(input -> after.addAll(located.get(input).after()));
    inputs.stream().skip(1).forEach(input -> after.add(located.get(input).base()));
    return new Located(x.base(), x.view(), x.offset(), List.copyOf(after));
  }

  private static Located whole(Value value) {
    return new Located(value, View.contiguous(value.dtype(), value.shape()), 0);
  }

  private static Located with(Located from, Shape shape, long[] strides, long offset) {
    return new Located(
        from.base(), View.of(from.view().dtype(), shape, strides), offset, from.after());
  }

  private static Located permute(Located x, List<Integer> axes) {
    long[] strides = new long[axes.size()];
    long[] sizes = new long[axes.size()];
    for (int i = 0; i < strides.length; i++) {
      strides[i] = x.view().stride(axes.get(i));
      sizes[i] = x.view().size(axes.get(i));
    }
    return with(x, Shape.of(sizes), strides, x.offset());
  }

  private static Located broadcast(Located x, Shape shape) {
    long[] strides = x.view().strides();
    for (int axis = 0; axis < strides.length; axis++) {
      if (x.view().size(axis) != shape.size(axis)) {
        strides[axis] = 0;
      }
    }
    return with(x, shape, strides, x.offset());
  }

  private static Located slice(Located x, Op.Slice op) {
    long[] strides = x.view().strides();
    long offset = x.offset();
    for (int axis = 0; axis < strides.length; axis++) {
      if (op.sizes().size(axis) > 0) {
        offset += op.starts().get(axis) * strides[axis];
      }
      strides[axis] *= op.steps().get(axis);
    }
    return with(x, op.sizes(), strides, op.sizes().elements() == 0 ? 0 : offset);
  }

  private static Located windows(Located x, List<Window> windows) {
    int lead = x.view().rank() - windows.size();
    long[] strides = new long[lead + 2 * windows.size()];
    Shape shape = x.view().shape().slice(0, lead);
    for (int axis = 0; axis < lead; axis++) {
      strides[axis] = x.view().stride(axis);
    }
    for (int i = 0; i < windows.size(); i++) {
      Window window = windows.get(i);
      shape = shape.concat(Shape.of(window.outputs(x.view().size(lead + i))));
      strides[lead + i] = x.view().stride(lead + i) * window.stride();
      strides[lead + windows.size() + i] = x.view().stride(lead + i) * window.dilation();
    }
    for (Window window : windows) {
      shape = shape.concat(Shape.of(window.size()));
    }
    return with(x, shape, strides, x.offset());
  }

  private static Located reshape(Value value, Located x, Shape shape) {
    return reshapeStrides(x.view(), shape)
        .map(strides -> with(x, shape, strides, x.offset()))
        .orElseGet(() -> whole(value));
  }

  /** {@return strides that give the view's elements another shape, if there are any} */
  static Optional<long[]> reshapeStrides(View view, Shape shape) {
    if (shape.elements() == 0) {
      return Optional.of(shape.rowMajorStrides());
    }
    long[] strides = new long[shape.rank()];
    int from = 0;
    int to = 0;
    while (from < view.rank() || to < shape.rank()) {
      // The smallest group of old axes and of new axes with one element count.
      int firstOld = from;
      int firstNew = to;
      long old = from < view.rank() ? view.size(from++) : 1;
      long fresh = to < shape.rank() ? shape.size(to++) : 1;
      while (old != fresh) {
        if (old < fresh) {
          old *= view.size(from++);
        } else {
          fresh *= shape.size(to++);
        }
      }
      long inner = 0;
      long expected = -1;
      for (int axis = from - 1; axis >= firstOld; axis--) {
        if (view.size(axis) == 1) {
          continue;
        }
        if (expected < 0) {
          inner = view.stride(axis);
        } else if (view.stride(axis) != inner * expected) {
          return Optional.empty();
        }
        expected = (expected < 0 ? 1 : expected) * view.size(axis);
      }
      long step = inner;
      for (int axis = to - 1; axis >= firstNew; axis--) {
        strides[axis] = step;
        step *= shape.size(axis);
      }
    }
    return Optional.of(strides);
  }
}
