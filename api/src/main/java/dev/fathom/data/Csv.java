package dev.fathom.data;

import dev.fathom.data.CsvScanner.Cell;
import dev.fathom.data.CsvScanner.Row;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.format.FormatException;
import dev.fathom.text.Utf8;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Reads CSV (RFC 4180, in UTF-8): one record a line, values apart by commas, quoted where they hold
 * a comma, a line's end or a doubled quote. Lines end with LF or CRLF; a byte order mark is
 * skipped, as are empty lines of files with several columns. The first record holds the columns'
 * names.
 *
 * <pre>{@code
 * Table people = Csv.file(path).column("city", Kind.CLASS).missing(Missing.MEAN, "NA").read();
 * Table others = Csv.file(other).like(people).read();
 * }</pre>
 *
 * <p>The kind of a column that is not declared is found from all its values: INTEGER or NUMBER if
 * each is one; CLASS if each comes twice on average and there are at most 1000 of them; otherwise
 * TEXT. A value without quotes is missing if it is blank or one of the words given for it; a text
 * is never missing. Spaces belong to a value, but a number may stand between some.
 *
 * <p>A mistake in the file is a {@link FormatException} with line and column. The file is read
 * whole, twice: once for kinds, classes and means, once for values. For one thread.
 */
public final class Csv {
  private final Path file;
  private char separator = ',';
  private List<String> header = List.of();
  private final Map<String, Kind> kinds = new HashMap<>();
  private final Map<String, List<String>> labels = new HashMap<>();
  private Table model;
  private boolean only;
  private Missing missing = Missing.REFUSE;
  private final Set<String> missingWords = new HashSet<>();

  /** The treatment of missing values. */
  public enum Missing {
    /** Refuses them; the error has their number in each column. */
    REFUSE,
    /** Leaves out rows with a missing value. */
    DROP,
    /**
     * Replaces a number by the mean of the column's other values, an integer by that mean, rounded;
     * with {@link Csv#like} it is the mean of the other table. A missing class is an error.
     */
    MEAN,
    /** Repeats the value of the row before; a missing first value is an error. */
    PREVIOUS
  }

  private Csv(Path file) {
    this.file = file;
  }

  /** {@return a reader of a file} */
  public static Csv file(Path file) {
    return new Csv(file);
  }

  /** Sets the separator of values, an ASCII character; a comma by default. */
  public Csv separator(char separator) {
    if (separator >= 0x80 || separator == '"' || separator == '\n' || separator == '\r') {
      throw new IllegalArgumentException(
          "[csv] expected an ASCII character, no quote and no line end, as separator but got '"
              + separator
              + "'");
    }
    this.separator = separator;
    return this;
  }

  /** Names the columns of a file that does not name them itself. */
  public Csv header(List<String> names) {
    header = List.copyOf(names);
    return this;
  }

  /** Declares a column's kind; its classes, if it is that, are found from the values. */
  public Csv column(String name, Kind kind) {
    kinds.put(name, kind);
    return this;
  }

  /** Declares a column of classes; a value that is none of them is an error. */
  public Csv classes(String name, List<String> labels) {
    this.labels.put(name, List.copyOf(labels));
    return column(name, Kind.CLASS);
  }

  /** Takes kinds, classes and means of another table, which must have the same columns. */
  public Csv like(Table table) {
    model = table;
    for (Field field : table.fields()) {
      column(field.name(), field.kind());
      if (field.kind() == Kind.CLASS) {
        classes(field.name(), field.labels());
      }
    }
    return this;
  }

  /** Takes kinds, classes and means of another table, and looks at its columns alone. */
  public Csv rowsLike(Table table) {
    only = true;
    kinds.clear();
    return like(table);
  }

  /**
   * Sets the treatment of missing values; they are refused by default.
   *
   * @param words that stand for a missing value beside an empty one, {@code "NA"} for example
   */
  public Csv missing(Missing missing, String... words) {
    this.missing = missing;
    missingWords.addAll(List.of(words));
    return this;
  }

