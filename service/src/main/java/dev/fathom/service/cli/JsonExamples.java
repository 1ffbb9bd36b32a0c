package dev.fathom.service.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.Json;
import dev.fathom.json.Malformed;
import dev.fathom.model.Preparation;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Reads the rows of one input of a model from JSON. A row is one example: a nested array of the
 * input's shape, or a flat one of as many numbers. A row of another width is refused, never cut.
 *
 * @param input what each row has to be
 */
record JsonExamples(Preparation.Input input) {

  private static final int MOST_NAMES = 8;
  private static final int MOST_CHARACTERS = 60;

  /** {@return the JSON in a text, one value} */
  static JsonNode parse(String text) {
    try {
      return Json.read(text);
    } catch (JsonProcessingException e) {
      throw new CommandException("malformed JSON: " + Malformed.detail(e));
    }
  }

  /**
   * {@return the values of a request of Open Inference for each of the inputs, in their order}
   *
   * @param request an object with a tensor for each input
   */
  static List<double[]> read(JsonNode request, List<Preparation.Input> inputs) {
    var tensors = request.path("inputs");
    var names = inputs.stream().map(Preparation.Input::name).toList();
    if (!tensors.isArray() || tensors.size() != names.size()) {
      throw new CommandException(
          "expected a request of Open Inference with the inputs %s but got %s"
              .formatted(names, shown(request)));
    }
    List<double[]> values = new ArrayList<>();
    for (var input : inputs) {
      var tensor =
          StreamSupport.stream(tensors.spliterator(), false)
              .filter(each -> each.path("name").asText().equals(input.name()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new CommandException(
                          "expected an input '%s' but there is none".formatted(input.name())));
      values.add(new JsonExamples(input).tensor(tensor));
      long rows = values.getLast().length / input.raw().elements();
      long first = values.getFirst().length / inputs.getFirst().raw().elements();
      if (rows != first) {
        throw new CommandException(
            "input '%s': expected %d rows, as of input '%s', but got %d"
                .formatted(input.name(), first, inputs.getFirst().name(), rows));
      }
    }
    return values;
  }

  /** Reads a tensor, whose values may be flat although they are of several rows. */
  private double[] tensor(JsonNode tensor) {
    var data = tensor.path("data");
    var shape = tensor.path("shape");
    if (!shape.isArray()) {
      return read(data);
    }
    boolean fits = shape.size() == input.raw().rank() + 1 && shape.get(0).asLong() > 0;
    for (int axis = 1; fits && axis < shape.size(); axis++) {
      fits = shape.get(axis).asLong() == input.raw().size(axis - 1);
    }
    if (!fits) {
      throw new CommandException(
          "input '%s': expected a shape of %s behind the number of rows but got %s"
              .formatted(input.name(), input.raw(), shown(shape)));
    }
    var values = depth(data) == 1 ? flat(data) : read(data);
    long expected = shape.get(0).asLong() * input.raw().elements();
    if (values.length != expected) {
      throw new CommandException(
          "input '%s': expected 'data' of %d values for shape %s but got %d"
              .formatted(input.name(), expected, shape, values.length));
    }
    return values;
  }

  private double[] flat(JsonNode data) {
    var values = new double[data.size()];
    fill(data, Shape.of(data.size()), 0, values, 0, "");
    return values;
  }

  /** {@return the values of one row or an array of rows, {@code [rows, ...]}} */
  double[] read(JsonNode data) {
    if (!data.isArray() || data.isEmpty()) {
      throw new CommandException(
          "expected a row of numbers or an array of rows but got " + shown(data));
    }
    var shape = input.raw();
    int depth = depth(data);
    boolean flatRows = depth == 2 && data.get(0).size() == shape.elements();
    if (depth == shape.rank() + 1 || flatRows) {
      return rows(data, flatRows ? flatShape() : shape);
    }
    if (depth == 1 || depth == shape.rank()) {
      return rows(List.of(data), 1, depth == 1 ? flatShape() : shape);
    }
    if (depth == 2) {
      return rows(data, flatShape());
    }
    throw new CommandException(
        "expected rows of %s, nested or flat, but got arrays nested %d deep: %s"
            .formatted(taken(), depth, shown(data)));
  }

  private Shape flatShape() {
    return Shape.of(input.raw().elements());
  }

  private double[] rows(JsonNode rows, Shape shape) {
    return rows(rows, rows.size(), shape);
  }

  private double[] rows(Iterable<JsonNode> rows, int count, Shape shape) {
    int width = Math.toIntExact(shape.elements());
    var values = new double[Math.multiplyExact(count, width)];
    int row = 0;
    for (var each : rows) {
      fill(each, shape, 0, values, row * width, "row " + row);
      row++;
    }
    return values;
  }

  /** {@return the position behind the last value that was filled} */
  private int fill(JsonNode data, Shape shape, int axis, double[] values, int at, String place) {
    if (axis == shape.rank()) {
      values[at] = number(data, place);
      return at + 1;
    }
    boolean innermost = axis + 1 == shape.rank();
    if (!data.isArray()) {
      throw new CommandException(
          "%s: expected %d %s but got %s"
              .formatted(place, shape.size(axis), innermost ? "values" : "arrays", shown(data)));
    }
    if (data.size() != shape.size(axis)) {
      throw new CommandException(
          "%s has %d %s%s where the model takes %d (%s)"
              .formatted(
                  place,
                  data.size(),
                  innermost ? "value" : "array",
                  data.size() == 1 ? "" : "s",
                  shape.size(axis),
                  taken()));
    }
    for (int i = 0; i < data.size(); i++) {
      at = fill(data.get(i), shape, axis + 1, values, at, place + "[" + i + "]");
    }
    return at;
  }

  private static double number(JsonNode data, String place) {
    if (!data.isNumber()) {
      throw new CommandException("%s: expected a number but got %s".formatted(place, shown(data)));
    }
    if (!Float.isFinite(data.floatValue())) {
      throw new CommandException(
          "%s: expected a number that f32 holds but got %s".formatted(place, shown(data)));
    }
    return data.doubleValue();
  }

  /** {@return what a row is made of: the columns of a table, or a shape} */
  private String taken() {
    var names = input.features();
    return names.isEmpty()
        ? "shape " + input.raw()
        : names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
            + (names.size() > MOST_NAMES ? ", ..." : "");
  }

  private static int depth(JsonNode data) {
    int depth = 0;
    for (var first = data; first.isArray(); first = first.path(0)) {
      depth++;
    }
    return depth;
  }

  private static String shown(JsonNode node) {
    var text = node.isMissingNode() ? "nothing" : node.toString();
    return text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) + "..." : text;
  }
}
