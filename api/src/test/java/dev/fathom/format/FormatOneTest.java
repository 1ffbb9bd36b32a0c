package dev.fathom.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.compile.Program;
import dev.fathom.compile.Session;
import dev.fathom.format.SymbolicGraph.Traced;
import dev.fathom.graph.Graph;
import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Operand;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Value;
import dev.fathom.spi.tck.MinimalBackend;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Graphs that were written when the format was 1. They are read for ever: the files never change,
 * and neither do the expected answers.
 */
class FormatOneTest {
  private static final Path FILES = Path.of("src/test/resources/graph-format-1");

  /** {@link EveryOperation} as it was then. */
  @Test
  void everyOperationIsRead() throws IOException {
    SymbolicGraph graph = GraphFiles.read(FILES, "every-operation");
    Set<Op> known = new HashSet<>();
    operations(EveryOperation.at(5)).forEach(node -> known.add(node.op()));
    Set<Class<?>> read = new HashSet<>();
    for (Node node : operations(new Traced(List.of(), graph.apply(5, inputs(graph, 5))))) {
      assertTrue(node.op() instanceof Op.Input || known.contains(node.op()), node.op().toString());
      read.add(node.op().getClass());
    }
    assertEquals(33, read.size());
  }

  /** Convolution, batch norm, pooling and a hidden layer, with numbers in the graph. */
  @Test
  void aNetworkAnswersAsItDid() throws IOException {
    SymbolicGraph graph = GraphFiles.read(FILES, "network");
    List<Value> inputs = inputs(graph, 2);
    Value y = graph.apply(2, inputs).get("probabilities");
    float[] answers = new float[6];
    Program.Builder builder = Program.builder(new MinimalBackend()).result("y", y);
    inputs.forEach(builder::feed);
    try (Session session = builder.compile().open()) {
      for (Value input : inputs) {
        float[] numbers = new float[(int) input.shape().elements()];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = (i * 37 % 101 + 1) / 101f - (input == inputs.getLast() ? 0 : 0.5f);
        }
        session.write(((Op.Input) input.node().op()).name(), MemorySegment.ofArray(numbers));
      }
      session.run();
      session.read("y", MemorySegment.ofArray(answers));
    }
    assertArrayEquals(
        new float[] {0.24814251f, 0.31691065f, 0.43494678f, 0.25657186f, 0.31493694f, 0.42849123f},
        answers,
        1e-6f);
  }

  private static List<Value> inputs(SymbolicGraph graph, long batch) {
    return graph.inputs().stream().map(port -> Ops.input(port.name(), port.type(batch))).toList();
  }

  private static List<Node> operations(Traced traced) {
    return Graph.nodes(traced.outputs().values().stream().map(Operand::value).toList());
  }
}
