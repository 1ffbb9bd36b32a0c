package dev.fathom.data;

import dev.fathom.spi.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * How raw values become network input: {@code (x * scale - mean) / deviation}. Part of a model, so
 * that clients send raw values.
 *
 * @param scale factor of raw values, 1/255 for pixels
 * @param axis the axis of one example along which {@code mean} and {@code deviation} differ; of no
 *     meaning when they have one element
 * @param mean one number, or one for each position on {@code axis}; of the scaled values
 * @param deviation as many as {@code mean}, none of them 0; of the scaled values
 */
public record Normalisation(double scale, int axis, List<Double> mean, List<Double> deviation) {
  /** Changes nothing. */
  public static final Normalisation NONE = scaled(1);

  public Normalisation {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.isEmpty() || mean.size() != deviation.size()) {
      throw new DataException(
          "[normalise] expected as many deviations as means, at least one, but got %d and %d"
              .formatted(deviation.size(), mean.size()));
    }
    for (int i = 0; i < mean.size(); i++) {
      if (!Double.isFinite(mean.get(i)) || !(deviation.get(i) > 0 && deviation.get(i) < 1e300)) {
        throw new DataException(
            "[normalise] expected a finite mean and a positive deviation but got %s and %s"
                .formatted(mean.get(i), deviation.get(i)));
      }
    }
    if (!Double.isFinite(scale) || scale == 0) {
      throw new DataException("[normalise] expected a finite scale other than 0 but got " + scale);
    }
  }

  /** {@return {@code x * scale}} */
  public static Normalisation scaled(double scale) {
    return of(scale, 0, 1);
  }

  /** {@return {@code (x * scale - mean) / deviation}} */
  public static Normalisation of(double scale, double mean, double deviation) {
    return new Normalisation(scale, 0, List.of(mean), List.of(deviation));
  }

  /** {@return the normalisation that gives all values of a column together mean 0, deviation 1} */
  public static Normalisation fit(Dataset dataset, String column, double scale) {
    return fit(dataset, column, scale, 0, 1);
  }

  /**
   * {@return the normalisation that gives the values at each position of an axis mean 0 and
   * deviation 1; where all are equal, the deviation is taken as 1}
   *
   * @param axis an axis of one example: the channels of an image, the features of a table
   */
  public static Normalisation fit(Dataset dataset, String column, double scale, int axis) {
    Shape shape = dataset.columns().get(dataset.column(column)).shape();
    if (axis < 0 || axis >= shape.rank()) {
      throw new DataException(
          "[normalise] expected an axis of column '%s', shape %s, but got %d"
              .formatted(column, shape, axis));
    }
    return fit(dataset, column, scale, axis, (int) shape.size(axis));
  }

  private static Normalisation fit(
      Dataset dataset, String column, double scale, int axis, int groups) {
    int index = dataset.column(column);
    Shape shape = dataset.columns().get(index).shape();
    double[] values = new double[(int) shape.elements()];
    int inner = inner(shape, axis, groups);
    double count = (double) dataset.size() * values.length / groups;
    // Distances from the first example are small numbers where the numbers themselves are not.
    double[] first = new double[groups];
    double[] mean = new double[groups];
    double[] deviation = new double[groups];
    for (int row = 0; row < dataset.size(); row++) {
      dataset.read(index, row, values, 0);
      for (int i = 0; i < values.length && row == 0; i++) {
        first[i / inner % groups] = values[i] * scale;
      }
      for (int i = 0; i < values.length; i++) {
        int group = i / inner % groups;
        mean[group] += (values[i] * scale - first[group]) / count;
      }
    }
    for (int group = 0; group < groups; group++) {
      mean[group] += first[group];
    }
    for (int row = 0; row < dataset.size(); row++) {
      dataset.read(index, row, values, 0);
      for (int i = 0; i < values.length; i++) {
        double distance = values[i] * scale - mean[i / inner % groups];
        deviation[i / inner % groups] += distance * distance / count;
      }
    }
    for (int group = 0; group < groups; group++) {
      double root = Math.sqrt(deviation[group]);
      deviation[group] = root > 1e-12 * Math.abs(mean[group]) && root > 0 ? root : 1;
    }
    return new Normalisation(scale, axis, boxed(mean), boxed(deviation));
  }

  /**
   * {@return the first position on the last axis of a column whose normalised values differ by so
   * little that f32 loses them: it rounds by more than a hundredth of their deviation; -1 if there
   * is none}
   */
  public int lostByF32(Dataset dataset, String column) {
    int index = dataset.column(column);
    Shape shape = dataset.columns().get(index).shape();
    double[] values = new double[(int) shape.elements()];
    float[] rounded = new float[values.length];
    int width = shape.rank() == 0 ? 1 : (int) shape.size(shape.rank() - 1);
    long[] count = new long[width];
    double[] mean = new double[width];
    double[] spread = new double[width];
    double[] lost = new double[width];
    for (int row = 0; row < dataset.size(); row++) {
      dataset.read(index, row, values, 0);
      apply(values, 1, shape, rounded);
      for (int i = 0; i < values.length; i++) {
        int at = i % width;
        double before = values[i] - mean[at];
        mean[at] += before / ++count[at];
        spread[at] += before * (values[i] - mean[at]);
        lost[at] += (rounded[i] - values[i]) * (rounded[i] - values[i]);
      }
    }
    for (int at = 0; at < width; at++) {
      if (spread[at] > 0 && lost[at] > 1e-4 * spread[at]) {
        return at;
      }
    }
    return -1;
  }

  /**
   * {@return whether raw values need f64, as a mean is so large beside its deviation that f32 is
   * coarser than a thousandth of this}
   */
  public boolean needsF64() {
    for (int i = 0; i < mean.size(); i++) {
      if (Math.abs(mean.get(i)) > 0x1p14 * deviation.get(i)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Normalises raw values in place. Allocates nothing.
   *
   * @param values {@code [examples, ...shape]}
   * @param shape the shape of one example
   * @throws DataException if the axis of {@code shape} has not as many positions as there are means
   */
  public void apply(float[] values, int examples, Shape shape) {
    int groups = mean.size();
    int inner = inner(shape, axis, groups);
    int total = Math.toIntExact(examples * shape.elements());
    for (int from = 0, group = 0; from < total; from += inner, group++) {
      group = group == groups ? 0 : group;
      double divisor = deviation.get(group);
      float factor = (float) (scale / divisor);
      float shift = (float) (-mean.get(group) / divisor);
      for (int i = from; i < from + inner; i++) {
        values[i] = values[i] * factor + shift;
      }
    }
  }

  /**
   * Normalises raw values of f64, in place and, rounded to f32 last, to another array. Allocates
   * nothing.
   *
   * @param raw {@code [examples, ...shape]}; left normalised
   * @param shape the shape of one example
   * @param rounded at least as long as {@code raw}
   * @throws DataException if the axis of {@code shape} has not as many positions as there are means
   */
  public void apply(double[] raw, int examples, Shape shape, float[] rounded) {
    int groups = mean.size();
    int inner = inner(shape, axis, groups);
    int total = Math.toIntExact(examples * shape.elements());
    for (int from = 0, group = 0; from < total; from += inner, group++) {
      group = group == groups ? 0 : group;
      double offset = mean.get(group);
      double divisor = deviation.get(group);
      for (int i = from; i < from + inner; i++) {
        raw[i] = (raw[i] * scale - offset) / divisor;
        rounded[i] = (float) raw[i];
      }
    }
  }

  /**
   * {@return raw values for normalised ones}
   *
   * @throws DataException if there are several means
   */
  public double[] invert(float... values) {
    if (mean.size() != 1) {
      throw new DataException("[normalise] expected one mean but there are " + mean.size());
    }
    double factor = deviation.getFirst() / scale;
    double shift = mean.getFirst() / scale;
    double[] raw = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      raw[i] = values[i] * factor + shift;
    }
    return raw;
  }

  /**
   * {@return raw values for normalised ones}
   *
   * @param values {@code [examples, ...shape]}
   * @param shape the shape of one example
   * @throws DataException if the axis of {@code shape} has not as many positions as there are means
   */
  public double[] invert(float[] values, Shape shape) {
    int groups = mean.size();
    int inner = inner(shape, axis, groups);
    double[] raw = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int group = i / inner % groups;
      raw[i] = (values[i] * deviation.get(group) + mean.get(group)) / scale;
    }
    return raw;
  }

  /** {@return how many neighbouring values share a mean} */
  private static int inner(Shape shape, int axis, int groups) {
    if (groups == 1) {
      return Math.max(1, (int) shape.elements());
    }
    if (axis >= shape.rank() || shape.size(axis) != groups) {
      throw new DataException(
          "[normalise] expected %d positions on axis %d, one for each mean, but got shape %s"
              .formatted(groups, axis, shape));
    }
    return (int) shape.slice(axis + 1, shape.rank()).elements();
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
