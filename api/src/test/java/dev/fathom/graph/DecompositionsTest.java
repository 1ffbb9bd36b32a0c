package dev.fathom.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fathom.compile.Evaluator;
import dev.fathom.spi.Attention.Dropout;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Convolve.Role;
import dev.fathom.spi.DType;
import dev.fathom.spi.Random.Distribution;
import dev.fathom.spi.Recurrent.Cell;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.Scatter.Mode;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.spi.tck.MockBackend;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What an operation means when spelled out, on a backend that takes only the core, against the
 * oracle's direct interpretation.
 */
class DecompositionsTest {
  private static final Backend LOWERED = new MinimalBackend();
  private static final Backend WHOLE = new MockBackend();

  private static Tensor numbers(long seed, long... shape) {
    double[] data = new SplittableRandom(seed).doubles(Shape.of(shape).elements(), -2, 2).toArray();
    return Tensor.of(data, shape);
  }

  private static Tensor index(long at) {
    return Tensor.of(Ops.constant(at, DType.I64, Shape.SCALAR));
  }

  private static Value convolve(Role role, List<Window> windows, int groups) {
    Shape x = Shape.of(2, 2 * groups, 6, 5);
    Shape w = Shape.of(3 * groups, 2, windows.get(0).size(), windows.get(1).size());
    Shape y = Shape.of(2, 3 * groups, windows.get(0).outputs(6), windows.get(1).outputs(5));
    Value input = numbers(1, x.toArray()).value();
    Value weight = numbers(2, w.toArray()).value();
    Value output = numbers(3, y.toArray()).value();
    return switch (role) {
      case OUTPUT -> Ops.apply(new Op.Convolve(role, windows, groups, y), input, weight);
      case INPUT -> Ops.apply(new Op.Convolve(role, windows, groups, x), output, weight);
      case WEIGHT -> Ops.apply(new Op.Convolve(role, windows, groups, w), input, output);
    };
  }

