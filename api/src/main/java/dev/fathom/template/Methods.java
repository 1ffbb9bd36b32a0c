package dev.fathom.template;

import dev.fathom.template.TemplateException.Wrong;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The methods of Python's strings, lists and mappings, without those that change a value. */
final class Methods {
  /** What changes a value, which a template may not do. */
  private static final Set<String> CHANGES =
      Set.of(
          "append",
          "extend",
          "insert",
          "pop",
          "remove",
          "clear",
          "update",
          "setdefault",
          "popitem",
          "sort");

  private interface Method<T> {
    Object call(T value, Arguments arguments);
  }

  private static final Map<String, Method<String>> STRINGS =
      Map.ofEntries(
          Map.entry("strip", (text, a) -> strip(text, a, true, true)),
          Map.entry("lstrip", (text, a) -> strip(text, a, true, false)),
          Map.entry("rstrip", (text, a) -> strip(text, a, false, true)),
          Map.entry("split", (text, a) -> split(text, a, false)),
          Map.entry("rsplit", (text, a) -> split(text, a, true)),
          Map.entry("splitlines", (text, _) -> text.lines().toList()),
          Map.entry("startswith", (text, a) -> any(a, text::startsWith)),
          Map.entry("endswith", (text, a) -> any(a, text::endsWith)),
          Map.entry("upper", (text, _) -> text.toUpperCase(Locale.ROOT)),
          Map.entry("lower", (text, _) -> text.toLowerCase(Locale.ROOT)),
          Map.entry("title", (text, _) -> title(text)),
          Map.entry("capitalize", (text, _) -> capitalized(text)),
          Map.entry("replace", Methods::replace),
          Map.entry("find", (text, a) -> (long) text.indexOf(a.text(0, "sub"))),
          Map.entry("rfind", (text, a) -> (long) text.lastIndexOf(a.text(0, "sub"))),
          Map.entry("index", (text, a) -> found(text.indexOf(a.text(0, "sub")), a)),
          Map.entry("count", (text, a) -> count(text, a.text(0, "sub"))),
          Map.entry("join", (text, a) -> join(text, Values.list(a.get(0, "iterable")))),
          Map.entry("removeprefix", (text, a) -> removePrefix(text, a.text(0, "prefix"))),
          Map.entry("removesuffix", (text, a) -> removeSuffix(text, a.text(0, "suffix"))),
          Map.entry("isdigit", (text, _) -> all(text, Character::isDigit)),
          Map.entry("isalpha", (text, _) -> all(text, Character::isLetter)),
          Map.entry("isalnum", (text, _) -> all(text, Character::isLetterOrDigit)),
          Map.entry("isspace", (text, _) -> all(text, Character::isWhitespace)),
          Map.entry("isupper", (text, _) -> isCase(text, text.toUpperCase(Locale.ROOT))),
          Map.entry("islower", (text, _) -> isCase(text, text.toLowerCase(Locale.ROOT))));

  private static final Map<String, Method<Map<?, ?>>> MAPPINGS =
      Map.of(
          "items", (map, _) -> pairs(map),
          "keys", (map, _) -> new ArrayList<>(map.keySet()),
          "values", (map, _) -> new ArrayList<>(map.values()),
          "copy", (map, _) -> map,
          "get",
              (map, a) ->
                  map.containsKey(a.get(0, "key"))
                      ? map.get(a.get(0, "key"))
                      : a.get(1, "default", null));

  private static final Map<String, Method<List<?>>> LISTS =
      Map.of(
          "index",
              (list, a) -> {
                int at = 0;
                while (at < list.size() && !Values.same(list.get(at), a.get(0, "value"))) {
                  at++;
                }
                return found(at == list.size() ? -1 : at, a);
              },
          "count",
              (list, a) ->
                  list.stream().filter(each -> Values.same(each, a.get(0, "value"))).count(),
          "copy", (list, _) -> list);

  private Methods() {}

  /** {@return a method of a value; null if it has none of that name} */
  static Callable of(Object value, String name) {
    return switch (value) {
      case String text -> bound(STRINGS.get(name), text);
      case Map<?, ?> map -> changing(map, name, bound(MAPPINGS.get(name), map));
      case List<?> list -> changing(list, name, bound(LISTS.get(name), list));
      case null, default -> null;
    };
  }

