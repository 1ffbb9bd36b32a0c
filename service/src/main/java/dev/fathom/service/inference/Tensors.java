package dev.fathom.service.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Numbers;
import dev.fathom.json.Nearest;
import dev.fathom.model.Model;
import dev.fathom.service.Refusal;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.task.Port;
import dev.fathom.text.TextException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the protocol's tensors strictly, converts them to the values that a model takes, and writes
 * tensors of answers.
 */
final class Tensors {

  /** The name of the tensor of texts, each value of which is a text. */
  private static final String TEXT = "text";

  private static final String BYTES = "BYTES";

  private Tensors() {}

  /**
   * Checks that an object has no other keys.
   *
   * @param what the object, for the message
   */
  static ObjectNode object(JsonNode node, String what, Set<String> keys) {
    if (!(node instanceof ObjectNode object)) {
      throw new Refusal(400, "expected an object as %s but got %s".formatted(what, shown(node)));
    }
    for (String key : (Iterable<String>) object::fieldNames) {
      if (!keys.contains(key)) {
        throw new Refusal(
            400,
            "unknown key '%s' in %s".formatted(key, what)
                + Nearest.to(key, keys)
                    .map(near -> ", did you mean '" + near + "'?")
                    .orElse("; expected one of " + keys.stream().sorted().toList()));
      }
    }
    return object;
  }

  /**
   * {@return the values of the tensors in {@code inputs}, {@code [examples, ...]} each, row-major,
   * in the order of the ports}
   *
   * @throws Refusal 400 if they are not what the ports take
   */
  static List<Numbers> inputs(JsonNode inputs, List<Port> ports) {
    if (!inputs.isArray() || inputs.size() != ports.size()) {
      throw wrongCount(inputs, ports.stream().map(Port::name).toList());
    }
    List<Numbers> values = new ArrayList<>();
    for (var port : ports) {
      values.add(input(inputs, ports, port));
    }
    for (int i = 1; i < values.size(); i++) {
      long first = values.getFirst().size() / ports.getFirst().width();
      long examples = values.get(i).size() / ports.get(i).width();
      if (examples != first) {
        throw new Refusal(
            400,
            "input '%s': expected %d examples, as of input '%s', but got %d"
                .formatted(ports.get(i).name(), first, ports.getFirst().name(), examples));
      }
    }
    return values;
  }

