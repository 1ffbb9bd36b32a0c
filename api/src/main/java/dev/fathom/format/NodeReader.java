package dev.fathom.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.graph.Type;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Reads one object of a stored graph strictly: every attribute must be there, of its type, and no
 * other. Numbers that depend on the batch are read for one batch.
 */
final class NodeReader {
  /** More axes than any tensor has. A rule that looks at each pair of them stays quick. */
  private static final int MOST_AXES = 64;

  private static final int MOST_LETTERS = 60;

  private final ObjectNode node;
  private final String pointer;
  private final long batch;
  private final Set<String> known = new LinkedHashSet<>();

  private NodeReader(ObjectNode node, String pointer, long batch) {
    this.node = node;
    this.pointer = pointer;
    this.batch = batch;
  }

  /**
   * {@return a reader of an object}
   *
   * @param pointer its place, a JSON pointer (RFC 6901); empty for the whole graph
   */
  static NodeReader of(JsonNode node, String pointer, long batch) {
    if (node instanceof ObjectNode object) {
      return new NodeReader(object, pointer, batch);
    }
    throw expected(pointer, "an object", node);
  }

  /** {@return the JSON object that is read} */
  ObjectNode node() {
    return node;
  }

  /** {@return the place of an attribute} */
  String at(String name) {
    return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
  }

  /** Ends the object: an attribute that was not read is an error. */
  void end() {
    for (String name : (Iterable<String>) node::fieldNames) {
      if (!known.contains(name)) {
        throw wrong(
            at(name),
            "unknown attribute '%s', expected %s"
                .formatted(shortened(name), String.join(", ", known)));
      }
    }
  }

  boolean has(String name) {
    known.add(name);
    return node.has(name);
  }

  /** {@return the value of an attribute} */
  JsonNode value(String name, String expected) {
    if (!has(name)) {
      throw wrong(at(name), "expected " + expected + " but the attribute is missing");
    }
    return node.get(name);
  }

  String text(String name) {
    JsonNode value = value(name, "a text");
    if (!value.isTextual()) {
      throw expected(at(name), "a text", value);
    }
    return value.textValue();
  }

  boolean flag(String name) {
    JsonNode value = value(name, "true or false");
    if (!value.isBoolean()) {
      throw expected(at(name), "true or false", value);
    }
    return value.booleanValue();
  }

  <E extends Enum<E>> E choice(String name, E[] choices) {
    List<String> labels = Arrays.stream(choices).map(NodeWriter::label).toList();
    String expected = "one of " + String.join(", ", labels);
    JsonNode value = value(name, expected);
    int index = value.isTextual() ? labels.indexOf(value.textValue()) : -1;
    if (index < 0) {
      throw expected(at(name), expected, value);
    }
    return choices[index];
  }

  DType dtype() {
    return choice("dtype", DType.values());
  }

  long size(String name) {
    return number(symbolic(at(name), value(name, "a whole number")), at(name));
  }

