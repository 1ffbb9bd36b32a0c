package dev.fathom.table;

import dev.fathom.data.Table.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** What to write in a spec where a value is not of its column's kind. */
final class Remedy {
  private static final Set<String> NOTHING =
      Set.of(
          "",
          "na",
          "n/a",
          "#n/a",
          "nan",
          "null",
          "none",
          "nil",
          "-",
          "--",
          "?",
          ".",
          "..",
          "...",
          "inf",
          "+inf",
          "-inf",
          "infinity",
          "-infinity",
          "#div/0!",
          "#value!",
          "missing",
          "unknown",
          "<na>",
          "\\n",
          "n.a.",
          "k.a.");

  private static final String GROUPED = "\\d{1,3}(%s\\d{3})+";
  private static final Pattern PERCENT = Pattern.compile("[+-]?[\\d.,]*\\d[\\d.,]*\\s?%");
  private static final Pattern COMMAS =
      Pattern.compile("[+-]?" + GROUPED.formatted(",") + "(\\.\\d*)?");
  private static final Pattern POINTS =
      Pattern.compile("[+-]?" + GROUPED.formatted("\\.") + "(,\\d*)?");
  private static final Pattern OTHERS =
      Pattern.compile("[+-]?" + GROUPED.formatted("[ '’\\u00a0\\u202f_]") + "([.,]\\d*)?");
  private static final Pattern COMMA = Pattern.compile("[+-]?\\d*,\\d+([eE][+-]?\\d+)?");
  private static final Pattern MONEY =
      Pattern.compile(
          "[+-]?\\p{Sc}\\s?[+-]?[\\d.,]*\\d[\\d.,]*|[+-]?[\\d.,]*\\d[\\d.,]*\\s?\\p{Sc}");

  private Remedy() {}

  /** {@return whether a text is one of the words that often stand for a missing value} */
  static boolean meansNothing(String text) {
    return text.length() < 12 && NOTHING.contains(text.strip().toLowerCase(Locale.ROOT));
  }

  /** {@return whether a text that is no number here would be one if it were written otherwise} */
  static boolean isNumberLike(String text) {
    if (text.length() > 40 || text.chars().noneMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    String value = text.strip();
    return PERCENT.matcher(value).matches()
        || COMMAS.matcher(value).matches()
        || POINTS.matcher(value).matches()
        || OTHERS.matcher(value).matches()
        || COMMA.matcher(value).matches()
        || MONEY.matcher(value).matches();
  }

  /**
   * {@return what to write for a value that is none of the kind, "; ..."}
   *
   * @param asked says how somebody who has no spec names a word that means a missing value; empty
   *     for who has one
   */
  static String of(String column, String text, Kind kind, Optional<UnaryOperator<String>> asked) {
    String value = text.strip();
    List<String> keys = new ArrayList<>();
    if (kind == Kind.NUMBER || kind == Kind.INTEGER) {
      number(column, value, keys);
    }
    Optional<String> word =
        keys.isEmpty() && value.length() < 20 && !MONEY.matcher(value).matches()
            ? Optional.of(value)
            : Optional.empty();
    keys.add("\"kinds\": {\"%s\": \"text\"} if the column holds none".formatted(column));
    String meaning = " if it means that the value is missing";
    if (asked.isPresent()) {
      String inSpec = "in a spec's \"data\" write " + String.join(", or ", keys);
      return "; " + word.map(w -> asked.get().apply(w) + meaning + ", or ").orElse("") + inSpec;
    }
    word.ifPresent(w -> keys.addFirst("\"missingWords\": [\"%s\"]".formatted(w) + meaning));
    return "; in \"data\" write " + String.join(", or ", keys);
  }

  private static void number(String column, String value, List<String> ways) {
    if (PERCENT.matcher(value).matches()) {
      ways.add(written(column, "\"percent\": true"));
      return;
    }
    if (COMMAS.matcher(value).matches()) {
      ways.add(written(column, "\"thousands\": \",\""));
    } else if (POINTS.matcher(value).matches()) {
      ways.add(written(column, "\"decimal\": \",\", \"thousands\": \".\""));
    } else if (OTHERS.matcher(value).matches()) {
      String separator = value.replaceAll("^[+-]?\\d+", "").substring(0, 1);
      String decimal = value.indexOf(',') >= 0 ? "\"decimal\": \",\", " : "";
      ways.add(written(column, decimal + "\"thousands\": \"%s\"".formatted(separator)));
    }
    if (COMMA.matcher(value).matches()) {
      ways.add(written(column, "\"decimal\": \",\""));
    }
  }

  private static String written(String column, String keys) {
    return "\"columns\": {\"%s\": {%s}}".formatted(column, keys);
  }
}
