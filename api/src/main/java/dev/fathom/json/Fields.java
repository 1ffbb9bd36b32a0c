package dev.fathom.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The fields of a JSON object: reads it strictly, and writes what it read, defaults included, to
 * {@link #expanded()}: one pass both parses and expands. A field without default is required where
 * the default is null.
 *
 * <p>{@link Schema} records the same calls, so what a reader asks for is all that the schema knows.
 * A reader that looks at a {@link JsonNode} itself hides from it; {@link #either}, {@link #items}
 * and {@link #named} are for what is no object.
 */
public sealed class Fields permits RecordedFields {
  /**
   * How many names and places a pointer may have: a network and a layer in a layer take two each.
   * What a spec builds is gone through by recursion, with more calls for each layer than reading
   * has.
   */
  private static final int MOST_LEVELS = 2 + 2 * 64;

  private final ObjectNode node;
  private final String pointer;
  final ObjectNode expanded = JsonNodeFactory.instance.objectNode();
  private final Set<String> known = new LinkedHashSet<>();

  Fields(ObjectNode node, String pointer) {
    this.node = node;
    this.pointer = pointer;
  }

  /** {@return the fields of an object} */
  public static Fields of(JsonNode node, String pointer) {
    return of(node, pointer, null);
  }

  /**
   * {@return the fields of an object}
   *
   * @param shorthand the field that a text or a list without braces stands for; null for none
   */
  public static Fields of(JsonNode node, String pointer, String shorthand) {
    if (pointer.chars().filter(c -> c == '/').count() > MOST_LEVELS) {
      throw new SpecException(
          pointer,
          "expected at most %d levels, %d of layers in layers, but there are more"
              .formatted(MOST_LEVELS, MOST_LEVELS / 2 - 1));
    }
    return switch (node) {
      case Probe probe -> new RecordedFields(probe, pointer, shorthand);
      case ObjectNode object -> new Fields(object, pointer);
      case JsonNode value when shorthand != null && (value.isTextual() || value.isArray()) ->
          new Fields(JsonNodeFactory.instance.objectNode().set(shorthand, value), pointer);
      default -> throw wrong(pointer, "an object", node);
    };
  }

  /**
   * {@return what an object says, read to its end}
   *
   * @param shorthand as {@link #of(JsonNode, String, String)} says
   * @param read may throw an {@link IllegalArgumentException} for fields that do not fit together
   */
  public static <T> Parsed<T> read(
      JsonNode node, String pointer, String shorthand, Function<Fields, ? extends T> read) {
    Fields fields = of(node, pointer, shorthand);
    try {
      T value = read.apply(fields);
      fields.end();
      return new Parsed<>(value, fields.expanded());
    } catch (SpecException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw fields.misfit(e);
    }
  }

  /**
   * {@return what the objects of a list say, each read to its end}
   *
   * @param what one of them is, for messages and as the name of its schema
   * @param least how many there are at least
   * @param shorthand as {@link #of(JsonNode, String, String)} says
   */
  public static <T> Parsed<List<T>> items(
      JsonNode node,
      String pointer,
      String what,
      int least,
      String shorthand,
      Function<Fields, ? extends T> read) {
    if (node instanceof Probe probe) {
      return probe.items(pointer, what, least, (item, at) -> read(item, at, shorthand, read));
    }
    if (!(node instanceof ArrayNode array)) {
      throw wrong(pointer, "a list of " + what + "s", node);
    }
    if (array.size() < least) {
      throw new SpecException(pointer, "expected at least one " + what);
    }
    List<T> all = new ArrayList<>();
    ArrayNode out = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < array.size(); i++) {
      Parsed<T> item = read(array.get(i), pointer + "/" + i, shorthand, read);
      all.add(item.value());
      out.add(item.expanded());
    }
    return new Parsed<>(all, out);
  }

  /** Reads the value of a name. */
  @FunctionalInterface
  public interface Value<T> {
    /** {@return what the value of {@code name} says} */
    Parsed<T> read(String name, JsonNode value, String pointer);
  }

  /**
   * {@return values by names that the user gives, one or more; a list of texts {@code ["a", "b"]}
   * stands for {@code {"a": "a", "b": "b"}}}
   *
   * @param what one of them is, for messages
   * @param names how a name is written
   * @param read reads a value
   */
  public static <T> Parsed<SequencedMap<String, T>> named(
      JsonNode node, String pointer, String what, Pattern names, Value<T> read) {
    if (node instanceof Probe probe) {
      return probe.named(pointer, names, read);
    }
    if (!(node instanceof ArrayNode || node instanceof ObjectNode)) {
      throw wrong(pointer, what + "s by name", node);
    }
    SequencedMap<String, T> all = new LinkedHashMap<>();
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    List<String> keys =
        node.isArray() ? List.of() : node.properties().stream().map(Map.Entry::getKey).toList();
    for (int i = 0; i < node.size(); i++) {
      JsonNode value = node.isArray() ? node.get(i) : node.get(keys.get(i));
      String at = node.isArray() ? pointer + "/" + i : at(pointer, keys.get(i));
      String name = names.check(node.isArray() ? text(value, at, "a name") : keys.get(i), at);
      Parsed<T> parsed = read.read(name, value, at);
      if (out.has(name)) {
        throw new SpecException(at, "expected another name than '" + name + "', which is taken");
      }
      all.put(name, parsed.value());
      out.set(name, parsed.expanded());
    }
    if (all.isEmpty()) {
      throw new SpecException(pointer, "expected 1 " + what + " or more but there is none");
    }
    return new Parsed<>(all, out);
  }

  /** {@return the text that a value is} */
  public static String text(JsonNode value, String pointer, String expected) {
    if (value instanceof Probe probe) {
      return probe.text();
    }
    if (!value.isTextual()) {
      throw wrong(pointer, expected, value);
    }
    return value.textValue();
  }

  /** One of several ways to write a value. */
  public record Form<T>(Predicate<JsonNode> is, BiFunction<JsonNode, String, Parsed<T>> read) {}

  /** {@return what a value says, read by the first form that it has; by the last if it has none} */
  public static <T> Parsed<T> either(JsonNode node, String pointer, List<Form<T>> forms) {
    if (node instanceof Probe probe) {
      return forms.get(probe.form(forms.size())).read().apply(node, pointer);
    }
    Form<T> form =
        forms.stream().filter(each -> each.is().test(node)).findFirst().orElse(forms.getLast());
    return form.read().apply(node, pointer);
  }

  /**
   * How a text is written.
   *
   * @param regex that all of it matches
   * @param text continues "expected ... but got"
   */
  public record Pattern(String regex, String text) {
    String check(String value, String pointer) {
      if (!value.matches(regex)) {
        throw new SpecException(pointer, "expected %s but got '%s'".formatted(text, value));
      }
      return value;
    }
  }

  /** {@return the fields that were read so far, defaults included} */
  public ObjectNode expanded() {
    return expanded;
  }

  /** {@return the JSON pointer of the object} */
  public String pointer() {
    return pointer;
  }

  /** {@return whether the field is there and a text} */
  public boolean isText(String name) {
    return has(name) && node.get(name).isTextual();
  }

  /** {@return whether the field is there and an object} */
  public boolean isObject(String name) {
    return has(name) && node.get(name).isObject();
  }

  /** {@return whether the field is there and this text} */
  public boolean is(String name, String text) {
    return isText(name) && node.get(name).textValue().equals(text);
  }

  /** {@return those of some fields that are there and not null} */
  public List<String> given(List<String> names) {
    return names.stream().filter(this::has).toList();
  }

  /** {@return whether the field is there and not null} */
  public boolean has(String name) {
    known.add(name);
    return node.hasNonNull(name);
  }

  /** Says that the default of a field follows from others, so that a schema has none for it. */
  public Fields computed(String name) {
    return this;
  }

  /** Reads a text that is for other programs: it is not expanded. */
  public void comment(String name) {
    if (has(name)) {
      text(node.get(name), at(name), "a text");
    }
  }

  /** {@return a field as it stands, to be read by other means; null if it is missing} */
  public JsonNode raw(String name) {
    return value(name);
  }

  /** Sets a field of {@link #expanded()} that was read by other means. */
  public void expand(String name, JsonNode value) {
    expanded.set(name, value);
  }

  /** Ends the object: fields that were not read are errors. */
  public void end() {
    for (String name : (Iterable<String>) node::fieldNames) {
      if (!known.contains(name)) {
        throw unknown(name, Nearest.to(name, known));
      }
    }
  }

  /** {@return a text} */
  public String text(String name, String byDefault) {
    JsonNode value = value(name);
    if (value == null) {
      return put(name, required(name, byDefault, "a text"));
    }
    if (!value.isTextual()) {
      throw wrong(at(name), "a text", value);
    }
    return put(name, value.textValue());
  }

  /** {@return a text that is written in a certain way} */
  public String text(String name, String byDefault, Pattern pattern) {
    return pattern.check(text(name, byDefault), at(name));
  }

  /** {@return a text, if it is there} */
  public Optional<String> optionalText(String name) {
    if (has(name)) {
      return Optional.of(text(name, null));
    }
    expanded.putNull(name);
    return Optional.empty();
  }

  /** {@return what a text that is written in a certain way says, if it is there} */
  public <T> Optional<T> optionalText(String name, Pattern pattern, Function<String, T> read) {
    if (has(name)) {
      return Optional.of(read.apply(text(name, null, pattern)));
    }
    expanded.putNull(name);
    return Optional.empty();
  }

  /** {@return a list of texts, an empty one if it is missing} */
  public List<String> texts(String name) {
    List<String> all = new ArrayList<>();
    ArrayNode out = expanded.putArray(name);
    JsonNode value = value(name);
    if (value != null && !value.isArray()) {
      throw wrong(at(name), "a list of texts", value);
    }
    for (int i = 0; value != null && i < value.size(); i++) {
      if (!value.get(i).isTextual()) {
        throw wrong(at(name) + "/" + i, "a text", value.get(i));
      }
      all.add(value.get(i).textValue());
      out.add(value.get(i).textValue());
    }
    return all;
  }

  /** {@return the texts of a list, of which none may come twice} */
  public List<String> onceEach(String name, List<String> texts) {
    Set<String> before = new HashSet<>();
    for (int i = 0; i < texts.size(); i++) {
      if (!before.add(texts.get(i))) {
        throw new SpecException(
            at(name) + "/" + i, "expected each once but got '%s' again".formatted(texts.get(i)));
      }
    }
    return texts;
  }

  /** {@return a list of one text or more, if it is there}; see {@link #someTexts} */
  public Optional<List<String>> optionalTexts(String name, String what) {
    if (has(name)) {
      return Optional.of(someTexts(name, what));
    }
    expanded.putNull(name);
    return Optional.empty();
  }

  /**
   * {@return a list of one text or more}
   *
   * @param what continues "expected ... but there is none"
   */
  public List<String> someTexts(String name, String what) {
    List<String> all = texts(name);
    if (all.isEmpty()) {
      throw new SpecException(at(name), "expected " + what + " but there is none");
    }
    return all;
  }

  /** {@return one text or more, as {@link #someTexts}; a single one may stand without brackets} */
  public List<String> textOrTexts(String name, String what) {
    if (isText(name)) {
      String only = node.get(name).textValue();
      expanded.putArray(name).add(only);
      return List.of(only);
    }
    return someTexts(name, what);
  }

  /** {@return true or false} */
  public boolean flag(String name, boolean byDefault) {
    JsonNode value = value(name);
    if (value != null && !value.isBoolean()) {
      throw wrong(at(name), "true or false", value);
    }
    boolean flag = value == null ? byDefault : value.booleanValue();
    expanded.put(name, flag);
    return flag;
  }

  /** {@return a whole number of {@code min} or more} */
  public long integer(String name, Long byDefault, long min) {
    String expected = "a whole number of " + min + " or more";
    JsonNode value = value(name);
    long number =
        value == null ? required(name, byDefault, expected) : integer(at(name), value, expected);
    if (number < min) {
      throw wrong(at(name), expected, value);
    }
    expanded.put(name, number);
    return number;
  }

  /** {@return a whole number from {@code min} to {@code max}} */
  public long integer(String name, Long byDefault, long min, long max) {
    long number = integer(name, byDefault, min);
    if (number > max) {
      throw new SpecException(at(name), "expected at most " + max + " but got " + number);
    }
    return number;
  }

  /** {@return a whole number of {@code min} or more, if it is there} */
  public Optional<Long> optionalInteger(String name, long min) {
    if (has(name)) {
      return Optional.of(integer(name, null, min));
    }
    expanded.putNull(name);
    return Optional.empty();
  }

  /** Reads a flag of which only one value will do. */
  public void only(String name, boolean byDefault, boolean expected) {
    if (flag(name, byDefault) != expected) {
      throw new SpecException(
          at(name), "expected %s; %s is not supported".formatted(expected, !expected));
    }
  }

  /**
   * Reads a field that must be null or missing. Where it is an object, the error names its {@code
   * type}.
   */
  public void absent(String name) {
    if (has(name)) {
      String kind = node.get(name).path("type").asText("");
      throw kind.isEmpty()
          ? wrong(at(name), "nothing, it is not supported,", node.get(name))
          : new SpecException(at(name), "'%s' is not supported, expected none".formatted(kind));
    }
    expanded.putNull(name);
  }

  /** {@return a number in a range} */
  public double number(String name, Double byDefault, Range range) {
    String expected = "a number " + range.text();
    JsonNode value = value(name);
    if (value != null && !value.isNumber()) {
      throw wrong(at(name), expected, value);
    }
    double number = value == null ? required(name, byDefault, expected) : value.doubleValue();
    if (!range.holds(number)) {
      throw wrong(at(name), expected, value);
    }
    expanded.put(name, number);
    return number;
  }

  /** {@return a number in a range, if it is there} */
  public Optional<Double> optionalNumber(String name, Range range) {
    if (has(name)) {
      return Optional.of(number(name, null, range));
    }
    expanded.putNull(name);
    return Optional.empty();
  }

  /** {@return one or more numbers; a single one may stand without brackets} */
  public List<Double> numbers(String name, List<Double> byDefault, Range range) {
    JsonNode value = value(name);
    if (byDefault.size() > 1 && value == null) {
      byDefault.forEach(expanded.putArray(name)::add);
      return byDefault;
    }
    if (!(value instanceof ArrayNode array) || array.isEmpty()) {
      return List.of(number(name, byDefault.getFirst(), range));
    }
    List<Double> all = new ArrayList<>();
    ArrayNode out = expanded.putArray(name);
    for (int i = 0; i < array.size(); i++) {
      if (!array.get(i).isNumber() || !range.holds(array.get(i).doubleValue())) {
        throw wrong(at(name) + "/" + i, "a number " + range.text(), array.get(i));
      }
      all.add(array.get(i).doubleValue());
      out.add(array.get(i).doubleValue());
    }
    return all;
  }

  /** {@return a pair of whole numbers; one number stands for both} */
  public long[] pair(String name, long[] byDefault, long min) {
    String expected = "a whole number of %d or more, or a pair of them".formatted(min);
    JsonNode value = value(name);
    long[] pair;
    if (value instanceof ArrayNode array && array.size() == 2) {
      pair = new long[2];
      for (int i = 0; i < 2; i++) {
        pair[i] = integer(at(name) + "/" + i, array.get(i), expected);
      }
    } else if (value != null) {
      long both = integer(at(name), value, expected);
      pair = new long[] {both, both};
    } else {
      pair = required(name, byDefault, expected);
    }
    if (pair[0] < min || pair[1] < min) {
      throw wrong(at(name), expected, value);
    }
    expanded.putArray(name).add(pair[0]).add(pair[1]);
    return pair;
  }

  /** {@return a pair of whole numbers, if it is there} */
  public Optional<long[]> optionalPair(String name, long min) {
    if (has(name)) {
      return Optional.of(pair(name, null, min));
    }
    expanded.putNull(name);
    return Optional.empty();
  }

  /** {@return one or more whole numbers; a single one may stand without brackets} */
  public long[] integers(String name, long min) {
    String expected = "a whole number of %d or more, or a list of them".formatted(min);
    JsonNode value = value(name);
    JsonNode given = value == null ? required(name, null, expected) : value;
    boolean isList = given instanceof ArrayNode && !given.isEmpty();
    long[] all = new long[isList ? given.size() : 1];
    ArrayNode out = expanded.putArray(name);
    for (int i = 0; i < all.length; i++) {
      JsonNode each = isList ? given.get(i) : given;
      String at = isList ? at(name) + "/" + i : at(name);
      all[i] = integer(at, each, expected);
      if (all[i] < min) {
        throw wrong(at, expected, each);
      }
      out.add(all[i]);
    }
    return all;
  }

  /** {@return the value that a text stands for} */
  public <T> T choice(String name, String byDefault, Map<String, T> choices) {
    String chosen = text(name, byDefault);
    T choice = choices.get(chosen);
    if (choice == null) {
      throw noChoice(name, chosen, choices);
    }
    return choice;
  }

  private SpecException noChoice(String name, String chosen, Map<String, ?> choices) {
    return new SpecException(
        at(name),
        "expected one of "
            + String.join(", ", choices.keySet().stream().sorted().toList())
            + " but got '"
            + chosen
            + "'"
            + Nearest.hint(chosen, choices.keySet()));
  }

  /** {@return what one text or more stand for; a single one may stand without brackets} */
  public <T> List<T> choiceOrChoices(String name, String what, Map<String, T> choices) {
    List<T> all = new ArrayList<>();
    for (String chosen : textOrTexts(name, what)) {
      if (!choices.containsKey(chosen)) {
        throw noChoice(name, chosen, choices);
      }
      all.add(choices.get(chosen));
    }
    return all;
  }

  /** {@return what the texts of an object stand for, whose keys the user chooses} */
  public <T> Map<String, T> choices(String name, Map<String, T> choices) {
    return object(
        name,
        (value, at) -> {
          Fields fields = of(value, at);
          Map<String, T> all = new LinkedHashMap<>();
          for (String key : (Iterable<String>) value::fieldNames) {
            all.put(key, fields.choice(key, null, choices));
          }
          return new Parsed<>(all, fields.expanded());
        });
  }

  /** {@return what the values of an object say, whose keys the user chooses; none if missing} */
  public <T> SequencedMap<String, T> objects(String name, Value<T> read) {
    return object(
        name,
        (value, at) -> {
          if (!(value instanceof ObjectNode object)) {
            throw wrong(at, "an object", value);
          }
          SequencedMap<String, T> all = new LinkedHashMap<>();
          ObjectNode out = JsonNodeFactory.instance.objectNode();
          for (Map.Entry<String, JsonNode> each : object.properties()) {
            Parsed<T> parsed = read.read(each.getKey(), each.getValue(), at(at, each.getKey()));
            all.put(each.getKey(), parsed.value());
            out.set(each.getKey(), parsed.expanded());
          }
          return new Parsed<>(all, out);
        });
  }

  /** {@return the numbers of an object, one or more, whose keys the user chooses} */
  public Map<String, Double> numbersByName(String name, Range range) {
    return required(
        name,
        (value, at) -> {
          if (!value.isObject() || value.isEmpty()) {
            throw wrong(at, "numbers by name", value);
          }
          Fields fields = of(value, at);
          Map<String, Double> all = new LinkedHashMap<>();
          for (String key : (Iterable<String>) value::fieldNames) {
            all.put(key, fields.number(key, null, range));
          }
          return new Parsed<>(all, fields.expanded());
        });
  }

  /** {@return the object {@code name}, an empty one if it is missing; read to its end} */
  public <T> T object(String name, BiFunction<JsonNode, String, Parsed<T>> read) {
    JsonNode value = value(name);
    if (value == null) {
      misspelt(name);
    }
    Parsed<T> parsed =
        read.apply(value == null ? JsonNodeFactory.instance.objectNode() : value, at(name));
    expanded.set(name, parsed.expanded());
    return parsed.value();
  }

  /** {@return the field {@code name}, which must be there} */
  public <T> T required(String name, BiFunction<JsonNode, String, Parsed<T>> read) {
    Parsed<T> parsed = read.apply(required(name, value(name), "a value"), at(name));
    expanded.set(name, parsed.expanded());
    return parsed.value();
  }

  /** {@return the list {@code name}, an empty one if it is missing; read to its end} */
  public <T> T list(String name, BiFunction<JsonNode, String, Parsed<T>> read) {
    JsonNode value = value(name);
    Parsed<T> parsed =
        read.apply(value == null ? JsonNodeFactory.instance.arrayNode() : value, at(name));
    expanded.set(name, parsed.expanded());
    return parsed.value();
  }

  /** {@return the object {@code name}, if it is there} */
  public <T> Optional<T> optionalObject(String name, BiFunction<JsonNode, String, Parsed<T>> read) {
    if (has(name)) {
      return Optional.of(object(name, read));
    }
    expanded.putNull(name);
    return Optional.empty();
  }

  /** The value that was read, and its JSON with every default. */
  public record Parsed<T>(T value, JsonNode expanded) {}

  /** {@return the JSON pointer of a field} */
  public String at(String name) {
    return at(pointer, name);
  }

  /** {@return the JSON pointer of a field of the object at {@code pointer}} */
  public static String at(String pointer, String name) {
    return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
  }

  private JsonNode value(String name) {
    return has(name) ? node.get(name) : null;
  }

  private String put(String name, String value) {
    expanded.put(name, value);
    return value;
  }

  private <T> T required(String name, T byDefault, String expected) {
    if (byDefault == null) {
      misspelt(name);
      throw new SpecException(at(name), "expected " + expected + " but the key is missing");
    }
    return byDefault;
  }

  /** Where a required key is missing, one that is nearly it is the likelier mistake. */
  private void misspelt(String missing) {
    for (String name : (Iterable<String>) node::fieldNames) {
      if (!known.contains(name) && Nearest.to(name, List.of(missing)).isPresent()) {
        throw unknown(name, Optional.of(missing));
      }
    }
  }

  private SpecException unknown(String name, Optional<String> near) {
    return new SpecException(
        at(name),
        "unknown key '"
            + name
            + "'; "
            + near.map(key -> "did you mean '" + key + "'?")
                .orElse("expected one of " + String.join(", ", known)));
  }

  /** {@return the error of fields that do not fit together} */
  RuntimeException misfit(IllegalArgumentException e) {
    return new SpecException(pointer, e.getMessage());
  }

  private static long integer(String at, JsonNode value, String expected) {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(at, expected, value);
    }
    return value.longValue();
  }

  /** {@return the error of a value that is something else} */
  public static SpecException wrong(String pointer, String expected, JsonNode value) {
    String text = String.valueOf(value);
    return new SpecException(
        pointer,
        "expected "
            + expected
            + " but got "
            + (text.length() > 60 ? text.substring(0, 60) + "..." : text));
  }
}
