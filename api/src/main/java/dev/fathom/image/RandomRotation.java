package dev.fathom.image;

import java.util.random.RandomGenerator;

/**
 * Turns a picture around its centre; what comes from outside is black. Pixels between pixels are
 * found from the four around them.
 *
 * @param degrees the most, to either side
 */
public record RandomRotation(double degrees) implements Augmentation {
  @Override
  public void apply(Planes picture, RandomGenerator random) {
    double angle = Math.toRadians((2 * random.nextDouble() - 1) * degrees);
    double sine = StrictMath.sin(angle);
    double cosine = StrictMath.cos(angle);
    double middleX = (picture.width() - 1) / 2.0;
    double middleY = (picture.height() - 1) / 2.0;
    Planes before = picture.copy();
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        double fromX = cosine * (x - middleX) - sine * (y - middleY) + middleX;
        double fromY = sine * (x - middleX) + cosine * (y - middleY) + middleY;
        int left = (int) Math.floor(fromX);
        int top = (int) Math.floor(fromY);
        double right = fromX - left;
        double bottom = fromY - top;
        for (int c = 0; c < picture.channels(); c++) {
          double above =
              (1 - right) * before.get(c, top, left) + right * before.get(c, top, left + 1);
          double below =
              (1 - right) * before.get(c, top + 1, left) + right * before.get(c, top + 1, left + 1);
          picture.set(c, y, x, (1 - bottom) * above + bottom * below);
        }
      }
    }
  }
}
