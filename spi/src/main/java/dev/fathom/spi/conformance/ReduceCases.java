package dev.fathom.spi.conformance;

import static dev.fathom.spi.DType.BF16;
import static dev.fathom.spi.DType.F16;
import static dev.fathom.spi.DType.F32;
import static dev.fathom.spi.DType.F64;
import static dev.fathom.spi.DType.I32;
import static dev.fathom.spi.DType.I64;
import static dev.fathom.spi.DType.I8;
import static dev.fathom.spi.DType.U8;

import dev.fathom.spi.Cumulate;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Expression.Node;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Sort;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Cases for {@link Reduce}, {@link Cumulate} and {@link Sort}. */
final class ReduceCases {
  private static final long[] SIZES = {0, 1, 3, 7, 17, 33, 129, 1025};
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private final Consumer<ConformanceCase> cases;

  ReduceCases(Consumer<ConformanceCase> cases) {
    this.cases = cases;
  }

  void add() {
    for (ReduceOp op : ReduceOp.values()) {
      reduce(op);
    }
    exactness();
    patterns();
    prologues();
    cumulate();
    sort();
  }

  static Reduce plain(ReduceOp op, View x, int axes) {
    return reduce(op, Source.of(x), axes, Layout.CONTIGUOUS);
  }

  private static Reduce reduce(ReduceOp op, Source source, int axes, Layout out) {
    Shape shape = source.shape();
    DType dtype = op.isPosition() ? I32 : source.type();
    return new Reduce(
        op, source, axes, out.of(dtype, shape.slice(0, shape.rank() - axes).toArray()));
  }

  private void reduce(ReduceOp op) {
    String name = "reduce." + op.name().toLowerCase(Locale.ROOT) + ".";
    for (DType type : List.of(F32, F64, I32, I64)) {
      for (long n : SIZES) {
        cases.accept(
            sum(name + "size-" + n + "-" + type.label(), plain(op, row(type, 3, n), 1)).build());
        cases.accept(
            sum(name + "leading-" + n + "-" + type.label(), plain(op, row(type, n, 3), 1)).build());
      }
      for (int axes = 0; axes <= 4; axes++) {
        cases.accept(
            sum(
                    name + "C1.axes-" + axes + "-" + type.label(),
                    plain(op, row(type, 3, 5, 2, 7), axes))
                .build());
      }
      for (Layout in : Layout.values()) {
        for (Layout out : Layout.WRITABLE) {
          String id = name + "C2." + in.label() + "-to-" + out.label() + "-" + type.label();
          Source source = Source.of(in.of(type, 7, 3, 17));
          cases.accept(sum(id, reduce(op, source, 1, out)).build());
          cases.accept(sum(id + "-all", reduce(op, source, 3, out)).build());
        }
      }
    }
    cases.accept(sum(name + "scalar", plain(op, View.contiguous(F32, Shape.SCALAR), 0)).build());
    cases.accept(
        sum(name + "ties", plain(op, row(F32, 2, 8), 1))
            .data(0, 1, 2, 2, 0, 0, 2, 1, 0, -1, -1, -1, -1, -1, -1, -1, -1)
            .build());
    cases.accept(
        sum(name + "nan", plain(op, row(F32, 5, 19), 1))
            .data(
                0, 1, 2, NAN, 4, NAN, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, //
                1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 8, 7, 6, 5, 4, 3, 2, 1, //
                NAN, NAN, 3, INF, 5, 6, 7, 8, 9, 9, 8, 7, 6, 5, 4, 3, 2, 1, NAN)
            .build());
    cases.accept(
        sum(name + "infinity", plain(op, row(F32, 3, 17), 1))
            .data(
                0, 1, INF, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, //
                -INF, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, //
                INF, -INF, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2)
            .build());
    cases.accept(
        sum(name + "wraps-i32", plain(op, row(I32, 2, 9), 1))
            .words(0, Integer.MAX_VALUE, 3, Integer.MIN_VALUE, -5, Integer.MAX_VALUE)
            .build());
    cases.accept(
        sum(name + "wraps-i64", plain(op, row(I64, 2, 9), 1))
            .words(0, Long.MAX_VALUE, 3, Long.MIN_VALUE, -5, Long.MAX_VALUE, (1L << 53) + 1)
            .build());
    if (op != ReduceOp.ARG_MAX && op != ReduceOp.ARG_MIN) {
      for (DType type : List.of(BF16, F16, I8, U8)) {
        Reduce spec =
            new Reduce(op, Source.of(row(type, 5, 13)), 1, View.contiguous(type, Shape.of(5)));
        cases.accept(sum(name + "C3.stored-" + type.label(), spec).build());
      }
    }
  }

