package dev.fathom.table;

import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.format.FormatException;
import dev.fathom.table.TableFormat.Records;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/** A column of a file that is read: its place, what is known of it, and its values. */
final class ReadColumn {
  private static final int MOST_TOLD = 5;

  /** What a text takes beside its characters: a reference, a String, and an array's header. */
  private static final long BYTES_OF_STRING = 48;

  private final Path file;
  private final TableFormat format;
  private final int index;
  private final String name;
  private final Cells cells;
  private final List<String> labels;
  private final Optional<UnaryOperator<String>> asked;
  private final List<byte[]> words;
  private final Survey survey;

  private Field field;
  private Values values;
  private long dropped;
  private long filled;

  /**
   * @param labels the classes, if they are known; else empty
   * @param asked as {@link Remedy#of} takes it
   */
  ReadColumn(
      Path file,
      TableFormat format,
      int index,
      String name,
      Cells cells,
      List<String> labels,
      Optional<UnaryOperator<String>> asked) {
    this.file = file;
    this.format = format;
    this.index = index;
    this.name = name;
    this.cells = cells;
    this.labels = labels;
    this.asked = asked;
    words =
        cells.missingWords().stream()
            .map(word -> word.strip().getBytes(StandardCharsets.UTF_8))
            .toList();
    survey = new Survey(name, cells.kind(), cells, words);
  }

  int index() {
    return index;
  }

  String name() {
    return name;
  }

  Field field() {
    return field;
  }

  // ---- the first reading ----

  void survey(Records records) {
    survey.take(records.cell(index));
  }

  /**
   * {@return the field that the values make}
   *
   * @param like whose mean is taken; null for the column's own
   */
  Field decide(Field like) {
    Kind kind = survey.kind();
    OptionalDouble mean = like == null ? survey.mean() : like.mean();
    boolean ofClasses = kind == Kind.CLASS || kind == Kind.CATEGORY;
    List<String> known = !ofClasses ? List.of() : labels.isEmpty() ? survey.labels() : labels;
    field = new Field(name, kind, known, mean);
    return field;
  }

  /** {@return what else to say of a column that is left out} */
  String remark() {
    return survey.remark();
  }

  long missing() {
    return field.kind() == Kind.TEXT ? 0 : survey.missing();
  }

  boolean refuses() {
    return missing() > 0
        && switch (cells.missing()) {
          case REFUSE -> true;
          case DROP -> false;
          case MEAN -> field.mean().isEmpty() && field.kind() != Kind.CATEGORY;
          case PREVIOUS -> survey.isFirstMissing();
        };
  }

  String missingText() {
    return "'%s' %d times, first in %s %d"
        .formatted(name, missing(), format.counted(), survey.firstMissing());
  }

  // ---- the second reading ----

  /** {@return the bytes that the values take in memory} */
  long bytes(int rows) {
    return switch (field.kind()) {
      case NUMBER, BOOLEAN, DATE, INTEGER -> 8L * rows;
      case CLASS, CATEGORY -> 4L * rows;
      case TEXT -> BYTES_OF_STRING * rows + survey.characters();
    };
  }

  void begin(int rows) {
    values = new Values(field, cells, rows);
  }

  private boolean isMissing(Cell cell) {
    return field.kind() != Kind.TEXT && Survey.isMissing(cell, words);
  }

  /** {@return whether the record is left out since its value is missing} */
  boolean drops(Records records) {
    if (cells.missing() != Missing.DROP
        || survey.missing() == 0
        || !isMissing(records.cell(index))) {
      return false;
    }
    dropped++;
    return true;
  }

  void take(Records records) {
    Cell cell = records.cell(index);
    if (survey.missing() > 0 && isMissing(cell)) {
      filled++;
      if (cells.missing() == Missing.PREVIOUS) {
        values.takePrevious();
      } else {
        values.takeMean();
      }
      return;
    }
    String expected = values.take(cell);
    if (expected != null) {
      throw wrong(cell, expected);
    }
  }

  private FormatException wrong(Cell cell, String expected) {
    String all = cell.text();
    String text = all.length() > 60 ? all.substring(0, 60) + "..." : all;
    String remedy =
        switch (field.kind()) {
          case NUMBER, INTEGER, BOOLEAN, DATE -> Remedy.of(name, text, field.kind(), asked);
          case CLASS, CATEGORY, TEXT -> "";
        };
    String found =
        cells.kind().isPresent() || remedy.isEmpty() ? "" : ", as most values of the column are,";
    return new FormatException(
        format.name(),
        file,
        cell.offset(),
        "%s %d, column %d '%s'".formatted(format.counted(), cell.line(), index + 1, name),
        "%s%s but got '%s'%s".formatted(expected, found, text, remedy));
  }

  Object values() {
    return values.all();
  }

  /** {@return how many rows are left out since its value is missing} */
  Optional<String> droppedText() {
    return dropped == 0 ? Optional.empty() : Optional.of("'%s' in %d".formatted(name, dropped));
  }

  /** {@return what else was done, each a sentence} */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (filled > 0) {
      String by =
          cells.missing() == Missing.PREVIOUS
              ? "the value of the row before"
              : field.mean().isPresent() ? "the mean, " + shown() : "an unknown category";
      notes.add("'%s' is missing in %d rows and filled with %s".formatted(name, filled, by));
    }
    alike().ifPresent(notes::add);
    if (values.unknown() > 0) {
      notes.add(
          "'%s' has categories in %d rows that were not known".formatted(name, values.unknown()));
    }
    return notes;
  }

  /** {@return what to say of names that are nearly the same, if these were found here} */
  private Optional<String> alike() {
    if (!labels.isEmpty()) {
      return Optional.empty();
    }
    Map<String, List<String>> spellings = new LinkedHashMap<>();
    for (String label : field.labels()) {
      String spelling = label.strip().toLowerCase(Locale.ROOT);
      spellings.computeIfAbsent(spelling, _ -> new ArrayList<>()).add("'" + label + "'");
    }
    List<String> several =
        spellings.values().stream()
            .filter(same -> same.size() > 1)
            .map(same -> String.join(" and ", same))
            .toList();
    int told = Math.min(MOST_TOLD, several.size());
    return several.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "'%s' has names that differ in case or spaces alone, each taken for itself: %s%s"
                .formatted(
                    name,
                    String.join(", ", several.subList(0, told)),
                    told < several.size() ? ", and %d more".formatted(several.size() - told) : ""));
  }

  private String shown() {
    double mean = field.mean().getAsDouble();
    return switch (field.kind()) {
      case DATE -> new Cell().date(Math.rint(mean)).text();
      case INTEGER -> Long.toString(Math.round(mean));
      default -> String.format(Locale.ROOT, "%.6g", mean);
    };
  }
}
