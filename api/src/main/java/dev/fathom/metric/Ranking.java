package dev.fathom.metric;

import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * How well scores put examples of a class before all others. Of two classes it is that of the
 * second, and of one its own; of more, and of several labels an example, one figure a class, {@code
 * rocAuc.CLASS}, and their mean; NaN where nothing is to be ranked, or a score is NaN. Exact: all
 * scores are kept until the end, so there may be at most {@value #MOST} classes.
 *
 * @param kind which figure
 * @param target with the names of the classes
 */
public record Ranking(Kind kind, Target target) implements Metric {
  private static final int MOST = 1000;

  /** Which figure. */
  public enum Kind {
    /**
     * The area under the receiver operating characteristic: the probability that an example of the
     * class scores above another; equal scores count half (Hanley and McNeil, 1982).
     */
    ROC_AUC("rocAuc"),
    /**
     * Average precision, the area under the precision-recall curve in steps, as scikit-learn has
     * it: {@code sum((recall[n] - recall[n - 1]) * precision[n])}.
     */
    PR_AUC("prAuc");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** {@return the name of the metric} */
    public String label() {
      return label;
    }
  }

  public Ranking {
    if (target.labels().size() > MOST) {
      throw new IllegalArgumentException(
          "[%s] expected at most %d classes but got %d"
              .formatted(kind.label(), MOST, target.labels().size()));
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
    return target.several()
        ? List.of(batch.output(), batch.target())
        : List.of(Labels.single(name(), batch).softmax(), batch.target().cast(DType.F32));
  }

  @Override
  public Accumulator accumulator() {
    return new Scores();
  }

  private final class Scores implements Accumulator {
    private final int classes = target.labels().size();
    private float[] scores = new float[0];
    private float[] truth = new float[0];
    private int examples;

    @Override
    public void add(List<float[]> observed, int count) {
      int perTruth = target.several() ? classes : 1;
      scores = append(scores, examples * classes, observed.get(0), count * classes);
      truth = append(truth, examples * perTruth, observed.get(1), count * perTruth);
      examples += count;
    }

    private static float[] append(float[] all, int used, float[] more, int count) {
      int needed = Math.addExact(used, count);
      float[] target =
          needed <= all.length ? all : Arrays.copyOf(all, Math.max(needed, 2 * all.length));
      System.arraycopy(more, 0, target, used, count);
      return target;
    }

    @Override
    public SequencedMap<String, Double> figures() {
      SequencedMap<String, Double> figures = new LinkedHashMap<>();
      if (classes == 1 || classes == 2 && !target.several()) {
        figures.put(name(), figure(classes - 1));
        return figures;
      }
      figures.put(name(), Double.NaN);
      double sum = 0;
      int count = 0;
      for (int label = 0; label < classes; label++) {
        double value = figure(label);
        if (!Double.isNaN(value)) {
          figures.put(name() + "." + target.label(label), value);
          sum += value;
          count++;
        }
      }
      figures.put(name(), sum / count);
      return figures;
    }

    private double figure(int label) {
      for (int i = 0; i < examples; i++) {
        if (Float.isNaN(score(i, label))) {
          return Double.NaN;
        }
      }
      Integer[] order = new Integer[examples];
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, (a, b) -> Float.compare(score(b, label), score(a, label)));
      long positives = 0;
      for (int i = 0; i < examples; i++) {
        positives += isLabel(i, label) ? 1 : 0;
      }
      long negatives = examples - positives;
      double rank = 0;
      double precision = 0;
      long hits = 0;
      for (int from = 0; from < examples; ) {
        int to = from;
        long same = 0;
        while (to < examples && score(order[to], label) == score(order[from], label)) {
          same += isLabel(order[to], label) ? 1 : 0;
          to++;
        }
        // Others of the same score count half, those behind count whole.
        long others = to - from - same;
        long behind = negatives - (from - hits) - others;
        rank += same * (behind + 0.5 * others);
        hits += same;
        precision += (double) same / positives * hits / to;
        from = to;
      }
      if (positives == 0 || negatives == 0 && kind == Kind.ROC_AUC) {
        return Double.NaN;
      }
      return switch (kind) {
        case ROC_AUC -> rank / ((double) positives * negatives);
        case PR_AUC -> precision;
      };
    }

    private float score(int example, int label) {
      return scores[example * classes + label];
    }

    private boolean isLabel(int example, int label) {
      return target.several() ? truth[example * classes + label] > 0.5 : truth[example] == label;
    }
  }
}
