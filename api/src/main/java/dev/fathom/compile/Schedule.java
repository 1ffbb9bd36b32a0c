package dev.fathom.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Orders units: of those that can run, the one that leaves the least memory in use goes first, the
 * earlier one among equals.
 */
final class Schedule {
  private Schedule() {}

  /** {@return the units, each behind all it needs} */
  static List<Unit> order(List<Unit> units) {
    Map<Unit, Integer> missing = new HashMap<>();
    Map<Unit, List<Unit>> followers = new HashMap<>();
    Map<Storage, Integer> readers = new HashMap<>();
    for (Unit unit : units) {
      missing.put(unit, unit.before().size());
      unit.before().forEach(u -> followers.computeIfAbsent(u, x -> new ArrayList<>()).add(unit));
      temporaries(unit).forEach(storage -> readers.merge(storage, 1, Integer::sum));
    }
    List<Unit> ready = new ArrayList<>();
    units.stream().filter(unit -> missing.get(unit) == 0).forEach(ready::add);
    Map<Unit, Integer> position = new HashMap<>();
    units.forEach(unit -> position.put(unit, position.size()));
    Set<Storage> live = new HashSet<>();
    List<Unit> ordered = new ArrayList<>();
    while (!ready.isEmpty()) {
      Unit best = null;
      long least = Long.MAX_VALUE;
      for (Unit unit : ready) {
        long change = 0;
        for (Storage storage : temporaries(unit)) {
          change += live.contains(storage) ? 0 : storage.bytes();
          change -= readers.get(storage) == 1 ? storage.bytes() : 0;
        }
        if (change < least || (change == least && position.get(unit) < position.get(best))) {
          best = unit;
          least = change;
        }
      }
      ready.remove(best);
      ordered.add(best);
      for (Storage storage : temporaries(best)) {
        live.add(storage);
        if (readers.merge(storage, -1, Integer::sum) == 0) {
          live.remove(storage);
        }
      }
      for (Unit follower : followers.getOrDefault(best, List.of())) {
        if (missing.merge(follower, -1, Integer::sum) == 0) {
          ready.add(follower);
        }
      }
    }
    if (ordered.size() != units.size()) {
      throw new IllegalStateException("[compile] units wait for each other");
    }
    return ordered;
  }

  private static Set<Storage> temporaries(Unit unit) {
    Set<Storage> all = new LinkedHashSet<>();
    for (Launch launch : unit.launches()) {
      for (Slot slot : launch.operands()) {
        Storage root = slot.storage().root();
        if (root.kind() == Storage.Kind.TEMPORARY) {
          all.add(root);
        }
      }
    }
    return all;
  }
}
