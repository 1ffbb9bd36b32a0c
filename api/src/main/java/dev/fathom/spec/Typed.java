package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
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
    return Fields.read(node, pointer, null, f -> read(f, byDefault, types));
  }

  /** {@return what the fields say that the type has} */
  static <T> T read(Fields f, String byDefault, Map<String, Reader<? extends T>> types) {
    Reader<? extends T> reader = f.choice("type", byDefault, types);
    return reader.read(f);
  }
}
