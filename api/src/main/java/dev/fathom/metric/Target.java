package dev.fathom.metric;

import dev.fathom.data.Normalisation;
import java.util.Arrays;
import java.util.List;

/**
 * The meaning of a target's numbers, as far as metrics must know it.
 *
 * @param labels the names of the classes; empty if it is no class
 * @param several whether an example may have several of the classes, a number of 0 or 1 for each
 * @param normalisation by which the network learns numbers; figures are in the target's units
 * @param quantiles of a number that the network gives side by side, rising, 0.5 among them; 0.5
 *     alone if it gives one number
 */
public record Target(
    List<String> labels, boolean several, Normalisation normalisation, List<Double> quantiles) {
  private static final List<Double> POINT = List.of(0.5);

  public Target {
    labels = List.copyOf(labels);
    quantiles = List.copyOf(quantiles);
  }

  /** {@return a target of one class an example} */
  public static Target classes(List<String> labels) {
    return new Target(labels, false, Normalisation.NONE, POINT);
  }

  /** {@return a target of any number of classes an example} */
  public static Target severalClasses(List<String> labels) {
    return new Target(labels, true, Normalisation.NONE, POINT);
  }

  /** {@return a target of numbers} */
  public static Target numbers(Normalisation normalisation) {
    return new Target(List.of(), false, normalisation, POINT);
  }

  /** {@return a target of numbers of which the network gives quantiles} */
  public static Target quantiles(Normalisation normalisation, List<Double> quantiles) {
    return new Target(List.of(), false, normalisation, quantiles);
  }

  /** {@return the position of the median among the quantiles} */
  public int median() {
    return quantiles.indexOf(0.5);
  }

  /**
   * {@return normalised numbers in the target's units} In f64: f32 may be too coarse for them.
   *
   * @param values {@code [...]}
   */
  public double[] inUnits(float... values) {
    return normalisation.invert(values);
  }

  /**
   * Sorts the quantiles of each number, in place, which a network may give in the wrong order. That
   * never makes the loss greater (Chernozhukov, Fernandez-Val and Galichon, "Quantile and
   * Probability Curves Without Crossing", 2010).
   *
   * @param values {@code [..., quantiles]}
   */
  public void sortQuantiles(double[] values) {
    int width = quantiles.size();
    for (int from = 0; width > 1 && from < values.length; from += width) {
      Arrays.sort(values, from, from + width);
    }
  }

  /** {@return the name of class {@code number}} */
  String label(int number) {
    return number < labels.size() ? labels.get(number) : Integer.toString(number);
  }
}
