package dev.fathom.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.graph.Type;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Writes the attributes of one node, as {@link NodeReader} reads them. */
final class NodeWriter {
  private final ObjectNode node;

  private NodeWriter(ObjectNode node) {
    this.node = node;
  }

  /** {@return a writer of an empty object} */
  static NodeWriter fresh() {
    return new NodeWriter(JsonNodeFactory.instance.objectNode());
  }

  /** {@return the object with the attributes written so far} */
  ObjectNode node() {
    return node;
  }

  NodeWriter text(String name, String value) {
    node.put(name, value);
    return this;
  }

  NodeWriter texts(String name, List<String> values) {
    values.forEach(node.putArray(name)::add);
    return this;
  }

  NodeWriter flag(String name, boolean value) {
    node.put(name, value);
    return this;
  }

  NodeWriter choice(String name, Enum<?> value) {
    return text(name, label(value));
  }

  /** {@return how files spell a constant of an enumeration} */
  static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Writes a whole number, which may turn out to depend on the batch. */
  NodeWriter size(String name, long value) {
    node.put(name, value);
    return this;
  }

  NodeWriter sizes(String name, List<Long> values) {
    values.forEach(node.putArray(name)::add);
    return this;
  }

  NodeWriter shape(String name, Shape shape) {
    return sizes(name, Arrays.stream(shape.toArray()).boxed().toList());
  }

  NodeWriter type(Type type) {
    return choice("dtype", type.dtype()).shape("shape", type.shape());
  }

  /** Writes an axis or a number of axes. */
  NodeWriter axis(String name, int value) {
    return size(name, value);
  }

  NodeWriter axes(String name, List<Integer> values) {
    return sizes(name, values.stream().map(Integer::longValue).toList());
  }

  /** Writes a number exactly: infinities and NaN, which JSON has not, by their bits. */
  NodeWriter number(String name, double value) {
    return Double.isFinite(value)
        ? finite(name, value)
        : text(name, "0x%016x".formatted(Double.doubleToRawLongBits(value)));
  }

  private NodeWriter finite(String name, double value) {
    node.put(name, value);
    return this;
  }

  /** Writes the number of a constant, {@code bits} as in {@code Expression.Node.Constant}. */
  NodeWriter constant(String name, long bits, DType dtype) {
    return switch (dtype) {
      case F32 -> {
        float value = Float.intBitsToFloat((int) bits);
        yield Float.isFinite(value)
            ? finite(name, value)
            : text(name, "0x%08x".formatted((int) bits));
      }
      case F64 -> number(name, Double.longBitsToDouble(bits));
      case BOOL -> flag(name, bits != 0);
      default -> size(name, bits);
    };
  }

  NodeWriter windows(String name, List<Window> windows) {
    ArrayNode array = node.putArray(name);
    for (Window window : windows) {
      array.add(
          fresh()
              .size("size", window.size())
              .size("stride", window.stride())
              .sizes("padding", List.of(window.padLow(), window.padHigh()))
              .size("dilation", window.dilation())
              .node);
    }
    return this;
  }

  NodeWriter object(String name, NodeWriter value) {
    node.set(name, value.node);
    return this;
  }
}
