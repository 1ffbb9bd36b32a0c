package dev.fathom.image;

import dev.fathom.data.Column;
import dev.fathom.data.Transform;
import dev.fathom.spi.DType;
import java.util.List;
import java.util.random.RandomGenerator;

/** An augmentation that moves what is learned of places in a picture along: boxes and masks. */
public interface SceneAugmentation extends Augmentation {
  /**
   * Moves places as {@link #apply} moves pixels. It draws as many numbers, so that with the same
   * chance it does the same, whatever comes before or behind.
   */
  void move(Places places, RandomGenerator random);

  /**
   * {@return what moves the places of each picture as {@link Augmentation#transform} with the same
   * seed changes the picture}
   *
   * @param target masks, whole numbers {@code [height, width]}, or boxes {@code [most, 5]}: left,
   *     top, right and bottom in shares of the picture, and the class, below 0 where there is none
   */
  static Transform places(List<? extends SceneAugmentation> all, Column target, long seed) {
    int rows = (int) target.shape().size(0);
    int columns = (int) target.shape().size(1);
    boolean mask = target.dtype() == DType.I32;
    return (values, offset, epoch, row) -> {
      Places places =
          mask
              ? new Places.Mask(values, offset, rows, columns)
              : new Places.Boxes(values, offset, rows, columns);
      RandomGenerator chance = Augmentation.chance(seed, epoch, row);
      all.forEach(each -> each.move(places, chance));
    };
  }
}
