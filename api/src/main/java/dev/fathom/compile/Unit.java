package dev.fathom.compile;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Launches that run one after the other with nothing between them. {@link Schedule} orders units as
 * a whole.
 */
final class Unit {
  private final List<Launch> launches = new ArrayList<>();
  private final Set<Unit> before = new LinkedHashSet<>();

  List<Launch> launches() {
    return launches;
  }

  /** {@return the units that must have run} */
  Set<Unit> before() {
    return before;
  }

  void add(Launch launch) {
    launches.add(launch);
  }

  /**
   * Removes copies of elements onto themselves, which are left where operands were placed in one
   * storage.
   */
  void dropSelfCopies() {
    launches.removeIf(Launch::copiesOntoItself);
  }

  boolean reads(Storage storage) {
    return launches.stream()
        .flatMap(launch -> launch.reads().stream())
        .anyMatch(slot -> slot.storage() == storage);
  }

  /** {@return whether {@code other} must run before one of {@code units}, or is one} */
  static boolean anyFollows(Collection<Unit> units, Unit other) {
    Set<Unit> seen = new HashSet<>();
    List<Unit> open = new ArrayList<>(units);
    while (!open.isEmpty()) {
      Unit unit = open.removeLast();
      if (unit == other) {
        return true;
      }
      if (seen.add(unit)) {
        open.addAll(unit.before);
      }
    }
    return false;
  }
}
