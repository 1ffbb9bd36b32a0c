package dev.fathom.pretrained;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Nearest;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The values of a JSON file that transformers wrote. Keys that nobody asks for are left alone; null
 * is the same as none.
 *
 * @param place the file, and where in it this object stands, for messages
 */
record Config(String place, ObjectNode json) {
  /** That of a file. */
  static Config of(String file, ObjectNode json) {
    return new Config(file + ", ", json);
  }

  boolean has(String key) {
    return json.hasNonNull(key);
  }

  /** {@return a whole number of 1 or more} */
  long count(String key) {
    return value(key, "a whole number of 1 or more", Config::isCount).longValue();
  }

  long count(String key, long byDefault) {
    return has(key) ? count(key) : byDefault;
  }

  private static boolean isCount(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToInt() && node.longValue() >= 1;
  }

  /** {@return a number above 0} */
  double positive(String key) {
    return value(key, "a number above 0", node -> node.isNumber() && node.doubleValue() > 0)
        .doubleValue();
  }

  double positive(String key, double byDefault) {
    return has(key) ? positive(key) : byDefault;
  }

  boolean flag(String key, boolean byDefault) {
    return has(key) ? value(key, "true or false", JsonNode::isBoolean).booleanValue() : byDefault;
  }

  String text(String key) {
    return value(key, "a text", JsonNode::isTextual).textValue();
  }

  Optional<Config> object(String key) {
    return has(key)
        ? Optional.of(
            new Config(place + "/" + key, (ObjectNode) value(key, "an object", JsonNode::isObject)))
        : Optional.empty();
  }

  /** {@return what a text stands for} */
  <T> T choice(String key, String byDefault, Map<String, T> choices) {
    String given = has(key) || byDefault == null ? text(key) : byDefault;
    T chosen = choices.get(given);
    if (chosen == null) {
      throw wrong(
          key,
          "expected one of %s but got '%s'%s"
              .formatted(
                  new TreeSet<>(choices.keySet()), given, Nearest.hint(given, choices.keySet())));
    }
    return chosen;
  }

  /** Checks that a key, if it is there, has this value: the network has no other form. */
  void only(String key, Object expected) {
    if (has(key) && !json.path(key).asText().equals(expected.toString())) {
      throw wrong(key, "expected %s but got %s".formatted(expected, json.path(key)));
    }
  }

  private JsonNode value(String key, String expected, Predicate<JsonNode> is) {
    JsonNode node = json.path(key);
    if (!is.test(node)) {
      throw wrong(
          key,
          "expected %s but %s"
              .formatted(expected, has(key) ? "got " + node : "the key is missing"));
    }
    return node;
  }

  PretrainedException wrong(String key, String problem) {
    return new PretrainedException(place + "/" + key, problem);
  }
}
