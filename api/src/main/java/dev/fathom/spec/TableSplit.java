package dev.fathom.spec;

import dev.fathom.data.DataException;
import dev.fathom.data.HoldOut;
import dev.fathom.data.IsoTime;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Kind;
import dev.fathom.json.SpecException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which rows of a table are learned, held back, and tested on. The share of the test is taken from
 * all rows, that of the validation from what is left, both by the same rule. The test is the same
 * for every seed, so that what was trained with several can be compared.
 *
 * @param learned in rising order, as the others; rows of weight 0 are among them, which no training
 *     uses
 * @param held for validation; empty if a file of its own has them
 * @param tested empty if there is no share for the test
 */
record TableSplit(int[] learned, int[] held, int[] tested) {
  private static final String GROUPS = "/training/split/groups";
  private static final String ORDER = "/training/split/order";
  private static final long TEST_SEED = 0;

  /**
   * {@return the split of a table that a spec asks for}
   *
   * @throws SpecException if the rows do not allow it, with the numbers
   */
  static TableSplit of(Spec spec, Table table) {
    int[] all = IntStream.range(0, table.size()).toArray();
    int[] rows = counting(spec, table, all);
    double test = spec.data().testShare();
    double validation = spec.training().validation();
    HoldOut rule = rule(spec, table, rows, 1 + (test > 0 ? 1 : 0) + (validation > 0 ? 1 : 0));
    int[] tested = held(spec, table, "/data/test", rule, rows, test, TEST_SEED);
    int[] rest = without(rows, tested);
    long seed = spec.training().seed();
    int[] held = held(spec, table, "/training/validation", rule, rest, validation, seed);
    return new TableSplit(without(without(all, tested), held), held, tested);
  }

  /** {@return the rows that count: those of a weight above 0} */
  private static int[] counting(Spec spec, Table table, int[] rows) {
    if (spec.data().weight().isEmpty()) {
      return rows;
    }
    float[] weights = table.numbers(spec.data().weight().get());
    RowChecks.weights(table.name(), weights);
    return Arrays.stream(rows).filter(row -> weights[row] > 0).toArray();
  }

  private static int[] held(
      Spec spec, Table table, String pointer, HoldOut rule, int[] rows, double share, long seed) {
    if (share == 0 || rows.length == 0) {
      return new int[0];
    }
    int[] held;
    try {
      held = rule.held(rows, share, seed);
    } catch (DataException e) {
      throw new SpecException(
          spec.training().split().groups().isPresent() ? GROUPS : ORDER, e.getMessage());
    }
    if (held.length == 0 && spec.training().split().groups().isPresent()) {
      throw new SpecException(
          GROUPS, "expected a group that can be held back but each has a class that no other has");
    }
    RowChecks.share(pointer, share, held.length, rows.length, most(spec, table, rows));
    return held;
  }

  /** {@return how many rows a share is taken from at once: of classes, those of the greatest} */
  private static int most(Spec spec, Table table, int[] rows) {
    Table.Field target = table.field(spec.data().target());
    if (target.kind() != Kind.CLASS || !spec.training().split().equals(SplitSpec.RANDOM)) {
      return rows.length;
    }
    int[] classOf = table.classes(target.name());
    int[] counts = new int[target.labels().size()];
    for (int row : rows) {
      counts[classOf[row]]++;
    }
    return Arrays.stream(counts).max().orElse(0);
  }

  private static int[] without(int[] rows, int[] others) {
    return Arrays.stream(rows).filter(row -> Arrays.binarySearch(others, row) < 0).toArray();
  }

  // ---- rules ----

  private static HoldOut rule(Spec spec, Table table, int[] rows, int parts) {
    SplitSpec split = spec.training().split();
    String target = spec.data().target();
    boolean isClass = table.field(target).kind() == Kind.CLASS;
    int[] classOf = isClass ? table.classes(target) : new int[table.size()];
    if (split.order().isPresent()) {
      return HoldOut.last(times(table, split.order().get()));
    }
    if (split.groups().isPresent()) {
      return HoldOut.grouped(groups(spec, table, rows, split.groups().get(), parts), classOf);
    }
    return isClass ? HoldOut.stratified(classOf) : HoldOut.random();
  }

  private static int[] groups(Spec spec, Table table, int[] rows, String column, int parts) {
    require(table, column, GROUPS);
    List<String> values = texts(table, column);
    TableSpec csv = (TableSpec) spec.data().source();
    List<String> missing = csv.columns().getOrDefault(column, csv.cells()).missingWords();
    Map<String, Integer> numbers = new LinkedHashMap<>();
    int[] groupOf = new int[table.size()];
    for (int row : rows) {
      String value = values.get(row).strip();
      if (value.isEmpty() || missing.contains(value)) {
        throw new SpecException(
            GROUPS,
            "expected a group for each row but row %d of '%s' has none in '%s'"
                .formatted(row + 1, table.name(), column));
      }
      groupOf[row] = numbers.computeIfAbsent(value, _ -> numbers.size());
    }
    if (rows.length > 0 && numbers.size() < parts) {
      throw new SpecException(
          GROUPS,
          "expected %d groups or more, one for each part of the split, but '%s' has %s"
              .formatted(
                  parts,
                  column,
                  numbers.size() == 1
                      ? "only '%s'".formatted(numbers.keySet().iterator().next())
                      : numbers.size() + ": " + String.join(", ", numbers.keySet())));
    }
    return groupOf;
  }

  private static List<String> texts(Table table, String column) {
    Table.Field field = table.field(column);
    return switch (field.kind()) {
      case TEXT -> table.texts(column);
      case CLASS, CATEGORY ->
          Arrays.stream(table.classes(column)).mapToObj(field.labels()::get).toList();
      case INTEGER -> Arrays.stream(table.integers(column)).mapToObj(Long::toString).toList();
      case NUMBER, BOOLEAN, DATE ->
          Arrays.stream(table.doubles(column)).mapToObj(Double::toString).toList();
    };
  }

  private static double[] times(Table table, String column) {
    require(table, column, ORDER);
    return switch (table.field(column).kind()) {
      case NUMBER, INTEGER, BOOLEAN, DATE -> table.doubles(column);
      case CLASS, CATEGORY, TEXT -> {
        List<String> texts = texts(table, column);
        double[] times = new double[texts.size()];
        for (int row = 0; row < times.length; row++) {
          times[row] = seconds(table, column, row, texts.get(row));
        }
        yield times;
      }
    };
  }

  /** {@return seconds since 1970; those of a time without an offset as if it were UTC} */
  private static double seconds(Table table, String column, int row, String text) {
    double seconds = IsoTime.seconds(text.strip());
    if (!Double.isNaN(seconds)) {
      return seconds;
    }
    throw new SpecException(
        ORDER,
        "expected numbers, or dates or times of ISO 8601, but row %d of '%s' has '%s' in '%s'"
            .formatted(row + 1, table.name(), text, column));
  }

  private static void require(Table table, String column, String pointer) {
    List<String> known = table.fields().stream().map(Table.Field::name).toList();
    if (!known.contains(column)) {
      throw new SpecException(
          pointer,
          "expected a column of '%s', one of %s, but got '%s'"
              .formatted(table.name(), known, column));
    }
  }
}
