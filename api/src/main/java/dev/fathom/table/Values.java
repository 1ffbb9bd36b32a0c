package dev.fathom.table;

import dev.fathom.data.IsoTime;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The second reading of a column: keeps its values in an array of primitives, or of texts. */
final class Values {
  private final Field field;
  private final Numbers numbers;
  private final Map<String, Integer> classes = new HashMap<>();
  private Object values;
  private int size;
  private long unknown;

  /**
   * @param rows that there are at most
   */
  Values(Field field, Cells cells, int rows) {
    this.field = field;
    numbers = new Numbers(cells);
    field.labels().forEach(label -> classes.put(label, classes.size()));
    values =
        switch (field.kind()) {
          case NUMBER, BOOLEAN, DATE -> new double[rows];
          case INTEGER -> new long[rows];
          case CLASS, CATEGORY -> new int[rows];
          case TEXT -> new String[rows];
        };
  }

  /**
   * Keeps a value.
   *
   * @return what was expected instead; null if it was kept
   */
  String take(Cell cell) {
    if (cell.form() == Cell.Form.NESTED) {
      return "expected a text, a number, true, false or null";
    }
    switch (values) {
      case double[] all -> {
        double value = number(cell);
        if (!Float.isFinite((float) value)) {
          return switch (field.kind()) {
            case BOOLEAN -> "expected true or false, yes or no, t or f, y or n, 1 or 0";
            case DATE -> "expected a date or time of ISO 8601, 2012-01-31T13:00";
            default -> "expected a number that is finite as f32";
          };
        }
        all[size] = value;
      }
      case long[] all -> {
        if (Double.isNaN(numbers.read(cell)) || !numbers.isInteger()) {
          return "expected a whole number of 64 bits";
        }
        all[size] = numbers.integer();
      }
      case int[] all -> {
        Integer value = classes.get(cell.text());
        if (value == null && field.kind() == Kind.CLASS) {
          return "expected one of the classes " + listed(field.labels());
        }
        unknown += value == null ? 1 : 0;
        all[size] = value == null ? classes.size() : value;
      }
      default -> ((String[]) values)[size] = cell.text();
    }
    size++;
    return null;
  }

  private double number(Cell cell) {
    return switch (field.kind()) {
      case BOOLEAN -> Truth.of(cell.text());
      case DATE -> cell.form() == Cell.Form.DATE ? cell.number() : IsoTime.seconds(cell.text());
      default -> numbers.read(cell);
    };
  }

  /** Keeps the mean in place of a missing value, for a category that it is not known. */
  void takeMean() {
    switch (values) {
      case double[] all -> all[size++] = field.mean().getAsDouble();
      case long[] all -> all[size++] = Math.round(field.mean().getAsDouble());
      case int[] all -> all[size++] = classes.size();
      default -> throw new IllegalStateException("a text has no mean");
    }
  }

  /** Keeps the value of the row before. */
  void takePrevious() {
    System.arraycopy(values, size - 1, values, size, 1);
    size++;
  }

  /** {@return how many categories were not known} */
  long unknown() {
    return unknown;
  }

  /** {@return the values that were taken: double[], long[], int[] or String[], as the kind is} */
  Object all() {
    Object kept =
        switch (values) {
          case double[] all when size < all.length -> Arrays.copyOf(all, size);
          case long[] all when size < all.length -> Arrays.copyOf(all, size);
          case int[] all when size < all.length -> Arrays.copyOf(all, size);
          case String[] all when size < all.length -> Arrays.copyOf(all, size);
          default -> values;
        };
    values = null; // so that two copies are only there for one column at a time
    return kept;
  }

  private static String listed(List<String> labels) {
    String some = String.join(", ", labels.subList(0, Math.min(10, labels.size())));
    return labels.size() > 10 ? "%s, ... (%d)".formatted(some, labels.size()) : some;
  }
}
