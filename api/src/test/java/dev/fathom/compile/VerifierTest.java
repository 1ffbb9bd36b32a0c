package dev.fathom.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.graph.Graph;
import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.graph.Value;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Fused;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Programs that are broken on purpose are refused. */
class VerifierTest {
  private static final View FOUR = View.contiguous(DType.F32, Shape.of(4));

  private static void fires(String fault, Executable check) {
    String message = assertThrows(IllegalStateException.class, check).getMessage();
    assertTrue(message.startsWith("[compile] " + fault + ": "), message);
  }

  private static Storage storage(Storage.Kind kind, String name, long elements) {
    return new Storage(kind, name, DType.F32, elements);
  }

  private static Storage temporary(String name) {
    return storage(Storage.Kind.TEMPORARY, name, 4);
  }

  /** A unit that copies one view to another. */
  private static Unit copy(View from, Slot source, View to, Slot target) {
    Fused spec =
        new Fused(from.shape(), List.of(from), Expression.identity(DType.F32), List.of(to));
    Unit unit = new Unit();
    unit.add(new Launch(spec, List.of(source, target), List.of()));
    return unit;
  }

  private static Unit copy(Storage source, Storage target) {
    return copy(FOUR, new Slot(source, 0), FOUR, new Slot(target, 0));
  }

  @Test
  void aGraphInOrderPasses() {
    Value x = Ops.input("x", Type.of(DType.F32, 2, 3));
    Verifier.graph(Graph.nodes(List.of(Ops.transpose(Ops.add(x, x)))));
  }

  @Test
  void aNodeInFrontOfItsInputIsRefused() {
    Value x = Ops.input("x", Type.of(DType.F32, 2, 3));
    Value y = Ops.transpose(x);
    fires("a node stands before its input", () -> Verifier.graph(List.of(y.node(), x.node())));
    fires("a node stands before its input", () -> Verifier.graph(List.of(y.node())));
  }

  /** An operation is a value; one that changes behind a node's back leaves wrong types. */
  @Test
  void typesThatDoNotFollowFromTheInputsAreRefused() {
    Value x = Ops.input("x", Type.of(DType.F32, 2, 3));
    List<Integer> axes = new ArrayList<>(List.of(1, 0));
    Node node = new Node(new Op.Permute(axes), List.of(x));
    Verifier.graph(List.of(x.node(), node));
    axes.sort(null);
    fires(
        "types that do not follow from the inputs", () -> Verifier.graph(List.of(x.node(), node)));
  }

  @Test
  void aReadInFrontOfTheWriteIsRefused() {
    Storage x = storage(Storage.Kind.RESIDENT, "x", 4);
    Storage a = temporary("a");
    Storage b = temporary("b");
    List<Unit> order = List.of(copy(x, a), copy(a, b));
    Verifier.launches(order, Set.of(x));
    fires("a read before any write", () -> Verifier.launches(order.reversed(), Set.of(x)));
    fires("a read before any write", () -> Verifier.launches(order, Set.of()));
  }

  @Test
  void aUnitInFrontOfWhatItNeedsIsRefused() {
    Storage x = storage(Storage.Kind.RESIDENT, "x", 4);
    Unit first = copy(x, temporary("a"));
    Unit second = copy(x, temporary("b"));
    second.before().add(first);
    Verifier.launches(List.of(first, second), Set.of(x));
    fires(
        "a unit runs before what it needs",
        () -> Verifier.launches(List.of(second, first), Set.of(x)));
  }

  @Test
  void aViewOutsideItsStorageIsRefused() {
    Storage x = storage(Storage.Kind.RESIDENT, "x", 8);
    View back = View.of(DType.F32, Shape.of(4), -1);
    View wide = View.of(DType.F32, Shape.of(2, 2), 4, 3);
    View none = View.contiguous(DType.F32, Shape.of(0));
    View square = View.contiguous(DType.F32, Shape.of(2, 2));
    Verifier.launches(List.of(reading(FOUR, x, 4, FOUR)), Set.of(x));
    Verifier.launches(List.of(reading(back, x, 3, FOUR)), Set.of(x));
    Verifier.launches(List.of(reading(wide, x, 0, square)), Set.of(x));
    Verifier.launches(List.of(reading(none, x, 100, none)), Set.of(x));
    for (Unit wrong :
        List.of(
            reading(FOUR, x, 5, FOUR),
            reading(FOUR, x, -1, FOUR),
            reading(back, x, 2, FOUR),
            reading(wide, x, 1, square))) {
      fires("a view outside its storage", () -> Verifier.launches(List.of(wrong), Set.of(x)));
    }
    Unit writing = copy(FOUR, new Slot(x, 0), FOUR, new Slot(temporary("small"), 1));
    fires("a view outside its storage", () -> Verifier.launches(List.of(writing), Set.of(x)));
  }

  private static Unit reading(View view, Storage x, long offset, View to) {
    return copy(view, new Slot(x, offset), to, new Slot(temporary("y"), 0));
  }

  /** How a packed operand lies only the backend knows; where it is made is checked all the same. */
  @Test
  void aPackedOperandHasItsOwnLayout() {
    Storage x = storage(Storage.Kind.RESIDENT, "x", 4);
    Storage packed = storage(Storage.Kind.TEMPORARY, "packed", 2);
    packed.markOpaque();
    Unit unit = new Unit();
    Pack spec = new Pack(FOUR, new OperandLayout("halves", DType.F32, 2));
    unit.add(new Launch(spec, List.of(new Slot(x, 0), new Slot(packed, 0)), List.of()));
    Unit user = copy(packed, temporary("y"));
    Verifier.launches(List.of(unit, user), Set.of(x));
    Unit wrong = new Unit();
    wrong.add(new Launch(spec, List.of(new Slot(x, 1), new Slot(packed, 0)), List.of()));
    fires("a view outside its storage", () -> Verifier.launches(List.of(wrong), Set.of(x)));
  }

  /** Addresses that were planned for one order are wrong for another. */
  @Test
  void storagesThatLiveAtOneTimeMayNotOverlap() {
    Storage x = storage(Storage.Kind.RESIDENT, "x", 4);
    Storage y = storage(Storage.Kind.RESIDENT, "y", 4);
    Storage z = storage(Storage.Kind.RESIDENT, "z", 4);
    Storage a = temporary("a");
    Storage b = temporary("b");
    Unit makeA = copy(x, a);
    Unit useA = copy(a, y);
    Unit makeB = copy(x, b);
    Unit useB = copy(b, z);
    List<Unit> order = List.of(makeA, useA, makeB, useB);
    MemoryPlan plan = new MemoryPlan(order, Set.of());
    assertEquals(plan.offset(a), plan.offset(b));
    Verifier.noOverlap(order, plan, Set.of());
    fires(
        "storages that overlap",
        () -> Verifier.noOverlap(List.of(makeA, makeB, useA, useB), plan, Set.of()));
    fires("storages that overlap", () -> Verifier.noOverlap(order, plan, Set.of(a)));
  }
}
