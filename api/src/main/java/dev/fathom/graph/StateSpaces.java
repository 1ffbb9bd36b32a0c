package dev.fathom.graph;

import static dev.fathom.graph.Ops.add;
import static dev.fathom.graph.Ops.constantLike;
import static dev.fathom.graph.Ops.elementwise;
import static dev.fathom.graph.Ops.flip;
import static dev.fathom.graph.Ops.longs;
import static dev.fathom.graph.Ops.multiply;
import static dev.fathom.graph.Ops.reshape;
import static dev.fathom.graph.Ops.slice;
import static dev.fathom.graph.Ops.sum;

import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Selective state spaces: the decompositions of the scan and of its gradient, which have all states
 * in memory, and the gradient of the scan.
 */
final class StateSpaces {
  private StateSpaces() {}

  /** The operands that the scan and its gradient share, of rank 4 where they meet states. */
  private static final class Parts {
    final Value x;
    final Value delta;
    final Value a;
    final Value b;
    final Value c;

    /** {@code [batch, time, channels, state]}: what is left of a state after a step. */
    final Value decay;

    /** {@code [batch, time, channels, 1]}: {@code delta * x}. */
    final Value taken;

    Parts(List<Value> in) {
      Shape shape = in.get(0).shape();
      Shape column = shape.concat(Shape.of(1));
      Shape row = shape.slice(0, 2).concat(Shape.of(1)).concat(in.get(2).shape().slice(1, 2));
      x = reshape(in.get(0), column);
      delta = reshape(in.get(1), column);
      a = in.get(2);
      b = reshape(in.get(3), row);
      c = reshape(in.get(4), row);
      decay = elementwise(ScalarOp.EXP, multiply(delta, a));
      taken = multiply(delta, x);
    }

    /** {@return the states behind all steps, {@code [batch, time, channels, state]}} */
    Value states(Value initial) {
      return StateSpaces.states(decay, multiply(taken, b), initial);
    }
  }

  /** {@code y, last, kept}, see {@code spi.SelectiveScan}. */
  static List<Value> scan(Op.SelectiveScan op, List<Value> in) {
    Parts parts = new Parts(in);
    Value initial = in.get(5);
    Value states = parts.states(initial);
    long time = states.shape().size(1);
    Value first = reshape(initial, step(initial));
    // States behind the steps interval - 1, 2 interval - 1 and so on, but for one behind the last.
    long others = Math.ceilDiv(time, op.interval()) - 1;
    Value kept =
        others == 0
            ? first
            : Ops.concat(
                1, List.of(first, every(states, op.interval() - 1, op.interval(), others)));
    return List.of(
        sum(multiply(states, parts.c), false, 3),
        reshape(slice(states, 1, time - 1, time), initial.shape()),
        kept);
  }

  /** {@code gradients of x, delta, a, b, c and initial}, see {@code spi.SelectiveScanGradient}. */
  static List<Value> gradients(List<Value> in) {
    Parts parts = new Parts(in);
    Value kept = in.get(5);
    Value dLast = in.get(7);
    Value dY = reshape(in.get(6), parts.x.shape());
    Value initial = reshape(slice(kept, 1, 0, 1), dLast.shape());
    Value states = parts.states(initial);
    long time = states.shape().size(1);
    Value before =
        Ops.concat(1, List.of(reshape(initial, step(initial)), slice(states, 1, 0, time - 1)));
    // From the last step to the first: a step's gradient goes on by the decay of the step behind.
    Value later = flip(slice(parts.decay, 1, 1, time), 1);
    Value one = constantLike(1, reshape(initial, step(initial)));
    Value g =
        flip(states(Ops.concat(1, List.of(one, later)), flip(multiply(dY, parts.c), 1), dLast), 1);
    Value back = multiply(g, parts.decay);
    Value exponent = multiply(back, before);
    Value dTaken = sum(multiply(g, parts.b), true, 3);
    Value dDelta = add(sum(multiply(exponent, parts.a), true, 3), multiply(dTaken, parts.x));
    return List.of(
        reshape(multiply(dTaken, parts.delta), in.get(0).shape()),
        reshape(dDelta, in.get(1).shape()),
        sum(multiply(exponent, parts.delta), false, 0, 1),
        sum(multiply(g, parts.taken), false, 2),
        sum(multiply(states, dY), false, 2),
        reshape(slice(back, 1, 0, 1), dLast.shape()));
  }

