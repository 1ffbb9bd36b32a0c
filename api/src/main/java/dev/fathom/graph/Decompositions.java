package dev.fathom.graph;

import static dev.fathom.graph.Ops.add;
import static dev.fathom.graph.Ops.apply;
import static dev.fathom.graph.Ops.broadcast;
import static dev.fathom.graph.Ops.cast;
import static dev.fathom.graph.Ops.constant;
import static dev.fathom.graph.Ops.constantLike;
import static dev.fathom.graph.Ops.contract;
import static dev.fathom.graph.Ops.elementwise;
import static dev.fathom.graph.Ops.longs;
import static dev.fathom.graph.Ops.multiply;
import static dev.fathom.graph.Ops.pad;
import static dev.fathom.graph.Ops.permute;
import static dev.fathom.graph.Ops.reduce;
import static dev.fathom.graph.Ops.reshape;
import static dev.fathom.graph.Ops.select;
import static dev.fathom.graph.Ops.slice;
import static dev.fathom.graph.Ops.subtract;
import static dev.fathom.graph.Ops.sum;
import static dev.fathom.graph.Ops.transpose;

import dev.fathom.spi.DType;
import dev.fathom.spi.Random.Distribution;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Decomposes each operation beyond the required core into simpler ones. A decomposition is computed
 * instead of an operation that a backend declines, it documents the meaning of the operation, and
 * tests compare it with the oracle.
 */
public final class Decompositions {
  private Decompositions() {}

  /** {@return whether the node's operation has a decomposition} */
  public static boolean exists(Node node) {
    return switch (node.op()) {
      case Op.Gather _, Op.Scatter _ -> !Indexing.isOfRows(node);
      case Op.Random _,
          Op.Convolve _,
          Op.MaxPool _,
          Op.MaxPoolGradient _,
          Op.DynamicSlice _,
          Op.DynamicSliceUpdate _,
          Op.Sort _,
          Op.Cumulate _,
          Op.Softmax _,
          Op.CrossEntropy _,
          Op.CrossEntropyGradient _,
          Op.Recurrent _,
          Op.RecurrentGradient _,
          Op.SelectiveScan _,
          Op.SelectiveScanGradient _,
          Op.Normalise _,
          Op.NormaliseGradient _,
          Op.Attention _,
          Op.AttentionGradient _ ->
          true;
      default -> false;
    };
  }

  /** {@return values equal to the node's outputs, in simpler operations on the same inputs} */
  public static List<Value> of(Node node) {
    List<Value> in = node.inputs();
    Value x = in.isEmpty() ? null : in.getFirst();
    return switch (node.op()) {
      case Op.Random op -> List.of(random(op, in.get(0), in.get(1)));
      case Op.Convolve op -> List.of(convolve(op, x, in.get(1)));
      case Op.MaxPool(List<Window> windows) -> maxPool(windows, x);
      case Op.MaxPoolGradient(List<Window> windows, Shape input) ->
          List.of(maxPoolGradient(windows, input, x, in.get(1)));
      case Op.Gather op -> List.of(Indexing.asRows(op, x, in.get(1)));
      case Op.Scatter op -> List.of(Indexing.asRows(op, x, in.get(1), in.get(2)));
      case Op.DynamicSlice(Shape block) ->
          List.of(dynamicSlice(x, in.subList(1, in.size()), block));
      case Op.DynamicSliceUpdate _ ->
          List.of(dynamicSliceUpdate(x, in.get(1), in.subList(2, in.size())));
      case Op.Sort(boolean descending) -> sort(x, descending);
      case Op.Cumulate(ReduceOp op) -> List.of(cumulate(op, x));
      case Op.Softmax(boolean log) -> List.of(softmax(x, log));
      case Op.CrossEntropy _ -> crossEntropy(x, in.get(1));
      case Op.CrossEntropyGradient _ ->
          List.of(crossEntropyGradient(x, in.get(1), in.get(2), in.get(3)));
      case Op.Recurrent op -> Recurrences.states(op, in);
      case Op.RecurrentGradient op -> Recurrences.gradients(op, in);
      case Op.SelectiveScan op -> StateSpaces.scan(op, in);
      case Op.SelectiveScanGradient _ -> StateSpaces.gradients(in);
      case Op.Normalise op -> normalise(op, in);
      case Op.NormaliseGradient op -> normaliseGradient(op, in);
      case Op.Attention op -> attention(op, in);
      case Op.AttentionGradient(Op.Attention op) -> attentionGradient(op, in);
      default ->
          throw new IllegalArgumentException("[" + node.op().label() + "] has no decomposition");
    };
  }

