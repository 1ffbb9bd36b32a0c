package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Normalisation;
import dev.fathom.encode.DatePart;
import dev.fathom.image.Augmentation;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.Range;
import dev.fathom.json.SpecException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

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
 * <p>{@link TextSpec} shows those of texts, {@link SeriesSpec} those of time series. A {@link
 * Source} says what its format means.
 *
 * @param source where the examples are
 * @param input the column that the network gets
 * @param target the column that it learns to give
 * @param normalisation of the input, {@code (x * scale - mean) / deviation}
 * @param targetNormalisation of a target of numbers; answers are taken back to its units
 * @param testShare the share of the rows of a table, or of texts, that the result is tested on; 0
 *     where a file has them
 * @param weight the column that says how much each example counts; empty if all count the same
 * @param fit whether means and deviations are still to be found, from the training part alone
 * @param dates what becomes of dates of a table, by column; seconds since 1970 where nothing is
 *     said
 * @param augment how pictures are changed while they are learned from
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
    Map<String, List<DatePart>> dates,
    List<Augmentation> augment) {
  private static final Fields.Pattern COLUMN = new Fields.Pattern("(?s).+", "the name of a column");

  private static final List<String> MOMENTS =
      List.of("mean", "deviation", "targetMean", "targetDeviation");

  /** {@return the name of the dataset that has the files; empty if they lie beside the spec} */
  public Optional<String> dataset() {
    return source.dataset();
  }

  static Parsed<DataSpec> parse(JsonNode node, String pointer) {
    Fields f = Fields.of(node, pointer);
    Source source;
    if (f.has("format")) {
      source = files(f);
    } else if (f.has("dataset")) {
      source = new NamedSpec(Spec.name(f, "dataset"));
    } else {
      throw new SpecException(
          pointer, "expected \"dataset\" with the name of a dataset, or \"format\" and files");
    }
    String input = f.text("input", source.input());
    String target = source.target(f);
    double scale = f.number("scale", source.scale(), Range.POSITIVE);
    long axis = f.integer("axis", source.axis(), 0);
    boolean fit = fit(f, source);
    Normalisation normalisation =
        fit
            ? new Normalisation(scale, (int) axis, List.of(0.0), List.of(1.0))
            : InputSpec.given(f, scale, axis);
    Normalisation ofTarget =
        fit || !source.hasUnits()
            ? Normalisation.NONE
            : Normalisation.of(
                1,
                f.number("targetMean", 0.0, Range.ANY),
                f.number("targetDeviation", 1.0, Range.POSITIVE));
    SequencedMap<String, List<DatePart>> dates =
        source.hasColumns()
            ? f.optionalObject("dates", DataSpec::dates).orElse(new LinkedHashMap<>())
            : new LinkedHashMap<>();
    Optional<String> weight = weight(f, source, target);
    double testShare = hasTestShare(f, source) ? f.number("test", null, Range.INSIDE) : 0;
    List<Augmentation> augment =
        source.hasPictures()
            ? f.list(
                "augment", source.hasPlaces() ? AugmentationTypes::moving : AugmentationTypes::list)
            : List.of();
    f.end();
    return new Parsed<>(
        new DataSpec(
            source, input, target, normalisation, ofTarget, testShare, weight, fit, dates, augment),
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

  /** {@return whether a part of the examples is tested on, instead of a file} */
  private static boolean hasTestShare(Fields f, Source source) {
    return source.hasTestShare() && f.has("test") && !f.isText("test");
  }

  private static Optional<String> weight(Fields f, Source source, String target) {
    if (!source.hasWeights()) {
      return Optional.empty();
    }
    Optional<String> weight = f.optionalText("weight");
    if (weight.isPresent() && weight.get().equals(target)) {
      throw new SpecException(
          f.at("weight"), "expected another column than the target '%s'".formatted(target));
    }
    return weight;
  }

  /** Reads whether means and deviations are to be found; then none may be given. */
  private static boolean fit(Fields f, Source source) {
    if (!source.hasUnits()) {
      return false;
    }
    List<String> given = f.given(MOMENTS);
    boolean fit = f.flag("fit", source.fits() && given.isEmpty());
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

  /** Reads the keys that say which files make a dataset. */
  static Source files(Fields f) {
    return f.choice("format", null, SourceTypes.all()).read(f);
  }
}
