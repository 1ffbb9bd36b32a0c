package dev.fathom.image;

import java.util.random.RandomGenerator;

/**
 * Adds black around a picture, and cuts its size out anywhere.
 *
 * @param padding pixels on each side
 */
public record RandomCrop(int padding) implements Augmentation {
  @Override
  public void apply(Planes picture, RandomGenerator random) {
    int down = random.nextInt(2 * padding + 1) - padding;
    int right = random.nextInt(2 * padding + 1) - padding;
    Planes before = picture.copy();
    for (int c = 0; c < picture.channels(); c++) {
      for (int y = 0; y < picture.height(); y++) {
        for (int x = 0; x < picture.width(); x++) {
          picture.set(c, y, x, before.get(c, y + down, x + right));
        }
      }
    }
  }
}