  private static Map<String, Value> values() {
    Map<String, Value> all = new LinkedHashMap<>();
    Window odd = new Window(3, 2, 1, 0, 1);
    Window dilated = new Window(2, 1, 2, 1, 2);
    for (Role role : Role.values()) {
      all.put("convolve " + role, convolve(role, List.of(odd, dilated), 1));
      all.put("convolve in groups " + role, convolve(role, List.of(dilated, odd), 2));
      all.put(
          "convolve with a stride that leaves a remainder " + role,
          convolve(role, List.of(new Window(1, 3, 0, 0, 1), new Window(2, 2, 3, 3, 1)), 1));
    }
    Tensor image = numbers(4, 2, 3, 5, 6);
    all.put("max pool", image.maxPool(List.of(odd, dilated)).value());
    all.put(
        "max pool positions",
        new Node(new Op.MaxPool(List.of(odd, odd)), List.of(image.value())).output(1));
    Node pool = new Node(new Op.MaxPool(List.of(odd, dilated)), List.of(image.value()));
    all.put(
        "max pool gradient",
        Ops.apply(
            new Op.MaxPoolGradient(List.of(odd, dilated), image.shape()),
            pool.output(0),
            pool.output(1)));
    Tensor matrix = numbers(5, 4, 7);
    all.put("softmax", matrix.mul(100).softmax().value());
    all.put("log softmax", matrix.mul(100).logSoftmax().value());
    Tensor labels = Tensor.of(new int[] {6, 0, -1, 7}, 4);
    Node entropy = new Node(new Op.CrossEntropy(), List.of(matrix.value(), labels.value()));
    all.put("cross-entropy", entropy.output(0));
    all.put("log-sum-exp", entropy.output(1));
    all.put(
        "cross-entropy gradient",
        Ops.apply(
            new Op.CrossEntropyGradient(),
            matrix.value(),
            labels.value(),
            entropy.output(1),
            numbers(6, 4).value()));
    for (boolean centred : new boolean[] {true, false}) {
      normalise(all, centred);
    }
    attention(all, "all", false, false, false, Optional.empty());
    attention(all, "causal", true, false, false, Optional.empty());
    attention(all, "masked", false, true, false, Optional.empty());
    attention(all, "causal, masked, bounded", true, true, true, Optional.empty());
    attention(all, "bounded, dropout", false, false, true, Optional.of(new Dropout(0.4, 3)));
    attention(all, "causal, dropout", true, false, false, Optional.of(new Dropout(0.4, 3)));
    Tensor gaps =
        Tensor.of(new double[] {3, Double.NaN, 1, 1, -0.0, 0, Double.NEGATIVE_INFINITY, 3}, 2, 4);
    for (boolean descending : new boolean[] {false, true}) {
      all.put("sorted values " + descending, gaps.sort(descending).values().value());
      all.put("sorted positions " + descending, gaps.sort(descending).indices().value());
    }
    for (ReduceOp op : List.of(ReduceOp.SUM, ReduceOp.PRODUCT, ReduceOp.MAX, ReduceOp.MIN)) {
      all.put("cumulate " + op, Ops.apply(new Op.Cumulate(op), matrix.value()));
    }
    Tensor twice = Tensor.of(new int[] {2, 7, -1, 2}, 2, 2);
    all.put("gather along an axis", matrix.gather(1, twice).value());
    all.put(
        "scatter along an axis", matrix.scatter(Mode.ADD, 1, twice, numbers(16, 4, 2, 2)).value());
    all.put("dynamic slice", matrix.dynamicSlice(Shape.of(2, 3), index(9), index(-4)).value());
    all.put(
        "dynamic slice update",
        matrix.dynamicSliceUpdate(numbers(7, 2, 3), index(1), index(2)).value());
    all.put(
        "dynamic slice from a computed start",
        matrix
            .dynamicSlice(Shape.of(2, 3), Tensor.of(new long[] {1}, 1).reshape().add(1), index(2))
            .value());
    for (Cell cell : Cell.values()) {
      recurrent(all, cell, false, false);
      recurrent(all, cell, true, true);
    }
    selectiveScan(all, 1, 1);
    selectiveScan(all, 2, 4);
    selectiveScan(all, 7, 3);
    selectiveScan(all, 8, 2);
    for (Distribution distribution : Distribution.values()) {
      all.put(
          "random " + distribution,
          Tensor.random(distribution, index(0x123456789abcL), index(5), 77, 3, 7).value());
    }
    return all;
  }

  private static void recurrent(
      Map<String, Value> all, Cell cell, boolean reverse, boolean masked) {
    long gates = cell.gates();
    List<Value> in = new ArrayList<>();
    in.add(numbers(20, 3, 4, gates, 2).value());
    in.add(numbers(21, gates, 2, 2).value());
    in.add(numbers(22, gates, 2).value());
    in.add(numbers(23, 3, 2).value());
    if (cell.hasCell()) {
      in.add(numbers(24, 3, 2).value());
    }
    if (masked) {
      in.add(numbers(25, 3, 4).less(Tensor.of(new double[] {0.5}, 1)).value());
    }
    Node node = new Node(new Op.Recurrent(cell, reverse, masked), in);
    List<Value> back = new ArrayList<>(List.of(in.get(1)));
    back.addAll(in.subList(3, in.size()));
    outputs(all, cell + (masked ? ", masked, " : " "), node, back);
    back.add(numbers(26, 3, 4, 2).value());
    if (cell.hasCell()) {
      back.add(numbers(27, 3, 4, 2).value());
    }
    Node gradient = new Node(new Op.RecurrentGradient(cell, reverse, masked), back);
    outputs(all, cell + (masked ? ", masked, " : " ") + "gradient ", gradient, new ArrayList<>());
  }

  private static void selectiveScan(Map<String, Value> all, long time, long interval) {
    String name = "selective scan of %d steps".formatted(time);
    Value x = numbers(30, 2, time, 3).value();
    Value delta = numbers(31, 2, time, 3).mul(0.2).value();
    Value a = numbers(32, 3, 2).value();
    Value b = numbers(33, 2, time, 2).value();
    Value c = numbers(34, 2, time, 2).value();
    Value initial = numbers(35, 2, 3, 2).value();
    Node scan = new Node(new Op.SelectiveScan(interval), List.of(x, delta, a, b, c, initial));
    outputs(all, name, scan);
    Value dY = numbers(36, 2, time, 3).value();
    List<Value> back = List.of(x, delta, a, b, c, scan.output(2), dY, initial);
    outputs(all, name + ", gradient", new Node(new Op.SelectiveScanGradient(interval), back));
  }

