package dev.fathom.tensor;

import dev.fathom.compile.Evaluator;
import dev.fathom.device.Backends;
import dev.fathom.graph.Content;
import dev.fathom.graph.Gradients;
import dev.fathom.graph.Indexing;
import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Operand;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.graph.Value;
import dev.fathom.spi.Convolve.Role;
import dev.fathom.spi.DType;
import dev.fathom.spi.Random.Distribution;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Scatter.Mode;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An immutable, lazy, n-dimensional array: a handle on one output of a graph node.
 *
 * <p>Operations broadcast as NumPy does, count negative axes from the end, and throw {@link
 * IllegalArgumentException} at the line that made the error. Nothing is computed until a value is
 * read ({@link #toFloats()} and its siblings) or {@link #evaluate evaluated}; then the graph behind
 * it is compiled, run on the default backend, and the value stays on its handle. In a {@code
 * Program} an array of the host is a part of it. Thread-safe.
 */
public final class Tensor implements Operand {
  private final Value value;

  private Tensor(Value value) {
    this.value = value;
  }

  // ---- making ----

  /** {@return the tensor on a graph value} */
  public static Tensor of(Value value) {
    return new Tensor(value);
  }

  /** {@return an f32 tensor of {@code data} in row-major order; the array is copied} */
  public static Tensor of(float[] data, long... shape) {
    return host(DType.F32, MemorySegment.ofArray(data), shape);
  }

  /** {@return an f64 tensor of {@code data} in row-major order; the array is copied} */
  public static Tensor of(double[] data, long... shape) {
    return host(DType.F64, MemorySegment.ofArray(data), shape);
  }

  /** {@return an i32 tensor of {@code data} in row-major order; the array is copied} */
  public static Tensor of(int[] data, long... shape) {
    return host(DType.I32, MemorySegment.ofArray(data), shape);
  }

  /** {@return an i64 tensor of {@code data} in row-major order; the array is copied} */
  public static Tensor of(long[] data, long... shape) {
    return host(DType.I64, MemorySegment.ofArray(data), shape);
  }

  /** {@return a bool tensor of {@code data} in row-major order; the array is copied} */
  public static Tensor of(boolean[] data, long... shape) {
    byte[] bytes = new byte[data.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (data[i] ? 1 : 0);
    }
    return host(DType.BOOL, MemorySegment.ofArray(bytes), shape);
  }

  private static Tensor host(DType dtype, MemorySegment data, long... sizes) {
    Type type = Type.of(dtype, sizes);
    if (data.byteSize() != type.bytes()) {
      throw new IllegalArgumentException(
          "[tensor] expected "
              + type.shape().elements()
              + " elements for shape "
              + type.shape()
              + " but got "
              + data.byteSize() / dtype.bytes());
    }
    return of(Ops.literal(Content.copyOf(type, data)));
  }

  /** {@return a new input of a program, which gives it its content at run time} */
  public static Tensor input(String name, Type type) {
    return of(Ops.input(name, type));
  }

  /** {@return a single number that a program gets with each run} */
  public static Tensor scalar(String name, DType dtype) {
    return of(Ops.scalar(name, dtype));
  }

  /** {@return a tensor of one number everywhere} */
  public static Tensor full(double number, DType dtype, long... shape) {
    return of(Ops.constant(number, dtype, Shape.of(shape)));
  }

  /** {@return a tensor of zeros} */
  public static Tensor zeros(DType dtype, long... shape) {
    return full(0, dtype, shape);
  }

  /** {@return the positions along {@code axis} of {@code shape}, as {@code dtype}} */
  public static Tensor iota(DType dtype, int axis, long... shape) {
    return of(Ops.apply(new Op.Iota(axis, Type.of(dtype, shape))));
  }

  /** {@return an f32 tensor of uniform numbers in [0, 1), see {@link dev.fathom.spi.Random}} */
  public static Tensor uniform(Tensor seed, Tensor step, int stream, long... shape) {
    return random(Distribution.UNIFORM, seed, step, stream, shape);
  }

  /** {@return an f32 tensor of standard normal numbers, see {@link dev.fathom.spi.Random}} */
  public static Tensor normal(Tensor seed, Tensor step, int stream, long... shape) {
    return random(Distribution.NORMAL, seed, step, stream, shape);
  }

  /** {@return random numbers of {@code distribution}; {@code seed} and {@code step} i64 scalars} */
  public static Tensor random(
      Distribution distribution, Tensor seed, Tensor step, int stream, long... shape) {
    return of(
        Ops.apply(new Op.Random(distribution, stream, Shape.of(shape)), seed.value, step.value));
  }

  // ---- what it is ----

  /** {@return the graph value this is a handle on} */
  @Override
  public Value value() {
    return value;
  }

  /** {@return the element type} */
  public DType dtype() {
    return value.dtype();
  }

  /** {@return the sizes} */
  public Shape shape() {
    return value.shape();
  }

  /** {@return the size of {@code axis}; a negative one counts from the end} */
  public long size(int axis) {
    return value.shape().size(Ops.axis(value, axis));
  }

  // ---- reading ----

  /**
   * Computes {@code tensors} by one program: values that several of them depend on are computed
   * once. Reading them later only copies.
   *
   * @throws IllegalStateException if one depends on a program input, as inside a trace
   */
  public static void evaluate(Tensor... tensors) {
    contents(Arrays.stream(tensors).map(Tensor::value).toList());
  }

  private static List<MemorySegment> contents(List<Value> values) {
    return Evaluator.contents(values, Backends::defaultBackend);
  }

  /** {@return the elements in row-major order; for f32} */
  public float[] toFloats() {
    return read(DType.F32).toArray(ValueLayout.JAVA_FLOAT);
  }

  /** {@return the elements in row-major order; for f64} */
  public double[] toDoubles() {
    return read(DType.F64).toArray(ValueLayout.JAVA_DOUBLE);
  }

  /** {@return the elements in row-major order; for i32} */
  public int[] toInts() {
    return read(DType.I32).toArray(ValueLayout.JAVA_INT);
  }

  /** {@return the elements in row-major order; for i64} */
  public long[] toLongs() {
    return read(DType.I64).toArray(ValueLayout.JAVA_LONG);
  }

  /** {@return the elements in row-major order; for bool} */
  public boolean[] toBooleans() {
    byte[] bytes = read(DType.BOOL).toArray(ValueLayout.JAVA_BYTE);
    boolean[] all = new boolean[bytes.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = bytes[i] != 0;
    }
    return all;
  }

  private MemorySegment read(DType expected) {
    if (dtype() != expected) {
      throw new IllegalStateException(
          "[read] expected a tensor of type "
              + expected.label()
              + " but this is "
              + value.type()
              + "; cast it first");
    }
    return contents(List.of(value)).getFirst();
  }

  /** {@return the gradients of this scalar with respect to each of {@code variables}} */
  public List<Tensor> gradients(Tensor... variables) {
    List<Value> values = Arrays.stream(variables).map(Tensor::value).toList();
    return Gradients.of(value, values).stream().map(Tensor::of).toList();
  }

  /** {@return this tensor, which gradients do not pass} */
  public Tensor stopGradient() {
    return of(Ops.apply(new Op.StopGradient(), value));
  }

  /**
   * {@return {@code results} as they are, of whose way from {@code kept} nothing is kept for
   * gradients} It is computed again for them: less memory for more time (Chen et al., "Training
   * Deep Nets with Sublinear Memory Cost", 2016). Random numbers are the same again. Gradients are
   * those without it.
   *
   * @param kept what {@code results} are computed of, beside the variables of gradients; what else
   *     they need is computed again from its beginning
   */
  public static List<Tensor> checkpoint(List<Tensor> kept, List<Tensor> results) {
    List<Value> inputs = new ArrayList<>();
    results.forEach(tensor -> inputs.add(tensor.value));
    kept.forEach(tensor -> inputs.add(tensor.value));
    Node node = new Node(new Op.Checkpoint(results.size()), inputs);
    return IntStream.range(0, results.size()).mapToObj(i -> of(node.output(i))).toList();
  }

  // ---- elementwise ----

  /** {@return this + other} */
  public Tensor add(Tensor other) {
    return of(Ops.add(value, other.value));
  }

  /** {@return this + number} */
  public Tensor add(double number) {
    return of(Ops.add(value, like(number)));
  }

  /** {@return this - other} */
  public Tensor sub(Tensor other) {
    return of(Ops.subtract(value, other.value));
  }

  /** {@return this - number} */
  public Tensor sub(double number) {
    return of(Ops.subtract(value, like(number)));
  }

  /** {@return this * other} */
  public Tensor mul(Tensor other) {
    return of(Ops.multiply(value, other.value));
  }

  /** {@return this * number} */
  public Tensor mul(double number) {
    return of(Ops.scale(value, number));
  }

  /** {@return this / other} */
  public Tensor div(Tensor other) {
    return of(Ops.divide(value, other.value));
  }

  /** {@return this / number} */
  public Tensor div(double number) {
    return of(Ops.divide(value, like(number)));
  }

  /** {@return the remainder, with the sign of this} */
  public Tensor rem(Tensor other) {
    return apply(ScalarOp.REMAINDER, other);
  }

  /** {@return this to the power of other} */
  public Tensor pow(Tensor other) {
    return apply(ScalarOp.POWER, other);
  }

  /** {@return the smaller of each pair} */
  public Tensor minimum(Tensor other) {
    return apply(ScalarOp.MIN, other);
  }

  /** {@return the larger of each pair} */
  public Tensor maximum(Tensor other) {
    return apply(ScalarOp.MAX, other);
  }

  /** {@return -this} */
  public Tensor neg() {
    return apply(ScalarOp.NEGATE);
  }

  /** {@return the absolute values} */
  public Tensor abs() {
    return apply(ScalarOp.ABS);
  }

  /** {@return -1, 0 or 1} */
  public Tensor sign() {
    return apply(ScalarOp.SIGN);
  }

  /** {@return the square roots} */
  public Tensor sqrt() {
    return apply(ScalarOp.SQRT);
  }

  /** {@return one over the square roots} */
  public Tensor rsqrt() {
    return apply(ScalarOp.RSQRT);
  }

  /** {@return this * this} */
  public Tensor square() {
    return mul(this);
  }

  /** {@return e to the power of this} */
  public Tensor exp() {
    return apply(ScalarOp.EXP);
  }

  /** {@return the natural logarithms} */
  public Tensor log() {
    return apply(ScalarOp.LOG);
  }

  /** {@return the sines} */
  public Tensor sin() {
    return apply(ScalarOp.SIN);
  }

  /** {@return the cosines} */
  public Tensor cos() {
    return apply(ScalarOp.COS);
  }

  /** {@return the hyperbolic tangents} */
  public Tensor tanh() {
    return apply(ScalarOp.TANH);
  }

  /** {@return 1 / (1 + exp(-this))} */
  public Tensor sigmoid() {
    return apply(ScalarOp.SIGMOID);
  }

  /** {@return the error function} */
  public Tensor erf() {
    return apply(ScalarOp.ERF);
  }

  /** {@return the largest integers not above} */
  public Tensor floor() {
    return apply(ScalarOp.FLOOR);
  }

  /** {@return the nearest integers, ties to even} */
  public Tensor round() {
    return apply(ScalarOp.ROUND);
  }

  /** {@return max(this, 0)} */
  public Tensor relu() {
    return apply(ScalarOp.RELU);
  }

  /**
   * {@return x * (1 + erf(x / sqrt 2)) / 2} Hendrycks and Gimpel, "Gaussian Error Linear Units"
   * (2016).
   */
  public Tensor gelu() {
    return mul(0.5).mul(mul(Math.sqrt(0.5)).erf().add(1));
  }

  /**
   * {@return x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2} The approximation of {@link
   * #gelu} that GPT-2 and its successors use.
   */
  public Tensor geluTanh() {
    Tensor inner = mul(square()).mul(0.044715).add(this).mul(Math.sqrt(2 / Math.PI));
    return mul(0.5).mul(inner.tanh().add(1));
  }

  /** {@return x / (1 + exp(-x))} Also swish: Ramachandran, Zoph and Le (2017). */
  public Tensor silu() {
    return mul(sigmoid());
  }

  /**
   * {@return {@code log(1 + exp(this))}} Small results are as exact as others: there it is a series
   * of {@code exp(this)}, since adding 1 would cut that off.
   */
  public Tensor softplus() {
    Tensor e = minimum(full(20, dtype())).exp();
    Tensor series = e.mul(e.mul(e.mul(e.mul(-0.25).add(1.0 / 3)).sub(0.5)).add(1));
    Tensor small = less(full(-3, dtype())).select(series, e.add(1).log());
    return full(20, dtype()).less(this).select(this, small);
  }

  /** {@return this == other, as bool} */
  public Tensor equal(Tensor other) {
    return apply(ScalarOp.EQUAL, other);
  }

  /** {@return this < other, as bool} */
  public Tensor less(Tensor other) {
    return apply(ScalarOp.LESS, other);
  }

  /** {@return this <= other, as bool} */
  public Tensor lessEqual(Tensor other) {
    return apply(ScalarOp.LESS_EQUAL, other);
  }

  /** {@return bitwise or logical and} */
  public Tensor and(Tensor other) {
    return apply(ScalarOp.AND, other);
  }

  /** {@return bitwise or logical or} */
  public Tensor or(Tensor other) {
    return apply(ScalarOp.OR, other);
  }

  /** {@return bitwise or logical not} */
  public Tensor not() {
    return apply(ScalarOp.NOT);
  }

  /** {@return whether neither infinite nor NaN, as bool} */
  public Tensor isFinite() {
    return abs().less(of(like(Double.POSITIVE_INFINITY)));
  }

  /** {@return {@code this ? ifTrue : ifFalse}; this is bool} */
  public Tensor select(Tensor ifTrue, Tensor ifFalse) {
    return of(Ops.select(value, ifTrue.value, ifFalse.value));
  }

  /** {@return the values converted to {@code dtype}} */
  public Tensor cast(DType dtype) {
    return of(Ops.cast(value, dtype));
  }

  private Tensor apply(ScalarOp op, Tensor... others) {
    Value[] operands = new Value[others.length + 1];
    operands[0] = value;
    for (int i = 0; i < others.length; i++) {
      operands[i + 1] = others[i].value;
    }
    return of(Ops.elementwise(op, operands));
  }

  private Value like(double number) {
    return Ops.constantLike(number, value);
  }

  // ---- movement ----

  /**
   * {@return the same elements under another shape; one size may be -1, which follows from the
   * others}
   */
  public Tensor reshape(long... sizes) {
    long[] full = sizes.clone();
    long known = 1;
    int open = -1;
    for (int i = 0; i < full.length; i++) {
      if (full[i] == -1 && open < 0) {
        open = i;
      } else {
        known *= full[i];
      }
    }
    if (open >= 0) {
      full[open] = known == 0 ? 0 : shape().elements() / known;
    }
    return of(Ops.reshape(value, Shape.of(full)));
  }

  /** {@return axes {@code from} and later joined into one} */
  public Tensor flatten(int from) {
    int at = Ops.axis(value, from);
    Shape rest = shape().slice(at, shape().rank());
    return of(Ops.reshape(value, shape().slice(0, at).concat(Shape.of(rest.elements()))));
  }

  /** {@return the tensor with its last two axes exchanged} */
  public Tensor transpose() {
    if (shape().rank() < 2) {
      throw new IllegalArgumentException("[transpose] expected rank 2 or more but got " + shape());
    }
    return of(Ops.transpose(value));
  }

  /** {@return the tensor whose axis i is axis {@code axes[i]} of this} */
  public Tensor permute(int... axes) {
    return of(Ops.permute(value, Arrays.stream(axes).boxed().toList()));
  }

  /** {@return this repeated to {@code shape}} */
  public Tensor broadcastTo(long... shape) {
    return of(Ops.broadcast(value, Shape.of(shape)));
  }

  /** {@return elements {@code from} (inclusive) to {@code to} (exclusive) along {@code axis}} */
  public Tensor slice(int axis, long from, long to) {
    return of(Ops.slice(value, axis, from, to));
  }

  /** {@return this with the order along {@code axes} reversed} */
  public Tensor flip(int... axes) {
    return of(Ops.flip(value, axes));
  }

  /**
   * {@return this with {@code low} and {@code high} elements of {@code number} around each axis}
   */
  public Tensor pad(long[] low, long[] high, double number) {
    List<Long> none = Arrays.stream(low).map(x -> 0).boxed().toList();
    return of(
        Ops.pad(
            value,
            Arrays.stream(low).boxed().toList(),
            Arrays.stream(high).boxed().toList(),
            none,
            number));
  }

  /** {@return the tensors joined along {@code axis}} */
  public static Tensor concat(int axis, Tensor... parts) {
    return of(Ops.concat(axis, Arrays.stream(parts).map(Tensor::value).toList()));
  }

  // ---- reductions ----

  /** {@return the sum along {@code axes}, along all if none is named} */
  public Tensor sum(int... axes) {
    return reduce(ReduceOp.SUM, axes);
  }

  /** {@return the mean along {@code axes}, along all if none is named} */
  public Tensor mean(int... axes) {
    Tensor total = sum(axes);
    return total.div((double) shape().elements() / Math.max(1, total.shape().elements()));
  }

  /** {@return the largest along {@code axes}, along all if none is named} */
  public Tensor max(int... axes) {
    return reduce(ReduceOp.MAX, axes);
  }

  /** {@return the smallest along {@code axes}, along all if none is named} */
  public Tensor min(int... axes) {
    return reduce(ReduceOp.MIN, axes);
  }

  /** {@return the product along {@code axes}, along all if none is named; has no gradient} */
  public Tensor prod(int... axes) {
    return reduce(ReduceOp.PRODUCT, axes);
  }

  /** {@return the position of the first largest along {@code axis}, as i32} */
  public Tensor argMax(int axis) {
    return reduce(ReduceOp.ARG_MAX, axis);
  }

  /** {@return the position of the first smallest along {@code axis}, as i32} */
  public Tensor argMin(int axis) {
    return reduce(ReduceOp.ARG_MIN, axis);
  }

  private Tensor reduce(ReduceOp op, int... axes) {
    int[] all = axes.length > 0 ? axes : IntStream.range(0, shape().rank()).toArray();
    return of(Ops.reduce(op, value, false, all));
  }

  /** {@return this with an axis of size 1 inserted at {@code axis}} */
  public Tensor unsqueeze(int axis) {
    int at = axis < 0 ? axis + shape().rank() + 1 : axis;
    Shape wide = shape().slice(0, at).concat(Shape.of(1)).concat(shape().slice(at, shape().rank()));
    return of(Ops.reshape(value, wide));
  }

  // ---- products ----

  /** {@return the matrix product {@code [..., m, k] x [..., k, n] -> [..., m, n]}} */
  public Tensor matmul(Tensor other) {
    return of(Ops.matmul(value, other.value));
  }

  /**
   * {@return the convolution of {@code this [n, c, in...]} with {@code weight [o, c / groups,
   * kernel...]}: {@code [n, o, out...]}}
   */
  public Tensor convolve(Tensor weight, List<Window> windows, long groups) {
    return of(Ops.convolve(value, weight.value, windows, groups));
  }

  /**
   * {@return the transposed convolution, the gradient of {@link #convolve} with these windows with
   * respect to its input}
   *
   * @param result shape {@code [n, c, in...]}
   */
  public Tensor convolveTransposed(Tensor weight, List<Window> windows, long groups, Shape result) {
    return of(
        Ops.apply(
            new Op.Convolve(Role.INPUT, List.copyOf(windows), groups, result),
            value,
            weight.value));
  }

  /** {@return the maxima of windows: {@code [n, c, in...] -> [n, c, out...]}} */
  public Tensor maxPool(List<Window> windows) {
    return of(Ops.maxPool(value, windows));
  }

  /**
   * {@return the means of windows: {@code [n, c, in...] -> [n, c, out...]}; padding counts as
   * zeros, as in PyTorch}
   */
  public Tensor averagePool(List<Window> windows) {
    int spatial = windows.size();
    long[] low = new long[spatial + 2];
    long[] high = new long[spatial + 2];
    List<Window> unpadded = new ArrayList<>();
    for (int i = 0; i < spatial; i++) {
      Window w = windows.get(i);
      low[i + 2] = w.padLow();
      high[i + 2] = w.padHigh();
      unpadded.add(w.unpadded());
    }
    Tensor patches = of(Ops.apply(new Op.Windows(unpadded), pad(low, high, 0).value));
    return patches.mean(IntStream.range(2 + spatial, 2 + 2 * spatial).toArray());
  }

  // ---- composites ----

  /** {@return softmax along the last axis} */
  public Tensor softmax() {
    return of(Ops.softmax(value, false));
  }

  /** {@return the logarithm of softmax along the last axis} */
  public Tensor logSoftmax() {
    return of(Ops.softmax(value, true));
  }

  /** {@return the cross-entropy of each row: {@code [rows, classes], i32 [rows] -> [rows]}} */
  public Tensor crossEntropy(Tensor labels) {
    return of(Ops.apply(new Op.CrossEntropy(), value, labels.value));
  }

  /**
   * {@return {@code (x - mean) / sqrt(variance + epsilon) * weight + bias}, mean and variance taken
   * along the last axis} Ba, Kiros and Hinton, "Layer Normalization" (2016).
   *
   * @param weight {@code [size of the last axis]}
   * @param bias as the weight; null for none
   */
  public Tensor layerNorm(Tensor weight, Tensor bias, double epsilon) {
    requireNorm("layer-norm", weight, bias);
    return normalised(true, weight, bias, epsilon);
  }

  /**
   * {@return {@code x / sqrt(mean(x^2) + epsilon) * weight}, the mean taken along the last axis}
   * Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019).
   *
   * @param weight {@code [size of the last axis]}
   */
  public Tensor rmsNorm(Tensor weight, double epsilon) {
    requireNorm("rms-norm", weight, null);
    return normalised(false, weight, null, epsilon);
  }

  private Tensor normalised(boolean centred, Tensor weight, Tensor bias, double epsilon) {
    List<Value> inputs = new ArrayList<>();
    for (Tensor tensor : bias == null ? List.of(this, weight) : List.of(this, weight, bias)) {
      inputs.add(tensor.cast(dtype().valueType()).value);
    }
    return of(new Node(new Op.Normalise(centred, bias != null, epsilon), inputs).output(0));
  }

  private void requireNorm(String name, Tensor weight, Tensor bias) {
    if (shape().rank() < 1
        || !weight.shape().equals(Shape.of(size(-1)))
        || (bias != null && !bias.shape().equals(weight.shape()))) {
      throw new IllegalArgumentException(
          "[%s] expected values [..., features] and a weight [features] but got %s and %s"
              .formatted(name, shape(), weight.shape()));
    }
  }

  // ---- indexed access, order, running sums ----

  /**
   * {@return {@link #gather(int, Tensor)} along axis 0: {@code [rows, ...], [count] -> [count,
   * ...]}}
   */
  public Tensor gather(Tensor indices) {
    return gather(0, indices);
  }

  /**
   * {@return the slices that {@code indices} name along {@code axis}: {@code [outer..., n,
   * inner...], [any...] -> [outer..., any..., inner...]}} As numpy.take and ONNX Gather.
   *
   * @param indices integers of any rank; one outside 0 .. n - 1 gives 0
   */
  public Tensor gather(int axis, Tensor indices) {
    return of(Indexing.gather(value, axis, indices.value));
  }

  /**
   * {@return single elements along {@code axis}: for axis 1 of three {@code out[i, j, k] = this[i,
   * indices[i, j, k], k]}} As torch.gather, numpy.take_along_axis and ONNX GatherElements.
   *
   * @param indices integers of this rank, beside {@code axis} no larger than this; one outside
   *     gives 0
   */
  public Tensor gatherElements(int axis, Tensor indices) {
    return of(Indexing.gatherElements(value, axis, indices.value));
  }

  /**
   * {@return blocks that k indices name together: {@code [batch..., sizes..., inner...], [batch...,
   * any..., k] -> [batch..., any..., inner...]}} As ONNX GatherND.
   *
   * @param batchAxes leading axes that both have
   * @param indices integers; a block that one of them puts outside is 0
   */
  public Tensor gatherNd(int batchAxes, Tensor indices) {
    return of(Indexing.gatherNd(value, batchAxes, indices.value));
  }

  /**
   * {@return this with {@code updates [count, ...]} added to the rows that {@code indices} name;
   * one outside changes nothing}
   */
  public Tensor scatterAdd(Tensor indices, Tensor updates) {
    return scatter(Mode.ADD, 0, indices, updates);
  }

  /**
   * {@return this with the rows that {@code indices} name replaced by {@code updates}; of several
   * for one row the last}
   */
  public Tensor scatterSet(Tensor indices, Tensor updates) {
    return scatter(Mode.SET, 0, indices, updates);
  }

  /**
   * {@return this with {@code updates [outer..., any..., inner...]} written where {@link
   * #gather(int, Tensor)} reads}
   */
  public Tensor scatter(Mode mode, int axis, Tensor indices, Tensor updates) {
    return of(Indexing.scatter(mode, value, axis, indices.value, updates.value));
  }

  /**
   * {@return this with {@code updates}, of the shape of {@code indices}, written where {@link
   * #gatherElements} reads} As torch.scatter and ONNX ScatterElements.
   */
  public Tensor scatterElements(Mode mode, int axis, Tensor indices, Tensor updates) {
    return of(Indexing.scatterElements(mode, value, axis, indices.value, updates.value));
  }

  /**
   * {@return this with {@code updates [any..., inner...]} written where {@link #gatherNd} with no
   * batch axes reads} As ONNX ScatterND.
   */
  public Tensor scatterNd(Mode mode, Tensor indices, Tensor updates) {
    return of(Indexing.scatterNd(mode, value, indices.value, updates.value));
  }

  /** {@return the block at run-time starts, one i64 scalar an axis, clamped to lie inside} */
  public Tensor dynamicSlice(Shape block, Tensor... starts) {
    return of(Ops.apply(new Op.DynamicSlice(block), values(List.of(this), starts)));
  }

  /** {@return this with {@code update} at run-time starts, one i64 scalar an axis, clamped} */
  public Tensor dynamicSliceUpdate(Tensor update, Tensor... starts) {
    return of(Ops.apply(new Op.DynamicSliceUpdate(), values(List.of(this, update), starts)));
  }

  private static Value[] values(List<Tensor> first, Tensor... rest) {
    List<Tensor> all = new ArrayList<>(first);
    all.addAll(List.of(rest));
    return all.stream().map(Tensor::value).toArray(Value[]::new);
  }

  /** {@return the values and their former positions (i32), sorted along the last axis; NaN last} */
  public Sorted sort(boolean descending) {
    var node = new Node(new Op.Sort(descending), List.of(value));
    return new Sorted(of(node.output(0)), of(node.output(1)));
  }

  /** {@return the k largest along the last axis, the largest first} */
  public Sorted topK(long k) {
    Sorted all = sort(true);
    return new Sorted(all.values.slice(-1, 0, k), all.indices.slice(-1, 0, k));
  }

  /**
   * Values in order.
   *
   * @param values {@code [..., n]}
   * @param indices {@code [..., n]}, i32: where each value stood
   */
  public record Sorted(Tensor values, Tensor indices) {}

  /** {@return the running sums along the last axis} */
  public Tensor cumulativeSum() {
    return of(Ops.apply(new Op.Cumulate(ReduceOp.SUM), value));
  }

  /**
   * {@return windows over the last axis, {@code [..., n] -> [..., windows, size]}; a rest that does
   * not fill one is left out}
   *
   * @param step from a window to the next
   */
  public Tensor unfold(long size, long step) {
    return of(Ops.apply(new Op.Windows(List.of(new Window(size, step, 0, 0, 1))), value));
  }

  /** {@return for example {@code f32[2, 3]}; computes nothing} */
  @Override
  public String toString() {
    return "Tensor " + value.type();
  }
}
