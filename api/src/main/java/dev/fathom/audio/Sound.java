package dev.fathom.audio;

/**
 * A sound of one channel.
 *
 * @param rateHertz samples a second
 * @param samples -1 to 1, unless a file of floating numbers has others; not copied
 */
public record Sound(int rateHertz, float[] samples) {
  /** {@return how long it is} */
  public double seconds() {
    return (double) samples.length / rateHertz;
  }
}
