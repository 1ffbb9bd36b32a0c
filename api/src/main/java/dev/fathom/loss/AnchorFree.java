package dev.fathom.loss;

import dev.fathom.box.BoxMap;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * The loss of a detector without anchors: a {@link BoxMap}, {@code [batch, classes + 5, height,
 * width]}, against boxes {@code [batch, most, 5]}: left, top, right and bottom in shares of the
 * picture's width and height, and the class; -1 where there is no box. Of an example it is a sum
 * over the boxes, and an example counts as many times as it has boxes, at least once.
 *
 * <p>A box is learned by the cells whose centres are in it and at most {@code radius} cells from
 * its centre, along each axis (centre sampling: Tian et al., "FCOS: A Simple and Strong Anchor-free
 * Object Detector", 2020), and by the cell that its centre is in. A cell that is claimed twice
 * learns the smaller box. Added are
 *
 * <ul>
 *   <li>of all cells and classes the focal loss {@code -alpha_t * (1 - p_t)^gamma * log(p_t)} (Lin
 *       et al., 2017);
 *   <li>of these cells the loss of the boxes, {@link BoxIou};
 *   <li>of these cells the cross-entropy of how well the box fits against its intersection over
 *       union (Wu, Li and Wang, "IoU-aware Single-stage Object Detector", 2020).
 * </ul>
 *
 * @param alpha the share of what is there in the focal loss, inside of 0 and 1; usually 0.25
 * @param gamma how much less is counted what is told well, 0 or more; usually 2
 * @param radius above 0; usually 1.5
 * @param kind of the boxes' loss
 */
public record AnchorFree(double alpha, double gamma, double radius, BoxIou.Kind kind)
    implements Loss {
  private static final double LEAST = 1e-7;

  /** More than any area. */
  private static final double FAR = 1e9;

  /** Left, top, right, bottom and class. */
  public static final int BOX = 5;

  public AnchorFree {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException(
          "[anchor-free] expected an alpha inside of 0 and 1 but got " + alpha);
    }
    if (!(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "[anchor-free] expected a gamma of 0 or more but got " + gamma);
    }
    if (!(radius > 0 && radius < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "[anchor-free] expected a radius above 0 but got " + radius);
    }
  }

  /** Of a picture with one box; there may be any number. */
  @Override
  public Shape targetShape(Shape output) {
    BoxMap.of(output);
    return Shape.of(1, BOX);
  }

  @Override
  public long classes(Shape output) {
    return BoxMap.of(output).classes();
  }

  @Override
  public Tensor rows(Tensor output, Tensor target) {
    BoxMap map = BoxMap.of(output.shape().slice(1, 4));
    long batch = output.size(0);
    long cells = (long) map.height() * map.width();
    Tensor all = output.reshape(batch, map.classes() + BoxMap.OTHERS, cells);
    Tensor logits = all.slice(1, 0, map.classes()).add(BoxMap.PRIOR);
    Cells wanted = Cells.of(map, target, radius);

    Tensor labels = wanted.label.cast(DType.I32).unsqueeze(1);
    Tensor classes = labels.equal(Tensor.iota(DType.I32, 1, batch, map.classes(), cells));
    Tensor is = classes.cast(output.dtype()).mul(wanted.used.unsqueeze(1));
    Tensor focal = focal(logits, is).sum(1, 2);

    Tensor boxes = boxes(map, all);
    Tensor apart = new BoxIou(kind).of(boxes, wanted.boxes);
    Tensor overlap = new BoxIou(BoxIou.Kind.PLAIN).of(boxes, wanted.boxes).neg().add(1);
    Tensor fit = all.slice(1, map.classes(), map.classes() + 1).reshape(batch, cells);
    Tensor fits = crossEntropy(fit, overlap.stopGradient());
    Tensor near = apart.add(fits).mul(wanted.used).sum(1);
    return focal.add(near).div(count(target));
  }

  /** The number of boxes, at least 1. */
  @Override
  public Tensor weights(Tensor target, Tensor mask) {
    return mask.mul(count(target));
  }

  private static Tensor count(Tensor target) {
    Tensor label = column(target, 4);
    Tensor there = Tensor.zeros(target.dtype()).lessEqual(label).cast(target.dtype());
    return there.sum(1).maximum(Tensor.full(1, target.dtype()));
  }

  private Tensor focal(Tensor logits, Tensor is) {
    Tensor p = logits.sigmoid();
    // 1 - p_t: p where there is nothing, 1 - p where there is something.
    Tensor wrong = p.add(is.mul(p.mul(-2).add(1))).maximum(Tensor.full(LEAST, p.dtype()));
    Tensor share = is.mul(2 * alpha - 1).add(1 - alpha);
    Tensor modulated = gamma == 2 ? wrong.square() : wrong.pow(Tensor.full(gamma, logits.dtype()));
    return share.mul(modulated).mul(crossEntropy(logits, is));
  }

  private static Tensor crossEntropy(Tensor logits, Tensor target) {
    Tensor half = Tensor.full(0.5, logits.dtype());
    Tensor size = logits.abs();
    Tensor straight = logits.mul(half.sub(target)).add(size.mul(half));
    return straight.add(size.neg().exp().add(1).log());
  }

  /** {@return the boxes of all cells in cells: {@code [batch, cells, 4]}} */
  private static Tensor boxes(BoxMap map, Tensor all) {
    long batch = all.size(0);
    long cells = all.size(2);
    int first = map.classes() + 1;
    Tensor most = Tensor.full(BoxMap.MOST_LOG, all.dtype());
    Tensor x = all.slice(1, first, first + 1).reshape(batch, cells).add(x(map, all.dtype()));
    Tensor y = all.slice(1, first + 1, first + 2).reshape(batch, cells).add(y(map, all.dtype()));
    Tensor width = all.slice(1, first + 2, first + 3).reshape(batch, cells).minimum(most).exp();
    Tensor height = all.slice(1, first + 3, first + 4).reshape(batch, cells).minimum(most).exp();
    Tensor halfWidth = width.mul(0.5);
    Tensor halfHeight = height.mul(0.5);
    return Tensor.concat(
        2,
        x.sub(halfWidth).unsqueeze(2),
        y.sub(halfHeight).unsqueeze(2),
        x.add(halfWidth).unsqueeze(2),
        y.add(halfHeight).unsqueeze(2));
  }

  /** {@return the centres of the cells: {@code [1, cells]}} */
  private static Tensor x(BoxMap map, DType dtype) {
    return Tensor.iota(DType.I32, 1, map.height(), map.width()).cast(dtype).add(0.5).reshape(1, -1);
  }

  private static Tensor y(BoxMap map, DType dtype) {
    return Tensor.iota(DType.I32, 0, map.height(), map.width()).cast(dtype).add(0.5).reshape(1, -1);
  }

  private static Tensor column(Tensor target, int number) {
    return target.slice(2, number, number + 1).reshape(target.size(0), target.size(1));
  }

  /**
   * What cells learn.
   *
   * @param used {@code [batch, cells]}: 1 for a cell that learns a box, 0 for others
   * @param label {@code [batch, cells]}: the class
   * @param boxes {@code [batch, cells, 4]}, in cells
   */
  private record Cells(Tensor used, Tensor label, Tensor boxes) {
    static Cells of(BoxMap map, Tensor target, double radius) {
      DType dtype = target.dtype();
      long most = target.size(1);
      Tensor left = column(target, 0).mul(map.width());
      Tensor top = column(target, 1).mul(map.height());
      Tensor right = column(target, 2).mul(map.width());
      Tensor bottom = column(target, 3).mul(map.height());
      Tensor label = column(target, 4);
      Tensor x = x(map, dtype).unsqueeze(1);
      Tensor y = y(map, dtype).unsqueeze(1);
      // [batch, most, cells]
      Tensor across = x.sub(left.add(right).mul(0.5).unsqueeze(2)).abs();
      Tensor down = y.sub(top.add(bottom).mul(0.5).unsqueeze(2)).abs();
      Tensor reach = Tensor.full(radius, dtype);
      Tensor half = Tensor.full(0.5, dtype);
      Tensor near =
          across
              .lessEqual(reach)
              .and(down.lessEqual(reach))
              .and(across.less(right.sub(left).mul(0.5).unsqueeze(2)))
              .and(down.less(bottom.sub(top).mul(0.5).unsqueeze(2)));
      Tensor at = across.lessEqual(half).and(down.lessEqual(half));
      Tensor claims = near.or(at).and(Tensor.zeros(dtype).lessEqual(label).unsqueeze(2));
      Tensor area = right.sub(left).mul(bottom.sub(top)).unsqueeze(2);
      Tensor cost =
          claims.select(area.broadcastTo(claims.shape().toArray()), Tensor.full(FAR, dtype));
      Tensor least = cost.min(1);
      Tensor used = least.less(Tensor.full(FAR, dtype)).cast(dtype);
      Tensor best = cost.argMin(1).unsqueeze(1);
      Tensor chosen =
          best.equal(Tensor.iota(DType.I32, 1, target.size(0), most, x.size(2))).cast(dtype);
      return new Cells(
          used,
          of(chosen, label),
          Tensor.concat(
              2,
              of(chosen, left).unsqueeze(2),
              of(chosen, top).unsqueeze(2),
              of(chosen, right).unsqueeze(2),
              of(chosen, bottom).unsqueeze(2)));
    }

    private static Tensor of(Tensor chosen, Tensor values) {
      return chosen.mul(values.unsqueeze(2)).sum(1);
    }
  }
}
