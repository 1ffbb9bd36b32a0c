package dev.fathom.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads an object of the store's own strictly: it has the members that it must have, each of its
 * type, and no other, or the file is damaged.
 */
final class Members {
  static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final Path file;
  private final JsonNode object;

  /**
   * @param file that the object is of
   * @param names of all its members
   */
  Members(Path file, JsonNode object, String... names) {
    this.file = file;
    this.object = object;
    Set<String> expected = new TreeSet<>(List.of(names));
    Set<String> actual = new TreeSet<>();
    object.fieldNames().forEachRemaining(actual::add);
    if (!object.isObject() || !actual.equals(expected)) {
      throw JsonFile.damaged(
          file,
          "expected an object with %s but got %s"
              .formatted(expected, object.isObject() ? actual : object.getNodeType()));
    }
  }

  String text(String name, Pattern pattern) {
    JsonNode value = object.path(name);
    if (!value.isTextual() || !pattern.matcher(value.textValue()).matches()) {
      throw wrong(name, "a text " + pattern, value);
    }
    return value.textValue();
  }

  /** {@return a whole number} */
  long number(String name, long least, long most) {
    JsonNode value = object.path(name);
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < least
        || value.longValue() > most) {
      throw wrong(name, "a number from %d to %d".formatted(least, most), value);
    }
    return value.longValue();
  }

  Instant time(String name) {
    JsonNode value = object.path(name);
    try {
      return Instant.parse(value.isTextual() ? value.textValue() : "");
    } catch (DateTimeException e) {
      throw wrong(name, "a time", value);
    }
  }

  ObjectNode object(String name) {
    if (object.path(name) instanceof ObjectNode value) {
      return value;
    }
    throw wrong(name, "an object", object.path(name));
  }

  List<JsonNode> list(String name) {
    JsonNode value = object.path(name);
    if (!value.isArray()) {
      throw wrong(name, "a list", value);
    }
    return value.valueStream().toList();
  }

  private StoreException wrong(String name, String expected, JsonNode actual) {
    return JsonFile.damaged(
        file, "expected %s as \"%s\" but got %s".formatted(expected, name, actual));
  }
}
