package dev.fathom.template;

import dev.fathom.template.TemplateException.Wrong;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Filters, {@code value | name(arguments)}; the first argument is the value. */
final class Filters {
  private interface Filter {
    Object of(Object value, Arguments all);
  }

  /** One that goes through a list, and may ask filters and tests. */
  private interface Selection {
    Object of(Scope scope, List<?> items, Arguments rest);
  }

  private static final Map<String, Filter> FILTERS =
      Map.ofEntries(
          Map.entry("trim", (v, a) -> Methods.strip(Values.print(v), a.rest(), true, true)),
          Map.entry("tojson", PythonJson::of),
          Map.entry("length", (v, _) -> Values.length(v)),
          Map.entry("count", (v, _) -> Values.length(v)),
          Map.entry("default", Filters::orDefault),
          Map.entry("d", Filters::orDefault),
          Map.entry("join", Filters::join),
          Map.entry("upper", (v, _) -> Values.print(v).toUpperCase(Locale.ROOT)),
          Map.entry("lower", (v, _) -> Values.print(v).toLowerCase(Locale.ROOT)),
          Map.entry("title", (v, _) -> Methods.title(Values.print(v))),
          Map.entry("capitalize", (v, _) -> Methods.capitalized(Values.print(v))),
          Map.entry(
              "replace", (v, a) -> Methods.of(Values.print(v), "replace").call(null, a.rest())),
          Map.entry("string", (v, _) -> Values.print(v)),
          Map.entry("safe", (v, _) -> v),
          Map.entry("escape", (v, _) -> escaped(Values.print(v))),
          Map.entry("e", (v, _) -> escaped(Values.print(v))),
          Map.entry("list", (v, _) -> new ArrayList<>(Values.list(v))),
          Map.entry("int", (v, a) -> whole(v, a.get(1, "default", 0L))),
          Map.entry("float", (v, a) -> decimal(v, a.get(1, "default", 0.0))),
          Map.entry(
              "abs",
              (v, _) ->
                  v instanceof Long n ? (Object) Math.abs(n) : (Object) Math.abs(Values.number(v))),
          Map.entry("round", Filters::rounded),
          Map.entry("first", (v, _) -> end(v, true)),
          Map.entry("last", (v, _) -> end(v, false)),
          Map.entry("reverse", (v, _) -> reversed(v)),
          Map.entry("items", (v, _) -> Methods.pairs(mapping(v))),
          Map.entry("dictsort", (v, _) -> sortedPairs(mapping(v))),
          Map.entry("sort", Filters::sorted),
          Map.entry("unique", (v, _) -> unique(Values.list(v))),
          Map.entry("sum", (v, _) -> sum(Values.list(v))),
          Map.entry(
              "max",
              (v, _) ->
                  Values.list(v).stream()
                      .map(Object.class::cast)
                      .max(Values::compare)
                      .orElse(new Undefined("the greatest of none"))),
          Map.entry(
              "min",
              (v, _) ->
                  Values.list(v).stream()
                      .map(Object.class::cast)
                      .min(Values::compare)
                      .orElse(new Undefined("the least of none"))),
          Map.entry("indent", Filters::indented));

  private static final Map<String, Selection> SELECTIONS =
      Map.of(
          "map", Filters::map,
          "select", (scope, items, a) -> select(scope, items, null, a, true),
          "reject", (scope, items, a) -> select(scope, items, null, a, false),
          "selectattr",
              (scope, items, a) -> select(scope, items, a.text(0, "attribute"), a.rest(), true),
          "rejectattr",
              (scope, items, a) -> select(scope, items, a.text(0, "attribute"), a.rest(), false));

  private Filters() {}

  /** {@return a filter, whose first argument is the value; null if there is none} */
  static Callable of(String name) {
    Filter filter = FILTERS.get(name);
    if (filter != null) {
      return (_, arguments) -> filter.of(arguments.positional().getFirst(), arguments);
    }
    Selection selection = SELECTIONS.get(name);
    return selection == null
        ? null
        : (scope, arguments) ->
            selection.of(scope, Values.list(arguments.positional().getFirst()), arguments.rest());
  }

  static List<String> names() {
    List<String> names = new ArrayList<>(FILTERS.keySet());
    names.addAll(SELECTIONS.keySet());
    return names;
  }

  private static Object orDefault(Object value, Arguments arguments) {
    boolean missing =
        value instanceof Undefined || arguments.flag(2, "boolean") && !Values.isTrue(value);
    return missing ? arguments.get(1, "default_value", "") : value;
  }

