package dev.fathom.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A field of an object.
 *
 * @param byDefault null if there is none, or it follows from other fields
 * @param description null without one
 */
record Property(ObjectNode type, JsonNode byDefault, String description, boolean required) {
  Property or(Property other) {
    return new Property(
        Types.either(type, other.type),
        isAbsent() || byDefault == null ? other.byDefault : byDefault,
        description == null ? other.description : description,
        required && other.required);
  }

  boolean isChoice() {
    return Types.isChoice(type);
  }

  boolean isAbsent() {
    return type.equals(Types.NULL);
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (description != null) {
      json.put("description", description);
    }
    JsonNode values = type.path("enum");
    if (type.size() == 1 && values.size() == 2 && values.get(0).isBoolean()) {
      json.put("type", "boolean");
    } else if (type.size() == 1 && values.size() == 1) {
      json.set("const", values.get(0));
    } else {
      json.setAll(type);
    }
    boolean isAllowed = values.isMissingNode() || Types.contains(values, byDefault);
    if (byDefault != null && isAllowed) {
      json.set("default", byDefault);
    }
    return json;
  }
}
