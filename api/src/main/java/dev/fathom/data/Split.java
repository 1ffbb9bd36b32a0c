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
    if (!dataset.columns().get(index).isClass()) {
      throw new DataException(
          "[split] expected a class column but '%s' of dataset '%s' has no labels"
              .formatted(column, dataset.name()));
    }
    int[] classOf = new int[dataset.size()];
    for (int row = 0; row < classOf.length; row++) {
      dataset.read(index, row, classOf, row);
    }
    return of(dataset, HoldOut.stratified(classOf), fraction, seed);
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
    return of(dataset, HoldOut.random(), fraction, seed);
  }

  /**
   * {@return a split by a rule}
   *
   * @param fraction the share to hold back, in [0, 1)
   */
  public static Split of(Dataset dataset, HoldOut rule, double fraction, long seed) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new DataException("[split] expected a fraction in [0, 1) but got " + fraction);
    }
    int[] all = IntStream.range(0, dataset.size()).toArray();
    return of(dataset, all, rule.held(all, fraction, seed));
  }

  /**
   * {@return a view of a few examples of each class, in their original order, chosen by {@link
   * Shuffle}}
   *
   * @param column the position of a class column
   * @param perClass how many of each, if there are so many
   */
  public static Dataset few(Dataset dataset, int column, int perClass, long seed) {
    int[] label = new int[1];
    int[] taken = new int[dataset.columns().get(column).classes()];
    List<Integer> rows = new ArrayList<>();
    for (int row : Shuffle.order(dataset.size(), seed, 0)) {
      dataset.read(column, row, label, 0);
      if (taken[label[0]]++ < perClass) {
        rows.add(row);
      }
    }
    int[] sorted = rows.stream().mapToInt(row -> row).sorted().toArray();
    return dataset.select(dataset.name(), sorted);
  }

  /** {@return a split whose held-back rows are known} */
  private static Split of(Dataset dataset, int[] all, int[] held) {
    int[] learned = Arrays.stream(all).filter(row -> Arrays.binarySearch(held, row) < 0).toArray();
    return new Split(
        dataset.select(dataset.name() + " (train)", learned),
        dataset.select(dataset.name() + " (validation)", held));
  }
}
