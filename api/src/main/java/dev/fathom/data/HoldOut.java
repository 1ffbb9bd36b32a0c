package dev.fathom.data;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A rule by which some rows are held back from learning. Anybody may write one. */
@FunctionalInterface
public interface HoldOut {
  /**
   * {@return the rows that are held back, in rising order; at least one of {@code rows} stays}
   *
   * @param rows to choose from, in rising order
   * @param share of them to hold back, in [0, 1), as near as the rule allows
   * @param seed the same gives the same rows
   */
  int[] held(int[] rows, double share, long seed);

  /** {@return a rule that holds back {@code round(rows * share)}, chosen by {@link Shuffle}} */
  static HoldOut random() {
    return (rows, share, seed) -> sorted(chosen(rows.clone(), share, seed, 0));
  }

  /**
   * {@return a rule that holds back the same share of every class} Of a class with n rows, {@code
   * round(n * share)} are held back, chosen by {@link Shuffle} with the class number as epoch; at
   * least one stays.
   *
   * @param classOf the class number of each row
   */
  static HoldOut stratified(int[] classOf) {
    return (rows, share, seed) -> {
      Map<Integer, IntStream.Builder> classes = new TreeMap<>();
      for (int row : rows) {
        classes.computeIfAbsent(classOf[row], _ -> IntStream.builder()).add(row);
      }
      IntStream.Builder held = IntStream.builder();
      classes.forEach(
          (number, own) -> {
            for (int row : chosen(own.build().toArray(), share, seed, number)) {
              held.add(row);
            }
          });
      return sorted(held.build().toArray());
    };
  }

  /**
   * {@return a rule that holds back whole groups, so that no group is on both sides} The share of
   * rows, and that of every class, is as near as a greedy search brings it (as scikit-learn's
   * StratifiedGroupKFold does). Two groups or more are needed, and a class whose rows are all in
   * one group is learned.
   *
   * @param groupOf the number of each row's group
   * @param classOf the class number of each row; all the same where there are no classes
   */
  static HoldOut grouped(int[] groupOf, int[] classOf) {
    return new GroupedHoldOut(groupOf, classOf);
  }

  /**
   * {@return a rule that holds back the last rows by time} Rows of one time stay together: the
   * share is the nearest that allows it. Two times or more are needed.
   *
   * @param timeOf each row's
   */
  static HoldOut last(double[] timeOf) {
    return (rows, share, seed) -> {
      int count = count(rows.length, share);
      if (count == 0) {
        return new int[0];
      }
      int[] order =
          Arrays.stream(rows)
              .boxed()
              .sorted((a, b) -> Double.compare(timeOf[a], timeOf[b]))
              .mapToInt(Integer::intValue)
              .toArray();
      int wanted = rows.length - count;
      int before = wanted;
      while (before > 0 && timeOf[order[before]] == timeOf[order[before - 1]]) {
        before--;
      }
      int behind = wanted;
      while (behind < order.length && timeOf[order[behind]] == timeOf[order[behind - 1]]) {
        behind++;
      }
      if (before == 0 && behind == order.length) {
        throw new DataException(
            "[split] expected rows of two times or more but all %d are of one"
                .formatted(rows.length));
      }
      boolean later = before == 0 || behind < order.length && behind - wanted < wanted - before;
      return sorted(Arrays.copyOfRange(order, later ? behind : before, order.length));
    };
  }

  private static int count(int rows, double share) {
    return (int) Math.max(0, Math.min(Math.round(rows * share), rows - 1L));
  }

  /** Changes the order of the rows. */
  private static int[] chosen(int[] rows, double share, long seed, int epoch) {
    Shuffle.shuffle(rows, seed, epoch);
    return Arrays.copyOf(rows, count(rows.length, share));
  }

  private static int[] sorted(int[] rows) {
    Arrays.sort(rows);
    return rows;
  }
}