  /**
   * A sum may be computed in any order, so it may be off by one unit of the result for each
   * element.
   */
  private static CaseBuilder sum(String id, Reduce spec) {
    boolean ordered = spec.op() != ReduceOp.SUM && spec.op() != ReduceOp.PRODUCT;
    CaseBuilder builder = new CaseBuilder(id, spec);
    boolean doubles = spec.input().type() == F64;
    return ordered
        ? builder
        : builder.within(spec.op() == ReduceOp.SUM ? 8 : 64, doubles ? 1e-13 : 1e-5);
  }

  /** A long sum must not lose what pairwise summation keeps. */
  private void exactness() {
    for (long[] sizes : new long[][] {{1, 100_001}, {100_001, 1}}) {
      View x = row(F32, sizes);
      cases.accept(
          new CaseBuilder("reduce.sum.exactness-" + x.shape(), plain(ReduceOp.SUM, x, 2))
              .data(0, 0.1)
              .within(16, 0)
              .build());
    }
  }

  /** Sums by column and by channel, as gradients of biases and batch norm make them; and any. */
  private void patterns() {
    for (ReduceOp op : List.of(ReduceOp.SUM, ReduceOp.MAX, ReduceOp.ARG_MIN)) {
      String name = "reduce." + op.name().toLowerCase(Locale.ROOT) + ".";
      View columns = Layout.TRANSPOSED.of(F32, 257, 33);
      View wide = Layout.TRANSPOSED.of(F32, 33, 1025);
      View channels = View.of(F32, Shape.of(5, 3, 7, 9), 63, 315, 9, 1);
      cases.accept(new CaseBuilder(name + "columns", plain(op, columns, 1)).whole().build());
      cases.accept(new CaseBuilder(name + "wide", plain(op, wide, 1)).whole().build());
      cases.accept(new CaseBuilder(name + "channels", plain(op, channels, 3)).whole().build());
    }
    List<ReduceOp> ops =
        List.of(ReduceOp.SUM, ReduceOp.MAX, ReduceOp.MIN, ReduceOp.ARG_MAX, ReduceOp.ARG_MIN);
    for (int i = 0; i < 150; i++) {
      SplittableRandom random = new SplittableRandom(i);
      Shape shape = Layout.anyShape(random, random.nextInt(1, 5));
      ReduceOp op = ops.get(random.nextInt(ops.size()));
      DType type = List.of(F32, F64, I32, I64).get(random.nextInt(4));
      int axes = random.nextInt(shape.rank() + 1);
      Source source = Source.of(Layout.any(random, false, type, shape));
      boolean arg = op.isPosition();
      Shape kept = shape.slice(0, shape.rank() - axes);
      View out = Layout.any(random, true, arg ? I32 : type, kept);
      cases.accept(
          new CaseBuilder("reduce.C1.any-" + i, new Reduce(op, source, axes, out)).whole().build());
    }
  }

  private void prologues() {
    for (ReduceOp op : ReduceOp.values()) {
      for (long n : SIZES) {
        for (int axes = 1; axes <= 2; axes++) {
          Expression.Builder builder = new Expression.Builder();
          int d = builder.apply(ScalarOp.SUBTRACT, builder.input(0, F32), builder.input(1, F32));
          int square = builder.apply(ScalarOp.MULTIPLY, d, d);
          Source source =
              new Source(
                  List.of(row(F32, 5, n), Layout.BROADCAST.of(F32, 5, n)), builder.build(square));
          String id = "reduce.C3.squared-distance-" + op + "-" + n + "-axes-" + axes;
          cases.accept(
              new CaseBuilder(
                      id.toLowerCase(Locale.ROOT), reduce(op, source, axes, Layout.CONTIGUOUS))
                  .whole()
                  .within(op == ReduceOp.PRODUCT ? n * 5 : 0, 0)
                  .build());
        }
      }
    }
    Expression.Builder builder = new Expression.Builder();
    int column = builder.add(new Node.Index(1, I64));
    int limit = builder.add(new Node.Scalar(1, I64));
    int inside = builder.apply(ScalarOp.LESS, column, limit);
    int scale = builder.add(new Node.Scalar(0, F32));
    int value = builder.apply(ScalarOp.MULTIPLY, builder.cast(builder.input(0, U8), F32), scale);
    Expression masked =
        builder.build(builder.apply(ScalarOp.SELECT, inside, value, builder.constant(0, F32)));
    Source source = new Source(List.of(row(U8, 7, 21)), masked);
    cases.accept(
        new CaseBuilder(
                "reduce.C3.masked-by-index", reduce(ReduceOp.SUM, source, 1, Layout.CONTIGUOUS))
            .scalars(Expression.bits(0.25, F32), 13)
            .build());
  }