  // ---- softmax and cross-entropy ----

  private static Value softmax(Value x, boolean log) {
    Value shifted = subtract(x, reduce(ReduceOp.MAX, x, true, -1));
    Value exponentials = elementwise(ScalarOp.EXP, shifted);
    Value total = sum(exponentials, true, -1);
    return log
        ? subtract(shifted, elementwise(ScalarOp.LOG, total))
        : elementwise(ScalarOp.DIVIDE, exponentials, total);
  }

  private static List<Value> crossEntropy(Value logits, Value labels) {
    Value largest = reduce(ReduceOp.MAX, logits, true, -1);
    Value exponentials = elementwise(ScalarOp.EXP, subtract(logits, largest));
    Value logSumExp =
        add(
            elementwise(ScalarOp.LOG, sum(exponentials, false, -1)),
            reshape(largest, labels.shape()));
    Value picked = select(isLabel(logits, labels), logits, constantLike(0, logits));
    return List.of(subtract(logSumExp, sum(picked, false, -1)), logSumExp);
  }

  private static Value crossEntropyGradient(
      Value logits, Value labels, Value logSumExp, Value dLoss) {
    Shape column = labels.shape().concat(Shape.of(1));
    Value probabilities = elementwise(ScalarOp.EXP, subtract(logits, reshape(logSumExp, column)));
    Value truth = cast(isLabel(logits, labels), logits.dtype());
    return multiply(subtract(probabilities, truth), reshape(dLoss, column));
  }

  private static Value isLabel(Value logits, Value labels) {
    Value classes = apply(new Op.Iota(1, new Type(DType.I32, logits.shape())));
    return elementwise(
        ScalarOp.EQUAL, classes, reshape(labels, labels.shape().concat(Shape.of(1))));
  }

  // ---- normalisation ----

  private static List<Value> normalise(Op.Normalise op, List<Value> in) {
    Value x = in.get(0);
    Value mean = op.centred() ? mean(x) : null;
    Value centred = op.centred() ? subtract(x, mean) : x;
    Value squares = mean(multiply(centred, centred));
    Value rstd = elementwise(ScalarOp.RSQRT, add(squares, constantLike(op.epsilon(), squares)));
    Value y = multiply(multiply(centred, rstd), in.get(1));
    if (op.biased()) {
      y = add(y, in.get(2));
    }
    Shape rows = x.shape().slice(0, x.shape().rank() - 1);
    return op.centred()
        ? List.of(y, reshape(rstd, rows), reshape(mean, rows))
        : List.of(y, reshape(rstd, rows));
  }

  private static List<Value> normaliseGradient(Op.NormaliseGradient op, List<Value> in) {
    Value x = in.get(0);
    Value weight = in.get(1);
    Value dy = in.get(3);
    Shape column = in.get(2).shape().concat(Shape.of(1));
    Value rstd = reshape(in.get(2), column);
    Value centred = op.centred() ? subtract(x, reshape(in.get(4), column)) : x;
    Value unit = multiply(centred, rstd);
    Value g = multiply(dy, weight);
    Value rest = subtract(g, multiply(unit, mean(multiply(g, unit))));
    if (op.centred()) {
      rest = subtract(rest, mean(g));
    }
    int[] rows = IntStream.range(0, x.shape().rank() - 1).toArray();
    Value dx = multiply(rest, rstd);
    Value dWeight = sum(multiply(dy, unit), false, rows);
    return op.biased() ? List.of(dx, dWeight, sum(dy, false, rows)) : List.of(dx, dWeight);
  }

