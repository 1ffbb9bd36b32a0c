package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Tokens.Longer;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.Range;
import dev.fathom.json.SpecException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An input of a network in a spec: which column of the data it gets, and how its numbers are
 * normalised.
 *
 * @param name in the network
 * @param column of the dataset; of a table the name that its columns get together
 * @param columns of a table that it is made of, in order; empty for those that {@code data} names
 * @param normalisation {@code (x * scale - mean) / deviation}
 * @param text how its column of texts becomes tokens; empty for other columns
 */
public record InputSpec(
    String name,
    String column,
    List<String> columns,
    Normalisation normalisation,
    Optional<Text> text) {
  /**
   * How a column of texts becomes an input, {@code [length]}, as {@link TextSpec} says.
   *
   * @param tokenizer of the texts
   * @param length how many tokens an example has
   * @param longer the treatment of longer texts
   */
  public record Text(TextSpec.Cutter tokenizer, int length, Longer longer) {}

  public InputSpec {
    columns = List.copyOf(columns);
  }

  /** An input that is no text. */
  public InputSpec(String name, String column, List<String> columns, Normalisation normalisation) {
    this(name, column, columns, normalisation, Optional.empty());
  }

  /**
   * Reads one of several inputs: the name of a column, a list of columns of a table, or {@code
   * {"columns": [...], "scale": 1, "axis": 0, "mean": 0, "deviation": 1}}; or a column of texts,
   * {@code {"text": "title", "tokenizer": {"type": "bytes"}, "length": 64}}.
   */
  static Parsed<InputSpec> parse(String name, JsonNode node, String pointer) {
    return Fields.read(
        node,
        pointer,
        "columns",
        f -> {
          if (f.has("text")) {
            return text(name, f);
          }
          List<String> columns =
              f.onceEach("columns", f.textOrTexts("columns", "one column or more"));
          // One column is found by its own name, several are put together under the input's.
          String column = columns.size() == 1 ? columns.getFirst() : name;
          return new InputSpec(name, column, columns, normalisation(f, 0));
        });
  }

  private static InputSpec text(String name, Fields f) {
    String column = f.text("text", null);
    TextSpec.Cutter tokenizer = f.required("tokenizer", TextSpec::tokenizer);
    int length = (int) f.integer("length", null, 1, TextSpec.MOST);
    Longer longer =
        f.choice("longer", "refuse", Map.of("refuse", Longer.REFUSE, "cut", Longer.CUT));
    return new InputSpec(
        name,
        name,
        List.of(column),
        Normalisation.NONE,
        Optional.of(new Text(tokenizer, length, longer)));
  }

  static Normalisation normalisation(Fields f, long byDefaultAxis) {
    double scale = f.number("scale", 1.0, Range.POSITIVE);
    long axis = f.integer("axis", byDefaultAxis, 0);
    return given(f, scale, axis);
  }

  static Normalisation given(Fields f, double scale, long axis) {
    List<Double> mean = f.numbers("mean", List.of(0.0), Range.ANY);
    List<Double> deviation = f.numbers("deviation", List.of(1.0), Range.POSITIVE);
    if (mean.size() != deviation.size()) {
      throw new SpecException(
          f.at("deviation"),
          "expected as many numbers as \"mean\" has, %d, but got %d"
              .formatted(mean.size(), deviation.size()));
    }
    return new Normalisation(scale, (int) axis, mean, deviation);
  }

  /** Writes means and deviations that were found. */
  static void write(ObjectNode json, Normalisation normalisation) {
    json.put("axis", normalisation.axis());
    normalisation.mean().forEach(json.putArray("mean")::add);
    normalisation.deviation().forEach(json.putArray("deviation")::add);
  }
}
