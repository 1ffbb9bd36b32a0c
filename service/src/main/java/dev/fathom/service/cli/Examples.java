package dev.fathom.service.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.data.ArrayDataset;
import dev.fathom.data.Csv;
import dev.fathom.data.Idx;
import dev.fathom.data.Series;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Kind;
import dev.fathom.data.TextFiles;
import dev.fathom.model.Model;
import dev.fathom.spec.DataSpec;
import dev.fathom.spec.DataSpec.Source;
import dev.fathom.spec.SeriesSpec;
import dev.fathom.spec.Spec;
import dev.fathom.spec.TextSpec;
import dev.fathom.spec.TextSpec.Home;
import dev.fathom.task.Port;
import dev.fathom.text.TextException;
import dev.fathom.text.Utf8;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * The raw values of examples that a model is asked, one behind the other.
 *
 * @param model that is asked
 * @param first the first example of a file that is taken
 * @param count how many of a file; null for all, of IDX files for one
 */
record Examples(Model model, int first, Integer count) {

  /**
   * {@return those in a file, or in a JSON array on the command line, for each input of the model}
   * A model of several inputs takes a request of Open Inference.
   */
  List<float[]> inputs(String input) throws IOException {
    var ports = model.signature().inputs();
    if (ports.size() == 1) {
      return List.of(read(input));
    }
    var file = Path.of(input);
    if (!input.endsWith(".json") || !Files.isRegularFile(file)) {
      throw new CommandException(
          "'%s' has the inputs %s: expected a JSON file with a request of Open Inference"
              .formatted(model.name(), ports.stream().map(Port::name).toList()));
    }
    var request = tree(Utf8.read(file)).path("inputs");
    List<float[]> values = new ArrayList<>();
    for (var port : ports) {
      var data =
          StreamSupport.stream(request.spliterator(), false)
              .filter(tensor -> tensor.path("name").asText().equals(port.name()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new CommandException(
                          "%s: expected an input '%s' but there is none"
                              .formatted(file, port.name())))
              .path("data");
      values.add(numbers(data, Math.toIntExact(port.width())));
    }
    return values;
  }

  private DataSpec data() {
    return Spec.of(model).orElseThrow().data();
  }

  private float[] read(String input) throws IOException {
    if (input.strip().startsWith("[")) {
      return json(input);
    }
    var file = Path.of(input);
    if (!Files.isRegularFile(file)) {
      throw new CommandException(
          "there is no file " + input + (model.readsTexts() ? "; --text takes a text" : ""));
    }
    if (input.endsWith(".json")) {
      return json(Utf8.read(file));
    }
    if (model.readsTexts()) {
      return texts(part(read(file), input));
    }
    return input.endsWith(".csv") ? table(file) : idx(file);
  }

  /** {@return the examples of some texts} */
  float[] texts(List<String> texts) {
    if (!model.readsTexts()) {
      throw new CommandException(
          "'%s' takes no texts but %s of shape %s"
              .formatted(model.name(), model.signature().input().name(), model.rawShape()));
    }
    var values = new float[texts.size() * width()];
    for (int i = 0; i < texts.size(); i++) {
      try {
        System.arraycopy(model.encode(texts.get(i)), 0, values, i * width(), width());
      } catch (TextException e) {
        throw new CommandException("text %d: %s".formatted(first + i, e.getMessage()));
      }
    }
    return values;
  }

  /** Reads texts as the training did; a CSV file has them in a column of that name. */
  private List<String> read(Path file) throws IOException {
    var home = data().source() instanceof TextSpec text ? text.home() : new Home.Lines();
    if (file.toString().endsWith(".csv")) {
      var column = home instanceof Home.Csv csv ? csv.column() : TextFiles.TEXT;
      var separator = home instanceof Home.Csv csv ? csv.separator() : ',';
      return Csv.file(file).separator(separator).column(column, Kind.TEXT).read().texts(column);
    }
    var table = home instanceof Home.Folders ? TextFiles.whole(file) : TextFiles.lines(file);
    return table.texts(TextFiles.TEXT);
  }

  private float[] table(Path file) throws IOException {
    var spec = Spec.of(model);
    if (spec.isPresent() && spec.get().data().source() instanceof SeriesSpec source) {
      return lastWindow(ForecastCommand.read(model, file, Optional.empty()), source);
    }
    var features = model.preparation().inputs().getFirst().features();
    if (spec.isEmpty()
        || !(spec.get().data().source() instanceof Source.Csv csv)
        || features.isEmpty()) {
      throw new CommandException(
          "%s: '%s' did not learn from a table".formatted(file, model.name()));
    }
    var reader = Csv.file(file).separator(csv.separator());
    features.forEach(feature -> reader.column(feature, Kind.NUMBER));
    Table table = reader.read();
    var rows = part(rows(table.size()), file.toString());
    var values = new float[rows.size() * features.size()];
    for (int i = 0; i < features.size(); i++) {
      var column = table.numbers(features.get(i));
      for (int row = 0; row < rows.size(); row++) {
        values[row * features.size() + i] = column[rows.get(row)];
      }
    }
    return values;
  }

  /** {@return the last rows of a series, from which a model forecasts the next} */
  private float[] lastWindow(Series series, SeriesSpec source) {
    var values = new float[width()];
    series.window(series.size(), source.windowing().window(), values, 0);
    return values;
  }

  private static List<Integer> rows(int count) {
    List<Integer> rows = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      rows.add(row);
    }
    return rows;
  }

