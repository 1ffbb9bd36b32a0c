package dev.fathom.audio;

/**
 * Changes the rate of a sound: each new sample is a sum of old ones near it, weighted by a cardinal
 * sine in a Hann window, as {@code torchaudio.functional.resample} does it by default (Smith,
 * "Digital Audio Resampling", 2002). What is above half of the lower rate is left out. Immutable.
 */
public final class Resampler {
  /** Zero crossings of the sine on each side. */
  private static final int CROSSINGS = 6;

  /** Where the filter ends, as a share of half of the lower rate. */
  private static final double ROLLOFF = 0.99;

  private final int from;
  private final int to;
  private final int width;
  private final float[][] kernels;

  private Resampler(int from, int to) {
    this.from = from;
    this.to = to;
    double cut = Math.min(from, to) * ROLLOFF;
    width = (int) Math.ceil(CROSSINGS * from / cut);
    kernels = new float[to][2 * width + from];
    for (int phase = 0; phase < to; phase++) {
      for (int i = 0; i < kernels[phase].length; i++) {
        double time = ((double) (i - width) / from - (double) phase / to) * cut;
        time = Math.clamp(time, -CROSSINGS, CROSSINGS);
        double hann = Math.pow(Math.cos(time * Math.PI / CROSSINGS / 2), 2);
        double sine = time == 0 ? 1 : Math.sin(Math.PI * time) / (Math.PI * time);
        kernels[phase][i] = (float) (sine * hann * cut / from);
      }
    }
  }

  /**
   * {@return a sound at another rate: {@code ceil(samples * to / from)} samples}
   *
   * @throws IllegalArgumentException if the rate is below 1, or the two have no small ratio: more
   *     than 2^24 weights would be needed
   */
  public static Sound resampled(Sound sound, int toHertz) {
    if (toHertz < 1) {
      throw new IllegalArgumentException(
          "[resample] expected a rate of 1 or more but got " + toHertz);
    }
    if (sound.rateHertz() == toHertz) {
      return sound;
    }
    int divisor = greatestCommonDivisor(sound.rateHertz(), toHertz);
    int from = sound.rateHertz() / divisor;
    int to = toHertz / divisor;
    double weights = (double) to * (from + 2.0 * CROSSINGS * Math.max(1, (double) from / to));
    if (weights > 1 << 24) {
      throw new IllegalArgumentException(
          "[resample] expected rates with a small ratio but got %d to %d"
              .formatted(sound.rateHertz(), toHertz));
    }
    return new Sound(toHertz, new Resampler(from, to).apply(sound.samples()));
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  private float[] apply(float[] samples) {
    long length = Math.ceilDiv((long) samples.length * to, from);
    float[] resampled = new float[Math.toIntExact(length)];
    for (int i = 0; i < resampled.length; i++) {
      float[] kernel = kernels[i % to];
      int first = i / to * from - width;
      double sum = 0;
      int end = Math.min(kernel.length, samples.length - first);
      for (int k = Math.max(0, -first); k < end; k++) {
        sum += (double) kernel[k] * samples[first + k];
      }
      resampled[i] = (float) sum;
    }
    return resampled;
  }
}
