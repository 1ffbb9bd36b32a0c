package dev.fathom.compile;

import dev.fathom.graph.Content;
import dev.fathom.graph.Decompositions;
import dev.fathom.graph.Graph;
import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.graph.Value;
import dev.fathom.spi.DType;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * Rewrites a graph: folds constants, shares common subexpressions, drops operations that change
 * nothing, reads narrow numbers where they are stored, and decomposes the operations that the
 * backend declines.
 */
final class Lowering {
  private record Key(Op op, List<Value> inputs) {}

  private final Predicate<Node> accepts;
  private final Map<Key, Node> known = new HashMap<>();
  private final Map<Value, Value> lowered = new HashMap<>();

  /**
   * @param accepts whether the backend takes an operation that has a decomposition
   */
  Lowering(Predicate<Node> accepts) {
    this.accepts = accepts;
  }

  /** {@return values equal to {@code results}} */
  List<Value> lower(List<Value> results) {
    for (Node node : Graph.nodes(results)) {
      if (lowered.containsKey(node.output(0))) {
        continue;
      }
      List<Value> inputs = node.inputs().stream().map(lowered::get).toList();
      List<Value> outputs = outputs(node, inputs);
      for (int i = 0; i < outputs.size(); i++) {
        lowered.put(node.output(i), outputs.get(i));
        // A value that is lowered already stays as it is when a decomposition leads to it again.
        lowered.put(outputs.get(i), outputs.get(i));
      }
    }
    return results.stream().map(lowered::get).toList();
  }

  private List<Value> outputs(Node node, List<Value> inputs) {
    if (node.op() instanceof Op.Input || node.op() instanceof Op.Scalar) {
      return List.of(node.output(0));
    }
    if (node.op() instanceof Op.Checkpoint(int results)) {
      return inputs.subList(0, results);
    }
    Optional<Value> simpler = simplify(node.op(), inputs, node.outputs().getFirst());
    if (simpler.isPresent()) {
      return List.of(simpler.get());
    }
    Optional<Value> narrow = readNarrow(node.op(), inputs).or(() -> readScaled(node.op(), inputs));
    if (narrow.isPresent()) {
      return List.of(narrow.get());
    }
    Key key = new Key(node.op(), inputs);
    Node same = known.get(key);
    if (same == null) {
      same = inputs.equals(node.inputs()) ? node : new Node(node.op(), inputs);
      known.put(key, same);
    }
    if (Decompositions.exists(same) && !accepts.test(same)) {
      return lower(Decompositions.of(same));
    }
    List<Value> outputs = new ArrayList<>();
    for (int i = 0; i < same.outputs().size(); i++) {
      outputs.add(same.output(i));
    }
    return outputs;
  }

  /**
   * {@return the same of numbers that are stored narrow, where {@code in} are those widened}
   * Widening changes no value, so it may come after operations that move or pick elements; a
   * contraction widens its operands itself, if the backend does that. So no wide copy of stored
   * weights is made.
   */
  private Optional<Value> readNarrow(Op op, List<Value> in) {
    if (in.stream().noneMatch(Lowering::isWidened)) {
      return Optional.empty();
    }
    return switch (op) {
      case Op.Reshape _, Op.Permute _, Op.Slice _ -> Optional.of(widened(op, in));
      case Op.Gather _ when isWidened(in.getFirst()) && accepts.test(narrowed(op, in)) ->
          Optional.of(widened(op, in));
      case Op.Contract _ -> Optional.of(narrowed(op, in)).filter(accepts).map(this::share);
      default -> Optional.empty();
    };
  }

  private Value widened(Op op, List<Value> in) {
    Node narrowed = narrowed(op, in);
    Value moved = outputs(narrowed, narrowed.inputs()).getFirst();
    return share(
        new Node(new Op.Elementwise(ScalarOp.CAST, in.getFirst().dtype()), List.of(moved)));
  }

  private static Node narrowed(Op op, List<Value> in) {
    return new Node(
        op, in.stream().map(x -> isWidened(x) ? x.node().inputs().getFirst() : x).toList());
  }

  private static boolean isWidened(Value x) {
    if (!(x.node().op() instanceof Op.Elementwise(ScalarOp op, DType to)) || op != ScalarOp.CAST) {
      return false;
    }
    DType from = x.node().inputs().getFirst().dtype();
    return from.isFloating()
        ? from.bytes() == 2 && to == from.valueType()
        : from == DType.I8 && to == DType.F32;
  }

