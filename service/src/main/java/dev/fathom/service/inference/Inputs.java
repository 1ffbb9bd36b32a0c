package dev.fathom.service.inference;

import dev.fathom.data.DataException;
import dev.fathom.data.Numbers;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Kind;
import dev.fathom.image.PictureException;
import dev.fathom.image.PictureFile;
import dev.fathom.image.View;
import dev.fathom.model.Model;
import dev.fathom.model.Preparation;
import dev.fathom.model.Rows;
import dev.fathom.service.Refusal;
import dev.fathom.spi.DType;
import dev.fathom.task.Port;
import dev.fathom.text.TextException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The tensors that a model takes: one for each input port; or one tensor of texts, or of files of
 * pictures, of a model that reads them; or, of a model of tables, one for each column in place of
 * the ports.
 */
final class Inputs {

  /** The name of the tensor of texts, each value of which is a text. */
  static final String TEXT = "text";

  private Inputs() {}

  /**
   * What a model is asked.
   *
   * @param values for each input port, raw, {@code [examples, ...]}, row-major
   * @param views where each example lies in its picture; empty where examples came as they are
   */
  record Read(List<Numbers> values, List<View> views) {}

  /**
   * {@return the examples in tensors}
   *
   * @throws Refusal 400 if the tensors are not what the model takes
   */
  static Read of(Model model, List<InputTensor> tensors) {
    try {
      if (isOfFiles(model, tensors)) {
        return pictures(model, tensors);
      }
      return new Read(values(model, tensors), List.of());
    } catch (DataException e) { // A value that no row of the table may have.
      throw new Refusal(400, e.getMessage());
    }
  }

  private static List<Numbers> values(Model model, List<InputTensor> tensors) {
    if (model.readsTexts()
        && !tensors.isEmpty()
        && tensors.getFirst().datatype() == Datatype.BYTES) {
      requireCount(tensors, List.of(TEXT));
      return List.of(texts(model, byName(tensors, List.of(TEXT)).get(TEXT)));
    }
    var ports = ports(model);
    var columns = columns(model);
    boolean byColumn =
        tensors.stream().anyMatch(t -> columns.contains(t.name()) && !ports.contains(t.name()));
    if (byColumn) {
      return table(model, byName(tensors, columns));
    }
    requireKnown(tensors, ports, columns);
    requireCount(tensors, ports);
    var values = ports(model, byName(tensors, ports));
    return filled(model, values);
  }

  private static List<String> ports(Model model) {
    return model.signature().inputs().stream().map(Port::name).toList();
  }

  private static boolean isOfFiles(Model model, List<InputTensor> tensors) {
    return model.readsPictures()
        && !tensors.isEmpty()
        && tensors.getFirst().datatype() == Datatype.BYTES;
  }

  /** {@return the columns of the table that a model learned from; empty if it was none} */
  static List<String> columns(Model model) {
    if (Rows.fit(model.preparation())) {
      return Rows.of(model.preparation()).fields().stream().map(Table.Field::name).toList();
    }
    var inputs = model.preparation().inputs();
    if (inputs.stream().anyMatch(input -> input.features().isEmpty())) {
      return List.of();
    }
    return inputs.stream().flatMap(input -> input.features().stream()).distinct().toList();
  }

  private static List<Numbers> ports(Model model, SequencedMap<String, InputTensor> tensors) {
    boolean gaps = takesGaps(model);
    List<Numbers> values = new ArrayList<>();
    InputTensor first = null;
    int examples = 0;
    for (var port : model.signature().inputs()) {
      var tensor = tensors.get(port.name());
      requireNumbers(tensor);
      examples = sameExamples(tensor, examples(model, tensor, port.shape()), first, examples);
      first = first == null ? tensor : first;
      int size = Math.toIntExact(examples * port.width());
      var room =
          gaps
              ? Room.ofRows(size, port.dtype() != DType.F64)
              : port.dtype() == DType.F64 ? Room.ofDoubles(size) : Room.ofFloats(size);
      tensor.content().numbers(tensor, room, 0, 1);
      values.add(room.numbers());
    }
    return values;
  }

  /**
   * {@return whether the inputs are columns of a table as they stand, so that one may be filled}
   */
  private static boolean takesGaps(Model model) {
    return Rows.fit(model.preparation())
        && model.preparation().inputs().stream().allMatch(i -> i.encoding().get().isPlain());
  }

  /** {@return the values with those that are missing filled as the training did} */
  private static List<Numbers> filled(Model model, List<Numbers> values) {
    if (!takesGaps(model)
        || values.stream().noneMatch(v -> Arrays.stream(v.doubles()).anyMatch(Double::isNaN))) {
      return values;
    }
    var rows = Rows.of(model.preparation());
    for (int i = 0; i < values.size(); i++) {
      var features = model.preparation().inputs().get(i).features();
      var all = values.get(i).doubles();
      for (int column = 0; column < features.size(); column++) {
        int at = column;
        rows.numbers(
            features.get(column),
            IntStream.range(0, all.length / features.size())
                .mapToDouble(row -> all[row * features.size() + at])
                .toArray());
      }
    }
    return rows.inputs();
  }

