package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Table.Kind;
import dev.fathom.data.Tokens;
import dev.fathom.encode.DatePart;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.Range;
import dev.fathom.json.SpecException;
import dev.fathom.table.Cells;
import dev.fathom.table.Dialect;
import dev.fathom.table.Missing;
import dev.fathom.table.TableFile;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * The section {@code data} of a spec: which examples, and how their values become network input.
 *
 * <pre>{@code
 * {"dataset": "mnist", "scale": 0.00392156862745098, "mean": 0.1307, "deviation": 0.3081}
 * {"format": "idx", "images": "train-images-idx3-ubyte.gz", "labels": "train-labels-idx1-ubyte.gz"}
 * {"format": "csv", "train": "iris.csv", "target": "species"}
 * {"format": "csv", "dataset": "iris", "train": "train.csv", "test": "test.csv", "target": "species"}
 * {"format": "jsonl", "train": "iris.jsonl.gz", "target": "species"}
 * }</pre>
 *
 * <p>{@link TextSpec} shows those of texts, {@link SeriesSpec} those of time series.
 *
 * @param source where the examples are
 * @param input the column that the network gets
 * @param target the column that it learns to give
 * @param normalisation of the input, {@code (x * scale - mean) / deviation}
 * @param targetNormalisation of a target of numbers; answers are taken back to its units
 * @param testShare the share of a table's rows that the result is tested on; 0 where a file has
 *     them
 * @param weight the column that says how much each example counts; empty if all count the same
 * @param fit whether means and deviations are still to be found, from the training part alone
 * @param dates what becomes of dates of a table, by column; seconds since 1970 where nothing is
 *     said
 */
