package dev.fathom.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.data.Normalisation;
import dev.fathom.model.Fields.Parsed;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The section {@code data} of a spec: which examples, and how their values become network input.
 *
 * <pre>{@code
 * {"dataset": "mnist", "scale": 0.00392156862745098, "mean": 0.1307, "deviation": 0.3081}
 * {"format": "idx", "images": "train-images-idx3-ubyte.gz", "labels": "train-labels-idx1-ubyte.gz"}
 * }</pre>
 *
 * @param source where the examples are
 * @param input the column that the network gets
 * @param target the column that it learns to give
 * @param normalisation of the input, {@code (x * scale - mean) / deviation}
 */
public record DataSpec(Source source, String input, String target, Normalisation normalisation) {
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
  }

  static Parsed<DataSpec> parse(JsonNode node, String pointer) {
    Fields f = Fields.of(node, pointer);
    Source source;
    if (f.has("dataset")) {
      source = new Source.Named(Spec.name(f, "dataset"));
    } else if (f.has("format")) {
      source = files(f);
    } else {
      throw new SpecException(
          pointer, "expected \"dataset\" with the name of a dataset, or \"format\" and files");
    }
    String input = f.text("input", "image");
    String target = f.text("target", "label");
    double scale = f.number("scale", 1.0, Range.POSITIVE);
    long axis = f.integer("axis", 0L, 0);
    List<Double> mean = f.numbers("mean", 0.0, Range.ANY);
    List<Double> deviation = f.numbers("deviation", 1.0, Range.POSITIVE);
    if (mean.size() != deviation.size()) {
      throw new SpecException(
          f.at("deviation"),
          "expected as many numbers as \"mean\" has, %d, but got %d"
              .formatted(mean.size(), deviation.size()));
    }
    f.end();
    Normalisation normalisation = new Normalisation(scale, (int) axis, mean, deviation);
    return new Parsed<>(new DataSpec(source, input, target, normalisation), f.expanded());
  }

  /** Reads the keys that say which files make a dataset. */
  static Source.Idx files(Fields f) {
    f.choice("format", null, Map.of("idx", true));
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
