package dev.fathom.loss;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Cross-entropy of the class of each pixel: logits {@code [batch, classes, height, width]} against
 * class numbers {@code [batch, height, width]}, i32, the mean over the pixels; one whose class is
 * negative does not count.
 *
 * @param dice how much the overlap of each class is added: 1 minus the mean over the classes of
 *     {@code (2 * sum(p * t) + 1) / (sum(p) + sum(t) + 1)} with softmax probabilities p (Milletari,
 *     Navab and Ahmadi, "V-Net", 2016, whose sums are of squares). It does not mind how small a
 *     class is. 0: nothing
 */
public record PixelCrossEntropy(double dice) implements Loss {
  private static final double SMOOTHING = 1;

  public PixelCrossEntropy {
    if (!(dice >= 0 && dice < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "[pixel-cross-entropy] expected a share of Dice of 0 or more but got " + dice);
    }
  }

  @Override
  public DType targetType() {
    return DType.I32;
  }

  @Override
  public Shape targetShape(Shape output) {
    if (output.rank() != 3) {
      throw new IllegalArgumentException(
          "[pixel-cross-entropy] expected a network with output [classes, height, width] but got "
              + output);
    }
    return output.slice(1, 3);
  }

  @Override
  public long classes(Shape output) {
    return output.size(0);
  }

  @Override
  public Tensor rows(Tensor output, Tensor target) {
    long batch = output.size(0);
    long classes = output.size(1);
    Tensor labels = target.reshape(batch, -1);
    Tensor pixels = output.reshape(batch, classes, -1).permute(0, 2, 1);
    Tensor loss = new CrossEntropy().rows(pixels, labels);
    return dice == 0 ? loss : loss.add(apart(pixels.softmax(), labels).mul(dice));
  }

  /** {@return one minus the mean overlap: {@code [batch, pixels, classes] -> [batch]}} */
  private static Tensor apart(Tensor probabilities, Tensor labels) {
    DType dtype = probabilities.dtype();
    long[] sizes = probabilities.shape().toArray();
    Tensor wanted = labels.unsqueeze(2).equal(Tensor.iota(DType.I32, 2, sizes)).cast(dtype);
    Tensor used = Tensor.zeros(DType.I32).lessEqual(labels).cast(dtype).unsqueeze(2);
    Tensor marked = probabilities.mul(used);
    Tensor both = marked.mul(wanted).sum(1).mul(2).add(SMOOTHING);
    Tensor either = marked.add(wanted).sum(1).add(SMOOTHING);
    return both.div(either).mean(1).neg().add(1);
  }

  /** The number of pixels that count. */
  @Override
  public Tensor weights(Tensor target, Tensor mask) {
    Tensor used = Tensor.zeros(target.dtype()).lessEqual(target).cast(mask.dtype());
    return mask.mul(used.sum(1, 2));
  }
}