  /**
   * Quantised numbers: widened ones times factors.
   *
   * @param factors with size 1 along axes of {@code widened} that share a factor
   */
  private record Scaled(Value widened, Value factors) {
    static Optional<Scaled> of(Value x) {
      if (x.node().op() instanceof Op.Elementwise(ScalarOp op, DType _)
          && op == ScalarOp.MULTIPLY
          && isWidened(x.node().inputs().get(0))
          && x.node().inputs().get(1).node().op() instanceof Op.Broadcast) {
        Value factors = x.node().inputs().get(1).node().inputs().getFirst();
        return Optional.of(new Scaled(x.node().inputs().get(0), factors));
      }
      return Optional.empty();
    }

    boolean sharesFactors(int firstAxis) {
      return factors.shape().slice(firstAxis, factors.shape().rank()).elements() == 1;
    }
  }

  /**
   * {@return the same of quantised numbers, where {@code in} are those with their factors} The
   * factors move behind the operation: a contraction multiplies its sums by them, if no axis that
   * it sums over has any.
   */
  private Optional<Value> readScaled(Op op, List<Value> in) {
    return switch (op) {
      case Op.Permute _ ->
          Scaled.of(in.getFirst()).map(x -> times(apply(op, x.widened), apply(op, x.factors)));
      case Op.Gather(int axis) ->
          Scaled.of(in.getFirst())
              .filter(x -> x.factors.shape().size(axis) == in.getFirst().shape().size(axis))
              .flatMap(
                  x ->
                      readNarrow(op, List.of(x.widened, in.get(1)))
                          .map(rows -> times(rows, apply(op, x.factors, in.get(1)))));
      case Op.Contract contract -> contractScaled(contract, in);
      default -> Optional.empty();
    };
  }

