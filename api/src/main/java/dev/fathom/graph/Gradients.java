package dev.fathom.graph;

import static dev.fathom.graph.Ops.add;
import static dev.fathom.graph.Ops.apply;
import static dev.fathom.graph.Ops.broadcast;
import static dev.fathom.graph.Ops.cast;
import static dev.fathom.graph.Ops.constantLike;
import static dev.fathom.graph.Ops.contract;
import static dev.fathom.graph.Ops.divide;
import static dev.fathom.graph.Ops.elementwise;
import static dev.fathom.graph.Ops.flip;
import static dev.fathom.graph.Ops.longs;
import static dev.fathom.graph.Ops.multiply;
import static dev.fathom.graph.Ops.negate;
import static dev.fathom.graph.Ops.pad;
import static dev.fathom.graph.Ops.permute;
import static dev.fathom.graph.Ops.reshape;
import static dev.fathom.graph.Ops.scale;
import static dev.fathom.graph.Ops.select;
import static dev.fathom.graph.Ops.slice;
import static dev.fathom.graph.Ops.subtract;
import static dev.fathom.graph.Ops.sum;

import dev.fathom.spi.Convolve.Role;
import dev.fathom.spi.DType;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Scatter.Mode;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Reverse-mode differentiation (Griewank and Walther, "Evaluating Derivatives", 2008) as a graph
 * transformation: the derivative is a graph like any other, so it is compiled with the forward
 * pass, and it can be differentiated again.
 */
public final class Gradients {
  private static final Value NONE = null;

  private Gradients() {}

  /**
   * {@return the gradients of a scalar with respect to each of {@code variables}} Zeros where the
   * scalar does not depend on one.
   *
   * @throws IllegalArgumentException if {@code loss} is not a floating scalar
   * @throws UnsupportedOperationException if an operation on the way has no gradient
   */
  public static List<Value> of(Value loss, List<Value> variables) {
    if (loss.shape().rank() != 0 || !loss.dtype().isFloating()) {
      throw new IllegalArgumentException(
          "[gradient] expected a floating scalar but got " + loss.type());
    }
    return product(List.of(loss), List.of(constantLike(1, loss)), variables, Set.of());
  }

  /** Vector-Jacobian product; does not look behind the nodes of {@code stop}. */
  private static List<Value> product(
      List<Value> results, List<Value> seeds, List<Value> variables, Set<Node> stop) {
    List<Node> nodes = Graph.nodes(results, node -> !stop.contains(node));
    Set<Value> active = new HashSet<>(variables);
    for (Node node : nodes) {
      if (node.inputs().stream().anyMatch(active::contains)
          && !(node.op() instanceof Op.StopGradient)
          && !stop.contains(node)) {
        for (int i = 0; i < node.outputs().size(); i++) {
          active.add(node.output(i));
        }
      }
    }
    Map<Value, List<Value>> gradients = new HashMap<>();
    for (int i = 0; i < results.size(); i++) {
      if (seeds.get(i) != NONE) {
        put(gradients, results.get(i), seeds.get(i));
      }
    }
    Univariate.Finder functions = new Univariate.Finder(nodes, active, results);
    Set<Node> done = new HashSet<>();
    for (Node node : nodes.reversed()) {
      if (done.contains(node)) {
        continue;
      }
      boolean known = false;
      List<Value> incoming = new ArrayList<>();
      for (int i = 0; i < node.outputs().size(); i++) {
        Value gradient = total(gradients.get(node.output(i)));
        incoming.add(gradient);
        known |= gradient != NONE;
      }
      if (!known
          || node.inputs().stream().noneMatch(active::contains)
          || !active.contains(node.output(0))
          || stop.contains(node)) {
        continue;
      }
      if (node.op() instanceof Op.Checkpoint) {
        throughCheckpoint(node, incoming, variables, active)
            .forEach((value, gradient) -> put(gradients, value, gradient));
        continue;
      }
      Optional<Univariate> function = functions.endingIn(node);
      if (function.isPresent()) {
        Value derivative = derivative(function.get());
        put(gradients, function.get().x(), multiply(incoming.getFirst(), derivative));
        done.addAll(function.get().nodes());
        continue;
      }
      List<Value> outgoing = rule(node, incoming);
      for (int i = 0; i < outgoing.size(); i++) {
        if (outgoing.get(i) != NONE && active.contains(node.inputs().get(i))) {
          put(gradients, node.inputs().get(i), outgoing.get(i));
        }
      }
    }
    return variables.stream()
        .map(v -> gradients.containsKey(v) ? total(gradients.get(v)) : constantLike(0, v))
        .toList();
  }