  private <T> List<T> part(List<T> all, String input) {
    int end = count == null ? all.size() : first + count;
    if (first < 0 || end <= first || end > all.size()) {
      throw new CommandException(
          "expected --first and --count within the %d examples of %s".formatted(all.size(), input));
    }
    return all.subList(first, end);
  }

  private float[] idx(Path file) throws IOException {
    var examples = ArrayDataset.named(file.toString()).idx("input", Idx.read(file)).build();
    var shape = examples.columns().getFirst().shape();
    if (shape.elements() != width()) {
      throw new CommandException(
          "%s: expected examples of %d values but got shape %s".formatted(file, width(), shape));
    }
    var one = new Examples(model, first, count == null ? Integer.valueOf(1) : count);
    var rows = one.part(rows(examples.size()), file.toString());
    var values = new float[rows.size() * width()];
    for (int i = 0; i < rows.size(); i++) {
      examples.read(0, rows.get(i), values, i * width());
    }
    return values;
  }

  /** Reads nested and flat arrays of numbers or texts, and requests of Open Inference. */
  private float[] json(String text) {
    var json = tree(text);
    var data = json.isArray() ? json : json.path("inputs").path(0).path("data");
    if (model.readsTexts() && data.path(0).isTextual()) {
      List<String> texts = new ArrayList<>();
      for (var item : data) {
        if (!item.isTextual()) {
          throw new CommandException("expected texts but got " + item);
        }
        texts.add(item.textValue());
      }
      return texts(texts);
    }
    return numbers(data, width());
  }

  private static JsonNode tree(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new CommandException("malformed JSON: " + e.getOriginalMessage());
    }
  }

  private static float[] numbers(JsonNode data, int width) {
    var values = new float[count(data)];
    fill(data, values, 0);
    if (values.length == 0 || values.length % width != 0) {
      throw new CommandException(
          "expected a multiple of %d numbers but got %d".formatted(width, values.length));
    }
    return values;
  }

  private static int count(JsonNode data) {
    int count = data.isArray() ? 0 : 1;
    for (var part : data) {
      count += count(part);
    }
    return data.isMissingNode() ? 0 : count;
  }

  private static int fill(JsonNode data, float[] values, int at) {
    if (data.isArray()) {
      for (var part : data) {
        at = fill(part, values, at);
      }
      return at;
    }
    if (!data.isNumber()) {
      throw new CommandException("expected numbers but got " + data);
    }
    values[at] = data.floatValue();
    if (!Float.isFinite(values[at])) {
      throw new CommandException("expected numbers that f32 holds but got " + data);
    }
    return at + 1;
  }

  private int width() {
    return Math.toIntExact(model.rawShape().elements());
  }
}
