package dev.fathom.spi.conformance;

import static dev.fathom.spi.DType.BF16;
import static dev.fathom.spi.DType.F16;
import static dev.fathom.spi.DType.F32;
import static dev.fathom.spi.DType.F64;
import static dev.fathom.spi.DType.I32;
import static dev.fathom.spi.DType.I64;
import static dev.fathom.spi.DType.I8;
import static dev.fathom.spi.DType.U8;

import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Expression.Node;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Cases for {@link Contract}. Most use small whole numbers, whose float sums are exact. */
final class ContractCases {
  private static final long[][] SIZES = {
    {1, 1, 1},
    {1, 1, 33},
    {1, 17, 33},
    {17, 1, 7},
    {3, 7, 17},
    {7, 3, 1},
    {12, 32, 8},
    {13, 33, 65},
    {33, 17, 129},
    {129, 33, 7},
    {2, 3, 257},
    {25, 35, 300},
    {1, 129, 129},
    {0, 3, 5},
    {3, 0, 5},
    {3, 5, 0},
    {0, 0, 0}
  };

  private final Consumer<ConformanceCase> cases;

  ContractCases(Consumer<ConformanceCase> cases) {
    this.cases = cases;
  }

  void add() {
    sizes();
    layouts();
    blocks();
    axes();
    anyViews();
    types();
    numbers();
    prologues();
    quantised();
    epilogues();
  }

  static Contract matmul(DType type, long m, long n, long k) {
    return of(
        View.contiguous(type, Shape.of(m, k)), View.contiguous(type, Shape.of(n, k)), 0, 1, type);
  }

  private static Contract of(View a, View b, int batchAxes, int kAxes, DType type) {
    return of(a, b, batchAxes, kAxes, type, Layout.CONTIGUOUS);
  }

  private static Contract of(
      View a, View b, int batchAxes, int kAxes, DType type, Layout outputLayout) {
    Epilogue store =
        Epilogue.store(outputLayout.of(type, result(a, b, batchAxes, kAxes).toArray()));
    return new Contract(Source.of(a), Source.of(b), batchAxes, kAxes, type.valueType(), store);
  }

  private static Shape result(View a, View b, int batchAxes, int kAxes) {
    return a.shape()
        .slice(0, a.rank() - kAxes)
        .concat(b.shape().slice(batchAxes, b.rank() - kAxes));
  }

  private void sizes() {
    for (long[] size : SIZES) {
      String id = "contract.C4." + size[0] + "x" + size[1] + "x" + size[2];
      boolean small = size[0] * size[1] * size[2] < 50_000;
      for (DType type : small ? List.of(F32, F64, I32, I64) : List.of(F32)) {
        Contract spec = matmul(type, size[0], size[1], size[2]);
        cases.accept(new CaseBuilder(id + "-" + type.label(), spec).whole().build());
      }
      cases.accept(
          new CaseBuilder(id + "-fractions", matmul(F32, size[0], size[1], size[2]))
              .within(4, 4e-7 * (size[2] + 10))
              .build());
    }
  }

  private void layouts() {
    for (Layout a : Layout.values()) {
      for (Layout b : Layout.values()) {
        for (Layout out : Layout.WRITABLE) {
          String id = "contract.C4." + a.label() + "-" + b.label() + "-to-" + out.label();
          cases.accept(
              new CaseBuilder(id, of(a.of(F32, 13, 19), b.of(F32, 33, 19), 0, 1, F32, out))
                  .whole()
                  .build());
          cases.accept(
              new CaseBuilder(
                      id + "-batched",
                      of(a.of(F32, 3, 2, 7, 5), b.of(F32, 3, 2, 4, 5), 2, 1, F32, out))
                  .whole()
                  .build());
        }
      }
    }
  }

  /** Sizes beyond the blocks that fast kernels cut a product into. */
  private void blocks() {
    for (long[] size : new long[][] {{26, 35, 520}, {300, 21, 9}, {13, 1100, 5}, {530, 3, 3}}) {
      for (Layout layout : List.of(Layout.CONTIGUOUS, Layout.TRANSPOSED)) {
        View a = layout.of(F32, size[0], size[2]);
        View b = layout.of(F32, size[1], size[2]);
        String id =
            "contract.C4.blocks-%dx%dx%d-%s".formatted(size[0], size[1], size[2], layout.label());
        cases.accept(new CaseBuilder(id, of(a, b, 0, 1, F32)).whole().build());
      }
    }
  }

