package dev.fathom.table;

import java.util.Map;
import java.util.Optional;

/**
 * How a CSV file separates and quotes its values.
 *
 * @param separator one character, as text
 * @param quote an ASCII character; empty if values are never quoted
 */
public record Dialect(String separator, Optional<Character> quote) {
  /** Commas and double quotes: RFC 4180. */
  public static final Dialect RFC4180 = new Dialect(",", Optional.of('"'));

  /** Separators by the names that they have in specs; others are themselves. */
  public static final Map<String, String> NAMED =
      Map.of("comma", ",", "semicolon", ";", "tab", "\t");

  public Dialect {
    boolean one =
        separator.codePointCount(0, separator.length()) == 1 && !separator.matches("[\n\r\"]");
    if (!one || Character.isSurrogate(separator.charAt(0)) && separator.length() == 1) {
      throw new IllegalArgumentException(
          "[csv] expected one character, no quote and no line end, as separator but got '"
              + separator
              + "'");
    }
    if (quote.isPresent()
        && (quote.get() >= 0x80 || quote.get() <= ' ' || separator.indexOf(quote.get()) >= 0)) {
      throw new IllegalArgumentException(
          "[csv] expected an ASCII character other than the separator as quote but got '"
              + quote.get()
              + "'");
    }
  }

  /** {@return how a spec names a separator} */
  public static String nameOf(String separator) {
    return NAMED.entrySet().stream()
        .filter(named -> named.getValue().equals(separator))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(separator);
  }
}