  /** The mean along the last axis, which stays with size 1. */
  private static Value mean(Value x) {
    return Ops.scale(sum(x, true, -1), 1.0 / x.shape().size(-1));
  }

  // ---- attention ----

  /** Stands for minus infinity, since the difference of two infinities would be NaN. */
  private static final double MASKED = -1e30;

  private static final List<Integer> EXCHANGED = List.of(0, 2, 1, 3);

  /**
   * The parts that attention and its gradient share. Heads of queries are {@code [batch, keyHeads,
   * group, length, ...]}, scores {@code [batch, keyHeads, group, length, keys]}.
   */
  private static final class Heads {
    final Op.Attention op;
    final Value keys;
    final Value values;
    final Value queries;
    final Shape grouped;
    final Value scores;

    /** Which keys a query sees, broadcast to the scores; null for all. */
    final Value seen;

    private final List<Value> scalars;

    /**
     * @param rest mask and scalars
     */
    Heads(Op.Attention op, List<Value> in, List<Value> rest) {
      this.op = op;
      keys = in.get(1);
      values = in.get(2);
      Shape shape = in.get(0).shape();
      long keyHeads = keys.shape().size(1);
      grouped = Shape.of(shape.size(0), keyHeads, shape.size(1) / keyHeads, shape.size(2));
      queries = Ops.scale(grouped(in.get(0)), op.scale());
      scalars = rest.subList(op.masked() ? 1 : 0, rest.size());
      Value products = contract(queries, keys, 2, 1);
      seen = seen(products.shape(), op.masked() ? rest.getFirst() : null);
      scores = seen == null ? products : select(seen, products, constantLike(MASKED, products));
    }

    Value grouped(Value x) {
      return reshape(x, grouped.concat(x.shape().slice(3, 4)));
    }

    /** {@code [batch, keyHeads, group, length, n]} as {@code [batch, length, heads, n]}. */
    Value stepwise(Value x) {
      Shape heads = Shape.of(grouped.size(0), grouped.size(1) * grouped.size(2), grouped.size(3));
      return permute(reshape(x, heads.concat(x.shape().slice(4, 5))), EXCHANGED);
    }

    private Value seen(Shape shape, Value mask) {
      long length = shape.size(3);
      long count = shape.size(4);
      Value key = apply(new Op.Iota(1, Type.of(DType.I64, length, count)));
      Value end = constant(count, DType.I64, Shape.SCALAR);
      Value all = null;
      if (op.bounded()) {
        end = clampedStart(scalars.getFirst(), count, 0);
        all = elementwise(ScalarOp.LESS, key, end);
      }
      if (op.causal()) {
        Value place = apply(new Op.Iota(0, Type.of(DType.I64, length, count)));
        Value own = add(place, subtract(end, constantLike(length, end)));
        all = and(all, elementwise(ScalarOp.LESS_EQUAL, key, own));
      }
      if (mask != null) {
        all = and(all, reshape(mask, Shape.of(shape.size(0), 1, 1, 1, count)));
      }
      return all == null ? null : broadcast(all, shape);
    }

    private static Value and(Value a, Value b) {
      return a == null ? b : elementwise(ScalarOp.AND, a, b);
    }

    /** Weights, or their gradients, times the factors of dropout. */
    Value dropped(Value weights) {
      if (op.dropout().isEmpty()) {
        return weights;
      }
      double rate = op.dropout().get().rate();
      int first = op.bounded() ? 1 : 0;
      Value numbers =
          apply(
              new Op.Random(Distribution.UNIFORM, op.dropout().get().stream(), weights.shape()),
              scalars.get(first),
              scalars.get(first + 1));
      Value kept = elementwise(ScalarOp.LESS_EQUAL, constantLike(rate, numbers), numbers);
      return multiply(Ops.scale(weights, 1 / (1 - rate)), cast(kept, weights.dtype()));
    }
  }

