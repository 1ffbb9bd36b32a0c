package dev.fathom.train;

import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.Split;
import dev.fathom.json.Fields;
import dev.fathom.json.Nearest;
import dev.fathom.json.SpecException;
import dev.fathom.spec.ClassWeights;
import dev.fathom.spec.RowChecks;
import dev.fathom.spec.Spec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How much each example counts in a mean loss: its weight in the data times, while it is learned,
 * that of its class. Both become one column, {@value #COLUMN}.
 */
final class Weighting {
  /** The column of the weights; no name that files have. */
  static final String COLUMN = "(weight)";

  /** More classes than these are not told one by one. */
  private static final int FEW = 12;

  private final Spec spec;
  private final Optional<Column> target;
  private final Set<String> notes = new LinkedHashSet<>();

  Weighting(Spec spec, Optional<Column> target) {
    this.spec = spec;
    this.target = target;
    if (spec.training().classWeights().isPresent()
        && !(spec.task().isClass() && target.map(Column::isClass).orElse(false))) {
      throw new SpecException(
          "/training/classWeights",
          "expected a target of one class for each example but '%s' is none"
              .formatted(spec.data().target()));
    }
  }

  /**
   * {@return what a user should know of the weights, each a sentence; known once all were given}
   */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** {@return whether examples count differently} */
  boolean isNeeded() {
    return spec.data().weight().isPresent() || spec.training().classWeights().isPresent();
  }

  /**
   * {@return the examples that count: those of a weight above 0}
   *
   * @throws SpecException if there is none, or a weight is negative
   */
  Dataset counting(Dataset examples) {
    if (spec.data().weight().isEmpty()) {
      return examples;
    }
    float[] weights = given(examples);
    RowChecks.weights(examples.name(), weights);
    int[] rows = IntStream.range(0, weights.length).filter(row -> weights[row] > 0).toArray();
    if (rows.length < weights.length) {
      notes.add(
          "%d examples of '%s' have weight 0 and are left out"
              .formatted(weights.length - rows.length, examples.name()));
    }
    return rows.length == weights.length ? examples : examples.select(examples.name(), rows);
  }

  /** {@return the same split with weights} */
  Split weighted(Split split) {
    float[] weights = given(split.train());
    if (spec.training().classWeights().isPresent()) {
      float[] ofClass = ofClasses(spec.training().classWeights().get(), split.train());
      int column = split.train().column(spec.data().target());
      int[] number = new int[1];
      for (int row = 0; row < weights.length; row++) {
        split.train().read(column, row, number, 0);
        weights[row] *= ofClass[number[0]];
        if (!(weights[row] > 0 && weights[row] < Float.POSITIVE_INFINITY)) {
          throw new SpecException(
              "/training/classWeights",
              "expected weights whose product with those of examples is in the range of f32 but got %s"
                  .formatted(weights[row]));
        }
      }
    }
    return new Split(split.train().with(COLUMN, weights), measured(split.validation()));
  }

  /** {@return examples to measure on, with weights: those of classes do not count} */
  Dataset measured(Dataset examples) {
    return examples.with(COLUMN, given(examples));
  }

  /** {@return the weights in the data; ones where it has no column of weights} */
  private float[] given(Dataset examples) {
    float[] weights = new float[examples.size()];
    Optional<String> name = spec.data().weight();
    boolean known =
        name.isPresent()
            && examples.columns().stream().anyMatch(column -> column.name().equals(name.get()));
    if (!known) {
      name.ifPresent(
          column ->
              notes.add(
                  "'%s' has no column '%s': each of its examples counts once"
                      .formatted(examples.name(), column)));
      Arrays.fill(weights, 1);
      return weights;
    }
    int column = examples.column(name.get());
    if (examples.columns().get(column).shape().elements() != 1) {
      throw new SpecException(
          "/data/weight",
          "expected a column of one number for each example but '%s' has %s"
              .formatted(name.get(), examples.columns().get(column).shape()));
    }
    for (int row = 0; row < weights.length; row++) {
      examples.read(column, row, weights, row);
    }
    return weights;
  }

  private float[] ofClasses(ClassWeights given, Dataset learned) {
    List<String> labels = target.orElseThrow().labels();
    float[] weights = new float[labels.size()];
    switch (given) {
      case ClassWeights.Balanced() -> {
        int[] counts = SplitChecks.count(learned, target.orElseThrow());
        long classes = Arrays.stream(counts).filter(count -> count > 0).count();
        for (int i = 0; i < weights.length; i++) {
          weights[i] =
              counts[i] == 0 ? 1 : (float) ((double) learned.size() / (classes * counts[i]));
        }
      }
      case ClassWeights.Given(Map<String, Double> byLabel) -> {
        Arrays.fill(weights, 1);
        byLabel.forEach(
            (label, weight) -> {
              if (!labels.contains(label)) {
                throw new SpecException(
                    Fields.at("/training/classWeights", label),
                    "expected one of the classes %s but got '%s'%s"
                        .formatted(String.join(", ", labels), label, Nearest.hint(label, labels)));
              }
              weights[labels.indexOf(label)] = weight.floatValue();
            });
      }
    }
    tell(weights);
    return weights;
  }

  private void tell(float[] weights) {
    List<String> each = new ArrayList<>();
    for (int i = 0; i < Math.min(FEW, weights.length); i++) {
      each.add(
          String.format(Locale.ROOT, "%s %.4g", target.orElseThrow().labels().get(i), weights[i]));
    }
    String rest = weights.length > FEW ? " and %d more".formatted(weights.length - FEW) : "";
    notes.add("weights of classes: " + String.join(", ", each) + rest);
  }
}
