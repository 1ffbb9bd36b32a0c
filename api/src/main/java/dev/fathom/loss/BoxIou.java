package dev.fathom.loss;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * One minus the intersection over union of boxes {@code [batch, ..., 4]}, left, top, right and
 * bottom, with right and bottom not less than left and top; the mean over the boxes of an example.
 *
 * @param kind what is added for boxes that do not meet
 */
public record BoxIou(Kind kind) implements Loss {
  private static final double EPSILON = 1e-7;

  /** Terms of the loss, each of which has a slope where boxes do not meet, but for the first. */
  public enum Kind {
    /** {@code 1 - iou}. */
    PLAIN,
    /**
     * And the share of the box around both that neither covers: Rezatofighi et al., "Generalized
     * Intersection over Union" (2019).
     */
    GENERALIZED,
    /**
     * And the squared distance of the centres over that of the corners of the box around both:
     * Zheng et al., "Distance-IoU Loss" (2020).
     */
    DISTANCE,
    /** As {@link #DISTANCE}, and the difference of the aspect ratios: ibid. */
    COMPLETE
  }

  @Override
  public Shape targetShape(Shape output) {
    if (output.rank() < 1 || output.size(-1) != 4) {
      throw new IllegalArgumentException(
          "[iou] expected a network with output [..., 4], corners of boxes, but got " + output);
    }
    return output;
  }

  @Override
  public Tensor rows(Tensor output, Tensor target) {
    return Loss.meanOfExamples(of(output, target));
  }

  /** {@return the loss of each box: {@code [..., 4], [..., 4] -> [...]}} */
  public Tensor of(Tensor boxes, Tensor targets) {
    Box a = Box.of(boxes);
    Box b = Box.of(targets);
    Box meet =
        new Box(
            a.left.maximum(b.left),
            a.top.maximum(b.top),
            a.right.minimum(b.right),
            a.bottom.minimum(b.bottom));
    Box around =
        new Box(
            a.left.minimum(b.left),
            a.top.minimum(b.top),
            a.right.maximum(b.right),
            a.bottom.maximum(b.bottom));
    Tensor both = meet.width().relu().mul(meet.height().relu());
    Tensor union = a.area().add(b.area()).sub(both);
    Tensor iou = both.div(union.add(EPSILON));
    Tensor loss = iou.neg().add(1);
    return switch (kind) {
      case PLAIN -> loss;
      case GENERALIZED -> loss.add(around.area().sub(union).div(around.area().add(EPSILON)));
      case DISTANCE -> loss.add(apart(a, b, around));
      case COMPLETE -> {
        Tensor angle = angle(a, b);
        Tensor v = angle.square().mul(4 / (Math.PI * Math.PI));
        // As in the paper, the weight is no part of the gradient.
        Tensor weight = v.div(loss.add(v).add(EPSILON)).stopGradient();
        yield loss.add(apart(a, b, around)).add(weight.mul(v));
      }
    };
  }

  private static Tensor apart(Box a, Box b, Box around) {
    Tensor x = a.left.add(a.right).sub(b.left).sub(b.right).mul(0.5);
    Tensor y = a.top.add(a.bottom).sub(b.top).sub(b.bottom).mul(0.5);
    Tensor diagonal = around.width().square().add(around.height().square());
    return x.square().add(y.square()).div(diagonal.add(EPSILON));
  }

  /** The difference of both arc tangents of width over height, as one of cross and dot product. */
  private static Tensor angle(Box a, Box b) {
    Tensor cross = a.width().mul(b.height()).sub(b.width().mul(a.height()));
    Tensor dot = a.width().mul(b.width()).add(a.height().mul(b.height()));
    // Half angles: tan(t / 2) = sin / (1 + cos), until the series converges in a few terms.
    Tensor length = cross.square().add(dot.square()).add(EPSILON * EPSILON).sqrt();
    Tensor t = cross.div(length.add(dot));
    for (int i = 0; i < 2; i++) {
      t = t.div(t.square().add(1).sqrt().add(1));
    }
    Tensor square = t.square();
    Tensor series = square.mul(-1.0 / 11).add(1.0 / 9);
    for (int odd = 7; odd >= 1; odd -= 2) {
      series = series.mul(square).add((odd % 4 == 1 ? 1.0 : -1.0) / odd);
    }
    return series.mul(t).mul(8);
  }

  private record Box(Tensor left, Tensor top, Tensor right, Tensor bottom) {
    static Box of(Tensor boxes) {
      return new Box(side(boxes, 0), side(boxes, 1), side(boxes, 2), side(boxes, 3));
    }

    private static Tensor side(Tensor boxes, int number) {
      long[] sizes = boxes.shape().slice(0, boxes.shape().rank() - 1).toArray();
      return boxes.slice(-1, number, number + 1).reshape(sizes);
    }

    Tensor width() {
      return right.sub(left);
    }

    Tensor height() {
      return bottom.sub(top);
    }

    Tensor area() {
      return width().mul(height());
    }
  }
}
