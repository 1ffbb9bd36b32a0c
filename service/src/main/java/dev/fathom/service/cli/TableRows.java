package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.data.Numbers;
import dev.fathom.data.Table;
import dev.fathom.model.JsonRows;
import dev.fathom.model.Model;
import dev.fathom.model.Rows;
import dev.fathom.spec.Spec;
import dev.fathom.spec.TableSpec;
import dev.fathom.text.Utf8;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows that a model of tables is asked: in a file as the training read its own, or in JSON as
 * {@link JsonRows} has them, one row without brackets too.
 *
 * @param inputs the raw values of each input of the model
 * @param count how many rows there are
 * @param notes what was filled, and categories that the training did not know
 */
record TableRows(List<Numbers> inputs, int count, List<String> notes) {

  /** {@return the rows; empty where the model takes none, or the input is written otherwise} */
  static Optional<TableRows> of(Model model, String input) throws IOException {
    if (!Rows.fit(model.preparation())) {
      return Optional.empty();
    }
    var text = input.strip();
    if (text.startsWith("[") || text.startsWith("{")) {
      return json(model, text);
    }
    var file = Path.of(input);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    return input.endsWith(".json") ? json(model, Utf8.read(file)) : Optional.of(file(model, file));
  }

  private static TableRows file(Model model, Path file) throws IOException {
    if (!(Spec.of(model).map(spec -> spec.data().source()).orElse(null) instanceof TableSpec of)) {
      throw new CommandException(
          "%s: '%s' did not learn from a table".formatted(file, model.name()));
    }
    Table table = of.rows(model.preparation().table(), file);
    return new TableRows(Rows.inputs(model.preparation(), table), table.size(), table.notes());
  }

  private static Optional<TableRows> json(Model model, String text) {
    JsonNode json = JsonExamples.parse(text);
    if (json.isObject() && json.has("inputs") || isFlat(model, json)) {
      return Optional.empty();
    }
    boolean one = json.isObject() || !JsonRows.fits(json);
    JsonNode all = one ? JsonNodeFactory.instance.arrayNode().add(json) : json;
    Rows rows = JsonRows.read(model.preparation(), all);
    List<Numbers> inputs = rows.inputs();
    return Optional.of(
        new TableRows(inputs, all.size(), notes(rows.unknown(), "not known to the training")));
  }

  /** {@return whether an array holds the raw values of an input, one behind the other} */
  private static boolean isFlat(Model model, JsonNode array) {
    for (var value : array) {
      if (!value.isNumber()) {
        return false;
      }
    }
    return array.isArray()
        && model.preparation().inputs().stream().allMatch(i -> i.encoding().get().isPlain());
  }

  private static List<String> notes(Map<String, Integer> counts, String what) {
    List<String> notes = new ArrayList<>();
    counts.forEach(
        (column, rows) ->
            notes.add(
                "'%s' is %s in %d row%s".formatted(column, what, rows, rows == 1 ? "" : "s")));
    return notes;
  }

  /** {@return some of the rows} */
  List<Numbers> part(int from, int to) {
    return inputs.stream()
        .map(
            numbers ->
                numbers.slice(from * (numbers.size() / count), to * (numbers.size() / count)))
        .toList();
  }
}