  private static List<Value> attention(Op.Attention op, List<Value> in) {
    Heads heads = new Heads(op, in, in.subList(3, in.size()));
    Value scores = heads.scores;
    Value weights = Ops.softmax(scores, false);
    Value largest = reduce(ReduceOp.MAX, scores, true, -1);
    if (heads.seen != null) {
      // A query that sees no key.
      Value none = elementwise(ScalarOp.LESS, largest, constantLike(MASKED / 2, largest));
      weights = select(none, constantLike(0, weights), weights);
      largest = select(none, constantLike(0, largest), largest);
    }
    if (scores.shape().size(4) == 0) {
      largest = constantLike(0, largest);
    }
    Value total = sum(elementwise(ScalarOp.EXP, subtract(scores, largest)), true, -1);
    Value nothing = elementwise(ScalarOp.EQUAL, total, constantLike(0, total));
    Value logarithm = elementwise(ScalarOp.LOG, select(nothing, constantLike(1, total), total));
    Value out = contract(heads.dropped(weights), transpose(heads.values), 2, 1);
    return List.of(
        heads.stepwise(out), reshape(add(logarithm, largest), in.get(0).shape().slice(0, 3)));
  }

  private static List<Value> attentionGradient(Op.Attention op, List<Value> in) {
    Heads heads = new Heads(op, in, in.subList(6, in.size()));
    Shape rows = heads.grouped.concat(Shape.of(1));
    Value weights = elementwise(ScalarOp.EXP, subtract(heads.scores, reshape(in.get(4), rows)));
    Value out = heads.grouped(permute(in.get(3), EXCHANGED));
    Value dOut = heads.grouped(permute(in.get(5), EXCHANGED));
    Value dWeights = heads.dropped(contract(dOut, heads.values, 2, 1));
    Value ds = multiply(weights, subtract(dWeights, sum(multiply(dOut, out), true, -1)));
    Value dQueries = Ops.scale(contract(ds, transpose(heads.keys), 2, 1), op.scale());
    Value dKeys = overQueries(ds, heads.queries);
    Value dValues = overQueries(heads.dropped(weights), dOut);
    return List.of(
        heads.stepwise(dQueries), permute(dKeys, EXCHANGED), permute(dValues, EXCHANGED));
  }

  /**
   * {@code [batch, keyHeads, group, length, keys] x [batch, keyHeads, group, length, n] -> [batch,
   * keyHeads, keys, n]}.
   */
  private static Value overQueries(Value x, Value y) {
    List<Integer> axes = List.of(0, 1, 4, 2, 3);
    return contract(permute(x, axes), permute(y, axes), 2, 2);
  }

  // ---- convolution ----

  private static Value convolve(Op.Convolve op, Value first, Value second) {
    return switch (op.role()) {
      case OUTPUT -> convolveOutput(op, first, second);
      case INPUT -> convolveInput(op, first, second);
      case WEIGHT -> convolveWeight(op, first, second);
    };
  }

  /**
   * Contract over windows: {@code [g, n, out..., c, k...] x [g, o, c, k...] -> [g, n, out..., o]}.
   */
  private static Value convolveOutput(Op.Convolve op, Value x, Value w) {
    Value patches = patches(split(padded(x, op.windows(), 0), 1, op.groups()), op.windows());
    int spatial = op.windows().size();
    return overPatches(op, patches, split(w, 0, op.groups()), spatial, op.result());
  }

  /** {@code [n, g, c, out..., k...] x [g, o, c, k...] -> result [n, g * o, out...]}. */
  private static Value overPatches(
      Op.Convolve op, Value patches, Value weights, int spatial, Shape result) {
    List<Integer> axes = new ArrayList<>(List.of(1, 0));
    range(axes, 3, 3 + spatial);
    axes.add(2);
    range(axes, 3 + spatial, 3 + 2 * spatial);
    Value y = contract(permute(patches, axes), weights, 1, 1 + spatial);
    List<Integer> back = new ArrayList<>(List.of(1, 0, 2 + spatial));
    range(back, 2, 2 + spatial);
    return reshape(permute(y, back), result);
  }

