package dev.fathom.backend.java.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.fathom.backend.java.Launch;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContractTest {
  static List<Contract> cases() {
    List<Contract> cases = new ArrayList<>();
    for (DType type : new DType[] {DType.F32, DType.F64}) {
      for (int[] mnk :
          new int[][] {
            {1, 1, 1},
            {1, 1, 300},
            {12, 32, 8},
            {13, 33, 257},
            {5, 7, 0},
            {0, 3, 2},
            {3, 0, 2},
            {1, 37, 65},
            {41, 1, 70},
            {1, 300, 5},
            {128, 10, 64},
            {130, 530, 300},
            {11, 31, 600}
          }) {
        int m = mnk[0];
        int n = mnk[1];
        int k = mnk[2];
        View a = View.contiguous(type, Shape.of(m, k));
        View b = View.contiguous(type, Shape.of(n, k));
        View aT = View.of(type, Shape.of(m, k), 1, m);
        View bT = View.of(type, Shape.of(n, k), 1, n);
        View out = View.contiguous(type, Shape.of(m, n));
        View outT = View.of(type, Shape.of(m, n), 1, m);
        View gaps = View.of(type, Shape.of(m, n), 3L * n + 1, 2);
        cases.add(contract(a, b, 0, 1, out));
        cases.add(contract(aT, bT, 0, 1, out));
        cases.add(contract(a, bT, 0, 1, outT));
        cases.add(contract(aT, b, 0, 1, gaps));
      }
    }
    // Batches; a broadcast operand; negative strides; several axes in each group.
    DType f32 = DType.F32;
    cases.add(
        contract(
            View.contiguous(f32, Shape.of(3, 5, 6)),
            View.contiguous(f32, Shape.of(3, 7, 6)),
            1,
            1,
            View.contiguous(f32, Shape.of(3, 5, 7))));
    cases.add(
        contract(
            View.contiguous(f32, Shape.of(3, 15, 6)),
            View.of(f32, Shape.of(3, 40, 6), 0, 6, 1),
            1,
            1,
            View.contiguous(f32, Shape.of(3, 15, 40))));
    cases.add(
        contract(
            View.of(f32, Shape.of(3, 15, 6), 0, 6, 1),
            View.contiguous(f32, Shape.of(3, 40, 6)),
            1,
            1,
            View.contiguous(f32, Shape.of(3, 15, 40))));
    cases.add(
        contract(
            View.of(f32, Shape.of(14, 9), -9, -1),
            View.of(f32, Shape.of(35, 9), 9, -1),
            0,
            1,
            View.of(f32, Shape.of(14, 35), -35, 1)));
    cases.add(
        contract(
            View.of(f32, Shape.of(2, 4, 5, 3, 2), 120, 3, 12, 1, 60),
            View.contiguous(f32, Shape.of(2, 6, 7, 3, 2)),
            1,
            2,
            View.of(f32, Shape.of(2, 4, 5, 6, 7), 840, 42, 168, 7, 1)));
    // Overlapping windows: a convolution of 3 channels, 3 x 3 over 8 x 10.
    cases.add(
        contract(
            View.contiguous(f32, Shape.of(13, 3, 3, 3)),
            View.of(f32, Shape.of(2, 6, 8, 3, 3, 3), 240, 10, 1, 80, 10, 1),
            0,
            3,
            View.of(f32, Shape.of(13, 2, 6, 8), 48, 624, 8, 1)));
    // No summed axis, no rows.
    cases.add(
        contract(
            View.contiguous(f32, Shape.of(4)),
            View.contiguous(f32, Shape.of(5)),
            0,
            0,
            View.contiguous(f32, Shape.of(4, 5))));
    cases.add(
        contract(
            View.contiguous(f32, Shape.of(50)),
            View.contiguous(f32, Shape.of(50)),
            0,
            1,
            View.contiguous(f32, Shape.of())));
    // Narrow storage and mixed precision.
    for (DType narrow : new DType[] {DType.BF16, DType.F16, DType.F32}) {
      cases.add(
          new Contract(
              Source.of(View.contiguous(narrow, Shape.of(14, 20))),
              Source.of(View.contiguous(DType.F32, Shape.of(1, 20))),
              0,
              1,
              DType.F32,
              Epilogue.store(View.contiguous(narrow, Shape.of(14, 1)))));
      cases.add(
          new Contract(
              Source.of(View.contiguous(narrow, Shape.of(14, 20))),
              Source.of(View.contiguous(narrow, Shape.of(35, 20))),
              0,
              1,
              DType.F32,
              Epilogue.store(View.contiguous(narrow, Shape.of(14, 35)))));
    }
    // Weights of bf16 and i8: rows side by side, columns side by side, neither; a slice, more than
    // one.
    for (long rows : new long[] {1, 3, 14}) {
      for (long depth : new long[] {0, 1, 37, 130, 1030}) {
        for (View weights :
            new View[] {
              View.contiguous(DType.BF16, Shape.of(75, depth)),
              View.of(DType.BF16, Shape.of(75, depth), 1, 80),
              View.of(DType.BF16, Shape.of(75, depth), 2 * depth, 2)
            }) {
          cases.add(
              new Contract(
                  Source.of(View.contiguous(f32, Shape.of(rows, depth))),
                  Source.of(weights),
                  0,
                  1,
                  f32,
                  Epilogue.store(View.contiguous(f32, Shape.of(rows, 75)))));
          View bytes = View.of(DType.I8, weights.shape(), weights.strides());
          cases.add(
              new Contract(
                  Source.of(View.contiguous(f32, Shape.of(rows, depth))),
                  Source.of(bytes, f32),
                  0,
                  1,
                  f32,
                  Epilogue.store(View.contiguous(f32, Shape.of(rows, 75)))));
        }
      }
    }
    // A matrix that no cache holds: its rows are read one after the other.
    for (DType type : new DType[] {f32, DType.F64, DType.BF16, DType.I8}) {
      DType sums = type == DType.F64 ? type : f32;
      View large = View.contiguous(type, Shape.of((1 << 20) / 300 / type.bytes() + 5, 301));
      cases.add(
          new Contract(
              Source.of(View.contiguous(sums, Shape.of(1, 301))),
              type == DType.I8 ? Source.of(large, f32) : Source.of(large),
              0,
              1,
              sums,
              Epilogue.store(View.contiguous(sums, Shape.of(1, large.size(0))))));
    }
    for (DType integer : new DType[] {DType.I32, DType.I64}) {
      cases.add(
          contract(
              View.contiguous(integer, Shape.of(2, 3, 4)),
              View.of(integer, Shape.of(2, 5, 4), 20, 1, 5),
              1,
              1,
              View.contiguous(integer, Shape.of(2, 3, 5))));
    }
    cases.add(
        new Contract(
            Source.of(View.contiguous(DType.I8, Shape.of(4, 6))),
            Source.of(View.contiguous(DType.U8, Shape.of(3, 6))),
            0,
            1,
            DType.I32,
            Epilogue.store(View.contiguous(DType.I32, Shape.of(4, 3)))));
    return cases;
  }

  private static Contract contract(View a, View b, int batchAxes, int kAxes, View out) {
    return new Contract(
        Source.of(a), Source.of(b), batchAxes, kAxes, out.dtype(), Epilogue.store(out));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPlainLoops(Contract spec) {
    for (boolean vector : new boolean[] {true, false}) {
      try (Backend backend = Launch.open(2, vector)) {
        Launch launch = new Launch(backend, spec).randomise(1).run();
        double[] actual = launch.values(2);
        DType stored = spec.outputs().getFirst().dtype();
        Launch.assertClose(
            expected(spec, launch.values(0), launch.values(1)),
            actual,
            Launch.tolerance(stored),
            spec);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isTheSameWithAnyNumberOfThreads(Contract spec) {
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

  private static double[] expected(Contract spec, double[] a, double[] b) {
    Shape left = spec.a().shape();
    Shape right = spec.b().shape();
    int batch = (int) left.slice(0, spec.batchAxes()).elements();
    int k = (int) left.slice(left.rank() - spec.kAxes(), left.rank()).elements();
    int m = (int) left.slice(spec.batchAxes(), left.rank() - spec.kAxes()).elements();
    int n = (int) right.slice(spec.batchAxes(), right.rank() - spec.kAxes()).elements();
    double[] out = new double[batch * m * n];
    for (int i = 0; i < batch; i++) {
      for (int r = 0; r < m; r++) {
        for (int c = 0; c < n; c++) {
          for (int j = 0; j < k; j++) {
            out[(i * m + r) * n + c] += a[(i * m + r) * k + j] * b[(i * n + c) * k + j];
          }
        }
      }
    }
    return out;
  }
}
