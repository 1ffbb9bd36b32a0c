package dev.fathom.backend.opencl;

import dev.fathom.spi.Window;

/**
 * One spatial axis of the zero-padded plane that a convolution reads. Result i meets tap k at
 * {@code i * step + firstTap + k * tapStep}; element v of the source lies at {@code v * spread +
 * lead}.
 *
 * @param results along the axis
 * @param step distance of neighbouring results
 * @param taps of the window
 * @param firstTap where tap 0 is
 * @param tapStep distance of neighbouring taps, negative for the input gradient
 * @param source elements of the source
 * @param spread distance of neighbouring source elements
 * @param lead where the first one is, outside the plane if negative
 */
record PlaneAxis(
    int results, int step, int taps, int firstTap, int tapStep, int source, int spread, int lead) {
  /** An axis that is not there: one result, one tap. */
  static final PlaneAxis NONE = new PlaneAxis(1, 1, 1, 0, 1, 1, 1, 0);

  /** {@return the axis for outputs of a window over {@code length} elements} */
  static PlaneAxis output(Window window, long length) {
    return new PlaneAxis(
        (int) window.outputs(length),
        (int) window.stride(),
        (int) window.size(),
        0,
        (int) window.dilation(),
        (int) length,
        1,
        (int) window.padLow());
  }

  /** {@return the axis for the gradient of {@code length} inputs, read from {@code outputs}} */
  static PlaneAxis input(Window window, long length, long outputs) {
    int reach = (int) (window.extent() - 1);
    return new PlaneAxis(
        (int) length,
        1,
        (int) window.size(),
        reach,
        -(int) window.dilation(),
        (int) outputs,
        (int) window.stride(),
        reach - (int) window.padLow());
  }

  /** {@return the number of the plane's elements that this many results read} */
  int extent(int count) {
    return (count - 1) * step + (taps - 1) * Math.abs(tapStep) + 1;
  }

  /** {@return elements of the whole plane} */
  int extent() {
    return extent(Math.max(1, results));
  }

  /** {@return the first source element inside the plane} */
  int begin() {
    return Math.max(0, Math.ceilDiv(-lead, spread));
  }

  /** {@return the index behind the last source element inside the plane} */
  int end() {
    return Math.clamp(
        Math.floorDiv(extent() - 1 - lead, spread) + 1, begin(), Math.max(begin(), source));
  }
}
