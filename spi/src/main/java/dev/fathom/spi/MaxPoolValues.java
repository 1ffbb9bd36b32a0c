package dev.fathom.spi;

import java.util.List;

/**
 * The values of a {@link MaxPool} alone: {@code x [n, c, in...] -> values [n, c, out...]}.
 * Inference has no use for positions. A backend that declines it is offered the {@link MaxPool}.
 *
 * @param windows one for each spatial axis; padding less than the extent
 * @param x the input
 * @param values the maxima
 */
public record MaxPoolValues(List<Window> windows, View x, View values) implements KernelSpec {
  /** C1: rank is 2 + spatial axes. C2: sizes follow from the windows. C3: floating x. */
  public MaxPoolValues {
    windows = List.copyOf(windows);
    MaxPool.check("max-pool-values", windows, x, values);
  }

  @Override
  public List<View> inputs() {
    return List.of(x);
  }

  @Override
  public List<View> outputs() {
    return List.of(values);
  }

  @Override
  public int recordSince() {
    return 3;
  }
}