  private void cumulate() {
    for (ReduceOp op : List.of(ReduceOp.SUM, ReduceOp.PRODUCT, ReduceOp.MAX, ReduceOp.MIN)) {
      String name = "cumulate." + op.name().toLowerCase(Locale.ROOT) + ".";
      for (DType type : List.of(F32, F64, I32, I64)) {
        for (long n : SIZES) {
          View x = row(type, 3, n);
          cases.accept(cumulated(name + "C1.size-" + n + "-" + type.label(), op, x, x));
        }
        for (Layout in : Layout.values()) {
          for (Layout out : Layout.WRITABLE) {
            cases.accept(
                cumulated(
                    name + "C1." + in.label() + "-to-" + out.label() + "-" + type.label(),
                    op,
                    in.of(type, 3, 4, 7),
                    out.of(type, 3, 4, 7)));
          }
        }
      }
      View x = row(F32, 2, 6);
      cases.accept(
          new CaseBuilder(name + "nan", new Cumulate(op, x, x))
              .data(0, 1, 3, NAN, 2, INF, 0, 5, -INF, 1, INF, 7, 7)
              .build());
      View narrow = row(U8, 2, 9);
      cases.accept(
          new CaseBuilder(name + "C2.stored-u8", new Cumulate(op, narrow, narrow)).build());
    }
  }

  private static ConformanceCase cumulated(String id, ReduceOp op, View x, View out) {
    CaseBuilder builder = new CaseBuilder(id, new Cumulate(op, x, out));
    boolean exact = op == ReduceOp.MAX || op == ReduceOp.MIN;
    return (exact ? builder : builder.within(64, x.dtype() == F64 ? 1e-12 : 1e-4)).build();
  }

  private void sort() {
    for (boolean descending : new boolean[] {false, true}) {
      String name = "sort." + (descending ? "descending." : "ascending.");
      for (DType type : List.of(F32, F64, I32, I64, BF16, F16, I8, U8)) {
        for (long n : SIZES) {
          View x = row(type, 3, n);
          cases.accept(
              new CaseBuilder(
                      name + "stable-" + n + "-" + type.label(),
                      new Sort(descending, x, x, row(I32, 3, n)))
                  .whole(0, 0, 9)
                  .build());
        }
      }
      for (Layout in : Layout.values()) {
        for (Layout out : Layout.WRITABLE) {
          Sort spec =
              new Sort(descending, in.of(F32, 2, 3, 9), out.of(F32, 2, 3, 9), out.of(I32, 2, 3, 9));
          cases.accept(
              new CaseBuilder(name + "C1." + in.label() + "-to-" + out.label(), spec).build());
        }
      }
      View x = row(F32, 2, 8);
      cases.accept(
          new CaseBuilder(name + "nan-last", new Sort(descending, x, x, row(I32, 2, 8)))
              .data(0, 3, NAN, -0.0, INF, 0, NAN, -INF, 2, NAN, 0, -0.0, 1, 0, -1, -0.0, 5)
              .build());
      View whole = row(I64, 1, 5);
      cases.accept(
          new CaseBuilder(name + "extremes", new Sort(descending, whole, whole, row(I32, 1, 5)))
              .words(0, 0, Long.MIN_VALUE, Long.MAX_VALUE, (1L << 53) + 1, 1L << 53)
              .build());
    }
  }

  private static View row(DType dtype, long... sizes) {
    return View.contiguous(dtype, Shape.of(sizes));
  }
}
