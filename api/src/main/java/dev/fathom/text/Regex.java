package dev.fathom.text;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Translates regular expressions of {@code tokenizer.json}, which are Oniguruma's in Ruby's syntax,
 * to those of Java. What means something else in Java is spelled out; what cannot be is refused.
 */
final class Regex {
  private static final String WORD = "\\p{IsAlphabetic}\\p{M}\\p{Nd}\\p{Pc}";

  /** Properties by names in lower case; other names are categories or scripts. */
  private static final Map<String, String> PROPERTIES =
      Map.ofEntries(
          Map.entry("letter", "L"),
          Map.entry("mark", "M"),
          Map.entry("number", "N"),
          Map.entry("punctuation", "P"),
          Map.entry("symbol", "S"),
          Map.entry("separator", "Z"),
          Map.entry("alpha", "IsAlphabetic"),
          Map.entry("alphabetic", "IsAlphabetic"),
          Map.entry("digit", "Nd"),
          Map.entry("space", "IsWhite_Space"),
          Map.entry("whitespace", "IsWhite_Space"),
          Map.entry("upper", "IsUppercase"),
          Map.entry("uppercase", "IsUppercase"),
          Map.entry("lower", "IsLowercase"),
          Map.entry("lowercase", "IsLowercase"),
          Map.entry("ideographic", "IsIdeographic"),
          Map.entry("emoji", "IsEmoji"));

  private static final String CATEGORIES =
      "L|Lu|Ll|Lt|Lm|Lo|M|Mn|Mc|Me|N|Nd|Nl|No|P|Pc|Pd|Ps|Pe|Pi|Pf|Po|S|Sm|Sc|Sk|So|Z|Zs|Zl|Zp"
          + "|C|Cc|Cf|Cs|Co|Cn";

  private final String from;
  private final StringBuilder to = new StringBuilder();
  private int at;
  private int depth;

  private Regex(String from) {
    this.from = from;
  }