  private static Value derivative(Univariate function) {
    Map<Value, List<Value>> gradients = new HashMap<>();
    Value y = function.nodes().getLast().output(0);
    put(gradients, y, constantLike(1, y));
    for (Node node : function.nodes().reversed()) {
      if (!gradients.containsKey(node.output(0))) {
        continue;
      }
      List<Value> outgoing = rule(node, List.of(total(gradients.get(node.output(0)))));
      for (int i = 0; i < outgoing.size(); i++) {
        if (outgoing.get(i) != NONE) {
          put(gradients, node.inputs().get(i), outgoing.get(i));
        }
      }
    }
    Value x = function.x();
    return gradients.containsKey(x) ? total(gradients.get(x)) : constantLike(0, x);
  }

  private static void put(Map<Value, List<Value>> gradients, Value of, Value part) {
    gradients.computeIfAbsent(of, v -> new ArrayList<>()).add(part);
  }

  /**
   * {@return the sum of the gradients from all users of a value} Slices side by side, the heads of
   * attention or the steps of a sequence for example, give zeros with a block each: these are
   * joined, since adding n of them would take n times the whole.
   */
  private static Value total(List<Value> parts) {
    if (parts == null) {
      return NONE;
    }
    Value sum = NONE;
    Map<Integer, List<Value>> blocks = new TreeMap<>();
    for (Value part : parts) {
      int axis = paddedAxis(part);
      if (axis >= 0) {
        blocks.computeIfAbsent(axis, a -> new ArrayList<>()).add(part);
      } else {
        sum = sum == NONE ? part : add(sum, part);
      }
    }
    for (Map.Entry<Integer, List<Value>> entry : blocks.entrySet()) {
      for (Value part : joined(entry.getKey(), entry.getValue())) {
        sum = sum == NONE ? part : add(sum, part);
      }
    }
    return sum;
  }

  /** {@return the only axis along which zeros surround a block; -1 if it is not so} */
  private static int paddedAxis(Value value) {
    if (!(value.node().op() instanceof Op.Pad pad)
        || Double.doubleToRawLongBits(pad.value()) != 0
        || pad.interior().stream().anyMatch(i -> i != 0)) {
      return -1;
    }
    int[] axes =
        IntStream.range(0, pad.low().size())
            .filter(i -> pad.low().get(i) != 0 || pad.high().get(i) != 0)
            .toArray();
    return axes.length == 1 ? axes[0] : -1;
  }

  /**
   * {@return the blocks joined into one tensor if they fill the axis side by side, otherwise
   * unchanged}
   */
  private static List<Value> joined(int axis, List<Value> padded) {
    List<Value> sorted = new ArrayList<>(padded);
    sorted.sort(Comparator.comparing(value -> ((Op.Pad) value.node().op()).low().get(axis)));
    List<Value> blocks = new ArrayList<>();
    long end = 0;
    for (Value value : sorted) {
      Value block = value.node().inputs().getFirst();
      if (((Op.Pad) value.node().op()).low().get(axis) != end) {
        return padded;
      }
      end += block.shape().size(axis);
      blocks.add(block);
    }
    return end == padded.getFirst().shape().size(axis) ? List.of(Ops.concat(axis, blocks)) : padded;
  }

