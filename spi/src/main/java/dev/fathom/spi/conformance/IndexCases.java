package dev.fathom.spi.conformance;

import static dev.fathom.spi.DType.F32;
import static dev.fathom.spi.DType.F64;
import static dev.fathom.spi.DType.I32;
import static dev.fathom.spi.DType.I64;

import dev.fathom.spi.DType;
import dev.fathom.spi.DynamicSlice;
import dev.fathom.spi.DynamicSliceUpdate;
import dev.fathom.spi.Gather;
import dev.fathom.spi.Scatter;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Cases for {@link Gather}, {@link Scatter}, {@link DynamicSlice} and its update. */
final class IndexCases {
  private static final long[][] INNER = {{}, {1}, {7}, {0}, {3, 5}, {129}};

  private final Consumer<ConformanceCase> cases;

  IndexCases(Consumer<ConformanceCase> cases) {
    this.cases = cases;
  }

  void add() {
    for (DType index : List.of(I32, I64)) {
      for (DType type : DType.values()) {
        gatherAndScatter(type, index, new long[] {7}, 5, 17);
      }
      for (long[] inner : INNER) {
        for (long rows : new long[] {0, 1, 6}) {
          for (long count : new long[] {0, 1, 13}) {
            gatherAndScatter(F32, index, inner, rows, count);
          }
        }
      }
    }
    layouts();
    order();
    slices();
  }

  private static View view(DType type, Shape shape) {
    return View.contiguous(type, shape);
  }

  private void gatherAndScatter(DType type, DType index, long[] inner, long rows, long count) {
    View table = view(type, Shape.of(rows).concat(Shape.of(inner)));
    View indices = view(index, Shape.of(count));
    View lines = view(type, Shape.of(count).concat(Shape.of(inner)));
    String id =
        "C1.%s-by-%s-%s-rows-%d-count-%d"
            .formatted(type.label(), index.label(), Shape.of(inner), rows, count);
    cases.accept(
        new CaseBuilder("gather." + id, new Gather(table, indices, lines))
            .whole(1, -2, rows + 1)
            .build());
    for (Scatter.Mode mode : Scatter.Mode.values()) {
      if (type != DType.BOOL || mode == Scatter.Mode.SET) {
        cases.accept(
            scatter("scatter." + label(mode) + "." + id, mode, indices, lines, table)
                .whole(0, -2, rows + 1)
                .build());
      }
    }
  }

  private static String label(Scatter.Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  private static CaseBuilder scatter(
      String id, Scatter.Mode mode, View indices, View updates, View target) {
    CaseBuilder builder = new CaseBuilder(id, new Scatter(mode, indices, updates, target));
    builder =
        target.dtype().isFloating() ? builder.whole(1, -4, 4).whole(2, -4, 4) : builder.keep(0);
    return builder;
  }

  private void layouts() {
    for (Layout in : Layout.values()) {
      for (Layout out : Layout.WRITABLE) {
        String at = in.label() + "-to-" + out.label();
        View indices = View.of(I32, Shape.of(9), -2);
        cases.accept(
            new CaseBuilder(
                    "gather.C1." + at,
                    new Gather(in.of(F32, 6, 3, 5), indices, out.of(F32, 9, 3, 5)))
                .whole(1, -1, 6)
                .build());
        for (Scatter.Mode mode : Scatter.Mode.values()) {
          cases.accept(
              scatter(
                      "scatter." + label(mode) + ".C1." + at,
                      mode,
                      indices,
                      in.of(F32, 9, 3, 5),
                      out.of(F32, 6, 3, 5))
                  .whole(0, -1, 6)
                  .build());
        }
      }
    }
    View table = view(F64, Shape.of(3, 2));
    View far = view(I64, Shape.of(4));
    cases.accept(
        new CaseBuilder("gather.C2.far-index", new Gather(table, far, view(F64, Shape.of(4, 2))))
            .words(1, 1L << 32, 1, -(1L << 40), Long.MIN_VALUE)
            .build());
    cases.accept(
        scatter("scatter.add.C2.far-index", Scatter.Mode.ADD, far, view(F64, Shape.of(4, 2)), table)
            .words(0, 1L << 32, 1, -(1L << 40), Long.MAX_VALUE)
            .build());
  }

  /** Updates of one row happen in ascending order. */
  private void order() {
    View indices = view(I32, Shape.of(3));
    View updates = view(F32, Shape.of(3, 2));
    View target = view(F32, Shape.of(2, 2));
    for (Scatter.Mode mode : Scatter.Mode.values()) {
      cases.accept(
          scatter("scatter." + label(mode) + ".order", mode, indices, updates, target)
              .data(0, 1)
              .data(1, 1e8, -1e8, 1, 1, -1e8, 1e8)
              .keep(0, 0, 0, 1, 1)
              .build());
    }
    cases.accept(
        scatter("scatter.add.nan", Scatter.Mode.ADD, indices, updates, target)
            .data(0, 0, 1, 7)
            .data(1, Double.NaN, 1, Double.POSITIVE_INFINITY, 1, Double.NaN, Double.NaN)
            .keep(0, 1, 2, Double.NEGATIVE_INFINITY, 4)
            .build());
  }

  private void slices() {
    long[][] starts = {
      {0, 0, 0}, {1, 2, 3}, {-5, 1, 100}, {Long.MAX_VALUE, Long.MIN_VALUE, 2}, {1L << 32, 0, 1}
    };
    for (DType type : DType.values()) {
      for (long[] start : starts) {
        for (Layout layout : Layout.WRITABLE) {
          String id =
              "."
                  + type.label()
                  + "-"
                  + Shape.of(4, 5, 7)
                  + "-at-"
                  + java.util.Arrays.toString(start)
                  + "-"
                  + layout.label();
          View whole = layout.of(type, 4, 5, 7);
          View block = Layout.TRANSPOSED.of(type, 2, 3, 4);
          cases.accept(
              new CaseBuilder("dynamic-slice.C1" + id, new DynamicSlice(whole, block))
                  .scalars(start)
                  .build());
          cases.accept(
              new CaseBuilder("dynamic-slice-update.C1" + id, new DynamicSliceUpdate(block, whole))
                  .scalars(start)
                  .keep(0)
                  .build());
        }
      }
    }
    for (long[] sizes : new long[][] {{}, {0}, {5, 0}, {4, 5}}) {
      View view = view(F32, Shape.of(sizes));
      long[] start = new long[sizes.length];
      java.util.Arrays.fill(start, 3);
      cases.accept(
          new CaseBuilder("dynamic-slice.C1.all-of-" + view, new DynamicSlice(view, view))
              .scalars(start)
              .build());
      cases.accept(
          new CaseBuilder(
                  "dynamic-slice-update.C1.all-of-" + view, new DynamicSliceUpdate(view, view))
              .scalars(start)
              .keep(0)
              .build());
    }
    View line = view(F32, Shape.of(9));
    cases.accept(
        new CaseBuilder("dynamic-slice.C1.nothing", new DynamicSlice(line, view(F32, Shape.of(0))))
            .scalars(4)
            .build());
    for (Layout in : List.of(Layout.BROADCAST, Layout.OVERLAPPING)) {
      cases.accept(
          new CaseBuilder(
                  "dynamic-slice.C1." + in.label(),
                  new DynamicSlice(in.of(F32, 4, 6), view(F32, Shape.of(2, 3))))
              .scalars(1, 2)
              .build());
    }
  }
}
