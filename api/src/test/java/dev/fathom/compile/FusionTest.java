package dev.fathom.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.graph.Graph;
import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Type;
import dev.fathom.graph.Value;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.spi.tck.MockBackend;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which nodes become one kernel. */
class FusionTest {
  private final Declines declines = new Declines();

  private static Tensor input(String name, long... shape) {
    return Tensor.input(name, Type.of(DType.F32, shape));
  }

  private Fusion fuse(Backend backend, Tensor... results) {
    List<Value> values = Arrays.stream(results).map(Tensor::value).toList();
    List<Node> nodes = Graph.nodes(values);
    Views views = new Views(nodes);
    Set<Value> bases = new HashSet<>();
    values.forEach(value -> bases.add(views.at(value).base()));
    return new Fusion(backend, nodes, views, bases, declines);
  }

  /** {@return the operations of each group, an anchor in brackets} */
  private List<String> groups(Backend backend, Tensor... results) {
    return fuse(backend, results).groups().stream().map(FusionTest::text).toList();
  }

  private static String text(Group group) {
    List<String> members = new ArrayList<>();
    group.anchor().ifPresent(node -> members.add("[" + node.op().label() + "]"));
    group.members().forEach(node -> members.add(node.op().label()));
    return String.join(" ", members);
  }

  @Test
  void aChainIsOneGroupWhateverItsBranches() {
    Tensor x = input("x", 4);
    Tensor y = x.exp();
    assertEquals(List.of("exp negate add"), groups(new MockBackend(), y.neg().add(y)));
    Fusion fusion = fuse(new MockBackend(), y.neg(), y);
    assertEquals(1, fusion.groups().size());
    assertEquals(2, fusion.outputs(fusion.groups().getFirst()).size(), "both are results");
  }

  @Test
  void aProductTakesWhatFollowsAndAReductionWhatComesBefore() {
    Tensor x = input("x", 3, 5);
    Tensor bias = input("bias", 4);
    Tensor product = x.matmul(input("w", 5, 4)).add(bias).relu();
    assertEquals(List.of("[contract] add relu"), groups(new MockBackend(), product));
    assertEquals(List.of("[sum] multiply exp"), groups(new MockBackend(), x.mul(x).exp().sum(0)));
    assertEquals(
        List.of("[contract] relu", "[contract] exp"),
        groups(
            new MockBackend(), x.matmul(input("w", 5, 5)).relu().matmul(input("v", 5, 2)).exp()));
  }

  /** Nothing but the first output of a spec has an epilogue, and a reduction has none. */
  @Test
  void whatFollowsAReductionIsAGroupOfItsOwn() {
    Tensor x = input("x", 3, 5);
    assertEquals(List.of("[sum]", "exp"), groups(new MockBackend(), x.sum(0).exp()));
    assertEquals(List.of("[softmax]", "exp"), groups(new MockBackend(), x.softmax().exp()));
  }

  @Test
  void whatSomebodyElseReadsIsNotPartOfAReduction() {
    Tensor x = input("x", 3, 5);
    Tensor squares = x.square();
    assertEquals(List.of("multiply", "[sum]"), groups(new MockBackend(), squares.sum(0), squares));
    assertEquals(
        List.of("multiply", "[sum]", "[max]"),
        groups(new MockBackend(), squares.sum(0), squares.max(0)));
  }

  /** Constants and positions need no operand, but a reduction has to read something. */
  @Test
  void aReductionOfNoOperandIsNotFused() {
    Tensor positions = Tensor.iota(DType.I32, 0, 7).mul(2);
    assertEquals(List.of("multiply", "[sum]"), groups(new MockBackend(), positions.sum()));
  }

  @Test
  void literalsAndInputsAreOperandsNotMembers() {
    Tensor x = input("x", 3);
    Tensor y = x.mul(Tensor.of(new float[] {1, 2, 3}, 3)).add(Tensor.scalar("s", DType.F32));
    Fusion fusion = fuse(new MockBackend(), y);
    assertEquals(List.of("multiply add"), fusion.groups().stream().map(FusionTest::text).toList());
    Group.Body body = fusion.body(fusion.groups().getFirst());
    assertEquals(2, body.inputs().size());
    assertEquals(List.of(new ScalarSource.Named("s", DType.F32)), body.scalars());
  }