  private static <T> Callable bound(Method<? super T> method, T value) {
    return method == null ? null : (_, arguments) -> method.call(value, arguments);
  }

  private static Callable changing(Object value, String name, Callable method) {
    boolean entry = value instanceof Map<?, ?> map && map.containsKey(name);
    return method != null || entry || !CHANGES.contains(name)
        ? method
        : (_, _) -> {
          throw new Wrong(
              "'%s' would change a value, which a template may not do: use 'set' or '+'"
                  .formatted(name));
        };
  }

  static List<Object> pairs(Map<?, ?> map) {
    List<Object> pairs = new ArrayList<>();
    map.forEach(
        (key, value) -> {
          List<Object> pair = new ArrayList<>();
          pair.add(key);
          pair.add(value);
          pairs.add(pair);
        });
    return pairs;
  }

  static String strip(String text, Arguments arguments, boolean left, boolean right) {
    String characters = arguments.text(0, "chars", null);
    int start = 0;
    int end = text.length();
    while (left && start < end && isStripped(text.charAt(start), characters)) {
      start++;
    }
    while (right && end > start && isStripped(text.charAt(end - 1), characters)) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isStripped(char c, String characters) {
    return characters == null
        ? Character.isWhitespace(c) || Character.isSpaceChar(c)
        : characters.indexOf(c) >= 0;
  }

  private static List<Object> split(String text, Arguments arguments, boolean fromEnd) {
    String separator = arguments.text(0, "sep", null);
    int most = arguments.integer(1, "maxsplit", -1);
    List<Object> parts = new ArrayList<>();
    if (separator == null) {
      String rest = strip(text, Arguments.NONE, true, true);
      String[] words = rest.isEmpty() ? new String[0] : rest.split("\\s+", most < 0 ? 0 : most + 1);
      parts.addAll(List.of(words));
      return parts;
    }
    if (separator.isEmpty()) {
      throw new Wrong("expected a separator that is not empty");
    }
    String rest = text;
    for (int at; most != 0; most--) {
      at = fromEnd ? rest.lastIndexOf(separator) : rest.indexOf(separator);
      if (at < 0) {
        break;
      }
      String before = rest.substring(0, at);
      String behind = rest.substring(at + separator.length());
      parts.add(fromEnd ? 0 : parts.size(), fromEnd ? behind : before);
      rest = fromEnd ? before : behind;
    }
    parts.add(fromEnd ? 0 : parts.size(), rest);
    return parts;
  }

  private static boolean any(Arguments arguments, java.util.function.Predicate<String> test) {
    Object wanted = arguments.get(0, "prefix");
    return wanted instanceof List<?> several
        ? several.stream().anyMatch(each -> test.test(Values.text(each)))
        : test.test(Values.text(wanted));
  }

  private static boolean all(String text, java.util.function.IntPredicate test) {
    return !text.isEmpty() && text.codePoints().allMatch(test);
  }

  private static boolean isCase(String text, String converted) {
    return text.equals(converted) && text.codePoints().anyMatch(Character::isLetter);
  }

  private static String replace(String text, Arguments arguments) {
    String old = arguments.text(0, "old");
    String by = arguments.text(1, "new");
    int count = arguments.integer(2, "count", -1);
    if (count < 0) {
      return text.replace(old, by);
    }
    StringBuilder replaced = new StringBuilder();
    int done = 0;
    for (int at = text.indexOf(old); at >= 0 && count > 0; at = text.indexOf(old, done), count--) {
      replaced.append(text, done, at).append(by);
      done = at + old.length();
    }
    return replaced.append(text, done, text.length()).toString();
  }

  private static long found(int at, Arguments arguments) {
    if (at < 0) {
      throw new Wrong(
          "expected %s to be there".formatted(Values.literal(arguments.get(0, "value"))));
    }
    return at;
  }

  private static long count(String text, String part) {
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
      if (part.isEmpty()) {
        return text.length() + 1L;
      }
    }
    return count;
  }

  private static String join(String separator, List<?> parts) {
    return String.join(separator, parts.stream().map(Values::text).toList());
  }

  private static String removePrefix(String text, String prefix) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static String removeSuffix(String text, String suffix) {
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  static String capitalized(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean inside = false;
    for (char c : text.toCharArray()) {
      title.append(inside ? Character.toLowerCase(c) : Character.toUpperCase(c));
      inside = Character.isLetter(c);
    }
    return title.toString();
  }
}
