package dev.fathom.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A dataset cut in two views; each keeps the examples in their original order.
 *
 * @param train examples to learn from
 * @param validation examples that are held back
 */
public record Split(Dataset train, Dataset validation) {
  /**
   * {@return a split that holds back the same share of every class}
   *
   * <p>Of a class with n examples, {@code round(n * fraction)} are held back, chosen by {@link
   * Shuffle} with the class number as epoch; at least one stays.
   *
   * @param column a class column
   * @param fraction the share to hold back, in [0, 1)
   * @throws DataException if the column does not hold classes
   */
  public static Split stratified(Dataset dataset, String column, double fraction, long seed) {
    int index = dataset.column(column);
    int classes = dataset.columns().get(index).classes();
    if (classes == 0) {
      throw new DataException(
          "[split] expected a class column but '%s' of dataset '%s' has no labels"
              .formatted(column, dataset.name()));
    }
    int[] number = new int[1];
    int[] classOf = new int[dataset.size()];
    int[] counts = new int[classes];
    for (int row = 0; row < classOf.length; row++) {
      dataset.read(index, row, number, 0);
      classOf[row] = number[0];
      counts[number[0]]++;
    }
    List<int[]> groups = new ArrayList<>();
    for (int count : counts) {
      groups.add(new int[count]);
    }
    int[] filled = new int[classes];
    for (int row = 0; row < classOf.length; row++) {
      groups.get(classOf[row])[filled[classOf[row]]++] = row;
    }
    return of(dataset, groups, fraction, seed);
  }

  /**
   * {@return a split by a column}: {@link #stratified} if it holds classes, otherwise {@link
   * #random}
   *
   * @param column the position of the column
   */
  public static Split of(Dataset dataset, int column, double fraction, long seed) {
    Column by = dataset.columns().get(column);
    return by.isClass()
        ? stratified(dataset, by.name(), fraction, seed)
        : random(dataset, fraction, seed);
  }

  /** {@return a split without regard to classes, else like {@link #stratified}} */
  public static Split random(Dataset dataset, double fraction, long seed) {
    return of(dataset, List.of(IntStream.range(0, dataset.size()).toArray()), fraction, seed);
  }

  private static Split of(Dataset dataset, List<int[]> groups, double fraction, long seed) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new DataException("[split] expected a fraction in [0, 1) but got " + fraction);
    }
    boolean[] held = new boolean[dataset.size()];
    for (int group = 0; group < groups.size(); group++) {
      int[] rows = groups.get(group);
      Shuffle.shuffle(rows, seed, group);
      int count = (int) Math.min(Math.round(rows.length * fraction), rows.length - 1L);
      for (int i = 0; i < count; i++) {
        held[rows[i]] = true;
      }
    }
    int[] all = IntStream.range(0, held.length).toArray();
    return new Split(
        dataset.select(
            dataset.name() + " (train)", Arrays.stream(all).filter(r -> !held[r]).toArray()),
        dataset.select(
            dataset.name() + " (validation)", Arrays.stream(all).filter(r -> held[r]).toArray()));
  }
}