  /** Stored narrow: a reader must see what rounding left. */
  @Test
  void roundingIsNotFusedAway() {
    Tensor x = input("x", 3);
    Tensor y = x.exp().cast(DType.BF16).cast(DType.F32).neg();
    assertEquals(List.of("exp cast", "cast negate"), groups(new MockBackend(), y));
  }

  /** The sum needs all of a, and what follows needs the sum: a cannot be computed with it. */
  @Test
  void aPathThroughAnotherKernelKeepsTwoApart() {
    Tensor a = input("x", 2, 3).exp();
    assertEquals(
        List.of("exp", "[sum]", "divide"), groups(new MockBackend(), a.div(a.sum(1).unsqueeze(1))));
    Tensor product = a.matmul(input("w", 3, 3));
    assertEquals(List.of("exp", "[contract] add"), groups(new MockBackend(), product.add(a)));
    Tensor moved = a.transpose().add(input("y", 3, 2)).transpose();
    assertEquals(List.of("exp", "add", "multiply"), groups(new MockBackend(), moved.mul(a)));
  }

  /** A backend that declines gets the parts, and it is told why. */
  @Test
  void whatIsDeclinedStaysApart() {
    Tensor x = input("x", 3, 5);
    Tensor y = x.matmul(input("w", 5, 4)).relu().exp().sum(0);
    assertEquals(List.of("[contract]", "relu", "exp", "[sum]"), groups(new MinimalBackend(), y));
    assertEquals(
        List.of(
            "fusion into contract undone, once: only the required core",
            "fusion into fused undone, once: only the required core",
            "fusion into reduce undone, once: only the required core"),
        declines.counted().stream().map(Coverage.Declined::toString).sorted().toList());
  }

  /** Beyond so many a kernel has no registers left. */
  @Test
  void groupsAreBounded() {
    Tensor x = input("x", 3);
    Tensor chain = x;
    for (int i = 0; i < 200; i++) {
      chain = chain.mul(x);
    }
    Fusion fusion = fuse(new MockBackend(), chain);
    List<Integer> sizes = fusion.groups().stream().map(group -> group.members().size()).toList();
    assertEquals(200, sizes.stream().mapToInt(Integer::intValue).sum());
    assertEquals(96, sizes.getFirst());
    Tensor sum = x;
    for (int i = 0; i < 60; i++) {
      sum = sum.add(input("x" + i, 3));
    }
    Fusion wide = fuse(new MockBackend(), sum);
    for (Group group : wide.groups()) {
      int operands = wide.body(group).inputs().size() + wide.outputs(group).size();
      assertTrue(operands <= 24, operands + " operands");
    }
    assertTrue(wide.groups().size() <= 4, "no more than it takes: " + wide.groups().size());
  }

  /** Every node is computed once, and behind what it reads. */
  @Test
  void groupsAreInOrder() {
    Tensor x = input("x", 6, 6);
    Tensor y = x;
    for (int i = 0; i < 5; i++) {
      Tensor hidden = y.matmul(x).add(y).relu();
      y = hidden.sub(hidden.mean(1).unsqueeze(1)).div(hidden.max().exp()).add(y.transpose());
    }
    Fusion fusion = fuse(new MockBackend(), y);
    Set<Node> done = new HashSet<>();
    for (Group group : fusion.groups()) {
      Group.Body body = group.members().isEmpty() ? null : fusion.body(group);
      if (body != null) {
        KernelSpec spec = fusion.spec(group, body);
        assertEquals(fusion.outputs(group).size(), spec.outputs().size());
        for (Located input : body.inputs()) {
          Node producer = input.base().node();
          assertTrue(producer.op() instanceof Op.Input || done.contains(producer), text(group));
        }
      }
      group.nodes().forEach(node -> assertTrue(done.add(node), node.toString()));
    }
    List<Node> nodes = Graph.nodes(List.of(y.value()));
    Views views = new Views(nodes);
    List<Op> missing =
        nodes.stream()
            .filter(node -> views.isComputed(node) && !done.contains(node))
            .map(Node::op)
            .filter(op -> !(op instanceof Op.Input || op instanceof Op.Constant))
            .toList();
    assertEquals(List.of(), missing);
  }
}
