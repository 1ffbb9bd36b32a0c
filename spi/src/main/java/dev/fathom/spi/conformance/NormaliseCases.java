package dev.fathom.spi.conformance;

import static dev.fathom.spi.DType.F32;
import static dev.fathom.spi.DType.F64;

import dev.fathom.spi.DType;
import dev.fathom.spi.Normalise;
import dev.fathom.spi.NormaliseGradient;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Cases for {@link Normalise} and {@link NormaliseGradient}. */
final class NormaliseCases {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private final Consumer<ConformanceCase> cases;

  NormaliseCases(Consumer<ConformanceCase> cases) {
    this.cases = cases;
  }

  void add() {
    for (DType type : List.of(F32, F64)) {
      for (boolean centred : new boolean[] {true, false}) {
        for (boolean biased : new boolean[] {true, false}) {
          String kind = (centred ? "centred" : "root-mean-square") + (biased ? "-biased-" : "-");
          for (long[] size :
              new long[][] {{1}, {33}, {0, 5}, {1, 1}, {3, 7}, {5, 129}, {7, 16}, {2, 3, 31}}) {
            String id = "C1." + kind + Shape.of(size) + "-" + type.label();
            both(id, centred, biased, Layout.CONTIGUOUS, Layout.CONTIGUOUS, type, size);
          }
          for (Layout in : Layout.values()) {
            for (Layout out : Layout.WRITABLE) {
              String id = "C1." + kind + in.label() + "-to-" + out.label() + "-" + type.label();
              both(id, centred, biased, in, out, type, 3, 5, 11);
            }
          }
        }
      }
      // More rows than any kernel adds up in one chain.
      String id = "C1.many-rows-" + type.label();
      both(id, true, true, Layout.CONTIGUOUS, Layout.CONTIGUOUS, type, 700, 17);
    }
    View x = View.contiguous(F32, Shape.of(6, 3));
    View rows = View.contiguous(F32, Shape.of(6));
    View vector = View.contiguous(F32, Shape.of(3));
    Normalise spec =
        new Normalise(1e-5, x, vector, Optional.of(vector), x, rows, Optional.of(rows));
    cases.accept(
        new CaseBuilder("normalise.huge-and-special", spec)
            .data(0, 7, 7, 7, 0, 0, 0, 1e10, -1e10, 2e10, 1e-20, 2e-20, 0, NAN, 1, 2, INF, 1, 2)
            .within(tolerance(F32))
            .build());
  }

  private static Tolerance tolerance(DType type) {
    return type == F64 ? new Tolerance(256, 1e-12) : new Tolerance(64, 2e-5);
  }

  private void both(
      String id, boolean centred, boolean biased, Layout in, Layout out, DType type, long... size) {
    Shape shape = Shape.of(size);
    long[] leading = shape.slice(0, shape.rank() - 1).toArray();
    long[] features = {shape.size(-1)};
    View x = in.of(type, size);
    View weight = in.of(type, features);
    Optional<View> bias = biased ? Optional.of(weight) : Optional.empty();
    Optional<View> readMean = centred ? Optional.of(in.of(type, leading)) : Optional.empty();
    Optional<View> mean = centred ? Optional.of(out.of(type, leading)) : Optional.empty();
    cases.accept(
        new CaseBuilder(
                "normalise." + id,
                new Normalise(
                    1e-2, x, weight, bias, out.of(type, size), out.of(type, leading), mean))
            .within(tolerance(type))
            .build());
    cases.accept(
        new CaseBuilder(
                "normalise-gradient." + id,
                new NormaliseGradient(
                    x,
                    weight,
                    in.of(type, leading),
                    in.of(type, size),
                    readMean,
                    out.of(type, size),
                    out.of(type, features),
                    biased ? Optional.of(out.of(type, features)) : Optional.empty()))
            .range(2, 0.5, 2)
            .within(type == F64 ? new Tolerance(256, 1e-12) : new Tolerance(64, 2e-4))
            .build());
  }
}
