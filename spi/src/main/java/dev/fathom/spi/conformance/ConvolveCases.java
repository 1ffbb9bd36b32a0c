package dev.fathom.spi.conformance;

import static dev.fathom.spi.DType.BF16;
import static dev.fathom.spi.DType.F32;
import static dev.fathom.spi.DType.F64;
import static dev.fathom.spi.DType.I32;

import dev.fathom.spi.Convolve;
import dev.fathom.spi.Convolve.Role;
import dev.fathom.spi.DType;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Expression;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.MaxPool;
import dev.fathom.spi.MaxPoolGradient;
import dev.fathom.spi.MaxPoolValues;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Cases for {@link Convolve}, {@link MaxPool}, {@link MaxPoolValues} and {@link MaxPoolGradient}.
 */
final class ConvolveCases {
  /**
   * One convolution.
   *
   * @param n samples
   * @param groups channel groups
   * @param c input channels in all
   * @param o output channels in all
   * @param in spatial sizes
   * @param windows one for each of them
   */
  record Geometry(
      String name, long n, long groups, long c, long o, long[] in, List<Window> windows) {
    Shape x() {
      return Shape.of(n, c).concat(Shape.of(in));
    }

    Shape w() {
      return Shape.of(o, c / groups)
          .concat(Shape.of(windows.stream().mapToLong(Window::size).toArray()));
    }

    Shape y() {
      long[] out = new long[in.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = windows.get(i).outputs(in[i]);
      }
      return Shape.of(n, o).concat(Shape.of(out));
    }
  }

  private static final Window THREE = new Window(3, 1, 1, 1, 1);

  private static final List<Geometry> GEOMETRIES =
      List.of(
          square("1x1", 2, 1, 3, 5, 4, new Window(1, 1, 0, 0, 1)),
          square("1x1-stride-2", 2, 1, 3, 5, 7, new Window(1, 2, 0, 0, 1)),
          square("3x3", 2, 1, 3, 5, 7, new Window(3, 1, 0, 0, 1)),
          square("3x3-same", 2, 1, 3, 5, 9, THREE),
          square("3x3-same-wide", 1, 1, 9, 11, 10, THREE),
          square("3x3-one-pixel", 1, 1, 2, 2, 1, THREE),
          square("3x3-stride-2", 3, 1, 2, 3, 8, new Window(3, 2, 1, 1, 1)),
          square("3x3-remainder", 2, 1, 2, 3, 9, new Window(3, 4, 0, 0, 1)),
          square("3x3-dilation-2", 1, 1, 2, 3, 9, new Window(3, 1, 2, 2, 2)),
          square("5x5", 2, 1, 3, 4, 9, new Window(5, 1, 2, 2, 1)),
          square("7x7-stride-2", 1, 1, 3, 4, 15, new Window(7, 2, 3, 3, 1)),
          square("2x2-padded-high", 1, 1, 2, 3, 6, new Window(2, 2, 0, 1, 1)),
          square("3x3-padded-more-than-window", 1, 1, 2, 2, 3, new Window(3, 1, 4, 3, 1)),
          square("groups-2", 2, 2, 4, 6, 6, THREE),
          square("depthwise", 2, 4, 4, 4, 7, THREE),
          square("depthwise-multiplier", 1, 3, 3, 6, 5, new Window(3, 2, 1, 0, 1)),
          square("depthwise-stride-2", 5, 3, 3, 3, 19, new Window(3, 2, 1, 1, 1)),
          square("depthwise-many-images", 70, 2, 2, 2, 7, new Window(3, 1, 1, 1, 1)),
          square("depthwise-5x5-dilation-2", 2, 3, 3, 6, 23, new Window(5, 1, 4, 4, 2)),
          square("depthwise-channels", 3, 19, 19, 19, 7, THREE),
          square("depthwise-channels-stride-2", 2, 16, 16, 16, 15, new Window(3, 2, 1, 1, 1)),
          square("1x1-whole-tiles", 2, 1, 5, 12, 8, new Window(1, 1, 0, 0, 1)),
          square("1x1-small-images", 19, 1, 5, 6, 3, new Window(1, 1, 0, 0, 1)),
          square("depthwise-no-sample", 0, 3, 3, 3, 5, THREE),
          new Geometry(
              "depthwise-1d", 3, 4, 4, 4, new long[] {17}, List.of(new Window(4, 3, 2, 1, 1))),
          square("no-window-fits", 1, 1, 2, 3, 2, new Window(3, 1, 0, 0, 1)),
          square("no-sample", 0, 1, 2, 3, 5, THREE),
          new Geometry(
              "oblong", 2, 1, 3, 4, new long[] {5, 11}, List.of(THREE, new Window(5, 2, 1, 3, 1))),
          new Geometry("1d", 3, 1, 2, 5, new long[] {17}, List.of(new Window(4, 3, 2, 1, 1))),
          new Geometry("0d", 3, 1, 2, 5, new long[] {}, List.of()),
          new Geometry(
              "3d",
              1,
              1,
              2,
              3,
              new long[] {4, 5, 6},
              List.of(THREE, new Window(2, 2, 0, 0, 1), new Window(3, 1, 0, 1, 2))));

