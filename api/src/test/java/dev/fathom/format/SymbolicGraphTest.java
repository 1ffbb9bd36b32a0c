package dev.fathom.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.format.SymbolicGraph.Traced;
import dev.fathom.format.SymbolicGraph.Tracing;
import dev.fathom.graph.Content;
import dev.fathom.graph.Operand;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.graph.Value;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SymbolicGraphTest {
  /** Two inputs, a literal, two outputs of one node, and a number with a batch part. */
  private static final SymbolicGraph SMALL = SymbolicGraph.record(SymbolicGraphTest::small);

  private static Traced small(long batch) {
    Tensor x = Tensor.input("x", Type.of(DType.F32, batch, 3));
    Tensor bias = Tensor.input("bias", Type.of(DType.F32, 4));
    Tensor weight = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 3, 4);
    Tensor y = x.matmul(weight).add(bias).mul(0.5);
    Tensor.Sorted sorted = y.pad(new long[] {1, 0}, new long[] {0, 0}, 0.1).sort(true);
    SequencedMap<String, Operand> outputs = new LinkedHashMap<>();
    outputs.put("values", sorted.values());
    outputs.put("order", sorted.indices());
    outputs.put("same", x);
    return new Traced(List.of(x, bias), outputs);
  }

  @Test
  void isReadableJson() throws IOException {
    assertEquals(
        """
        {"format":2,
        "inputs":[{"name":"x","dtype":"f32","shape":["batch",3]},
        {"name":"bias","dtype":"f32","shape":[4]}],
        "nodes":[{"name":"%0","op":"literal","inputs":[],"tensor":"literal0","dtype":"f32",\
        "shape":[3,4]},
        {"name":"%1","op":"permute","inputs":["%0"],"axes":[1,0]},
        {"name":"%2","op":"contract","inputs":["x","%1"],"batchAxes":0,"kAxes":1,\
        "accumulator":"f32"},
        {"name":"%3","op":"reshape","inputs":["bias"],"shape":[1,4]},
        {"name":"%4","op":"broadcast","inputs":["%3"],"shape":["batch",4]},
        {"name":"%5","op":"elementwise","inputs":["%2","%4"],"function":"add","dtype":"f32"},
        {"name":"%6","op":"constant","inputs":[],"dtype":"f32","shape":["batch",4],"value":0.5},
        {"name":"%7","op":"elementwise","inputs":["%5","%6"],"function":"multiply",\
        "dtype":"f32"},
        {"name":"%8","op":"pad","inputs":["%7"],"low":[1,0],"high":[0,0],"interior":[0,0],\
        "value":0.1},
        {"name":"%9","op":"sort","inputs":["%8"],"descending":true}],
        "outputs":{"values":"%9","order":"%9:1","same":"x"}}"""
            .replace("\n", ""),
        SMALL.toJson().toString());
    assertEquals(List.of("literal0"), List.copyOf(SMALL.literals().keySet()));
  }

  @Test
  void appliesToWhateverValuesHaveTheTypes() {
    Tensor x = Tensor.of(new float[] {1, 0, 0, 0, 1, 0}, 2, 3);
    Tensor bias = Tensor.of(new float[] {0, 1, 2, 30}, 4);
    SequencedMap<String, Value> outputs = SMALL.apply(2, List.of(x, bias));
    assertEquals(List.of("values", "order", "same"), List.copyOf(outputs.keySet()));
    assertSame(x.value(), outputs.get("same"));
    float[] values = Tensor.of(outputs.get("values")).toFloats();
    assertEquals(
        "[0.1, 0.1, 0.1, 0.1, 17.0, 2.5, 1.5, 0.5, 19.0, 4.5, 3.5, 2.5]", Arrays.toString(values));
    int[] order = Tensor.of(outputs.get("order")).toInts();
    assertEquals("[0, 1, 2, 3, 3, 2, 1, 0, 3, 2, 1, 0]", Arrays.toString(order));
  }

  @Test
  void inputsAreChecked() {
    Value x = Ops.input("x", Type.of(DType.F32, 2, 3));
    Value bias = Ops.input("bias", Type.of(DType.F32, 4));
    assertMessage(
        "[graph] expected a batch of 1 or more but got 0", () -> SMALL.apply(0, List.of(x, bias)));
    assertMessage(
        "[graph] expected the 2 inputs [x, bias] but got 1", () -> SMALL.apply(2, List.of(x)));
    assertMessage(
        "[graph] input 'x': expected f32[3, 3] for a batch of 3 but got f32[2, 3]",
        () -> SMALL.apply(3, List.of(x, bias)));
    Value ids = Ops.input("bias", Type.of(DType.I32, 4));
    assertMessage(
        "[graph] input 'bias': expected f32[4] for a batch of 2 but got i32[4]",
        () -> SMALL.apply(2, List.of(x, ids)));
  }

  /** What was computed as i32 for the batches that were traced must not wrap around. */
  @Test
  void aBatchWithMorePlacesThanIndicesCanNameIsRefused() {
    SymbolicGraph graph =
        SymbolicGraph.record(
            batch -> {
              Tensor x = Tensor.input("x", Type.of(DType.F32, batch, 1000, 1000));
              Tensor ids = Tensor.input("ids", Type.of(DType.I32, batch, 1000, 1000));
              return traced(List.of(x, ids), x.gatherElements(1, ids));
            });
    graph.apply(2147, inputs(graph, 2147));
    assertMessage(
        "[gather] expected at most 2147483647 places for indices of i32 but got 2148000000: use a"
            + " smaller batch",
        () -> graph.apply(2148, inputs(graph, 2148)));
  }

  // ---- what cannot be stored ----

  private static final Type EXAMPLE = Type.of(DType.F32, 3);

  static Stream<Arguments> refused() {
    return Stream.of(
        refused(
            "layer 'inner.scaled': [constant] value is 0.009345794",
            (x, batch) -> x.mul(1.0 / batch)),
        refused(
            "layer 'inner.scaled': [tanh] function is \"tanh\", \"relu\", \"relu\" for batches of"
                + " [107, 131, 157]; only whole numbers may differ, and only by a multiple of the"
                + " batch",
            (x, batch) -> batch < 120 ? x.tanh() : x.relu()),
        refused(
            "layer 'inner.scaled': [reshape] the operation depends on the batch: [reshape,"
                + " elementwise, elementwise] for [107, 131, 157]",
            (x, batch) -> batch < 120 ? x.reshape(-1) : x.relu()),
        refused(
            "layer 'inner.scaled': [abs] function is \"abs\", \"abs\", \"relu\" for batches of",
            (x, batch) -> batch < 140 ? x.tanh() : x.tanh().relu()),
        refused(
            "layer 'inner.scaled': [literal] its numbers are others for each batch size",
            (x, batch) -> x.add(Tensor.of(new float[] {batch, 0, 0}, 3))),
        refused(
            "layer 'inner.scaled': [reshape] shape 0 is 11449, 17161, 24649 for batches of",
            (x, batch) -> x.matmul(x.transpose()).reshape(batch * batch)),
        refused(
            "layer 'inner.scaled': [scalar] 'rate' comes with each run, which a stored graph"
                + " cannot say: trace for inference",
            (x, batch) -> x.mul(Tensor.scalar("rate", DType.F32))),
        refused(
            "layer 'inner.scaled': [random] 'seed' comes with each run",
            (x, batch) ->
                x.add(Tensor.uniform(Tensor.full(1, DType.I64), Tensor.full(1, DType.I64), 0, 3))),
        refused(
            "layer 'inner.scaled': [input] 'other' is not among the inputs of the graph",
            (x, batch) -> x.add(Tensor.input("other", EXAMPLE))));
  }

  private interface Layer {
    Tensor apply(Tensor x, long batch);
  }

  private static Arguments refused(String message, Layer layer) {
    Tracing tracing =
        batch -> {
          Tensor x = Tensor.input("x", Type.of(DType.F32, batch, 3));
          Tensor before = x.exp();
          Tensor scaled = layer.apply(before, batch);
          Tensor y = scaled.abs();
          SequencedMap<String, Tensor> layers = new LinkedHashMap<>();
          layers.put("before", before);
          layers.put("inner.scaled", scaled);
          layers.put("inner", y);
          return new Traced(List.of(x), outputs(y), layers);
        };
    return Arguments.of(message, tracing);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void whatCannotBeStoredIsRefused(String message, Tracing tracing) {
    assertMessage(message, () -> SymbolicGraph.record(tracing));
  }

  @Test
  void anOperationOfNoLayerIsNamedByItself() {
    assertMessage(
        "[reshape] shape 0 is 11449",
        () ->
            SymbolicGraph.record(
                batch -> {
                  Tensor x = Tensor.input("x", Type.of(DType.F32, batch, batch));
                  return traced(List.of(x), x.reshape(-1));
                }));
  }

  @Test
  void anOperationThatOnlySomeBatchesHaveIsRefused() {
    Tracing tracing =
        batch -> {
          Tensor x = Tensor.input("x", EXAMPLE);
          Tensor y = batch < 140 ? x.tanh() : x.tanh().relu();
          return new Traced(List.of(x), outputs(y), outputs(y));
        };
    assertMessage(
        "layer 'y': [relu] it is not computed for every batch size",
        () -> SymbolicGraph.record(tracing));
  }

  @Test
  void inputsAndOutputsOfATraceAreChecked() {
    Tensor x = Tensor.input("x", EXAMPLE);
    assertMessage(
        "[graph] expected an input of a program but got [relu]",
        () -> SymbolicGraph.record(_ -> traced(List.of(x.relu()), x)));
    assertMessage(
        "[graph] input 'x' is there twice",
        () -> SymbolicGraph.record(_ -> traced(List.of(x, x), x)));
    assertMessage(
        "[graph] /inputs/1/name: expected a name of its own that does not begin with % but got 'x'",
        () -> SymbolicGraph.record(_ -> traced(List.of(x, Tensor.input("x", EXAMPLE)), x)));
    Tensor odd = Tensor.input("%0", EXAMPLE);
    assertMessage(
        "does not begin with % but got '%0'",
        () -> SymbolicGraph.record(_ -> traced(List.of(odd), odd)));
    assertMessage(
        "[graph] /outputs: expected an object with an output or more but got {}",
        () -> SymbolicGraph.record(_ -> new Traced(List.of(x), new LinkedHashMap<>())));
    assertMessage(
        "[graph] expected the inputs to be the same for every batch but got [[x107], [x131], [x157]]",
        () ->
            SymbolicGraph.record(
                batch -> {
                  Tensor y = Tensor.input("x" + batch, EXAMPLE);
                  return traced(List.of(y), y);
                }));
    assertMessage(
        "[graph] expected the outputs to be the same for every batch but got [[y107], [y131], [y157]]",
        () ->
            SymbolicGraph.record(
                batch -> {
                  SequencedMap<String, Tensor> named = new LinkedHashMap<>();
                  named.put("y" + batch, x);
                  return new Traced(List.of(x), named);
                }));
    assertMessage(
        "input 'x': shape 0 is 11449, 17161, 24649",
        () ->
            SymbolicGraph.record(
                batch -> {
                  Tensor y = Tensor.input("x", Type.of(DType.F32, batch * batch));
                  return traced(List.of(y), y);
                }));
    assertMessage(
        "outputs: y is \"x\", \"x\", \"z\" for batches of",
        () ->
            SymbolicGraph.record(
                batch -> {
                  Tensor w = Tensor.input("z", EXAMPLE);
                  return traced(List.of(x, w), batch < 140 ? x : w);
                }));
  }

  // ---- what is read ----

  static Stream<Arguments> broken() {
    return Stream.of(
        broken("/format: expected a version but the attribute is missing", g -> g.remove("format")),
        broken("/format: expected a version, 2 or less, but got 0", g -> g.put("format", 0)),
        broken("/format: expected a version, 2 or less, but got \"1\"", g -> g.put("format", "1")),
        broken(
            "/format: the graph is of format 3 and this Fathom reads up to 2: use a newer Fathom",
            g -> g.put("format", 3)),
        broken(
            "/more: unknown attribute 'more', expected format, inputs, nodes, outputs",
            g -> g.put("more", 2)),
        broken("/nodes: expected a list but got {}", g -> g.putObject("nodes")),
        broken("/nodes/1: expected an object but got 3", g -> g.withArray("nodes").set(1, 3)),
        broken("/inputs: expected a list but the attribute is missing", g -> g.remove("inputs")),
        broken(
            "/outputs: expected an object with an output or more but got []",
            g -> g.putArray("outputs")),
        broken(
            "/outputs/a~1b: expected the name of an input or of a node before it but got \"%10\"",
            g -> g.withObject("/outputs").put("a/b", "%10")),
        broken(
            "/outputs/order: expected one of 2 outputs but got output 2",
            g -> g.withObject("/outputs").put("order", "%9:2")),
        broken("/nodes/9: nothing uses the node", g -> g.putObject("outputs").put("y", "%7")),
        broken(
            "/inputs/0/name: expected a name of its own that does not begin with % but got ''",
            g -> input(g, 0).put("name", "")),
        broken("/inputs/1/name: expected a name of its own", g -> input(g, 1).put("name", "x")),
        broken(
            "/inputs/0/dtype: expected one of f32, f64, i32, i64, i8, u8, bool, bf16, f16 but got \"f31\"",
            g -> input(g, 0).put("dtype", "f31")),
        broken(
            "/inputs/0/shape/0: expected a whole number, 2*batch+3 for example, but got \"1*batch\"",
            g -> sizes(input(g, 0)).set(0, "1*batch")),
        broken(
            "/inputs/0/shape/0: expected a whole number, 2*batch+3 for example, but got 1.0",
            g -> sizes(input(g, 0)).set(0, 1.0)),
        broken(
            "input 'x': [-1, 3] is no shape for a batch of 107",
            g -> sizes(input(g, 0)).set(0, -1)),
        broken(
            "input 'x': [batch, 9223372036854775807] is no shape for a batch of 107",
            g -> sizes(input(g, 0)).set(1, Long.MAX_VALUE)),
        broken(
            "/inputs/0/shape: expected at most 64 but got 65",
            g -> {
              for (int i = 0; i < 63; i++) {
                sizes(input(g, 0)).add(1);
              }
            }),
        broken("/nodes/4/name: expected %4 but got \"%5\"", g -> node(g, 4).put("name", "%5")),
        broken(
            "/nodes/4/op: 'roll' is no operation that this Fathom knows",
            g -> node(g, 4).put("op", "roll")),
        broken("/nodes/4/op: expected a text but got null", g -> node(g, 4).putNull("op")),
        broken(
            "/nodes/4/inputs: expected a list of names but got \"%3\"",
            g -> node(g, 4).put("inputs", "%3")),
        broken(
            "/nodes/4/inputs: [broadcast] expected 1 input but got 2",
            g -> node(g, 4).withArray("inputs").add("x")),
        broken(
            "/nodes/4/inputs/0: expected the name of an input or of a node before it but got \"%4\"",
            g -> node(g, 4).withArray("inputs").set(0, "%4")),
        broken(
            "/nodes/4/inputs/0: expected the name of an input or of a node before it but got \"%03\"",
            g -> node(g, 4).withArray("inputs").set(0, "%03")),
        broken(
            "/nodes/4/inputs/0: expected the name of an input or of a node before it but got \"%3:0\"",
            g -> node(g, 4).withArray("inputs").set(0, "%3:0")),
        broken(
            "/nodes/4/inputs/0: expected the name of an input or of a node before it but got \"X\"",
            g -> node(g, 4).withArray("inputs").set(0, "X")),
        broken(
            "/nodes/4/inputs/0: expected one of 1 outputs but got output 1",
            g -> node(g, 4).withArray("inputs").set(0, "%3:1")),
        broken(
            "/nodes/4/op: [broadcast] expected a shape that [1, 4] can be repeated to but got [107, 5]",
            g -> sizes(node(g, 4)).set(1, 5)),
        broken(
            "/nodes/4/shape: expected sizes of 0 or more and fewer than 2^63 elements but got [-2, 4] for a"
                + " batch of 107",
            g -> sizes(node(g, 4)).set(0, "-batch+105")),
        broken(
            "/nodes/4/shape/0: 9223372036854775807*batch passes 2^63 for a batch of 107",
            g -> sizes(node(g, 4)).set(0, Long.MAX_VALUE + "*batch")),
        // Right for the first two batches alone.
        broken(
            "/nodes/4/op: [broadcast] expected a shape that [1, 4] can be repeated to",
            g -> sizes(node(g, 4)).set(1, "batch-103")),
        broken("/nodes/1/axes: expected a list of axes but got 1", g -> node(g, 1).put("axes", 1)),
        broken(
            "/nodes/1/axes/0: expected a whole number from 0 to 64 but got \"batch\"",
            g -> node(g, 1).withArray("axes").set(0, "batch")),
        broken(
            "/nodes/1/op: [permute] expected a permutation of the axes of [3, 4] but got [0, 0]",
            g -> node(g, 1).withArray("axes").set(0, 0)),
        broken(
            "/nodes/2/kAxes: expected a whole number from 0 to 64 but got -1",
            g -> node(g, 2).put("kAxes", -1)),
        broken(
            "/nodes/5/function: expected one of negate, abs,",
            g -> node(g, 5).put("function", "plus")),
        broken(
            "/nodes/5/op: [subtract] expected result type F32 but got I32",
            g -> node(g, 5).put("function", "subtract").put("dtype", "i32")),
        broken(
            "/nodes/6/value: expected a number that an f32 holds exactly but got 0.1",
            g -> node(g, 6).put("value", 0.1)),
        broken(
            "/nodes/6/value: expected a number that an f32 holds exactly but got 1.0E39",
            g -> node(g, 6).put("value", 1e39)),
        broken(
            "/nodes/6/value: expected a finite number, or the 8 hexadecimal digits of another one, 0x7f800000"
                + " for example, but got \"NaN\"",
            g -> node(g, 6).put("value", "NaN")),
        broken(
            "/nodes/6/value: expected a number but got \"0x3f800000\"",
            g -> node(g, 6).put("value", "0x3f800000")),
        broken(
            "/nodes/6/dtype: expected one of f32, f64, i32, i64, bool but got bf16",
            g -> node(g, 6).put("dtype", "bf16")),
        broken(
            "/nodes/6/value: expected an i32 but got 2147483657 for a batch of 107",
            g -> node(g, 6).put("dtype", "i32").put("value", "batch+2147483550")),
        broken(
            "/nodes/6/value: expected true or false but got 0.5",
            g -> node(g, 6).put("dtype", "bool")),
        broken(
            "/nodes/8/value: expected a finite number, or the 16 hexadecimal",
            g -> node(g, 8).put("value", "0x7f800000")),
        broken(
            "/nodes/8/value: expected a number but got \"0x3ff0000000000000\"",
            g -> node(g, 8).put("value", "0x3ff0000000000000")),
        broken(
            "/nodes/9/descending: expected true or false but got \"true\"",
            g -> node(g, 9).put("descending", "true")),
        broken(
            "/nodes/0/tensor: there is no tensor 'literal1' beside the graph",
            g -> node(g, 0).put("tensor", "literal1")),
        broken(
            "/nodes/0/shape: expected f32[3, 4], which is the type of the tensor 'literal0', but got f32[3, 5]",
            g -> sizes(node(g, 0)).set(1, 5)));
  }

  private static Arguments broken(String message, Consumer<ObjectNode> change) {
    return Arguments.of("[graph] " + message, change);
  }

  private static ObjectNode node(ObjectNode graph, int index) {
    return (ObjectNode) graph.get("nodes").get(index);
  }

  private static ObjectNode input(ObjectNode graph, int index) {
    return (ObjectNode) graph.get("inputs").get(index);
  }

  private static ArrayNode sizes(ObjectNode node) {
    return (ArrayNode) node.get("shape");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void aBrokenGraphIsRefusedWithItsPlace(String message, Consumer<ObjectNode> change) {
    ObjectNode json = SMALL.toJson();
    change.accept(json);
    assertMessage(message, () -> SymbolicGraph.fromJson(json, SMALL.literals()));
  }

  @Test
  void literalsAreExactlyThoseOfTheGraph() {
    assertMessage(
        "[graph] /nodes/0/tensor: there is no tensor 'literal0' beside the graph",
        () -> SymbolicGraph.fromJson(SMALL.toJson(), Map.of()));
    Map<String, Content> more = new LinkedHashMap<>(SMALL.literals());
    more.put("literal1", more.get("literal0"));
    assertMessage(
        "[graph] /nodes: no node has the tensor 'literal1'",
        () -> SymbolicGraph.fromJson(SMALL.toJson(), more));
  }

  @Test
  void whatComesAfterReadingDoesNotChangeTheGraph() {
    ObjectNode json = SMALL.toJson();
    SymbolicGraph graph = SymbolicGraph.fromJson(json, SMALL.literals());
    node(json, 4).put("op", "roll");
    node(graph.toJson(), 4).put("op", "roll");
    assertEquals(SMALL.toJson().toString(), graph.toJson().toString());
  }

  /** Rules of operations that only gradients make trust who built the graph. */
  @Test
  void inputsThatAnOperationDoesNotExpectAreRefused() throws IOException {
    String json =
        """
        {"format": 1, "inputs": [{"name": "x", "dtype": "f32", "shape": [3]}],
         "nodes": [{"name": "%0", "op": "attention-gradient", "causal": true, "scale": 1,
                    "masked": false, "bounded": false, "inputs": ["x", "x", "x", "x", "x", "x"]}],
         "outputs": {"y": "%0"}}""";
    assertMessage(
        "[graph] /nodes/0/op: [attention-gradient] does not fit inputs of the types [f32[3],",
        () -> SymbolicGraph.fromJson(GraphFiles.JSON.readTree(json), Map.of()));
  }

  /** Their sums wrap around to something that would fit. */
  @Test
  void numbersBeyondAllSizesAreRefused() throws IOException {
    for (String node :
        List.of(
            "\"op\": \"slice\", \"starts\": [0], \"sizes\": [5], \"steps\": [" + (1L << 62) + "]",
            "\"op\": \"pad\", \"low\": [0], \"high\": [0], \"value\": 0, \"interior\": ["
                + Long.MIN_VALUE / -2
                + "]")) {
      String json =
          """
          {"format": 1, "inputs": [{"name": "x", "dtype": "f32", "shape": [5]}],
           "nodes": [{"name": "%0", "inputs": ["x"], NODE}], "outputs": {"y": "%0"}}"""
              .replace("NODE", node);
      assertMessage(
          "does not fit inputs of the types [f32[5]]",
          () -> SymbolicGraph.fromJson(GraphFiles.JSON.readTree(json), Map.of()));
    }
    ObjectNode json = OpFormatTest.GRAPH.toJson();
    json.findParent("stride").put("stride", 1L << 31);
    assertMessage(
        "/windows/0/stride: expected a whole number of 32 bits but got 2147483648",
        () -> SymbolicGraph.fromJson(json, OpFormatTest.GRAPH.literals()));
  }

  @Test
  void tooManyNodesAreRefused() {
    ObjectNode json = SMALL.toJson();
    ArrayNode nodes = json.putArray("nodes");
    for (int i = 0; i <= 1_000_000; i++) {
      nodes.addNull();
    }
    assertMessage(
        "[graph] /nodes: expected at most 1000000 but got 1000001",
        () -> SymbolicGraph.fromJson(json, SMALL.literals()));
  }

  @Test
  void deepJsonIsRefused() throws IOException {
    String deep = "[".repeat(900) + "]".repeat(900);
    ObjectNode json = SMALL.toJson();
    node(json, 4).set("shape", GraphFiles.JSON.readTree(deep));
    assertMessage(
        "[graph] /nodes/4/shape/0: expected a whole number, 2*batch+3 for example, but got "
            + "[".repeat(60)
            + "...",
        () -> SymbolicGraph.fromJson(json, SMALL.literals()));
  }

  @Test
  void aLongGraphIsReadAndApplied() {
    SymbolicGraph graph =
        SymbolicGraph.record(
            batch -> {
              Tensor x = Tensor.input("x", Type.of(DType.F32, batch));
              Tensor y = x;
              for (int i = 0; i < 20_000; i++) {
                y = y.neg();
              }
              return traced(List.of(x), y);
            });
    SymbolicGraph read = SymbolicGraph.fromJson(graph.toJson(), Map.of());
    assertEquals(Shape.of(3), read.apply(3, inputs(read, 3)).get("y").shape());
  }

  /**
   * Whatever happens to a byte, what is read is what stands there, or the place is named: nothing
   * is left out and nothing is guessed.
   */
  @Test
  void changedBytesAreUnderstoodOrRefused() throws IOException {
    byte[] json = SMALL.toJson().toString().getBytes(StandardCharsets.UTF_8);
    int read = 0;
    int refused = 0;
    for (int at = 0; at < json.length; at++) {
      for (byte[] changed : changes(json, at)) {
        JsonNode tree;
        try {
          tree = GraphFiles.JSON.readTree(changed);
        } catch (JsonProcessingException e) {
          continue;
        }
        SymbolicGraph graph;
        try {
          graph = SymbolicGraph.fromJson(tree, SMALL.literals());
        } catch (IllegalArgumentException e) {
          assertTrue(e.getMessage().startsWith("[graph] "), e.getMessage());
          assertFalse(e.getMessage().matches("(?s).*(Index|java\\.|null).*"), e.getMessage());
          refused++;
          continue;
        }
        assertSameMeaning(tree, graph);
        read++;
      }
    }
    assertTrue(read > 100 && refused > 1000, read + " read, " + refused + " refused");
  }

  private static List<byte[]> changes(byte[] json, int at) {
    List<byte[]> all = new ArrayList<>();
    for (char c : "019-+.e%:\"bx{}[],".toCharArray()) {
      byte[] changed = json.clone();
      changed[at] = (byte) c;
      if (changed[at] != json[at]) {
        all.add(changed);
      }
    }
    byte[] without = new byte[json.length - 1];
    System.arraycopy(json, 0, without, 0, at);
    System.arraycopy(json, at + 1, without, at, without.length - at);
    all.add(without);
    byte[] twice = new byte[json.length + 1];
    System.arraycopy(json, 0, twice, 0, at + 1);
    System.arraycopy(json, at, twice, at + 1, json.length - at);
    all.add(twice);
    all.add(Arrays.copyOf(json, at));
    return all;
  }

  /**
   * Compares with what is written of the graph that was read; its nodes may be in another order.
   */
  private static void assertSameMeaning(JsonNode expected, SymbolicGraph graph) {
    JsonNode actual =
        SymbolicGraph.record(
                batch -> {
                  List<Value> inputs = inputs(graph, batch);
                  return new Traced(inputs, graph.apply(batch, inputs));
                })
            .toJson();
    assertEquals(numbered(expected.get("inputs")), numbered(actual.get("inputs")));
    assertEquals(operations(expected), operations(actual));
    assertEquals(
        expected.get("outputs").properties().stream().map(Map.Entry::getKey).toList(),
        actual.get("outputs").properties().stream().map(Map.Entry::getKey).toList());
  }

  private static List<String> operations(JsonNode graph) {
    List<String> all = new ArrayList<>();
    for (JsonNode node : graph.get("nodes")) {
      ObjectNode copy = node.deepCopy();
      copy.remove(List.of("name", "inputs"));
      all.add(numbered(copy));
    }
    return all.stream().sorted().toList();
  }

  /** {@return the text with each number spelled as a double, its names in order} */
  private static String numbered(JsonNode json) {
    if (json.isNumber()) {
      return Double.toString(json.doubleValue() + 0.0);
    }
    if (json.isObject()) {
      return json.properties().stream()
          .map(e -> e.getKey() + ": " + numbered(e.getValue()))
          .sorted()
          .toList()
          .toString();
    }
    List<String> parts = new ArrayList<>();
    json.forEach(part -> parts.add(numbered(part)));
    return json.isArray() ? parts.toString() : json.toString();
  }

  // ---- helpers ----

  private static List<Value> inputs(SymbolicGraph graph, long batch) {
    return graph.inputs().stream().map(port -> Ops.input(port.name(), port.type(batch))).toList();
  }

  private static Traced traced(List<Tensor> inputs, Tensor y) {
    return new Traced(inputs, outputs(y));
  }

  private static SequencedMap<String, Tensor> outputs(Tensor y) {
    SequencedMap<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("y", y);
    return outputs;
  }

  private static void assertMessage(String part, Executable action) {
    var e = assertThrows(IllegalArgumentException.class, action);
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