  /** {@code [g, o, n, out...] x [g, c, k..., n, out...] -> [g, o, c, k...]}. */
  private static Value convolveWeight(Op.Convolve op, Value x, Value y) {
    int spatial = op.windows().size();
    Value patches = patches(split(padded(x, op.windows(), 0), 1, op.groups()), op.windows());
    List<Integer> right = new ArrayList<>(List.of(1, 2));
    range(right, 3 + spatial, 3 + 2 * spatial);
    right.add(0);
    range(right, 3, 3 + spatial);
    List<Integer> left = new ArrayList<>(List.of(1, 2, 0));
    range(left, 3, 3 + spatial);
    Value w =
        contract(permute(split(y, 1, op.groups()), left), permute(patches, right), 1, 1 + spatial);
    return reshape(w, op.result());
  }

  /** Convolution of y, spread by the stride, with the flipped kernel. */
  private static Value convolveInput(Op.Convolve op, Value y, Value w) {
    int spatial = op.windows().size();
    List<Window> unit = new ArrayList<>();
    Value spread = y;
    for (int i = 0; i < spatial; i++) {
      Window window = op.windows().get(i);
      int axis = 2 + i;
      long length = (y.shape().size(axis) - 1) * window.stride() + 1;
      long low = window.extent() - 1 - window.padLow();
      long high = op.result().size(axis) + window.extent() - 1 - low - length;
      spread = around(spread, axis, low, high, window.stride() - 1);
      unit.add(new Window(window.size(), 1, 0, 0, window.dilation()));
    }
    Value patches = patches(split(spread, 1, op.groups()), unit);
    int[] kernelAxes = IntStream.range(2, 2 + spatial).toArray();
    // [g, o, c, k...] -> [g, c, o, k...]: the sum runs over output channels.
    Value weights = split(Ops.flip(w, kernelAxes), 0, op.groups());
    List<Integer> axes = new ArrayList<>(List.of(0, 2, 1));
    range(axes, 3, 3 + spatial);
    return overPatches(op, patches, permute(weights, axes), spatial, op.result());
  }

  /** Pads one axis; a negative amount cuts. */
  private static Value around(Value x, int axis, long low, long high, long interior) {
    List<Long> lows = longs(x.shape().rank(), 0);
    List<Long> highs = longs(x.shape().rank(), 0);
    List<Long> interiors = longs(x.shape().rank(), 0);
    lows.set(axis, Math.max(0, low));
    highs.set(axis, Math.max(0, high));
    interiors.set(axis, interior);
    Value wide = pad(x, List.copyOf(lows), List.copyOf(highs), List.copyOf(interiors), 0);
    return slice(wide, axis, Math.max(0, -low), wide.shape().size(axis) - Math.max(0, -high));
  }

  /** {@code [n, c, in...]} with the windows' padding. */
  private static Value padded(Value x, List<Window> windows, double value) {
    List<Long> low = longs(2, 0);
    List<Long> high = longs(2, 0);
    for (Window window : windows) {
      low.add(window.padLow());
      high.add(window.padHigh());
    }
    return pad(x, List.copyOf(low), List.copyOf(high), List.copyOf(longs(low.size(), 0)), value);
  }

  private static Value patches(Value x, List<Window> windows) {
    List<Window> unpadded = windows.stream().map(Window::unpadded).toList();
    return apply(new Op.Windows(unpadded), x);
  }

  /** Splits {@code axis} into {@code [groups, rest]}. */
  private static Value split(Value x, int axis, long groups) {
    Shape shape = x.shape();
    return reshape(
        x,
        shape
            .slice(0, axis)
            .concat(Shape.of(groups, shape.size(axis) / groups))
            .concat(shape.slice(axis + 1, shape.rank())));
  }

  private static void range(List<Integer> axes, int from, int to) {
    IntStream.range(from, to).forEach(axes::add);
  }

  // ---- pooling ----

  private static List<Value> maxPool(List<Window> windows, Value x) {
    Value patches = patches(padded(x, windows, Double.NEGATIVE_INFINITY), windows);
    int spatial = windows.size();
    int[] taps = IntStream.range(2 + spatial, 2 + 2 * spatial).toArray();
    return List.of(
        reduce(ReduceOp.MAX, patches, false, taps), reduce(ReduceOp.ARG_MAX, patches, false, taps));
  }

