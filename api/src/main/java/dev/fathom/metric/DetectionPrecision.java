package dev.fathom.metric;

import dev.fathom.box.AveragePrecision;
import dev.fathom.box.AveragePrecision.Truth;
import dev.fathom.box.Box;
import dev.fathom.box.BoxMap;
import dev.fathom.box.Found;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Mean average precision of boxes as COCO measures it, see {@link AveragePrecision}: {@code map50}
 * at an overlap of 0.5, {@code map} over overlaps from 0.5 to 0.95, and {@code ap50.CLASS} of each
 * class that is there. It takes objects of low scores too, at most 100 of a picture.
 *
 * @param target with the names of the classes
 * @param overlap the intersection over union above which two objects of a class are the same
 */
public record DetectionPrecision(Target target, double overlap) implements Metric {
  /** The name of the figure at an overlap of 0.5. */
  public static final String AT_50 = "map50";

  /** The name of the figure over all overlaps. */
  public static final String ALL = "map";

  private static final double LEAST_SCORE = 0.02;
  private static final int MOST = 100;

  @Override
  public String name() {
    return AT_50;
  }

  @Override
  public Direction direction() {
    return Direction.HIGHER;
  }

  @Override
  public List<Tensor> observe(Observation batch) {
    Shape output = batch.output().shape();
    Shape boxes = batch.target().shape();
    boolean fits =
        output.rank() == 4
            && output.size(1) == target.labels().size() + BoxMap.OTHERS
            && boxes.rank() == 3
            && boxes.size(2) == 5;
    if (!fits) {
      throw new IllegalArgumentException(
          "[%s] expected a map [batch, classes + 5, height, width] and boxes [batch, most, 5] but got %s and %s"
              .formatted(AT_50, output, boxes));
    }
    // The grid's shape goes with the values: an accumulator sees nothing else.
    Tensor sizes = Tensor.of(new float[] {output.size(2), output.size(3), boxes.size(1)}, 3);
    return List.of(batch.output(), batch.target(), sizes);
  }

  @Override
  public Accumulator accumulator() {
    return new Pictures();
  }

  private final class Pictures implements Accumulator {
    private final AveragePrecision precision =
        new AveragePrecision(Math.max(1, target.labels().size()));

    @Override
    public void add(List<float[]> observed, int examples) {
      float[] sizes = observed.get(2);
      BoxMap map = new BoxMap(target.labels().size(), (int) sizes[0], (int) sizes[1]);
      int most = (int) sizes[2];
      for (int example = 0; example < examples; example++) {
        List<Found> all = map.found(observed.get(0), example * map.values(), LEAST_SCORE);
        precision.add(
            truths(observed.get(1), example * most * 5, most), Found.distinct(all, overlap, MOST));
      }
    }

    private static List<Truth> truths(float[] boxes, int offset, int most) {
      List<Truth> truths = new ArrayList<>();
      for (int i = offset; i < offset + most * 5; i += 5) {
        if (boxes[i + 4] >= 0) {
          Box box = new Box(boxes[i], boxes[i + 1], boxes[i + 2], boxes[i + 3]);
          truths.add(new Truth(box, (int) boxes[i + 4]));
        }
      }
      return truths;
    }

    @Override
    public SequencedMap<String, Double> figures() {
      SequencedMap<String, Double> figures = new LinkedHashMap<>();
      figures.put(AT_50, precision.at50());
      figures.put(ALL, precision.mean());
      for (int label = 0; label < target.labels().size(); label++) {
        if (precision.truths()[label] > 0) {
          figures.put("ap50." + target.label(label), precision.at50(label));
        }
      }
      return figures;
    }
  }
}
