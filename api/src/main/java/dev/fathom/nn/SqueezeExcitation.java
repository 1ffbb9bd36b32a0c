package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Weighs channels by what is seen in all of the image: {@code [batch, channels, height, width] ->
 * [batch, channels, height, width]}, {@code x * sigmoid(expand(activation(reduce(mean(x)))))} (Hu,
 * Shen and Sun, "Squeeze-and-Excitation Networks", 2018). Parameters {@code reduce.weight [hidden,
 * channels]}, {@code reduce.bias}, {@code expand.weight [channels, hidden]}, {@code expand.bias},
 * with {@code hidden = channels / reduction}, at least 1.
 *
 * @param reduction 1 or more; usually 16
 * @param activation of the hidden values; usually {@link Activation#RELU}
 */
public record SqueezeExcitation(long reduction, Activation activation) implements ImageLayer {
  public SqueezeExcitation {
    Check.that(reduction >= 1, "squeezeexcitation", "a reduction of 1 or more", reduction);
  }

  @Override
  public Shape output(Shape input) {
    Check.image(label(), input);
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    long channels = x.size(1);
    Dense reduce = new Dense(Math.max(1, channels / reduction), activation);
    Dense expand = new Dense(channels, true, Initializer.XAVIER_NORMAL, Activation.SIGMOID);
    Tensor mean = x.mean(2, 3);
    Tensor hidden = context.within("reduce", () -> reduce.apply(context, mean));
    Tensor shares = context.within("expand", () -> expand.apply(context, hidden));
    return x.mul(shares.reshape(x.size(0), channels, 1, 1));
  }
}