  /** The gradient of the scan: a composite, which computes states between the kept ones again. */
  static List<Value> rule(Op.SelectiveScan op, Node node, List<Value> incoming) {
    List<Value> in = new ArrayList<>(node.inputs().subList(0, 5));
    in.add(node.output(2));
    for (int i = 0; i < 2; i++) {
      Value given = incoming.get(i);
      in.add(given == null ? constantLike(0, node.output(i)) : given);
    }
    Node gradient = new Node(new Op.SelectiveScanGradient(op.interval()), in);
    return IntStream.range(0, gradient.outputs().size()).mapToObj(gradient::output).toList();
  }

  /**
   * {@return {@code h[t] = decay[t] h[t - 1] + in[t]} along axis 1, with {@code h[-1] = initial}}
   *
   * @param decay {@code [batch, time, channels, state]}
   * @param in {@code [batch, time, channels, state]}
   * @param initial {@code [batch, channels, state]}
   */
  private static Value states(Value decay, Value in, Value initial) {
    if (Ops.isConstant(initial, 0)) {
      return scan(decay, in);
    }
    long time = in.shape().size(1);
    Value start = multiply(slice(decay, 1, 0, 1), reshape(initial, step(initial)));
    Value first = add(slice(in, 1, 0, 1), start);
    Value all = time == 1 ? first : Ops.concat(1, List.of(first, slice(in, 1, 1, time)));
    return scan(decay, all);
  }

  /**
   * The same from zeros, as a tree: pairs of steps are one step, whose scan gives every second
   * state (Blelloch, "Prefix sums and their applications", 1990). Its work is that of a loop times
   * a constant, and its depth the logarithm of the steps.
   */
  private static Value scan(Value decay, Value in) {
    long time = in.shape().size(1);
    if (time == 1) {
      return in;
    }
    long pairs = time / 2;
    Value later = every(decay, 1, 2, pairs);
    Value odd =
        scan(
            multiply(later, every(decay, 0, 2, pairs)),
            add(multiply(later, every(in, 0, 2, pairs)), every(in, 1, 2, pairs)));
    long evens = time - pairs;
    Value even = slice(in, 1, 0, 1);
    if (evens > 1) {
      Value rest =
          add(
              multiply(every(decay, 2, 2, evens - 1), slice(odd, 1, 0, evens - 1)),
              every(in, 2, 2, evens - 1));
      even = Ops.concat(1, List.of(even, rest));
    }
    Shape side = even.shape().slice(0, 2).concat(Shape.of(1)).concat(in.shape().slice(2, 4));
    // An odd number of steps has no last odd one: a copy of the last even one is cut off.
    Value filled =
        evens == pairs ? odd : Ops.concat(1, List.of(odd, slice(even, 1, evens - 1, evens)));
    Value both = Ops.concat(2, List.of(reshape(even, side), reshape(filled, side)));
    Shape joined = Shape.of(in.shape().size(0), 2 * evens).concat(in.shape().slice(2, 4));
    return slice(reshape(both, joined), 1, 0, time);
  }

  /** {@return {@code count} steps of axis 1, the {@code step}-th ones from {@code first} on} */
  private static Value every(Value x, long first, long step, long count) {
    List<Long> starts = longs(x.shape().rank(), 0);
    List<Long> strides = longs(x.shape().rank(), 1);
    starts.set(1, first);
    strides.set(1, step);
    long[] sizes = x.shape().toArray();
    sizes[1] = count;
    return Ops.apply(new Op.Slice(List.copyOf(starts), Shape.of(sizes), List.copyOf(strides)), x);
  }

  /** {@return the shape of {@code [batch, ...]} as a step, {@code [batch, 1, ...]}} */
  private static Shape step(Value state) {
    Shape shape = state.shape();
    return shape.slice(0, 1).concat(Shape.of(1)).concat(shape.slice(1, shape.rank()));
  }
}