  private static Object join(Object value, Arguments arguments) {
    List<String> parts = new ArrayList<>();
    Object attribute = arguments.get(2, "attribute", null);
    for (Object each : Values.list(value)) {
      parts.add(Values.print(attribute == null ? each : path(each, attribute)));
    }
    return String.join(arguments.text(1, "d", ""), parts);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  private static Object whole(Object value, Object byDefault) {
    try {
      return value instanceof String text
          ? (Object) (long) Double.parseDouble(text.strip())
          : (Object) (long) Values.number(value);
    } catch (NumberFormatException | Wrong e) {
      return byDefault;
    }
  }

  private static Object decimal(Object value, Object byDefault) {
    try {
      return value instanceof String text ? Double.parseDouble(text) : Values.number(value);
    } catch (NumberFormatException | Wrong e) {
      return byDefault;
    }
  }

  private static Object rounded(Object value, Arguments arguments) {
    double scale = Math.pow(10, arguments.integer(1, "precision", 0));
    return Math.rint(Values.number(value) * scale) / scale;
  }

  private static Object end(Object value, boolean first) {
    List<?> list = Values.list(value);
    if (list.isEmpty()) {
      return new Undefined("the %s of none".formatted(first ? "first" : "last"));
    }
    return first ? list.getFirst() : list.getLast();
  }

  private static Object reversed(Object value) {
    List<Object> reversed = new ArrayList<>(Values.list(value));
    Collections.reverse(reversed);
    return value instanceof String
        ? String.join("", reversed.stream().map(Values::print).toList())
        : reversed;
  }

  private static Map<?, ?> mapping(Object value) {
    return switch (value) {
      case Map<?, ?> map -> map;
      case Undefined _ -> Map.of();
      case null, default -> throw new Wrong("expected a mapping but got " + Values.kind(value));
    };
  }

  private static List<Object> sortedPairs(Map<?, ?> map) {
    List<Object> pairs = Methods.pairs(map);
    pairs.sort((a, b) -> ordered(((List<?>) a).getFirst(), ((List<?>) b).getFirst(), false));
    return pairs;
  }

  private static Object sorted(Object value, Arguments arguments) {
    List<Object> sorted = new ArrayList<>(Values.list(value));
    Object attribute = arguments.get(3, "attribute", null);
    boolean exact = arguments.flag(2, "case_sensitive");
    Comparator<Object> order =
        (a, b) ->
            attribute == null
                ? ordered(a, b, exact)
                : ordered(path(a, attribute), path(b, attribute), exact);
    sorted.sort(arguments.flag(1, "reverse") ? order.reversed() : order);
    return sorted;
  }

  private static int ordered(Object a, Object b, boolean exact) {
    return !exact && a instanceof String left && b instanceof String right
        ? left.toLowerCase(Locale.ROOT).compareTo(right.toLowerCase(Locale.ROOT))
        : Values.compare(a, b);
  }

  private static Object unique(List<?> items) {
    List<Object> unique = new ArrayList<>();
    for (Object each : items) {
      if (unique.stream().noneMatch(known -> Values.same(known, each))) {
        unique.add(each);
      }
    }
    return unique;
  }

  private static Object sum(List<?> items) {
    Object sum = 0L;
    for (Object each : items) {
      sum = Values.add(sum, each);
    }
    return sum;
  }

  private static Object indented(Object value, Arguments arguments) {
    Object width = arguments.get(1, "width", 4L);
    String spaces = width instanceof String text ? text : " ".repeat((int) Values.integer(width));
    boolean first = arguments.flag(2, "first");
    boolean blank = arguments.flag(3, "blank");
    String[] lines = Values.print(value).split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      boolean wanted = i == 0 ? first : blank || !lines[i].isEmpty();
      lines[i] = wanted ? spaces + lines[i] : lines[i];
    }
    return String.join("\n", lines);
  }

  /** {@return an attribute, which may be of one: {@code function.name}} */
  private static Object path(Object value, Object attribute) {
    if (!(attribute instanceof String names)) {
      return Values.item(value, attribute);
    }
    Object at = value;
    for (String name : names.split("\\.")) {
      at = Values.item(at, name);
    }
    return at;
  }

  private static Object map(Scope scope, List<?> items, Arguments arguments) {
    List<Object> mapped = new ArrayList<>();
    Object attribute = arguments.named().get("attribute");
    for (Object each : items) {
      if (attribute != null) {
        Object found = path(each, attribute);
        mapped.add(
            found instanceof Undefined && arguments.named().containsKey("default")
                ? arguments.named().get("default")
                : found);
      } else {
        String name = arguments.text(0, "filter");
        Callable filter = of(name);
        if (filter == null) {
          throw new Wrong("there is no filter '%s'".formatted(name));
        }
        mapped.add(filter.call(scope, with(each, arguments.rest())));
      }
    }
    return mapped;
  }

  private static Object select(
      Scope scope, List<?> items, String attribute, Arguments arguments, boolean wanted) {
    List<Object> selected = new ArrayList<>();
    for (Object each : items) {
      Object value = attribute == null ? each : path(each, attribute);
      boolean holds;
      if (arguments.positional().isEmpty()) {
        holds = Values.isTrue(value);
      } else {
        String name = arguments.text(0, "test");
        Checks.Check check = Checks.of(name);
        if (check == null) {
          throw new Wrong("there is no test '%s'".formatted(name));
        }
        holds = check.holds(value, arguments.rest());
      }
      if (holds == wanted) {
        selected.add(each);
      }
    }
    scope.spend(items.size());
    return selected;
  }

  private static Arguments with(Object first, Arguments rest) {
    List<Object> all = new ArrayList<>(Arrays.asList(first));
    all.addAll(rest.positional());
    return new Arguments(all, rest.named());
  }
}
