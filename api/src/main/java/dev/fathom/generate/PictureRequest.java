package dev.fathom.generate;

import dev.fathom.task.Generative.Wish;
import dev.fathom.task.WishException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Which pictures are wanted.
 *
 * @param label the name of the class that they show; if empty, of a model that knows classes, each
 *     shows the next
 * @param count how many, 1 to {@value #MOST}
 * @param seed of the noise that they begin as; the same seed gives the same pictures on the same
 *     backend
 * @param wish steps and guidance
 * @param walk whether what they begin as goes evenly from one corner of a square to the others,
 *     instead of being drawn for each
 */
public record PictureRequest(
    Optional<String> label, int count, long seed, Wish wish, boolean walk) {
  /** The most pictures of a request. */
  public static final int MOST = 1024;

  /**
   * @throws WishException if there are too many, or none
   */
  public PictureRequest {
    if (count < 1 || count > MOST) {
      throw new WishException(
          "count", "expected a count of 1 to %d but got %d".formatted(MOST, count));
    }
  }

  /** Pictures as the model makes them. */
  public PictureRequest(int count, long seed) {
    this(Optional.empty(), count, seed, Wish.USUAL, false);
  }

  /** {@return the same of a class} */
  public PictureRequest of(String newLabel) {
    return new PictureRequest(Optional.of(newLabel), count, seed, wish, walk);
  }

  /** {@return the same in other steps, with another guidance} */
  public PictureRequest with(OptionalInt steps, OptionalDouble guidance) {
    return new PictureRequest(label, count, seed, new Wish(steps, guidance), walk);
  }

  /** {@return the same as a walk} */
  public PictureRequest walking() {
    return new PictureRequest(label, count, seed, wish, true);
  }

  /** {@return how many pictures a row of a grid has} */
  public int columns() {
    return (int) Math.ceil(Math.sqrt(count));
  }
}
