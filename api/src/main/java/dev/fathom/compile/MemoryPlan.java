package dev.fathom.compile;

import dev.fathom.spi.DType;
import dev.fathom.spi.Fused;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Addresses for temporary storages: one arena an element type, where storages whose lifetimes do
 * not meet share elements. Placement is greedy by size (Pisarchyk and Lee, "Efficient Memory
 * Management for Deep Neural Net Inference", 2020).
 */
final class MemoryPlan {
  /** Storages begin at multiples of this many elements: a cache line of f32. */
  private static final long ALIGNMENT = 16;

  private record Life(Storage storage, int first, int last) {}

  /** Elements of an arena, end exclusive, that are taken from one unit to another. */
  private record Place(long from, long end, int first, int last) {}

  private final Map<Storage, Long> offsets = new HashMap<>();
  private final Map<DType, Long> arenas = new EnumMap<>(DType.class);

  /**
   * Plans.
   *
   * @param order units in the order they run
   * @param results storages that are read after the run
   */
  MemoryPlan(List<Unit> order, Set<Storage> results) {
    Map<Storage, int[]> lives = lives(order, results);
    for (int at = 0; at < order.size(); at++) {
      reuseInPlace(order.get(at), at, lives);
    }
    List<Life> all = new ArrayList<>();
    lives.forEach((storage, life) -> all.add(new Life(storage, life[0], life[1])));
    all.sort(
        Comparator.comparingLong((Life life) -> -life.storage().bytes())
            .thenComparingInt(Life::first));
    Map<DType, List<Place>> placed = new EnumMap<>(DType.class);
    for (Life life : all) {
      DType dtype = life.storage().dtype();
      place(life, placed.computeIfAbsent(dtype, d -> new ArrayList<>()));
      arenas.merge(dtype, offsets.get(life.storage()) + life.storage().elements(), Math::max);
    }
    Verifier.noOverlap(order, this, results);
  }

  /** {@return the offset of a root storage in its arena} */
  long offset(Storage root) {
    return offsets.get(root);
  }

  /** {@return the arenas' sizes in elements} */
  Map<DType, Long> arenas() {
    return arenas;
  }

  /** {@return the arenas' sizes in bytes} */
  long bytes() {
    return arenas.entrySet().stream().mapToLong(e -> e.getKey().bytes() * e.getValue()).sum();
  }

  static Map<Storage, int[]> lives(List<Unit> order, Set<Storage> results) {
    // In order, so that storages of one size have the same addresses in every run.
    Map<Storage, int[]> lives = new LinkedHashMap<>();
    for (int at = 0; at < order.size(); at++) {
      for (Launch launch : order.get(at).launches()) {
        for (Slot slot : launch.operands()) {
          Storage root = slot.storage().root();
          if (root.kind() == Storage.Kind.TEMPORARY) {
            int now = at;
            lives.computeIfAbsent(root, s -> new int[] {now, now})[1] = now;
          }
        }
      }
    }
    for (Storage result : results) {
      int[] life = lives.get(result.root());
      if (life != null) {
        life[1] = Integer.MAX_VALUE;
      }
    }
    return lives;
  }

  /** Lets an elementwise kernel, first of its unit, write over an operand that dies there. */
  private static void reuseInPlace(Unit unit, int at, Map<Storage, int[]> lives) {
    if (unit.launches().isEmpty() || !(unit.launches().getFirst().spec() instanceof Fused spec)) {
      return;
    }
    Launch launch = unit.launches().getFirst();
    for (int o = 0; o < spec.outputs().size(); o++) {
      Storage output = launch.writes().get(o).storage();
      int[] outputLife = lives.get(output);
      if (output.isPlaced() || outputLife == null || outputLife[0] != at) {
        continue;
      }
      for (Slot input : launch.reads()) {
        Storage dying = input.storage().root();
        int[] life = lives.get(dying);
        if (life != null
            && life[0] < at
            && life[1] == at
            && dying.elements() == output.elements()
            && readsOnly(unit, dying, spec.outputs().get(o))) {
          output.placeIn(dying, 0);
          life[1] = outputLife[1];
          lives.remove(output);
          break;
        }
      }
    }
  }

  /** Whether the unit touches the root only as this view of an input of its first launch. */
  private static boolean readsOnly(Unit unit, Storage storage, View view) {
    Launch first = unit.launches().getFirst();
    for (Launch launch : unit.launches()) {
      for (int i = 0; i < launch.operands().size(); i++) {
        Slot slot = launch.operands().get(i);
        if (slot.storage().root() == storage
            && !(launch == first
                && i < launch.reads().size()
                && slot.place() == 0
                && launch.spec().inputs().get(i).equals(view))) {
          return false;
        }
      }
    }
    return true;
  }

  /** First fit among the places, in the order of their offsets, that are taken at the same time. */
  private void place(Life life, List<Place> placed) {
    long elements = life.storage().elements();
    long at = 0;
    for (Place other : placed) {
      if (other.from() >= at + elements) {
        break;
      }
      if (other.first() <= life.last() && life.first() <= other.last()) {
        at = Math.max(at, Math.ceilDiv(other.end(), ALIGNMENT) * ALIGNMENT);
      }
    }
    offsets.put(life.storage(), at);
    int index = placed.size();
    while (index > 0 && placed.get(index - 1).from() > at) {
      index--;
    }
    placed.add(index, new Place(at, at + elements, life.first(), life.last()));
  }
}
