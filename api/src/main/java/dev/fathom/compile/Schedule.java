package dev.fathom.compile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/** Orders units so that little memory is in use at any time. */
final class Schedule {
  /** The greedy order must save this share of memory to be worth its poorer locality. */
  private static final double WORTH = 0.95;

  private final List<Unit> units;
  private final Map<Unit, Integer> missing = new HashMap<>();
  private final Map<Unit, List<Unit>> followers = new HashMap<>();
  private final Map<Unit, Set<Storage>> storages = new HashMap<>();
  private final Map<Storage, Integer> uses = new HashMap<>();

  private Schedule(List<Unit> units) {
    this.units = units;
    for (Unit unit : units) {
      missing.put(unit, unit.before().size());
      unit.before().forEach(u -> followers.computeIfAbsent(u, x -> new ArrayList<>()).add(unit));
      storages.put(unit, temporaries(unit));
      storages.get(unit).forEach(storage -> uses.merge(storage, 1, Integer::sum));
    }
  }

  /**
   * {@return the units, each behind all it needs} As they were made, which keeps producers near
   * their consumers, or greedily by memory where that saves a good part of it.
   */
  static List<Unit> order(List<Unit> units) {
    Schedule schedule = new Schedule(units);
    List<Unit> natural = schedule.natural();
    List<Unit> greedy = schedule.greedy();
    return schedule.peak(greedy) < WORTH * schedule.peak(natural) ? greedy : natural;
  }

  private List<Unit> natural() {
    Map<Unit, Integer> position = new HashMap<>();
    units.forEach(unit -> position.put(unit, position.size()));
    PriorityQueue<Unit> ready = new PriorityQueue<>(Comparator.comparing(position::get));
    Map<Unit, Integer> open = new HashMap<>(missing);
    units.stream().filter(unit -> open.get(unit) == 0).forEach(ready::add);
    List<Unit> ordered = new ArrayList<>();
    while (!ready.isEmpty()) {
      Unit unit = ready.poll();
      ordered.add(unit);
      for (Unit follower : followers.getOrDefault(unit, List.of())) {
        if (open.merge(follower, -1, Integer::sum) == 0) {
          ready.add(follower);
        }
      }
    }
    if (ordered.size() != units.size()) {
      throw new IllegalStateException("[compile] units wait for each other");
    }
    return ordered;
  }

  /** Of the units that can run, the one that leaves the least memory in use goes first. */
  private List<Unit> greedy() {
    Map<Unit, Integer> open = new HashMap<>(missing);
    Map<Storage, Integer> left = new HashMap<>(uses);
    Set<Storage> live = new HashSet<>();
    List<Unit> ready = new ArrayList<>();
    units.stream().filter(unit -> open.get(unit) == 0).forEach(ready::add);
    List<Unit> ordered = new ArrayList<>();
    while (!ready.isEmpty()) {
      Unit best = ready.getFirst();
      long least = Long.MAX_VALUE;
      for (Unit unit : ready) {
        long change = 0;
        for (Storage storage : storages.get(unit)) {
          change += live.contains(storage) ? 0 : storage.bytes();
          change -= left.get(storage) == 1 ? storage.bytes() : 0;
        }
        if (change < least) {
          best = unit;
          least = change;
        }
      }
      ready.remove(best);
      ordered.add(best);
      for (Storage storage : storages.get(best)) {
        live.add(storage);
        if (left.merge(storage, -1, Integer::sum) == 0) {
          live.remove(storage);
        }
      }
      for (Unit follower : followers.getOrDefault(best, List.of())) {
        if (open.merge(follower, -1, Integer::sum) == 0) {
          ready.add(follower);
        }
      }
    }
    return ordered;
  }

  /** {@return the most bytes that are alive at any unit} */
  private long peak(List<Unit> order) {
    Map<Storage, Integer> left = new HashMap<>(uses);
    Set<Storage> live = new HashSet<>();
    long now = 0;
    long most = 0;
    for (Unit unit : order) {
      for (Storage storage : storages.get(unit)) {
        now += live.add(storage) ? storage.bytes() : 0;
      }
      most = Math.max(most, now);
      for (Storage storage : storages.get(unit)) {
        now -= left.merge(storage, -1, Integer::sum) == 0 ? storage.bytes() : 0;
      }
    }
    return most;
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
