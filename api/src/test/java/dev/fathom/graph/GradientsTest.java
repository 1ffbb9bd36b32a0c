package dev.fathom.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fathom.compile.Evaluator;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Scatter.Mode;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.tensor.Attention;
import dev.fathom.tensor.DropMask;
import dev.fathom.tensor.Positions;
import dev.fathom.tensor.Recurrence;
import dev.fathom.tensor.SelectiveScan;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every rule of the table against central finite differences in f64, first and second order. */
class GradientsTest {
  private static final Backend BACKEND = new MinimalBackend();
  private static final double STEP = 1e-5;

  /** A function of tensors; inputs are drawn from [low, high]. */
  private record Rule(
      String name,
      Function<List<Tensor>, Tensor> function,
      double low,
      double high,
      List<Shape> shapes) {}

  private static Rule rule(
      String name, Function<List<Tensor>, Tensor> function, double low, double high, long[]... s) {
    return new Rule(name, function, low, high, Stream.of(s).map(Shape::of).toList());
  }

  private static Rule unary(ScalarOp op, double low, double high) {
    return rule(
        op.name(),
        in -> Tensor.of(Ops.elementwise(op, in.getFirst().value())),
        low,
        high,
        new long[] {2, 3});
  }

  private static Rule binary(ScalarOp op, double low, double high) {
    return rule(
        op.name(),
        in -> Tensor.of(Ops.elementwise(op, in.get(0).value(), in.get(1).value())),
        low,
        high,
        new long[] {2, 3},
        new long[] {3});
  }

  private static List<Window> windows(long size, long stride, long pad, long dilation) {
    Window window = new Window(size, stride, pad, pad, dilation);
    return List.of(window, window);
  }

  private static Rule convolution(String name, List<Window> windows, long groups) {
    return rule(
        "convolve " + name,
        in -> in.get(0).convolve(in.get(1), windows, groups),
        -1,
        1,
        new long[] {2, 2 * groups, 5, 4},
        new long[] {2 * groups, 2, windows.get(0).size(), windows.get(1).size()});
  }

  private static Tensor seed() {
    return Tensor.of(Ops.constant(7, DType.I64, Shape.SCALAR));
  }

  private static Tensor index(long at) {
    return Tensor.of(Ops.constant(at, DType.I64, Shape.SCALAR));
  }