  /**
   * Puts the gradients of the windows in which a tap was the maximum back to the elements under
   * that tap.
   */
  private static Value maxPoolGradient(List<Window> windows, Shape input, Value dy, Value indices) {
    Shape padded = input.slice(0, 2);
    for (int i = 0; i < windows.size(); i++) {
      Window window = windows.get(i);
      padded = padded.concat(Shape.of(window.padLow() + input.size(2 + i) + window.padHigh()));
    }
    Value total = constant(0, dy.dtype().valueType(), padded);
    long position = 0;
    for (long[] tap : taps(windows)) {
      Value won = elementwise(ScalarOp.EQUAL, indices, constantLike(position++, indices));
      List<Long> low = longs(2, 0);
      List<Long> high = longs(2, 0);
      List<Long> interior = longs(2, 0);
      for (int i = 0; i < windows.size(); i++) {
        Window window = windows.get(i);
        long start = tap[i] * window.dilation();
        long last = start + (dy.shape().size(2 + i) - 1) * window.stride();
        low.add(start);
        interior.add(window.stride() - 1);
        high.add(padded.size(2 + i) - 1 - last);
      }
      Value part = select(won, dy, constantLike(0, dy));
      total = add(total, pad(part, low, high, interior, 0));
    }
    for (int i = 0; i < windows.size(); i++) {
      long from = windows.get(i).padLow();
      total = slice(total, 2 + i, from, from + input.size(2 + i));
    }
    return total;
  }

  /**
   * {@code x [n, c, in...], indices [n, c, out...] -> [n, c, out...]}: the indexed window element.
   */
  static Value takeFromWindows(List<Window> windows, Value x, Value indices) {
    int spatial = windows.size();
    Value patches = patches(padded(x, windows, 0), windows);
    long count = windows.stream().mapToLong(Window::size).reduce(1, (a, b) -> a * b);
    Shape flat = indices.shape().concat(Shape.of(count));
    Value taps = apply(new Op.Iota(2 + spatial, new Type(DType.I32, flat)));
    Value hit =
        elementwise(ScalarOp.EQUAL, taps, reshape(indices, indices.shape().concat(Shape.of(1))));
    Value elements = reshape(patches, flat);
    return sum(select(hit, elements, constantLike(0, elements)), false, -1);
  }

  /** All positions within a window, row-major. */
  static List<long[]> taps(List<Window> windows) {
    List<long[]> all = new ArrayList<>();
    all.add(new long[windows.size()]);
    for (int i = 0; i < windows.size(); i++) {
      List<long[]> next = new ArrayList<>();
      for (long[] tap : all) {
        for (long at = 0; at < windows.get(i).size(); at++) {
          long[] extended = tap.clone();
          extended[i] = at;
          next.add(extended);
        }
      }
      all = next;
    }
    return all;
  }

  /** {@code [lead..., out..., taps...] -> [lead..., out...]} at one tap. */
  static Value tap(Value x, List<Window> windows, long[] tap) {
    int lead = x.shape().rank() - windows.size();
    Value part = x;
    for (int i = 0; i < windows.size(); i++) {
      part = slice(part, lead + i, tap[i], tap[i] + 1);
    }
    return reshape(part, x.shape().slice(0, lead));
  }

  // ---- indexed access ----

  private static Value dynamicSlice(Value x, List<Value> starts, Shape block) {
    Value part = x;
    for (int axis = 0; axis < block.rank(); axis++) {
      List<Integer> axes = new ArrayList<>(IntStream.range(0, block.rank()).boxed().toList());
      axes.remove(axis);
      axes.addFirst(axis);
      Value start = clampedStart(starts.get(axis), x.shape().size(axis), block.size(axis));
      Value rows = apply(new Op.Iota(0, Type.of(DType.I64, block.size(axis))));
      Value taken = apply(new Op.Gather(0), permute(part, axes), add(rows, start));
      List<Integer> back = new ArrayList<>(IntStream.range(1, block.rank()).boxed().toList());
      back.add(axis, 0);
      part = permute(taken, back);
    }
    return part;
  }

