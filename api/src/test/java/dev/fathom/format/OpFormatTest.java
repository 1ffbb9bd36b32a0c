package dev.fathom.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.format.SymbolicGraph.Traced;
import dev.fathom.graph.Graph;
import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Operand;
import dev.fathom.graph.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpFormatTest {
  static final SymbolicGraph GRAPH = SymbolicGraph.record(EveryOperation::at);

  /** Those that need a number at run time, and those of trainings alone. */
  private static final Set<Class<?>> REFUSED =
      Set.of(Op.Scalar.class, Op.Random.class, Op.Checkpoint.class, Op.Barrier.class);

  @Test
  void theExamplesHaveEveryOperationThatCanBeStored() {
    Set<Class<?>> expected = new HashSet<>(Arrays.asList(Op.class.getPermittedSubclasses()));
    expected.removeAll(REFUSED);
    Set<Class<?>> used = new HashSet<>();
    nodes(EveryOperation.at(2).outputs().values()).forEach(node -> used.add(node.op().getClass()));
    assertEquals(expected, used);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 7, 107, 1000})
  void everyOperationComesBack(long batch) {
    SymbolicGraph read = GraphFiles.copied(GRAPH);
    Traced traced = EveryOperation.at(batch);
    List<Node> expected = nodes(traced.outputs().values());
    List<Node> actual = nodes(read.apply(batch, traced.inputs()).values());
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).op(), actual.get(i).op());
      assertEquals(expected.get(i).outputs(), actual.get(i).outputs());
    }
  }

  /** What is written is what the checked-in files of the format have, to the letter. */
  @Test
  void theFormatDoesNotChangeUnlessItsNumberDoes() throws IOException {
    String name = "graph-format-" + SymbolicGraph.FORMAT;
    Path now = Files.createDirectories(Path.of("target", name));
    GraphFiles.write(GRAPH, now, "every-operation");
    Path pinned = Path.of("src/test/resources", name, "every-operation.json");
    assertTrue(
        Files.exists(pinned)
            && GraphFiles.JSON
                .readTree(pinned.toFile())
                .toString()
                .equals(GRAPH.toJson().toString()),
        "the format has changed: raise SymbolicGraph.FORMAT, and copy target/graph-format-N of the"
            + " new number N to src/test/resources");
  }

  @Test
  void equalLiteralsAreStoredOnce() {
    assertEquals(
        List.of("literal0", "literal1", "literal2"), List.copyOf(GRAPH.literals().keySet()));
  }

  @Test
  void everyAttributeIsRequiredAndNoOtherIsKnown() {
    ObjectNode json = GRAPH.toJson();
    for (int i = 0; i < json.get("nodes").size(); i++) {
      ObjectNode node = (ObjectNode) json.get("nodes").get(i);
      for (String name : List.copyOf(node.properties().stream().map(e -> e.getKey()).toList())) {
        var value = node.remove(name);
        if (name.equals("dropout")) {
          // Without it there are two inputs too many.
          assertMessage(json, "/nodes/" + i + "/inputs: ");
        } else {
          assertMessage(json, "/nodes/" + i + "/" + name + ": expected ", "is missing");
        }
        node.putNull(name);
        assertMessage(json, "/nodes/" + i + "/" + name + ": expected ", "but got null");
        node.set(name, value);
      }
      node.put("more", 1);
      assertMessage(json, "/nodes/" + i + "/more: unknown attribute 'more', expected name, inputs");
      node.remove("more");
    }
    SymbolicGraph.fromJson(json, GRAPH.literals());
  }

  @Test
  void theNumberOfInputsIsChecked() {
    ObjectNode json = GRAPH.toJson();
    for (int i = 0; i < json.get("nodes").size(); i++) {
      ObjectNode node = (ObjectNode) json.get("nodes").get(i);
      var inputs = node.get("inputs").deepCopy();
      if (!node.get("op").textValue().equals("concat")) {
        node.withArray("inputs").add("input0");
        assertMessage(json, "/nodes/" + i + "/");
      }
      node.putArray("inputs");
      if (!inputs.isEmpty()) {
        // Some input is unused then, or too few are there.
        assertMessage(json, "/nodes/");
      }
      node.set("inputs", inputs);
    }
    SymbolicGraph.fromJson(json, GRAPH.literals());
  }

  private static void assertMessage(ObjectNode json, String... parts) {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> SymbolicGraph.fromJson(json, GRAPH.literals()),
            parts[0]);
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
    assertTrue(e.getMessage().startsWith("[graph] "), e.getMessage());
    assertFalse(e.getMessage().contains("Index "), e.getMessage());
  }

  private static List<Node> nodes(Collection<? extends Operand> values) {
    List<Value> results = values.stream().map(Operand::value).toList();
    return Graph.nodes(results);
  }
}