  /** A column may be part of several inputs. */
  private static List<Numbers> table(Model model, SequencedMap<String, InputTensor> tensors) {
    InputTensor first = null;
    int examples = 0;
    for (var tensor : tensors.values()) {
      var shape = tensor.shape().size() == 1 ? List.of(-1L) : List.of(-1L, 1L);
      examples = sameExamples(tensor, examples(model, tensor, shape), first, examples);
      first = first == null ? tensor : first;
    }
    return Rows.fit(model.preparation())
        ? rows(model, tensors, examples)
        : plain(model.preparation().inputs(), tensors, examples);
  }

  /** Columns that become inputs as those of the training did: numbers, categories, dates, texts. */
  private static List<Numbers> rows(
      Model model, SequencedMap<String, InputTensor> tensors, int examples) {
    var rows = Rows.of(model.preparation());
    boolean cut = model.signature().inputs().stream().allMatch(port -> port.dtype() != DType.F64);
    tensors.forEach(
        (column, tensor) -> {
          if (isNumber(rows, column)) {
            requireNumbers(tensor);
          }
          if (tensor.datatype() == Datatype.BYTES) {
            var texts = tensor.content().texts(tensor, true);
            rows.texts(column, texts.toArray(String[]::new));
          } else {
            var room = Room.ofRows(examples, cut);
            tensor.content().numbers(tensor, room, 0, 1);
            rows.numbers(column, room.numbers().doubles());
          }
        });
    return rows.inputs();
  }

  private static boolean isNumber(Rows rows, String column) {
    return rows.fields().stream()
        .anyMatch(
            field ->
                field.name().equals(column)
                    && (field.kind() == Kind.NUMBER || field.kind() == Kind.INTEGER));
  }

  private static List<Numbers> plain(
      List<Preparation.Input> inputs, SequencedMap<String, InputTensor> tensors, int examples) {
    tensors.values().forEach(Inputs::requireNumbers);
    List<Numbers> values = new ArrayList<>();
    for (var input : inputs) {
      int width = input.features().size();
      var room = Room.ofFloats(Math.multiplyExact(examples, width));
      for (int i = 0; i < width; i++) {
        var tensor = tensors.get(input.features().get(i));
        tensor.content().numbers(tensor, room, i, width);
      }
      values.add(room.numbers());
    }
    return values;
  }

  /** {@return the number of examples} It is known to be possible before there is an array of it. */
  private static int examples(Model model, InputTensor tensor, List<Long> shape) {
    int examples = tensor.examples(shape);
    int most = Described.mostExamples(model);
    if (examples > most) {
      throw new Refusal(
          400, "expected at most %d examples in a request but got %d".formatted(most, examples));
    }
    return examples;
  }

  private static int sameExamples(
      InputTensor tensor, int examples, InputTensor first, int expected) {
    if (first != null && examples != expected) {
      throw tensor.wrong(
          ": expected %d examples, as of input '%s', but got %d", expected, first.name(), examples);
    }
    return examples;
  }

  private static Numbers texts(Model model, InputTensor tensor) {
    boolean column = tensor.shape().size() == 2;
    examples(model, tensor, column ? List.of(-1L, 1L) : List.of(-1L));
    var texts = tensor.content().texts(tensor, false);
    int width = Math.toIntExact(model.rawShape().elements());
    var values = new float[Math.multiplyExact(texts.size(), width)];
    for (int i = 0; i < texts.size(); i++) {
      try {
        System.arraycopy(model.encode(texts.get(i)), 0, values, i * width, width);
      } catch (TextException e) {
        throw tensor.wrong(", value %d: %s", i, e.getMessage());
      }
    }
    return Numbers.of(values);
  }

  private static Read pictures(Model model, List<InputTensor> tensors) {
    requireCount(tensors, ports(model));
    var tensor = byName(tensors, ports(model)).firstEntry().getValue();
    boolean column = tensor.shape().size() == 2;
    int examples = examples(model, tensor, column ? List.of(-1L, 1L) : List.of(-1L));
    var files = tensor.content().files(tensor);
    var pictures =
        IntStream.range(0, examples)
            .mapToObj(i -> new PictureFile("value " + i, files.get(i)))
            .toList();
    try {
      var values = model.examples(pictures);
      return new Read(List.of(values), pictures.stream().map(model::view).toList());
    } catch (PictureException e) {
      throw tensor.wrong(": %s", e.getMessage());
    }
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

  private static void requireKnown(
      List<InputTensor> tensors, List<String> names, List<String> otherwise) {
    var known = Set.copyOf(names);
    for (var tensor : tensors) {
      if (!known.contains(tensor.name())) {
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
  }

  /** {@return the tensors by name, in the order of {@code names}, of which each must be there} */
  private static SequencedMap<String, InputTensor> byName(
      List<InputTensor> tensors, List<String> names) {
    requireKnown(tensors, names, List.of());
    var sent = new HashMap<String, InputTensor>();
    for (var tensor : tensors) {
      if (sent.put(tensor.name(), tensor) != null) {
        throw new Refusal(
            400, "expected one input named '%s' but got two".formatted(tensor.name()));
      }
    }
    var byName = new LinkedHashMap<String, InputTensor>();
    for (var name : names) {
      if (!sent.containsKey(name)) {
        throw new Refusal(400, "expected an input named '%s' but there is none".formatted(name));
      }
      byName.put(name, sent.get(name));
    }
    return byName;
  }

  /** {@return names in quotes} */
  static String quoted(List<String> names, String between) {
    return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(between));
  }
}
