package dev.fathom.data;

import dev.fathom.spi.DType;
import java.util.List;
import java.util.OptionalLong;

/**
 * Examples, each a row over the same named columns. Every format gives a dataset and every training
 * reads one. A format that decodes lazily implements this interface itself, the others build an
 * {@link ArrayDataset}.
 *
 * <p>Implementations are immutable and may be read by several threads at once.
 */
public interface Dataset {
  /** {@return the name that messages use} */
  String name();

  /** {@return the number of examples} */
  int size();

  /** {@return the columns, in order} */
  List<Column> columns();

  /**
   * Copies one example's values of a column, row-major and converted to float, to {@code
   * target[offset ..]}. Allocates nothing.
   *
   * @param column the column's position in {@link #columns()}
   * @param row the example, in {@code 0 .. size() - 1}
   */
  void read(int column, int row, float[] target, int offset);

  /**
   * Copies one example's values of a column as f64, like {@link #read(int, int, float[], int)}. A
   * dataset with a column of f64 implements this; of any other type f32 holds what training needs.
   *
   * @throws UnsupportedOperationException if it does not, though the column is f64
   */
  default void read(int column, int row, double[] target, int offset) {
    Column read = columns().get(column);
    if (read.dtype() == DType.F64) {
      throw new UnsupportedOperationException(
          "[data] expected dataset '%s' to read column '%s' as f64, the type that it says"
              .formatted(name(), read.name()));
    }
    float[] values = new float[Math.toIntExact(read.shape().elements())];
    read(column, row, values, 0);
    for (int i = 0; i < values.length; i++) {
      target[offset + i] = values[i];
    }
  }

  /**
   * Copies one example's values of a column as integers, like {@link #read(int, int, float[],
   * int)}.
   *
   * @throws DataException if the column holds floating-point numbers
   */
  void read(int column, int row, int[] target, int offset);

  /**
   * {@return a hash of what an example has in a column: the same where that is the same, and
   * another, but for chance, where it is not} Empty, as by default, where it would have to be read
   * with effort.
   */
  default OptionalLong hash(int column, int row) {
    return OptionalLong.empty();
  }

  /**
   * {@return the position of the column with this name}
   *
   * @throws DataException if there is none, naming those there are
   */
  default int column(String name) {
    List<Column> columns = columns();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new DataException(
        "[data] expected a column '%s' in dataset '%s' but it has %s"
            .formatted(name, name(), columns.stream().map(Column::name).toList()));
  }

  /**
   * {@return a view of these examples with one more column, the last, of numbers of shape []}
   *
   * @param name of the column
   * @param values one for each example
   * @throws DataException if there is a column of this name, or not a value for each example
   */
  default Dataset with(String name, float... values) {
    return new Extended(this, name, values);
  }

  /**
   * {@return a view of the given examples in the given order; nothing is copied but {@code rows}}
   *
   * @param name the view's name
   * @param rows examples of this dataset
   * @throws DataException if a row is not in this dataset
   */
  default Dataset select(String name, int... rows) {
    return new Selection(name, this, rows);
  }
}
