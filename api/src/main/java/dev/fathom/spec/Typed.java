package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.SpecException;
import java.util.Map;

/** Reads objects whose {@code type} names their kind. */
final class Typed {
  private Typed() {}

  /**
   * {@return the object, read to its end}
   *
   * @param byDefault its type unless it says; null if it must
   */
  static <T> Parsed<T> read(
      JsonNode node, String pointer, String byDefault, Map<String, Reader<? extends T>> types) {
    Fields fields = Fields.of(node, pointer);
    Reader<? extends T> reader = fields.choice("type", byDefault, types);
    try {
      T value = reader.read(fields);
      fields.end();
      return new Parsed<>(value, fields.expanded());
    } catch (SpecException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new SpecException(pointer, e.getMessage());
    }
  }
}