  private void anyViews() {
    for (int i = 0; i < 150; i++) {
      SplittableRandom random = new SplittableRandom(i);
      Shape batch = Layout.anyShape(random, random.nextInt(3));
      Shape m = Layout.anyShape(random, random.nextInt(3));
      Shape n = Layout.anyShape(random, random.nextInt(3));
      Shape k = Layout.anyShape(random, random.nextInt(3));
      if (batch.concat(m).concat(n).concat(k).elements() > 60_000) {
        continue;
      }
      DType type = i % 5 == 0 ? F64 : F32;
      View a = Layout.any(random, false, type, batch.concat(m).concat(k));
      View b = Layout.any(random, false, type, batch.concat(n).concat(k));
      View out = Layout.any(random, true, type, batch.concat(m).concat(n));
      Contract spec =
          new Contract(
              Source.of(a), Source.of(b), batch.rank(), k.rank(), type, Epilogue.store(out));
      cases.accept(new CaseBuilder("contract.C1.any-" + i, spec).whole().build());
    }
  }

  private void axes() {
    long[] batch = {3, 2};
    long[] m = {4, 3};
    long[] n = {2, 5};
    long[] k = {3, 7};
    for (int batchAxes = 0; batchAxes <= 2; batchAxes++) {
      for (int mAxes = 0; mAxes <= 2; mAxes++) {
        for (int nAxes = 0; nAxes <= 2; nAxes++) {
          for (int kAxes = 0; kAxes <= 2; kAxes++) {
            String id =
                "contract.C1.axes-b%d-m%d-n%d-k%d".formatted(batchAxes, mAxes, nAxes, kAxes);
            Shape shared = Shape.of(batch).slice(0, batchAxes);
            Shape inner = Shape.of(k).slice(0, kAxes);
            Shape left = shared.concat(Shape.of(m).slice(0, mAxes)).concat(inner);
            Shape right = shared.concat(Shape.of(n).slice(0, nAxes)).concat(inner);
            for (Layout layout : List.of(Layout.CONTIGUOUS, Layout.TRANSPOSED)) {
              Contract spec =
                  of(
                      layout.of(F32, left.toArray()),
                      Layout.CONTIGUOUS.of(F32, right.toArray()),
                      batchAxes,
                      kAxes,
                      F32);
              cases.accept(new CaseBuilder(id + "-" + layout.label(), spec).whole().build());
            }
          }
        }
      }
    }
    cases.accept(new CaseBuilder("contract.C2.convolution-by-view", windows()).whole().build());
    View x = View.contiguous(F32, Shape.of(9, 17));
    cases.accept(
        new CaseBuilder("contract.C3.one-operand-twice", of(x, x, 0, 1, F32))
            .whole()
            .alias(1, 0)
            .build());
    cases.accept(
        new CaseBuilder("contract.C3.one-buffer", of(x, x, 0, 1, F32)).whole().oneBuffer().build());
  }

  /** A 3x3 convolution of [2, 3, 8, 9] as a product over overlapping windows. */
  private static Contract windows() {
    View patches = View.of(F32, Shape.of(2, 6, 7, 3, 3, 3), 3 * 8 * 9, 9, 1, 8 * 9, 9, 1);
    View weight = View.contiguous(F32, Shape.of(5, 3, 3, 3));
    return of(patches, weight, 0, 3, F32);
  }

