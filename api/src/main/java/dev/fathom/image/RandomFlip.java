package dev.fathom.image;

import java.util.random.RandomGenerator;

/**
 * Mirrors a picture.
 *
 * @param vertical whether top and bottom change places, instead of left and right
 * @param probability of it
 */
public record RandomFlip(boolean vertical, double probability) implements SceneAugmentation {
  private boolean isDrawn(RandomGenerator random) {
    return random.nextDouble() < probability;
  }

  @Override
  public void move(Places places, RandomGenerator random) {
    if (isDrawn(random)) {
      places.mirror(vertical);
    }
  }

  @Override
  public void apply(Planes picture, RandomGenerator random) {
    if (!isDrawn(random)) {
      return;
    }
    Planes before = picture.copy();
    for (int c = 0; c < picture.channels(); c++) {
      for (int y = 0; y < picture.height(); y++) {
        for (int x = 0; x < picture.width(); x++) {
          float value =
              vertical
                  ? before.get(c, picture.height() - 1 - y, x)
                  : before.get(c, y, picture.width() - 1 - x);
          picture.set(c, y, x, value);
        }
      }
    }
  }
}