  private static List<Rule> rules() {
    List<Rule> all = new ArrayList<>();
    all.add(unary(ScalarOp.NEGATE, -2, 2));
    all.add(unary(ScalarOp.ABS, -2, 2));
    all.add(unary(ScalarOp.RELU, -2, 2));
    all.add(unary(ScalarOp.SQRT, 0.5, 3));
    all.add(unary(ScalarOp.RSQRT, 0.5, 3));
    all.add(unary(ScalarOp.EXP, -2, 2));
    all.add(unary(ScalarOp.LOG, 0.5, 3));
    all.add(unary(ScalarOp.SIN, -3, 3));
    all.add(unary(ScalarOp.COS, -3, 3));
    all.add(unary(ScalarOp.TANH, -2, 2));
    all.add(unary(ScalarOp.SIGMOID, -3, 3));
    all.add(unary(ScalarOp.ERF, -2, 2));
    all.add(unary(ScalarOp.FLOOR, 0.1, 0.9));
    all.add(unary(ScalarOp.ROUND, 0.6, 1.4));
    all.add(unary(ScalarOp.SIGN, 0.5, 1));
    all.add(binary(ScalarOp.ADD, -2, 2));
    all.add(binary(ScalarOp.SUBTRACT, -2, 2));
    all.add(binary(ScalarOp.MULTIPLY, -2, 2));
    all.add(binary(ScalarOp.DIVIDE, 0.5, 2));
    all.add(binary(ScalarOp.REMAINDER, 0.5, 2));
    all.add(binary(ScalarOp.POWER, 0.5, 2));
    all.add(binary(ScalarOp.MIN, -2, 2));
    all.add(binary(ScalarOp.MAX, -2, 2));
    all.add(
        rule(
            "select",
            in -> in.get(0).less(in.get(1)).select(in.get(0).square(), in.get(1)),
            -2,
            2,
            new long[] {2, 3},
            new long[] {2, 3}));
    all.add(rule("gelu", in -> in.getFirst().gelu(), -2, 2, new long[] {5}));
    all.add(
        rule(
            "checkpoint",
            in -> {
              Tensor inner = in.get(0).mul(in.get(1)).sin();
              Tensor y = inner.mul(in.get(0)).exp();
              return Tensor.checkpoint(List.of(in.get(0)), List.of(inner, y))
                  .getLast()
                  .add(inner)
                  .square();
            },
            -1,
            1,
            new long[] {2, 3},
            new long[] {2, 3}));
    all.add(rule("reshape", in -> in.getFirst().reshape(3, -1).square(), -1, 1, new long[] {2, 6}));
    all.add(
        rule(
            "permute", in -> in.getFirst().permute(2, 0, 1).square(), -1, 1, new long[] {2, 3, 2}));
    all.add(
        rule(
            "broadcast",
            in -> in.getFirst().broadcastTo(2, 4, 3).square(),
            -1,
            1,
            new long[] {4, 1}));
    all.add(rule("slice", in -> in.getFirst().slice(1, 1, 3).square(), -1, 1, new long[] {2, 5}));
    all.add(
        rule(
            "slice with steps",
            in ->
                Tensor.of(
                        Ops.apply(
                            new Op.Slice(List.of(6L, 1L), Shape.of(3, 2), List.of(-3L, 2L)),
                            in.getFirst().value()))
                    .square(),
            -1,
            1,
            new long[] {8, 4}));
    all.add(rule("flip", in -> in.getFirst().flip(0, 1).square(), -1, 1, new long[] {2, 3}));
    all.add(
        rule(
            "pad",
            in ->
                Tensor.of(
                        Ops.pad(
                            in.getFirst().value(),
                            List.of(1L, 0L),
                            List.of(0L, 2L),
                            List.of(1L, 0L),
                            0.5))
                    .square(),
            -1,
            1,
            new long[] {3, 2}));
    all.add(
        rule(
            "concat",
            in -> Tensor.concat(1, in.get(0), in.get(1), in.get(0)).square(),
            -1,
            1,
            new long[] {2, 1},
            new long[] {2, 2}));
    all.add(
        rule(
            "windows",
            in ->
                Tensor.of(
                        Ops.apply(
                            new Op.Windows(
                                List.of(new Window(2, 1, 0, 0, 2), new Window(3, 2, 0, 0, 1))),
                            in.getFirst().value()))
                    .square(),
            -1,
            1,
            new long[] {2, 5, 6}));
    all.add(rule("sum", in -> in.getFirst().sum(0, 2).square(), -1, 1, new long[] {2, 3, 2}));
    all.add(rule("mean", in -> in.getFirst().mean().square(), -1, 1, new long[] {2, 3}));
    all.add(rule("max", in -> in.getFirst().max(1).square(), -1, 1, new long[] {3, 4}));
    all.add(rule("min", in -> in.getFirst().min(0).square(), -1, 1, new long[] {3, 4}));
    all.add(
        rule(
            "matmul",
            in -> in.get(0).matmul(in.get(1)),
            -1,
            1,
            new long[] {2, 3},
            new long[] {3, 2}));
    all.add(
        rule(
            "batched matmul",
            in -> in.get(0).matmul(in.get(1)),
            -1,
            1,
            new long[] {2, 1, 2, 3},
            new long[] {2, 3, 2}));
    all.add(
        rule(
            "matmul of one right matrix",
            in -> in.get(0).matmul(in.get(1)),
            -1,
            1,
            new long[] {2, 2, 3},
            new long[] {3, 2}));
    all.add(
        rule(
            "contract over two axes",
            in -> Tensor.of(Ops.contract(in.get(0).value(), in.get(1).value(), 1, 2)),
            -1,
            1,
            new long[] {2, 2, 3, 2},
            new long[] {2, 3, 3, 2}));
    all.add(convolution("3x3 same", windows(3, 1, 1, 1), 1));
    all.add(convolution("strided", windows(3, 2, 1, 1), 1));
    all.add(convolution("dilated groups", windows(2, 1, 1, 2), 2));
    all.add(convolution("more padding than kernel", windows(2, 3, 2, 1), 1));
    all.add(
        rule(
            "transposed convolution",
            in ->
                in.get(0)
                    .convolveTransposed(in.get(1), windows(3, 2, 1, 1), 1, Shape.of(1, 2, 6, 5)),
            -1,
            1,
            new long[] {1, 3, 3, 3},
            new long[] {3, 2, 3, 3}));
    all.add(
        rule(
            "max pool",
            in -> in.getFirst().maxPool(windows(2, 2, 0, 1)).square(),
            -1,
            1,
            new long[] {2, 1, 4, 5}));
    all.add(
        rule(
            "overlapping padded max pool",
            in -> in.getFirst().maxPool(windows(3, 1, 1, 1)).square(),
            -1,
            1,
            new long[] {1, 2, 3, 4}));
    all.add(
        rule(
            "max pool of relu",
            in -> in.getFirst().relu().maxPool(windows(2, 2, 0, 1)).square(),
            -1,
            1,
            new long[] {1, 1, 4, 6}));
    all.add(
        rule(
            "average pool",
            in -> in.getFirst().averagePool(windows(2, 2, 1, 1)).square(),
            -1,
            1,
            new long[] {1, 2, 4, 3}));
    Tensor rows = Tensor.of(new int[] {2, 0, 2, 5}, 4);
    all.add(rule("gather", in -> in.getFirst().gather(rows).square(), -1, 1, new long[] {3, 2}));
    all.add(
        rule(
            "scatter add",
            in -> in.get(0).scatterAdd(rows, in.get(1)).square(),
            -1,
            1,
            new long[] {3, 2},
            new long[] {4, 2}));
    Tensor distinct = Tensor.of(new int[] {2, 0}, 2);
    all.add(
        rule(
            "scatter set",
            in -> in.get(0).scatterSet(distinct, in.get(1)).square(),
            -1,
            1,
            new long[] {3, 2},
            new long[] {2, 2}));
    indexing(all);
    all.add(
        rule(
            "dynamic slice",
            in -> in.getFirst().dynamicSlice(Shape.of(2, 2), index(1), index(9)).square(),
            -1,
            1,
            new long[] {4, 3}));
    all.add(
        rule(
            "dynamic slice update",
            in -> in.get(0).dynamicSliceUpdate(in.get(1), index(1), index(0)).square(),
            -1,
            1,
            new long[] {4, 3},
            new long[] {2, 2}));
    all.add(
        rule("sort", in -> in.getFirst().sort(true).values().square(), -1, 1, new long[] {2, 4}));
    all.add(
        rule(
            "cumulative sum",
            in -> in.getFirst().cumulativeSum().square(),
            -1,
            1,
            new long[] {2, 5}));
    all.add(rule("softmax", in -> in.getFirst().softmax().square(), -1, 1, new long[] {2, 4}));
    all.add(
        rule("log softmax", in -> in.getFirst().logSoftmax().square(), -1, 1, new long[] {2, 4}));
    Tensor labels = Tensor.of(new int[] {1, 0, 3, 9}, 4);
    all.add(
        rule("cross-entropy", in -> in.getFirst().crossEntropy(labels), -1, 1, new long[] {4, 4}));
    all.add(
        rule(
            "log-sum-exp of cross-entropy",
            in ->
                Tensor.of(
                    new Node(new Op.CrossEntropy(), List.of(in.getFirst().value(), labels.value()))
                        .output(1)),
            -1,
            1,
            new long[] {4, 3}));
    all.add(
        rule(
            "stop gradient",
            in -> in.getFirst().mul(seed().cast(DType.F64).stopGradient()),
            -1,
            1,
            new long[] {3}));
    all.add(
        rule(
            "shared by two paths",
            in -> in.getFirst().exp().mul(in.getFirst().sin()).add(in.getFirst().exp()),
            -1,
            1,
            new long[] {3}));
    all.add(
        rule(
            "blocks of an axis, in disorder, one twice",
            in -> {
              Tensor x = in.getFirst();
              Tensor parts = Tensor.concat(1, x.slice(1, 3, 5), x.slice(1, 0, 2), x.slice(1, 2, 3));
              return parts.square().add(x.slice(1, 0, 2).sum().exp());
            },
            -1,
            1,
            new long[] {2, 5}));
    sequences(all);
    return all;
  }

