package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Cuts an image into patches, and makes a vector of each: {@code [batch, channels, height, width]
 * -> [batch, patches, features]}, row by row (Dosovitskiy et al., "An Image is Worth 16x16 Words",
 * 2021). It is a convolution whose stride is its kernel, with its parameters: {@code weight
 * [features, channels, patch height, patch width]}, {@code bias [features]}.
 *
 * @param features size of a patch's vector
 * @param patch size of a patch, which divides that of the image
 * @param bias whether there is a bias; it starts at zero
 * @param initializer of the weight
 */
public record PatchEmbedding(long features, Size patch, boolean bias, Initializer initializer)
    implements ImageLayer {
  /** With bias, {@link Initializer#XAVIER_UNIFORM}. */
  public PatchEmbedding(long features, long patch) {
    this(features, Size.square(patch), true, Initializer.XAVIER_UNIFORM);
  }

  public PatchEmbedding {
    Check.that(features >= 1, "patchembedding", "1 feature or more", features);
  }

  @Override
  public Shape output(Shape input) {
    Check.image(label(), input);
    Check.that(
        input.size(1) > 0
            && input.size(2) > 0
            && input.size(1) % patch.height() == 0
            && input.size(2) % patch.width() == 0,
        label(),
        "an image that patches of %d x %d divide".formatted(patch.height(), patch.width()),
        input);
    return Shape.of(input.size(1) / patch.height() * (input.size(2) / patch.width()), features);
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    long channels = x.size(1);
    long down = x.size(2) / patch.height();
    long across = x.size(3) / patch.width();
    Shape shape = Shape.of(features, channels, patch.height(), patch.width());
    Tensor weight = context.parameter("weight", shape, initializer);
    Tensor patches =
        x.reshape(x.size(0), channels, down, patch.height(), across, patch.width())
            .permute(0, 2, 4, 1, 3, 5)
            .reshape(x.size(0), down * across, -1);
    Tensor y = patches.matmul(weight.flatten(1).transpose());
    return bias ? y.add(context.parameter("bias", Shape.of(features), Initializer.ZEROS)) : y;
  }
}
