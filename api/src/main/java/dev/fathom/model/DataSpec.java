package dev.fathom.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Csv.Missing;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Table.Kind;
import dev.fathom.data.Windowing;
import dev.fathom.model.Fields.Parsed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The section {@code data} of a spec: which examples, and how their values become network input.
 *
 * <pre>{@code
 * {"dataset": "mnist", "scale": 0.00392156862745098, "mean": 0.1307, "deviation": 0.3081}
 * {"format": "idx", "images": "train-images-idx3-ubyte.gz", "labels": "train-labels-idx1-ubyte.gz"}
 * {"format": "csv", "train": "iris.csv", "target": "species"}
 * {"format": "csv", "dataset": "iris", "train": "train.csv", "test": "test.csv", "target": "species"}
 * {"format": "series", "train": "weather.csv", "target": "temp_max", "time": "date",
 *  "window": 28, "horizon": 7, "season": 365, "heldOut": 0.25}
 * }</pre>
 *
 * @param source where the examples are
 * @param input the column that the network gets
 * @param target the column that it learns to give
 * @param normalisation of the input, {@code (x * scale - mean) / deviation}
 * @param targetNormalisation of a target of numbers; answers are taken back to its units
 * @param fit whether means and deviations are still to be found, from the training part alone
 */
public record DataSpec(
    Source source,
    String input,
    String target,
    Normalisation normalisation,
    Normalisation targetNormalisation,
    boolean fit) {
  /** Data whose target stays as it is. */
  public DataSpec(Source source, String input, String target, Normalisation normalisation) {
    this(source, input, target, normalisation, Normalisation.NONE, false);
  }

  /** Where examples are. */
  public sealed interface Source {
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
     * CSV files, read as {@link dev.fathom.data.Csv} says. The input is one column, {@code
     * [features]}.
     *
     * @param dataset that has the files; empty for paths relative to the spec's folder
     * @param train rows to learn from
     * @param test rows to test the result on, with the same columns
     * @param features columns of numbers; empty for all but the target
     * @param kinds of columns; the others are found from the values
     * @param missing what becomes of missing values
     * @param missingWords what stands for one, beside nothing at all
     */
    record Csv(
        Optional<String> dataset,
        String train,
        Optional<String> test,
        List<String> features,
        Map<String, Kind> kinds,
        char separator,
        Missing missing,
        List<String> missingWords)
        implements Source {
      public Csv {
        features = List.copyOf(features);
        kinds = Map.copyOf(kinds);
        missingWords = List.copyOf(missingWords);
      }
    }

    /**
     * A time series in a CSV file, as {@link dev.fathom.data.Series} says. The input is {@code
     * [window, features]}, the target {@code [horizon]}. A validation split takes the last rows.
     *
     * @param file without features the target's own past is the only one
     * @param time the column of times; empty for none
     * @param heldOut the share of the rows, the last, that the result is tested on, in [0, 1)
     */
    record Series(Csv file, Optional<String> time, Windowing windowing, double heldOut)
        implements Source {}
  }

  private static final Map<String, Character> SEPARATORS =
      Map.of("comma", ',', "semicolon", ';', "tab", '\t');
  private static final Map<String, Missing> MISSING =
      Map.of(
          "refuse", Missing.REFUSE,
          "drop", Missing.DROP,
          "mean", Missing.MEAN,
          "previous", Missing.PREVIOUS);
  private static final Map<String, Kind> KINDS =
      Map.of(
          "number", Kind.NUMBER, "integer", Kind.INTEGER, "class", Kind.CLASS, "text", Kind.TEXT);

  private static final List<String> MOMENTS =
      List.of("mean", "deviation", "targetMean", "targetDeviation");
  private static final long MAX_ROWS = 1 << 24;

  /** {@return the name of the dataset that has the files; empty if they lie beside the spec} */
  public Optional<String> dataset() {
    return switch (source) {
      case Source.Named(String name) -> Optional.of(name);
      case Source.Idx _ -> Optional.empty();
      case Source.Csv csv -> csv.dataset();
      case Source.Series series -> series.file().dataset();
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
    boolean series = source instanceof Source.Series;
    boolean table = source instanceof Source.Csv || series;
    String input = f.text("input", series ? "window" : table ? "features" : "image");
    String target = f.text("target", table ? null : "label");
    boolean fit = table && fit(f, series);
    double scale = f.number("scale", 1.0, Range.POSITIVE);
    long axis = f.integer("axis", series ? 1L : 0L, 0);
    List<Double> mean = f.numbers("mean", List.of(0.0), Range.ANY);
    List<Double> deviation = f.numbers("deviation", List.of(1.0), Range.POSITIVE);
    if (mean.size() != deviation.size()) {
      throw new SpecException(
          f.at("deviation"),
          "expected as many numbers as \"mean\" has, %d, but got %d"
              .formatted(mean.size(), deviation.size()));
    }
    Normalisation normalisation = new Normalisation(scale, (int) axis, mean, deviation);
    Normalisation ofTarget =
        table
            ? Normalisation.of(
                1,
                f.number("targetMean", 0.0, Range.ANY),
                f.number("targetDeviation", 1.0, Range.POSITIVE))
            : Normalisation.NONE;
    f.end();
    return new Parsed<>(
        new DataSpec(source, input, target, normalisation, ofTarget, fit), f.expanded());
  }

  /** Reads whether means and deviations are found; then none may be given. */
  private static boolean fit(Fields f, boolean byDefault) {
    boolean given = MOMENTS.stream().anyMatch(f::has);
    boolean fit = f.flag("fit", byDefault && !given);
    if (fit && given) {
      throw new SpecException(f.at("fit"), "expected false beside one of " + MOMENTS);
    }
    return fit;
  }

  /** Writes what was found into the section of a spec. */
  static void fitted(ObjectNode data, Normalisation input, Normalisation target) {
    data.put("fit", false).put("axis", input.axis());
    input.mean().forEach(data.putArray("mean")::add);
    input.deviation().forEach(data.putArray("deviation")::add);
    data.put("targetMean", target.mean().getFirst());
    data.put("targetDeviation", target.deviation().getFirst());
  }

  /** Reads the keys that say which files make a dataset. */
  static Source files(Fields f) {
    Map<String, Function<Fields, Source>> formats =
        Map.of("idx", DataSpec::idx, "csv", DataSpec::csv, "series", DataSpec::series);
    return f.choice("format", null, formats).apply(f);
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

  private static Source.Csv csv(Fields f) {
    Optional<String> dataset = f.optionalText("dataset");
    dataset.ifPresent(_ -> Spec.name(f, "dataset"));
    return new Source.Csv(
        dataset,
        f.text("train", null),
        f.optionalText("test"),
        f.texts("features"),
        f.object("kinds", DataSpec::kinds),
        f.choice("separator", "comma", SEPARATORS),
        f.choice("missing", "refuse", MISSING),
        f.texts("missingWords"));
  }

  private static Source series(Fields f) {
    Source.Csv file = csv(f);
    if (file.test().isPresent()) {
      throw new SpecException(
          f.at("test"), "expected \"heldOut\", the share of the last rows, for a series");
    }
    if (file.missing() == Missing.DROP || file.missing() == Missing.MEAN) {
      throw new SpecException(
          f.at("missing"), "expected refuse or previous for a series, whose rows stay in step");
    }
    Windowing windowing =
        new Windowing(
            size(f, "window", null),
            size(f, "horizon", null),
            size(f, "stride", 1L),
            size(f, "season", 1L));
    return new Source.Series(
        file, f.optionalText("time"), windowing, f.number("heldOut", 0.0, Range.SHARE));
  }

  private static int size(Fields f, String name, Long byDefault) {
    long size = f.integer(name, byDefault, 1);
    if (size > MAX_ROWS) {
      throw new SpecException(
          f.at(name), "expected at most %d but got %d".formatted(MAX_ROWS, size));
    }
    return (int) size;
  }

  private static Parsed<Map<String, Kind>> kinds(JsonNode node, String pointer) {
    Fields f = Fields.of(node, pointer);
    Map<String, Kind> kinds = new HashMap<>();
    node.fieldNames().forEachRemaining(column -> kinds.put(column, f.choice(column, null, KINDS)));
    return new Parsed<>(kinds, f.expanded());
  }
}