  private void types() {
    record Types(DType a, DType b, DType accumulator, DType out) {}
    for (Types types :
        List.of(
            new Types(BF16, BF16, F32, BF16),
            new Types(BF16, BF16, F32, F32),
            new Types(F16, F16, F32, F16),
            new Types(F32, BF16, F32, F32),
            new Types(F32, F32, F64, F64),
            new Types(F64, F32, F64, F64),
            new Types(I8, I8, I32, I32),
            new Types(U8, I8, I32, I32),
            new Types(I8, I8, I32, I8),
            new Types(I32, I32, I64, I64),
            new Types(I8, I32, I64, I64))) {
      for (long k : new long[] {0, 1, 17, 129}) {
        Contract spec =
            new Contract(
                Source.of(View.contiguous(types.a(), Shape.of(13, k))),
                Source.of(View.contiguous(types.b(), Shape.of(19, k))),
                0,
                1,
                types.accumulator(),
                Epilogue.store(View.contiguous(types.out(), Shape.of(13, 19))));
        String id =
            "contract.C5.%s-%s-in-%s-to-%s-k%d"
                .formatted(
                    types.a().label(),
                    types.b().label(),
                    types.accumulator().label(),
                    types.out().label(),
                    k);
        CaseBuilder builder = new CaseBuilder(id, spec);
        cases.accept((types.a().isFloating() ? builder.whole() : builder).build());
      }
    }
  }

  private void numbers() {
    double nan = Double.NaN;
    double inf = Double.POSITIVE_INFINITY;
    cases.accept(
        new CaseBuilder("contract.nan-and-infinity", matmul(F32, 3, 5, 4))
            .data(0, 1, nan, 2, 3, 1, 1, 1, 1, inf, 0, 1, 1)
            .data(1, 1, 1, 1, 1, 0, 0, 0, 0, 1, -inf, 1, 1, 2, 1, 1, 1, -inf, 0, 1, 1)
            .build());
    cases.accept(
        new CaseBuilder("contract.wraps-i32", matmul(I32, 3, 5, 4))
            .words(0, Integer.MAX_VALUE, 2, Integer.MIN_VALUE, 65537)
            .words(1, 3, Integer.MAX_VALUE, -1, 65536, 7)
            .build());
    cases.accept(
        new CaseBuilder("contract.wraps-i64", matmul(I64, 3, 5, 4))
            .words(0, Long.MAX_VALUE, 2, Long.MIN_VALUE, 1L << 33)
            .words(1, 3, Long.MAX_VALUE, -1, 1L << 31, 7)
            .build());
  }

  private void prologues() {
    for (long k : new long[] {0, 1, 7, 33, 257}) {
      Expression.Builder builder = new Expression.Builder();
      int scaled =
          builder.apply(
              ScalarOp.MULTIPLY, builder.input(0, F32), builder.add(new Node.Scalar(0, F32)));
      Source a =
          new Source(
              List.of(Layout.TRANSPOSED.of(F32, 9, k), Layout.BROADCAST.of(F32, 9, k)),
              add(builder, scaled));
      Expression.Builder mask = new Expression.Builder();
      int inside =
          mask.apply(
              ScalarOp.LESS, mask.add(new Node.Index(1, I32)), mask.add(new Node.Scalar(1, I32)));
      Source b =
          new Source(
              List.of(View.contiguous(U8, Shape.of(19, k))),
              mask.build(
                  mask.apply(
                      ScalarOp.SELECT,
                      inside,
                      mask.cast(mask.input(0, U8), F32),
                      mask.constant(0, F32))));
      Source plain = Source.of(View.contiguous(F32, Shape.of(19, k)));
      Epilogue store = Epilogue.store(View.contiguous(F32, Shape.of(9, 19)));
      long[] scalars = {Expression.bits(3, F32), 5};
      cases.accept(
          new CaseBuilder("contract.prologue.a-" + k, new Contract(a, plain, 0, 1, F32, store))
              .whole()
              .scalars(scalars)
              .build());
      cases.accept(
          new CaseBuilder("contract.prologue.both-" + k, new Contract(a, b, 0, 1, F32, store))
              .whole()
              .whole(2, 0, 9)
              .scalars(scalars)
              .build());
    }
  }

