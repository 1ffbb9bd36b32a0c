package dev.fathom.image;

import dev.fathom.data.Transform;
import dev.fathom.spi.Shape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Changes a picture at random each time that it is learned from, so that a network learns what does
 * not matter. Immutable, and safe for several threads.
 */
@FunctionalInterface
public interface Augmentation {
  /**
   * Changes a picture.
   *
   * @param random of this picture in this epoch: the only source of chance
   */
  void apply(Planes picture, RandomGenerator random);

  /**
   * {@return these augmentations, one after the other} What they do depends on seed, epoch and
   * example alone, so a training that is resumed sees the same.
   *
   * @param shape {@code [height, width]} or {@code [channels, height, width]}
   */
  static Transform transform(List<Augmentation> all, Shape shape, long seed) {
    int channels = shape.rank() == 2 ? 1 : (int) shape.size(0);
    int height = (int) shape.size(shape.rank() - 2);
    int width = (int) shape.size(shape.rank() - 1);
    return (values, offset, epoch, row) -> {
      Planes picture = new Planes(values, offset, channels, height, width);
      RandomGenerator chance = chance(seed, epoch, row);
      all.forEach(each -> each.apply(picture, chance));
    };
  }

  /** {@return the source of chance of a picture in an epoch} */
  static RandomGenerator chance(long seed, long epoch, int row) {
    return new SplittableRandom(
        new SplittableRandom(new SplittableRandom(seed).nextLong() ^ epoch).nextLong() ^ row);
  }
}