  private static Value dynamicSliceUpdate(Value target, Value update, List<Value> starts) {
    Shape block = update.shape();
    long[] strides = target.shape().rowMajorStrides();
    Value position = constant(0, DType.I64, block);
    for (int axis = 0; axis < block.rank(); axis++) {
      Value start = clampedStart(starts.get(axis), target.shape().size(axis), block.size(axis));
      Value along = add(apply(new Op.Iota(axis, new Type(DType.I64, block))), start);
      position = add(position, Ops.scale(along, strides[axis]));
    }
    Value flat =
        apply(
            new Op.Scatter(0, dev.fathom.spi.Scatter.Mode.SET),
            reshape(target, Shape.of(target.shape().elements())),
            reshape(position, Shape.of(block.elements())),
            reshape(update, Shape.of(block.elements())));
    return reshape(flat, target.shape());
  }

  private static Value clampedStart(Value start, long whole, long block) {
    Value last = constantLike(whole - block, start);
    return elementwise(
        ScalarOp.MAX, elementwise(ScalarOp.MIN, start, last), constantLike(0, start));
  }

  // ---- sorting and running sums ----

  /** The place of an element is the number of elements that stand before it. */
  private static List<Value> sort(Value x, boolean descending) {
    int rank = x.shape().rank();
    long n = x.shape().size(-1);
    Shape lead = x.shape().slice(0, rank - 1);
    Value mine = reshape(x, lead.concat(Shape.of(n, 1)));
    Value other = reshape(x, lead.concat(Shape.of(1, n)));
    Type square = new Type(DType.I32, lead.concat(Shape.of(n, n)));
    Value mineNaN = elementwise(ScalarOp.NOT_EQUAL, mine, mine);
    Value otherNaN = elementwise(ScalarOp.NOT_EQUAL, other, other);
    Value smaller =
        descending
            ? elementwise(ScalarOp.LESS, mine, other)
            : elementwise(ScalarOp.LESS, other, mine);
    Value onlyMineNaN = elementwise(ScalarOp.AND, mineNaN, elementwise(ScalarOp.NOT, otherNaN));
    Value equal =
        elementwise(
            ScalarOp.OR,
            elementwise(ScalarOp.EQUAL, mine, other),
            elementwise(ScalarOp.AND, mineNaN, otherNaN));
    Value earlier =
        elementwise(
            ScalarOp.LESS, apply(new Op.Iota(rank, square)), apply(new Op.Iota(rank - 1, square)));
    Value before =
        elementwise(
            ScalarOp.OR,
            elementwise(ScalarOp.OR, smaller, onlyMineNaN),
            elementwise(ScalarOp.AND, equal, earlier));
    Value place = sum(cast(before, DType.I32), false, -1);
    Value position = apply(new Op.Iota(rank - 1, new Type(DType.I32, x.shape())));
    return List.of(placeByIndex(place, x), placeByIndex(place, position));
  }

  /** {@code out[..., indices[..., i]] = x[..., i]}. */
  static Value placeByIndex(Value indices, Value x) {
    long n = x.shape().size(-1);
    long elements = x.shape().elements();
    Shape flat = Shape.of(elements);
    Value row =
        Ops.scale(apply(new Op.Iota(0, Type.of(DType.I64, n == 0 ? 0 : elements / n, n))), n);
    Value position = add(reshape(row, flat), cast(reshape(indices, flat), DType.I64));
    Value placed =
        apply(
            new Op.Scatter(0, dev.fathom.spi.Scatter.Mode.SET),
            constant(0, x.dtype(), flat),
            position,
            reshape(x, flat));
    return reshape(placed, x.shape());
  }

