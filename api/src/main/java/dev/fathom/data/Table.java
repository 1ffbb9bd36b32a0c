package dev.fathom.data;

import dev.fathom.spi.Shape;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Rows over typed columns as files of text hold them, not yet numbers for a network: {@code
 * dev.fathom.table} and {@link TextFiles} read them. {@code dev.fathom.encode} makes examples of
 * them, {@link Tokens} of texts. Immutable.
 */
public final class Table {
  private final String name;
  private final int size;
  private final SequencedMap<Field, Object> columns;
  private final Map<String, Integer> missing;
  private final SequencedMap<String, String> leftOut;
  private final List<String> notes;

  /** The kind of a column's values. */
  public enum Kind {
    /** Numbers, kept as f64. */
    NUMBER,
    /** Whole numbers, kept as i64. */
    INTEGER,
    /** True and false, yes and no, kept as 1 and 0. */
    BOOLEAN,
    /** Dates and times of ISO 8601, kept as f64 seconds since 1970 in UTC. */
    DATE,
    /** Names of classes, kept as their numbers. */
    CLASS,
    /** Names of classes, of which a table may hold some that were not known, all of one number. */
    CATEGORY,
    /** Any text. */
    TEXT
  }

  /**
   * A column.
   *
   * @param labels the names of a {@link Kind#CLASS} or {@link Kind#CATEGORY}; otherwise empty. The
   *     number behind the last is that of all categories without a name here
   * @param mean of the values that are there, where they are numbers
   */
  public record Field(String name, Kind kind, List<String> labels, OptionalDouble mean) {
    public Field {
      labels = List.copyOf(labels);
    }

    /**
     * {@return the same, of numbers if it is of integers}: a column that had whole numbers alone in
     * the training may have others later. Its mean stays a whole one.
     */
    public Field widened() {
      return kind == Kind.INTEGER
          ? new Field(
              name,
              Kind.NUMBER,
              labels,
              mean.isPresent() ? OptionalDouble.of(Math.rint(mean.getAsDouble())) : mean)
          : this;
    }
  }

  /**
   * A table of which nothing was left out.
   *
   * @param columns with double[], long[], int[] or String[], as the kind is; they are not copied
   * @param missing how many values of a column were not there
   */
  public Table(
      String name, int size, SequencedMap<Field, Object> columns, Map<String, Integer> missing) {
    this(name, size, columns, missing, new LinkedHashMap<>(), List.of());
  }

