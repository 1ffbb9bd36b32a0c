package dev.fathom.box;

import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * How a network tells of boxes: {@code [classes + 5, height, width]}, cells of a grid over the
 * picture. Each cell says of an object whose centre is near it, without anchors, as FCOS (Tian et
 * al., 2019) and CenterNet (Zhou, Wang and Krähenbühl, "Objects as Points", 2019) do:
 *
 * <ol>
 *   <li>a logit for each class, to which {@link #PRIOR} is added, so that a network that knows
 *       nothing says that there is nothing (Lin et al., 2017);
 *   <li>the logit of how well the box fits, its intersection over union with the object's;
 *   <li>how far the box's centre is from that of the cell, to the right and down, in cells;
 *   <li>the logarithms of its width and height in cells, at most {@link #MOST_LOG}.
 * </ol>
 *
 * @param classes 1 or more
 * @param height of the grid
 * @param width of the grid
 */
public record BoxMap(int classes, int height, int width) {
  /** What is added to the logits of classes: a hundredth as probability. */
  public static final double PRIOR = -Math.log(99);

  /** The greatest logarithm of a width or height: more is as much. */
  public static final double MOST_LOG = 8;

  /** Values of a cell beside the logits of classes. */
  public static final int OTHERS = 5;

  /**
   * {@return the map of a network's output}
   *
   * @param output {@code [classes + 5, height, width]}
   * @throws IllegalArgumentException if it is none
   */
  public static BoxMap of(Shape output) {
    if (output.rank() != 3 || output.size(0) <= OTHERS) {
      throw new IllegalArgumentException(
          "[boxes] expected a network with output [classes + 5, height, width] but got " + output);
    }
    return new BoxMap(
        Math.toIntExact(output.size(0) - OTHERS),
        Math.toIntExact(output.size(1)),
        Math.toIntExact(output.size(2)));
  }

  /** {@return how many values a map has} */
  public int values() {
    return (classes + OTHERS) * height * width;
  }

  /**
   * {@return all objects of at least a score, in shares of the picture's width and height, cell by
   * cell} The score is the geometric mean of the class's probability and the fit.
   *
   * @param values of maps
   * @param offset where the map begins
   */
  public List<Found> found(float[] values, int offset, double least) {
    List<Found> found = new ArrayList<>();
    int cells = height * width;
    int fit = offset + classes * cells;
    for (int cell = 0; cell < cells; cell++) {
      double fits = sigmoid(values[fit + cell]);
      Box box = null;
      for (int label = 0; label < classes; label++) {
        double score = Math.sqrt(sigmoid(values[offset + label * cells + cell] + PRIOR) * fits);
        if (score >= least) {
          box = box == null ? box(values, fit + cell, cell) : box;
          found.add(new Found(box, label, score));
        }
      }
    }
    return found;
  }

  private Box box(float[] values, int at, int cell) {
    int cells = height * width;
    double x = cell % width + 0.5 + values[at + cells];
    double y = cell / width + 0.5 + values[at + 2 * cells];
    double halfWidth = Math.exp(Math.min(values[at + 3 * cells], MOST_LOG)) / 2;
    double halfHeight = Math.exp(Math.min(values[at + 4 * cells], MOST_LOG)) / 2;
    return new Box(
        Math.clamp((x - halfWidth) / width, 0, 1),
        Math.clamp((y - halfHeight) / height, 0, 1),
        Math.clamp((x + halfWidth) / width, 0, 1),
        Math.clamp((y + halfHeight) / height, 0, 1));
  }

  private static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }
}