  /** Some indices are outside, some name one place twice. */
  private static void indexing(List<Rule> all) {
    long[] x = {2, 3, 2};
    Tensor twice = Tensor.of(new int[] {2, 0, 2, 5}, 2, 2);
    long[] picked = {2, 2, 2, 2};
    all.add(rule("gather along an axis", in -> in.getFirst().gather(1, twice).square(), -1, 1, x));
    Tensor elements = Tensor.of(new int[] {0, 2, -1, 2, 1, 0, 1, 1}, 2, 4, 1);
    all.add(
        rule(
            "gather elements", in -> in.getFirst().gatherElements(1, elements).square(), -1, 1, x));
    Tensor blocks = Tensor.of(new int[] {1, 2, 0, 0, 1, 2, 1, 3}, 2, 2, 2);
    all.add(rule("gather blocks", in -> in.getFirst().gatherNd(0, blocks).square(), -1, 1, x));
    for (Mode mode : Mode.values()) {
      all.add(
          rule(
              "scatter along an axis, " + mode,
              in -> in.get(0).scatter(mode, 1, twice, in.get(1)).square(),
              -1,
              1,
              x,
              picked));
      all.add(
          rule(
              "scatter elements, " + mode,
              in -> in.get(0).scatterElements(mode, 1, elements, in.get(1)).square(),
              -1,
              1,
              x,
              new long[] {2, 4, 1}));
      all.add(
          rule(
              "scatter blocks, " + mode,
              in -> in.get(0).scatterNd(mode, blocks, in.get(1)).square(),
              -1,
              1,
              x,
              new long[] {2, 2, 2}));
    }
  }

