/**
 * Layers of neural networks.
 *
 * <p>Start with {@link dev.fathom.nn.Sequential} and {@link dev.fathom.nn.Network}:
 *
 * <pre>{@code
 * Sequential layers =
 *     Sequential.of(
 *         new Conv2d(32, 3, Padding.SAME, Activation.RELU),
 *         new MaxPool2d(2),
 *         new Flatten(),
 *         new Dense(10));
 * Network network = new Network(layers, Shape.of(1, 28, 28));
 * }</pre>
 *
 * <p>A network that begins with an {@link dev.fathom.nn.Embedding} takes token ids, and its layers
 * work on sequences {@code [batch, time, features]}; a small GPT:
 *
 * <pre>{@code
 * TransformerBlock block =
 *     new TransformerBlock(
 *         new MultiHeadAttention(4, true),
 *         new FeedForward(256, Activation.GELU_TANH),
 *         new LayerNorm(),
 *         true,
 *         0.1);
 * Sequential gpt =
 *     Sequential.of(
 *         new Embedding(1000, 64),
 *         new LearnedPositions(128),
 *         block,
 *         block,
 *         new LayerNorm(),
 *         new Unembedding("embedding1", 1000));
 * }</pre>
 *
 * <p>A {@link dev.fathom.nn.Layer} is configuration: it says what shape it makes of an input's, and
 * builds its graph. It asks its {@link dev.fathom.nn.Context} for parameters by name; these are
 * slices of one flat buffer, so that clipping, updates and exchange each work on one tensor. To add
 * a layer, write a record, and name it in {@code dev.fathom.spec.LayerTypes}; one of your own stays
 * in your jar, and a {@code dev.fathom.spec.Extension} names it.
 */
package dev.fathom.nn;
