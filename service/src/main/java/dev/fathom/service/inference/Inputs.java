package dev.fathom.service.inference;

import dev.fathom.model.Model;
import dev.fathom.model.Preparation;
import dev.fathom.service.Refusal;
import dev.fathom.task.Port;
import dev.fathom.text.TextException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The tensors that a model takes: one for each input port; or one tensor of texts, of a model that
 * reads them; or, of a model of tables, one for each column in place of the ports.
 */
final class Inputs {

  /** The name of the tensor of texts, each value of which is a text. */
  static final String TEXT = "text";

  private Inputs() {}

  /**
   * {@return the raw values for each input port, {@code [examples, ...]}, row-major}
   *
   * @throws Refusal 400 if the tensors are not what the model takes
   */
  static List<float[]> of(Model model, List<InputTensor> tensors) {
    if (model.readsTexts()
        && !tensors.isEmpty()
        && tensors.getFirst().datatype() == Datatype.BYTES) {
      requireCount(tensors, List.of(TEXT));
      return List.of(texts(model, named(tensors, TEXT, List.of(TEXT))));
    }
    var ports = model.signature().inputs().stream().map(Port::name).toList();
    var columns = columns(model);
    if (tensors.stream().anyMatch(t -> columns.contains(t.name()) && !ports.contains(t.name()))) {
      requireKnown(tensors, columns);
      return table(model.preparation().inputs(), tensors, columns);
    }
    tensors.forEach(tensor -> requireKnown(tensor, ports, columns));
    requireCount(tensors, ports);
    return ports(model.signature().inputs(), tensors, ports);
  }

  /** {@return the columns of the table that a model learned from; empty if it was none} */
  static List<String> columns(Model model) {
    var inputs = model.preparation().inputs();
    if (inputs.stream().anyMatch(input -> input.features().isEmpty())) {
      return List.of();
    }
    return inputs.stream().flatMap(input -> input.features().stream()).distinct().toList();
  }

  private static List<float[]> ports(
      List<Port> ports, List<InputTensor> tensors, List<String> names) {
    List<float[]> values = new ArrayList<>();
    InputTensor first = null;
    int examples = 0;
    for (var port : ports) {
      var tensor = named(tensors, port.name(), names);
      requireNumbers(tensor);
      examples = sameExamples(tensor, tensor.examples(port.shape()), first, examples);
      first = first == null ? tensor : first;
      var numbers = new float[Math.toIntExact(examples * port.width())];
      tensor.content().numbers(tensor, numbers, 0, 1);
      values.add(numbers);
    }
    return values;
  }

  /** A column may be part of several inputs. */
  private static List<float[]> table(
      List<Preparation.Input> inputs, List<InputTensor> tensors, List<String> columns) {
    InputTensor first = null;
    int examples = 0;
    for (var column : columns) {
      var tensor = named(tensors, column, columns);
      requireNumbers(tensor);
      var shape = tensor.shape().size() == 1 ? List.of(-1L) : List.of(-1L, 1L);
      examples = sameExamples(tensor, tensor.examples(shape), first, examples);
      first = first == null ? tensor : first;
    }
    List<float[]> values = new ArrayList<>();
    for (var input : inputs) {
      int width = input.features().size();
      var numbers = new float[Math.multiplyExact(examples, width)];
      for (int i = 0; i < width; i++) {
        var tensor = named(tensors, input.features().get(i), columns);
        tensor.content().numbers(tensor, numbers, i, width);
      }
      values.add(numbers);
    }
    return values;
  }

  private static int sameExamples(
      InputTensor tensor, int examples, InputTensor first, int expected) {
    if (first != null && examples != expected) {
      throw tensor.wrong(
          ": expected %d examples, as of input '%s', but got %d", expected, first.name(), examples);
    }
    return examples;
  }

  private static float[] texts(Model model, InputTensor tensor) {
    boolean column = tensor.shape().size() == 2;
    tensor.examples(column ? List.of(-1L, 1L) : List.of(-1L));
    var texts = tensor.content().texts(tensor);
    int width = Math.toIntExact(model.rawShape().elements());
    var values = new float[Math.multiplyExact(texts.size(), width)];
    for (int i = 0; i < texts.size(); i++) {
      try {
        System.arraycopy(model.encode(texts.get(i)), 0, values, i * width, width);
      } catch (TextException e) {
        throw tensor.wrong(", value %d: %s", i, e.getMessage());
      }
    }
    return values;
  }

  private static void requireNumbers(InputTensor tensor) {
    if (tensor.datatype() == Datatype.BYTES) {
      throw tensor.wrong(
          ": expected a datatype of %s but got '%s'", Datatype.numbers(), tensor.datatype());
    }
  }

  private static void requireCount(List<InputTensor> tensors, List<String> names) {
    if (tensors.size() != names.size()) {
      throw new Refusal(
          400,
          "expected 'inputs' to be a list of %d tensor%s, %s, but got %s"
              .formatted(
                  names.size(), names.size() == 1 ? "" : "s", quoted(names, ", "), tensors.size()));
    }
  }

  private static void requireKnown(List<InputTensor> tensors, List<String> columns) {
    tensors.forEach(tensor -> requireKnown(tensor, columns, List.of()));
  }

  private static void requireKnown(InputTensor tensor, List<String> names, List<String> otherwise) {
    if (!names.contains(tensor.name())) {
      throw new Refusal(
          400,
          "expected an input named %s%s but got '%s'"
              .formatted(
                  quoted(names, " or "),
                  otherwise.isEmpty()
                      ? ""
                      : ", or one for each of the columns " + quoted(otherwise, ", "),
                  tensor.name()));
    }
  }

  private static InputTensor named(List<InputTensor> tensors, String name, List<String> known) {
    InputTensor found = null;
    for (var tensor : tensors) {
      requireKnown(tensor, known, List.of());
      if (tensor.name().equals(name)) {
        if (found != null) {
          throw new Refusal(400, "expected one input named '%s' but got two".formatted(name));
        }
        found = tensor;
      }
    }
    if (found == null) {
      throw new Refusal(400, "expected an input named '%s' but there is none".formatted(name));
    }
    return found;
  }

  /** {@return names in quotes} */
  static String quoted(List<String> names, String between) {
    return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(between));
  }
}
