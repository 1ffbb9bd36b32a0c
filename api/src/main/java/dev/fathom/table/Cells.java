package dev.fathom.table;

import dev.fathom.data.Table.Kind;
import java.util.List;
import java.util.Optional;

/**
 * How the values of a column are written, and what is done where one is missing.
 *
 * @param kind empty if it is found from the values
 * @param missing the treatment of missing values
 * @param missingWords words that stand for a missing value, beside an empty one
 * @param decimal the decimal separator, {@code '.'} or {@code ','}
 * @param thousands the character between groups of three digits; empty for none
 * @param percent whether numbers are percentages, {@code 12%}, which is 0.12
 */
public record Cells(
    Optional<Kind> kind,
    Missing missing,
    List<String> missingWords,
    char decimal,
    String thousands,
    boolean percent) {
  /** Numbers with a decimal point, nothing missing. */
  public static final Cells PLAIN =
      new Cells(Optional.empty(), Missing.REFUSE, List.of(), '.', "", false);

  public Cells {
    missingWords = List.copyOf(missingWords);
    if (decimal != '.' && decimal != ',') {
      throw new IllegalArgumentException(
          "expected '.' or ',' as decimal separator but got '" + decimal + "'");
    }
    if (!thousands.isEmpty()
        && (thousands.codePointCount(0, thousands.length()) != 1
            || thousands.matches("[-+0-9eE%]"))) {
      throw new IllegalArgumentException(
          "expected one character between thousands but got '" + thousands + "'");
    }
    if (thousands.equals(String.valueOf(decimal))) {
      throw new IllegalArgumentException(
          "expected another character between thousands than the decimal separator, '"
              + decimal
              + "'");
    }
  }

  /** {@return the same for a column of a kind} */
  public Cells of(Kind known) {
    return new Cells(Optional.of(known), missing, missingWords, decimal, thousands, percent);
  }

  /** {@return the same with another treatment of missing values} */
  public Cells with(Missing treatment, List<String> words) {
    return new Cells(kind, treatment, words, decimal, thousands, percent);
  }
}