  private final Consumer<ConformanceCase> cases;

  ConvolveCases(Consumer<ConformanceCase> cases) {
    this.cases = cases;
  }

  private static Geometry square(
      String name, long n, long groups, long c, long o, long size, Window window) {
    return new Geometry(name, n, groups, c, o, new long[] {size, size}, List.of(window, window));
  }

  void add() {
    for (Role role : Role.values()) {
      for (Geometry geometry : GEOMETRIES) {
        for (DType type : List.of(F32, F64, BF16)) {
          cases.accept(
              rounded(
                  id(role, "C3", geometry.name() + "-" + type.label()),
                  store(geometry, role, type, Layout.CONTIGUOUS, Layout.CONTIGUOUS)));
        }
        cases.accept(epilogue(geometry, role));
      }
      Geometry same = GEOMETRIES.get(3);
      Geometry depthwise = square("", 2, 3, 3, 6, 9, new Window(3, 2, 1, 0, 1));
      for (Layout in : Layout.values()) {
        for (Layout out : Layout.WRITABLE) {
          cases.accept(
              rounded(
                  id(role, "C1", in.label() + "-to-" + out.label()),
                  store(same, role, F32, in, out)));
          cases.accept(
              rounded(
                  id(role, "C2", "depthwise-" + in.label() + "-to-" + out.label()),
                  store(depthwise, role, F32, in, out)));
        }
      }
    }
    larger();
    any();
    nan();
    pool();
  }

  /** More channels than fit one block, and LeNet's convolutions. */
  private void larger() {
    for (Role role : Role.values()) {
      for (Geometry geometry :
          List.of(
              square("3x3-same-channels", 2, 1, 17, 33, 4, THREE),
              square("1x1-channels", 2, 1, 35, 37, 5, new Window(1, 1, 0, 0, 1)),
              square("lenet-1", 1, 1, 1, 6, 28, new Window(5, 1, 2, 2, 1)),
              square("lenet-2", 1, 1, 6, 16, 14, new Window(5, 1, 0, 0, 1)))) {
        cases.accept(
            rounded(
                id(role, "C3", geometry.name()),
                store(geometry, role, F32, Layout.CONTIGUOUS, Layout.CONTIGUOUS)));
      }
    }
  }

  /** Windows, groups and views drawn at random. */
  private void any() {
    for (int i = 0; i < 150; i++) {
      SplittableRandom random = new SplittableRandom(i);
      long groups = random.nextInt(1, 4);
      int axes = random.nextInt(1, 3);
      long[] in = new long[axes];
      List<Window> windows = new ArrayList<>();
      for (int axis = 0; axis < axes; axis++) {
        in[axis] = random.nextInt(1, 10);
        windows.add(
            new Window(
                random.nextInt(1, 5),
                random.nextInt(1, 4),
                random.nextInt(3),
                random.nextInt(3),
                random.nextInt(1, 3)));
      }
      Geometry geometry =
          new Geometry(
              "any-" + i,
              random.nextInt(1, 4),
              groups,
              groups * random.nextInt(1, 4),
              groups * random.nextInt(1, 4),
              in,
              windows);
      Role role = Role.values()[i % 3];
      Shape first = role == Role.INPUT ? geometry.y() : geometry.x();
      Shape second = role == Role.WEIGHT ? geometry.y() : geometry.w();
      cases.accept(
          rounded(
              id(role, "C3", geometry.name()),
              new Convolve(
                  role,
                  windows,
                  groups,
                  F32,
                  Layout.any(random, false, F32, first),
                  Layout.any(random, false, F32, second),
                  Epilogue.store(Layout.any(random, true, F32, result(geometry, role))))));
    }
  }