  private static void sequences(List<Rule> all) {
    all.add(rule("geluTanh", in -> in.getFirst().geluTanh(), -2, 2, new long[] {5}));
    all.add(rule("silu", in -> in.getFirst().silu(), -2, 2, new long[] {5}));
    all.add(
        rule(
            "silu, its sigmoid used again",
            in -> {
              Tensor gate = in.getFirst().sigmoid();
              return Tensor.concat(0, in.getFirst().mul(gate), gate);
            },
            -2,
            2,
            new long[] {5}));
    all.add(
        rule(
            "branches, one of them flat",
            in -> in.getFirst().mul(in.getFirst().round().mul(2)),
            0.6,
            1.4,
            new long[] {5}));
    all.add(
        rule(
            "layer norm",
            in -> in.get(0).layerNorm(in.get(1), in.get(2), 1e-2),
            -1,
            1,
            new long[] {2, 2, 4},
            new long[] {4},
            new long[] {4}));
    all.add(
        rule(
            "rms norm",
            in -> in.get(0).rmsNorm(in.get(1), 1e-2),
            -1,
            1,
            new long[] {3, 4},
            new long[] {4}));
    all.add(
        rule(
            "rotary",
            in -> Positions.rotary(in.getFirst(), Positions.first(3), 100).square(),
            -1,
            1,
            new long[] {2, 3, 4}));
    long[] queries = {1, 2, 3, 2};
    long[] keys = {1, 1, 3, 2};
    all.add(attention("causal, grouped", false, true, queries, keys));
    all.add(attention("masked", true, false, queries, queries));
    all.add(attention("masked, causal", true, true, queries, queries));
    all.add(attention("of another sequence", false, false, queries, new long[] {1, 2, 2, 2}));
    all.add(
        rule(
            "attention, bounded, dropped, of itself",
            in -> {
              Tensor x = in.getFirst();
              DropMask dropout = new DropMask(0.3, seed(), index(2), 4);
              return Attention.of(x, x, x, null, index(2), true, dropout);
            },
            -1,
            1,
            queries));
    for (Recurrence recurrence : Recurrence.values()) {
      all.add(recurrent(recurrence, false, false));
      all.add(recurrent(recurrence, true, true));
    }
    all.add(
        rule(
            "selective scan",
            in -> {
              SelectiveScan.Result result =
                  SelectiveScan.of(
                      in.get(0), in.get(1), in.get(2), in.get(3), in.get(4), in.get(5));
              return Tensor.concat(0, result.steps().reshape(-1), result.last().reshape(-1));
            },
            -1,
            1,
            new long[] {2, 3, 2},
            new long[] {2, 3, 2},
            new long[] {2, 2},
            new long[] {2, 3, 2},
            new long[] {2, 3, 2},
            new long[] {2, 2, 2}));
  }

