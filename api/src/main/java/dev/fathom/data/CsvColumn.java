package dev.fathom.data;

import dev.fathom.data.Csv.Missing;
import dev.fathom.data.CsvScanner.Cell;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.format.FormatException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/** A column of a CSV file. A first pass finds the kind of its values, a second one reads them. */
final class CsvColumn {
  private static final int MOST_CLASSES = 1 << 20;
  private static final int MOST_FOUND_CLASSES = 1000;
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,19}");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private final Path file;
  private final int index;
  private final String name;
  private final Kind declared;
  private final List<String> labels;
  private final Set<String> missingWords;

  private final Set<String> distinct = new HashSet<>();
  private boolean allIntegers = true;
  private boolean allNumbers = true;
  private double sum;
  private int present;
  private int missing;
  private int firstMissing;
  private boolean startsMissing;

  private Field field;
  private final Map<String, Integer> classes = new HashMap<>();
  private Object values;
  private int size;

  /**
   * @param declared null if it is to be found
   * @param labels empty if they are to be found
   */
  CsvColumn(
      Path file,
      int index,
      String name,
      Kind declared,
      List<String> labels,
      Set<String> missingWords) {
    this.file = file;
    this.index = index;
    this.name = name;
    this.declared = declared;
    this.labels = labels;
    this.missingWords = missingWords;
  }

  String name() {
    return name;
  }

  /** {@return how many values are missing} */
  int missing() {
    return kind() == Kind.TEXT ? 0 : missing;
  }

  /** {@return the line of the first that is} */
  int firstMissing() {
    return firstMissing;
  }

  /** {@return whether the first row has none} */
  boolean isFirstMissing() {
    return startsMissing;
  }

  boolean hasMean() {
    return field.mean().isPresent();
  }

  Field field() {
    return field;
  }

  /** Takes a value of the first pass, to find the kind of the column. */
  void survey(List<Cell> row) {
    Cell cell = row.get(index);
    if (isAbsent(cell)) {
      startsMissing |= present + missing == 0;
      firstMissing = missing++ == 0 ? cell.line() : firstMissing;
      return;
    }
    present++;
    double number = number(cell.text());
    sum += Double.isNaN(number) ? 0 : number;
    allNumbers &= !Double.isNaN(number);
    allIntegers = allIntegers && integer(cell.text()) != null;
    if (distinct.size() <= (declared == Kind.CLASS ? MOST_CLASSES : MOST_FOUND_CLASSES)) {
      distinct.add(cell.text());
    }
  }

  /**
   * Ends the first pass.
   *
   * @param model whose mean is taken; null for the column's own
   */
  void decide(Table model) {
    Kind kind = kind();
    var mean = OptionalDouble.empty();
    if (kind == Kind.NUMBER || kind == Kind.INTEGER) {
      mean = present > 0 ? OptionalDouble.of(sum / present) : mean;
      mean = model == null ? mean : model.field(name).mean();
    }
    if (kind == Kind.CLASS && labels.isEmpty() && distinct.size() > MOST_CLASSES) {
      throw new DataException(
          "[csv] %s: expected at most %d classes in column '%s' but there are more"
              .formatted(file.getFileName(), MOST_CLASSES, name));
    }
    List<String> names = kind != Kind.CLASS ? List.of() : labels.isEmpty() ? found() : labels;
    names.forEach(label -> classes.put(label, classes.size()));
    field = new Field(name, kind, names, mean);
    int rows = present + missing;
    values =
        switch (kind) {
          case NUMBER, BOOLEAN, DATE -> new double[rows];
          case INTEGER -> new long[rows];
          case CLASS, CATEGORY -> new int[rows];
          case TEXT -> new String[rows];
        };
  }

  boolean isMissing(List<Cell> row) {
    return field.kind() != Kind.TEXT && isAbsent(row.get(index));
  }

  /** Keeps a value; a missing one becomes the mean or the one before. */
  void take(List<Cell> row, Missing policy) {
    Cell cell = row.get(index);
    boolean fill = isMissing(row);
    if (fill && policy == Missing.PREVIOUS) {
      System.arraycopy(values, size - 1, values, size, 1);
      size++;
      return;
    }
    switch (values) {
      case double[] numbers -> {
        numbers[size] = fill ? field.mean().getAsDouble() : number(cell.text());
        if (!Float.isFinite((float) numbers[size])) {
          throw wrong(cell, "expected a number that is finite as f32");
        }
      }
      case long[] integers -> {
        Long value = fill ? (Long) Math.round(field.mean().getAsDouble()) : integer(cell.text());
        if (value == null) {
          throw wrong(cell, "expected a whole number of 64 bits");
        }
        integers[size] = value;
      }
      case int[] numbers -> {
        Integer value = classes.get(cell.text());
        if (value == null) {
          throw wrong(cell, "expected one of the classes " + listed(field.labels()));
        }
        numbers[size] = value;
      }
      default -> ((String[]) values)[size] = cell.text();
    }
    size++;
  }

  /** {@return the values that were taken: double[], long[], int[] or String[], as the kind is} */
  Object values() {
    return switch (values) {
      case double[] all -> Arrays.copyOf(all, size);
      case long[] all -> Arrays.copyOf(all, size);
      case int[] all -> Arrays.copyOf(all, size);
      default -> Arrays.copyOf((String[]) values, size);
    };
  }

  private Kind kind() {
    if (declared != null) {
      return declared;
    }
    boolean repeat = distinct.size() <= Math.min(MOST_FOUND_CLASSES, present / 2);
    return present == 0
        ? Kind.TEXT
        : allIntegers ? Kind.INTEGER : allNumbers ? Kind.NUMBER : repeat ? Kind.CLASS : Kind.TEXT;
  }

  private List<String> found() {
    Comparator<String> order =
        allIntegers
            ? Comparator.comparing(CsvColumn::integer).thenComparing(Comparator.naturalOrder())
            : Comparator.naturalOrder();
    return distinct.stream().sorted(order).toList();
  }

  private boolean isAbsent(Cell cell) {
    return !cell.quoted() && (cell.text().isBlank() || missingWords.contains(cell.text().strip()));
  }

  /** {@return NaN if it is none; Java's own syntax, 1f or NaN, is not that of data} */
  private static double number(String text) {
    String stripped = text.strip();
    return NUMBER.matcher(stripped).matches() ? Double.parseDouble(stripped) : Double.NaN;
  }

  /** {@return null if it is none} */
  private static Long integer(String text) {
    String stripped = text.strip();
    try {
      return INTEGER.matcher(stripped).matches() ? Long.valueOf(stripped) : null;
    } catch (NumberFormatException e) {
      return null; // 19 digits may be too many
    }
  }

  private static String listed(List<String> labels) {
    String some = String.join(", ", labels.subList(0, Math.min(10, labels.size())));
    return labels.size() > 10 ? "%s, ... (%d)".formatted(some, labels.size()) : some;
  }

  private FormatException wrong(Cell cell, String expected) {
    String text = cell.text().length() > 60 ? cell.text().substring(0, 60) + "..." : cell.text();
    return new FormatException(
        "csv",
        file,
        cell.offset(),
        "line %d, column %d '%s'".formatted(cell.line(), index + 1, name),
        "%s but got '%s'".formatted(expected, text));
  }
}