  private static String id(Role role, String constraint, String detail) {
    return "convolve." + role.name().toLowerCase(Locale.ROOT) + "." + constraint + "." + detail;
  }

  /** The first case, of which the self-test makes use. */
  static ConformanceCase first() {
    return rounded(
        "convolve.output.C3.3x3-same-f32",
        store(GEOMETRIES.get(3), Role.OUTPUT, F32, Layout.CONTIGUOUS, Layout.CONTIGUOUS));
  }

  private static ConformanceCase rounded(String id, Convolve spec) {
    boolean doubles = spec.accumulator() == F64;
    return new CaseBuilder(id, spec).within(16, (doubles ? 1e-12 : 1e-4)).build();
  }

  private static Convolve store(Geometry geometry, Role role, DType type, Layout in, Layout out) {
    Shape result = result(geometry, role);
    return of(geometry, role, type, in, Epilogue.store(out.of(type, result.toArray())));
  }

  private static Shape result(Geometry geometry, Role role) {
    return switch (role) {
      case OUTPUT -> geometry.y();
      case INPUT -> geometry.x();
      case WEIGHT -> geometry.w();
    };
  }

  private static Convolve of(
      Geometry geometry, Role role, DType type, Layout in, Epilogue epilogue) {
    Shape first = role == Role.INPUT ? geometry.y() : geometry.x();
    Shape second = role == Role.WEIGHT ? geometry.y() : geometry.w();
    return new Convolve(
        role,
        geometry.windows(),
        geometry.groups(),
        type.valueType(),
        in.of(type, first.toArray()),
        in.of(type, second.toArray()),
        epilogue);
  }

  /** Bias by channel, then ReLU; and the sum before it as a second output. */
  private static ConformanceCase epilogue(Geometry geometry, Role role) {
    Shape shape = result(geometry, role);
    long[] channel = new long[shape.rank()];
    channel[1] = 1;
    Expression.Builder builder = new Expression.Builder();
    int sum = builder.apply(ScalarOp.ADD, builder.input(0, F32), builder.input(1, F32));
    Epilogue epilogue =
        new Epilogue(
            builder.build(builder.apply(ScalarOp.RELU, sum), sum),
            List.of(View.of(F32, shape, channel)),
            List.of(View.contiguous(F32, shape), Layout.GAPPED.of(F32, shape.toArray())));
    return rounded(
        id(role, "epilogue", geometry.name()),
        of(geometry, role, F32, Layout.CONTIGUOUS, epilogue));
  }

  /** A sample of NaN leaves the other samples alone. */
  private void nan() {
    Geometry geometry = square("nan", 3, 1, 2, 3, 6, new Window(3, 1, 0, 0, 1));
    double[] data = new double[3 * 2 * 6 * 6];
    for (int i = 0; i < data.length; i++) {
      data[i] = i / 72 == 1 ? Double.NaN : i % 7 - 3;
    }
    cases.accept(
        new CaseBuilder(
                "convolve.output.nan-in-one-sample",
                store(geometry, Role.OUTPUT, F32, Layout.CONTIGUOUS, Layout.CONTIGUOUS))
            .data(0, data)
            .within(16, 1e-4)
            .build());
  }

