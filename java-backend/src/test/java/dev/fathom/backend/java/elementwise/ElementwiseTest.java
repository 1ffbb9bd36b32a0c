package dev.fathom.backend.java.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fathom.backend.java.Launch;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Fused;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fused and reduced kernels against plain loops, at sizes around every boundary there is. */
class ElementwiseTest {
  private static final DType F = DType.F32;

  private static Binding floats(Backend backend, float[] values, int offset) {
    Binding binding = new Binding(backend.allocate(F, values.length + offset), offset);
    int from = JavaBuffer.offset(binding);
    System.arraycopy(values, 0, JavaBuffer.floats(binding), from, values.length);
    return binding;
  }

  private static float[] random(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] result(Binding binding, int n) {
    float[] values = new float[n];
    System.arraycopy(JavaBuffer.floats(binding), JavaBuffer.offset(binding), values, 0, n);
    return values;
  }

  private static int[] sizes() {
    return new Random(5)
            .ints(120, 1, 4099)
            .mapToObj(Integer::valueOf)
            .collect(
                () -> {
                  java.util.TreeSet<Integer> set = new java.util.TreeSet<>();
                  for (int n = 1; n <= 140; n++) {
                    set.add(n);
                  }
                  set.addAll(List.of(511, 512, 513, 1023, 1024, 1025, 4095, 4096, 4097, 4098));
                  return set;
                },
                java.util.TreeSet::add,
                java.util.TreeSet::addAll)
            .stream()
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /** Two results, one of them in place of an input that the other still needs. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anUpdateInPlaceIsRightAtEverySize(boolean vector) {
    Expression.Builder b = new Expression.Builder();
    int p = b.input(0, F);
    int m = b.input(1, F);
    int rate = b.input(2, F);
    int finite = b.input(3, DType.BOOL);
    int scalar = b.add(new Expression.Node.Scalar(0, F));
    int momentum = b.apply(ScalarOp.ADD, b.apply(ScalarOp.MULTIPLY, m, scalar), p);
    int step = b.apply(ScalarOp.MULTIPLY, momentum, rate);
    int next = b.apply(ScalarOp.SELECT, finite, b.apply(ScalarOp.SUBTRACT, p, step), p);
    int kept = b.apply(ScalarOp.SELECT, finite, momentum, m);
    Expression map = b.build(kept, next, p);
    try (Backend backend = Launch.open(1, vector);
        Queue queue = backend.openQueue(Backend.Priority.NORMAL)) {
      for (int n : sizes()) {
        Shape shape = Shape.of(n);
        View line = View.contiguous(F, shape);
        View one = View.of(F, shape, 0);
        View flag = View.of(DType.BOOL, shape, 0);
        Fused spec =
            new Fused(shape, List.of(line, line, one, flag), map, List.of(line, line, line));
        float[] ps = random(n, n);
        float[] ms = random(n, -n);
        Binding pb = floats(backend, ps, 3);
        Binding mb = floats(backend, ms, 5);
        Binding copy = floats(backend, new float[n], 1);
        Binding flagBinding = new Binding(backend.allocate(DType.BOOL, 1), 0);
        JavaBuffer.bytes(flagBinding)[JavaBuffer.offset(flagBinding)] = (byte) (n % 2);
        Binding rateBinding = floats(backend, new float[] {0.25f}, 0);
        Binding[] bindings = {pb, mb, rateBinding, flagBinding, mb, pb, copy};
        queue.launch(backend.compile(spec), bindings, new long[] {Float.floatToRawIntBits(0.9f)});
        float[] nextM = new float[n];
        float[] nextP = new float[n];
        for (int i = 0; i < n; i++) {
          float moment = ms[i] * 0.9f + ps[i];
          nextM[i] = n % 2 == 1 ? moment : ms[i];
          nextP[i] = n % 2 == 1 ? ps[i] - moment * 0.25f : ps[i];
        }
        assertArrayEquals(nextM, result(mb, n), "momentum of " + n);
        assertArrayEquals(nextP, result(pb, n), "parameters of " + n);
        assertArrayEquals(ps, result(copy, n), "copy of " + n);
      }
    }
  }

  @Test
  void twoOutputsMaySwapTheirInputs() {
    Expression.Builder b = new Expression.Builder();
    Expression swap = b.build(b.input(1, F), b.input(0, F));
    try (Backend backend = Launch.open(1, true);
        Queue queue = backend.openQueue(Backend.Priority.NORMAL)) {
      for (int n : new int[] {1, 16, 100, 2000}) {
        View line = View.contiguous(F, Shape.of(n));
        Fused spec = new Fused(line.shape(), List.of(line, line), swap, List.of(line, line));
        Binding left = floats(backend, random(n, 1), 0);
        Binding right = floats(backend, random(n, 2), 0);
        Binding[] bindings = {left, right, left, right};
        queue.launch(backend.compile(spec), bindings, new long[0]);
        assertArrayEquals(random(n, 2), result(left, n));
        assertArrayEquals(random(n, 1), result(right, n));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void broadcastsAndTransposesAreRightAtEverySize(boolean vector) {
    Expression.Builder b = new Expression.Builder();
    int sum = b.apply(ScalarOp.ADD, b.input(0, F), b.input(1, F));
    Expression map =
        b.build(b.apply(ScalarOp.RELU, b.apply(ScalarOp.MULTIPLY, sum, b.input(2, F))));
    try (Backend backend = Launch.open(2, vector);
        Queue queue = backend.openQueue(Backend.Priority.NORMAL)) {
      for (int rows : new int[] {1, 2, 7, 33, 300}) {
        for (int columns : new int[] {1, 3, 10, 31, 65, 257, 512, 700}) {
          Shape shape = Shape.of(rows, columns);
          View transposed = View.of(F, shape, 1, rows);
          View row = View.of(F, shape, 0, 1);
          View column = View.of(F, shape, 1, 0);
          View out = View.contiguous(F, shape);
          Fused spec = new Fused(shape, List.of(transposed, row, column), map, List.of(out));
          float[] x = random(rows * columns, 1);
          float[] r = random(columns, 2);
          float[] c = random(rows, 3);
          Binding to = floats(backend, new float[rows * columns], 2);
          Binding[] bindings = {
            floats(backend, x, 1), floats(backend, r, 0), floats(backend, c, 4), to
          };
          queue.launch(backend.compile(spec), bindings, new long[0]);
          float[] expected = new float[rows * columns];
          for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
              expected[i * columns + j] = Math.max(0, (x[j * rows + i] + r[j]) * c[i]);
            }
          }
          assertArrayEquals(expected, result(to, rows * columns), shape.toString());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sumsAreAsExactAsPairwiseAtEverySize(boolean vector) {
    try (Backend backend = Launch.open(2, vector)) {
      for (int n : sizes()) {
        View line = View.contiguous(F, Shape.of(n));
        checkSum(backend, line, 1);
        checkSum(backend, View.contiguous(F, Shape.of(3, n)), 1);
        checkSum(backend, View.of(F, Shape.of(n, 37), 1, n), 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void largeSumsAreRight(boolean vector) {
    try (Backend backend = Launch.open(2, vector)) {
      checkSum(backend, View.contiguous(F, Shape.of(1_500_001)), 1);
      checkSum(backend, View.of(F, Shape.of(3, 300_001), 1, 3), 1); // columns, in segments
      checkSum(backend, View.of(F, Shape.of(70, 20_000), 1, 70), 1);
      checkSum(backend, View.of(F, Shape.of(5, 40, 3001), 3001, 5 * 3001, 1), 2);
      checkSum(backend, View.of(F, Shape.of(2, 3, 70_001), -210_003, 70_001, -1), 2);
    }
  }

  /** The input's elements are those of a block that begins where the view's lowest element is. */
  private static void checkSum(Backend backend, View view, int reducedAxes) {
    int n = (int) view.shape().elements();
    Shape kept = view.shape().slice(0, view.rank() - reducedAxes);
    Reduce spec = new Reduce(ReduceOp.SUM, Source.of(view), reducedAxes, View.contiguous(F, kept));
    Launch launch = new Launch(backend, spec);
    float[] all = JavaBuffer.floats(launch.operands.getFirst());
    System.arraycopy(random(all.length, n), 0, all, 0, all.length);
    double[] x = launch.values(0);
    double[] sums = launch.run().values(1);
    int length = n / sums.length;
    for (int row = 0; row < sums.length; row++) {
      double sum = 0;
      double absolute = 0;
      for (int i = 0; i < length; i++) {
        sum += x[row * length + i];
        absolute += Math.abs(x[row * length + i]);
      }
      // Pairwise summation's bound, with the levels of a tree above chains of at most 16.
      double levels = 2 + Math.log(length) / Math.log(2);
      assertEquals(sum, sums[row], levels * 0x1p-24 * absolute, view + " row " + row);
    }
  }

  @Test
  void oneAndTwoThreadsGiveTheSameBits() {
    Expression.Builder b = new Expression.Builder();
    int x = b.input(0, F);
    Expression square = b.build(b.apply(ScalarOp.MULTIPLY, x, x));
    Expression.Builder g = new Expression.Builder();
    Expression gelu = g.build(g.apply(ScalarOp.ERF, g.apply(ScalarOp.EXP, g.input(0, F))));
    View wide = View.contiguous(F, Shape.of(501, 1003));
    View line = View.contiguous(F, Shape.of(501 * 1003));
    List<KernelSpec> specs =
        List.of(
            new Fused(wide.shape(), List.of(wide), gelu, List.of(wide)),
            new Reduce(
                ReduceOp.SUM,
                new Source(List.of(line), square),
                1,
                View.contiguous(F, Shape.SCALAR)),
            new Reduce(
                ReduceOp.SUM,
                new Source(List.of(View.of(F, Shape.of(501, 1003), 1, 501)), square),
                1,
                View.contiguous(F, Shape.of(501))),
            new dev.fathom.spi.Softmax(false, wide, wide));
    try (Backend one = Launch.open(1, true);
        Backend two = Launch.open(2, true)) {
      for (KernelSpec spec : specs) {
        double[] expected = values(one, spec);
        for (int repeat = 0; repeat < 5; repeat++) {
          assertArrayEquals(expected, values(two, spec), spec.name());
        }
      }
    }
  }

  private static double[] values(Backend backend, KernelSpec spec) {
    Launch launch = new Launch(backend, spec);
    float[] all = JavaBuffer.floats(launch.operands.getFirst());
    System.arraycopy(random(all.length, 9), 0, all, 0, all.length);
    return launch.run().values(spec.inputs().size());
  }
}
