package dev.fathom.spi;

import java.util.List;

/**
 * Gradient of {@link SelectiveScan}. It is a scan from the last step to the first: with {@code g}
 * the gradient of a state and {@code e = exp(delta[t, d] * a[d, n])},
 *
 * <pre>
 * g[t, d, n] = c[t, n] * dY[t, d] + e[t + 1, d, n] * g[t + 1, d, n]
 * </pre>
 *
 * where {@code dLast} stands for what comes to the last step from behind. States between those in
 * {@code kept} are computed again.
 *
 * @param interval as of the forward pass
 * @param x {@code [batch, time, channels]}
 * @param delta {@code [batch, time, channels]}
 * @param a {@code [channels, state]}
 * @param b {@code [batch, time, state]}
 * @param c {@code [batch, time, state]}
 * @param kept as the forward pass gave it
 * @param dY {@code [batch, time, channels]}: gradient of {@code y}
 * @param dLast {@code [batch, channels, state]}: gradient of {@code last}
 * @param dX {@code [batch, time, channels]}: gradient of {@code x}, and so on
 * @param dDelta {@code [batch, time, channels]}
 * @param dA {@code [channels, state]}
 * @param dB {@code [batch, time, state]}
 * @param dC {@code [batch, time, state]}
 * @param dInitial {@code [batch, channels, state]}
 */
public record SelectiveScanGradient(
    long interval,
    View x,
    View delta,
    View a,
    View b,
    View c,
    View kept,
    View dY,
    View dLast,
    View dX,
    View dDelta,
    View dA,
    View dB,
    View dC,
    View dInitial)
    implements KernelSpec {
  private static final String NAME = "selective-scan-gradient";

  /** C1 and C2: as {@link SelectiveScan}. */
  public SelectiveScanGradient {
    SelectiveScan.check(
        NAME, interval, List.of(x, delta, dY, dX, dDelta), a, List.of(b, c, dB, dC), kept);
    SelectiveScan.states(NAME, x, a, List.of(dLast, dInitial));
    SelectiveScan.shape(NAME, dA, a.shape());
    Check.that(dA.dtype() == a.dtype(), NAME, "C2", "one floating type", dA);
  }

  @Override
  public List<View> inputs() {
    return List.of(x, delta, a, b, c, kept, dY, dLast);
  }

  @Override
  public List<View> outputs() {
    return List.of(dX, dDelta, dA, dB, dC, dInitial);
  }

  @Override
  public int recordSince() {
    return 4;
  }
}