  private void pool() {
    double nan = Double.NaN;
    double inf = Double.POSITIVE_INFINITY;
    for (Geometry geometry :
        List.of(
            square("2x2", 2, 1, 3, 3, 6, new Window(2, 2, 0, 0, 1)),
            square("2x2-remainder", 2, 1, 3, 3, 7, new Window(2, 2, 0, 0, 1)),
            square("3x3-overlapping", 1, 1, 2, 2, 9, new Window(3, 2, 1, 1, 1)),
            square("3x3-same", 1, 1, 2, 2, 5, THREE),
            square("2x2-dilated", 1, 1, 2, 2, 7, new Window(2, 1, 1, 0, 3)),
            square("2x2-gaps", 1, 1, 2, 2, 9, new Window(2, 4, 0, 0, 1)),
            square("global", 2, 1, 3, 3, 7, new Window(7, 1, 0, 0, 1)),
            square("no-window-fits", 1, 1, 2, 2, 1, new Window(2, 1, 0, 0, 1)),
            square("no-sample", 0, 1, 2, 2, 4, new Window(2, 2, 0, 0, 1)),
            new Geometry("1d", 2, 1, 3, 3, new long[] {17}, List.of(new Window(3, 2, 1, 0, 1))),
            new Geometry(
                "3d",
                1,
                1,
                2,
                2,
                new long[] {4, 5, 6},
                List.of(THREE, new Window(2, 2, 0, 0, 1), new Window(3, 3, 0, 1, 1))))) {
      for (DType type : List.of(F32, F64, BF16)) {
        for (Layout in : type == F32 ? Layout.values() : new Layout[] {Layout.CONTIGUOUS}) {
          for (Layout out : type == F32 ? Layout.WRITABLE : List.of(Layout.CONTIGUOUS)) {
            pool(geometry, type, in, out);
          }
        }
      }
    }
    Geometry small = square("", 1, 1, 1, 1, 4, new Window(2, 2, 0, 0, 1));
    MaxPool withNan = maxPool(small, F32, Layout.CONTIGUOUS, Layout.CONTIGUOUS);
    for (KernelSpec spec : List.of(withNan, valuesOf(withNan))) {
      cases.accept(
          new CaseBuilder(spec.name() + ".nan", spec)
              .data(0, 1, nan, -inf, -inf, inf, nan, -inf, -inf, inf, 1, -0.0, 0, inf, 2, 0, 0)
              .build());
    }
    Geometry padded = square("", 1, 1, 1, 1, 2, new Window(2, 1, 1, 1, 1));
    MaxPool withPadding = maxPool(padded, F32, Layout.CONTIGUOUS, Layout.CONTIGUOUS);
    for (KernelSpec spec : List.of(withPadding, valuesOf(withPadding))) {
      cases.accept(
          new CaseBuilder(spec.name() + ".padding-is-minus-infinity", spec)
              .data(0, -inf, -3, nan, -2)
              .build());
    }
    cases.accept(
        new CaseBuilder(
                "max-pool-gradient.index-in-padding",
                gradient(padded, F32, Layout.CONTIGUOUS, Layout.CONTIGUOUS))
            .whole(0, -4, 4)
            .data(1, 0, 1, 2, 3)
            .build());
  }

  private void pool(Geometry geometry, DType type, Layout in, Layout out) {
    String id =
        "C2.%s-%s-%s-to-%s".formatted(geometry.name(), type.label(), in.label(), out.label());
    MaxPool pool = maxPool(geometry, type, in, out);
    for (KernelSpec spec : List.of(pool, valuesOf(pool))) {
      cases.accept(new CaseBuilder(spec.name() + "." + id, spec).whole(0, -3, 3).build());
    }
    long taps = geometry.windows().stream().mapToLong(Window::size).reduce(1, Math::multiplyExact);
    cases.accept(
        new CaseBuilder("max-pool-gradient." + id, gradient(geometry, type, in, out))
            .whole(0, -3, 3)
            .whole(1, 0, taps - 1)
            .build());
  }

  private static MaxPool maxPool(Geometry geometry, DType type, Layout in, Layout out) {
    long[] result = geometry.y().toArray();
    return new MaxPool(
        geometry.windows(),
        in.of(type, geometry.x().toArray()),
        out.of(type, result),
        out.of(I32, result));
  }

  private static MaxPoolValues valuesOf(MaxPool pool) {
    return new MaxPoolValues(pool.windows(), pool.x(), pool.values());
  }

  private static MaxPoolGradient gradient(Geometry geometry, DType type, Layout in, Layout out) {
    long[] result = geometry.y().toArray();
    return new MaxPoolGradient(
        geometry.windows(),
        in.of(type, result),
        in.of(I32, result),
        out.of(type, geometry.x().toArray()));
  }
}
