package dev.fathom.encode;

import dev.fathom.data.Column;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.Table;
import dev.fathom.spi.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/**
 * The rows of a table as examples. Columns are encoded when they are read, so that a category of
 * many labels takes no more memory than its number.
 */
final class EncodedTable implements Dataset {
  private final Dataset rest;
  private final List<Column> columns = new ArrayList<>();
  private final List<Encoding.Encoded> inputs = new ArrayList<>();
  private final int[] widths;

  /**
   * @param inputs by their names
   * @param rest the other columns of the examples, of the same rows
   */
  EncodedTable(Table table, SequencedMap<String, Encoding> inputs, Dataset rest) {
    this.rest = rest;
    inputs.forEach(
        (name, encoding) -> {
          DType type = encoding.isIds() ? DType.I32 : DType.F64;
          columns.add(new Column(name, type, encoding.shape(), List.of()));
          this.inputs.add(encoding.over(table));
        });
    columns.addAll(rest.columns());
    widths = columns.stream().mapToInt(c -> Math.toIntExact(c.shape().elements())).toArray();
  }

  @Override
  public String name() {
    return rest.name();
  }

  @Override
  public int size() {
    return rest.size();
  }

  @Override
  public List<Column> columns() {
    return List.copyOf(columns);
  }

  @Override
  public void read(int column, int row, double[] target, int offset) {
    if (column < inputs.size()) {
      inputs.get(column).read(row, target, offset);
    } else {
      rest.read(column - inputs.size(), row, target, offset);
    }
  }

  @Override
  public void read(int column, int row, float[] target, int offset) {
    if (column >= inputs.size()) {
      rest.read(column - inputs.size(), row, target, offset);
      return;
    }
    double[] exact = new double[widths[column]];
    read(column, row, exact, 0);
    for (int i = 0; i < exact.length; i++) {
      target[offset + i] = (float) exact[i];
    }
  }

  @Override
  public void read(int column, int row, int[] target, int offset) {
    if (column >= inputs.size()) {
      rest.read(column - inputs.size(), row, target, offset);
      return;
    }
    if (columns.get(column).dtype() != DType.I32) {
      throw new DataException(
          "[data] expected integers in column '%s' of dataset '%s' but it holds numbers"
              .formatted(columns.get(column).name(), name()));
    }
    inputs.get(column).read(row, target, offset);
  }
}
