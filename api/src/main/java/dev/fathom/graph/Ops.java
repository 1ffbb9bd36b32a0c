package dev.fathom.graph;

import static dev.fathom.spi.ScalarOp.ADD;
import static dev.fathom.spi.ScalarOp.DIVIDE;
import static dev.fathom.spi.ScalarOp.MULTIPLY;
import static dev.fathom.spi.ScalarOp.NEGATE;
import static dev.fathom.spi.ScalarOp.SUBTRACT;

import dev.fathom.spi.Convolve.Role;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Builds nodes: broadcasts as NumPy does, counts negative axes from the end, and leaves out
 * operations that change nothing. Gradient rules, decompositions and {@code Tensor} are all written
 * in these.
 */
public final class Ops {
  private Ops() {}

  /** {@return the only output of {@code op} on {@code inputs}} */
  public static Value apply(Op op, Value... inputs) {
    return new Node(op, List.of(inputs)).output(0);
  }

  // ---- sources ----

  /** {@return a new program input} */
  public static Value input(String name, Type type) {
    return apply(new Op.Input(name, type));
  }

  /** {@return a new run-time scalar} */
  public static Value scalar(String name, DType dtype) {
    return apply(new Op.Scalar(name, dtype));
  }

  /** {@return a tensor of numbers that the host has} */
  public static Value literal(Content content) {
    return apply(new Op.Literal(content));
  }

  /** {@return a tensor of one number} */
  public static Value constant(double value, DType dtype, Shape shape) {
    return apply(new Op.Constant(Expression.bits(value, dtype), new Type(dtype, shape)));
  }

  /** {@return {@code value} everywhere, in the computing type and shape of {@code like}} */
  public static Value constantLike(double value, Value like) {
    return constant(value, like.dtype().valueType(), like.shape());
  }

  /** {@return whether {@code value} is the constant {@code number} everywhere} */
  public static boolean isConstant(Value value, double number) {
    return value.node().op() instanceof Op.Constant(long bits, Type type)
        && bits == Expression.bits(number, type.dtype());
  }

  // ---- elementwise ----

  /** {@return {@code op} on operands broadcast to their common shape} */
  public static Value elementwise(ScalarOp op, Value... operands) {
    Shape shape = operands[0].shape();
    for (Value operand : operands) {
      shape = broadcastShape(op.label(), shape, operand.shape());
    }
    Value[] inputs = new Value[operands.length];
    DType[] types = new DType[operands.length];
    for (int i = 0; i < operands.length; i++) {
      inputs[i] = broadcast(operands[i], shape);
      types[i] = operands[i].dtype().valueType();
    }
    return apply(new Op.Elementwise(op, op.resultType(types)), inputs);
  }

  /** {@return a + b} */
  public static Value add(Value a, Value b) {
    if (isConstant(b, 0) && a.shape().equals(b.shape())) {
      return a;
    }
    return isConstant(a, 0) && a.shape().equals(b.shape()) ? b : elementwise(ADD, a, b);
  }

  /** {@return a - b} */
  public static Value subtract(Value a, Value b) {
    return elementwise(SUBTRACT, a, b);
  }

  /** {@return a * b} */
  public static Value multiply(Value a, Value b) {
    if (isConstant(b, 1) && a.shape().equals(b.shape())) {
      return a;
    }
    return isConstant(a, 1) && a.shape().equals(b.shape()) ? b : elementwise(MULTIPLY, a, b);
  }

  /** {@return a * number} */
  public static Value scale(Value a, double number) {
    return multiply(a, constantLike(number, a));
  }

  /** {@return a / b} */
  public static Value divide(Value a, Value b) {
    return elementwise(DIVIDE, a, b);
  }

  /** {@return -a} */
  public static Value negate(Value a) {
    return elementwise(NEGATE, a);
  }

  /** {@return condition ? a : b} */
  public static Value select(Value condition, Value a, Value b) {
    return elementwise(ScalarOp.SELECT, condition, a, b);
  }

  /** {@return a converted to {@code dtype}} */
  public static Value cast(Value a, DType dtype) {
    return a.dtype() == dtype ? a : apply(new Op.Elementwise(ScalarOp.CAST, dtype), a);
  }

