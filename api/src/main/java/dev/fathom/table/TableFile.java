package dev.fathom.table;

import dev.fathom.data.DataException;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.format.FormatException;
import dev.fathom.format.Memory;
import dev.fathom.json.SpecException;
import dev.fathom.table.TableFormat.Records;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Reads a file to a {@link Table}: CSV or JSON Lines, each also in gzip, or Parquet. The file is
 * read twice, as a stream: once for kinds, classes and means, once for values, which are kept as
 * primitives.
 *
 * <pre>{@code
 * Table people = TableFile.of(path).column("city", Kind.CLASS).missing(Missing.MEAN, "NA").read();
 * Table others = TableFile.of(other).like(people).read();
 * }</pre>
 *
 * <p>The kind of a column that is not declared is found from all its values. A column in which more
 * than half of the values are numbers is one of numbers; a value that is none is an error, which
 * says what to write in a spec. Whole numbers that begin with a 0, {@code 01234}, are codes and no
 * numbers. A column of words for true and false alone is BOOLEAN, one of dates alone DATE, one
 * whose values come twice on average, and are at most 1000, CLASS; any other is TEXT.
 *
 * <p>A value is missing if it is blank and not in quotes, or one of the words given for it; a text
 * is never missing. Spaces belong to a value, but a number may stand between some. Columns that are
 * left out are not looked at, and may be anything.
 *
 * <p>A mistake in the file is a {@link FormatException} with line and column. For one thread.
 */
public final class TableFile {
  private static final int MOST_LISTED = 12;
  private static final String REMEDY =
      "\"missing\" in \"data\" says what to do: drop leaves out the row, mean and previous fill it";
  private static final int ROWS_AT_ONCE = 1 << 20;

  private final Path file;
  private TableFormat format;
  private Dialect dialect = Dialect.RFC4180;
  private List<String> header = List.of();
  private Cells common = Cells.PLAIN;
  private final Map<String, Cells> columns = new HashMap<>();
  private final Map<String, Kind> kinds = new LinkedHashMap<>();
  private final Map<String, List<String>> labels = new HashMap<>();
  private Optional<Set<String>> only = Optional.empty();
  private Function<Field, Optional<String>> leftOut = _ -> Optional.empty();
  private Function<String, String> remedy = _ -> REMEDY;
  private Optional<UnaryOperator<String>> askedFor = Optional.empty();
  private Optional<String> target = Optional.empty();
  private final Map<String, String> needed = new LinkedHashMap<>();
  private Optional<String> rowsNeeded = Optional.empty();

  /** The columns of the table that this one is like, in its order; empty if it is like none. */
  private final Map<String, Field> model = new LinkedHashMap<>();

  private TableFile(Path file) {
    this.file = file;
    format = TableFormat.of(file).orElse(TableFormat.ALL.getFirst());
  }

  /** {@return a reader of a file, whose name tells its format; CSV where it does not} */
  public static TableFile of(Path file) {
    return new TableFile(file);
  }

  /** {@return whether a file's name tells that it is a table} */
  public static boolean isNamed(Path file) {
    return TableFormat.of(file).isPresent();
  }

  /** {@return the name of the format that a file's name tells; CSV where it does not} */
  public static String formatOf(String fileName) {
    return TableFormat.of(Path.of(fileName)).orElse(TableFormat.ALL.getFirst()).name();
  }

  /** {@return the names of all formats} */
  public static List<String> formats() {
    return TableFormat.ALL.stream().map(TableFormat::name).toList();
  }