  private Optional<Value> contractScaled(Op.Contract op, List<Value> in) {
    List<Value> plain = new ArrayList<>(in);
    List<Value> factors = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Value operand = in.get(i);
      int shared = op.batchAxes();
      int kept = operand.shape().rank() - op.kAxes();
      Optional<Scaled> scaled = Scaled.of(operand).filter(x -> x.sharesFactors(kept));
      if (scaled.isPresent()) {
        plain.set(i, scaled.get().widened);
        Shape own = scaled.get().factors.shape().slice(0, kept);
        Shape ones = ones(in.get(1 - i).shape().rank() - op.kAxes() - shared);
        Shape aligned =
            i == 0
                ? own.concat(ones)
                : own.slice(0, shared).concat(ones).concat(own.slice(shared, kept));
        factors.add(apply(new Op.Reshape(aligned), scaled.get().factors));
      }
    }
    if (factors.isEmpty()) {
      return Optional.empty();
    }
    return readNarrow(op, plain)
        .map(
            sums -> {
              Value result = sums;
              for (Value factor : factors) {
                result = times(result, factor);
              }
              return result;
            });
  }

  private static Shape ones(int rank) {
    long[] sizes = new long[rank];
    Arrays.fill(sizes, 1);
    return Shape.of(sizes);
  }

  private Value times(Value x, Value factors) {
    Value all = apply(new Op.Broadcast(x.shape()), factors);
    return share(new Node(new Op.Elementwise(ScalarOp.MULTIPLY, x.dtype()), List.of(x, all)));
  }

  private Value apply(Op op, Value... in) {
    return outputs(new Node(op, List.of(in)), List.of(in)).getFirst();
  }

  private Value share(Node node) {
    return known.computeIfAbsent(new Key(node.op(), node.inputs()), _ -> node).output(0);
  }

  private static Optional<Value> simplify(Op op, List<Value> in, Type type) {
    Value x = in.isEmpty() ? null : in.getFirst();
    return switch (op) {
      case Op.StopGradient _ -> Optional.of(x);
      case Op.Barrier _ when x.node().op() instanceof Op.Constant -> Optional.of(x);
      // A kernel has constants of a single number; several numbers are read from memory.
      case Op.Literal(Content content) when content.uniformBits().isPresent() ->
          Optional.of(
              Ops.apply(new Op.Constant(content.uniformBits().getAsLong(), content.type())));
      case Op.Reshape _, Op.Permute _, Op.Slice _, Op.Broadcast _
          when x.type().equals(type) && isUnchanged(op) ->
          Optional.of(x);
      case Op.Reshape _, Op.Permute _, Op.Slice _, Op.Broadcast _, Op.Windows _
          when x.node().op() instanceof Op.Constant constant ->
          Optional.of(Ops.apply(new Op.Constant(constant.bits(), type)));
      case Op.Slice slice when x.node().op() instanceof Op.Concat(int axis) ->
          partOf(slice, x.node().inputs(), axis);
      case Op.Reshape(Shape shape) when x.node().op() instanceof Op.Reshape ->
          Optional.of(Ops.reshape(x.node().inputs().getFirst(), shape));
      case Op.Reduce(ReduceOp reduction, List<Integer> axes)
          when axes.stream().allMatch(axis -> x.shape().size(axis) == 1)
              && type.dtype() == x.dtype()
              && !reduction.isPosition() ->
          Optional.of(Ops.reshape(x, type.shape()));
      case Op.Elementwise(ScalarOp scalarOp, DType _) -> simplify(scalarOp, in, type);
      default -> Optional.empty();
    };
  }

  /** {@return a slice of one of the parts of a concatenation, if it lies in one} */
  private static Optional<Value> partOf(Op.Slice slice, List<Value> parts, int axis) {
    long from = slice.starts().get(axis);
    long to = from + slice.sizes().size(axis);
    if (slice.steps().stream().anyMatch(step -> step != 1)) {
      return Optional.empty();
    }
    for (Value part : parts) {
      long size = part.shape().size(axis);
      if (from >= 0 && to <= size && from < to) {
        List<Long> starts = new ArrayList<>(slice.starts());
        starts.set(axis, from);
        Op.Slice own = new Op.Slice(starts, slice.sizes(), slice.steps());
        return Optional.of(slice.sizes().equals(part.shape()) ? part : Ops.apply(own, part));
      }
      from -= size;
      to -= size;
    }
    return Optional.empty();
  }

  private static boolean isUnchanged(Op op) {
    return switch (op) {
      case Op.Slice slice -> slice.steps().stream().allMatch(step -> step == 1);
      case Op.Permute(List<Integer> axes) -> {
        boolean same = true;
        for (int i = 0; i < axes.size(); i++) {
          same = same && axes.get(i) == i;
        }
        yield same;
      }
      default -> true;
    };
  }

  private static Optional<Value> simplify(ScalarOp op, List<Value> in, Type type) {
    Value a = in.getFirst();
    if (type.dtype() == type.dtype().valueType()
        && in.stream().allMatch(value -> value.node().op() instanceof Op.Constant)) {
      OptionalDouble folded = fold(op, in);
      if (folded.isPresent()) {
        return Optional.of(Ops.constant(folded.getAsDouble(), type.dtype(), type.shape()));
      }
    }
    Value b = in.size() > 1 ? in.get(1) : null;
    return switch (op) {
      case ADD, SUBTRACT -> keep(type.equals(a.type()) && Ops.isConstant(b, 0), a);
      case DIVIDE -> keep(type.equals(a.type()) && Ops.isConstant(b, 1), a);
      case MULTIPLY ->
          keep(type.equals(a.type()) && Ops.isConstant(b, 1), a)
              .or(() -> keep(type.equals(b.type()) && Ops.isConstant(a, 1), b));
      case CAST -> keep(a.type().equals(type), a);
      default -> Optional.empty();
    };
  }

  private static Optional<Value> keep(boolean holds, Value value) {
    return holds ? Optional.of(value) : Optional.empty();
  }

  /** Folds f32 and f64 arithmetic, rounded as the kernels would. */
  private static OptionalDouble fold(ScalarOp op, List<Value> in) {
    double[] x = new double[in.size()];
    for (int i = 0; i < x.length; i++) {
      Op.Constant constant = (Op.Constant) in.get(i).node().op();
      switch (constant.type().dtype()) {
        case F32 -> x[i] = Float.intBitsToFloat((int) constant.bits());
        case F64 -> x[i] = Double.longBitsToDouble(constant.bits());
        default -> {
          return OptionalDouble.empty();
        }
      }
    }
    // Rounding a double result to float is exact for these.
    return switch (op) {
      case NEGATE -> OptionalDouble.of(-x[0]);
      case SQRT -> OptionalDouble.of(Math.sqrt(x[0]));
      case ADD -> OptionalDouble.of(x[0] + x[1]);
      case SUBTRACT -> OptionalDouble.of(x[0] - x[1]);
      case MULTIPLY -> OptionalDouble.of(x[0] * x[1]);
      case DIVIDE -> OptionalDouble.of(x[0] / x[1]);
      default -> OptionalDouble.empty();
    };
  }
}