  /** The table: gradients with respect to a node's inputs, NONE where there is none. */
  private static List<Value> rule(Node node, List<Value> incoming) {
    List<Value> in = node.inputs();
    Value g = incoming.getFirst();
    Value x = in.isEmpty() ? NONE : in.getFirst();
    Value y = node.output(0);
    return switch (node.op()) {
      case Op.Elementwise(ScalarOp op, DType _) -> elementwiseRule(op, in, y, g);
      case Op.Reshape _ -> of(reshape(g, x.shape()));
      case Op.Permute(List<Integer> axes) -> of(permute(g, inverse(axes)));
      case Op.Broadcast _ -> of(Ops.sumTo(g, x.shape()));
      case Op.Slice op -> of(sliceRule(op, x, g));
      case Op.Pad op -> of(padRule(op, x, g));
      case Op.Concat(int axis) -> concatRule(axis, in, g);
      case Op.Windows(List<Window> windows) -> of(windowsRule(windows, x, g));
      case Op.Reduce(ReduceOp op, List<Integer> axes) -> of(reduceRule(op, axes, x, y, g));
      case Op.Contract op -> contractRule(op, x, in.get(1), g);
      case Op.Convolve op -> convolveRule(op, x, in.get(1), g);
      case Op.MaxPool(List<Window> windows) ->
          of(apply(new Op.MaxPoolGradient(windows, x.shape()), g, node.output(1)));
      case Op.Gather(int axis) ->
          of(apply(new Op.Scatter(axis, Mode.ADD), constantLike(0, x), in.get(1), g), NONE);
      case Op.Scatter op -> scatterRule(op, in, g);
      case Op.DynamicSlice _ -> {
        List<Value> arguments = new ArrayList<>(List.of(constantLike(0, x), g));
        arguments.addAll(in.subList(1, in.size()));
        yield first(apply(new Op.DynamicSliceUpdate(), arguments.toArray(Value[]::new)), in.size());
      }
      case Op.DynamicSliceUpdate _ -> {
        List<Value> starts = in.subList(2, in.size());
        List<Value> cleared = new ArrayList<>(List.of(g, constantLike(0, in.get(1))));
        cleared.addAll(starts);
        List<Value> block = new ArrayList<>(List.of(g));
        block.addAll(starts);
        List<Value> all = new ArrayList<>(Collections.nCopies(in.size(), NONE));
        all.set(0, apply(new Op.DynamicSliceUpdate(), cleared.toArray(Value[]::new)));
        all.set(1, apply(new Op.DynamicSlice(in.get(1).shape()), block.toArray(Value[]::new)));
        yield all;
      }
      case Op.Sort _ -> of(Decompositions.placeByIndex(node.output(1), g));
      case Op.Cumulate(ReduceOp op) when op == ReduceOp.SUM ->
          of(flip(apply(new Op.Cumulate(op), flip(g, -1)), -1));
      case Op.Softmax(boolean log) ->
          log
              ? of(subtract(g, multiply(elementwise(ScalarOp.EXP, y), sum(g, true, -1))))
              : of(multiply(y, subtract(g, sum(multiply(g, y), true, -1))));
      case Op.CrossEntropy _ -> of(crossEntropyRule(node, incoming), NONE);
      // A value that is saved for a gradient has a gradient of its own only where gradients are
      // differentiated again.
      case Op.Normalise op ->
          onlyFirst(incoming) ? normaliseRule(op, node, g) : throughParts(node, incoming);
      case Op.Attention op ->
          onlyFirst(incoming) ? attentionRule(op, node, g) : throughParts(node, incoming);
      case Op.Recurrent op ->
          op.cell().saved() > 0 && incoming.getLast() != NONE
              ? throughParts(node, incoming)
              : Recurrences.rule(op, node, incoming);
      case Op.SelectiveScan op ->
          incoming.getLast() == NONE
              ? StateSpaces.rule(op, node, incoming)
              : throughParts(node, incoming);
      // Composites without a rule of their own are differentiated through their parts.
      case Op.MaxPoolGradient(List<Window> windows, Shape _) ->
          of(Decompositions.takeFromWindows(windows, g, in.get(1)), NONE);
      case Op.CrossEntropyGradient _,
          Op.NormaliseGradient _,
          Op.AttentionGradient _,
          Op.RecurrentGradient _,
          Op.SelectiveScanGradient _ ->
          throughParts(node, incoming);
      case Op.StopGradient _ -> of(NONE);
      case Op.Barrier _ -> first(g, in.size());
      case Op.Checkpoint _ -> throw new IllegalStateException("[gradient] " + node);
      case Op.Cumulate _ ->
          throw new UnsupportedOperationException("[" + node.op().label() + "] has no gradient");
      case Op.Input _, Op.Scalar _, Op.Constant _, Op.Literal _, Op.Iota _ -> List.of();
      case Op.Random _ -> of(NONE, NONE);
    };
  }