  /**
   * {@return the shape that both broadcast to}
   *
   * @throws IllegalArgumentException naming {@code operation} and both shapes
   */
  public static Shape broadcastShape(String operation, Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    long[] sizes = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long left = i <= a.rank() ? a.size(-i) : 1;
      long right = i <= b.rank() ? b.size(-i) : 1;
      if (left != right && left != 1 && right != 1) {
        throw new IllegalArgumentException(
            "[" + operation + "] shapes must broadcast together but got " + a + " and " + b);
      }
      sizes[rank - i] = left == 1 ? right : left;
    }
    return Shape.of(sizes);
  }

  // ---- movement ----

  /** {@return x under another shape} */
  public static Value reshape(Value x, Shape shape) {
    return x.shape().equals(shape) ? x : apply(new Op.Reshape(shape), x);
  }

  /** {@return x with its axes in another order} */
  public static Value permute(Value x, List<Integer> axes) {
    boolean same = axes.equals(IntStream.range(0, x.shape().rank()).boxed().toList());
    return same ? x : apply(new Op.Permute(List.copyOf(axes)), x);
  }

  /** {@return x repeated to {@code shape}, sizes aligned at the end} */
  public static Value broadcast(Value x, Shape shape) {
    if (x.shape().equals(shape)) {
      return x;
    }
    if (x.node().op() instanceof Op.Constant(long bits, Type type)) {
      broadcastShape("broadcast", x.shape(), shape);
      return apply(new Op.Constant(bits, type.withShape(shape)));
    }
    int missing = shape.rank() - x.shape().rank();
    if (missing < 0) {
      throw new IllegalArgumentException(
          "[broadcast] expected a shape of rank "
              + x.shape().rank()
              + " or more for "
              + x.shape()
              + " but got "
              + shape);
    }
    long[] ones = new long[missing];
    Arrays.fill(ones, 1);
    Value aligned = reshape(x, Shape.of(ones).concat(x.shape()));
    return aligned.shape().equals(shape) ? aligned : apply(new Op.Broadcast(shape), aligned);
  }

  /** {@return elements {@code from} (inclusive) to {@code to} (exclusive) of one axis} */
  public static Value slice(Value x, int axis, long from, long to) {
    int at = axis(x, axis);
    List<Long> starts = longs(x.shape().rank(), 0);
    long[] sizes = x.shape().toArray();
    starts.set(at, from);
    sizes[at] = to - from;
    if (from == 0 && to == x.shape().size(at)) {
      return x;
    }
    if (to < from) {
      throw new IllegalArgumentException("[slice] expected from <= to but got " + from + ", " + to);
    }
    return apply(new Op.Slice(List.copyOf(starts), Shape.of(sizes), longs(x.shape().rank(), 1)), x);
  }

  /** {@return x with the order of {@code axes} reversed} */
  public static Value flip(Value x, int... axes) {
    List<Long> starts = longs(x.shape().rank(), 0);
    List<Long> steps = longs(x.shape().rank(), 1);
    for (int axis : axes) {
      if (x.shape().size(axis) > 0) {
        starts.set(axis(x, axis), x.shape().size(axis) - 1);
        steps.set(axis(x, axis), -1L);
      }
    }
    return apply(new Op.Slice(List.copyOf(starts), x.shape(), List.copyOf(steps)), x);
  }

  /** {@return x with elements of {@code value} around and between, see {@link Op.Pad}} */
  public static Value pad(
      Value x, List<Long> low, List<Long> high, List<Long> interior, double value) {
    boolean nothing =
        IntStream.range(0, low.size())
            .allMatch(i -> low.get(i) == 0 && high.get(i) == 0 && interior.get(i) == 0);
    return nothing ? x : apply(new Op.Pad(low, high, interior, value), x);
  }

  /** {@return the tensors joined along {@code axis}} */
  public static Value concat(int axis, List<Value> parts) {
    return parts.size() == 1
        ? parts.getFirst()
        : apply(new Op.Concat(axis(parts.getFirst(), axis)), parts.toArray(Value[]::new));
  }

  /** {@return a list of {@code count} times {@code value}, modifiable} */
  static List<Long> longs(int count, long value) {
    return new ArrayList<>(Collections.nCopies(count, value));
  }

  // ---- reductions and products ----

  /** {@return x reduced along {@code axes}; they stay with size 1 where {@code keep}} */
  public static Value reduce(ReduceOp op, Value x, boolean keep, int... axes) {
    List<Integer> sorted = Arrays.stream(axes).map(a -> axis(x, a)).sorted().boxed().toList();
    Value reduced = apply(new Op.Reduce(op, sorted), x);
    if (!keep) {
      return reduced;
    }
    long[] sizes = x.shape().toArray();
    sorted.forEach(axis -> sizes[axis] = 1);
    return reshape(reduced, Shape.of(sizes));
  }

  /** {@return the sum along {@code axes}} */
  public static Value sum(Value x, boolean keep, int... axes) {
    return axes.length == 0 ? x : reduce(ReduceOp.SUM, x, keep, axes);
  }

  /** {@return x summed over the axes that broadcasting {@code shape} to x's shape repeated} */
  static Value sumTo(Value x, Shape shape) {
    int missing = x.shape().rank() - shape.rank();
    int[] axes =
        IntStream.range(0, x.shape().rank())
            .filter(
                axis ->
                    axis < missing
                        || (shape.size(axis - missing) == 1 && x.shape().size(axis) != 1))
            .toArray();
    return reshape(sum(x, false, axes), shape);
  }

  /** {@return {@code a [batch, m, k] x b [batch, n, k] -> [batch, m, n]}} */
  public static Value contract(Value a, Value b, int batchAxes, int kAxes) {
    DType left = a.dtype().valueType();
    if (left != b.dtype().valueType()) {
      throw new IllegalArgumentException(
          "[contract] expected operands of one type but got " + a.type() + " x " + b.type());
    }
    return apply(new Op.Contract(batchAxes, kAxes, left), a, b);
  }

  /** {@return the matrix product {@code [..., m, k] x [..., k, n] -> [..., m, n]}} */
  public static Value matmul(Value a, Value b) {
    Shape left = a.shape();
    Shape right = b.shape();
    if (left.rank() < 2 || right.rank() < 2) {
      throw new IllegalArgumentException(
          "[matmul] operands must have rank 2 or more but got " + left + " x " + right);
    }
    if (left.size(-1) != right.size(-2)) {
      throw new IllegalArgumentException(
          "[matmul] inner sizes must be equal but got " + left + " x " + right);
    }
    Shape batch =
        broadcastShape("matmul", left.slice(0, left.rank() - 2), right.slice(0, right.rank() - 2));
    if (right.rank() == 2) {
      // One right matrix for all: the left's batch axes are rows.
      return contract(a, transpose(b), 0, 1);
    }
    Value x = broadcast(a, batch.concat(left.slice(left.rank() - 2, left.rank())));
    Value y = broadcast(b, batch.concat(right.slice(right.rank() - 2, right.rank())));
    return contract(x, transpose(y), batch.rank(), 1);
  }

  /** {@return x with its last two axes exchanged} */
  public static Value transpose(Value x) {
    int rank = x.shape().rank();
    List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    Collections.swap(axes, rank - 1, rank - 2);
    return permute(x, axes);
  }

  /**
   * {@return the convolution {@code x [n, c, in...], w [o, c / groups, kernel...] -> [n, o,
   * out...]}}
   *
   * @throws IllegalArgumentException if channels, ranks or window sizes do not fit
   */
  public static Value convolve(Value x, Value w, List<Window> windows, long groups) {
    int rank = windows.size() + 2;
    if (x.shape().rank() != rank || w.shape().rank() != rank) {
      throw new IllegalArgumentException(
          "[convolve] expected operands of rank "
              + rank
              + " but got "
              + x.shape()
              + ", "
              + w.shape());
    }
    if (x.shape().size(1) != w.shape().size(1) * groups || w.shape().size(0) % groups != 0) {
      throw new IllegalArgumentException(
          "[convolve] expected weight [out, in / groups, ...] for "
              + groups
              + " group(s) but got input "
              + x.shape()
              + " and weight "
              + w.shape());
    }
    Shape result = Shape.of(x.shape().size(0), w.shape().size(0));
    for (int i = 0; i < windows.size(); i++) {
      long outputs = windows.get(i).outputs(x.shape().size(2 + i));
      if (outputs < 1 || windows.get(i).size() != w.shape().size(2 + i)) {
        throw new IllegalArgumentException(
            "[convolve] expected an input that the kernel fits into but got input "
                + x.shape()
                + ", weight "
                + w.shape()
                + " and "
                + windows.get(i));
      }
      result = result.concat(Shape.of(outputs));
    }
    return apply(new Op.Convolve(Role.OUTPUT, List.copyOf(windows), groups, result), x, w);
  }

  /**
   * {@return the maxima of windows: {@code [n, c, in...] -> [n, c, out...]}} A {@code relu} in
   * front is moved behind the maximum: it keeps the order of numbers, and there are fewer of them
   * there, forward and backward.
   */
  public static Value maxPool(Value x, List<Window> windows) {
    return x.node().op() instanceof Op.Elementwise(ScalarOp op, DType _) && op == ScalarOp.RELU
        ? elementwise(op, maxPool(x.node().inputs().getFirst(), windows))
        : apply(new Op.MaxPool(List.copyOf(windows)), x);
  }

  /** {@return softmax along the last axis, or its logarithm} */
  public static Value softmax(Value x, boolean log) {
    return apply(new Op.Softmax(log), x);
  }

  /** {@return {@code axis} counted from the front, checked} */
  public static int axis(Value x, int axis) {
    int rank = x.shape().rank();
    int at = axis < 0 ? axis + rank : axis;
    if (at < 0 || at >= rank) {
      throw new IllegalArgumentException(
          "[axis] expected an axis of " + x.shape() + " but got " + axis);
    }
    return at;
  }
}
