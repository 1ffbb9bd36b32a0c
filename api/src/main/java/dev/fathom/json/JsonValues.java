package dev.fathom.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Values of JSON that a program wrote and that may be damaged: each is what it should be or a
 * {@link SpecException} with its place. One that is not there is an empty one, as older formats did
 * not have all.
 */
public final class JsonValues {
  private JsonValues() {}

  /** {@return the shape in a list of sizes} */
  public static Shape shape(JsonNode list, String pointer) {
    List<Long> sizes = each(list, pointer, "a list of sizes", JsonValues::size);
    try {
      return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
    } catch (ArithmeticException e) {
      throw Fields.wrong(pointer, "sizes of fewer than 2^63 elements", list);
    }
  }

  /** {@return a whole number of 0 or more} */
  public static long size(JsonNode value, String pointer) {
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw Fields.wrong(pointer, "a whole number of 0 or more", value);
    }
    return value.longValue();
  }

  /** {@return the texts in a list} */
  public static List<String> texts(JsonNode list, String pointer) {
    return each(list, pointer, "a list of texts", (value, at) -> Fields.text(value, at, "a text"));
  }

  /** {@return the numbers in a list} */
  public static List<Double> numbers(JsonNode list, String pointer) {
    return each(
        list,
        pointer,
        "a list of numbers",
        (value, at) -> {
          if (!value.isNumber()) {
            throw Fields.wrong(at, "a number", value);
          }
          return value.doubleValue();
        });
  }

  /** {@return what the values of a list say} */
  public static <T> List<T> each(
      JsonNode list, String pointer, String expected, BiFunction<JsonNode, String, T> read) {
    if (!list.isArray() && !list.isMissingNode()) {
      throw Fields.wrong(pointer, expected, list);
    }
    List<T> all = new ArrayList<>();
    for (JsonNode value : list) {
      all.add(read.apply(value, pointer + "/" + all.size()));
    }
    return all;
  }

  /** {@return an object} */
  public static ObjectNode object(JsonNode value, String pointer) {
    return switch (value) {
      case ObjectNode object -> object;
      case JsonNode missing when missing.isMissingNode() -> JsonNodeFactory.instance.objectNode();
      default -> throw Fields.wrong(pointer, "an object", value);
    };
  }
}
