package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.Locale;

/**
 * A part of a network: configuration only, without values. Its parameters are made when the network
 * is {@linkplain Network traced}. Shapes leave out the batch axis, which is always the first.
 */
public sealed interface Layer
    permits Activation,
        AveragePool2d,
        BagOfWords,
        BatchNorm,
        Conv2d,
        CrossAttention,
        Dense,
        Dropout,
        Embedding,
        EncoderDecoder,
        FeedForward,
        Flatten,
        GlobalAveragePool,
        LayerNorm,
        LearnedPositions,
        MaxPool2d,
        MultiHeadAttention,
        Recurrent,
        Residual,
        RmsNorm,
        SequencePool,
        Sequential,
        SinusoidalPositions,
        TokenDropout,
        TransformerBlock,
        Unembedding {

  /**
   * {@return the shape of the output for an input of this shape, both without the batch axis}
   *
   * @throws IllegalArgumentException if the input does not fit, naming the layer and the shapes
   */
  Shape output(Shape input);

  /**
   * {@return the output for a batch}
   *
   * @param x {@code [batch, ...input]}
   */
  Tensor apply(Context context, Tensor x);

  /** {@return whether its input is a sequence, {@code [time, ...]}, and never an image} */
  default boolean sequence() {
    return false;
  }

  /**
   * {@return whether it can go on with a sequence step by step} What it gives at a step then
   * depends on that step and those before it alone, and what it wants of those it keeps with {@link
   * Context#known}.
   */
  default boolean decodes() {
    return false;
  }

  /** {@return how many token ids its input is made of, as i32; 0 if it takes numbers, as f32} */
  default long vocabulary() {
    return 0;
  }

  /** {@return the name of this kind of layer, {@code conv2d} for example} */
  default String label() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