  private static List<Value> scatterRule(Op.Scatter op, List<Value> in, Value g) {
    Value updates = apply(new Op.Gather(op.axis()), g, in.get(1));
    if (op.mode() == Mode.ADD) {
      return of(g, NONE, updates);
    }
    // Of several updates of one place only the last has a gradient.
    Value indices = reshape(in.get(1), Shape.of(in.get(1).shape().elements()));
    long places = in.getFirst().shape().size(op.axis());
    Value order = apply(new Op.Iota(0, new Type(DType.I64, indices.shape())));
    Value last =
        apply(
            new Op.Scatter(0, Mode.SET),
            Ops.constant(0, DType.I64, Shape.of(places)),
            indices,
            order);
    Value counts = elementwise(ScalarOp.EQUAL, apply(new Op.Gather(0), last, indices), order);
    long[] sizes = new long[updates.shape().rank()];
    Arrays.fill(sizes, 1);
    for (int i = 0; i < in.get(1).shape().rank(); i++) {
      sizes[op.axis() + i] = in.get(1).shape().size(i);
    }
    Value beside = broadcast(reshape(counts, Shape.of(sizes)), updates.shape());
    return of(
        apply(op, g, in.get(1), constantLike(0, in.get(2))),
        NONE,
        select(beside, updates, constantLike(0, updates)));
  }

  private static List<Value> elementwiseRule(ScalarOp op, List<Value> in, Value y, Value g) {
    Value a = in.getFirst();
    Value b = in.size() > 1 ? in.get(1) : NONE;
    Value zero = constantLike(0, g);
    return switch (op) {
      case NEGATE -> of(negate(g));
      case ABS -> of(multiply(g, elementwise(ScalarOp.SIGN, a)));
      case RELU -> of(select(elementwise(ScalarOp.LESS, constantLike(0, y), y), g, zero));
      case SQRT -> of(divide(scale(g, 0.5), y));
      case RSQRT -> of(multiply(scale(g, -0.5), multiply(y, multiply(y, y))));
      case EXP -> of(multiply(g, y));
      case LOG -> of(divide(g, a));
      case SIN -> of(multiply(g, elementwise(ScalarOp.COS, a)));
      case COS -> of(negate(multiply(g, elementwise(ScalarOp.SIN, a))));
      case TANH -> of(multiply(g, subtract(constantLike(1, y), multiply(y, y))));
      case SIGMOID -> of(multiply(g, multiply(y, subtract(constantLike(1, y), y))));
      case ERF ->
          of(
              multiply(
                  scale(g, 2 / Math.sqrt(Math.PI)),
                  elementwise(ScalarOp.EXP, negate(multiply(a, a)))));
      case ADD -> of(g, g);
      case SUBTRACT -> of(g, negate(g));
      case MULTIPLY -> of(multiply(g, b), multiply(g, a));
      case DIVIDE -> of(divide(g, b), negate(divide(multiply(g, y), b)));
      case REMAINDER -> of(g, divide(multiply(g, subtract(y, a)), b));
      case POWER -> {
        Value one = constantLike(1, b);
        Value positive = elementwise(ScalarOp.LESS, constantLike(0, a), a);
        Value logarithm = elementwise(ScalarOp.LOG, select(positive, a, constantLike(1, a)));
        yield of(
            multiply(g, multiply(b, elementwise(ScalarOp.POWER, a, subtract(b, one)))),
            multiply(g, multiply(y, logarithm)));
      }
      case MAX -> of(multiply(g, share(b, a)), multiply(g, share(a, b)));
      case MIN -> of(multiply(g, share(a, b)), multiply(g, share(b, a)));
      case SELECT -> of(NONE, select(a, g, zero), select(a, zero, g));
      case CAST ->
          of(
              a.dtype().isFloating() && y.dtype().isFloating()
                  ? cast(g, a.dtype().valueType())
                  : NONE);
      case SIGN, FLOOR, ROUND -> of(NONE);
      case EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT ->
          of(NONE, NONE);
      case NOT -> of(NONE);
    };
  }

  /** 1 where {@code small < large}, one half where they are equal, else 0. */
  private static Value share(Value small, Value large) {
    Value below = cast(elementwise(ScalarOp.LESS, small, large), large.dtype().valueType());
    Value equal = cast(elementwise(ScalarOp.EQUAL, small, large), large.dtype().valueType());
    return add(below, scale(equal, 0.5));
  }

