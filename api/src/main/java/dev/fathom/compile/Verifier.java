package dev.fathom.compile;

import dev.fathom.graph.Node;
import dev.fathom.graph.Value;
import dev.fathom.spi.Pack;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks between passes: a broken program is refused here, not run. */
final class Verifier {
  private Verifier() {}

  /** Every node stands behind its inputs and has the types its shape rule gives. */
  static void graph(List<Node> nodes) {
    Set<Node> seen = new HashSet<>();
    for (Node node : nodes) {
      for (Value input : node.inputs()) {
        require(seen.contains(input.node()), "a node stands before its input", node);
      }
      require(
          node.op().infer(node.inputs().stream().map(Value::type).toList()).equals(node.outputs()),
          "types that do not follow from the inputs",
          node);
      seen.add(node);
    }
  }

  /** Every view lies inside its storage, and nothing is read before it was written. */
  static void launches(List<Unit> order, Set<Storage> writtenBefore) {
    Set<Storage> written = new HashSet<>(writtenBefore);
    Set<Unit> done = new HashSet<>();
    for (Unit unit : order) {
      require(done.containsAll(unit.before()), "a unit runs before what it needs", unit);
      done.add(unit);
      for (Launch launch : unit.launches()) {
        List<View> views = new ArrayList<>(launch.spec().inputs());
        views.addAll(launch.spec().outputs());
        for (int i = 0; i < views.size(); i++) {
          Slot slot = launch.operands().get(i);
          // A packed operand has its own layout, of which the views say nothing.
          if (slot.storage().isOpaque() && !(launch.spec() instanceof Pack)) {
            continue;
          }
          require(inside(views.get(i), slot), "a view outside its storage", launch);
        }
        for (Slot slot : launch.reads()) {
          require(written.contains(slot.storage().root()), "a read before any write", launch);
        }
        launch.writes().forEach(slot -> written.add(slot.storage().root()));
      }
    }
  }

  private static boolean inside(View view, Slot slot) {
    long low = slot.offset();
    long high = slot.offset();
    if (view.shape().elements() == 0) {
      return true;
    }
    for (int axis = 0; axis < view.rank(); axis++) {
      long reach = view.stride(axis) * (view.size(axis) - 1);
      low += Math.min(0, reach);
      high += Math.max(0, reach);
    }
    return low >= 0 && high < slot.storage().elements();
  }

  /** No two storages that live at one time share elements. */
  static void noOverlap(List<Unit> order, MemoryPlan plan, Set<Storage> results) {
    Map<Storage, int[]> lives = MemoryPlan.lives(order, results);
    List<Storage> all = new ArrayList<>(lives.keySet());
    all.sort((a, b) -> Long.compare(plan.offset(a), plan.offset(b)));
    for (int i = 0; i < all.size(); i++) {
      Storage a = all.get(i);
      long end = plan.offset(a) + a.elements();
      for (int j = i + 1; j < all.size() && plan.offset(all.get(j)) < end; j++) {
        Storage b = all.get(j);
        boolean meet = lives.get(a)[0] <= lives.get(b)[1] && lives.get(b)[0] <= lives.get(a)[1];
        if (a.dtype() == b.dtype() && meet && b.elements() > 0) {
          require(false, "storages that overlap", a + ", " + b);
        }
      }
    }
  }

  private static void require(boolean holds, String fault, Object where) {
    if (!holds) {
      throw new IllegalStateException("[compile] " + fault + ": " + where);
    }
  }
}
