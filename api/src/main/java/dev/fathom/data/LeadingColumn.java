package dev.fathom.data;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A column that is read in a way of its own, and the columns of another dataset behind it. */
public abstract class LeadingColumn implements Dataset {
  private final Dataset targets;
  private final int firstTarget;
  private final List<Column> columns;

  /**
   * @param targets with an example for each of the column
   * @param firstTarget the first of their columns that counts
   */
  protected LeadingColumn(Column column, Dataset targets, int firstTarget) {
    this.targets = targets;
    this.firstTarget = firstTarget;
    List<Column> all = new ArrayList<>();
    all.add(column);
    all.addAll(targets.columns().subList(firstTarget, targets.columns().size()));
    columns = List.copyOf(all);
  }

  /** Copies an example of the leading column, as {@link Dataset#read} does. */
  protected abstract void read(int row, float[] target, int offset);

  /**
   * Copies an example of the leading column, as {@link Dataset#read} does.
   *
   * @throws DataException if the column holds floating-point numbers
   */
  protected abstract void read(int row, int[] target, int offset);

  /** {@return a hash of an example of the leading column, as {@link Dataset#hash} gives it} */
  protected abstract OptionalLong hash(int row);

  @Override
  public final String name() {
    return targets.name();
  }

  @Override
  public final int size() {
    return targets.size();
  }

  @Override
  public final List<Column> columns() {
    return columns;
  }

  private int target(int column) {
    return column - 1 + firstTarget;
  }

  @Override
  public final OptionalLong hash(int column, int row) {
    return column == 0 ? hash(row) : targets.hash(target(column), row);
  }

  @Override
  public final void read(int column, int row, float[] target, int offset) {
    if (column == 0) {
      read(row, target, offset);
    } else {
      targets.read(target(column), row, target, offset);
    }
  }

  @Override
  public final void read(int column, int row, double[] target, int offset) {
    if (column == 0) {
      Dataset.super.read(column, row, target, offset);
    } else {
      targets.read(target(column), row, target, offset);
    }
  }

  @Override
  public final void read(int column, int row, int[] target, int offset) {
    if (column == 0) {
      read(row, target, offset);
    } else {
      targets.read(target(column), row, target, offset);
    }
  }
}