  /** Of outputs and last state; {@code given} gives the initial state and a mask. */
  private static Rule recurrent(Recurrence recurrence, boolean reverse, boolean given) {
    long rows = recurrence.gates() * 2;
    boolean cell = recurrence == Recurrence.LSTM;
    return rule(
        recurrence + (reverse ? ", backwards" : "") + (given ? ", masked, with a state" : ""),
        in -> {
          Recurrence.State start = new Recurrence.State(in.get(5), cell ? in.get(6) : null);
          Recurrence.Result result =
              recurrence.of(
                  in.get(0),
                  new Recurrence.Weights(in.get(1), in.get(2), in.get(3), in.get(4)),
                  given ? start : recurrence.zeros(DType.F64, 2, 2),
                  given ? ones(2, 3) : null,
                  reverse);
          Tensor all = result.steps().add(result.last().hidden().unsqueeze(1));
          return cell ? all.add(result.last().cell().unsqueeze(1)) : all;
        },
        -1,
        1,
        new long[] {2, 3, 2},
        new long[] {rows, 2},
        new long[] {rows, 2},
        new long[] {rows},
        new long[] {rows},
        new long[] {2, 2},
        new long[] {2, 2});
  }

  private static Rule attention(
      String name, boolean masked, boolean causal, long[] queries, long[] keys) {
    return rule(
        "attention, " + name,
        in -> {
          Tensor mask = masked ? ones(1, keys[2]) : null;
          return Attention.of(in.get(0), in.get(1), in.get(2), mask, causal, null);
        },
        -1,
        1,
        queries,
        keys,
        keys);
  }

  /** True but for one key of the last row. */
  private static Tensor ones(long rows, long columns) {
    Tensor place = Tensor.iota(DType.I32, 0, rows * columns).reshape(rows, columns);
    return place.equal(Tensor.full(rows * columns - 2, DType.I32)).not();
  }

