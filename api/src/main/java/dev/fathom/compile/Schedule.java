package dev.fathom.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Orders units so that little memory is in use at any time. */
final class Schedule {
  /** Another order must save this share of memory to be worth its poorer locality. */
  private static final double WORTH = 0.95;

  private final List<Unit> units;
  private final Map<Unit, Integer> position = new HashMap<>();
  private final Map<Unit, Integer> missing = new HashMap<>();
  private final Map<Unit, List<Unit>> followers = new HashMap<>();
  private final Map<Unit, Set<Storage>> storages = new HashMap<>();
  private final Map<Storage, Integer> uses = new HashMap<>();

  /**
   * Storages that several units write, such as all gradients. They are needed from the first of
   * these units on, so a later order of the others saves nothing.
   */
  private final Set<Storage> shared = new HashSet<>();

  private Schedule(List<Unit> units) {
    this.units = units;
    Set<Storage> written = new HashSet<>();
    for (Unit unit : units) {
      position.put(unit, position.size());
      missing.put(unit, unit.before().size());
      unit.before().forEach(u -> followers.computeIfAbsent(u, x -> new ArrayList<>()).add(unit));
      storages.put(unit, temporaries(unit, Launch::operands));
      storages.get(unit).forEach(storage -> uses.merge(storage, 1, Integer::sum));
      temporaries(unit, Launch::writes).stream()
          .filter(storage -> !written.add(storage))
          .forEach(shared::add);
    }
  }

  /** {@return the units, each behind all it needs, in the best order that a strategy finds} */
  static List<Unit> order(List<Unit> units) {
    Schedule schedule = new Schedule(units);
    List<Unit> best = schedule.order(Strategy.NATURAL);
    Use least = schedule.use(best);
    for (Strategy strategy : List.of(Strategy.EAGER, Strategy.GREEDY)) {
      List<Unit> order = schedule.order(strategy);
      Use use = schedule.use(order);
      if (use.isWorth(least)) {
        best = order;
        least = use;
      }
    }
    return best;
  }

  /** Which of the units that can run goes first. */
  private enum Strategy {
    /** Units in the order they were made, which keeps producers near their consumers. */
    NATURAL,
    /**
     * Units that need no new memory first, the others in the order they were made: a weight's
     * gradient is computed with that of its layer's output, not after the whole backward pass.
     */
    EAGER,
    /** Units that leave the least memory in use first. */
    GREEDY;

    /**
     * {@return the rank of a unit; the smallest is next}
     *
     * @param change bytes in use afterwards, compared with before
     */
    private long rank(int position, long change) {
      return switch (this) {
        case NATURAL -> position;
        case EAGER -> change <= 0 ? -1 : position;
        case GREEDY -> change;
      };
    }
  }

  private List<Unit> order(Strategy strategy) {
    return new Pass(strategy).order();
  }

  /** A unit that can run; of equal ranks the one that could first is next. */
  private record Candidate(long rank, int number, Unit unit) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      int byRank = Long.compare(rank, other.rank);
      return byRank != 0 ? byRank : Integer.compare(number, other.number);
    }
  }

  /**
   * Makes one order. A rank changes only with a storage of its unit, so no step looks at all units
   * that can run: networks of thousands of layers have thousands.
   */
  private final class Pass {
    private final Strategy strategy;
    private final Map<Unit, Integer> open = new HashMap<>(missing);
    private final Map<Storage, Integer> left = new HashMap<>(uses);
    private final Set<Storage> live = new HashSet<>();
    private final TreeSet<Candidate> ready = new TreeSet<>();
    private final Map<Unit, Candidate> candidates = new HashMap<>();
    private final Map<Storage, Set<Unit>> waiting = new HashMap<>();
    private int entered;

    Pass(Strategy strategy) {
      this.strategy = strategy;
    }

    List<Unit> order() {
      units.stream().filter(unit -> open.get(unit) == 0).forEach(this::enter);
      List<Unit> ordered = new ArrayList<>();
      while (!ready.isEmpty()) {
        Unit best = ready.pollFirst().unit();
        candidates.remove(best);
        ordered.add(best);
        run(best);
        for (Unit follower : followers.getOrDefault(best, List.of())) {
          if (open.merge(follower, -1, Integer::sum) == 0) {
            enter(follower);
          }
        }
      }
      if (ordered.size() != units.size()) {
        throw new IllegalStateException("[compile] units wait for each other");
      }
      return ordered;
    }

    private void enter(Unit unit) {
      for (Storage storage : storages.get(unit)) {
        waiting.computeIfAbsent(storage, _ -> new LinkedHashSet<>()).add(unit);
      }
      rank(unit, entered++);
    }

    private void run(Unit unit) {
      Set<Unit> affected = new LinkedHashSet<>();
      for (Storage storage : storages.get(unit)) {
        waiting.get(storage).remove(unit);
        boolean isNew = live.add(storage);
        int uses = left.merge(storage, -1, Integer::sum);
        if (uses == 0) {
          live.remove(storage);
        }
        if (isNew || uses == 1) {
          affected.addAll(waiting.get(storage));
        }
      }
      affected.remove(unit);
      for (Unit other : affected) {
        Candidate old = candidates.get(other);
        ready.remove(old);
        rank(other, old.number());
      }
    }

    private void rank(Unit unit, int number) {
      long change = 0;
      for (Storage storage : storages.get(unit)) {
        change += live.contains(storage) || shared.contains(storage) ? 0 : storage.bytes();
        change -= left.get(storage) == 1 ? storage.bytes() : 0;
      }
      Candidate candidate = new Candidate(strategy.rank(position.get(unit), change), number, unit);
      candidates.put(unit, candidate);
      ready.add(candidate);
    }
  }

  /**
   * The memory that an order uses.
   *
   * @param peak the most bytes that are alive at any unit
   * @param sum of the bytes that are alive at each unit: a value that is used late is no longer in
   *     a cache
   */
  private record Use(long peak, double sum) {
    private boolean isWorth(Use other) {
      return peak < WORTH * other.peak || peak <= other.peak && sum < WORTH * other.sum;
    }
  }

  private Use use(List<Unit> order) {
    Map<Storage, Integer> left = new HashMap<>(uses);
    Set<Storage> live = new HashSet<>();
    long now = 0;
    long peak = 0;
    double sum = 0;
    for (Unit unit : order) {
      for (Storage storage : storages.get(unit)) {
        now += live.add(storage) ? storage.bytes() : 0;
      }
      peak = Math.max(peak, now);
      sum += now;
      for (Storage storage : storages.get(unit)) {
        now -= left.merge(storage, -1, Integer::sum) == 0 ? storage.bytes() : 0;
      }
    }
    return new Use(peak, sum);
  }

  private static Set<Storage> temporaries(Unit unit, Function<Launch, List<Slot>> operands) {
    Set<Storage> all = new LinkedHashSet<>();
    for (Launch launch : unit.launches()) {
      for (Slot slot : operands.apply(launch)) {
        Storage root = slot.storage().root();
        if (root.kind() == Storage.Kind.TEMPORARY) {
          all.add(root);
        }
      }
    }
    return all;
  }
}
