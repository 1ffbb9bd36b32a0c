package dev.fathom.image;

import java.util.random.RandomGenerator;

/**
 * Makes a rectangle black (Zhong et al., "Random erasing data augmentation", 2017).
 *
 * @param probability of it
 * @param least the smallest share of the picture that it has
 * @param most the largest
 */
public record RandomErasing(double probability, double least, double most) implements Augmentation {
  private static final int TRIES = 10;
  private static final double LONGEST = 10 / 3.0;

  @Override
  public void apply(Planes picture, RandomGenerator random) {
    if (random.nextDouble() >= probability) {
      return;
    }
    double area = (double) picture.height() * picture.width();
    for (int i = 0; i < TRIES; i++) {
      double erased = area * (least + random.nextDouble() * (most - least));
      // As often high as wide: the logarithm of the ratio is uniform.
      double ratio = StrictMath.pow(LONGEST, 2 * random.nextDouble() - 1);
      int height = (int) Math.round(Math.sqrt(erased * ratio));
      int width = (int) Math.round(Math.sqrt(erased / ratio));
      if (height < 1 || width < 1 || height > picture.height() || width > picture.width()) {
        continue;
      }
      int top = random.nextInt(picture.height() - height + 1);
      int left = random.nextInt(picture.width() - width + 1);
      for (int c = 0; c < picture.channels(); c++) {
        for (int y = top; y < top + height; y++) {
          for (int x = left; x < left + width; x++) {
            picture.set(c, y, x, 0);
          }
        }
      }
      return;
    }
  }
}
