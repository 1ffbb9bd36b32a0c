package dev.fathom.spi.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fathom.spi.Attention;
import dev.fathom.spi.AttentionGradient;
import dev.fathom.spi.Contract;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.CrossEntropy;
import dev.fathom.spi.CrossEntropyGradient;
import dev.fathom.spi.Cumulate;
import dev.fathom.spi.DType;
import dev.fathom.spi.DynamicSlice;
import dev.fathom.spi.DynamicSliceUpdate;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.MaxPool;
import dev.fathom.spi.MaxPoolGradient;
import dev.fathom.spi.Normalise;
import dev.fathom.spi.NormaliseGradient;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Random;
import dev.fathom.spi.Recurrent;
import dev.fathom.spi.Recurrent.State;
import dev.fathom.spi.RecurrentGradient;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.Scatter;
import dev.fathom.spi.SelectiveScan;
import dev.fathom.spi.SelectiveScanGradient;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Softmax;
import dev.fathom.spi.Sort;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The oracle against numbers worked out by hand. */
class OracleTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  /** Executes a spec over contiguous views: returns its outputs one behind the other. */
  private static double[] run(KernelSpec spec, long[] scalars, double[]... data) {
    List<View> views = new ArrayList<>(spec.inputs());
    views.addAll(spec.outputs());
    List<Oracle.Operand> operands = new ArrayList<>();
    for (int i = 0; i < views.size(); i++) {
      HostArray array = new HostArray(views.get(i).dtype(), views.get(i).shape().elements());
      for (int j = 0; i < data.length && j < data[i].length; j++) {
        array.setNumber(j, data[i][j]);
      }
      operands.add(new Oracle.Operand(array, 0));
    }
    Oracle.run(spec, operands, scalars);
    List<Double> results = new ArrayList<>();
    for (Oracle.Operand operand : operands.subList(spec.inputs().size(), operands.size())) {
      for (long i = 0; i < operand.array().elements(); i++) {
        results.add(operand.array().number(i));
      }
    }
    return results.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double[] run(KernelSpec spec, double[]... data) {
    return run(spec, new long[0], data);
  }

  private static double[] of(double... numbers) {
    return numbers;
  }

  private static View f64(long... sizes) {
    return View.contiguous(DType.F64, Shape.of(sizes));
  }

  private static View i32(long... sizes) {
    return View.contiguous(DType.I32, Shape.of(sizes));
  }

  @Test
  void contract() {
    Contract spec =
        new Contract(
            Source.of(f64(2, 2)), Source.of(f64(3, 2)), 0, 1, DType.F64, Epilogue.store(f64(2, 3)));
    assertArrayEquals(of(5, 11, 17, 11, 25, 39), run(spec, of(1, 2, 3, 4), of(1, 2, 3, 4, 5, 6)));
  }

  private static Convolve convolve(Convolve.Role role, View first, View second, View result) {
    List<Window> windows = List.of(new Window(2, 2, 1, 0, 1));
    return new Convolve(role, windows, 1, DType.F64, first, second, Epilogue.store(result));
  }

  /** x = 1..4 with one 0 in front, taps (10, 1), step 2: y = 0*10 + 1, 2*10 + 3. */
  @Test
  void convolve() {
    assertArrayEquals(
        of(1, 23),
        run(
            convolve(Convolve.Role.OUTPUT, f64(1, 1, 4), f64(1, 1, 2), f64(1, 1, 2)),
            of(1, 2, 3, 4),
            of(10, 1)));
    assertArrayEquals(
        of(5, 70, 7, 0),
        run(
            convolve(Convolve.Role.INPUT, f64(1, 1, 2), f64(1, 1, 2), f64(1, 1, 4)),
            of(5, 7),
            of(10, 1)));
    assertArrayEquals(
        of(14, 26),
        run(
            convolve(Convolve.Role.WEIGHT, f64(1, 1, 4), f64(1, 1, 2), f64(1, 1, 2)),
            of(1, 2, 3, 4),
            of(5, 7)));
  }

  /** Two groups of two channels each to one output. */
  @Test
  void convolveInGroups() {
    Convolve spec =
        new Convolve(
            Convolve.Role.OUTPUT,
            List.of(),
            2,
            DType.F64,
            f64(1, 4),
            f64(2, 2),
            Epilogue.store(f64(1, 2)));
    assertArrayEquals(of(21, 4300), run(spec, of(1, 2, 3, 4), of(1, 10, 100, 1000)));
  }

  @Test
  void maxPool() {
    List<Window> windows = List.of(new Window(3, 1, 1, 1, 1));
    MaxPool pool = new MaxPool(windows, f64(1, 1, 4), f64(1, 1, 4), i32(1, 1, 4));
    assertArrayEquals(of(3, 3, 3, 2, 1, 0, 0, 1), run(pool, of(3, 3, 1, 2)));
  }

  @Test
  void maxPoolGradient() {
    List<Window> windows = List.of(new Window(3, 1, 1, 1, 1));
    MaxPoolGradient gradient =
        new MaxPoolGradient(windows, f64(1, 1, 4), i32(1, 1, 4), f64(1, 1, 4));
    assertArrayEquals(
        of(3, 0, 0, 12), run(gradient, of(1, 2, 4, 8), of(1, 0, 2, 1)), "positions 0, 0, 3, 3");
    assertArrayEquals(
        of(0, 0, 0, 0), run(gradient, of(1, 0, 0, 8), of(0, 1, 1, 2)), "into the padding");
  }

  @Test
  void scatter() {
    View lines = f64(3, 1);
    View indices = i32(3);
    Scatter add = new Scatter(Scatter.Mode.ADD, indices, lines, f64(2, 1));
    assertArrayEquals(of(10, 26), run(add, of(1, 1, 7), of(2, 4, 8), of(10, 20)));
    Scatter set = new Scatter(Scatter.Mode.SET, indices, lines, f64(2, 1));
    assertArrayEquals(of(10, 4), run(set, of(1, 1, -1), of(2, 4, 8), of(10, 20)));
  }

  @Test
  void dynamicSlices() {
    DynamicSlice slice = new DynamicSlice(f64(5), f64(2));
    assertArrayEquals(of(3, 4), run(slice, new long[] {2}, of(1, 2, 3, 4, 5)));
    assertArrayEquals(of(4, 5), run(slice, new long[] {9}, of(1, 2, 3, 4, 5)));
    DynamicSliceUpdate update = new DynamicSliceUpdate(f64(2), f64(5));
    assertArrayEquals(of(8, 9, 3, 4, 5), run(update, new long[] {-1}, of(8, 9), of(1, 2, 3, 4, 5)));
  }

  @Test
  void sort() {
    double[] x = of(2, Double.NaN, -0.0, INF, 0, 2);
    assertArrayEquals(
        of(-0.0, 0, 2, 2, INF, Double.NaN, 2, 4, 0, 5, 3, 1),
        run(new Sort(false, f64(6), f64(6), i32(6)), x));
    assertArrayEquals(
        of(INF, 2, 2, -0.0, 0, Double.NaN, 3, 0, 5, 2, 4, 1),
        run(new Sort(true, f64(6), f64(6), i32(6)), x));
  }

  @Test
  void cumulate() {
    assertArrayEquals(
        of(1, 3, 6, 4, 9, 15),
        run(new Cumulate(ReduceOp.SUM, f64(2, 3), f64(2, 3)), of(1, 2, 3, 4, 5, 6)));
  }

  /** Seed 0, stream 0, step 0: the block key is the known answer for zeros. */
  @Test
  void randomBits() {
    long block = Threefry.block(0x6b200159, 0x99ba4efe, 0, 0);
    long next = Threefry.block(0x6b200159, 0x99ba4efe, 1, 0);
    double[] three = {Threefry.word0(block), Threefry.word0(next), Threefry.word1(block)};
    assertArrayEquals(
        three, run(new Random(Random.Distribution.BITS, 0, i32(3)), new long[] {0, 0}));
  }

  @Test
  void randomNormals() {
    View out = View.contiguous(DType.F32, Shape.of(10_000));
    double[] normal = run(new Random(Random.Distribution.NORMAL, 3, out), new long[] {42, 7});
    double sum = 0;
    double squares = 0;
    for (double x : normal) {
      sum += x;
      squares += x * x;
    }
    assertEquals(0, sum / normal.length, 0.03);
    assertEquals(1, squares / normal.length, 0.05);
  }

  @Test
  void softmax() {
    double third = 1.0 / 3;
    assertArrayEquals(
        of(0.25, 0.75, third * 1.5, third * 1.5),
        run(new Softmax(false, f64(2, 2), f64(2, 2)), of(0, Math.log(3), 1e30, 1e30)),
        1e-15);
    assertArrayEquals(
        of(Math.log(0.25), Math.log(0.75)),
        run(new Softmax(true, f64(2), f64(2)), of(0, Math.log(3))),
        1e-15);
  }

  @Test
  void crossEntropy() {
    double log4 = Math.log(4);
    CrossEntropy loss = new CrossEntropy(f64(2, 2), i32(2), f64(2), f64(2));
    assertArrayEquals(
        of(log4 - Math.log(3), log4, log4, log4),
        run(loss, of(0, Math.log(3), 0, Math.log(3)), of(1, -1)),
        1e-15);
    CrossEntropyGradient gradient =
        new CrossEntropyGradient(f64(2, 2), i32(2), f64(2), f64(2), f64(2, 2));
    assertArrayEquals(
        of(0.5, -0.5, 0.25, 0.75),
        run(gradient, of(0, Math.log(3), 0, Math.log(3)), of(1, 2), of(log4, log4), of(2, 1)),
        1e-15);
  }

  /** One unit; the gates of the LSTM are one half and, the candidate, as its bias says. */
  @Test
  void recurrent() {
    Recurrent.State row = new Recurrent.State(f64(1, 1), Optional.of(f64(1, 1)));
    Recurrent.State rows = new Recurrent.State(f64(1, 2, 1), Optional.of(f64(1, 2, 1)));
    Recurrent lstm =
        new Recurrent(
            Recurrent.Cell.LSTM,
            false,
            f64(1, 2, 4, 1),
            f64(4, 1, 1),
            f64(4, 1),
            row,
            Optional.empty(),
            rows,
            Optional.of(f64(1, 2, 4, 1)));
    double g = Math.tanh(0.3);
    double first = 0.5 * 2 + 0.5 * g;
    double second = 0.5 * first + 0.5 * g;
    assertArrayEquals(
        of(
            0.5 * Math.tanh(first),
            0.5 * Math.tanh(second),
            first,
            second,
            0.5,
            0.5,
            g,
            0.5,
            0.5,
            0.5,
            g,
            0.5),
        run(lstm, new double[8], new double[4], of(0, 0, 0.3, 0), of(9), of(2)),
        1e-15);
    Recurrent gru =
        new Recurrent(
            Recurrent.Cell.GRU,
            true,
            f64(1, 2, 3, 1),
            f64(3, 1, 1),
            f64(3, 1),
            new Recurrent.State(f64(1, 1), Optional.empty()),
            Optional.empty(),
            new Recurrent.State(f64(1, 2, 1), Optional.empty()),
            Optional.of(f64(1, 2, 4, 1)));
    double n = Math.tanh(0.2 + 0.5 * 0.6);
    double last = 0.5 * n + 0.5 * 4;
    assertArrayEquals(
        of(0.5 * n + 0.5 * last, last, 0.5, 0.5, n, 0.6, 0.5, 0.5, n, 0.6),
        run(gru, of(0, 0, 0.2, 0, 0, 0.2), new double[3], of(0, 0, 0.6), of(4)),
        1e-15);
  }

  /** Of the sum of all states, against differences. */
  @ParameterizedTest
  @EnumSource
  void recurrentGradient(Recurrent.Cell cell) {
    long batch = 1;
    long time = 3;
    long units = 2;
    double step = 1e-5;
    double[] x = numbers(3, time * cell.gates() * units);
    double[] hidden = numbers(5, cell.gates() * units * units);
    double[][] start = {numbers(7, units), numbers(9, units)};
    double[][] ones = {numbers(11, time * units), numbers(13, time * units)};
    State single = state(cell, batch, units);
    State all = state(cell, batch, time, units);
    Optional<View> saved =
        cell.saved() == 0 ? Optional.empty() : Optional.of(f64(batch, time, cell.saved(), units));
    View gates = f64(batch, time, cell.gates(), units);
    View weights = f64(cell.gates(), units, units);
    Recurrent forward =
        new Recurrent(
            cell,
            false,
            gates,
            weights,
            f64(cell.gates(), units),
            single,
            Optional.empty(),
            all,
            saved);
    RecurrentGradient backward =
        new RecurrentGradient(
            cell, false, weights, single, Optional.empty(), all, saved, all, gates, single);
    double[] bias = new double[(int) (cell.gates() * units)];
    int states = cell.hasCell() ? 2 : 1;
    List<double[]> in = new ArrayList<>(List.of(x, hidden, bias));
    in.addAll(List.of(start).subList(0, states));
    double[] made = run(forward, in.toArray(double[][]::new));
    int length = ones[0].length;
    List<double[]> back = new ArrayList<>(List.of(hidden));
    back.addAll(List.of(start).subList(0, states));
    for (int i = 0; i < states; i++) {
      back.add(Arrays.copyOfRange(made, i * length, (i + 1) * length));
    }
    if (saved.isPresent()) {
      back.add(Arrays.copyOfRange(made, states * length, made.length));
    }
    back.addAll(List.of(ones).subList(0, states));
    double[] gradient = run(backward, back.toArray(double[][]::new));
    int at = 0;
    for (int operand : cell.hasCell() ? new int[] {0, 3, 4} : new int[] {0, 3}) {
      double[] variable = in.get(operand);
      for (int i = 0; i < variable.length; i++) {
        double value = variable[i];
        variable[i] = value + step;
        double above = weighed(run(forward, in.toArray(double[][]::new)), ones, states);
        variable[i] = value - step;
        double below = weighed(run(forward, in.toArray(double[][]::new)), ones, states);
        variable[i] = value;
        assertEquals((above - below) / (2 * step), gradient[at++], 1e-9);
      }
    }
    assertEquals(gradient.length, at);
  }

  /** One channel, a state of one number: it halves in each step that lasts 1. */
  @Test
  void selectiveScan() {
    SelectiveScan spec =
        new SelectiveScan(
            2,
            f64(1, 3, 1),
            f64(1, 3, 1),
            f64(1, 1),
            f64(1, 3, 1),
            f64(1, 3, 1),
            f64(1, 1, 1),
            f64(1, 3, 1),
            f64(1, 1, 1),
            f64(1, 2, 1, 1));
    double first = 8 * 0.5 + 3 * 2;
    double second = first * 0.25 + 2 * 5 * 1;
    assertArrayEquals(
        of(first, 10 * second, second, second, 8, second),
        run(spec, of(3, 5, 7), of(1, 2, 0), of(-Math.log(2)), of(2, 1, 1), of(1, 10, 1), of(8)),
        1e-14);
  }

  /** Of a weighed sum of outputs and last state, against differences. */
  @Test
  void selectiveScanGradient() {
    long interval = 2;
    View values = f64(2, 5, 3);
    View shared = f64(2, 5, 2);
    View rates = f64(3, 2);
    View states = f64(2, 3, 2);
    View kept = f64(2, 3, 3, 2);
    SelectiveScan forward =
        new SelectiveScan(
            interval, values, values, rates, shared, shared, states, values, states, kept);
    SelectiveScanGradient backward =
        new SelectiveScanGradient(
            interval, values, values, rates, shared, shared, kept, values, states, values, values,
            rates, shared, shared, states);
    double[][] in = {
      numbers(3, 30),
      numbers(5, 30),
      numbers(7, 6),
      numbers(9, 20),
      numbers(11, 20),
      numbers(13, 12)
    };
    double[] weights = numbers(15, 42);
    double[] made = run(forward, in);
    double[] gradient =
        run(
            backward,
            in[0],
            in[1],
            in[2],
            in[3],
            in[4],
            Arrays.copyOfRange(made, 42, made.length),
            Arrays.copyOf(weights, 30),
            Arrays.copyOfRange(weights, 30, 42));
    int at = 0;
    double step = 1e-5;
    for (double[] variable : in) {
      for (int i = 0; i < variable.length; i++) {
        double value = variable[i];
        variable[i] = value + step;
        double above = weighed(run(forward, in), new double[][] {weights}, 1);
        variable[i] = value - step;
        double below = weighed(run(forward, in), new double[][] {weights}, 1);
        variable[i] = value;
        assertEquals((above - below) / (2 * step), gradient[at++], 1e-8);
      }
    }
    assertEquals(gradient.length, at);
  }

  private static State state(Recurrent.Cell cell, long... sizes) {
    return new State(f64(sizes), cell.hasCell() ? Optional.of(f64(sizes)) : Optional.empty());
  }

  private static double[] numbers(long seed, long count) {
    return new SplittableRandom(seed).doubles(count, -1, 1).toArray();
  }

  private static double weighed(double[] made, double[][] weights, int states) {
    double sum = 0;
    for (int i = 0; i < states * weights[0].length; i++) {
      sum += made[i] * weights[i / weights[0].length][i % weights[0].length];
    }
    return sum;
  }

  /** From Abramowitz and Stegun, table 7.1. */
  @Test
  void errorFunction() {
    assertEquals(0.1124629160, Evaluator.erf(0.1), 1e-10);
    assertEquals(0.8427007929, Evaluator.erf(1), 1e-10);
    assertEquals(-0.9953222650, Evaluator.erf(-2), 1e-10);
    assertEquals(0.9999779095, Evaluator.erf(3), 1e-10);
    assertEquals(1, Evaluator.erf(INF));
    assertEquals(Double.NaN, Evaluator.erf(Double.NaN));
  }

  @Test
  void normalise() {
    View x = f64(1, 2);
    View vector = f64(2);
    View row = f64(1);
    assertArrayEquals(
        of(9, 22, 1, 2),
        run(
            new Normalise(0, x, vector, Optional.of(vector), x, row, Optional.of(row)),
            of(1, 3),
            of(1, 2),
            of(10, 20)));
    assertArrayEquals(
        of(0.6, 1.6, 0.2),
        run(
            new Normalise(12.5, x, vector, Optional.empty(), x, row, Optional.empty()),
            of(3, 4),
            of(1, 2)),
        1e-15);
    assertArrayEquals(
        of(0.25, 1.5, 1, 0),
        run(
            new NormaliseGradient(x, vector, row, x, Optional.empty(), x, vector, Optional.empty()),
            of(2, 0),
            of(1, 3),
            of(0.5),
            of(1, 1)));
  }

  /** A query of 1, keys 0 and ln 3: weights of 1/4 and 3/4; a third key stands behind them. */
  @Test
  void attention() {
    View one = f64(1, 1, 1, 1);
    View keys = f64(1, 1, 3, 1);
    View row = f64(1, 1, 1);
    double ln3 = Math.log(3);
    Attention spec =
        new Attention(true, 1, true, Optional.empty(), one, keys, keys, Optional.empty(), one, row);
    assertArrayEquals(
        of(3, Math.log(4)), run(spec, new long[] {2}, of(1), of(0, ln3, 9), of(0, 4, 9)), 1e-12);
    AttentionGradient gradient =
        new AttentionGradient(
            true,
            1,
            true,
            Optional.empty(),
            one,
            keys,
            keys,
            one,
            row,
            one,
            Optional.empty(),
            one,
            keys,
            keys);
    assertArrayEquals(
        of(0.75 * ln3, -0.75, 0.75, 0, 0.25, 0.75, 0),
        run(
            gradient,
            new long[] {2},
            of(1),
            of(0, ln3, 9),
            of(0, 4, 9),
            of(3),
            of(Math.log(4)),
            of(1)),
        1e-12);
  }

  @Test
  void storage() {
    HostArray half = new HostArray(DType.BF16, 4);
    half.setNumber(0, 1 + 0x1p-8);
    half.setNumber(1, 1 + 3 * 0x1p-8);
    half.setNumber(2, Float.MAX_VALUE);
    half.setNumber(3, Double.NaN);
    assertEquals(1, half.number(0), "a tie goes to even");
    assertEquals(1 + 0x1p-6, half.number(1), "a tie goes to even");
    assertEquals(INF, half.number(2));
    assertEquals(Double.NaN, half.number(3));
    HostArray bytes = new HostArray(DType.U8, 1);
    bytes.setNumber(0, 257 + 254);
    assertEquals(255, bytes.number(0));
  }

  @Test
  void packIsUnknown() {
    Pack pack = new Pack(f64(2), new OperandLayout("any", DType.F64, 2));
    assertThrows(IllegalArgumentException.class, () -> run(pack, of(1, 2)));
  }
}
