package dev.fathom.spi;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gradient of {@link Normalise}. With {@code u = (x - mean) * rstd} and {@code g = dy * weight}:
 * {@code dx = rstd * (g - mean(g) - u * mean(g * u))}, without {@code mean(g)} where x was not
 * centred; {@code dWeight} is the sum of {@code dy * u} over all rows and {@code dBias} that of
 * {@code dy}.
 *
 * @param x {@code [..., n]}
 * @param weight {@code [n]}
 * @param rstd {@code [...]}, as the forward pass gave it
 * @param dy {@code [..., n]}
 * @param mean {@code [...]}, as the forward pass gave it; empty where x was not centred
 * @param dx {@code [..., n]}
 * @param dWeight {@code [n]}
 * @param dBias {@code [n]}; empty where there was no bias
 */
public record NormaliseGradient(
    View x,
    View weight,
    View rstd,
    View dy,
    Optional<View> mean,
    View dx,
    View dWeight,
    Optional<View> dBias)
    implements KernelSpec {
  /** C1, C2: as {@link Normalise}; each gradient has the shape and type of its operand. */
  public NormaliseGradient {
    Normalise.check("normalise-gradient", x, weight, Optional.of(dWeight), dy, rstd, mean);
    Normalise.check("normalise-gradient", x, weight, dBias, dx, rstd, mean);
  }

  @Override
  public List<View> inputs() {
    return Stream.concat(Stream.of(x, weight, rstd, dy), mean.stream()).toList();
  }

  @Override
  public List<View> outputs() {
    return Stream.concat(Stream.of(dx, dWeight), dBias.stream()).toList();
  }

  @Override
  public int recordSince() {
    return 2;
  }
}
