package dev.fathom.spi;

/**
 * A sliding window along one spatial axis, in the terms of Dumoulin and Visin, "A guide to
 * convolution arithmetic for deep learning" (2016).
 *
 * @param size number of taps, 1 or more
 * @param stride step between windows, 1 or more
 * @param padLow elements added before the first, 0 or more
 * @param padHigh elements added behind the last, 0 or more
 * @param dilation distance between taps, 1 or more
 */
public record Window(long size, long stride, long padLow, long padHigh, long dilation) {
  /** C1: size, stride and dilation are positive. C2: padding is not negative. */
  public Window {
    Check.that(
        size >= 1 && stride >= 1 && dilation >= 1,
        "window",
        "C1",
        "size, stride and dilation of 1 or more",
        size + ", " + stride + ", " + dilation);
    Check.that(
        padLow >= 0 && padHigh >= 0,
        "window",
        "C2",
        "padding of 0 or more",
        padLow + ", " + padHigh);
  }

  /** {@return this window without padding} */
  public Window unpadded() {
    return new Window(size, stride, 0, 0, dilation);
  }

  /** {@return the distance from the first to the last tap, plus one} */
  public long extent() {
    return (size - 1) * dilation + 1;
  }

  /** {@return the number of windows over an axis of {@code length}; 0 if none fits} */
  public long outputs(long length) {
    long room = length + padLow + padHigh - extent();
    return room < 0 ? 0 : room / stride + 1;
  }
}
