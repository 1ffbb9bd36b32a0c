package dev.fathom.template;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Tests, {@code value is name(arguments)}. */
final class Checks {
  /** Whether something holds of a value. */
  interface Check {
    boolean holds(Object value, Arguments arguments);
  }

  private static final Map<String, Check> CHECKS =
      Map.ofEntries(
          Map.entry("defined", (v, _) -> !(v instanceof Undefined)),
          Map.entry("undefined", (v, _) -> v instanceof Undefined),
          Map.entry("none", (v, _) -> v == null),
          Map.entry("string", (v, _) -> v instanceof String),
          Map.entry("mapping", (v, _) -> v instanceof Map<?, ?>),
          Map.entry(
              "sequence",
              (v, _) -> v instanceof String || v instanceof List<?> || v instanceof Map<?, ?>),
          Map.entry(
              "iterable",
              (v, _) ->
                  v instanceof String
                      || v instanceof List<?>
                      || v instanceof Map<?, ?>
                      || v instanceof Undefined),
          Map.entry("number", (v, _) -> Values.isNumber(v)),
          Map.entry("integer", (v, _) -> v instanceof Long),
          Map.entry("float", (v, _) -> v instanceof Double),
          Map.entry("boolean", (v, _) -> v instanceof Boolean),
          Map.entry("true", (v, _) -> Boolean.TRUE.equals(v)),
          Map.entry("false", (v, _) -> Boolean.FALSE.equals(v)),
          Map.entry("callable", (v, _) -> v instanceof Callable),
          Map.entry("odd", (v, _) -> Math.floorMod(Values.integer(v), 2) == 1),
          Map.entry("even", (v, _) -> Math.floorMod(Values.integer(v), 2) == 0),
          Map.entry(
              "divisibleby", (v, a) -> Values.integer(Values.modulo(v, a.get(0, "num"))) == 0),
          Map.entry("equalto", (v, a) -> Values.same(v, a.get(0, "other"))),
          Map.entry("eq", (v, a) -> Values.same(v, a.get(0, "other"))),
          Map.entry("==", (v, a) -> Values.same(v, a.get(0, "other"))),
          Map.entry("ne", (v, a) -> !Values.same(v, a.get(0, "other"))),
          Map.entry("!=", (v, a) -> !Values.same(v, a.get(0, "other"))),
          Map.entry("sameas", (v, a) -> Values.same(v, a.get(0, "other"))),
          Map.entry("in", (v, a) -> Values.contains(a.get(0, "seq"), v)),
          Map.entry("gt", (v, a) -> Values.compare(v, a.get(0, "other")) > 0),
          Map.entry("ge", (v, a) -> Values.compare(v, a.get(0, "other")) >= 0),
          Map.entry("lt", (v, a) -> Values.compare(v, a.get(0, "other")) < 0),
          Map.entry("le", (v, a) -> Values.compare(v, a.get(0, "other")) <= 0),
          Map.entry(
              "lower", (v, _) -> v instanceof String t && t.equals(t.toLowerCase(Locale.ROOT))),
          Map.entry(
              "upper", (v, _) -> v instanceof String t && t.equals(t.toUpperCase(Locale.ROOT))));

  private Checks() {}

  /** {@return a test; null if there is none of that name} */
  static Check of(String name) {
    return CHECKS.get(name);
  }

  static Set<String> names() {
    return CHECKS.keySet();
  }
}