  private static void outputs(Map<String, Value> all, String name, Node node, List<Value> list) {
    for (int i = 0; i < node.outputs().size(); i++) {
      all.put(name + i, node.output(i));
      list.add(node.output(i));
    }
  }

  private static void outputs(Map<String, Value> all, String name, Node node) {
    for (int i = 0; i < node.outputs().size(); i++) {
      all.put(name + ", output " + i, node.output(i));
    }
  }

  private static void normalise(Map<String, Value> all, boolean centred) {
    Value x = numbers(8, 2, 3, 5).value();
    Value weight = numbers(9, 5).value();
    Value bias = numbers(10, 5).value();
    Op.Normalise op = new Op.Normalise(centred, centred, 1e-3);
    Node node = new Node(op, centred ? List.of(x, weight, bias) : List.of(x, weight));
    String name = centred ? "layer norm" : "rms norm";
    outputs(all, name, node);
    List<Value> inputs = new ArrayList<>(List.of(x, weight, node.output(1)));
    inputs.add(numbers(11, 2, 3, 5).value());
    if (centred) {
      inputs.add(node.output(2));
    }
    Op gradient = new Op.NormaliseGradient(centred, centred);
    outputs(all, name + " gradient", new Node(gradient, inputs));
  }

  /** Two heads of queries for each of two of keys; the mask leaves the second batch no key. */
  private static void attention(
      Map<String, Value> all,
      String kind,
      boolean causal,
      boolean masked,
      boolean bounded,
      Optional<Dropout> dropout) {
    Value q = numbers(12, 2, 4, 3, 2).value();
    Value k = numbers(13, 2, 2, 5, 2).value();
    Value v = numbers(14, 2, 2, 5, 3).value();
    List<Value> rest = new ArrayList<>();
    if (masked) {
      Tensor batch = Tensor.iota(DType.I32, 0, 2, 5);
      Tensor key = Tensor.iota(DType.I32, 1, 2, 5);
      rest.add(batch.add(key.mul(key)).less(Tensor.full(1, DType.I32)).value());
    }
    if (bounded) {
      rest.add(index(4).value());
    }
    if (dropout.isPresent()) {
      rest.addAll(List.of(index(17).value(), index(2).value()));
    }
    Op.Attention op = new Op.Attention(causal, 0.7, masked, bounded, dropout);
    List<Value> inputs = new ArrayList<>(List.of(q, k, v));
    inputs.addAll(rest);
    Node node = new Node(op, inputs);
    outputs(all, "attention, " + kind, node);
    inputs.subList(3, inputs.size()).clear();
    inputs.addAll(List.of(node.output(0), node.output(1), numbers(15, 2, 3, 4, 3).value()));
    inputs.addAll(rest);
    Node gradient = new Node(new Op.AttentionGradient(op), inputs);
    outputs(all, "attention gradient, " + kind, gradient);
  }

  @TestFactory
  Stream<DynamicTest> meansWhatTheOracleSays() {
    return values().entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> compare(e.getValue())));
  }

  private static void compare(Value value) {
    MemorySegment lowered = Evaluator.evaluate(value, LOWERED);
    MemorySegment whole = Evaluator.evaluate(value, WHOLE);
    switch (value.dtype()) {
      case F64 ->
          assertArrayEquals(
              whole.toArray(ValueLayout.JAVA_DOUBLE),
              lowered.toArray(ValueLayout.JAVA_DOUBLE),
              1e-12);
      case F32 ->
          assertArrayEquals(
              whole.toArray(ValueLayout.JAVA_FLOAT),
              lowered.toArray(ValueLayout.JAVA_FLOAT),
              4e-6f);
      default -> assertEquals(-1, whole.mismatch(lowered));
    }
  }
}
