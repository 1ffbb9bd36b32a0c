package dev.fathom.box;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How well boxes were found, as COCO measures it (Lin et al., "Microsoft COCO", 2014; {@code
 * COCOeval} of its tools): the objects of a class, the best score first, are matched with the true
 * boxes that they overlap enough and that none before took. Average precision is the mean of the
 * precision at the recalls 0, 0.01 to 1, where each is the greatest at that recall or a higher one.
 * For one thread.
 */
public final class AveragePrecision {
  private static final int RECALLS = 101;
  private static final double EPSILON = Math.ulp(1.0);

  /** The overlaps 0.5, 0.55 to 0.95. */
  private static final int OVERLAPS = 10;

  private final int classes;
  private final long[] truths;

  /** Of each class, picture by picture. */
  private final List<List<Scored>> scored = new ArrayList<>();

  /** An object, and at which overlaps it was right. */
  private record Scored(double score, boolean[] right) {}

  /** A true box. */
  public record Truth(Box box, int label) {}

  /**
   * @param classes 1 or more
   */
  public AveragePrecision(int classes) {
    this.classes = classes;
    truths = new long[classes];
    for (int label = 0; label < classes; label++) {
      scored.add(new ArrayList<>());
    }
  }

  /**
   * Adds a picture.
   *
   * @param found the objects, the best first
   */
  public void add(List<Truth> there, List<Found> found) {
    for (Truth truth : there) {
      truths[truth.label()]++;
    }
    for (int label = 0; label < classes; label++) {
      int own = label;
      List<Box> boxes =
          there.stream().filter(truth -> truth.label() == own).map(Truth::box).toList();
      List<Found> of = found.stream().filter(each -> each.label() == own).toList();
      if (!of.isEmpty()) {
        scored.get(label).addAll(matched(boxes, of));
      }
    }
  }

  private static List<Scored> matched(List<Box> there, List<Found> found) {
    List<Scored> all = new ArrayList<>();
    boolean[][] taken = new boolean[OVERLAPS][there.size()];
    for (Found each : found) {
      boolean[] right = new boolean[OVERLAPS];
      for (int i = 0; i < OVERLAPS; i++) {
        double best = overlap(i);
        int match = -1;
        for (int truth = 0; truth < there.size(); truth++) {
          double iou = each.box().iou(there.get(truth));
          if (!taken[i][truth] && iou >= best) {
            best = iou;
            match = truth;
          }
        }
        if (match >= 0) {
          taken[i][match] = true;
          right[i] = true;
        }
      }
      all.add(new Scored(each.score(), right));
    }
    return all;
  }

  private static double overlap(int number) {
    return 0.5 + 0.05 * number;
  }

  /** {@return the average precision of a class at an overlap of 0.5; NaN if it is nowhere} */
  public double at50(int label) {
    return of(label, 0);
  }

  /** {@return the mean of the classes that are there at an overlap of 0.5; NaN if none is} */
  public double at50() {
    return mean(0, 1);
  }

  /** {@return the mean of the classes that are there and of the overlaps 0.5, 0.55 to 0.95} */
  public double mean() {
    return mean(0, OVERLAPS);
  }

  private double mean(int from, int to) {
    double sum = 0;
    int count = 0;
    for (int label = 0; label < classes; label++) {
      for (int i = from; i < to && truths[label] > 0; i++) {
        sum += of(label, i);
        count++;
      }
    }
    return sum / count;
  }

  private double of(int label, int overlap) {
    if (truths[label] == 0) {
      return Double.NaN;
    }
    List<Scored> sorted = new ArrayList<>(scored.get(label));
    sorted.sort(Comparator.comparingDouble(each -> -each.score()));
    double[] precision = new double[sorted.size()];
    double[] recall = new double[sorted.size()];
    int right = 0;
    for (int i = 0; i < precision.length; i++) {
      right += sorted.get(i).right()[overlap] ? 1 : 0;
      precision[i] = right / (i + 1 + EPSILON);
      recall[i] = (double) right / truths[label];
    }
    for (int i = precision.length - 2; i >= 0; i--) {
      precision[i] = Math.max(precision[i], precision[i + 1]);
    }
    double sum = 0;
    int at = 0;
    for (int point = 0; point < RECALLS; point++) {
      double wanted = point / (RECALLS - 1.0);
      while (at < recall.length && recall[at] < wanted) {
        at++;
      }
      sum += at < recall.length ? precision[at] : 0;
    }
    return sum / RECALLS;
  }

  /** {@return how many true boxes each class has} */
  public long[] truths() {
    return Arrays.copyOf(truths, classes);
  }
}
