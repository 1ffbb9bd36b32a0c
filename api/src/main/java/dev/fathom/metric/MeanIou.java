package dev.fathom.metric;

import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The pixels that are of a class and were taken for it, over those that are either (Jaccard index,
 * intersection over union), of all examples together: {@code iou.CLASS}. The figure of the metric's
 * own name is the mean over the classes; one that is neither there nor taken is left out. A pixel
 * whose class is negative does not count.
 *
 * @param target with the names of the classes
 */
public record MeanIou(Target target) implements Metric {
  /** The name of the mean. */
  public static final String NAME = "meanIou";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Direction direction() {
    return Direction.HIGHER;
  }

  @Override
  public List<Tensor> observe(Observation batch) {
    Tensor labels = Labels.pixels(NAME, batch).cast(DType.F32).flatten(1);
    // Of rows of padding no pixel counts.
    Tensor mask = batch.mask().unsqueeze(1);
    return List.of(
        labels.mul(mask).add(mask.sub(1)), batch.output().argMax(1).cast(DType.F32).flatten(1));
  }

  @Override
  public Accumulator accumulator() {
    return new Counts();
  }

  private final class Counts implements Accumulator {
    private long[] both = new long[target.labels().size()];
    private long[] either = new long[target.labels().size()];

    @Override
    public void add(List<float[]> observed, int examples) {
      float[] labels = observed.get(0);
      float[] taken = observed.get(1);
      for (int i = 0; i < labels.length; i++) {
        int label = (int) labels[i];
        int other = (int) taken[i];
        if (label < 0) {
          continue;
        }
        both = grown(both, Math.max(label, other));
        either = grown(either, Math.max(label, other));
        either[label]++;
        if (label == other) {
          both[label]++;
        } else {
          either[other]++;
        }
      }
    }

    @Override
    public SequencedMap<String, Double> figures() {
      SequencedMap<String, Double> figures = new LinkedHashMap<>();
      figures.put(NAME, Double.NaN);
      double sum = 0;
      int there = 0;
      for (int label = 0; label < either.length; label++) {
        if (either[label] > 0) {
          double iou = (double) both[label] / either[label];
          figures.put("iou." + target.label(label), iou);
          sum += iou;
          there++;
        }
      }
      figures.put(NAME, sum / there);
      return figures;
    }
  }

  private static long[] grown(long[] counts, int label) {
    return label < counts.length ? counts : Arrays.copyOf(counts, label + 1);
  }
}
