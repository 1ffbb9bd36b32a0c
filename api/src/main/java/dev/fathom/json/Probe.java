package dev.fathom.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.Fields.Pattern;
import dev.fathom.json.Question.Kind;
import dev.fathom.json.Schema.Result;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.BiFunction;

/**
 * A value that is not known: a reader that gets it instead of JSON tells, by what it asks for, what
 * it would take.
 */
@SuppressWarnings("serial") // It lives as long as one reading.
final class Probe extends POJONode {
  /** Stands for any text: it is a name, a file and a column. */
  static final String TEXT = "a";

  final transient Reading run;

  Probe(Reading run) {
    super(run);
    this.run = run;
  }

  /** Chooses one of several forms. */
  int form(int forms) {
    return run.decide(Kind.FORM, null, forms);
  }

  String text() {
    run.is(JsonNodeFactory.instance.objectNode().put("type", "string"));
    return TEXT;
  }

  <T> Parsed<List<T>> items(
      String pointer, String what, int least, BiFunction<JsonNode, String, Parsed<T>> read) {
    Result<T> item = run.items(what, read, pointer + "/0");
    ObjectNode array = JsonNodeFactory.instance.objectNode().put("type", "array");
    array.set("items", item.schema());
    if (least > 0) {
      array.put("minItems", least);
    }
    run.is(array);
    T value = item.values().get(run.decide(Kind.VALUE, what, item.values().size()));
    return new Parsed<>(List.of(value), JsonNodeFactory.instance.arrayNode());
  }

  <T> Parsed<SequencedMap<String, T>> named(String pointer, Pattern names, Fields.Value<T> read) {
    Result<T> value = run.values((node, at) -> read.read(TEXT, node, at), pointer);
    ObjectNode name = JsonNodeFactory.instance.objectNode().put("pattern", Schema.whole(names));
    ObjectNode either = JsonNodeFactory.instance.objectNode();
    ObjectNode list = either.putArray("anyOf").addObject().put("type", "array");
    list.set("items", name.deepCopy().put("type", "string"));
    list.put("minItems", 1).put("uniqueItems", true);
    ObjectNode object = either.withArray("anyOf").addObject().put("type", "object");
    object.set("propertyNames", name);
    object.set("additionalProperties", value.schema());
    object.put("minProperties", 1);
    run.is(either);
    SequencedMap<String, T> all = new LinkedHashMap<>();
    all.put(TEXT, value.values().getFirst());
    return new Parsed<>(all, JsonNodeFactory.instance.objectNode());
  }
}