  /**
   * {@return the table; classes that were found are in order, of numbers if all are}
   *
   * @throws FormatException if the file is not UTF-8, a record has too few or too many values, a
   *     quote is out of place, or a value is not of its column's kind, with line and column
   * @throws DataException if values are missing that may not, or a declared column is not there
   * @throws IOException if the file cannot be read
   */
  public Table read() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Utf8.decode(file, bytes); // so that each value is known to be UTF-8
    List<CsvColumn> columns = columns(names(scanner(bytes)));
    scan(bytes, cells -> columns.forEach(column -> column.survey(cells)));
    columns.forEach(column -> column.decide(model));
    checkMissing(columns);
    var rows = new AtomicInteger();
    scan(
        bytes,
        cells -> {
          if (missing != Missing.DROP || columns.stream().noneMatch(c -> c.isMissing(cells))) {
            columns.forEach(column -> column.take(cells, missing));
            rows.incrementAndGet();
          }
        });
    SequencedMap<Field, Object> values = new LinkedHashMap<>();
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (CsvColumn column : columns) {
      values.put(column.field(), column.values());
      if (column.missing() > 0) {
        counts.put(column.name(), column.missing());
      }
    }
    return new Table(file.getFileName().toString(), rows.get(), values, counts);
  }

  private CsvScanner scanner(byte[] bytes) {
    return new CsvScanner(file, bytes, separator);
  }

  private List<String> names(CsvScanner scanner) {
    if (!header.isEmpty()) {
      return header;
    }
    Row first = scanner.next();
    if (first == null) {
      throw new FormatException(
          "csv", file, 0, "line 1", "expected the columns' names but the file is empty");
    }
    return first.cells().stream().map(Cell::text).toList();
  }

  private void scan(byte[] bytes, Consumer<List<Cell>> rows) {
    var scanner = scanner(bytes);
    int width = names(scanner).size();
    for (Row row = scanner.next(); row != null; row = scanner.next()) {
      if (row.isBlank() && width > 1) {
        continue;
      }
      if (row.cells().size() != width) {
        throw new FormatException(
            "csv",
            file,
            row.cells().getFirst().offset(),
            "line " + row.line(),
            "expected %d values, one for each column, but got %d"
                .formatted(width, row.cells().size()));
      }
      rows.accept(row.cells());
    }
  }

  /** {@return the columns, those of another table in its order} */
  private List<CsvColumn> columns(List<String> names) {
    List<CsvColumn> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.isBlank() || names.indexOf(name) < i) {
        throw new DataException(
            "[csv] %s: expected a name of its own for column %d but got '%s'"
                .formatted(file.getFileName(), i + 1, name));
      }
      columns.add(
          new CsvColumn(
              file, i, name, kinds.get(name), labels.getOrDefault(name, List.of()), missingWords));
    }
    for (String declared : kinds.keySet()) {
      if (!names.contains(declared)) {
        throw new DataException(
            "[csv] %s: expected a column '%s' but it has %s"
                .formatted(file.getFileName(), declared, names));
      }
    }
    if (model != null) {
      List<String> order = model.fields().stream().map(Field::name).toList();
      for (String name : names) {
        if (!only && !order.contains(name)) {
          throw new DataException(
              "[csv] %s: expected the columns %s of '%s' but got '%s' too"
                  .formatted(file.getFileName(), order, model.name(), name));
        }
      }
      columns.removeIf(column -> !order.contains(column.name()));
      columns.sort(Comparator.comparingInt(column -> order.indexOf(column.name())));
    }
    return columns;
  }

  private boolean refuses(CsvColumn column) {
    return switch (missing) {
      case REFUSE -> true;
      case DROP -> false;
      case MEAN -> !column.hasMean();
      case PREVIOUS -> column.isFirstMissing();
    };
  }

  private void checkMissing(List<CsvColumn> columns) {
    List<String> refused =
        columns.stream()
            .filter(column -> column.missing() > 0)
            .filter(this::refuses)
            .map(
                column ->
                    "'%s' %d times, first in line %d"
                        .formatted(column.name(), column.missing(), column.firstMissing()))
            .toList();
    if (!refused.isEmpty()) {
      throw new DataException(
          "[csv] %s: expected a value everywhere but it is missing in %s"
              .formatted(file.getFileName(), String.join("; ", refused)));
    }
  }
}
