package dev.fathom.data;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A dataset with one more column, the last, of a number for each example. */
final class Extended implements Dataset {
  private final Dataset base;
  private final List<Column> columns;
  private final float[] values;

  Extended(Dataset base, String name, float[] values) {
    if (values.length != base.size()) {
      throw new DataException(
          "[data] expected a number for each of the %d examples of dataset '%s' in column '%s' but got %d"
              .formatted(base.size(), base.name(), name, values.length));
    }
    if (base.columns().stream().anyMatch(column -> column.name().equals(name))) {
      throw new DataException(
          "[data] expected a new name for a column of dataset '%s' but it has '%s'"
              .formatted(base.name(), name));
    }
    List<Column> all = new ArrayList<>(base.columns());
    all.add(new Column(name, DType.F32, Shape.SCALAR, List.of()));
    this.base = base;
    this.columns = List.copyOf(all);
    this.values = values.clone();
  }

  @Override
  public String name() {
    return base.name();
  }

  @Override
  public int size() {
    return base.size();
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public OptionalLong hash(int column, int row) {
    return column == columns.size() - 1 ? OptionalLong.empty() : base.hash(column, row);
  }

  @Override
  public void read(int column, int row, float[] target, int offset) {
    if (column == columns.size() - 1) {
      target[offset] = values[row];
    } else {
      base.read(column, row, target, offset);
    }
  }

  @Override
  public void read(int column, int row, double[] target, int offset) {
    if (column == columns.size() - 1) {
      target[offset] = values[row];
    } else {
      base.read(column, row, target, offset);
    }
  }

  @Override
  public void read(int column, int row, int[] target, int offset) {
    if (column == columns.size() - 1) {
      throw new DataException(
          "[data] expected integers in column '%s' of dataset '%s' but it holds f32"
              .formatted(columns.get(column).name(), name()));
    }
    base.read(column, row, target, offset);
  }
}
