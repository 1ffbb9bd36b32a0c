package dev.fathom.audio;

import dev.fathom.spi.Shape;
import java.util.Arrays;

/**
 * How a sound of any rate and length becomes an example, {@code [samples]}: resampled, its middle
 * cut out if it is longer, silence around it if it is shorter. Immutable.
 *
 * @param rateHertz samples a second of an example
 * @param samples of an example
 * @param maxSeconds that a sound may have
 */
public record Recording(int rateHertz, int samples, double maxSeconds) {
  /** {@return the shape of an example} */
  public Shape shape() {
    return Shape.of(samples);
  }

  /**
   * {@return the example of a file}
   *
   * @param name for messages
   * @throws SoundException if the file cannot be read
   */
  public float[] example(String name, byte[] file) {
    Sound sound = Wav.read(name, file, maxSeconds);
    if (sound.samples().length == 0) {
      throw SoundException.damaged(name, "expected a sample or more but there is none");
    }
    try {
      return example(Resampler.resampled(sound, rateHertz));
    } catch (IllegalArgumentException e) {
      throw SoundException.unsupported(name, e.getMessage());
    }
  }

  private float[] example(Sound sound) {
    float[] all = sound.samples();
    int over = all.length - samples;
    if (over >= 0) {
      return Arrays.copyOfRange(all, over / 2, over / 2 + samples);
    }
    float[] example = new float[samples];
    System.arraycopy(all, 0, example, -over / 2, all.length);
    return example;
  }
}
