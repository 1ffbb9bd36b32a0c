package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.OptionalDouble;

/**
 * Self-attention between the pixels of an image: {@code [batch, channels, height, width] -> [batch,
 * channels, height, width]}, as U-Nets of diffusion models have it where the image is small (Ho,
 * Jain and Abbeel, "Denoising Diffusion Probabilistic Models", 2020). Time and memory grow with the
 * square of the pixels.
 *
 * <p>Parameters as those of {@link MultiHeadAttention}: {@code qkv.weight [3 * channels,
 * channels]}, {@code output.weight [channels, channels]}, each with its {@code bias}.
 *
 * @param heads number of heads; divides the channels
 * @param initializer of the weights
 */
public record Attention2d(long heads, Initializer initializer) implements ImageLayer {
  public Attention2d {
    Check.that(heads >= 1, "attention2d", "1 head or more", heads);
  }

  @Override
  public Shape output(Shape input) {
    Check.image(label(), input);
    Check.that(
        input.size(0) % heads == 0, label(), "channels that " + heads + " heads divide", input);
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    var attention =
        new MultiHeadAttention(heads, heads, false, OptionalDouble.empty(), 0, true, initializer);
    long batch = x.size(0);
    long channels = x.size(1);
    Tensor pixels = x.reshape(batch, channels, x.size(2) * x.size(3)).permute(0, 2, 1);
    return attention
        .apply(context, pixels)
        .permute(0, 2, 1)
        .reshape(batch, channels, x.size(2), x.size(3));
  }
}
