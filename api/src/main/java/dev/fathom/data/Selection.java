package dev.fathom.data;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/** Some rows of another dataset. */
final class Selection implements Dataset {
  private final String name;
  private final Dataset base;
  private final int[] rows;

  Selection(String name, Dataset base, int[] rows) {
    this.name = Objects.requireNonNull(name);
    this.base = base;
    this.rows = rows.clone();
    for (int row : this.rows) {
      if (row < 0 || row >= base.size()) {
        throw new DataException(
            "[select] expected rows 0 to %d of dataset '%s' but got %d"
                .formatted(base.size() - 1, base.name(), row));
      }
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return rows.length;
  }

  @Override
  public List<Column> columns() {
    return base.columns();
  }

  @Override
  public OptionalLong hash(int column, int row) {
    return base.hash(column, rows[row]);
  }

  @Override
  public void read(int column, int row, float[] target, int offset) {
    base.read(column, rows[row], target, offset);
  }

  @Override
  public void read(int column, int row, double[] target, int offset) {
    base.read(column, rows[row], target, offset);
  }

  @Override
  public void read(int column, int row, int[] target, int offset) {
    base.read(column, rows[row], target, offset);
  }
}
