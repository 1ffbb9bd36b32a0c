package dev.fathom.spi.conformance;

import static dev.fathom.spi.DType.BF16;
import static dev.fathom.spi.DType.F16;
import static dev.fathom.spi.DType.F32;
import static dev.fathom.spi.DType.F64;
import static dev.fathom.spi.DType.I32;

import dev.fathom.spi.CrossEntropy;
import dev.fathom.spi.CrossEntropyGradient;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Softmax;
import dev.fathom.spi.View;
import java.util.List;
import java.util.function.Consumer;

/** Cases for {@link Softmax}, {@link CrossEntropy} and {@link CrossEntropyGradient}. */
final class CompositeCases {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private final Consumer<ConformanceCase> cases;

  CompositeCases(Consumer<ConformanceCase> cases) {
    this.cases = cases;
  }

  void add() {
    softmax(false);
    softmax(true);
    crossEntropy();
  }

  private static Tolerance tolerance(DType type) {
    return type == F64
        ? new Tolerance(64, 1e-14)
        : type == F32 ? new Tolerance(16, 2e-6) : new Tolerance(1, 2e-6);
  }

  private void softmax(boolean log) {
    String name = log ? "softmax.log." : "softmax.";
    for (DType type : List.of(F32, F64, BF16, F16)) {
      for (long n : new long[] {0, 1, 2, 7, 10, 17, 129, 4099}) {
        View x = Layout.CONTIGUOUS.of(type, 5, n);
        cases.accept(
            new CaseBuilder(name + "C1.size-" + n + "-" + type.label(), new Softmax(log, x, x))
                .range(0, -8, 8)
                .within(tolerance(type))
                .build());
      }
      for (Layout in : Layout.values()) {
        for (Layout out : Layout.WRITABLE) {
          Softmax spec = new Softmax(log, in.of(type, 3, 2, 11), out.of(type, 3, 2, 11));
          cases.accept(
              new CaseBuilder(
                      name + "C1." + in.label() + "-to-" + out.label() + "-" + type.label(), spec)
                  .within(tolerance(type))
                  .build());
        }
      }
    }
    View line = Layout.CONTIGUOUS.of(F32, 9);
    cases.accept(
        new CaseBuilder(name + "C1.rank-1", new Softmax(log, line, line))
            .within(tolerance(F32))
            .build());
    View x = Layout.CONTIGUOUS.of(F32, 7, 3);
    cases.accept(
        new CaseBuilder(name + "huge-and-special", new Softmax(log, x, x))
            .data(
                0, 1e30, 1e30, 1e30, -1e30, 1e30, 0, 1000, 1001, 999, -INF, 0, 1, -INF, -INF, -INF,
                NAN, 1, 2, INF, 1, 2)
            .within(tolerance(F32))
            .build());
  }

  private void crossEntropy() {
    for (DType type : List.of(F32, F64, BF16)) {
      for (long[] size : new long[][] {{0, 3}, {1, 1}, {3, 10}, {17, 7}, {33, 129}, {129, 10}}) {
        for (Layout layout : Layout.WRITABLE) {
          loss(
              "C1." + Shape.of(size) + "-" + type.label() + "-" + layout.label(),
              type,
              size,
              layout);
        }
      }
    }
    View logits = Layout.CONTIGUOUS.of(F32, 4, 3);
    View labels = Layout.CONTIGUOUS.of(I32, 4);
    View rows = Layout.CONTIGUOUS.of(F32, 4);
    cases.accept(
        new CaseBuilder(
                "cross-entropy.huge-and-special", new CrossEntropy(logits, labels, rows, rows))
            .data(0, 1e6, 0, -1e6, 200, 201, 202, NAN, 1, 2, -INF, 0, 1)
            .data(1, 0, 1, 2, 0)
            .within(tolerance(F32))
            .build());
  }

  private void loss(String id, DType type, long[] size, Layout layout) {
    View logits = layout.of(type, size);
    View labels = layout.of(I32, size[0]);
    View rows = layout.of(type, size[0]);
    cases.accept(
        new CaseBuilder("cross-entropy." + id, new CrossEntropy(logits, labels, rows, rows))
            .range(0, -8, 8)
            .whole(1, -2, size[1] + 1)
            .within(tolerance(type))
            .build());
    cases.accept(
        new CaseBuilder(
                "cross-entropy-gradient." + id,
                new CrossEntropyGradient(logits, labels, rows, rows, logits))
            .whole(1, -2, size[1] + 1)
            .range(2, 2, 9)
            .within(tolerance(type))
            .build());
  }
}
