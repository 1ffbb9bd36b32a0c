package dev.fathom.image;

/**
 * The values of a picture, {@code [channels, height, width]}, 0 to 255, to be changed in place. For
 * one thread.
 */
public final class Planes {
  private final float[] values;
  private final int offset;
  private final int channels;
  private final int height;
  private final int width;

  /**
   * @param values row-major
   * @param offset of the picture's first
   */
  Planes(float[] values, int offset, int channels, int height, int width) {
    this.values = values;
    this.offset = offset;
    this.channels = channels;
    this.height = height;
    this.width = width;
  }

  /** {@return 1, grey, or 3, red, green and blue} */
  public int channels() {
    return channels;
  }

  /** {@return rows} */
  public int height() {
    return height;
  }

  /** {@return columns} */
  public int width() {
    return width;
  }

  /** {@return a value; 0, black, outside of the picture} */
  public float get(int channel, int y, int x) {
    return y < 0 || y >= height || x < 0 || x >= width ? 0 : values[index(channel, y, x)];
  }

  /** Sets a value, cut to 0 to 255. */
  public void set(int channel, int y, int x, double value) {
    values[index(channel, y, x)] = (float) Math.clamp(value, 0, 255);
  }

  private int index(int channel, int y, int x) {
    return offset + (channel * height + y) * width + x;
  }

  /** {@return the same picture, which later changes of this one do not touch} */
  public Planes copy() {
    float[] copied = new float[channels * height * width];
    System.arraycopy(values, offset, copied, 0, copied.length);
    return new Planes(copied, 0, channels, height, width);
  }

  /**
   * {@return how light a pixel is: its value, or that of its colours as ITU-R BT.601 weighs them}
   */
  public float grey(int y, int x) {
    return channels == 1
        ? get(0, y, x)
        : 0.299f * get(0, y, x) + 0.587f * get(1, y, x) + 0.114f * get(2, y, x);
  }
}
