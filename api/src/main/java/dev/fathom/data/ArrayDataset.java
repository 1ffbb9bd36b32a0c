package dev.fathom.data;

import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A dataset in memory: one primitive array per column.
 *
 * <pre>{@code
 * Dataset xor = ArrayDataset.named("xor")
 *     .floats("x", Shape.of(2), 0, 0, 0, 1, 1, 0, 1, 1)
 *     .classes("label", List.of("same", "different"), 0, 1, 1, 0)
 *     .build();
 * }</pre>
 *
 * <p>Arrays are not copied: do not change them afterwards.
 */
public final class ArrayDataset implements Dataset {
  private final String name;
  private final int size;
  private final List<Column> columns;
  private final Storage[] storages;
  private final int[] widths;

  private ArrayDataset(Builder builder) {
    name = builder.name;
    size = builder.size;
    columns = List.copyOf(builder.columns);
    storages = builder.storages.toArray(Storage[]::new);
    widths = columns.stream().mapToInt(c -> (int) c.shape().elements()).toArray();
  }

  /** {@return a builder of a dataset with this name} */
  public static Builder named(String name) {
    return new Builder(name);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  /** Of bytes in memory. */
  @Override
  public OptionalLong hash(int column, int row) {
    Objects.checkIndex(row, size);
    int width = widths[column];
    return storages[column] instanceof Storage.Unsigned8(byte[] values)
        ? OptionalLong.of(Hash.of(0, values, row * width, width))
        : OptionalLong.empty();
  }

  @Override
  public void read(int column, int row, float[] target, int offset) {
    Objects.checkIndex(row, size);
    int width = widths[column];
    storages[column].copy(row * width, width, target, offset);
  }

  @Override
  public void read(int column, int row, double[] target, int offset) {
    Objects.checkIndex(row, size);
    int width = widths[column];
    storages[column].copy(row * width, width, target, offset);
  }

  @Override
  public void read(int column, int row, int[] target, int offset) {
    Objects.checkIndex(row, size);
    if (storages[column].dtype().isFloating()) {
      throw new DataException(
          "[data] expected integers in column '%s' of dataset '%s' but it holds %s"
              .formatted(columns.get(column).name(), name, storages[column].dtype().label()));
    }
    int width = widths[column];
    storages[column].copy(row * width, width, target, offset);
  }

  static DataException unequal(
      String dataset, String column, long examples, String other, long others) {
    return new DataException(
        "[data] expected equally many examples in every column of dataset '%s' but '%s' has %d and '%s' has %d"
            .formatted(dataset, column, examples, other, others));
  }

  /** Collects columns. Each call checks its column; for one thread. */
  public static final class Builder {
    private final String name;
    private final List<Column> columns = new ArrayList<>();
    private final List<Storage> storages = new ArrayList<>();
    private int size = -1;

    private Builder(String name) {
      this.name = Objects.requireNonNull(name);
    }

    /**
     * Adds a column of numbers.
     *
     * @param shape the shape of one example
     * @param values {@code [examples, ...shape]}, row-major
     * @throws DataException if the length does not fit the shape or the other columns, or a value
     *     is NaN or infinite, naming the example and the position
     */
    public Builder floats(String column, Shape shape, float... values) {
      return add(column, shape, List.of(), new Storage.Floats(values));
    }

    /**
     * Adds a column of numbers that tell of classes, like {@link #floats}: boxes, for example.
     *
     * @param labels the names of the classes
     */
    public Builder floats(String column, Shape shape, List<String> labels, float... values) {
      return add(column, shape, labels, new Storage.Floats(values));
    }

    /** Adds a column of numbers, like {@link #floats}; they are normalised before they are f32. */
    public Builder doubles(String column, Shape shape, double... values) {
      return add(column, shape, List.of(), new Storage.Doubles(values));
    }

    /** Adds a column of integers, like {@link #floats}. */
    public Builder ints(String column, Shape shape, int... values) {
      return add(column, shape, List.of(), new Storage.Ints(values));
    }

    /** Adds a column of unsigned bytes, pixels for example, like {@link #floats}. */
    public Builder unsignedBytes(String column, Shape shape, byte... values) {
      return add(column, shape, List.of(), new Storage.Unsigned8(values));
    }

    /**
     * Adds a column of class numbers, one per example.
     *
     * @param labels the names of the classes
     * @throws DataException if a number is not in {@code 0 .. labels.size() - 1}
     */
    public Builder classes(String column, List<String> labels, int... values) {
      return classes(column, labels, new Storage.Ints(values));
    }

    /** Adds what an IDX file holds; its first axis counts the examples. */
    public Builder idx(String column, Idx file) {
      return add(column, file.shape().slice(1, file.shape().rank()), List.of(), file.storage());
    }

    /**
     * Adds class numbers from an IDX file of one axis.
     *
     * @param labels the names of the classes; empty for the numbers 0 to the greatest there is
     */
    public Builder idxClasses(String column, Idx file, List<String> labels) {
      if (file.shape().rank() != 1 || file.storage().dtype().isFloating()) {
        throw new DataException(
            "[data] expected integers of one axis as classes '%s' of dataset '%s' but got %s %s"
                .formatted(column, name, file.storage().dtype().label(), file.shape()));
      }
      return classes(column, labels.isEmpty() ? numbers(file.storage()) : labels, file.storage());
    }

    /**
     * {@return the dataset}
     *
     * @throws DataException if it has no column
     */
    public Dataset build() {
      if (columns.isEmpty()) {
        throw new DataException("[data] expected at least one column in dataset '" + name + "'");
      }
      return new ArrayDataset(this);
    }

    private Builder classes(String column, List<String> labels, Storage storage) {
      int[] value = new int[1];
      for (int row = 0; row < storage.length(); row++) {
        storage.copy(row, 1, value, 0);
        if (value[0] < 0 || value[0] >= labels.size()) {
          throw new DataException(
              "[data] example %d of column '%s' in dataset '%s': expected a class 0 to %d but got %d"
                  .formatted(row, column, name, labels.size() - 1, value[0]));
        }
      }
      return add(column, Shape.SCALAR, labels, storage);
    }

    private static List<String> numbers(Storage storage) {
      int[] value = new int[1];
      int greatest = -1;
      for (int row = 0; row < storage.length(); row++) {
        storage.copy(row, 1, value, 0);
        greatest = Math.max(greatest, value[0]);
      }
      if (greatest >= 1 << 20) {
        throw new DataException(
            "[data] expected class numbers below %d but got %d".formatted(1 << 20, greatest));
      }
      List<String> labels = new ArrayList<>();
      for (int i = 0; i <= greatest; i++) {
        labels.add(Integer.toString(i));
      }
      return labels;
    }

    private Builder add(String column, Shape shape, List<String> labels, Storage storage) {
      if (columns.stream().anyMatch(c -> c.name().equals(column))) {
        throw new DataException(
            "[data] expected column names of dataset '%s' to differ but '%s' came twice"
                .formatted(name, column));
      }
      long width = shape.elements();
      if (width == 0 || storage.length() % width != 0) {
        throw new DataException(
            "[data] column '%s' of dataset '%s': expected a multiple of the %d values of shape %s"
                    .formatted(column, name, width, shape)
                + " but got "
                + storage.length());
      }
      int examples = (int) (storage.length() / width);
      if (size >= 0 && examples != size) {
        throw unequal(name, columns.getFirst().name(), size, column, examples);
      }
      int bad = storage.firstNonFinite();
      if (bad >= 0) {
        float[] value = new float[1];
        storage.copy(bad, 1, value, 0);
        throw new DataException(
            "[data] example %d of column '%s' in dataset '%s', position %s:"
                    .formatted(bad / width, column, name, position(shape, bad % width))
                + " expected a finite number but got "
                + value[0]);
      }
      size = examples;
      columns.add(new Column(column, storage.dtype(), shape, labels));
      storages.add(storage);
      return this;
    }

    private static String position(Shape shape, long offset) {
      long[] position = shape.rowMajorStrides();
      for (int axis = 0; axis < position.length; axis++) {
        long step = position[axis];
        position[axis] = offset / step;
        offset %= step;
      }
      return Arrays.toString(position);
    }
  }
}