  /** Hillis and Steele, "Data parallel algorithms" (1986): doubling distances. */
  private static Value cumulate(ReduceOp op, Value x) {
    ScalarOp combine =
        switch (op) {
          case SUM -> ScalarOp.ADD;
          case PRODUCT -> ScalarOp.MULTIPLY;
          case MAX -> ScalarOp.MAX;
          case MIN -> ScalarOp.MIN;
          case ARG_MAX, ARG_MIN -> throw new IllegalArgumentException("[cumulate] no " + op);
        };
    boolean floating = x.dtype().isFloating();
    double neutral =
        switch (op) {
          case PRODUCT -> 1;
          case MAX -> floating ? Double.NEGATIVE_INFINITY : lowest(x.dtype());
          case MIN -> floating ? Double.POSITIVE_INFINITY : -1 - lowest(x.dtype());
          default -> 0;
        };
    int rank = x.shape().rank();
    long n = x.shape().size(-1);
    Value running = x;
    for (long distance = 1; distance < n; distance *= 2) {
      List<Long> low = longs(rank, 0);
      low.set(rank - 1, distance);
      List<Long> none = List.copyOf(longs(rank, 0));
      Value moved = pad(slice(running, -1, 0, n - distance), List.copyOf(low), none, none, neutral);
      running = elementwise(combine, running, moved);
    }
    return running;
  }

  private static double lowest(DType type) {
    return type == DType.I64 ? Long.MIN_VALUE : Integer.MIN_VALUE;
  }

  // ---- random numbers ----

  private static final int[][] ROTATIONS = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  private static final int PARITY = 0x1BD11BDA;

  private static Value random(Op.Random op, Value seed, Value step) {
    long n = op.shape().elements();
    Shape flat = Shape.of(n);
    Value low = cast(seed, DType.I32);
    Value high = cast(elementwise(ScalarOp.SHIFT_RIGHT, seed, constantLike(32, seed)), DType.I32);
    Value stream = constant(op.stream(), DType.I32, Shape.SCALAR);
    Value[] key = threefry(new Value[] {low, high}, stream, cast(step, DType.I32));
    Value index = apply(new Op.Iota(0, new Type(DType.I32, flat)));
    Value zero = constant(0, DType.I32, flat);
    if (op.distribution() == Distribution.NORMAL) {
      Value[] words = threefry(key, index, zero);
      Value u = Ops.scale(add(upper24(words[0]), constant(1, DType.F32, flat)), 0x1p-24);
      Value v = Ops.scale(upper24(words[1]), 0x1p-24);
      Value radius = elementwise(ScalarOp.SQRT, Ops.scale(elementwise(ScalarOp.LOG, u), -2));
      Value angle = elementwise(ScalarOp.COS, Ops.scale(v, 2 * Math.PI));
      return reshape(multiply(radius, angle), op.shape());
    }
    Value half = constant((n + 1) / 2, DType.I32, flat);
    Value isFirst = elementwise(ScalarOp.LESS, index, half);
    Value[] words = threefry(key, select(isFirst, index, subtract(index, half)), zero);
    Value bits = select(isFirst, words[0], words[1]);
    Value drawn = op.distribution() == Distribution.BITS ? bits : Ops.scale(upper24(bits), 0x1p-24);
    return reshape(drawn, op.shape());
  }

  private static Value upper24(Value bits) {
    return cast(elementwise(ScalarOp.SHIFT_RIGHT, bits, constantLike(8, bits)), DType.F32);
  }

  private static Value[] threefry(Value[] key, Value counter0, Value counter1) {
    Value parity = constant(PARITY, DType.I32, Shape.SCALAR);
    Value[] schedule = {
      key[0], key[1], elementwise(ScalarOp.XOR, elementwise(ScalarOp.XOR, key[0], key[1]), parity)
    };
    Value a = add(counter0, broadcast(schedule[0], counter0.shape()));
    Value b = add(counter1, broadcast(schedule[1], counter1.shape()));
    for (int block = 0; block < 5; block++) {
      for (int rotation : ROTATIONS[block % 2]) {
        a = add(a, b);
        Value left = elementwise(ScalarOp.SHIFT_LEFT, b, constantLike(rotation, b));
        Value right = elementwise(ScalarOp.SHIFT_RIGHT, b, constantLike(32 - rotation, b));
        b = elementwise(ScalarOp.XOR, elementwise(ScalarOp.OR, left, right), a);
      }
      a = add(a, broadcast(schedule[(block + 1) % 3], a.shape()));
      Value injected = broadcast(schedule[(block + 2) % 3], b.shape());
      b = add(add(b, injected), constantLike(block + 1, b));
    }
    return new Value[] {a, b};
  }
}
