package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A part of a network with any number of inputs and outputs: configuration only, without values.
 * Its parameters are made when a {@link Network} is traced. A {@link Layer} is a block with one
 * input and one output; {@link Graph} joins blocks.
 *
 * <p>Anybody may write one. A block is immutable (a record is the best form), and builds the same
 * graph each time that it is asked to, so that a second trace finds the parameters of the first.
 * Shapes leave out the batch axis, which is always the first of a tensor.
 */
public interface Block {
  /**
   * {@return the shapes of the outputs for inputs of these shapes, all without the batch axis}
   *
   * @throws IllegalArgumentException if the inputs do not fit, naming the block and every shape
   */
  List<Shape> outputs(List<Shape> inputs);

  /**
   * {@return the outputs for a batch}
   *
   * @param context gives parameters, states, masks and random numbers
   * @param inputs {@code [batch, ...input]} each
   */
  List<Tensor> apply(Context context, List<Tensor> inputs);

  /**
   * {@return the blocks that this one is made of, by the names that their parameters begin with}
   */
  default Map<String, Block> children() {
    return Map.of();
  }

  /** What the first input of a block is. */
  enum Takes {
    /** {@code [time, ...]}, and never an image. */
    SEQUENCE,
    /** {@code [channels, ...]}, and never a sequence. */
    IMAGE,
    /** Either of them, or neither. */
    ANY;

    /** {@return this, or what another takes if this says nothing} */
    Takes or(Supplier<Takes> other) {
      return this == ANY ? other.get() : this;
    }
  }

  /** {@return what its first input is} */
  default Takes takes() {
    return Takes.ANY;
  }

  /**
   * {@return whether each step of its output depends on the same step of its inputs alone, wherever
   * that stands} False unless a block says so.
   */
  default boolean stepwise() {
    return false;
  }

  /**
   * {@return whether it can compute a sequence step by step} Its output at a step then depends on
   * that step and those before it alone, and what it needs of those before it keeps in a {@link
   * Context#cache}. By default that is so if it is {@link #stepwise}.
   */
  default boolean decodes() {
    return stepwise();
  }

  /**
   * {@return whether it goes on step by step in the decoder of an {@link EncoderDecoder}} There
   * cross-attention sees the whole encoder. By default that is so if it {@link #decodes}.
   */
  default boolean decodesBeside() {
    return decodes();
  }

  /**
   * {@return the size of the vocabulary of its first input, token ids in i32; 0 if that is numbers}
   */
  default long vocabulary() {
    return 0;
  }

  /** {@return the same of input {@code index}; numbers by default, but for the first} */
  default long vocabulary(int index) {
    return index == 0 ? vocabulary() : 0;
  }

  /** {@return the token id that fills short sequences, if it takes token ids and knows one} */
  default OptionalLong paddingToken() {
    return OptionalLong.empty();
  }

  /** {@return the name of this kind of block, {@code conv2d} for example} */
  default String label() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
