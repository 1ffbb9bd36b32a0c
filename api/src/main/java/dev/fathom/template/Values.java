package dev.fathom.template;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.template.TemplateException.Wrong;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The values of a template, with what Python does with them: {@code null}, {@link Undefined},
 * {@link Boolean}, {@link Long}, {@link Double}, {@link String}, {@link List}, {@link Map} and
 * {@link Callable}.
 */
final class Values {
  private Values() {}

  static Object of(JsonNode json) {
    return switch (json.getNodeType()) {
      case BOOLEAN -> json.booleanValue();
      case NUMBER ->
          json.isIntegralNumber() && json.canConvertToLong()
              ? (Object) json.longValue()
              : (Object) json.doubleValue();
      case STRING -> json.textValue();
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        json.forEach(each -> list.add(of(each)));
        yield Collections.unmodifiableList(list);
      }
      case OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        json.properties().forEach(each -> map.put(each.getKey(), of(each.getValue())));
        yield Collections.unmodifiableMap(map);
      }
      default -> null;
    };
  }

  /** {@return what a value is, for messages} */
  static String kind(Object value) {
    return switch (value) {
      case null -> "none";
      case Undefined(String what) -> what + ", which is undefined";
      case Boolean b -> b ? "true" : "false";
      case Number number -> "the number " + number;
      case String _ -> "a string";
      case List<?> _ -> "a list";
      case Map<?, ?> _ -> "a mapping";
      default -> "a function";
    };
  }

  static boolean isTrue(Object value) {
    return switch (value) {
      case null -> false;
      case Undefined _ -> false;
      case Boolean b -> b;
      case Long number -> number != 0;
      case Double number -> number != 0;
      case String text -> !text.isEmpty();
      case List<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> true;
    };
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new Wrong("expected a string but got " + kind(value));
  }

  static long integer(Object value) {
    return switch (value) {
      case Long number -> number;
      case Boolean b -> b ? 1 : 0;
      case null, default -> throw new Wrong("expected a whole number but got " + kind(value));
    };
  }

  static double number(Object value) {
    return switch (value) {
      case Long number -> number;
      case Double number -> number;
      case Boolean b -> b ? 1 : 0;
      case null, default -> throw new Wrong("expected a number but got " + kind(value));
    };
  }

  static List<?> list(Object value) {
    return switch (value) {
      case List<?> list -> list;
      case Map<?, ?> map -> List.copyOf(map.keySet());
      case String text -> text.codePoints().mapToObj(Character::toString).toList();
      case Undefined _ -> List.of();
      case null, default -> throw new Wrong("expected a list to go through but got " + kind(value));
    };
  }

  /** {@return the text that a value is printed as} */
  static String print(Object value) {
    return switch (value) {
      case String text -> text;
      case Undefined _ -> "";
      case null, default -> literal(value);
    };
  }

  /** {@return a value as Python writes it} */
  static String literal(Object value) {
    return switch (value) {
      case null -> "None";
      case Boolean b -> b ? "True" : "False";
      case Double number -> PythonJson.number(number);
      case String text -> quoted(text);
      case List<?> list ->
          String.join("", "[", String.join(", ", list.stream().map(Values::literal).toList()), "]");
      case Map<?, ?> map -> {
        List<String> entries = new ArrayList<>();
        map.forEach((key, each) -> entries.add(literal(key) + ": " + literal(each)));
        yield "{" + String.join(", ", entries) + "}";
      }
      case Undefined _ -> "Undefined";
      default -> value.toString();
    };
  }

  private static String quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    StringBuilder quoted = new StringBuilder().append(quote);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '\\' -> quoted.append("\\\\");
                default -> {
                  if (c == quote) {
                    quoted.append('\\');
                  }
                  quoted.appendCodePoint(c);
                }
              }
            });
    return quoted.append(quote).toString();
  }

  static boolean same(Object a, Object b) {
    if (isNumber(a) && isNumber(b)) {
      return number(a) == number(b);
    }
    if (a instanceof List<?> left && b instanceof List<?> right) {
      if (left.size() != right.size()) {
        return false;
      }
      for (int i = 0; i < left.size(); i++) {
        if (!same(left.get(i), right.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (a instanceof Map<?, ?> left && b instanceof Map<?, ?> right) {
      return left.size() == right.size()
          && left.keySet().stream()
              .allMatch(key -> right.containsKey(key) && same(left.get(key), right.get(key)));
    }
    return a instanceof Undefined && b instanceof Undefined || Objects.equals(a, b);
  }

  static int compare(Object a, Object b) {
    if (isNumber(a) && isNumber(b)) {
      return Double.compare(number(a), number(b));
    }
    if (a instanceof String left && b instanceof String right) {
      return left.compareTo(right);
    }
    throw new Wrong(
        "expected two numbers or two strings to compare but got %s and %s"
            .formatted(kind(a), kind(b)));
  }

  static boolean contains(Object whole, Object part) {
    return switch (whole) {
      case String text -> text.contains(text(part));
      case Map<?, ?> map -> part instanceof String && map.containsKey(part);
      case null, default -> list(whole).stream().anyMatch(each -> same(each, part));
    };
  }

  static long length(Object value) {
    return switch (value) {
      case String text -> text.codePointCount(0, text.length());
      case Map<?, ?> map -> map.size();
      case List<?> list -> list.size();
      case Undefined _ -> 0;
      case null, default ->
          throw new Wrong("expected something with a length but got " + kind(value));
    };
  }

  /** {@return {@code value.name}: a method, or else an entry} */
  static Object attribute(Object value, String name) {
    requireDefined(value, name);
    if (value instanceof Loop loop) {
      return loop.attribute(name);
    }
    if (!(value instanceof Namespace)) {
      Callable method = Methods.of(value, name);
      if (method != null) {
        return method;
      }
    }
    return entry(value, name);
  }

  private static Object entry(Object value, String name) {
    if (value instanceof Map<?, ?> map && map.containsKey(name)) {
      return map.get(name);
    }
    return new Undefined("'%s' of %s".formatted(name, kind(value)));
  }

  private static void requireDefined(Object value, Object name) {
    if (value instanceof Undefined(String what)) {
      throw new Wrong("%s is undefined, so it has no '%s'".formatted(what, print(name)));
    }
  }

  /** {@return {@code value[key]}: an entry, or else a method} */
  static Object item(Object value, Object key) {
    requireDefined(value, key);
    if (key instanceof Long index && (value instanceof List<?> || value instanceof String)) {
      List<?> list = list(value);
      long at = index < 0 ? index + list.size() : index;
      return at >= 0 && at < list.size()
          ? list.get((int) at)
          : new Undefined("item %d of %d".formatted(index, list.size()));
    }
    if (key instanceof String name) {
      return value instanceof Map<?, ?> map && map.containsKey(name)
          ? map.get(name)
          : attribute(value, name);
    }
    return new Undefined("'%s' of %s".formatted(print(key), kind(value)));
  }

  /** {@return {@code value[from:to:step]}, where each may be null} */
  static Object slice(Object value, Object from, Object to, Object step) {
    requireDefined(value, "slice");
    if (!(value instanceof List<?>) && !(value instanceof String)) {
      throw new Wrong("expected a list or a string to slice but got " + kind(value));
    }
    List<?> list = list(value);
    long by = step == null ? 1 : integer(step);
    if (by == 0) {
      throw new Wrong("expected a step of a slice that is not 0");
    }
    int size = list.size();
    long first = bound(from, size, by, by > 0 ? 0 : size - 1);
    long end = bound(to, size, by, by > 0 ? size : -1);
    List<Object> part = new ArrayList<>();
    for (long i = first; by > 0 ? i < end : i > end; i += by) {
      part.add(list.get((int) i));
    }
    if (value instanceof String) {
      StringBuilder text = new StringBuilder();
      part.forEach(text::append);
      return text.toString();
    }
    return part;
  }

  private static long bound(Object value, int size, long by, long byDefault) {
    if (value == null) {
      return byDefault;
    }
    long at = integer(value);
    at = at < 0 ? at + size : at;
    return by > 0 ? Math.clamp(at, 0, size) : Math.clamp(at, -1, size - 1);
  }

  // ---- arithmetic ----

  static Object add(Object a, Object b) {
    if (a instanceof String left && b instanceof String right) {
      return left + right;
    }
    if (a instanceof List<?> left && b instanceof List<?> right) {
      List<Object> both = new ArrayList<>(left);
      both.addAll(right);
      return both;
    }
    requireNumbers("+", a, b);
    return isFloat(a, b) ? (Object) (number(a) + number(b)) : Math.addExact(integer(a), integer(b));
  }

  static Object subtract(Object a, Object b) {
    requireNumbers("-", a, b);
    return isFloat(a, b)
        ? (Object) (number(a) - number(b))
        : Math.subtractExact(integer(a), integer(b));
  }

  static Object multiply(Scope scope, Object a, Object b) {
    if (a instanceof String text && b instanceof Long times) {
      scope.spend(Math.multiplyExact(Math.max(0, times), (long) text.length()));
      return text.repeat((int) Math.max(0, times));
    }
    if (a instanceof Long && b instanceof String) {
      return multiply(scope, b, a);
    }
    requireNumbers("*", a, b);
    return isFloat(a, b)
        ? (Object) (number(a) * number(b))
        : Math.multiplyExact(integer(a), integer(b));
  }

  static Object divide(Object a, Object b) {
    requireNumbers("/", a, b);
    requireNotZero(b);
    return number(a) / number(b);
  }

  static Object floorDivide(Object a, Object b) {
    requireNumbers("//", a, b);
    requireNotZero(b);
    return isFloat(a, b)
        ? (Object) Math.floor(number(a) / number(b))
        : Math.floorDiv(integer(a), integer(b));
  }

  static Object modulo(Object a, Object b) {
    requireNumbers("%", a, b);
    requireNotZero(b);
    return isFloat(a, b)
        ? (Object) (number(a) - Math.floor(number(a) / number(b)) * number(b))
        : Math.floorMod(integer(a), integer(b));
  }

  static Object power(Object a, Object b) {
    requireNumbers("**", a, b);
    double power = Math.pow(number(a), number(b));
    return isFloat(a, b) || number(b) < 0 ? (Object) power : (Object) (long) power;
  }

  static Object negate(Object a) {
    return a instanceof Double number ? (Object) (-number) : Math.negateExact(integer(a));
  }

  private static boolean isFloat(Object a, Object b) {
    return a instanceof Double || b instanceof Double;
  }

  private static void requireNumbers(String operator, Object a, Object b) {
    if (!isNumber(a) || !isNumber(b)) {
      throw new Wrong(
          "expected values that '%s' takes but got %s and %s"
              .formatted(operator, kind(a), kind(b)));
    }
  }

  private static void requireNotZero(Object b) {
    if (number(b) == 0) {
      throw new Wrong("division by zero");
    }
  }
}