  /** Sets the format of a file whose name tells none. */
  public TableFile format(String name) {
    format =
        TableFormat.of(file)
            .or(() -> TableFormat.ALL.stream().filter(f -> f.name().equals(name)).findFirst())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "[data] expected one of the formats %s but got '%s'"
                            .formatted(formats(), name)));
    return this;
  }

  /** Sets how a CSV file separates and quotes its values; other formats do not ask. */
  public TableFile dialect(Dialect newDialect) {
    dialect = newDialect;
    return this;
  }

  /** Names the columns of a CSV file that does not name them itself. */
  public TableFile header(List<String> names) {
    header = List.copyOf(names);
    return this;
  }

  /** Sets how values are written, in columns of which nothing else is said. */
  public TableFile cells(Cells all) {
    common = all;
    return this;
  }

  /** Sets how the values of a column are written. */
  public TableFile cells(String column, Cells cells) {
    columns.put(column, cells);
    return this;
  }

  /** Declares a column's kind; its classes, if it is that, are found from the values. */
  public TableFile column(String name, Kind kind) {
    kinds.put(name, kind);
    return this;
  }

  /** Declares a column of classes; a value that is none of them is an error. */
  public TableFile classes(String name, List<String> names) {
    labels.put(name, List.copyOf(names));
    return column(name, Kind.CLASS);
  }

  /** Takes columns, kinds, classes and means of another table; no other column is looked at. */
  public TableFile like(Table table) {
    return like(table.fields());
  }

  /** Reads these columns, of these kinds, classes and means; no other column is looked at. */
  public TableFile like(List<Field> fields) {
    for (Field field : fields) {
      model.put(field.name(), field);
      column(field.name(), field.kind());
      if (field.kind() == Kind.CLASS || field.kind() == Kind.CATEGORY) {
        labels.put(field.name(), field.labels());
      }
    }
    return only(model.keySet());
  }

  /**
   * Sets the treatment of missing values, in columns of which nothing else is said; they are
   * refused by default.
   *
   * @param words that stand for a missing value beside an empty one, {@code "NA"} for example
   */
  public TableFile missing(Missing missing, String... words) {
    common = common.with(missing, List.of(words));
    return this;
  }

  /**
   * Sets what to say where a value is missing that may not.
   *
   * @param newRemedy of a column, by its name
   */
  public TableFile remedy(Function<String, String> newRemedy) {
    remedy = newRemedy;
    return this;
  }

  /**
   * Says that who reads errors has no spec to write in.
   *
   * @param word of one that means a missing value, how they name it
   */
  public TableFile askedFor(UnaryOperator<String> word) {
    askedFor = Optional.of(word);
    return this;
  }

  /**
   * Says that a column must be there.
   *
   * @param pointer to the place in a spec that names it, for the error
   */
  public TableFile need(String column, String pointer) {
    needed.putIfAbsent(column, pointer);
    return this;
  }

  /**
   * Says that there must be rows.
   *
   * @param purpose continues "expected rows", {@code "to learn from"}
   */
  public TableFile needRows(String purpose) {
    rowsNeeded = Optional.of(purpose);
    return this;
  }

  /** Looks at these columns alone, which must be there. */
  public TableFile only(Collection<String> names) {
    only = Optional.of(new LinkedHashSet<>(names));
    return this;
  }

  /**
   * Leaves out columns whose kind is known by then.
   *
   * @param reason gives the reason; empty for a column that is used
   */
  public TableFile leaveOut(Function<Field, Optional<String>> reason) {
    leftOut = reason;
    return this;
  }

  /** Names the column that is learned, which is never filled: its row is left out instead. */
  public TableFile target(String name) {
    target = Optional.of(name);
    return this;
  }

  /**
   * {@return the table; classes that were found are in order, of numbers if all are}
   *
   * @throws FormatException if the file is damaged or not UTF-8, a record has too few or too many
   *     values, a quote is out of place, or a value is not of its column's kind, with line and
   *     column
   * @throws DataException if values are missing that may not, or a declared column is not there
   * @throws SpecException if a column is not there that a spec names
   * @throws IOException if the file cannot be read
   */
  public Table read() throws IOException {
    SequencedMap<String, String> unused = new LinkedHashMap<>();
    List<ReadColumn> used;
    int rows;
    Records surveyed = format.open(file, dialect, header);
    try (surveyed) {
      used = columns(surveyed, unused);
      rows = survey(surveyed, used);
    }
    for (ReadColumn column : List.copyOf(used)) {
      Field field = column.decide(model.get(column.name()));
      Optional<String> reason = leftOut.apply(field);
      if (reason.isPresent()) {
        unused.put(field.name(), reason.get() + column.remark());
        used.remove(column);
      }
    }
    checkMissing(used);
    long bytes = used.stream().mapToLong(column -> column.bytes(rows)).sum();
    Memory.require(format.name(), file, 0, bytes);
    return take(surveyed, used, unused, rows);
  }

  /**
   * {@return what seems to separate values where the dialect's separator does not, since the file
   * has one column}
   */
  public Optional<String> likelySeparator() throws IOException {
    try (Records records = format.open(file, dialect, header)) {
      return records.likelySeparator();
    }
  }

  /** {@return the names of all columns} */
  public List<String> names() throws IOException {
    try (Records records = format.open(file, dialect, header)) {
      return records.names();
    }
  }

  /**
   * {@return the columns that are looked at, their kinds found; no value is kept}
   *
   * @throws FormatException as {@link #read}, as far as no value is read
   * @throws DataException as {@link #read}, missing values left aside
   */
  public List<Field> fields() throws IOException {
    try (Records records = format.open(file, dialect, header)) {
      List<ReadColumn> used = columns(records, new LinkedHashMap<>());
      survey(records, used);
      return used.stream().map(column -> column.decide(model.get(column.name()))).toList();
    }
  }

  private static List<Integer> indices(List<ReadColumn> columns) {
    return columns.stream().map(ReadColumn::index).toList();
  }

  /** {@return the number of records} */
  private int survey(Records records, List<ReadColumn> used) throws IOException {
    records.only(indices(used));
    long rows = 0;
    while (records.next()) {
      rows++;
      if (rows % ROWS_AT_ONCE == 0) {
        requireRoom(rows); // A small file may hold any number, if they are packed.
      }
      for (ReadColumn column : used) {
        column.survey(records);
      }
    }
    requireRoom(rows);
    return (int) rows;
  }

  private void requireRoom(long rows) {
    if (rows > Integer.MAX_VALUE - 8) {
      throw new FormatException(format.name(), file, 0, "expected fewer than 2^31 rows");
    }
    Memory.require(format.name(), file, 0, rows * Integer.BYTES);
  }

  private Table take(
      Records surveyed, List<ReadColumn> used, SequencedMap<String, String> unused, int rows)
      throws IOException {
    used.forEach(column -> column.begin(rows));
    long kept = 0;
    try (Records records = surveyed.again()) {
      records.only(indices(used));
      while (records.next()) {
        // Of a row that is left out every column counts what it misses.
        boolean drop = false;
        for (ReadColumn column : used) {
          drop |= column.drops(records);
        }
        if (!drop) {
          for (ReadColumn column : used) {
            column.take(records);
          }
          kept++;
        }
      }
    }
    if (kept == 0 && rowsNeeded.isPresent()) {
      throw new DataException(
          "[%s] %s: expected rows %s but %s"
              .formatted(
                  format.name(),
                  name(),
                  rowsNeeded.get(),
                  rows == 0 ? "there are none" : droppedText(used, rows, rows)));
    }
    SequencedMap<Field, Object> values = new LinkedHashMap<>();
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (ReadColumn column : used) {
      values.put(column.field(), column.values());
      if (column.missing() > 0) {
        counts.put(column.name(), Math.toIntExact(column.missing()));
      }
    }
    return new Table(
        name(), (int) kept, values, counts, unused, notes(used, unused, rows, rows - kept));
  }

  private String name() {
    return file.getFileName().toString();
  }

  // ---- which columns ----

  /** {@return the columns that are looked at, those of another table in its order} */
  private List<ReadColumn> columns(Records records, Map<String, String> unused) {
    List<String> names = records.names();
    Set<String> wanted = new LinkedHashSet<>(only.orElse(Set.of()));
    target.ifPresent(wanted::add);
    if (only.isEmpty()) {
      wanted.addAll(kinds.keySet());
      columns.forEach((name, cells) -> cells.kind().ifPresent(_ -> wanted.add(name)));
    }
    needed.forEach(
        (name, pointer) -> {
          if (!names.contains(name)) {
            throw new SpecException(
                pointer,
                "expected a column of %s but got '%s'; there are %s%s"
                    .formatted(name(), name, listed(names), records.hint()));
          }
        });
    for (String name : wanted) {
      if (!names.contains(name)) {
        throw new DataException(
            "[%s] %s: expected a column '%s' but it has %s%s"
                .formatted(format.name(), name(), name, listed(names), records.hint()));
      }
    }
    List<ReadColumn> used = new ArrayList<>();
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      int first = Optional.ofNullable(places.putIfAbsent(name, i)).orElse(i);
      if (only.isPresent() && !wanted.contains(name)) {
        unused.putIfAbsent(shown(name, i), "not named in the spec");
      } else if (name.isBlank()) {
        unused.put(shown(name, i), "it has no name");
      } else if (first < i) {
        throw new DataException(
            "[%s] %s: expected a name of its own for column %d but got '%s', as column %d has"
                .formatted(format.name(), name(), i + 1, name, first + 1));
      } else {
        used.add(column(i, name));
      }
    }
    if (!model.isEmpty()) {
      List<String> order = List.copyOf(wanted);
      used.sort(Comparator.comparingInt(column -> order.indexOf(column.name())));
    }
    return used;
  }

  private static String shown(String name, int index) {
    return name.isBlank() ? "column " + (index + 1) : name;
  }

  private ReadColumn column(int index, String name) {
    Cells cells = columns.getOrDefault(name, common);
    if (kinds.containsKey(name)) {
      cells = cells.of(kinds.get(name));
    }
    if (target.isPresent() && target.get().equals(name) && cells.missing() != Missing.REFUSE) {
      cells = cells.with(Missing.DROP, cells.missingWords());
    }
    return new ReadColumn(
        file, format, index, name, cells, labels.getOrDefault(name, List.of()), askedFor);
  }

  private static String listed(List<String> names) {
    return names.size() <= MOST_LISTED
        ? names.toString()
        : "%s and %d more".formatted(names.subList(0, MOST_LISTED), names.size() - MOST_LISTED);
  }

  // ---- what is missing ----

  private void checkMissing(List<ReadColumn> used) {
    List<String> refused =
        used.stream().filter(ReadColumn::refuses).map(ReadColumn::missingText).toList();
    if (!refused.isEmpty()) {
      throw new DataException(
          "[%s] %s: expected a value everywhere but it is missing in %s; %s"
              .formatted(
                  format.name(),
                  name(),
                  String.join("; ", refused),
                  used.stream()
                      .filter(ReadColumn::refuses)
                      .map(column -> remedy.apply(column.name()))
                      .distinct()
                      .collect(Collectors.joining("; "))));
    }
  }

  private List<String> notes(
      List<ReadColumn> used, SequencedMap<String, String> unused, long rows, long dropped) {
    List<String> notes = new ArrayList<>();
    if (!unused.isEmpty() && model.isEmpty()) { // Of a file like another, that one told it.
      List<String> each =
          unused.entrySet().stream().map(e -> e.getKey() + " (" + e.getValue() + ")").toList();
      String some = String.join(", ", each.subList(0, Math.min(MOST_LISTED, each.size())));
      int more = Math.max(0, each.size() - MOST_LISTED);
      notes.add(
          "%s: left out %s%s"
              .formatted(name(), some, more > 0 ? " and %d more".formatted(more) : ""));
    }
    if (dropped > 0) {
      notes.add(name() + ": " + droppedText(used, rows, dropped));
    }
    used.forEach(column -> column.notes().forEach(note -> notes.add(name() + ": " + note)));
    return notes;
  }

  private static String droppedText(List<ReadColumn> used, long rows, long dropped) {
    List<String> missing =
        used.stream().map(ReadColumn::droppedText).flatMap(Optional::stream).toList();
    return "%d of %d rows are left out, since a value is missing: %s"
        .formatted(dropped, rows, String.join(", ", missing));
  }
}
