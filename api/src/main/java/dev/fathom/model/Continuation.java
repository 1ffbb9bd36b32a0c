package dev.fathom.model;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How texts go on where a request does not say, as whoever trained the model wants it.
 *
 * @param ends tokens that end a text; no part of it
 * @param temperature of sampling
 * @param topK how many of the likeliest tokens may be drawn
 * @param topP the share that tokens which may be drawn have together
 * @param repetitionPenalty of tokens that came before
 */
public record Continuation(
    Set<Integer> ends,
    OptionalDouble temperature,
    OptionalInt topK,
    OptionalDouble topP,
    OptionalDouble repetitionPenalty) {
  /** No end, and nothing said. */
  public static final Continuation NONE =
      new Continuation(
          Set.of(),
          OptionalDouble.empty(),
          OptionalInt.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());

  public Continuation {
    ends = Set.copyOf(ends);
  }
}
