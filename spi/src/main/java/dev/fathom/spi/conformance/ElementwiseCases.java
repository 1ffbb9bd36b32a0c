package dev.fathom.spi.conformance;

import static dev.fathom.spi.DType.BF16;
import static dev.fathom.spi.DType.BOOL;
import static dev.fathom.spi.DType.F16;
import static dev.fathom.spi.DType.F32;
import static dev.fathom.spi.DType.F64;
import static dev.fathom.spi.DType.I32;
import static dev.fathom.spi.DType.I64;
import static dev.fathom.spi.DType.I8;
import static dev.fathom.spi.DType.U8;

import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Expression.Node;
import dev.fathom.spi.Fused;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Cases for {@link Fused}, and for every {@link ScalarOp} through it. */
final class ElementwiseCases {
  private static final long[] SIZES = {0, 1, 2, 3, 7, 8, 17, 33, 63, 129, 1000, 4099};

  private static final double[] NUMBERS = {
    0,
    -0.0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    3.25,
    7,
    0.1,
    -0.3,
    1e-5,
    -1e-5,
    0.49999997,
    100,
    -100,
    8388609,
    -8388607.5,
    1e10,
    -1e10,
    Float.MAX_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY
  };
  private static final long[] INTS = {
    0, 1, -1, 2, -2, 7, -7, 100, 65537, Integer.MAX_VALUE, Integer.MIN_VALUE
  };
  private static final long[] LONGS = {
    0, 1, -1, 2, -7, 65537, 1L << 32, -(1L << 40), (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE
  };

  private final Consumer<ConformanceCase> cases;

  ElementwiseCases(Consumer<ConformanceCase> cases) {
    this.cases = cases;
  }

  void add() {
    operations();
    casts();
    storage();
    leaves();
    shapes();
    places();
    chains();
    anyViews();
  }

  static Expression unary(ScalarOp op, DType type) {
    Expression.Builder builder = new Expression.Builder();
    return builder.build(builder.apply(op, builder.input(0, type)));
  }

  static Expression binary(ScalarOp op, DType type) {
    Expression.Builder builder = new Expression.Builder();
    return builder.build(builder.apply(op, builder.input(0, type), builder.input(1, type)));
  }

  private static View row(DType dtype, long elements) {
    return View.contiguous(dtype, Shape.of(elements));
  }

  private void operations() {
    for (ScalarOp op : ScalarOp.values()) {
      if (op == ScalarOp.CAST) {
        continue;
      }
      for (DType type : List.of(F32, F64, I32, I64, BOOL)) {
        if (takes(op, type)) {
          operation(op, type);
        }
      }
    }
  }

  private static boolean takes(ScalarOp op, DType type) {
    return switch (op.domain()) {
      case NUMBER -> type != BOOL;
      case FLOATING -> type.isFloating();
      case COMPARE -> type != BOOL || op == ScalarOp.EQUAL || op == ScalarOp.NOT_EQUAL;
      case BITS ->
          op == ScalarOp.SHIFT_LEFT || op == ScalarOp.SHIFT_RIGHT
              ? type.isInteger()
              : !type.isFloating();
      case SELECT, CAST -> true;
    };
  }

  private void operation(ScalarOp op, DType type) {
    String id = "fused." + op.label() + "." + type.label();
    if (op == ScalarOp.SELECT) {
      Expression.Builder builder = new Expression.Builder();
      int condition = builder.input(0, BOOL);
      Expression map =
          builder.build(
              builder.apply(op, condition, builder.input(1, type), builder.input(2, type)));
      List<View> inputs = List.of(row(BOOL, 37), row(type, 37), row(type, 37));
      cases.accept(
          new CaseBuilder(id, new Fused(Shape.of(37), inputs, map, List.of(row(type, 37))))
              .build());
      return;
    }
    long[] x = words(op, type, 0);
    DType result = op.domain() == ScalarOp.Domain.COMPARE ? BOOL : type;
    if (op.arity() == 1) {
      Fused spec =
          new Fused(
              Shape.of(x.length),
              List.of(row(type, x.length)),
              unary(op, type),
              List.of(row(result, x.length)));
      cases.accept(new CaseBuilder(id, spec).words(0, x).within(tolerance(op, type)).build());
    } else {
      long[] y = words(op, type, 1);
      View left = View.of(type, Shape.of(x.length, y.length), 1, 0);
      View right = View.of(type, Shape.of(x.length, y.length), 0, 1);
      Fused spec =
          new Fused(
              left.shape(),
              List.of(left, right),
              binary(op, type),
              List.of(View.contiguous(result, left.shape())));
      long[] repeated = new long[x.length * y.length];
      for (int i = 0; i < repeated.length; i++) {
        repeated[i] = x[i / y.length];
      }
      cases.accept(
          new CaseBuilder(id, spec)
              .words(0, repeated)
              .words(1, y)
              .within(tolerance(op, type))
              .build());
    }
  }

  /** {@return the values an operand takes: interesting ones where the operation is defined} */
  private static long[] words(ScalarOp op, DType type, int operand) {
    return switch (type) {
      case I32, I64 -> {
        if (operand == 1 && (op == ScalarOp.SHIFT_LEFT || op == ScalarOp.SHIFT_RIGHT)) {
          yield type == I32 ? new long[] {0, 1, 5, 31} : new long[] {0, 1, 5, 31, 32, 63};
        }
        yield type == I32 ? INTS : LONGS;
      }
      case BOOL -> new long[] {0, 1, 1, 0, 0};
      default -> {
        double[] numbers =
            switch (op) {
              case POWER ->
                  operand == 0
                      ? new double[] {0, 0.5, 0.999, 1, 2, 3.7, 10, -2, -3}
                      : new double[] {-3, -2, -1, -0.5, 0, 0.5, 1, 2, 3, 10.5};
              case EXP -> spread(-110, 95);
              case SIN, COS -> spread(-100, 100);
              case TANH, ERF -> spread(-10, 10);
              case SIGMOID -> spread(-110, 110);
              case LOG, SQRT, RSQRT -> spread(0, 30);
              default -> NUMBERS;
            };
        long[] words = new long[numbers.length];
        for (int i = 0; i < words.length; i++) {
          words[i] = HostArray.real(numbers[i]);
        }
        yield words;
      }
    };
  }

  /** {@return numbers from low to high, dense around 0, and the special ones} */
  private static double[] spread(double low, double high) {
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i <= 300; i++) {
      double step = i / 300.0;
      numbers.add(low + (high - low) * step);
      numbers.add((low + (high - low) * step) * 0.01);
    }
    for (double special :
        new double[] {0, -0.0, 1, 0.9999999, 1.0000001, 1e-5, -1e-5, 1e-20, Double.NaN}) {
      if (special >= low || Double.isNaN(special)) {
        numbers.add(special);
      }
    }
    if (low >= -110 && high != 100) {
      numbers.add(Double.POSITIVE_INFINITY);
      numbers.add(low < 0 ? Double.NEGATIVE_INFINITY : -1.0);
    }
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * {@return the tolerance for an operation} Correctly rounded operations must be exact; square
   * roots and quotients may be as far off as OpenCL allows; functions 8 ulp, and 64 in f64. Results
   * below the least normal number may have any value, since devices may flush them to 0.
   */
  private static Tolerance tolerance(ScalarOp op, DType type) {
    double tiny = type == F32 ? Float.MIN_NORMAL : Double.MIN_NORMAL;
    double functions = type == F32 ? 8 : 64;
    return switch (op) {
      case SQRT, DIVIDE -> new Tolerance(3, tiny);
      case RSQRT -> new Tolerance(4, tiny);
      case EXP, LOG, TANH, SIGMOID, ERF -> new Tolerance(functions, tiny);
      case SIN, COS -> new Tolerance(functions, type == F32 ? 0x1p-23 : 0x1p-50);
      case POWER -> new Tolerance(128, tiny);
      default -> Tolerance.EXACT;
    };
  }

  private void casts() {
    List<DType> types = List.of(F32, F64, I32, I64, BOOL);
    for (DType from : types) {
      for (DType to : types) {
        long[] words =
            switch (from) {
              case I32 -> INTS;
              case I64 -> LONGS;
              case BOOL -> new long[] {0, 1, 1};
              default -> {
                double[] numbers = {
                  0,
                  -0.0,
                  0.5,
                  -0.5,
                  1.5,
                  -1.99,
                  100,
                  3e9,
                  -3e9,
                  1e19,
                  -1e19,
                  16777217,
                  0.1,
                  Double.NaN,
                  Double.POSITIVE_INFINITY,
                  Double.NEGATIVE_INFINITY
                };
                long[] bits = new long[numbers.length];
                for (int i = 0; i < bits.length; i++) {
                  bits[i] = HostArray.real(numbers[i]);
                }
                yield bits;
              }
            };
        Expression.Builder builder = new Expression.Builder();
        int input = builder.input(0, from);
        Expression map =
            builder.build(builder.add(new Node.Apply(ScalarOp.CAST, to, List.of(input))));
        long n = words.length;
        Fused spec = new Fused(Shape.of(n), List.of(row(from, n)), map, List.of(row(to, n)));
        String id = "fused.cast." + from.label() + "-" + to.label();
        cases.accept(new CaseBuilder(id, spec).words(0, words).build());
      }
    }
  }

  /** Loads and stores of every type: rounding, wrapping. */
  private void storage() {
    for (DType from : DType.values()) {
      for (DType to : DType.values()) {
        if (from.valueType() == to.valueType()) {
          double[] numbers =
              from.isFloating()
                  ? new double[] {
                    0,
                    1,
                    -1,
                    0.1,
                    1.00390625,
                    1.01171875,
                    1e-7,
                    6.1e-5,
                    65504,
                    65520,
                    1e6,
                    3e38,
                    1.0009765625,
                    1.0029296875,
                    -0.3,
                    Double.NaN,
                    Double.POSITIVE_INFINITY,
                    Double.NEGATIVE_INFINITY
                  }
                  : from == BOOL
                      ? new double[] {0, 1, 1}
                      : new double[] {0, 1, -1, 127, 128, 200, 255, 256, -128, -129, 70000};
          long n = numbers.length;
          Fused spec =
              new Fused(
                  Shape.of(n),
                  List.of(row(from, n)),
                  Expression.identity(from),
                  List.of(row(to, n)));
          String id = "fused.store." + from.label() + "-" + to.label();
          cases.accept(new CaseBuilder(id, spec).data(0, numbers).build());
        }
      }
    }
  }

  /** Constants, scalars, positions. */
  private void leaves() {
    for (DType type : List.of(F32, F64, I32, I64, BOOL)) {
      Shape shape = Shape.of(5, 7);
      List<View> out = List.of(Layout.TRANSPOSED.of(type, 5, 7));
      Expression constant =
          new Expression(List.of(new Node.Constant(Expression.bits(-2.5, type), type)), List.of(0));
      cases.accept(
          new CaseBuilder(
                  "fused.constant." + type.label(), new Fused(shape, List.of(), constant, out))
              .build());
      Expression scalar = new Expression(List.of(new Node.Scalar(1, type)), List.of(0));
      cases.accept(
          new CaseBuilder("fused.scalar." + type.label(), new Fused(shape, List.of(), scalar, out))
              .scalars(0, Expression.bits(type == BOOL ? 1 : -3.75, type))
              .build());
      if (type.isInteger()) {
        for (int axis = 0; axis < 2; axis++) {
          Expression index = new Expression(List.of(new Node.Index(axis, type)), List.of(0));
          cases.accept(
              new CaseBuilder(
                      "fused.index." + type.label() + "-axis-" + axis,
                      new Fused(shape, List.of(), index, out))
                  .build());
        }
      }
    }
    Expression.Builder builder = new Expression.Builder();
    int x = builder.input(0, F32);
    Expression scaled =
        builder.build(builder.apply(ScalarOp.MULTIPLY, x, builder.add(new Node.Scalar(0, F32))));
    for (long n : SIZES) {
      cases.accept(
          new CaseBuilder(
                  "fused.scalar.times-" + n,
                  new Fused(Shape.of(n), List.of(row(F32, n)), scaled, List.of(row(F32, n))))
              .scalars(Expression.bits(0.37, F32))
              .build());
    }
  }

  private void shapes() {
    for (DType type : List.of(F32, F64, I32, I64)) {
      for (long n : SIZES) {
        Fused spec =
            new Fused(
                Shape.of(n),
                List.of(row(type, n), row(type, n)),
                binary(ScalarOp.ADD, type),
                List.of(row(type, n)));
        cases.accept(new CaseBuilder("fused.C1.size-" + n + "-" + type.label(), spec).build());
      }
    }
    for (long n : SIZES) {
      Fused spec =
          new Fused(
              Shape.of(n), List.of(row(F32, n)), unary(ScalarOp.EXP, F32), List.of(row(F32, n)));
      cases.accept(new CaseBuilder("fused.C1.exp-" + n, spec).within(8, 0).build());
    }
    long[][] shapes = {
      {}, {1}, {3, 0}, {3, 5}, {2, 3, 4}, {33, 17}, {2, 1, 3, 2, 2}, {1, 129}, {2, 4099}
    };
    for (long[] sizes : shapes) {
      for (Layout in : Layout.values()) {
        for (Layout out : Layout.WRITABLE) {
          Shape shape = Shape.of(sizes);
          Fused spec =
              new Fused(
                  shape,
                  List.of(in.of(F32, sizes), Layout.CONTIGUOUS.of(F32, sizes)),
                  binary(ScalarOp.SUBTRACT, F32),
                  List.of(out.of(F32, sizes)));
          String id = "fused.C1." + in.label() + "-to-" + out.label() + "-" + shape;
          cases.accept(new CaseBuilder(id, spec).build());
        }
      }
    }
    for (DType type : DType.values()) {
      for (Layout in : Layout.values()) {
        Fused spec =
            new Fused(
                Shape.of(13, 9),
                List.of(in.of(type, 13, 9)),
                Expression.identity(type),
                List.of(Layout.CONTIGUOUS.of(type, 13, 9)));
        cases.accept(
            new CaseBuilder("fused.copy." + type.label() + "-" + in.label(), spec).build());
      }
    }
  }

  /** Axes that can be merged and axes that cannot, in every combination. */
  private void anyViews() {
    for (int i = 0; i < 200; i++) {
      SplittableRandom random = new SplittableRandom(i);
      Shape shape = Layout.anyShape(random, random.nextInt(1, 6));
      if (shape.elements() > 10_000) {
        continue;
      }
      DType type = List.of(F32, F64, I32, I64).get(random.nextInt(4));
      View x = Layout.any(random, false, type, shape);
      View y = Layout.any(random, false, type, shape);
      View out = Layout.any(random, true, type, shape);
      Expression map = binary(ScalarOp.SUBTRACT, type);
      List<View> outputs = List.of(out);
      if (i % 2 == 1) {
        Expression.Builder builder = new Expression.Builder();
        int product =
            builder.apply(
                ScalarOp.MULTIPLY, builder.input(0, type), builder.add(new Node.Scalar(0, type)));
        int sum = builder.apply(ScalarOp.ADD, product, builder.input(1, type));
        map = builder.build(builder.apply(ScalarOp.RELU, sum), sum);
        outputs = List.of(out, Layout.any(random, true, type, shape));
      }
      cases.accept(
          new CaseBuilder("fused.C1.any-" + i, new Fused(shape, List.of(x, y), map, outputs))
              .whole()
              .scalars(Expression.bits(3, type))
              .build());
    }
  }

  /** In place, one buffer, one operand twice. */
  private void places() {
    for (Layout layout : Layout.WRITABLE) {
      for (long n : new long[] {1, 17, 129}) {
        View view = layout.of(F32, n, 3);
        Fused add =
            new Fused(view.shape(), List.of(view, view), binary(ScalarOp.ADD, F32), List.of(view));
        String suffix = "." + layout.label() + "-" + n;
        cases.accept(new CaseBuilder("fused.copied" + suffix, add).build());
        cases.accept(new CaseBuilder("fused.in-place" + suffix, add).inPlace(0, 1).build());
        cases.accept(
            new CaseBuilder("fused.in-place-twice" + suffix, add)
                .alias(1, 0)
                .inPlace(0, 0)
                .build());
        cases.accept(new CaseBuilder("fused.one-buffer" + suffix, add).oneBuffer().build());
      }
    }
  }

  /** Expressions that only fusion makes, with several operations and several results. */
  private void chains() {
    for (long n : SIZES) {
      View view = row(F32, n);
      Fused adam =
          new Fused(
              view.shape(), List.of(view, view, view, view), adam(), List.of(view, view, view));
      long[] scalars = {Expression.bits(0.01, F32), Expression.bits(0.3, F32)};
      CaseBuilder copied =
          new CaseBuilder("fused.C2.adam-" + n, adam)
              .range(3, 0, 2)
              .scalars(scalars)
              .within(16, 1e-6);
      cases.accept(copied.build());
      cases.accept(
          new CaseBuilder("fused.in-place.adam-" + n, adam)
              .range(3, 0, 2)
              .scalars(scalars)
              .inPlace(0, 0)
              .inPlace(1, 2)
              .inPlace(2, 3)
              .within(16, 1e-6)
              .build());
    }
    for (Layout layout : Layout.values()) {
      Expression.Builder builder = new Expression.Builder();
      int x = builder.input(0, BF16);
      int mask = builder.input(1, U8);
      int column = builder.add(new Node.Index(1, I32));
      int inside = builder.apply(ScalarOp.LESS, column, builder.add(new Node.Scalar(0, I32)));
      int kept = builder.apply(ScalarOp.AND, inside, builder.cast(mask, BOOL));
      int value = builder.apply(ScalarOp.SELECT, kept, x, builder.constant(-1, F32));
      Expression map = builder.build(builder.apply(ScalarOp.RELU, value), kept, mask);
      Fused spec =
          new Fused(
              Shape.of(7, 19),
              List.of(layout.of(BF16, 7, 19), layout.of(U8, 7, 19)),
              map,
              List.of(
                  Layout.CONTIGUOUS.of(F16, 7, 19),
                  Layout.GAPPED.of(BOOL, 7, 19),
                  Layout.TRANSPOSED.of(I8, 7, 19)));
      cases.accept(
          new CaseBuilder("fused.C2.mixed-types-" + layout.label(), spec)
              .whole(1, 0, 3)
              .scalars(11)
              .build());
    }
    Expression.Builder builder = new Expression.Builder();
    int x = builder.input(0, F32);
    int twice = builder.apply(ScalarOp.ADD, x, x);
    Expression same = builder.build(twice, x, twice);
    View view = row(F32, 21);
    cases.accept(
        new CaseBuilder(
                "fused.C2.one-value-twice",
                new Fused(view.shape(), List.of(view), same, Collections.nCopies(3, view)))
            .build());
  }

  /** Parameter, gradient, first and second moment to the new parameter and moments. */
  private static Expression adam() {
    Expression.Builder b = new Expression.Builder();
    int g = b.input(1, F32);
    int rate = b.add(new Node.Scalar(0, F32));
    int blend = b.add(new Node.Scalar(1, F32));
    int m = lerp(b, b.input(2, F32), g, blend);
    int v = lerp(b, b.input(3, F32), b.apply(ScalarOp.MULTIPLY, g, g), blend);
    int root = b.apply(ScalarOp.ADD, b.apply(ScalarOp.SQRT, v), b.constant(1e-3, F32));
    int step = b.apply(ScalarOp.DIVIDE, b.apply(ScalarOp.MULTIPLY, rate, m), root);
    return b.build(b.apply(ScalarOp.SUBTRACT, b.input(0, F32), step), m, v);
  }

  private static int lerp(Expression.Builder b, int from, int to, int share) {
    int step = b.apply(ScalarOp.MULTIPLY, share, b.apply(ScalarOp.SUBTRACT, to, from));
    return b.apply(ScalarOp.ADD, from, step);
  }
}