  /**
   * @param columns with double[], long[], int[] or String[], as the kind is; they are not copied
   * @param missing how many values of a column were not there
   * @param leftOut columns of the file that the table does not have, each with the reason
   * @param notes what a user should know of how the table was read, each a sentence
   * @throws IllegalArgumentException if an array is not what the kind and the size say
   */
  public Table(
      String name,
      int size,
      SequencedMap<Field, Object> columns,
      Map<String, Integer> missing,
      SequencedMap<String, String> leftOut,
      List<String> notes) {
    columns.forEach((field, values) -> check(field, values, size));
    this.name = name;
    this.size = size;
    this.columns = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(columns));
    this.missing = Collections.unmodifiableMap(new LinkedHashMap<>(missing));
    this.leftOut = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(leftOut));
    this.notes = List.copyOf(notes);
  }

  private static void check(Field field, Object values, int size) {
    boolean fits =
        switch (field.kind) {
          case NUMBER, BOOLEAN, DATE -> values instanceof double[];
          case INTEGER -> values instanceof long[];
          case CLASS, CATEGORY -> values instanceof int[];
          case TEXT -> values instanceof String[];
        };
    if (!fits || Array.getLength(values) != size) {
      throw new IllegalArgumentException(
          "[data] expected an array of %d values of kind %s in column '%s'"
              .formatted(size, field.kind, field.name));
    }
  }

  /** {@return the name that messages use} */
  public String name() {
    return name;
  }

  /** {@return the number of rows} */
  public int size() {
    return size;
  }

  /** {@return the columns, in order} */
  public List<Field> fields() {
    return List.copyOf(columns.keySet());
  }

  /** {@return whether there is a column of this name} */
  public boolean has(String column) {
    return columns.keySet().stream().anyMatch(field -> field.name().equals(column));
  }

  /** {@return how many values were missing, by column; only columns where some were} */
  public Map<String, Integer> missing() {
    return missing;
  }

  /** {@return columns of the file that are left out, each with the reason, in order} */
  public SequencedMap<String, String> leftOut() {
    return leftOut;
  }

  /** {@return what a user should know of how the table was read, each a sentence} */
  public List<String> notes() {
    return notes;
  }

  /** {@return this table without some of its columns; nothing is copied} */
  public Table without(Set<String> names) {
    SequencedMap<Field, Object> others = new LinkedHashMap<>();
    columns.forEach(
        (field, values) -> {
          if (!names.contains(field.name())) {
            others.put(field, values);
          }
        });
    return new Table(name, size, others, missing);
  }

  /**
   * {@return a column}
   *
   * @throws DataException if there is none of this name
   */
  public Field field(String column) {
    return columns.keySet().stream()
        .filter(field -> field.name.equals(column))
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    "[data] expected a column '%s' in table '%s' but it has %s"
                        .formatted(
                            column, name, columns.keySet().stream().map(Field::name).toList())));
  }

  /**
   * {@return the numbers of a column, rounded to f32; a copy}
   *
   * @throws DataException if it holds no numbers
   */
  public float[] numbers(String column) {
    double[] exact = doubles(column);
    float[] numbers = new float[size];
    for (int row = 0; row < size; row++) {
      numbers[row] = (float) exact[row];
    }
    return numbers;
  }

  /**
   * {@return the numbers of a column in f64; a copy}
   *
   * @throws DataException if it holds no numbers, dates, or true and false
   */
  public double[] doubles(String column) {
    Field field = field(column);
    return switch (columns.get(field)) {
      case double[] values -> values.clone();
      case long[] values -> Arrays.stream(values).asDoubleStream().toArray();
      default -> throw wrong(field, "numbers");
    };
  }

  /**
   * {@return what gives the value of a row as f64: a number, 1 or 0, seconds since 1970, or the
   * number of a class}
   *
   * @throws DataException if the column holds texts
   */
  public IntToDoubleFunction values(String column) {
    return switch (columns.get(field(column))) {
      case double[] values -> row -> values[row];
      case long[] values -> row -> values[row];
      case int[] values -> row -> values[row];
      default -> throw wrong(field(column), "numbers or classes");
    };
  }

  /**
   * {@return the integers of a column; a copy}
   *
   * @throws DataException if it holds no integers
   */
  public long[] integers(String column) {
    if (columns.get(field(column)) instanceof long[] values) {
      return values.clone();
    }
    throw wrong(field(column), "integers");
  }

  /**
   * {@return whether a column holds integers, each one more than that of the row before, and 2 or
   * more}
   */
  public boolean countsRows(String column) {
    if (!(columns.get(field(column)) instanceof long[] values) || values.length < 2) {
      return false;
    }
    return IntStream.range(1, values.length).allMatch(row -> values[row] == values[row - 1] + 1);
  }

  /**
   * {@return the class numbers of a column; a copy}
   *
   * @throws DataException if it holds no classes
   */
  public int[] classes(String column) {
    if (columns.get(field(column)) instanceof int[] values) {
      return values.clone();
    }
    throw wrong(field(column), "classes");
  }

  /**
   * {@return the texts of a column}
   *
   * @throws DataException if it holds no texts
   */
  public List<String> texts(String column) {
    if (columns.get(field(column)) instanceof String[] values) {
      return List.of(values);
    }
    throw wrong(field(column), "texts");
  }

  /**
   * {@return a target without its input}: two columns, the row's number {@code []} as {@code row},
   * and the target as in {@link #target}
   *
   * @param target a column of classes or numbers; empty for none
   */
  public Dataset targets(String target) {
    int[] rows = IntStream.range(0, size).toArray();
    return target(ArrayDataset.named(name).ints("row", Shape.SCALAR, rows), target).build();
  }

  /**
   * {@return examples of the target alone, a class number {@code []} or a number {@code [1]}}
   *
   * @param target a column of classes or numbers
   */
  public Dataset target(String target) {
    return target(ArrayDataset.named(name), target).build();
  }

  /** Adds a column as a target, if there is one. */
  ArrayDataset.Builder target(ArrayDataset.Builder examples, String target) {
    if (target.isEmpty()) {
      return examples;
    }
    Field field = field(target);
    return switch (field.kind) {
      case CLASS -> examples.classes(target, field.labels, classes(target));
      case NUMBER, INTEGER, BOOLEAN, DATE -> examples.doubles(target, Shape.of(1), doubles(target));
      case CATEGORY, TEXT ->
          throw new DataException(
              ("[data] expected numbers or classes to learn in column '%s' of table '%s' but it is"
                      + " of kind %s; \"task\": \"classification\", or \"kinds\": {\"%s\": \"class\"}"
                      + " in \"data\", makes classes of its values")
                  .formatted(target, name, field.kind, target));
    };
  }

  private DataException wrong(Field field, String expected) {
    return new DataException(
        "[data] expected %s in column '%s' of table '%s' but it is of kind %s"
            .formatted(expected, field.name, name, field.kind));
  }
}
