package dev.fathom.service.cli;

import dev.fathom.data.ArrayDataset;
import dev.fathom.data.Idx;
import dev.fathom.data.Numbers;
import dev.fathom.data.Series;
import dev.fathom.data.Table.Kind;
import dev.fathom.data.TextFiles;
import dev.fathom.model.Model;
import dev.fathom.model.Preparation;
import dev.fathom.spec.DataSpec;
import dev.fathom.spec.SeriesSpec;
import dev.fathom.spec.Spec;
import dev.fathom.spec.TextSpec;
import dev.fathom.spec.TextSpec.Home;
import dev.fathom.spi.Shape;
import dev.fathom.table.TableFile;
import dev.fathom.text.TextException;
import dev.fathom.text.Utf8;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The raw values of examples that a model is asked, one behind the other.
 *
 * @param model that is asked
 * @param first the first example of a file that is taken
 * @param count how many of a file; null for all, of IDX files for one
 * @param notes what the user should know of them, once they are read
 */
record Examples(Model model, int first, Integer count, List<String> notes) {

  Examples(Model model, int first, Integer count) {
    this(model, first, count, new ArrayList<>());
  }

  /**
   * {@return those in a file, or in a JSON array on the command line, for each input of the model}
   * A model of several inputs takes a request of Open Inference.
   */
  List<Numbers> inputs(String input) throws IOException {
    var table = TableRows.of(model, input);
    if (table.isPresent()) {
      notes.addAll(table.get().notes());
      var rows = part(rows(table.get().count()), input);
      return table.get().part(rows.getFirst(), rows.getLast() + 1);
    }
    var all = model.preparation().inputs();
    if (all.size() == 1) {
      return List.of(read(input));
    }
    var file = Path.of(input);
    if (!input.endsWith(".json") || !Files.isRegularFile(file)) {
      throw new CommandException(
          "'%s' has the inputs %s: expected a JSON file with a request of Open Inference"
              .formatted(model.name(), all.stream().map(Preparation.Input::name).toList()));
    }
    return JsonExamples.read(JsonExamples.parse(Utf8.read(file)), all).stream()
        .map(Numbers::of)
        .toList();
  }

  private DataSpec data() {
    return Spec.of(model).orElseThrow().data();
  }

  private Numbers read(String input) throws IOException {
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
    return TableFile.isNamed(file) ? table(file) : idx(file);
  }

  /** {@return the examples of some texts} */
  Numbers texts(List<String> texts) {
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
    return Numbers.of(values);
  }

  /** Reads texts as the training did; a CSV file has them in a column of that name. */
  private List<String> read(Path file) throws IOException {
    var home = data().source() instanceof TextSpec text ? text.home() : new Home.Lines();
    if (TableFile.isNamed(file)) {
      var column = home instanceof Home.Csv csv ? csv.column() : TextFiles.TEXT;
      var reader = TableFile.of(file).column(column, Kind.TEXT).only(List.of(column));
      if (home instanceof Home.Csv csv) {
        reader.dialect(csv.dialect());
      }
      return reader.read().texts(column);
    }
    var table = home instanceof Home.Folders ? TextFiles.whole(file) : TextFiles.lines(file);
    return table.texts(TextFiles.TEXT);
  }

  private Numbers table(Path file) throws IOException {
    var spec = Spec.of(model);
    if (spec.isPresent() && spec.get().data().source() instanceof SeriesSpec source) {
      return lastWindow(ForecastCommand.read(model, file, Optional.empty()), source);
    }
    throw new CommandException("%s: '%s' did not learn from a table".formatted(file, model.name()));
  }

  /** {@return the last rows of a series, from which a model forecasts the next} */
  private Numbers lastWindow(Series series, SeriesSpec source) {
    var values = new double[width()];
    series.window(series.size(), source.windowing().window(), values, 0);
    return Numbers.of(values);
  }

  private static List<Integer> rows(int count) {
    List<Integer> rows = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      rows.add(row);
    }
    return rows;
  }

  private <T> List<T> part(List<T> all, String input) {
    if (all.isEmpty()) {
      throw new CommandException("expected an example or more but %s has none".formatted(input));
    }
    int end = count == null ? all.size() : first + count;
    if (first < 0 || end <= first || end > all.size()) {
      throw new CommandException(
          "expected --first and --count within the %d examples of %s".formatted(all.size(), input));
    }
    return all.subList(first, end);
  }

  private Numbers idx(Path file) throws IOException {
    var examples = ArrayDataset.named(file.toString()).idx("input", Idx.read(file)).build();
    var shape = examples.columns().getFirst().shape();
    if (!sizes(shape).equals(sizes(model.rawShape()))) {
      throw new CommandException(
          "%s: expected examples of shape %s but got %s".formatted(file, model.rawShape(), shape));
    }
    var one = new Examples(model, first, count == null ? Integer.valueOf(1) : count);
    var rows = one.part(rows(examples.size()), file.toString());
    var values = new float[rows.size() * width()];
    for (int i = 0; i < rows.size(); i++) {
      examples.read(0, rows.get(i), values, i * width());
    }
    return Numbers.of(values);
  }

  /** Reads arrays of numbers or texts, and requests of Open Inference. */
  private Numbers json(String text) {
    var json = JsonExamples.parse(text);
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
    var inputs = model.preparation().inputs();
    return Numbers.of(
        json.isArray()
            ? new JsonExamples(inputs.getFirst()).read(json)
            : JsonExamples.read(json, inputs).getFirst());
  }

  /** {@return the sizes of a shape that are not one: a grey picture may have a channel or none} */
  private static List<Long> sizes(Shape shape) {
    return Arrays.stream(shape.toArray()).filter(size -> size != 1).boxed().toList();
  }

  private int width() {
    return Math.toIntExact(model.rawShape().elements());
  }
}