  private static Value sliceRule(Op.Slice op, Value x, Value g) {
    int rank = x.shape().rank();
    List<Long> low = longs(rank, 0);
    List<Long> high = longs(rank, 0);
    List<Long> interior = longs(rank, 0);
    int[] flipped = IntStream.range(0, rank).filter(i -> op.steps().get(i) < 0).toArray();
    for (int axis = 0; axis < rank; axis++) {
      long step = op.steps().get(axis);
      long count = op.sizes().size(axis);
      long length = x.shape().size(axis);
      if (count == 0) {
        high.set(axis, length);
        continue;
      }
      long first = op.starts().get(axis);
      long last = first + step * (count - 1);
      low.set(axis, Math.min(first, last));
      high.set(axis, length - 1 - Math.max(first, last));
      interior.set(axis, Math.max(0, Math.abs(step) - 1));
    }
    return pad(flipped.length == 0 ? g : flip(g, flipped), low, high, interior, 0);
  }

  private static Value padRule(Op.Pad op, Value x, Value g) {
    List<Long> steps = op.interior().stream().map(i -> i + 1).toList();
    return apply(new Op.Slice(op.low(), x.shape(), steps), g);
  }

  private static List<Value> concatRule(int axis, List<Value> in, Value g) {
    List<Value> all = new ArrayList<>();
    long from = 0;
    for (Value part : in) {
      all.add(slice(g, axis, from, from + part.shape().size(axis)));
      from += part.shape().size(axis);
    }
    return all;
  }

  private static Value windowsRule(List<Window> windows, Value x, Value g) {
    int lead = x.shape().rank() - windows.size();
    Value total = constantLike(0, x);
    for (long[] tap : Decompositions.taps(windows)) {
      Value part = Decompositions.tap(g, windows, tap);
      int rank = x.shape().rank();
      List<Long> low = longs(rank, 0);
      List<Long> high = longs(rank, 0);
      List<Long> interior = longs(rank, 0);
      for (int i = 0; i < windows.size(); i++) {
        Window window = windows.get(i);
        long outputs = part.shape().size(lead + i);
        long start = tap[i] * window.dilation();
        low.set(lead + i, start);
        interior.set(lead + i, window.stride() - 1);
        high.set(lead + i, x.shape().size(lead + i) - start - (outputs - 1) * window.stride() - 1);
      }
      total = add(total, pad(part, low, high, interior, 0));
    }
    return total;
  }

  private static Value reduceRule(ReduceOp op, List<Integer> axes, Value x, Value y, Value g) {
    long[] sizes = x.shape().toArray();
    axes.forEach(axis -> sizes[axis] = 1);
    Shape kept = Shape.of(sizes);
    Value spread = broadcast(reshape(g, kept), x.shape());
    return switch (op) {
      case SUM -> spread;
      case MAX, MIN -> {
        // As in PyTorch's amax, equal largest elements share the gradient.
        Value largest = broadcast(reshape(y, kept), x.shape());
        Value hit = cast(elementwise(ScalarOp.EQUAL, x, largest), g.dtype());
        int[] all = axes.stream().mapToInt(Integer::intValue).toArray();
        yield divide(multiply(spread, hit), sum(hit, true, all));
      }
      case ARG_MAX, ARG_MIN -> NONE;
      case PRODUCT -> throw new UnsupportedOperationException("[product] has no gradient");
    };
  }

  private static List<Value> contractRule(Op.Contract op, Value a, Value b, Value g) {
    int batch = op.batchAxes();
    int k = op.kAxes();
    int m = a.shape().rank() - batch - k;
    int n = b.shape().rank() - batch - k;
    return of(
        contract(g, moveLast(b, batch, n), batch, n),
        contract(moveLast(g, batch, m), moveLast(a, batch, m), batch, m));
  }

  /** Moves {@code count} axes behind the first {@code batch} ones to the end. */
  private static Value moveLast(Value x, int batch, int count) {
    List<Integer> axes = new ArrayList<>(IntStream.range(0, x.shape().rank()).boxed().toList());
    Collections.rotate(axes.subList(batch, axes.size()), -count);
    return permute(x, axes);
  }

  private static List<Value> convolveRule(Op.Convolve op, Value first, Value second, Value g) {
    return switch (op.role()) {
      case OUTPUT ->
          of(form(op, Role.INPUT, g, second, first), form(op, Role.WEIGHT, first, g, second));
      case INPUT ->
          of(form(op, Role.OUTPUT, g, second, first), form(op, Role.WEIGHT, g, first, second));
      case WEIGHT ->
          of(form(op, Role.INPUT, second, g, first), form(op, Role.OUTPUT, first, g, second));
    };
  }

