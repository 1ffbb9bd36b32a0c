package dev.fathom.metric;

import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A figure of each class, from how often it was taken for which: {@code f1.CLASS}. The figure of
 * the metric's own name is their mean, in which a class counts as much as another (macro average).
 * As scikit-learn has it, a class that is neither there nor taken is left out, and a share of
 * nothing is 0. With several labels an example, each label is a question of its own, and a logit
 * above 0 says yes.
 *
 * @param kind which figure
 * @param target with the names of the classes
 */
public record ClassReport(Kind kind, Target target) implements Metric {
  /** A figure of a class (van Rijsbergen, "Information Retrieval", 1979). */
  public enum Kind {
    /** The share of the examples predicted as the class that belong to it. */
    PRECISION,
    /** The share of the class's examples that were predicted as it. */
    RECALL,
    /** The harmonic mean of precision and recall. */
    F1,
    /** No figure, but the table of how often each class was taken for each. */
    CONFUSION;

    /** {@return the name of the metric} */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public String name() {
    return kind.label();
  }

  @Override
  public Direction direction() {
    return Direction.HIGHER;
  }

  @Override
  public List<Tensor> observe(Observation batch) {
    if (target.several()) {
      Tensor yes = Tensor.zeros(DType.F32).less(batch.output()).cast(DType.F32);
      return List.of(batch.target(), yes);
    }
    Tensor logits = Labels.single(name(), batch);
    return List.of(batch.target().cast(DType.F32), logits.argMax(-1).cast(DType.F32));
  }

  @Override
  public Accumulator accumulator() {
    return target.several() ? new LabelCounts() : new ClassCounts();
  }

  /** NaN for a class that is neither there nor taken. */
  private double figure(ConfusionMatrix matrix, int label) {
    double f1 = matrix.f1(label);
    double share =
        switch (kind) {
          case PRECISION -> matrix.precision(label);
          case RECALL -> matrix.recall(label);
          case F1, CONFUSION -> f1;
        };
    return Double.isNaN(share) && !Double.isNaN(f1) ? 0 : share;
  }

  /** The mean of all, and each by its name; NaN where there is nothing to count. */
  private SequencedMap<String, Double> figures(List<Double> values) {
    SequencedMap<String, Double> figures = new LinkedHashMap<>();
    if (kind == Kind.CONFUSION) {
      return figures;
    }
    figures.put(
        name(),
        values.stream().filter(v -> !v.isNaN()).mapToDouble(v -> v).average().orElse(Double.NaN));
    for (int i = 0; i < values.size(); i++) {
      if (!values.get(i).isNaN()) {
        figures.put(name() + "." + target.label(i), values.get(i));
      }
    }
    return figures;
  }

  /** One class an example. */
  private final class ClassCounts implements Accumulator {
    private final ConfusionMatrix matrix = new ConfusionMatrix(Math.max(1, target.labels().size()));

    @Override
    public void add(List<float[]> observed, int examples) {
      matrix.add(ints(observed.get(0)), ints(observed.get(1)), examples);
    }

    private static int[] ints(float[] values) {
      int[] ints = new int[values.length];
      for (int i = 0; i < ints.length; i++) {
        ints[i] = (int) values[i];
      }
      return ints;
    }

    @Override
    public SequencedMap<String, Double> figures() {
      List<Double> values = new ArrayList<>();
      for (int label = 0; label < matrix.classes(); label++) {
        values.add(figure(matrix, label));
      }
      return ClassReport.this.figures(values);
    }

    @Override
    public Optional<Table> table() {
      if (kind != Kind.CONFUSION) {
        return Optional.empty();
      }
      double[][] counts = new double[matrix.classes()][matrix.classes()];
      for (int label = 0; label < counts.length; label++) {
        for (int taken = 0; taken < counts.length; taken++) {
          counts[label][taken] = matrix.count(label, taken);
        }
      }
      return Optional.of(new Table(name(), target.labels(), target.labels(), counts));
    }
  }

  /** Any number of labels an example. */
  private final class LabelCounts implements Accumulator {
    private final List<ConfusionMatrix> matrices =
        target.labels().stream().map(_ -> new ConfusionMatrix(2)).toList();

    @Override
    public void add(List<float[]> observed, int examples) {
      int width = matrices.size();
      int[] truth = new int[1];
      int[] taken = new int[1];
      for (int i = 0; i < examples * width; i++) {
        truth[0] = observed.get(0)[i] > 0.5 ? 1 : 0;
        taken[0] = (int) observed.get(1)[i];
        matrices.get(i % width).add(truth, taken, 1);
      }
    }

    @Override
    public SequencedMap<String, Double> figures() {
      return ClassReport.this.figures(matrices.stream().map(m -> figure(m, 1)).toList());
    }

    @Override
    public Optional<Table> table() {
      if (kind != Kind.CONFUSION) {
        return Optional.empty();
      }
      double[][] counts = new double[matrices.size()][];
      for (int i = 0; i < counts.length; i++) {
        ConfusionMatrix m = matrices.get(i);
        counts[i] = new double[] {m.count(1, 1), m.count(0, 1), m.count(1, 0), m.count(0, 0)};
      }
      List<String> columns =
          List.of("true positive", "false positive", "false negative", "true negative");
      return Optional.of(new Table(name(), columns, target.labels(), counts));
    }
  }
}
