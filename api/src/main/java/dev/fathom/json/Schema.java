package dev.fathom.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.Fields.Pattern;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The JSON Schema (draft 2020-12) of what a reader takes, written by running it: no second list of
 * keys can fall behind the first.
 *
 * <p>The reader gets a {@link Probe} in place of JSON. Where what it does next may depend on an
 * answer (is a field there, which choice is it), it runs again with each other answer. An answer
 * that changes nothing but its own field is one more value of that field; one that changes others
 * becomes {@code if}, {@code then} and {@code else}. Answers that the reader refuses are left out.
 */
public final class Schema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Function<String, Optional<String>> descriptions;
  private final Map<String, Result<?>> definitions = new TreeMap<>();
  private final Set<String> begun = new HashSet<>();
  private final Map<Place, Result<?>> known = new HashMap<>();

  private Schema(Function<String, Optional<String>> descriptions) {
    this.descriptions = descriptions;
  }

  /**
   * {@return the schema of what a reader takes}
   *
   * @param descriptions a sentence for a key, {@code training.batchSize}; asked first for the key
   *     of one choice, {@code layer.dense.units}, then for that of all, {@code layer.units}
   */
  public static ObjectNode of(
      BiFunction<JsonNode, String, ? extends Parsed<?>> read,
      Function<String, Optional<String>> descriptions) {
    Schema schema = new Schema(descriptions);
    Result<Object> result =
        schema.explore(
            null, "", (node, at) -> new Parsed<>(read.apply(node, at).value(), null), "");
    ObjectNode json = JSON.objectNode();
    json.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    json.setAll(result.schema());
    ObjectNode definitions = JSON.objectNode();
    schema.definitions.forEach((name, item) -> definitions.set(key(name), item.schema()));
    if (!definitions.isEmpty()) {
      json.set("$defs", definitions);
    }
    return json;
  }

  /**
   * A value inside another.
   *
   * @param outer the one around it; null for none
   * @param answers that were given before it was read: readers that got the same go on the same
   */
  record Place(Place outer, String name, Map<Question, Integer> answers) {}

  /**
   * The schema of a value.
   *
   * @param values some that its reader gave; one at least
   * @param mayBeEmpty whether an empty object or list will do
   */
  record Result<T>(ObjectNode schema, List<T> values, boolean mayBeEmpty) {}

  /** {@return what the items of a list are, defined once, so that lists may be nested} */
  <T> Result<T> definition(
      Place place, String name, BiFunction<JsonNode, String, Parsed<T>> read, String at) {
    String context = name.substring(name.lastIndexOf(' ') + 1);
    if (begun.add(name)) {
      definitions.put(name, explore(place, context, read, at));
    }
    ObjectNode reference = JSON.objectNode().put("$ref", "#/$defs/" + key(name));
    if (definitions.get(name) instanceof Result<?> done) {
      @SuppressWarnings("unchecked") // The same name is the same reader.
      List<T> values = (List<T>) done.values();
      return new Result<>(reference, values, false);
    }
    // A list inside itself: one value will do.
    Explorer<T> explorer = new Explorer<>(this, place, context, read, at);
    return new Result<>(reference, List.of(explorer.value(explorer.complete(Map.of()))), false);
  }

  private static String key(String name) {
    return name.replace(' ', '-');
  }

  /** {@return what a reader takes} */
  <T> Result<T> explore(
      Place place, String context, BiFunction<JsonNode, String, Parsed<T>> read, String at) {
    Explorer<T> explorer = new Explorer<>(this, place, context, read, at);
    Tree tree = explorer.tree();
    return new Result<>(SchemaWriter.json(tree), explorer.values(tree), tree.mayBeEmpty());
  }

  /** {@return the same, explored once for a place} */
  @SuppressWarnings("unchecked") // The same place has the same reader.
  <T> Result<T> remembered(
      Place place, String context, BiFunction<JsonNode, String, Parsed<T>> read, String at) {
    Result<?> result = known.get(place);
    if (result == null) {
      result = explore(place, context, read, at);
      known.put(place, result);
    }
    return (Result<T>) result;
  }

  Optional<String> description(String key) {
    return descriptions.apply(key);
  }

  /** {@return the regular expression of JSON Schema, which looks for a part, that matches all} */
  static String whole(Pattern pattern) {
    return "^(?:" + pattern.regex() + ")$";
  }
}