  List<Long> sizes(String name) {
    List<SymbolicNumber> numbers = symbolics(name);
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i++) {
      sizes.add(number(numbers.get(i), at(name) + "/" + i));
    }
    return List.copyOf(sizes);
  }

  private long number(SymbolicNumber number, String place) {
    try {
      return number.at(batch);
    } catch (ArithmeticException e) {
      throw wrong(place, "%s passes 2^63 for a batch of %d".formatted(number, batch));
    }
  }

  List<SymbolicNumber> symbolics(String name) {
    return list(name, "a list of whole numbers", NodeReader::symbolic);
  }

  private static SymbolicNumber symbolic(String place, JsonNode value) {
    return SymbolicNumber.of(value)
        .orElseThrow(() -> expected(place, "a whole number, 2*batch+3 for example,", value));
  }

  Shape shape(String name) {
    List<Long> sizes = sizes(name);
    try {
      return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw wrong(
          at(name),
          "expected sizes of 0 or more and fewer than 2^63 elements but got %s for a batch of %d"
              .formatted(sizes, batch));
    }
  }

  Type type() {
    return new Type(dtype(), shape("shape"));
  }

  int axis(String name) {
    return axis(at(name), value(name, "an axis"));
  }

  List<Integer> axes(String name) {
    return list(name, "a list of axes", NodeReader::axis);
  }

  private static int axis(String place, JsonNode value) {
    String expected = "a whole number from 0 to " + MOST_AXES;
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < 0
        || value.intValue() > MOST_AXES) {
      throw expected(place, expected, value);
    }
    return value.intValue();
  }

  /** {@return a whole number of 32 bits} */
  int integer(String name) {
    return integer(at(name), value(name, "a whole number"));
  }

  private static int integer(String place, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw expected(place, "a whole number of 32 bits", value);
    }
    return value.intValue();
  }

  double number(String name) {
    JsonNode value = value(name, "a number");
    if (value.isNumber() && Double.isFinite(value.doubleValue())) {
      return value.doubleValue();
    }
    double number = Double.longBitsToDouble(bits(name, value, 16));
    if (Double.isFinite(number)) {
      throw expected(at(name), "a number", value);
    }
    return number;
  }

  /** {@return bits of a number of that type, as in {@code Expression.Node.Constant}} */
  long constant(String name, DType dtype) {
    return switch (dtype) {
      case F32 -> single(name);
      case F64 -> Double.doubleToRawLongBits(number(name));
      case BOOL -> flag(name) ? 1 : 0;
      case I64 -> size(name);
      case I32 -> {
        long value = size(name);
        if (value != (int) value) {
          throw wrong(at(name), "expected an i32 but got %d for a batch of %d", value, batch);
        }
        yield value;
      }
      default ->
          throw wrong(
              at("dtype"), "expected one of f32, f64, i32, i64, bool but got " + dtype.label());
    };
  }

  private long single(String name) {
    JsonNode value = value(name, "a number");
    if (value.isNumber()) {
      double number = value.doubleValue();
      if (!Double.isFinite(number) || (float) number != number) {
        throw expected(at(name), "a number that an f32 holds exactly", value);
      }
      return Expression.bits(number, DType.F32);
    }
    long bits = bits(name, value, 8);
    if (Float.isFinite(Float.intBitsToFloat((int) bits))) {
      throw expected(at(name), "a number", value);
    }
    return bits;
  }

  private long bits(String name, JsonNode value, int digits) {
    if (!value.isTextual() || !value.textValue().matches("0x[0-9a-f]{" + digits + "}")) {
      throw expected(
          at(name),
          "a finite number, or the %d hexadecimal digits of another one, 0x%s for example,"
              .formatted(digits, digits == 8 ? "7f800000" : "7ff0000000000000"),
          value);
    }
    return Long.parseUnsignedLong(value.textValue().substring(2), 16);
  }

  List<Window> windows(String name) {
    return list(
        name,
        "a list of windows",
        (place, value) -> {
          NodeReader in = of(value, place, batch);
          int size = in.integer("size");
          int stride = in.integer("stride");
          List<Integer> padding = in.list("padding", "[low, high]", NodeReader::integer);
          int dilation = in.integer("dilation");
          in.end();
          if (padding.size() != 2) {
            throw wrong(in.at("padding"), "expected [low, high] but got " + padding);
          }
          try {
            return new Window(size, stride, padding.get(0), padding.get(1), dilation);
          } catch (IllegalArgumentException e) {
            throw wrong(place, e.getMessage());
          }
        });
  }

  /** {@return a reader of an object, if there is one of that name} */
  Optional<NodeReader> optional(String name) {
    return has(name) ? Optional.of(of(node.get(name), at(name), batch)) : Optional.empty();
  }

  /** {@return the elements of a list that stands for axes} */
  private <T> List<T> list(String name, String expected, BiFunction<String, JsonNode, T> read) {
    JsonNode value = value(name, expected);
    if (!value.isArray()) {
      throw expected(at(name), expected, value);
    }
    if (value.size() > MOST_AXES) {
      throw wrong(at(name), "expected at most %d but got %d", MOST_AXES, value.size());
    }
    List<T> all = new ArrayList<>();
    for (int i = 0; i < value.size(); i++) {
      all.add(read.apply(at(name) + "/" + i, value.get(i)));
    }
    return List.copyOf(all);
  }

  static IllegalArgumentException expected(String place, String expected, JsonNode actual) {
    return wrong(place, "expected " + expected + " but got " + shortened(String.valueOf(actual)));
  }

  private static IllegalArgumentException wrong(String place, String problem, Object... arguments) {
    return wrong(place, problem.formatted(arguments));
  }

  static IllegalArgumentException wrong(String place, String problem) {
    return new IllegalArgumentException(
        "[graph] " + (place.isEmpty() ? problem : place + ": " + problem));
  }

  /** {@return the beginning of a text that may be long} */
  static String shortened(String text) {
    return text.length() > MOST_LETTERS ? text.substring(0, MOST_LETTERS) + "..." : text;
  }
}
