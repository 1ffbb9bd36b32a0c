package dev.fathom.spi;

import java.util.List;

/**
 * Gradient of {@link MaxPool}: each element of {@code dy} is added to the element of {@code dx}
 * that was its window's maximum; the others are 0. An index that points into the padding adds
 * nothing.
 *
 * @param windows as of the forward pass
 * @param dy {@code [n, c, out...]}
 * @param indices as {@link MaxPool} gave them
 * @param dx {@code [n, c, in...]}
 */
public record MaxPoolGradient(List<Window> windows, View dy, View indices, View dx)
    implements KernelSpec {
  /** C1 to C3: as {@link MaxPool}. */
  public MaxPoolGradient {
    windows = List.copyOf(windows);
    MaxPool.check("max-pool-gradient", windows, dx, dy, indices);
  }

  @Override
  public List<View> inputs() {
    return List.of(dy, indices);
  }

  @Override
  public List<View> outputs() {
    return List.of(dx);
  }
}
