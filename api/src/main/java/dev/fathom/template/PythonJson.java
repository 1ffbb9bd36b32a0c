package dev.fathom.template;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.fathom.template.TemplateException.Wrong;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** JSON as Python's {@code json.dumps} writes it. */
final class PythonJson {
  private final StringBuilder out = new StringBuilder();
  private final int indent;
  private final String between;
  private final String colon;
  private final boolean sorted;

  private PythonJson(int indent, String between, String colon, boolean sorted) {
    this.indent = indent;
    this.between = between;
    this.colon = colon;
    this.sorted = sorted;
  }

  /**
   * {@return the text of a value, other characters than ASCII as they are}
   *
   * @param arguments {@code indent}, {@code separators} and {@code sort_keys}
   */
  static String of(Object value, Arguments arguments) {
    Object indent = arguments.get(1, "indent", null);
    int spaces = indent == null ? -1 : Math.toIntExact(Values.integer(indent));
    Object separators = arguments.get(2, "separators", null);
    PythonJson json =
        separators instanceof List<?> pair && pair.size() == 2
            ? new PythonJson(
                spaces,
                Values.text(pair.get(0)),
                Values.text(pair.get(1)),
                arguments.flag(3, "sort_keys"))
            : new PythonJson(spaces, spaces < 0 ? ", " : ",", ": ", arguments.flag(3, "sort_keys"));
    json.write(value, 0);
    return json.out.toString();
  }

  private void write(Object value, int depth) {
    switch (value) {
      case null -> out.append("null");
      case Boolean b -> out.append(b);
      case Long number -> out.append(number);
      case Double number -> out.append(number(number));
      case String text -> string(text);
      case List<?> list -> {
        out.append('[');
        String separator = "";
        for (Object each : list) {
          out.append(separator);
          line(depth + 1);
          write(each, depth + 1);
          separator = between;
        }
        close(list.isEmpty(), depth, ']');
      }
      case Map<?, ?> map -> {
        out.append('{');
        String separator = "";
        for (Map.Entry<?, ?> each : (sorted ? new TreeMap<>(map) : map).entrySet()) {
          out.append(separator);
          line(depth + 1);
          string(Values.text(each.getKey()));
          out.append(colon);
          write(each.getValue(), depth + 1);
          separator = between;
        }
        close(map.isEmpty(), depth, '}');
      }
      default -> throw new Wrong("expected a value that JSON has but got " + Values.kind(value));
    }
  }

  private void line(int depth) {
    if (indent >= 0) {
      out.append('\n').repeat(' ', depth * indent);
    }
  }

  private void close(boolean empty, int depth, char bracket) {
    if (!empty) {
      line(depth);
    }
    out.append(bracket);
  }

  private void string(String text) {
    out.append('"');
    for (char c : JsonStringEncoder.getInstance().quoteAsString(text)) {
      out.append(c);
    }
    out.append('"');
  }

  /** {@return the shortest digits that give the number, as Python writes them} */
  static String number(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "Infinity" : "-Infinity";
    }
    double size = Math.abs(number);
    if (size == 0 || size >= 1e-4 && size < 1e16) {
      String plain = new java.math.BigDecimal(Double.toString(number)).toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String[] parts = Double.toString(number).split("E");
    String digits =
        parts[0].endsWith(".0") ? parts[0].substring(0, parts[0].length() - 2) : parts[0];
    int exponent = Integer.parseInt(parts[1]);
    return "%se%s%02d".formatted(digits, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
