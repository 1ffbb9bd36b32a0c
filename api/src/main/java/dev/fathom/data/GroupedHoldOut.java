package dev.fathom.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds back whole groups. The groups, the largest first, go one by one to the side that is less
 * full for what is in them; then single groups change sides while that brings the shares nearer.
 */
record GroupedHoldOut(int[] groupOf, int[] classOf) implements HoldOut {
  private static final int MOST_ROUNDS = 20;

  @Override
  public int[] held(int[] rows, double share, long seed) {
    if (share == 0) {
      return new int[0];
    }
    List<Group> groups = groups(rows, seed);
    if (groups.size() < 2) {
      throw new DataException(
          "[split] expected rows of two groups or more but all %d are of one"
              .formatted(rows.length));
    }
    Sides sides = new Sides(groups, share);
    groups.forEach(group -> sides.put(group, sides.fillsLess(group)));
    for (int round = 0; round < MOST_ROUNDS && sides.improve(); round++) {}
    sides.learnEveryClass();
    sides.useBoth();
    Map<Integer, Boolean> held = new HashMap<>();
    groups.forEach(group -> held.put(group.number, group.held));
    return Arrays.stream(rows).filter(row -> held.get(groupOf[row])).toArray();
  }

  /** A group, and how many rows of each class it has. */
  private static final class Group {
    final int number;
    final Map<Integer, Integer> classes = new LinkedHashMap<>();
    int size;
    boolean held;

    Group(int number) {
      this.number = number;
    }
  }

  /** {@return the groups, the largest first, those of one size in an order of the seed} */
  private List<Group> groups(int[] rows, long seed) {
    Map<Integer, Group> found = new LinkedHashMap<>();
    for (int row : rows) {
      Group group = found.computeIfAbsent(groupOf[row], Group::new);
      group.classes.merge(classOf[row], 1, Integer::sum);
      group.size++;
    }
    List<Group> inOrder = List.copyOf(found.values());
    List<Group> groups = new ArrayList<>();
    for (int at : Shuffle.order(inOrder.size(), seed, 0)) {
      groups.add(inOrder.get(at));
    }
    groups.sort(Comparator.comparingInt((Group group) -> group.size).reversed());
    return groups;
  }

  /** What is on both sides, by class. */
  private static final class Sides {
    final List<Group> groups;
    final double share;
    final Map<Integer, Integer> all = new HashMap<>();
    final Map<Integer, Integer> held = new HashMap<>();
    final Map<Integer, Integer> learned = new HashMap<>();
    int rows;
    int rowsHeld;
    int groupsHeld;

    Sides(List<Group> groups, double share) {
      this.groups = groups;
      this.share = share;
      for (Group group : groups) {
        group.classes.forEach((each, count) -> all.merge(each, count, Integer::sum));
        rows += group.size;
      }
    }

    void put(Group group, boolean toHeld) {
      group.held = toHeld;
      group.classes.forEach((c, count) -> (toHeld ? held : learned).merge(c, count, Integer::sum));
      rowsHeld += toHeld ? group.size : 0;
      groupsHeld += toHeld ? 1 : 0;
    }

    void flip(Group group) {
      boolean toHeld = !group.held;
      group.classes.forEach((c, count) -> (toHeld ? learned : held).merge(c, -count, Integer::sum));
      rowsHeld -= toHeld ? 0 : group.size;
      groupsHeld -= toHeld ? 0 : 1;
      put(group, toHeld);
    }

    /** {@return whether a group makes both sides more alike in how full they are if it is held} */
    boolean fillsLess(Group group) {
      double ifHeld = 0;
      double ifLearned = 0;
      for (Map.Entry<Integer, Integer> entry : group.classes.entrySet()) {
        double count = all.get(entry.getKey());
        double heldPart = held.getOrDefault(entry.getKey(), 0) / (share * count);
        double learnedPart = learned.getOrDefault(entry.getKey(), 0) / ((1 - share) * count);
        double more = entry.getValue() / count;
        ifHeld += count * square(heldPart + more / share - learnedPart);
        ifLearned += count * square(heldPart - learnedPart - more / (1 - share));
      }
      return ifHeld < ifLearned;
    }

    /** {@return by how much the shares would be further from what is wanted} */
    double change(Group group) {
      int sign = group.held ? -1 : 1;
      double change = change(rowsHeld, sign * group.size, rows);
      for (Map.Entry<Integer, Integer> entry : group.classes.entrySet()) {
        int c = entry.getKey();
        change += change(held.getOrDefault(c, 0), sign * entry.getValue(), all.get(c));
      }
      return change;
    }

    private double change(double before, double difference, double count) {
      double wanted = share * count;
      return (square(before + difference - wanted) - square(before - wanted)) / count;
    }

    private static double square(double x) {
      return x * x;
    }

    /** {@return whether a group changed sides} */
    boolean improve() {
      boolean changed = false;
      for (Group group : groups) {
        if (change(group) < -1e-9) {
          flip(group);
          changed = true;
        }
      }
      return changed;
    }

    /** A class of which no row is learned cannot be known. */
    void learnEveryClass() {
      for (int c : all.keySet().stream().sorted().toList()) {
        if (learned.getOrDefault(c, 0) == 0) {
          groups.stream()
              .filter(group -> group.held && group.classes.containsKey(c))
              .min(Comparator.comparingDouble(this::change))
              .ifPresent(this::flip);
        }
      }
    }

    /** Something is held back, if a group may be: one that has no class alone. */
    void useBoth() {
      if (groupsHeld == 0) {
        groups.stream()
            .filter(
                group ->
                    group.classes.entrySet().stream()
                        .noneMatch(c -> learned.get(c.getKey()).equals(c.getValue())))
            .min(Comparator.comparingDouble(this::change))
            .ifPresent(this::flip);
      }
    }
  }
}
