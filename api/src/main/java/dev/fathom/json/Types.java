package dev.fathom.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** JSON Schemas of single values. */
final class Types {
  static final ObjectNode NULL = JsonNodeFactory.instance.objectNode().put("type", "null");

  private Types() {}

  /** {@return a schema that allows what one of two allows} */
  static ObjectNode either(ObjectNode one, ObjectNode other) {
    Set<ObjectNode> all = new LinkedHashSet<>(alternatives(one));
    all.addAll(alternatives(other));
    List<ObjectNode> choices = all.stream().filter(Types::isChoice).toList();
    if (choices.size() > 1) {
      all.removeAll(choices);
      all.add(enumeration(choices));
    }
    if (all.contains(NULL)) {
      all.stream()
          .filter(type -> type.path("type").isTextual() && !type.equals(NULL))
          .findFirst()
          .ifPresent(
              type -> {
                all.removeAll(List.of(type, NULL));
                ObjectNode orNull = type.deepCopy();
                orNull.putArray("type").add(type.get("type")).add("null");
                all.add(orNull);
              });
    }
    if (all.size() == 1) {
      return all.iterator().next();
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("anyOf").addAll(all);
    return json;
  }

  private static List<ObjectNode> alternatives(ObjectNode type) {
    if (type.size() == 1 && type.path("anyOf").isArray()) {
      List<ObjectNode> all = new ArrayList<>();
      type.get("anyOf").forEach(each -> all.add((ObjectNode) each));
      return all;
    }
    return List.of(type);
  }

  /** {@return whether it allows some values and no others} */
  static boolean isChoice(ObjectNode type) {
    return type.size() == 1 && type.has("enum");
  }

  private static ObjectNode enumeration(List<ObjectNode> choices) {
    Set<JsonNode> values = new TreeSet<>(Comparator.comparing(JsonNode::asText));
    choices.forEach(choice -> choice.get("enum").forEach(values::add));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("enum").addAll(values);
    return json;
  }

  static boolean contains(JsonNode values, JsonNode value) {
    for (JsonNode each : values) {
      if (each.equals(value)) {
        return true;
      }
    }
    return false;
  }
}
