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
    float[] values = new float[(int) shape.elements()];
    int inner = inner(shape, axis, groups);
    double count = (double) dataset.size() * values.length / groups;
    double[] mean = new double[groups];
    double[] deviation = new double[groups];
    for (int row = 0; row < dataset.size(); row++) {
      dataset.read(index, row, values, 0);
      for (int i = 0; i < values.length; i++) {
        mean[i / inner % groups] += values[i] * scale / count;
      }
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
   * Takes normalised values back to raw ones, in place.
   *
   * @throws DataException if there are several means
   */
  public void invert(float[] values) {
    if (mean.size() != 1) {
      throw new DataException("[normalise] expected one mean but there are " + mean.size());
    }
    float factor = (float) (deviation.getFirst() / scale);
    float shift = (float) (mean.getFirst() / scale);
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] * factor + shift;
    }
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
