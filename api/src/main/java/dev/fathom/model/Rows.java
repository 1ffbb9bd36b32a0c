package dev.fathom.model;

import dev.fathom.data.DataException;
import dev.fathom.data.IsoTime;
import dev.fathom.data.Numbers;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.encode.Encoding;
import dev.fathom.table.Truth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.ToIntFunction;

/**
 * Rows of a table that a model of tables is asked, column by column, as people have them: numbers,
 * names of categories, dates, texts, and gaps. They become the raw values of the model's inputs as
 * the rows of its training did; a gap is filled where the training filled gaps, with the training's
 * mean or as an unknown category.
 *
 * <pre>{@code
 * Rows rows = Rows.of(model.preparation());
 * rows.numbers("price", 3.5, Double.NaN).texts("job", "nurse", null);
 * List<Numbers> answers = predictor.answer(rows.inputs());
 * rows.unknown(); // {job=1}, if no nurse was in the training
 * }</pre>
 *
 * <p>What a request gives, a tensor for each of {@link #fields()}:
 *
 * <ul>
 *   <li>numbers, integers, true and false as 1 and 0: any tensor of numbers; {@code null} in JSON
 *       is {@link Double#NaN}
 *   <li>categories and texts: texts ({@code BYTES}); {@code null} in JSON is null. Numbers stand
 *       for categories that are whole numbers
 *   <li>true and false may be words too, as a file has them: {@code yes}, {@code no}
 *   <li>dates: texts of ISO 8601, or seconds since 1970 as numbers
 * </ul>
 *
 * <p>Errors are {@link DataException}s that name row, from 0, and column. Not thread-safe.
 */
public final class Rows {
  private final List<Encoding> encodings;
  private final SequencedMap<String, Field> fields = new LinkedHashMap<>();
  private final Map<String, Boolean> filled = new HashMap<>();
  private final SequencedMap<String, Object> values = new LinkedHashMap<>();
  private final SequencedMap<String, Integer> unknown = new LinkedHashMap<>();
  private int size = -1;
  private String first;

  private Rows(List<Encoding> encodings) {
    this.encodings = encodings;
    for (Encoding encoding : encodings) {
      for (Field field : encoding.fields()) {
        fields.putIfAbsent(field.name(), field);
        filled.merge(field.name(), encoding.fills(field.name()), Boolean::logicalOr);
      }
    }
  }

  /** {@return whether a model takes rows of a table} */
  public static boolean fit(Preparation preparation) {
    return preparation.inputs().stream().allMatch(input -> input.encoding().isPresent());
  }

  /**
   * {@return no rows yet}
   *
   * @throws IllegalArgumentException if the model takes no rows of a table
   */
  public static Rows of(Preparation preparation) {
    if (!fit(preparation)) {
      throw new IllegalArgumentException(
          "[predict] expected a model of tables but it takes %s"
              .formatted(preparation.inputs().stream().map(Preparation.Input::name).toList()));
    }
    return new Rows(
        preparation.inputs().stream().map(input -> input.encoding().orElseThrow()).toList());
  }

  /** {@return the columns that the model needs, with kinds and labels, in order} */
  public List<Field> fields() {
    return List.copyOf(fields.values());
  }

  /** {@return whether a missing value of a column is filled, instead of being an error} */
  public boolean fills(String column) {
    return filled.getOrDefault(column, false);
  }

  /**
   * Gives a column of numbers.
   *
   * @param numbers one for each row, NaN where there is none
   * @throws DataException if the model needs no such column, a number is not of its kind, is
   *     missing and may not, or there are more or fewer than in the columns before
   */
  public Rows numbers(String column, double... numbers) {
    Field field = begin(column, numbers.length);
    if (field.kind() == Kind.CATEGORY || field.kind() == Kind.TEXT) {
      String[] texts = new String[numbers.length];
      for (int row = 0; row < texts.length; row++) {
        texts[row] = text(field, row, numbers[row]);
      }
      values.put(column, kept(field, texts));
      return this;
    }
    double[] all = new double[numbers.length];
    for (int row = 0; row < all.length; row++) {
      double number = numbers[row];
      all[row] = Double.isNaN(number) ? fill(field, row) : checked(field, row, number);
    }
    values.put(column, stored(field, all));
    return this;
  }

  /**
   * Gives a column of texts: names of categories, dates, texts.
   *
   * @param texts one for each row, null where there is none
   * @throws DataException as {@link #numbers} says
   */
  public Rows texts(String column, String... texts) {
    Field field = begin(column, texts.length);
    values.put(column, kept(field, texts));
    return this;
  }

  /**
   * {@return the raw values of each input of the model, {@code [rows, ...]}}
   *
   * @throws DataException if a column was not given, or a text has too many tokens
   */
  public List<Numbers> inputs() {
    SequencedMap<Field, Object> columns = new LinkedHashMap<>();
    for (Field field : fields.values()) {
      Object column = values.get(field.name());
      if (column == null) {
        throw new DataException(
            "[predict] expected a column '%s', one of %s, but there is none"
                .formatted(field.name(), List.copyOf(fields.keySet())));
      }
      columns.put(field, column);
    }
    return inputs(encodings, new Table("request", size, columns, Map.of()));
  }

  /**
   * {@return the raw values of each input of a model for the rows of a table} It was read with the
   * kinds, labels and means of the training, {@link Preparation#table}.
   */
  public static List<Numbers> inputs(Preparation preparation, Table table) {
    return inputs(of(preparation).encodings, table);
  }

