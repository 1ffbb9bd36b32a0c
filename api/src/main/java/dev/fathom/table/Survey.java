package dev.fathom.table;

import dev.fathom.data.DataException;
import dev.fathom.data.IsoTime;
import dev.fathom.data.Table.Kind;
import dev.fathom.table.Cell.Form;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The first reading of a column: finds what kind its values are of, its classes and its mean.
 *
 * <p>A column that is not declared is one of numbers if more than half of its values are, words
 * such as {@code n/a} not counted: the others are then errors. So are numbers that are written in
 * another way, {@code 12%} or {@code 3,14}. Whole numbers that begin with a 0 are codes, such as
 * those of places, and no numbers. A column is of true and false, or of dates, if all its values
 * are; of classes if each comes twice on average and there are at most 1000; otherwise of text.
 */
final class Survey {
  private static final int MOST_CLASSES = 1 << 20;
  private static final int MOST_FOUND_CLASSES = 1000;
  private static final long MOST_CHARACTERS = 1 << 24;

  private final String name;
  private final Optional<Kind> declared;
  private final List<byte[]> words;
  private final Numbers numbers;
  private final Set<String> distinct = new HashSet<>();

  /** Of those that were found, so that long texts, which are no names of classes, are not kept. */
  private long distinctCharacters;

  private long characters;

  private long present;
  private long missing;
  private long firstMissing;
  private boolean startsMissing;
  private long numeric;
  private long integers;
  private long numberLike;
  private long emptyWords;
  private long codes;
  private boolean nested;
  private final long[] truths = new long[Truth.PAIRS + 1];
  private long trues;
  private long dates;
  private double sum;
  private double seconds;

  Survey(String name, Optional<Kind> declared, Cells cells, List<byte[]> words) {
    this.name = name;
    this.declared = declared;
    this.words = words;
    numbers = new Numbers(cells);
  }

  static boolean isMissing(Cell cell, List<byte[]> words) {
    if (cell.form() == Form.NOTHING || cell.form() == Form.WRITTEN && cell.isBlank()) {
      return true;
    }
    for (int i = 0; i < words.size(); i++) {
      if (cell.is(words.get(i))) {
        return true;
      }
    }
    return false;
  }

  void take(Cell cell) {
    if (isMissing(cell, words)) {
      startsMissing |= present + missing == 0;
      firstMissing = missing++ == 0 ? cell.line() : firstMissing;
      return;
    }
    present++;
    if (cell.form() == Form.NESTED) {
      nested = true;
      return;
    }
    characters += cell.length();
    if (mayBeClasses() && distinct.add(cell.text())) {
      distinctCharacters += cell.length();
    }
    double number = numbers.read(cell);
    if (!Double.isNaN(number)) {
      sum += number;
      numeric += cell.form() == Form.TEXT ? 0 : 1;
      integers += numbers.isInteger() ? 1 : 0;
      codes += isCode(cell) ? 1 : 0;
    } else if (cell.form() == Form.DATE) {
      dates++;
      seconds += cell.number();
      return;
    }
    if (declared.isEmpty() || declared.get() == Kind.BOOLEAN) {
      other(cell, number);
    } else if (declared.get() == Kind.DATE) {
      date(cell.text());
    }
  }

  private void other(Cell cell, double number) {
    boolean isNumber = !Double.isNaN(number);
    if (isNumber && declared.isEmpty()) {
      return;
    }
    String text = cell.text();
    int truth = Truth.pair(text);
    truths[truth]++;
    trues += truth < Truth.PAIRS && Truth.of(text) == 1 || isNumber && number == 1 ? 1 : 0;
    if (truth == Truth.PAIRS && declared.isEmpty()) {
      emptyWords += Remedy.meansNothing(text) ? 1 : 0;
      numberLike += cell.form() != Form.TEXT && Remedy.isNumberLike(text) ? 1 : 0;
      date(text);
    }
  }

  private void date(String text) {
    double time = IsoTime.seconds(text);
    dates += Double.isNaN(time) ? 0 : 1;
    seconds += Double.isNaN(time) ? 0 : time;
  }

  private static boolean isCode(Cell cell) {
    if (cell.form() == Form.INTEGER || cell.form() == Form.NUMBER) {
      return false;
    }
    byte[] text = cell.bytes();
    int at = cell.from();
    return cell.to() - at > 1 && text[at] == '0' && text[at + 1] >= '0' && text[at + 1] <= '9';
  }

  private boolean mayBeClasses() {
    return declaresClasses()
        ? distinct.size() <= MOST_CLASSES
        : distinct.size() <= MOST_FOUND_CLASSES && distinctCharacters <= MOST_CHARACTERS;
  }

  private boolean declaresClasses() {
    return declared.isPresent()
        && (declared.get() == Kind.CLASS || declared.get() == Kind.CATEGORY);
  }

  /** {@return how long all values are together, as text} */
  long characters() {
    return characters;
  }

  long missing() {
    return missing;
  }

  /** {@return the line of the first that is missing} */
  long firstMissing() {
    return firstMissing;
  }

  boolean isFirstMissing() {
    return startsMissing;
  }

  /** {@return what else to say of a column that is left out} */
  String remark() {
    if (present == 0) {
      return ", without a value";
    }
    if (nested) {
      return ", some values are lists or objects";
    }
    return codes > 0 && declared.isEmpty() ? ", some values begin with 0" : "";
  }

  Kind kind() {
    return declared.orElseGet(this::found);
  }

  private Kind found() {
    long known = present - emptyWords;
    if (known == 0 || nested) {
      return Kind.TEXT;
    }
    if (codes == 0 && 2 * (numeric + numberLike) > known) {
      return integers == present ? Kind.INTEGER : Kind.NUMBER;
    }
    for (int pair = 0; pair < Truth.PAIRS; pair++) {
      if (truths[pair] == known) {
        return Kind.BOOLEAN;
      }
    }
    if (dates == known) {
      return Kind.DATE;
    }
    boolean repeat = distinct.size() <= Math.min(MOST_FOUND_CLASSES, present / 2);
    return repeat && mayBeClasses() ? Kind.CLASS : Kind.TEXT;
  }

  /** {@return the mean of the values that are there; empty where the kind has none} */
  OptionalDouble mean() {
    if (present == 0) {
      return OptionalDouble.empty();
    }
    return switch (kind()) {
      case NUMBER, INTEGER -> OptionalDouble.of(sum / present);
      case BOOLEAN -> OptionalDouble.of((double) trues / present);
      case DATE -> OptionalDouble.of(seconds / present);
      case CLASS, CATEGORY, TEXT -> OptionalDouble.empty();
    };
  }

  /** {@return the classes that were found, in order, of numbers if all are} */
  List<String> labels() {
    if (distinct.size() > MOST_CLASSES) {
      throw new DataException(
          "[data] expected at most %d classes in column '%s' but there are more"
              .formatted(MOST_CLASSES, name));
    }
    Comparator<String> text = Comparator.naturalOrder();
    return distinct.stream()
        .sorted(
            integers == present
                ? Comparator.comparingLong(Survey::integer).thenComparing(text)
                : text)
        .toList();
  }

  private static long integer(String label) {
    return Long.parseLong(label.strip());
  }
}
