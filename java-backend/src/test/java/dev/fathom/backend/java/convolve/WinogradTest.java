package dev.fathom.backend.java.convolve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.backend.java.Launch;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.Convolve.Role;
import dev.fathom.spi.DType;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Plan;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WinogradTest {
  /** Greatest error, relative to the sum of the absolute products of a result. */
  private static final double TOLERANCE = 4e-6;

  private static final Window SAME = new Window(3, 1, 1, 1, 1);
  private static final Window VALID = new Window(3, 1, 0, 0, 1);
  private static final Window FULL = new Window(3, 1, 2, 2, 1);
  private static final Window UNEVEN = new Window(3, 1, 0, 2, 1);

  static List<Convolve> cases() {
    List<Convolve> cases = new ArrayList<>();
    for (Role role : Role.values()) {
      for (boolean epilogue : new boolean[] {false, true}) {
        if (epilogue && role == Role.WEIGHT) {
          continue;
        }
        cases.add(convolve(role, epilogue, 1, 1, 1, 1, 1, SAME, SAME));
        cases.add(convolve(role, epilogue, 2, 3, 16, 5, 7, SAME, SAME));
        cases.add(convolve(role, epilogue, 1, 16, 3, 5, 7, VALID, FULL));
        cases.add(convolve(role, epilogue, 3, 33, 16, 5, 7, UNEVEN, SAME));
        cases.add(convolve(role, epilogue, 3, 3, 33, 13, 13, SAME, SAME));
        cases.add(convolve(role, epilogue, 2, 33, 33, 13, 13, FULL, UNEVEN));
        cases.add(convolve(role, epilogue, 1, 16, 1, 13, 13, VALID, VALID));
        // Many small images, and one that is cut into chunks of rows.
        cases.add(convolve(role, epilogue, 70, 3, 5, 4, 4, SAME, SAME));
        cases.add(convolve(role, epilogue, 2, 3, 5, 50, 61, SAME, SAME));
        // Padding that the gradient does not see.
        Window wide = new Window(3, 1, 4, 3, 1);
        cases.add(convolve(role, epilogue, 2, 3, 5, 3, 6, wide, wide));
      }
    }
    return cases;
  }

  private static Convolve convolve(
      Role role,
      boolean epilogue,
      long n,
      long c,
      long o,
      long height,
      long width,
      Window vertical,
      Window horizontal) {
    Shape x = Shape.of(n, c, height, width);
    Shape y = Shape.of(n, o, vertical.outputs(height), horizontal.outputs(width));
    Shape w = Shape.of(o, c, 3, 3);
    Shape from = role == Role.INPUT ? y : x;
    Shape with = role == Role.WEIGHT ? y : w;
    Shape to =
        switch (role) {
          case OUTPUT -> y;
          case INPUT -> x;
          case WEIGHT -> w;
        };
    return new Convolve(
        role,
        List.of(vertical, horizontal),
        1,
        DType.F32,
        View.contiguous(DType.F32, from),
        View.contiguous(DType.F32, with),
        epilogue ? bias(to) : Epilogue.store(View.contiguous(DType.F32, to)));
  }

  /** Adds a number to each channel. */
  private static Epilogue bias(Shape shape) {
    Expression.Builder builder = new Expression.Builder();
    int sum = builder.apply(ScalarOp.ADD, builder.input(0, DType.F32), builder.input(1, DType.F32));
    return new Epilogue(
        builder.build(sum),
        List.of(View.of(DType.F32, shape, 0, 1, 0, 0)),
        List.of(View.contiguous(DType.F32, shape)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isCloseToTheSumsInF64(Convolve spec) {
    for (boolean vector : new boolean[] {true, false}) {
      try (Backend backend = Launch.openWinograd(2, vector)) {
        Launch launch = new Launch(backend, spec).randomise(1).run();
        double[] first = launch.values(0);
        double[] second = launch.values(1);
        double[] expected = ConvolveTest.expected(spec, first, second);
        double[] absolute = ConvolveTest.expected(spec, absolute(first), absolute(second));
        int last = spec.inputs().size();
        double[] actual = launch.values(last);
        double[] bias = last == 2 ? new double[actual.length] : launch.values(2);
        double worst = 0;
        for (int i = 0; i < actual.length; i++) {
          double error = Math.abs(actual[i] - expected[i] - bias[i]);
          worst = Math.max(worst, error / (absolute[i] + Math.abs(bias[i]) + 1));
        }
        assertTrue(worst <= TOLERANCE, "error " + worst + " of " + spec);
      }
    }
  }

  private static double[] absolute(double[] values) {
    return DoubleStream.of(values).map(Math::abs).toArray();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isTheSameWithAnyNumberOfThreads(Convolve spec) {
    double[] first = null;
    for (int threads = 1; threads <= 3; threads++) {
      try (Backend backend = Launch.openWinograd(threads, true)) {
        double[] values = new Launch(backend, spec).randomise(2).run().values(spec.inputs().size());
        if (first != null) {
          assertArrayEquals(first, values, 0.0);
        }
        first = values;
      }
    }
  }

  @Test
  void theSettingSaysWhichConvolutionsUseIt() {
    Convolve small = convolve(Role.OUTPUT, false, 1, 3, 5, 5, 7, SAME, SAME);
    Convolve large = convolve(Role.OUTPUT, false, 8, 128, 128, 16, 16, SAME, SAME);
    try (Backend auto = Launch.open(1, true);
        Backend always = Launch.openWinograd(1, true)) {
      assertEquals("filters", form(auto, small));
      assertEquals("winograd", form(auto, large));
      assertEquals("winograd", form(always, small));
    }
  }

  private static String form(Backend backend, Convolve spec) {
    Plan.Accepted plan = (Plan.Accepted) backend.plan(spec);
    return plan.layout(1).orElseThrow().id().split(" ")[0];
  }
}
