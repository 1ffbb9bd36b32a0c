package dev.fathom.backend.java.convolve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.fathom.backend.java.Launch;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.Convolve.Role;
import dev.fathom.spi.DType;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConvolveTest {
  private static final Window THREE = new Window(3, 1, 1, 1, 1);

  static List<Convolve> cases() {
    List<Convolve> cases = new ArrayList<>();
    for (Role role : Role.values()) {
      cases.add(convolve(role, DType.F32, 3, 5, 7, 6, 9, 1, THREE, THREE));
      cases.add(convolve(role, DType.F64, 2, 3, 4, 5, 5, 1, THREE, THREE));
      cases.add(convolve(role, DType.BF16, 2, 3, 4, 5, 5, 1, THREE, THREE));
      // LeNet's sizes, small batches.
      cases.add(convolve(role, DType.F32, 2, 1, 32, 28, 28, 1, THREE, THREE));
      cases.add(convolve(role, DType.F32, 5, 32, 64, 14, 14, 1, THREE, THREE));
      // Strides, uneven padding, dilation.
      Window two = new Window(3, 2, 1, 1, 1);
      cases.add(convolve(role, DType.F32, 2, 3, 14, 8, 8, 1, two, two));
      cases.add(convolve(role, DType.F32, 2, 3, 14, 7, 9, 1, two, two));
      Window uneven = new Window(4, 3, 2, 0, 1);
      cases.add(convolve(role, DType.F32, 2, 2, 13, 9, 10, 1, uneven, two));
      Window dilated = new Window(3, 1, 2, 2, 2);
      cases.add(convolve(role, DType.F32, 2, 3, 5, 9, 8, 1, dilated, THREE));
      cases.add(convolve(role, DType.F32, 2, 3, 5, 9, 8, 1, new Window(2, 3, 0, 4, 2), dilated));
      cases.add(
          convolve(
              role,
              DType.F32,
              2,
              3,
              5,
              4,
              4,
              1,
              new Window(1, 1, 3, 1, 1),
              new Window(2, 1, 0, 5, 1)));
      // Kernel 1, strides wider than the kernel.
      Window one = new Window(1, 1, 0, 0, 1);
      Window step = new Window(1, 2, 0, 0, 1);
      cases.add(convolve(role, DType.F32, 2, 17, 13, 4, 4, 1, one, one));
      cases.add(convolve(role, DType.F32, 3, 17, 13, 8, 8, 1, step, step));
      // Whole tiles of positions, some, and positions of several images side by side.
      cases.add(convolve(role, DType.F32, 3, 17, 24, 8, 8, 1, one, one));
      cases.add(convolve(role, DType.F32, 2, 16, 13, 32, 40, 1, one, one));
      cases.add(convolve(role, DType.F32, 2, 20, 36, 14, 14, 1, one, one));
      cases.add(convolve(role, DType.F32, 7, 10, 12, 7, 7, 1, one, one));
      cases.add(convolve(role, DType.F32, 37, 9, 16, 4, 4, 1, one, one));
      cases.add(convolve(role, DType.F32, 5, 6, 8, 3, 7, 2, one, one));
      cases.add(convolve(role, DType.F64, 5, 6, 8, 8, 8, 2, one, one));
      cases.add(convolve(role, DType.BF16, 5, 6, 8, 4, 8, 2, one, one));
      cases.add(convolve(role, DType.F32, 2, 2400, 3, 2, 16, 1, one, one));
      cases.add(convolve(role, DType.F32, 3, 5, 6, 1, 64, 1, one));
      // Small images, many channels.
      cases.add(convolve(role, DType.F32, 9, 70, 40, 4, 4, 1, THREE, THREE));
      cases.add(convolve(role, DType.F32, 1, 20, 130, 2, 2, 1, THREE, THREE));
      // One small image fills half a tile of positions; sums of more than one slice; groups;
      // strides.
      cases.add(convolve(role, DType.F32, 1, 260, 30, 4, 4, 1, THREE, THREE));
      cases.add(convolve(role, DType.F64, 1, 30, 13, 2, 3, 1, THREE, THREE));
      cases.add(convolve(role, DType.F32, 1, 24, 52, 7, 7, 2, two, two));
      cases.add(convolve(role, DType.F32, 1, 24, 25, 3, 5, 1, step, step));
      // One image by Winograd's transforms: threads share rows of tiles, or steps.
      cases.add(convolve(role, DType.F32, 1, 32, 48, 14, 14, 1, THREE, THREE));
      cases.add(convolve(role, DType.F32, 1, 40, 33, 13, 17, 1, THREE, THREE));
      cases.add(convolve(role, DType.F32, 1, 35, 70, 7, 8, 1, THREE, THREE));
      cases.add(convolve(role, DType.F32, 2, 64, 32, 19, 12, 1, THREE, THREE));
      // Groups and depthwise.
      cases.add(convolve(role, DType.F32, 2, 6, 4, 5, 6, 2, THREE, THREE));
      cases.add(convolve(role, DType.F32, 2, 5, 5, 6, 6, 5, THREE, two));
      cases.add(convolve(role, DType.F32, 40, 5, 5, 4, 4, 5, THREE, THREE));
      cases.add(convolve(role, DType.F32, 3, 40, 40, 32, 33, 40, THREE, THREE));
      cases.add(convolve(role, DType.F32, 3, 33, 33, 32, 64, 33, two, two));
      cases.add(convolve(role, DType.F64, 3, 33, 33, 20, 19, 33, two, two));
      cases.add(convolve(role, DType.F32, 2, 3, 9, 70, 90, 3, THREE, two));
      cases.add(convolve(role, DType.F32, 2, 4, 8, 17, 23, 4, uneven, dilated));
      cases.add(convolve(role, DType.F32, 2, 24, 24, 17, 13, 24, uneven, dilated));
      cases.add(convolve(role, DType.F32, 3, 9, 9, 7, 5, 9, uneven, two));
      cases.add(convolve(role, DType.F32, 1, 16, 16, 100, 40, 16, THREE, two));
      cases.add(convolve(role, DType.F32, 9, 17, 17, 4, 4, 17, THREE, THREE));
      cases.add(convolve(role, DType.F32, 2, 8, 8, 8, 8, 8, step, step));
      cases.add(convolve(role, DType.F32, 3, 16, 16, 1, 21, 16, two));
      cases.add(convolve(role, DType.F32, 0, 16, 16, 5, 5, 16, THREE, THREE));
      cases.add(convolve(role, DType.F32, 2, 8, 8, 1, 1, 8, new Window(3, 1, 0, 0, 1), one));
      // Wide images, cut in chunks of rows.
      cases.add(convolve(role, DType.F32, 1, 2, 3, 70, 90, 1, THREE, THREE));
      cases.add(convolve(role, DType.F32, 1, 1, 2, 3, 1300, 1, THREE, THREE));
      // Nothing to do.
      cases.add(convolve(role, DType.F32, 0, 3, 5, 6, 9, 1, THREE, THREE));
      cases.add(convolve(role, DType.F32, 2, 3, 5, 1, 1, 1, new Window(3, 1, 0, 0, 1), one));
      // One axis; strided views.
      cases.add(convolve(role, DType.F32, 3, 4, 5, 1, 11, 1, two));
      cases.add(strided(role, 1, THREE));
      cases.add(strided(role, 3, two));
      cases.add(strided(role, 1, one));
    }
    return cases;
  }

  private static Convolve convolve(
      Role role,
      DType type,
      long n,
      long c,
      long o,
      long height,
      long width,
      long groups,
      Window... windows) {
    boolean flat = windows.length == 1;
    Window horizontal = windows[windows.length - 1];
    Shape x = flat ? Shape.of(n, c, width) : Shape.of(n, c, height, width);
    Shape w =
        flat
            ? Shape.of(o, c / groups, horizontal.size())
            : Shape.of(o, c / groups, windows[0].size(), horizontal.size());
    Shape y =
        flat
            ? Shape.of(n, o, horizontal.outputs(width))
            : Shape.of(n, o, windows[0].outputs(height), horizontal.outputs(width));
    return of(
        role,
        List.of(windows),
        groups,
        View.contiguous(type, x),
        View.contiguous(type, w),
        View.contiguous(type, y));
  }

  /** Channels last, and gaps. */
  private static Convolve strided(Role role, long groups, Window window) {
    long taps = window.size();
    long height = window.outputs(6);
    long width = window.outputs(7);
    View x = View.of(DType.F32, Shape.of(2, 3, 6, 7), 126, 1, 21, 3);
    View w = View.of(DType.F32, Shape.of(6, 3 / groups, taps, taps), -30, taps * taps, 1, taps);
    View y = View.of(DType.F32, Shape.of(2, 6, height, width), 1000, 100, 15, 2);
    return of(role, List.of(window, window), groups, x, w, y);
  }

  private static Convolve of(Role role, List<Window> windows, long groups, View x, View w, View y) {
    DType accumulator = x.dtype().valueType();
    return switch (role) {
      case OUTPUT -> new Convolve(role, windows, groups, accumulator, x, w, Epilogue.store(y));
      case INPUT -> new Convolve(role, windows, groups, accumulator, y, w, Epilogue.store(x));
      case WEIGHT -> new Convolve(role, windows, groups, accumulator, x, y, Epilogue.store(w));
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPlainLoops(Convolve spec) {
    for (boolean vector : new boolean[] {true, false}) {
      try (Backend backend = Launch.open(2, vector)) {
        Launch launch = new Launch(backend, spec).randomise(1).run();
        double[] expected = expected(spec, launch.values(0), launch.values(1));
        double tolerance = 4 * Launch.tolerance(spec.first().dtype());
        Launch.assertClose(expected, launch.values(2), tolerance, spec);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isTheSameWithAnyNumberOfThreads(Convolve spec) {
    double[] first = null;
    for (int threads = 1; threads <= 3; threads++) {
      try (Backend backend = Launch.open(threads, true)) {
        double[] values = new Launch(backend, spec).randomise(2).run().values(2);
        if (first != null) {
          assertArrayEquals(first, values, 0.0);
        }
        first = values;
      }
    }
  }

  static double[] expected(Convolve spec, double[] first, double[] second) {
    View out = spec.outputs().getFirst();
    double[] result = new double[(int) out.shape().elements()];
    Images x = Images.of(row(spec.role() == Role.INPUT ? out : spec.first()));
    Images w = Images.of(row(spec.role() == Role.WEIGHT ? out : spec.second()));
    Images y =
        Images.of(
            row(
                switch (spec.role()) {
                  case OUTPUT -> out;
                  case INPUT -> spec.first();
                  case WEIGHT -> spec.second();
                }));
    Window vertical =
        spec.windows().size() == 1 ? new Window(1, 1, 0, 0, 1) : spec.windows().getFirst();
    Window horizontal = spec.windows().getLast();
    int perGroup = w.batch() / (int) spec.groups();
    for (int n = 0; n < y.batch(); n++) {
      for (int o = 0; o < y.channels(); o++) {
        for (int oy = 0; oy < y.height(); oy++) {
          for (int ox = 0; ox < y.width(); ox++) {
            for (int c = 0; c < w.channels(); c++) {
              for (int ky = 0; ky < w.height(); ky++) {
                for (int kx = 0; kx < w.width(); kx++) {
                  long iy = oy * vertical.stride() - vertical.padLow() + ky * vertical.dilation();
                  long ix =
                      ox * horizontal.stride() - horizontal.padLow() + kx * horizontal.dilation();
                  if (iy < 0 || iy >= x.height() || ix < 0 || ix >= x.width()) {
                    continue;
                  }
                  int xAt =
                      x.plane(n, o / perGroup * w.channels() + c)
                          + (int) iy * x.rowStride()
                          + (int) ix * x.columnStride();
                  int wAt = w.plane(o, c) + ky * w.rowStride() + kx * w.columnStride();
                  int yAt = y.plane(n, o) + oy * y.rowStride() + ox * y.columnStride();
                  switch (spec.role()) {
                    case OUTPUT -> result[yAt] += first[xAt] * second[wAt];
                    case INPUT -> result[xAt] += first[yAt] * second[wAt];
                    case WEIGHT -> result[wAt] += first[xAt] * second[yAt];
                  }
                }
              }
            }
          }
        }
      }
    }
    return result;
  }

  private static View row(View view) {
    return View.contiguous(view.dtype(), view.shape());
  }
}