public record DataSpec(
    Source source,
    String input,
    String target,
    Normalisation normalisation,
    Normalisation targetNormalisation,
    double testShare,
    Optional<String> weight,
    boolean fit,
    Map<String, List<DatePart>> dates) {
  /** Where examples are. */
  public sealed interface Source
      permits Source.Named, Source.Idx, Source.Csv, TextSpec, SeriesSpec {
    /**
     * A dataset that the caller knows by name.
     *
     * @param name {@code [a-z0-9][a-z0-9._-]{0,62}}
     */
    record Named(String name) implements Source {}

    /**
     * Files in the IDX format, paths relative to the spec's folder; with columns {@code image} and
     * {@code label}.
     *
     * @param images {@code [examples, ...]}
     * @param labels {@code [examples]}, class numbers
     * @param test images and labels to test the result on
     * @param classes the names of the classes; empty for numbers
     */
    record Idx(String images, String labels, Optional<Pair> test, List<String> classes)
        implements Source {
      /** Images and their labels. */
      public record Pair(String images, String labels) {}

      public Idx {
        classes = List.copyOf(classes);
      }
    }

    /**
     * Files of a table, read as {@link dev.fathom.table.TableFile} says. The input is one column,
     * {@code [features]}.
     *
     * @param dataset that has the files; empty for paths relative to the spec's folder
     * @param format of files whose names tell none
     * @param train rows to learn from
     * @param test rows to test the result on, with the same columns
     * @param features columns of numbers; empty for all but the target
     * @param dialect of CSV files
     * @param cells how values are written, in columns of which nothing else is said
     * @param columns how the values of a column are written, where more is said
     */
    record Csv(
        Optional<String> dataset,
        String format,
        String train,
        Optional<String> test,
        List<String> features,
        Dialect dialect,
        Cells cells,
        Map<String, Cells> columns)
        implements Source {
      public Csv {
        features = List.copyOf(features);
        columns = Map.copyOf(columns);
      }

      /** {@return the kinds of columns that are declared; the others are found from the values} */
      public Map<String, Kind> kinds() {
        return columns.entrySet().stream()
            .filter(column -> column.getValue().kind().isPresent())
            .collect(Collectors.toMap(Map.Entry::getKey, column -> column.getValue().kind().get()));
      }

      /** {@return the treatment of missing values in columns of which nothing else is said} */
      public Missing missing() {
        return cells.missing();
      }
    }
  }

  private static final Map<String, Reader<Source>> FORMATS = formats();

  private static final Fields.Pattern COLUMN = new Fields.Pattern("(?s).+", "the name of a column");

  private static Map<String, Reader<Source>> formats() {
    Map<String, Reader<Source>> formats = new HashMap<>();
    formats.put("idx", DataSpec::idx);
    formats.put("series", SeriesSpec::parse);
    for (String home : List.of("folders", "lines", "text")) {
      formats.put(home, f -> TextSpec.parse(f, home));
    }
    for (String table : TableFile.formats()) {
      formats.put(table, f -> f.has("text") ? TextSpec.parse(f, table) : TableSpec.parse(f, table));
    }
    return Map.copyOf(formats);
  }

  private static final List<String> MOMENTS =
      List.of("mean", "deviation", "targetMean", "targetDeviation");

  /** {@return the name of the dataset that has the files; empty if they lie beside the spec} */
  public Optional<String> dataset() {
    return switch (source) {
      case Source.Named(String name) -> Optional.of(name);
      case Source.Idx _ -> Optional.empty();
      case Source.Csv csv -> csv.dataset();
      case TextSpec text -> text.dataset();
      case SeriesSpec series -> series.file().dataset();
    };
  }

  static Parsed<DataSpec> parse(JsonNode node, String pointer) {
    Fields f = Fields.of(node, pointer);
    Source source;
    if (f.has("format")) {
      source = files(f);
    } else if (f.has("dataset")) {
      source = new Source.Named(Spec.name(f, "dataset"));
    } else {
      throw new SpecException(
          pointer, "expected \"dataset\" with the name of a dataset, or \"format\" and files");
    }
    String input = f.text("input", input(source));
    String target =
        switch (source) {
          case Source.Named _, Source.Idx _ -> f.text("target", "label");
          case Source.Csv _, SeriesSpec _ -> f.text("target", null);
          case TextSpec text -> TextSpec.target(f, text.home());
        };
    if (source instanceof Source.Csv csv) {
      TableSpec.checkTarget(f, csv, target);
    }
    double scale = f.number("scale", 1.0, Range.POSITIVE);
    long axis = f.integer("axis", source instanceof SeriesSpec ? 1L : 0L, 0);
    boolean fit = fit(f, source);
    Normalisation normalisation =
        fit
            ? new Normalisation(scale, (int) axis, List.of(0.0), List.of(1.0))
            : InputSpec.given(f, scale, axis);
    Normalisation ofTarget =
        fit || !isTable(source)
            ? Normalisation.NONE
            : Normalisation.of(
                1,
                f.number("targetMean", 0.0, Range.ANY),
                f.number("targetDeviation", 1.0, Range.POSITIVE));
    SequencedMap<String, List<DatePart>> dates =
        source instanceof Source.Csv
            ? f.optionalObject("dates", DataSpec::dates).orElse(new LinkedHashMap<>())
            : new LinkedHashMap<>();
    Optional<String> weight = weight(f, source, target);
    double testShare = hasTestShare(f, source) ? f.number("test", null, Range.INSIDE) : 0;
    f.end();
    return new Parsed<>(
        new DataSpec(source, input, target, normalisation, ofTarget, testShare, weight, fit, dates),
        f.expanded());
  }

  /** Reads {@code {"seen": ["year", "monthCircle"]}}. */
  private static Parsed<SequencedMap<String, List<DatePart>>> dates(JsonNode node, String pointer) {
    return Fields.named(
        node,
        pointer,
        "column",
        COLUMN,
        (_, value, at) ->
            Fields.read(
                value,
                at,
                "parts",
                f -> f.choiceOrChoices("parts", "one part of a date or more", DatePart.BY_LABEL)));
  }

  /** {@return whether a part of the table is tested on, instead of a file} */
  private static boolean hasTestShare(Fields f, Source source) {
    return source instanceof Source.Csv && f.has("test") && !f.isText("test");
  }

  private static Optional<String> weight(Fields f, Source source, String target) {
    boolean hasRows =
        switch (source) {
          case Source.Csv _, Source.Named _ -> true;
          case TextSpec text -> text.home() instanceof TextSpec.Home.Csv && !text.windows();
          case Source.Idx _, SeriesSpec _ -> false;
        };
    if (!hasRows) {
      return Optional.empty();
    }
    Optional<String> weight = f.optionalText("weight");
    if (weight.isPresent() && weight.get().equals(target)) {
      throw new SpecException(
          f.at("weight"), "expected another column than the target '%s'".formatted(target));
    }
    return weight;
  }

  private static boolean isTable(Source source) {
    return source instanceof Source.Csv || source instanceof SeriesSpec;
  }

  /** Reads whether means and deviations are to be found; then none may be given. */
  private static boolean fit(Fields f, Source source) {
    if (!isTable(source)) {
      return false;
    }
    List<String> given = f.given(MOMENTS);
    boolean fit = f.flag("fit", source instanceof SeriesSpec && given.isEmpty());
    if (fit && !given.isEmpty()) {
      throw new SpecException(f.at("fit"), "expected false beside " + String.join(", ", given));
    }
    return fit;
  }

  /** Writes what was found into the section of a spec. */
  static void fitted(ObjectNode data, Normalisation input, Normalisation target) {
    data.put("fit", false);
    InputSpec.write(data, input);
    data.put("targetMean", target.mean().getFirst());
    data.put("targetDeviation", target.deviation().getFirst());
  }

  private static String input(Source source) {
    return switch (source) {
      case Source.Named _, Source.Idx _ -> "image";
      case Source.Csv _ -> "features";
      case TextSpec _ -> Tokens.TOKENS;
      case SeriesSpec _ -> SeriesSpec.WINDOW;
    };
  }

  /** Reads the keys that say which files make a dataset. */
  static Source files(Fields f) {
    return f.choice("format", null, FORMATS).read(f);
  }

  private static Source idx(Fields f) {
    String images = f.text("images", null);
    String labels = f.text("labels", null);
    Optional<String> testImages = f.optionalText("testImages");
    Optional<String> testLabels = f.optionalText("testLabels");
    if (testImages.isPresent() != testLabels.isPresent()) {
      throw new SpecException(f.pointer(), "expected testImages and testLabels, or neither");
    }
    List<String> classes = f.texts("classes");
    return new Source.Idx(
        images, labels, testImages.map(i -> new Source.Idx.Pair(i, testLabels.get())), classes);
  }
}
