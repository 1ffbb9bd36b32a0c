package dev.fathom.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Fields.Parsed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiFunction;

/** One run of a reader on a value that is not known, with some answers, and what it read. */
final class Reading {
  private final Schema schema;
  private final Schema.Place place;
  private final String context;
  final Map<Question, Integer> script;
  final SequencedMap<Question, Integer> taken = new LinkedHashMap<>();
  private final List<String> labels = new ArrayList<>();
  final SequencedMap<String, Property> properties = new LinkedHashMap<>();

  /** The schema of a value that is no object; null for an object. */
  ObjectNode whole;

  /** The value that the reader gave; null if it refused. */
  Object value;

  /** The field that a value without braces stands for. */
  String shorthand;

  /** Whether the reader came to the end of the value. */
  boolean closed;

  Reading(Schema schema, Schema.Place place, String context, Map<Question, Integer> script) {
    this.schema = schema;
    this.place = place;
    this.context = context;
    this.script = script;
  }

  /** {@return what a reader of items takes} */
  <T> Schema.Result<T> items(String what, BiFunction<JsonNode, String, Parsed<T>> read, String at) {
    return schema.definition(new Schema.Place(place, what, Map.copyOf(taken)), what, read, at);
  }

  /** {@return what a reader of values by name takes} */
  <T> Schema.Result<T> values(BiFunction<JsonNode, String, Parsed<T>> read, String at) {
    return schema.explore(new Schema.Place(place, "", Map.copyOf(taken)), context, read, at);
  }

  /** {@return what the reader of a field takes} */
  <T> Schema.Result<T> field(String name, BiFunction<JsonNode, String, Parsed<T>> read, String at) {
    Schema.Place inner = new Schema.Place(place, name, Map.copyOf(taken));
    return schema.remembered(inner, context(name), read, at);
  }

  private String context(String name) {
    return context.isEmpty() ? name : context + "." + name;
  }

  int decide(Question.Kind kind, String name, int answers) {
    List<String> names = name == null ? List.of() : List.of(name);
    return decide(new Question(kind, names, null, answers), 0);
  }

  /** {@return the answer of the script, or the usual one} */
  int decide(Question question, int usual) {
    return taken.computeIfAbsent(question, _ -> script.getOrDefault(question, usual));
  }

  void note(String name, Property property) {
    properties.put(name, property);
  }

  void noteAbsent(String name) {
    properties.putIfAbsent(name, new Property(Types.NULL, null, description(name), false));
  }

  /** The value is no object, but this. */
  void is(ObjectNode type) {
    whole = type;
    closed = true;
  }

  void label(String chosen) {
    labels.add(chosen);
  }

  String description(String name) {
    return labels.stream()
        .map(label -> schema.description(context(label + "." + name)))
        .flatMap(Optional::stream)
        .findFirst()
        .or(() -> schema.description(context(name)))
        .orElse(null);
  }

  /** {@return whether another run read something else, those fields aside} */
  boolean differs(Reading other, List<String> names) {
    Map<String, Property> mine = without(names);
    Map<String, Property> others = other.without(names);
    // One that was refused may have stopped early.
    boolean same =
        value != null && other.value == null
            ? mine.entrySet().containsAll(others.entrySet())
            : mine.equals(others);
    return !(same && Objects.equals(whole, other.whole));
  }

  private Map<String, Property> without(List<String> names) {
    Map<String, Property> rest = new HashMap<>(properties);
    rest.keySet().removeAll(names);
    return rest;
  }
}