  private static List<Numbers> inputs(List<Encoding> encodings, Table table) {
    List<Numbers> inputs = new ArrayList<>();
    for (Encoding encoding : encodings) {
      int width = Math.toIntExact(encoding.shape().elements());
      double[] raw = new double[Math.multiplyExact(table.size(), width)];
      Encoding.Encoded rows = encoding.over(table);
      for (int row = 0; row < table.size(); row++) {
        rows.read(row, raw, row * width);
      }
      inputs.add(Numbers.of(raw));
    }
    return inputs;
  }

  /** {@return in how many rows a column had a category that the training did not know} */
  public SequencedMap<String, Integer> unknown() {
    return Collections.unmodifiableSequencedMap(unknown);
  }

  private Field begin(String column, int rows) {
    Field field = fields.get(column);
    if (field == null) {
      throw new DataException(
          "[predict] expected one of the columns %s but got '%s'"
              .formatted(List.copyOf(fields.keySet()), column));
    }
    if (size >= 0 && rows != size) {
      throw new DataException(
          "[predict] column '%s': expected %d rows, as of column '%s', but got %d"
              .formatted(column, size, first, rows));
    }
    first = size < 0 ? column : first;
    size = rows;
    return field;
  }

  private double checked(Field field, int row, double number) {
    boolean fits =
        switch (field.kind()) {
          case INTEGER -> number == Math.rint(number) && Math.abs(number) < 0x1p63;
          case BOOLEAN -> number == 0 || number == 1;
          case DATE -> Math.abs(number) <= DATES;
          default -> !Double.isInfinite(number);
        };
    if (!fits) {
      throw wrong(field, row, Double.toString(number));
    }
    return number;
  }

  /** Seconds from 1970 to the years that a date of four digits may have, and more. */
  private static final double DATES = 1e12;

  private Object kept(Field field, String[] texts) {
    if (field.kind() == Kind.TEXT) {
      for (int row = 0; row < texts.length; row++) {
        if (texts[row] == null) {
          throw missing(field, row);
        }
      }
      return texts.clone();
    }
    double[] all = new double[texts.length];
    ToIntFunction<String> labels = labels(field, all.length);
    for (int row = 0; row < all.length; row++) {
      all[row] = texts[row] == null ? fill(field, row) : parsed(field, labels, row, texts[row]);
    }
    return stored(field, all);
  }

  /** {@return what gives the number of a label, or -1; an index pays for many rows alone} */
  private static ToIntFunction<String> labels(Field field, int rows) {
    if (rows < 16) {
      return field.labels()::indexOf;
    }
    Map<String, Integer> index = new HashMap<>();
    field.labels().forEach(label -> index.put(label, index.size()));
    return label -> index.getOrDefault(label, -1);
  }

  private double parsed(Field field, ToIntFunction<String> labels, int row, String text) {
    return switch (field.kind()) {
      case CATEGORY -> {
        int number = labels.applyAsInt(text);
        if (number < 0) {
          unknown.merge(field.name(), 1, Integer::sum);
        }
        yield number < 0 ? field.labels().size() : number;
      }
      case DATE -> {
        double seconds = IsoTime.seconds(text);
        if (Double.isNaN(seconds)) {
          throw wrong(field, row, "'" + text + "'");
        }
        yield seconds;
      }
      case BOOLEAN -> {
        double truth = Truth.of(text);
        if (Double.isNaN(truth)) {
          throw wrong(field, row, "'" + text + "'");
        }
        yield truth;
      }
      default -> throw wrong(field, row, "'" + text + "'");
    };
  }

  private String text(Field field, int row, double number) {
    if (field.kind() == Kind.TEXT || Double.isInfinite(number)) {
      throw wrong(field, row, Double.toString(number));
    }
    if (Double.isNaN(number)) {
      return null;
    }
    return number == Math.rint(number) && Math.abs(number) < 0x1p53
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  private double fill(Field field, int row) {
    if (!fills(field.name())) {
      throw missing(field, row);
    }
    return switch (field.kind()) {
      case CATEGORY -> field.labels().size();
      case INTEGER -> Math.rint(field.mean().orElseThrow(() -> missing(field, row)));
      default -> field.mean().orElseThrow(() -> missing(field, row));
    };
  }

  private static Object stored(Field field, double[] all) {
    return switch (field.kind()) {
      case INTEGER -> Arrays.stream(all).mapToLong(number -> (long) number).toArray();
      case CATEGORY -> Arrays.stream(all).mapToInt(number -> (int) number).toArray();
      default -> all;
    };
  }

  private static DataException missing(Field field, int row) {
    return new DataException(
        "[predict] row %d, column '%s': expected %s, as the training filled no gaps of the column,"
                .formatted(row, field.name(), expected(field.kind()))
            + " but there is none");
  }

  private static DataException wrong(Field field, int row, String value) {
    return new DataException(
        "[predict] row %d, column '%s': expected %s but got %s"
            .formatted(row, field.name(), expected(field.kind()), value));
  }

  private static String expected(Kind kind) {
    return switch (kind) {
      case NUMBER -> "a number";
      case INTEGER -> "a whole number";
      case BOOLEAN -> "true or false";
      case DATE -> "a date or time of ISO 8601";
      case CLASS, CATEGORY -> "the name of a category";
      case TEXT -> "a text";
    };
  }
}
