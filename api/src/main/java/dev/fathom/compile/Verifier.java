package dev.fathom.compile;

import dev.fathom.graph.Node;
import dev.fathom.graph.Value;
import dev.fathom.spi.DType;
import dev.fathom.spi.Pack;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

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
    all.removeIf(storage -> storage.elements() == 0);
    all.sort(Comparator.comparingInt(storage -> lives.get(storage)[0]));
    // As time passes: what lives now, by its offset. So each is compared with its neighbours alone.
    Map<DType, TreeMap<Long, Storage>> arenas = new EnumMap<>(DType.class);
    PriorityQueue<Storage> alive =
        new PriorityQueue<>(Comparator.comparingInt(storage -> lives.get(storage)[1]));
    for (Storage storage : all) {
      while (!alive.isEmpty() && lives.get(alive.peek())[1] < lives.get(storage)[0]) {
        Storage dead = alive.poll();
        arenas.get(dead.dtype()).remove(plan.offset(dead));
      }
      TreeMap<Long, Storage> arena = arenas.computeIfAbsent(storage.dtype(), _ -> new TreeMap<>());
      long at = plan.offset(storage);
      Map.Entry<Long, Storage> below = arena.floorEntry(at);
      if (below != null && below.getKey() + below.getValue().elements() > at) {
        require(false, "storages that overlap", below.getValue() + ", " + storage);
      }
      Map.Entry<Long, Storage> above = arena.higherEntry(at);
      if (above != null && above.getKey() < at + storage.elements()) {
        require(false, "storages that overlap", storage + ", " + above.getValue());
      }
      arena.put(at, storage);
      alive.add(storage);
    }
  }

  private static void require(boolean holds, String fault, Object where) {
    if (!holds) {
      throw new IllegalStateException("[compile] " + fault + ": " + where);
    }
  }
}