  private static Value form(Op.Convolve op, Role role, Value first, Value second, Value like) {
    return apply(new Op.Convolve(role, op.windows(), op.groups(), like.shape()), first, second);
  }

  private static Value crossEntropyRule(Node node, List<Value> incoming) {
    Value logits = node.inputs().get(0);
    Value logSumExp = node.output(1);
    Value total = constantLike(0, logits);
    if (incoming.get(0) != NONE) {
      total =
          apply(
              new Op.CrossEntropyGradient(),
              logits,
              node.inputs().get(1),
              logSumExp,
              incoming.get(0));
    }
    if (incoming.get(1) != NONE) {
      Shape column = Shape.of(logits.shape().size(0), 1);
      Value probabilities = elementwise(ScalarOp.EXP, subtract(logits, reshape(logSumExp, column)));
      total = add(total, multiply(probabilities, reshape(incoming.get(1), column)));
    }
    return total;
  }

  private static List<Value> normaliseRule(Op.Normalise op, Node node, Value g) {
    List<Value> inputs =
        new ArrayList<>(List.of(node.inputs().get(0), node.inputs().get(1), node.output(1), g));
    if (op.centred()) {
      inputs.add(node.output(2));
    }
    return outputs(new Node(new Op.NormaliseGradient(op.centred(), op.biased()), inputs));
  }

  private static List<Value> attentionRule(Op.Attention op, Node node, Value g) {
    List<Value> in = node.inputs();
    List<Value> inputs = new ArrayList<>(in.subList(0, 3));
    inputs.addAll(List.of(node.output(0), node.output(1), g));
    inputs.addAll(in.subList(3, in.size()));
    List<Value> all = new ArrayList<>(Collections.nCopies(in.size(), NONE));
    List<Value> gradients = outputs(new Node(new Op.AttentionGradient(op), inputs));
    for (int i = 0; i < gradients.size(); i++) {
      all.set(i, permute(gradients.get(i), List.of(0, 2, 1, 3)));
    }
    return all;
  }

  private static List<Value> outputs(Node node) {
    return IntStream.range(0, node.outputs().size()).mapToObj(node::output).toList();
  }

  private static boolean onlyFirst(List<Value> incoming) {
    return incoming.subList(1, incoming.size()).stream().allMatch(gradient -> gradient == NONE);
  }

  /** Differentiates the decomposition; an input that stands twice has its gradient once. */
  private static List<Value> throughParts(Node node, List<Value> incoming) {
    List<Value> in = node.inputs();
    List<Value> distinct =
        in.stream().distinct().filter(value -> value.dtype().isFloating()).toList();
    List<Value> gradients = product(Decompositions.of(node), incoming, distinct, nodes(in));
    List<Value> all = new ArrayList<>(Collections.nCopies(in.size(), NONE));
    for (int i = 0; i < distinct.size(); i++) {
      all.set(in.indexOf(distinct.get(i)), gradients.get(i));
    }
    return all;
  }

  /** {@return the gradients with respect to what is kept, differentiated where it is used again} */
  private static Map<Value, Value> throughCheckpoint(
      Node checkpoint, List<Value> incoming, List<Value> variables, Set<Value> active) {
    Rematerialised again = Rematerialised.of(checkpoint, incoming, variables);
    List<Value> kept =
        again.kept().keySet().stream()
            .filter(value -> active.contains(value) && value.dtype().isFloating())
            .toList();
    List<Value> copies = kept.stream().map(again.kept()::get).toList();
    List<Value> found = product(again.results(), incoming, copies, again.ends());
    Map<Value, Value> gradients = new LinkedHashMap<>();
    for (int i = 0; i < kept.size(); i++) {
      gradients.put(kept.get(i), found.get(i));
    }
    return gradients;
  }

  private static List<Integer> inverse(List<Integer> axes) {
    Integer[] inverse = new Integer[axes.size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[axes.get(i)] = i;
    }
    return List.of(inverse);
  }

  private static Set<Node> nodes(List<Value> values) {
    Set<Node> nodes = new HashSet<>();
    values.forEach(value -> nodes.add(value.node()));
    return nodes;
  }

  private static List<Value> of(Value... gradients) {
    return Arrays.asList(gradients);
  }

  private static List<Value> first(Value gradient, int count) {
    List<Value> all = new ArrayList<>(Collections.nCopies(count, NONE));
    all.set(0, gradient);
    return all;
  }
}
