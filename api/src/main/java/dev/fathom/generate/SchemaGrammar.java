package dev.fathom.generate;

import static dev.fathom.generate.Grammar.all;
import static dev.fathom.generate.Grammar.maybe;
import static dev.fathom.generate.Grammar.one;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.generate.Grammar.Choice;
import dev.fathom.generate.Grammar.Repeat;
import dev.fathom.generate.Grammar.Sequence;
import dev.fathom.generate.Grammar.Symbol;
import dev.fathom.json.SpecException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The grammar of the JSON that meets a schema. Properties come in the order of the schema, those
 * that are not required may be left out, and there are no others than a schema names. White space
 * is little: a space, or a line break with spaces.
 */
final class SchemaGrammar {
  private static final int LONGEST_GAP = 32;
  private static final int DIGITS = 15;

  /** What says nothing of a value. */
  private static final Set<String> REMARKS =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "$schema",
          "$id",
          "$comment",
          "$defs",
          "definitions",
          "strict",
          "nullable");

  private static final Map<String, Set<String>> KEYWORDS =
      Map.of(
          "object", Set.of("properties", "required", "additionalProperties"),
          "array", Set.of("items", "minItems", "maxItems"),
          "string", Set.of("minLength", "maxLength"),
          "number", Set.of(),
          "integer", Set.of(),
          "boolean", Set.of(),
          "null", Set.of());

  private final Grammar grammar;
  private final JsonNode root;
  private final Symbol gap;
  private final Symbol character;
  private final Choice anything = new Choice(List.of());

  /** What {@code $ref}s name, by their pointers. */
  private final Map<String, Choice> named = new HashMap<>();

  SchemaGrammar(Grammar grammar, JsonNode root) {
    this.grammar = grammar;
    this.root = root;
    Symbol line = all(grammar.text("\n"), new Repeat(grammar.text(" "), 0, LONGEST_GAP));
    this.gap = one(new Sequence(List.of()), grammar.text(" "), line);
    this.character = character();
    anything.all.addAll(
        List.of(
            anyObject(anything),
            list(anything, 0, -1),
            string(0, -1),
            number(),
            grammar.text("true"),
            grammar.text("false"),
            grammar.text("null")));
  }

  /**
   * {@return the texts that meet a schema}
   *
   * @param pointer of the schema, for messages
   * @throws SpecException if it has a keyword that is not supported, with its pointer
   */
  Symbol of(JsonNode schema, String pointer) {
    if (schema.isBoolean() && schema.booleanValue()) {
      return anything;
    }
    if (!schema.isObject()) {
      throw wrong(pointer, "expected a schema, an object, but got " + brief(schema));
    }
    if (schema.has("$ref")) {
      only(schema, pointer, "$ref", Set.of("$ref"));
      return reference(schema.path("$ref"), pointer + "/$ref");
    }
    if (schema.has("enum") || schema.has("const")) {
      return values(schema, pointer);
    }
    if (schema.has("anyOf") || schema.has("allOf")) {
      return several(schema, pointer);
    }
    List<String> types = types(schema, pointer);
    if (types.isEmpty()) {
      only(schema, pointer, "any value", Set.of("type"));
      return anything;
    }
    Set<String> known = new TreeSet<>(Set.of("type"));
    types.forEach(type -> known.addAll(KEYWORDS.get(type)));
    only(schema, pointer, String.join(" or ", types), known);
    return new Choice(types.stream().map(type -> of(type, schema, pointer)).toList());
  }

  private List<String> types(JsonNode schema, String pointer) {
    JsonNode type = schema.path("type");
    if (type.isMissingNode()) {
      return schema.has("properties")
          ? List.of("object")
          : schema.has("items") ? List.of("array") : List.of();
    }
    List<String> types = new ArrayList<>();
    for (JsonNode each : type.isArray() ? type : List.of(type)) {
      if (!KEYWORDS.containsKey(each.asText())) {
        throw wrong(
            pointer + "/type",
            "expected one of %s but got %s"
                .formatted(new TreeSet<>(KEYWORDS.keySet()), brief(each)));
      }
      types.add(each.asText());
    }
    return types;
  }

  private Symbol of(String type, JsonNode schema, String pointer) {
    return switch (type) {
      case "object" -> object(schema, pointer);
      case "array" -> {
        Symbol item = schema.has("items") ? of(schema.path("items"), pointer + "/items") : anything;
        yield list(
            item, count(schema, "minItems", pointer, 0), count(schema, "maxItems", pointer, -1));
      }
      case "string" ->
          string(count(schema, "minLength", pointer, 0), count(schema, "maxLength", pointer, -1));
      case "number" -> number();
      case "integer" -> whole();
      case "boolean" -> one(grammar.text("true"), grammar.text("false"));
      default -> grammar.text("null");
    };
  }

  private static int count(JsonNode schema, String key, String pointer, int byDefault) {
    JsonNode value = schema.path(key);
    if (value.isMissingNode()) {
      return byDefault;
    }
    if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < 0) {
      throw wrong(
          pointer + "/" + key, "expected a whole number of 0 or more but got " + brief(value));
    }
    return value.intValue();
  }

  private Symbol reference(JsonNode reference, String pointer) {
    String place = reference.asText();
    if (!reference.isTextual() || !place.startsWith("#")) {
      throw wrong(pointer, "expected a place in this schema, #/..., but got " + brief(reference));
    }
    Choice known = named.get(place);
    if (known != null) {
      return known;
    }
    JsonNode target;
    try {
      target = root.at(place.substring(1));
    } catch (IllegalArgumentException e) {
      throw wrong(pointer, "expected a JSON pointer behind '#' but got " + brief(reference));
    }
    if (target.isMissingNode()) {
      throw wrong(pointer, "there is nothing at " + place);
    }
    Choice symbol = new Choice(List.of());
    named.put(place, symbol);
    symbol.all.add(of(target, place.substring(1)));
    return symbol;
  }

  private Symbol values(JsonNode schema, String pointer) {
    only(schema, pointer, "enum", Set.of("enum", "const", "type"));
    JsonNode values =
        schema.has("const")
            ? JsonNodeFactory.instance.arrayNode().add(schema.path("const"))
            : schema.path("enum");
    if (!values.isArray() || values.isEmpty()) {
      throw wrong(pointer + "/enum", "expected a list of values but got " + brief(values));
    }
    List<Symbol> all = new ArrayList<>();
    values.forEach(value -> all.add(grammar.text(value.toString())));
    return new Choice(all);
  }

  private Symbol several(JsonNode schema, String pointer) {
    String key = schema.has("anyOf") ? "anyOf" : "allOf";
    only(schema, pointer, key, Set.of(key));
    JsonNode all = schema.path(key);
    if (!all.isArray() || all.isEmpty()) {
      throw wrong(pointer + "/" + key, "expected a list of schemas but got " + brief(all));
    }
    if (key.equals("allOf") && all.size() > 1) {
      throw wrong(pointer + "/" + key, "expected one schema: several at once are not supported");
    }
    List<Symbol> symbols = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      symbols.add(of(all.get(i), "%s/%s/%d".formatted(pointer, key, i)));
    }
    return new Choice(symbols);
  }

  private Symbol object(JsonNode schema, String pointer) {
    JsonNode properties = schema.path("properties");
    JsonNode others = schema.path("additionalProperties");
    Set<String> required = new TreeSet<>();
    for (JsonNode each : schema.path("required")) {
      if (!properties.has(each.asText())) {
        throw wrong(
            pointer + "/required",
            "expected names of 'properties', which do not have " + brief(each));
      }
      required.add(each.asText());
    }
    if (properties.isEmpty()) {
      boolean none = others.isBoolean() && !others.booleanValue();
      return none
          ? all(grammar.text("{"), gap, grammar.text("}"))
          : anyObject(others.isObject() ? of(others, pointer + "/additionalProperties") : anything);
    }
    // What follows from a property on: behind others, and as the first.
    Symbol behind = new Sequence(List.of());
    Symbol first = new Sequence(List.of());
    for (Map.Entry<String, JsonNode> each : List.copyOf(properties.properties()).reversed()) {
      Symbol value = of(each.getValue(), pointer + "/properties/" + escaped(each.getKey()));
      Symbol property = pair(grammar.text(quoted(each.getKey())), value);
      Symbol next = all(grammar.text(","), gap, property, behind);
      Symbol asFirst = all(property, behind);
      boolean must = required.contains(each.getKey());
      first = must ? asFirst : one(first, asFirst);
      behind = must ? next : one(behind, next);
    }
    return all(grammar.text("{"), gap, first, gap, grammar.text("}"));
  }

  private Symbol anyObject(Symbol value) {
    Symbol property = pair(string(0, -1), value);
    Symbol more = new Repeat(all(grammar.text(","), gap, property), 0, -1);
    return all(grammar.text("{"), gap, maybe(all(property, more, gap)), grammar.text("}"));
  }

  private Symbol pair(Symbol name, Symbol value) {
    return all(name, grammar.text(":"), maybe(grammar.text(" ")), value);
  }

  private Symbol list(Symbol item, int fewest, int most) {
    Symbol more =
        new Repeat(
            all(grammar.text(","), gap, item),
            Math.max(0, fewest - 1),
            most < 0 ? -1 : Math.max(0, most - 1));
    Symbol some = all(item, more, gap);
    Symbol inside = most == 0 ? new Sequence(List.of()) : fewest == 0 ? maybe(some) : some;
    return all(grammar.text("["), gap, inside, grammar.text("]"));
  }

  private Symbol string(int fewest, int most) {
    return all(grammar.text("\""), new Repeat(character, fewest, most), grammar.text("\""));
  }

  /** A code point as UTF-8 (Unicode, table 3-7), or an escape that is one. */
  private Symbol character() {
    Symbol more = grammar.range(0x80, 0xbf);
    Symbol hex = grammar.any("0123456789abcdefABCDEF");
    return one(
        grammar.range(0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f),
        all(grammar.range(0xc2, 0xdf), more),
        all(grammar.range(0xe0, 0xe0), grammar.range(0xa0, 0xbf), more),
        all(grammar.range(0xe1, 0xec, 0xee, 0xef), more, more),
        all(grammar.range(0xed, 0xed), grammar.range(0x80, 0x9f), more),
        all(grammar.range(0xf0, 0xf0), grammar.range(0x90, 0xbf), more, more),
        all(grammar.range(0xf1, 0xf3), more, more, more),
        all(grammar.range(0xf4, 0xf4), grammar.range(0x80, 0x8f), more, more),
        all(grammar.text("\\"), grammar.any("\"\\/bfnrt")),
        all(grammar.text("\\u"), grammar.any("0123456789abcefABCEF"), hex, hex, hex),
        all(grammar.text("\\u"), grammar.any("dD"), grammar.any("01234567"), hex, hex));
  }

  private Symbol whole() {
    Symbol digits =
        all(grammar.any("123456789"), new Repeat(grammar.any("0123456789"), 0, DIGITS - 1));
    return all(maybe(grammar.text("-")), one(grammar.text("0"), digits));
  }

  private Symbol number() {
    Symbol digit = grammar.any("0123456789");
    Symbol fraction = all(grammar.text("."), new Repeat(digit, 1, DIGITS));
    Symbol exponent = all(grammar.any("eE"), maybe(grammar.any("+-")), new Repeat(digit, 1, 2));
    return all(whole(), maybe(fraction), maybe(exponent));
  }

  private static void only(JsonNode schema, String pointer, String what, Set<String> known) {
    for (Map.Entry<String, JsonNode> each : schema.properties()) {
      if (!known.contains(each.getKey()) && !REMARKS.contains(each.getKey())) {
        throw wrong(
            pointer + "/" + escaped(each.getKey()),
            "the keyword '%s' is not supported here, beside %s".formatted(each.getKey(), what));
      }
    }
  }

  private static SpecException wrong(String pointer, String detail) {
    return new SpecException(pointer, detail);
  }

  static String quoted(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private static String brief(JsonNode json) {
    String text = json.toString();
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
