package dev.fathom.image;

import java.util.random.RandomGenerator;

/**
 * Changes brightness, contrast, saturation and hue, one after the other, as torchvision's {@code
 * ColorJitter} does it. Of a grey picture the first two.
 *
 * @param brightness the factor is 1 plus or minus at most this
 * @param contrast likewise, of the distance from the mean of the whole picture
 * @param saturation likewise, of the distance from grey
 * @param hue the most that colours are turned, in circles, at most 0.5
 */
public record RandomColour(double brightness, double contrast, double saturation, double hue)
    implements SceneAugmentation {
  /** What is drawn of each. */
  private record Drawn(double light, double apart, double coloured, double turned) {}

  private Drawn draw(RandomGenerator random) {
    return new Drawn(
        factor(random, brightness),
        factor(random, contrast),
        factor(random, saturation),
        (2 * random.nextDouble() - 1) * hue);
  }

  /** Colours move nothing. */
  @Override
  public void move(Places places, RandomGenerator random) {
    draw(random);
  }

  @Override
  public void apply(Planes picture, RandomGenerator random) {
    Drawn drawn = draw(random);
    if (brightness > 0) {
      blend(picture, drawn.light(), (_, _) -> 0);
    }
    if (contrast > 0) {
      double sum = 0;
      for (int y = 0; y < picture.height(); y++) {
        for (int x = 0; x < picture.width(); x++) {
          sum += picture.grey(y, x);
        }
      }
      double mean = sum / picture.height() / picture.width();
      blend(picture, drawn.apart(), (_, _) -> mean);
    }
    if (saturation > 0 && picture.channels() == 3) {
      blend(picture, drawn.coloured(), picture::grey);
    }
    if (hue > 0 && picture.channels() == 3) {
      turn(picture, drawn.turned());
    }
  }

  private static double factor(RandomGenerator random, double most) {
    double least = Math.max(0, 1 - most);
    return least + random.nextDouble() * (1 + most - least);
  }

  private interface Other {
    double at(int y, int x);
  }

  private static void blend(Planes picture, double factor, Other other) {
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        double away = other.at(y, x);
        for (int c = 0; c < picture.channels(); c++) {
          picture.set(c, y, x, factor * picture.get(c, y, x) + (1 - factor) * away);
        }
      }
    }
  }

  /** Turns the hue, of the colour model HSV. */
  private static void turn(Planes picture, double circles) {
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        double red = picture.get(0, y, x);
        double green = picture.get(1, y, x);
        double blue = picture.get(2, y, x);
        double most = Math.max(red, Math.max(green, blue));
        double range = most - Math.min(red, Math.min(green, blue));
        if (range == 0) {
          continue;
        }
        double sixths =
            most == red
                ? (green - blue) / range
                : most == green ? 2 + (blue - red) / range : 4 + (red - green) / range;
        double now = sixths + 6 * circles + 12;
        picture.set(0, y, x, most - range * part(now + 5));
        picture.set(1, y, x, most - range * part(now + 3));
        picture.set(2, y, x, most - range * part(now + 1));
      }
    }
  }

  private static double part(double sixths) {
    double k = sixths % 6;
    return Math.clamp(Math.min(k, 4 - k), 0, 1);
  }
}