  private static Refusal wrongCount(JsonNode inputs, List<String> names) {
    return new Refusal(
        400,
        "expected 'inputs' to be a list of %d tensor%s, %s, but got %s"
            .formatted(
                names.size(),
                names.size() == 1 ? "" : "s",
                names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", ")),
                inputs.isArray() ? inputs.size() + " of them" : "none"));
  }

  private static Numbers input(JsonNode inputs, List<Port> ports, Port port) {
    var tensor = tensor(inputs, ports, port.name());
    var datatype =
        Datatype.named(tensor.path("datatype").asText())
            .orElseThrow(
                () ->
                    new Refusal(
                        400,
                        "input '%s': expected a datatype of %s but got '%s'"
                            .formatted(
                                port.name(),
                                Arrays.toString(Datatype.values()),
                                tensor.path("datatype").asText())));
    var values =
        data(tensor.path("data"), shape(tensor.path("shape"), port), datatype, port.name());
    return port.dtype() == DType.F64 ? Numbers.of(values) : Numbers.of(Numbers.cut(values));
  }

  /** {@return the tensor with this name, each checked to be one of the ports'} */
  private static ObjectNode tensor(JsonNode inputs, List<Port> ports, String name) {
    var keys = Set.of("name", "shape", "datatype", "parameters", "data");
    ObjectNode found = null;
    for (var each : inputs) {
      var tensor = object(each, "a tensor of 'inputs'", keys);
      var given = tensor.path("name").asText();
      if (ports.stream().noneMatch(port -> port.name().equals(given))) {
        throw new Refusal(
            400,
            "expected an input named %s but got '%s'"
                .formatted(
                    ports.stream()
                        .map(port -> "'" + port.name() + "'")
                        .collect(Collectors.joining(" or ")),
                    given));
      }
      if (given.equals(name) && found != null) {
        throw new Refusal(400, "expected one input named '%s' but got two".formatted(name));
      }
      found = given.equals(name) ? tensor : found;
    }
    if (found == null) {
      throw new Refusal(400, "expected an input named '%s' but there is none".formatted(name));
    }
    return found;
  }

  /** {@return whether the one tensor in {@code inputs} holds texts} */
  static boolean hasTexts(JsonNode inputs) {
    return inputs.path(0).path("datatype").asText().equals(BYTES);
  }

  /**
   * {@return the texts of the one tensor in {@code inputs}, {@code [examples]}}
   *
   * @throws Refusal 400 if it is something else
   */
  static List<String> texts(JsonNode inputs) {
    var port = Port.of(TEXT, DType.U8, Shape.SCALAR);
    if (!inputs.isArray() || inputs.size() != 1) {
      throw wrongCount(inputs, List.of(TEXT));
    }
    var tensor = tensor(inputs, List.of(port), TEXT);
    var data = tensor.path("data");
    var shape = tensor.path("shape");
    boolean fits =
        shape.isArray()
            && (shape.size() == 1 || shape.size() == 2 && shape.get(1).asLong() == 1)
            && data.isArray()
            && !data.isEmpty()
            && shape.get(0).asLong() == data.size();
    if (!fits) {
      throw new Refusal(
          400,
          "input '%s': expected shape [n] and 'data' of n texts but got shape %s and %s"
              .formatted(
                  TEXT, shown(shape), data.isArray() ? data.size() + " values" : shown(data)));
    }
    List<String> texts = new ArrayList<>();
    for (var item : data) {
      var text = item.isArray() && item.size() == 1 && shape.size() == 2 ? item.get(0) : item;
      if (!text.isTextual()) {
        throw new Refusal(
            400,
            "input '%s', value %d: expected a text (%s) but got %s"
                .formatted(TEXT, texts.size(), BYTES, shown(item)));
      }
      texts.add(text.textValue());
    }
    return texts;
  }

  /** {@return the raw examples of texts} */
  static Numbers encoded(Model model, List<String> texts) {
    int width = Math.toIntExact(model.rawShape().elements());
    var values = new float[Math.multiplyExact(texts.size(), width)];
    for (int i = 0; i < texts.size(); i++) {
      try {
        System.arraycopy(model.encode(texts.get(i)), 0, values, i * width, width);
      } catch (TextException e) {
        throw new Refusal(400, "input '%s', value %d: %s".formatted(TEXT, i, e.getMessage()));
      }
    }
    return Numbers.of(values);
  }

  private static long[] shape(JsonNode node, Port port) {
    var fits = node.isArray() && node.size() == port.shape().size();
    var shape = new long[fits ? node.size() : 0];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = node.get(axis).isIntegralNumber() ? node.get(axis).longValue() : -1;
      fits &= axis == 0 ? shape[0] > 0 : shape[axis] == port.shape().get(axis);
    }
    if (!fits || shape[0] > Integer.MAX_VALUE / port.width()) {
      throw new Refusal(
          400,
          "input '%s': expected shape %s with any number of examples as -1 but got %s"
              .formatted(port.name(), port.shape(), shown(node)));
    }
    return shape;
  }

  private static double[] data(JsonNode data, long[] shape, Datatype datatype, String name) {
    var values = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    if (!data.isArray() || data.isEmpty() || !data.get(0).isArray()) {
      shape = new long[] {values.length};
    }
    int count = fill(data, shape, 0, values, 0, datatype, name);
    assert count == values.length;
    return values;
  }

  /** {@return the position behind the last value that was filled} */
  private static int fill(
      JsonNode data, long[] shape, int axis, double[] values, int at, Datatype type, String name) {
    if (axis == shape.length) {
      double number = data.isBoolean() && type == Datatype.BOOL ? bit(data) : data.doubleValue();
      if (!(data.isNumber() || data.isBoolean() && type == Datatype.BOOL) || !type.holds(number)) {
        throw new Refusal(
            400,
            "input '%s', value %d: expected %s (%s) but got %s"
                .formatted(name, at, type.range(), type, shown(data)));
      }
      values[at] = number;
      return at + 1;
    }
    if (!data.isArray() || data.size() != shape[axis]) {
      throw new Refusal(
          400,
          "input '%s': expected 'data' of %d %s for shape %s but got %s"
              .formatted(
                  name,
                  shape[axis],
                  axis + 1 == shape.length ? "values" : "arrays on axis " + axis,
                  Arrays.toString(shape),
                  data.isArray() ? Integer.toString(data.size()) : shown(data)));
    }
    for (var part : data) {
      at = fill(part, shape, axis + 1, values, at, type, name);
    }
    return at;
  }

  private static double bit(JsonNode data) {
    return data.booleanValue() ? 1 : 0;
  }

  /** {@return an output, its data flat} */
  static ObjectNode output(Port port, int examples, Numbers values) {
    var tensor = JsonNodeFactory.instance.objectNode();
    tensor.put("name", port.name()).put("datatype", Datatype.of(port.dtype()).name());
    var shape = tensor.putArray("shape").add(examples);
    port.shape().stream().skip(1).forEach(shape::add);
    var data = tensor.putArray("data");
    for (int i = 0; i < values.size(); i++) {
      data.add(values.json(i));
    }
    return tensor;
  }

  /** {@return the inputs of a model as its metadata show them; texts stand in place of tokens} */
  static ArrayNode inputs(Model model) {
    if (!model.readsTexts()) {
      return described(model.signature().inputs());
    }
    var all = JsonNodeFactory.instance.arrayNode();
    all.addObject().put("name", TEXT).put("datatype", BYTES).putArray("shape").add(-1);
    return all;
  }

  /** {@return ports as the metadata of a model shows them} */
  static ArrayNode described(List<Port> ports) {
    var all = JsonNodeFactory.instance.arrayNode();
    for (var port : ports) {
      var tensor = all.addObject().put("name", port.name());
      tensor.put("datatype", Datatype.of(port.dtype()).name());
      var shape = tensor.putArray("shape");
      port.shape().forEach(shape::add);
    }
    return all;
  }

  private static String shown(JsonNode node) {
    if (node.isMissingNode()) {
      return "nothing";
    }
    var text = node.toString();
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }
}
