package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Adds a learned vector for each position: {@code [batch, time, features] -> [batch, time,
 * features]} (Gehring et al., "Convolutional Sequence to Sequence Learning", 2017). Parameter
 * {@code weight [length, features]}.
 *
 * @param length the longest sequence; 0 for that of the input
 * @param initializer of the vectors
 */
public record LearnedPositions(long length, Initializer initializer) implements Layer {
  /** {@link Initializer#SMALL_NORMAL}. */
  public LearnedPositions(long length) {
    this(length, Initializer.SMALL_NORMAL);
  }

  public LearnedPositions {
    Check.that(length >= 0, "learnedpositions", "a length of 1 or more", length);
  }

  @Override
  public Takes takes() {
    return Takes.SEQUENCE;
  }

  @Override
  public boolean decodes() {
    return length > 0;
  }

  @Override
  public Shape output(Shape input) {
    Check.sequence(label(), input);
    Check.that(
        length == 0 || input.size(0) <= length,
        label(),
        "a sequence of at most " + length + " steps",
        input);
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    long rows = length == 0 ? x.size(1) : length;
    Tensor weight = context.parameter("weight", Shape.of(rows, x.size(-1)), initializer);
    return x.add(context.rows(weight, x.size(1)));
  }
}