  @TestFactory
  Stream<DynamicTest> firstDerivatives() {
    return rules().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.name(), () -> check(rule, rule.function())));
  }

  /** The gradient is a function too; its own gradient must hold. */
  @TestFactory
  Stream<DynamicTest> secondDerivatives() {
    return rules().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.name(), () -> check(rule, inputs -> gradientOf(rule, inputs))));
  }

  private static Tensor gradientOf(Rule rule, List<Tensor> inputs) {
    Tensor result = rule.function().apply(inputs);
    Tensor loss = result.mul(weights(result.shape(), 3)).sum();
    List<Tensor> parts = new ArrayList<>();
    for (Tensor gradient : loss.gradients(inputs.toArray(Tensor[]::new))) {
      parts.add(gradient.reshape(-1));
    }
    return Tensor.concat(0, parts.toArray(Tensor[]::new));
  }

  private static void check(Rule rule, Function<List<Tensor>, Tensor> function) {
    SplittableRandom random = new SplittableRandom(rule.name().hashCode());
    List<double[]> data = new ArrayList<>();
    for (Shape shape : rule.shapes()) {
      data.add(random.doubles(shape.elements(), rule.low(), rule.high()).toArray());
    }
    List<Tensor> inputs = tensors(rule, data);
    List<Tensor> gradients = loss(function, inputs).gradients(inputs.toArray(Tensor[]::new));
    for (int i = 0; i < data.size(); i++) {
      double[] analytic = read(gradients.get(i));
      for (int at = 0; at < analytic.length; at++) {
        double numeric =
            (moved(rule, function, data, i, at, STEP) - moved(rule, function, data, i, at, -STEP))
                / (2 * STEP);
        assertEquals(
            numeric,
            analytic[at],
            1e-6 * Math.max(1, Math.abs(numeric)),
            rule.name() + ": input " + i + ", element " + at);
      }
    }
  }

  private static double moved(
      Rule rule,
      Function<List<Tensor>, Tensor> function,
      List<double[]> data,
      int input,
      int at,
      double step) {
    double[] original = data.get(input);
    double[] changed = original.clone();
    changed[at] += step;
    List<double[]> all = new ArrayList<>(data);
    all.set(input, changed);
    return read(loss(function, tensors(rule, all)))[0];
  }

  private static Tensor loss(Function<List<Tensor>, Tensor> function, List<Tensor> inputs) {
    Tensor result = function.apply(inputs);
    return result.mul(weights(result.shape(), 5)).sum();
  }

  private static Tensor weights(Shape shape, long seed) {
    return Tensor.of(
        new SplittableRandom(seed).doubles(shape.elements(), 0.5, 1.5).toArray(), shape.toArray());
  }

  private static List<Tensor> tensors(Rule rule, List<double[]> data) {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      tensors.add(Tensor.of(data.get(i), rule.shapes().get(i).toArray()));
    }
    return tensors;
  }

  private static double[] read(Tensor tensor) {
    return Evaluator.evaluate(tensor.value(), BACKEND).toArray(ValueLayout.JAVA_DOUBLE);
  }

  /** The backward pass reads the gradient that comes and one tensor that the forward pass left. */
  @Test
  void branchesThatMeetAgainAreDifferentiatedAsOne() {
    Tensor x = Tensor.input("x", new Type(DType.F32, Shape.of(5)));
    Tensor w = Tensor.input("w", new Type(DType.F32, Shape.of(5)));
    for (Tensor y : List.of(x.gelu(), x.geluTanh(), x.silu())) {
      Node gradient = y.mul(w).sum().gradients(x).getFirst().value().node();
      assertEquals(new Op.Elementwise(ScalarOp.MULTIPLY, DType.F32), gradient.op());
      List<Boolean> ofX =
          gradient.inputs().stream()
              .map(in -> Graph.nodes(List.of(in)).contains(x.value().node()))
              .toList();
      assertEquals(List.of(false, true), ofX);
    }
  }

  @Test
  void aVariableThatIsNotReachedHasZeros() {
    Tensor x = Tensor.of(new double[] {1, 2}, 2);
    Tensor other = Tensor.of(new double[] {3}, 1);
    assertEquals(0, read(x.sum().gradients(other).getFirst())[0]);
  }

  @Test
  void onlyAFloatingScalarHasGradients() {
    Tensor vector = Tensor.of(new double[] {1, 2}, 2);
    var wrong = assertThrows(IllegalArgumentException.class, () -> vector.gradients(vector));
    assertEquals("[gradient] expected a floating scalar but got f64[2]", wrong.getMessage());
  }

  @Test
  void whatHasNoGradientSaysSo() {
    Tensor x = Tensor.of(new double[] {1, 2}, 2);
    assertThrows(UnsupportedOperationException.class, () -> x.prod().gradients(x));
    assertEquals(ReduceOp.PRODUCT, ((Op.Reduce) x.prod().value().node().op()).op());
  }

  @Test
  void equalLargestElementsShareTheGradient() {
    Tensor x = Tensor.of(new double[] {2, 1, 2}, 3);
    double[] gradient = read(x.max().gradients(x).getFirst());
    assertEquals(0.5, gradient[0]);
    assertEquals(0, gradient[1]);
    assertEquals(0.5, gradient[2]);
  }
}