  /**
   * {@return the Java pattern that matches the same}
   *
   * @throws IllegalArgumentException if there is none, with the place
   */
  static Pattern compile(String pattern) {
    try {
      // A line ends with \n alone, and ^ and $ are those of lines.
      return Pattern.compile(
          new Regex(pattern).translate(), Pattern.UNIX_LINES | Pattern.MULTILINE);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "expected a regular expression but got '%s': %s".formatted(pattern, e.getDescription()));
    }
  }

  private String translate() {
    while (at < from.length()) {
      char c = from.charAt(at++);
      switch (c) {
        case '\\' -> escape();
        case '[' -> open();
        case ']' -> close();
        case '(' -> group();
        case '{' -> interval();
        default -> to.append(c);
      }
    }
    return to.toString();
  }

  private void open() {
    if (depth > 0 && from.startsWith(":", at)) {
      int end = from.indexOf(":]", at);
      if (end < 0) {
        throw refused(at, "[:");
      }
      boolean not = from.startsWith(":^", at);
      property(from.substring(at + (not ? 2 : 1), end), not, at);
      at = end + 2;
      return;
    }
    depth++;
    to.append('[');
    if (from.startsWith("^", at)) {
      to.append('^');
      at++;
    }
    if (from.startsWith("]", at)) {
      throw refused(at, "']' as the first of a class");
    }
  }

  private void close() {
    to.append(depth > 0 ? "]" : "\\]");
    depth = Math.max(0, depth - 1);
  }

  private void group() {
    if (depth > 0 || !from.startsWith("?", at)) {
      to.append('(');
      return;
    }
    for (String same : new String[] {"?:", "?=", "?!", "?>", "?<=", "?<!"}) {
      if (from.startsWith(same, at)) {
        to.append('(').append(same);
        at += same.length();
        return;
      }
    }
    int end = at + 1;
    while (end < from.length() && "im-".indexOf(from.charAt(end)) >= 0) {
      end++;
    }
    if (end == from.length() || ":)".indexOf(from.charAt(end)) < 0) {
      throw refused(at - 1, from.substring(at - 1, Math.min(from.length(), end + 1)));
    }
    // Case is that of all of Unicode, and m lets the dot match a line's end.
    to.append('(')
        .append(from.substring(at, end).replace("i", "iu").replace('m', 's'))
        .append(from.charAt(end));
    at = end + 1;
  }

  private void interval() {
    int end = depth > 0 ? -1 : from.indexOf('}', at);
    String inside = end < 0 ? "" : from.substring(at, end);
    if (!inside.matches("\\d+(,\\d*)?|,\\d+")) {
      to.append(depth > 0 ? "{" : "\\{");
      return;
    }
    String next = from.substring(end + 1, Math.min(from.length(), end + 2));
    if (next.equals("+") || next.equals("?") && !inside.contains(",")) {
      throw refused(at - 1, "'" + next + "' behind an interval");
    }
    to.append('{').append(inside.startsWith(",") ? "0" : "").append(inside).append('}');
    at = end + 1;
  }

  private void escape() {
    if (at == from.length()) {
      throw refused(at - 1, "\\");
    }
    int start = at - 1;
    char c = from.charAt(at++);
    switch (c) {
      case 's', 'S' -> property("space", c == 'S', start);
      case 'd', 'D' -> property("digit", c == 'D', start);
      case 'w' -> to.append('[').append(WORD).append(']');
      case 'W' -> to.append("[^").append(WORD).append(']');
      case 'h' -> to.append("[0-9a-fA-F]");
      case 'H' -> to.append("[^0-9a-fA-F]");
      case 'v' -> to.append("\\x0B");
      case 't', 'n', 'r', 'f', 'a', 'e' -> to.append('\\').append(c);
      case 'x' -> {
        if (!from.substring(at).matches("(?s)([0-9a-fA-F]{2}|\\{[0-9a-fA-F]+\\}).*")) {
          throw refused(start, "\\x");
        }
        int end = from.startsWith("{", at) ? from.indexOf('}', at) + 1 : at + 2;
        to.append("\\x").append(from, at, end);
        at = end;
      }
      case 'u' -> {
        if (!from.substring(at).matches("(?s)[0-9a-fA-F]{4}.*")) {
          throw refused(start, "\\u");
        }
        to.append("\\u").append(from, at, at + 4);
        at += 4;
      }
      case 'p', 'P' -> {
        int end = from.indexOf('}', at);
        if (!from.startsWith("{", at) || end < 0) {
          throw refused(start, "\\" + c);
        }
        boolean not = from.startsWith("{^", at);
        property(from.substring(at + (not ? 2 : 1), end), not != (c == 'P'), start);
        at = end + 1;
      }
      case 'b', 'B' -> {
        String in = "[" + WORD + "]";
        String same = "(?<=%1$s)(?=%1$s)|(?<!%1$s)(?!%1$s)".formatted(in);
        String edge = "(?<=%1$s)(?!%1$s)|(?<!%1$s)(?=%1$s)".formatted(in);
        if (depth > 0) {
          throw refused(start, "\\b in a class");
        }
        to.append("(?:").append(c == 'b' ? edge : same).append(')');
      }
      case 'A', 'z', 'Z' -> to.append('\\').append(c);
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw refused(start, "\\" + c);
        }
        to.append('\\').append(c);
      }
    }
  }

  private void property(String name, boolean not, int place) {
    String lower = name.replaceAll("[ _-]", "").toLowerCase(Locale.ROOT);
    String java = PROPERTIES.get(lower);
    if (java == null && name.matches(CATEGORIES)) {
      java = name;
    }
    if (lower.equals("alnum") || lower.equals("word")) {
      String in = lower.equals("word") ? WORD : "\\p{IsAlphabetic}\\p{Nd}";
      to.append(not ? "[^" : "[").append(in).append(']');
      return;
    }
    if (java == null) {
      try {
        java = "Is" + Character.UnicodeScript.forName(name);
      } catch (IllegalArgumentException e) {
        throw refused(place, "the property '" + name + "'");
      }
    }
    to.append(not ? "\\P{" : "\\p{").append(java).append('}');
  }

  private IllegalArgumentException refused(int place, String what) {
    return new IllegalArgumentException(
        "expected a regular expression that Java has too but got '%s': %s, at character %d, is not"
                .formatted(from, what, place)
            + " supported");
  }
}