  /** Weights stored as i8, widened while they are read, and a factor for each row of them. */
  private void quantised() {
    for (long m : new long[] {1, 2, 13}) {
      for (long k : new long[] {0, 1, 16, 37, 130, 600}) {
        for (Layout layout : List.of(Layout.CONTIGUOUS, Layout.TRANSPOSED, Layout.GAPPED)) {
          long n = 75;
          View out = View.contiguous(F32, Shape.of(m, n));
          View factors = View.of(F32, Shape.of(m, n), 0, 1);
          Expression.Builder scaled = new Expression.Builder();
          Epilogue epilogue =
              new Epilogue(
                  scaled.build(
                      scaled.apply(ScalarOp.MULTIPLY, scaled.input(0, F32), scaled.input(1, F32))),
                  List.of(factors),
                  List.of(out));
          Source weights = Source.of(layout.of(I8, n, k), F32);
          Source x = Source.of(View.contiguous(F32, Shape.of(m, k)));
          cases.accept(
              new CaseBuilder(
                      "contract.prologue.i8-%dx%d-%s".formatted(m, k, layout.label()),
                      new Contract(x, weights, 0, 1, F32, epilogue))
                  .whole()
                  .whole(1, -128, 127)
                  .build());
        }
      }
    }
    Source weights = Source.of(View.contiguous(I8, Shape.of(3, 19, 33)), F32);
    Source x = Source.of(View.contiguous(F32, Shape.of(3, 5, 33)));
    cases.accept(
        new CaseBuilder(
                "contract.prologue.i8-first",
                new Contract(
                    weights,
                    x,
                    1,
                    1,
                    F32,
                    Epilogue.store(View.contiguous(F32, Shape.of(3, 19, 5)))))
            .whole()
            .build());
    cases.accept(
        new CaseBuilder(
                "contract.prologue.i8-both",
                new Contract(
                    weights,
                    weights,
                    1,
                    1,
                    F32,
                    Epilogue.store(View.contiguous(F32, Shape.of(3, 19, 19)))))
            .whole()
            .build());
  }

  private static Expression add(Expression.Builder builder, int left) {
    return builder.build(builder.apply(ScalarOp.ADD, left, builder.input(1, F32)));
  }

  private void epilogues() {
    for (long[] size : SIZES) {
      long m = size[0];
      long n = size[1];
      View a = View.contiguous(F32, Shape.of(m, size[2]));
      View b = View.contiguous(F32, Shape.of(n, size[2]));
      String at = "-" + m + "x" + n + "x" + size[2];
      View bias = View.of(F32, Shape.of(m, n), 0, 1);
      View out = View.contiguous(F32, Shape.of(m, n));
      Expression.Builder relu = new Expression.Builder();
      int biased = relu.apply(ScalarOp.ADD, relu.input(0, F32), relu.input(1, F32));
      Epilogue biasRelu =
          new Epilogue(relu.build(relu.apply(ScalarOp.RELU, biased)), List.of(bias), List.of(out));
      cases.accept(
          new CaseBuilder(
                  "contract.epilogue.bias-relu" + at,
                  new Contract(Source.of(a), Source.of(b), 0, 1, F32, biasRelu))
              .whole()
              .build());
      Expression.Builder two = new Expression.Builder();
      int sum = two.apply(ScalarOp.ADD, two.input(0, F32), two.input(1, F32));
      int column = two.cast(two.add(new Node.Index(1, I32)), F32);
      int scaled = two.apply(ScalarOp.MULTIPLY, sum, two.add(new Node.Scalar(0, F32)));
      int shifted = two.apply(ScalarOp.ADD, scaled, column);
      int positive = two.apply(ScalarOp.LESS, two.constant(0, F32), shifted);
      Epilogue outputs =
          new Epilogue(
              two.build(shifted, positive, two.input(0, F32)),
              List.of(Layout.TRANSPOSED.of(F32, m, n)),
              List.of(
                  Layout.GAPPED.of(F32, m, n),
                  Layout.CONTIGUOUS.of(DType.BOOL, m, n),
                  Layout.TRANSPOSED.of(F32, m, n)));
      cases.accept(
          new CaseBuilder(
                  "contract.epilogue.three-outputs" + at,
                  new Contract(Source.of(a), Source.of(b), 0, 1, F32, outputs))
              .whole()
              .scalars(Expression.bits(2, F32))
              .build());
    }
  }
}
