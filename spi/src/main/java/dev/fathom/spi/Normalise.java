package dev.fathom.spi;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Normalisation along the last axis: {@code y = (x - mean) * rstd * weight + bias}, where {@code
 * rstd = 1 / sqrt(mean((x - mean)^2) + epsilon)}. With a mean it is layer normalisation (Ba, Kiros
 * and Hinton, 2016); without one, x is taken as it is: root mean square normalisation (Zhang and
 * Sennrich, 2019).
 *
 * @param epsilon added to the mean of the squares
 * @param x {@code [..., n]}, f32 or f64
 * @param weight {@code [n]}
 * @param bias {@code [n]}; empty for none
 * @param y {@code [..., n]}
 * @param rstd {@code [...]}, saved for the gradient
 * @param mean {@code [...]}, saved for the gradient; empty where x is not centred
 */
public record Normalise(
    double epsilon,
    View x,
    View weight,
    Optional<View> bias,
    View y,
    View rstd,
    Optional<View> mean)
    implements KernelSpec {
  /** C1: shapes agree, rows are not empty. C2: one type, f32 or f64. */
  public Normalise {
    check("normalise", x, weight, bias, y, rstd, mean);
  }

  /** Checks a normalisation or its gradient; {@code features} and {@code like} are as x. */
  static void check(
      String name,
      View x,
      View weight,
      Optional<View> features,
      View like,
      View rstd,
      Optional<View> mean) {
    List<View> vectors = Stream.concat(Stream.of(weight), features.stream()).toList();
    List<View> rows = Stream.concat(Stream.of(rstd), mean.stream()).toList();
    List<View> all = Stream.of(List.of(x, like), vectors, rows).flatMap(List::stream).toList();
    Check.that(
        x.rank() >= 1
            && x.size(x.rank() - 1) >= 1
            && like.shape().equals(x.shape())
            && vectors.stream().allMatch(v -> v.shape().equals(Shape.of(x.size(x.rank() - 1))))
            && rows.stream().allMatch(v -> v.shape().equals(x.shape().slice(0, x.rank() - 1))),
        name,
        "C1",
        "values [..., n], vectors [n] and statistics [...], n not 0",
        all);
    Check.that(
        (x.dtype() == DType.F32 || x.dtype() == DType.F64)
            && all.stream().allMatch(view -> view.dtype() == x.dtype()),
        name,
        "C2",
        "one type, f32 or f64",
        all);
  }

  @Override
  public List<View> inputs() {
    return Stream.concat(Stream.of(x, weight), bias.stream()).toList();
  }

  @Override
  public List<View> outputs() {
    return Stream.concat(Stream.of(y, rstd), mean.stream()).toList();
  }

  @Override
  public int recordSince() {
    return 2;
  }
}
