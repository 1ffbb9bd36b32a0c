package dev.fathom.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.compile.Evaluator;
import dev.fathom.compile.Program;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.Scatter.Mode;
import dev.fathom.spi.Shape;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.spi.tck.MockBackend;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Access by index along any axis, against loops that say what each form means. */
class IndexingTest {
  static Stream<Backend> backends() {
    return Stream.of(new MinimalBackend(), new MockBackend());
  }

  private final SplittableRandom random = new SplittableRandom(7);

  private double[] numbers(Shape shape) {
    return random.doubles(shape.elements(), -2, 2).toArray();
  }

  /** Some of them outside. */
  private int[] indices(Shape shape, long size) {
    return random.ints(shape.elements(), -2, (int) size + 2).toArray();
  }

  private static double[] read(Backend backend, Tensor tensor) {
    return Evaluator.evaluate(tensor.value(), backend).toArray(ValueLayout.JAVA_DOUBLE);
  }

  /** {@return every position of {@code shape} in row-major order} */
  private static List<long[]> positions(Shape shape) {
    List<long[]> all = new ArrayList<>();
    for (long flat = 0; flat < shape.elements(); flat++) {
      long[] at = new long[shape.rank()];
      long rest = flat;
      for (int axis = at.length - 1; axis >= 0; axis--) {
        at[axis] = rest % shape.size(axis);
        rest /= shape.size(axis);
      }
      all.add(at);
    }
    return all;
  }

  /** {@return where {@code at} lies in {@code shape}; -1 outside} */
  private static int flat(Shape shape, long... at) {
    long[] strides = shape.rowMajorStrides();
    long flat = 0;
    for (int axis = 0; axis < at.length; axis++) {
      if (at[axis] < 0 || at[axis] >= shape.size(axis)) {
        return -1;
      }
      flat += at[axis] * strides[axis];
    }
    return (int) flat;
  }

  private static long[] join(long[]... parts) {
    return Arrays.stream(parts).flatMapToLong(Arrays::stream).toArray();
  }

  /** Which element of x each element of the result stands for. */
  private record Picture(Shape result, int[] places) {
    double[] gather(double[] x) {
      return Arrays.stream(places).mapToDouble(at -> at < 0 ? 0 : x[at]).toArray();
    }

    double[] scatter(Mode mode, double[] x, double[] updates) {
      double[] fresh = x.clone();
      for (int i = 0; i < places.length; i++) {
        if (places[i] >= 0) {
          fresh[places[i]] = updates[i] + (mode == Mode.ADD ? fresh[places[i]] : 0);
        }
      }
      return fresh;
    }
  }

  private static Picture alongAxis(Shape x, int axis, Shape of, int[] indices) {
    Shape result = x.slice(0, axis).concat(of).concat(x.slice(axis + 1, x.rank()));
    int[] places =
        positions(result).stream()
            .mapToInt(
                at -> {
                  long[] outer = Arrays.copyOfRange(at, 0, axis);
                  long[] named = Arrays.copyOfRange(at, axis, axis + of.rank());
                  long[] inner = Arrays.copyOfRange(at, axis + of.rank(), at.length);
                  long index = indices[flat(of, named)];
                  return flat(x, join(outer, new long[] {index}, inner));
                })
            .toArray();
    return new Picture(result, places);
  }

  private static Picture ofElements(Shape x, int axis, Shape of, int[] indices) {
    int[] places =
        positions(of).stream()
            .mapToInt(
                at -> {
                  long[] moved = at.clone();
                  moved[axis] = indices[flat(of, at)];
                  return flat(x, moved);
                })
            .toArray();
    return new Picture(of, places);
  }

  private static Picture ofBlocks(Shape x, int batch, Shape of, int[] indices) {
    int k = (int) of.size(-1);
    Shape lead = of.slice(0, of.rank() - 1);
    Shape inner = x.slice(batch + k, x.rank());
    int[] places =
        positions(lead.concat(inner)).stream()
            .mapToInt(
                at -> {
                  long[] place = Arrays.copyOfRange(at, 0, lead.rank());
                  long[] named = new long[k];
                  for (int i = 0; i < k; i++) {
                    named[i] = indices[flat(of, join(place, new long[] {i}))];
                  }
                  long[] rest = Arrays.copyOfRange(at, lead.rank(), at.length);
                  return flat(x, join(Arrays.copyOf(at, batch), named, rest));
                })
            .toArray();
    return new Picture(lead.concat(inner), places);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void gathersAndScattersAlongEveryAxis(Backend backend) {
    Shape shape = Shape.of(3, 5, 2);
    double[] data = numbers(shape);
    Tensor x = Tensor.of(data, shape.toArray());
    for (int axis = 0; axis < 3; axis++) {
      for (Shape of :
          List.of(Shape.SCALAR, Shape.of(1), Shape.of(7), Shape.of(2, 3), Shape.of(0))) {
        int[] at = indices(of, shape.size(axis));
        Tensor index = Tensor.of(at, of.toArray());
        Picture expected = alongAxis(shape, axis, of, at);
        Tensor taken = x.gather(axis - 3, index);
        assertEquals(expected.result(), taken.shape());
        assertArrayEquals(expected.gather(data), read(backend, taken), "axis " + axis + of);
        long[] wide = Arrays.stream(at).asLongStream().toArray();
        assertArrayEquals(
            expected.gather(data), read(backend, x.gather(axis, Tensor.of(wide, of.toArray()))));
        double[] updates = numbers(expected.result());
        for (Mode mode : Mode.values()) {
          Tensor fresh =
              x.scatter(mode, axis, index, Tensor.of(updates, expected.result().toArray()));
          assertArrayEquals(
              expected.scatter(mode, data, updates), read(backend, fresh), 1e-12, mode + " " + of);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void picksElements(Backend backend) {
    Shape shape = Shape.of(3, 4, 2);
    double[] data = numbers(shape);
    Tensor x = Tensor.of(data, shape.toArray());
    for (int axis = 0; axis < 3; axis++) {
      for (Shape of : List.of(shape, Shape.of(2, 3, 1), Shape.of(1, 1, 1), Shape.of(3, 0, 2))) {
        long[] sizes = of.toArray();
        sizes[axis] += of.elements() > 1 ? 2 : 0; // Along the axis there may be more than x has.
        Shape wide = Shape.of(sizes);
        int[] at = indices(wide, shape.size(axis));
        Tensor index = Tensor.of(at, sizes);
        Picture expected = ofElements(shape, axis, wide, at);
        assertArrayEquals(
            expected.gather(data), read(backend, x.gatherElements(axis, index)), axis + " " + wide);
        double[] updates = numbers(wide);
        for (Mode mode : Mode.values()) {
          Tensor fresh = x.scatterElements(mode, axis, index, Tensor.of(updates, sizes));
          assertArrayEquals(
              expected.scatter(mode, data, updates),
              read(backend, fresh),
              1e-12,
              axis + " " + wide);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void picksBlocks(Backend backend) {
    Shape shape = Shape.of(3, 4, 2, 3);
    double[] data = numbers(shape);
    Tensor x = Tensor.of(data, shape.toArray());
    for (int batch = 0; batch < 3; batch++) {
      for (long k = 1; batch + k <= 4; k++) {
        for (Shape any : List.of(Shape.SCALAR, Shape.of(5), Shape.of(2, 3), Shape.of(0))) {
          Shape of = shape.slice(0, batch).concat(any).concat(Shape.of(k));
          int[] at = indices(of, 3);
          Tensor index = Tensor.of(at, of.toArray());
          Picture expected = ofBlocks(shape, batch, of, at);
          Tensor taken = x.gatherNd(batch, index);
          assertEquals(expected.result(), taken.shape());
          assertArrayEquals(expected.gather(data), read(backend, taken), batch + " " + of);
          if (batch == 0) {
            double[] updates = numbers(expected.result());
            Tensor values = Tensor.of(updates, expected.result().toArray());
            for (Mode mode : Mode.values()) {
              assertArrayEquals(
                  expected.scatter(mode, data, updates),
                  read(backend, x.scatterNd(mode, index, values)),
                  1e-12,
                  mode + " " + of);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anAxisWithoutElementsGivesZeros(Backend backend) {
    Tensor x = Tensor.of(new double[0], 2, 0, 3);
    Tensor index = Tensor.of(new int[] {0, -1}, 2);
    assertArrayEquals(new double[12], read(backend, x.gather(1, index)));
    assertArrayEquals(
        new double[6], read(backend, x.gatherElements(1, Tensor.of(new int[6], 2, 1, 3))));
  }

  /** What is outside an axis lies inside the flattened tensor all the same. */
  @ParameterizedTest
  @MethodSource("backends")
  void anIndexDoesNotReachTheNextRow(Backend backend) {
    Tensor x = Tensor.iota(DType.I32, 0, 12).cast(DType.F64).add(1).reshape(3, 4);
    Tensor index = Tensor.of(new int[] {4, 11, -1, 3}, 1, 4);
    assertArrayEquals(new double[] {0, 0, 0, 4}, read(backend, x.gatherElements(1, index)));
    Tensor row = x.slice(0, 0, 1);
    assertArrayEquals(new double[] {0, 0, 0, 4}, read(backend, row.gatherElements(1, index)));
    Tensor set = x.scatterElements(Mode.SET, 1, index, Tensor.full(9, DType.F64, 1, 4));
    assertArrayEquals(new double[] {1, 2, 3, 9, 5, 6, 7, 8, 9, 10, 11, 12}, read(backend, set));
  }

  /** An index that does not fit into 32 bits must not come back as one that does. */
  @ParameterizedTest
  @MethodSource("backends")
  void largeIndicesAreOutside(Backend backend) {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
    Tensor index = Tensor.of(new long[] {1L << 32, Long.MIN_VALUE, 1, Long.MAX_VALUE}, 2, 2);
    assertArrayEquals(new double[] {0, 0, 3, 0}, read(backend, x.gatherElements(0, index)));
    assertArrayEquals(
        new double[] {0, 0, 2, 0, 0, 0, 4, 0}, read(backend, x.gather(1, index.reshape(4))));
    assertArrayEquals(new double[] {0, 0}, read(backend, x.gatherNd(0, index)));
  }

  /** Indices may be stored narrow, and values may be of any type. */
  @Test
  void allTypesAreMoved() {
    Backend backend = new MockBackend();
    Content narrow =
        Content.copyOf(Type.of(DType.U8, 3), MemorySegment.ofArray(new byte[] {1, -1, 0}));
    Tensor index = Tensor.of(Ops.literal(narrow));
    Tensor x = Tensor.of(new double[] {1, 2}, 2);
    assertArrayEquals(new double[] {2, 0, 1}, read(backend, x.gather(index)));
    Tensor flags = Tensor.of(new boolean[] {true, false, false, true}, 2, 2);
    assertArrayEquals(
        new byte[] {0, 0, 1, 1, 0, 0},
        Evaluator.evaluate(flags.gather(1, index).value(), backend).toArray(ValueLayout.JAVA_BYTE));
  }

  /** What the SPI has is used as it is: rows by a list take no other kernel. */
  @Test
  void rowsAreRows() {
    Tensor table = Tensor.input("table", Type.of(DType.F32, 5, 3));
    Tensor index = Tensor.input("index", Type.of(DType.I32, 2, 2));
    Program rows =
        Program.builder(new MinimalBackend())
            .feed(table)
            .feed(index)
            .result("y", table.gather(index))
            .compile();
    assertEquals(1, rows.launches(), rows.explain());
    Program columns =
        Program.builder(new MockBackend())
            .feed(table)
            .feed(index)
            .result("y", table.gather(1, index))
            .compile();
    assertEquals(2, columns.launches(), columns.explain());
    assertTrue(columns.coverage().declined().isEmpty(), "no backend was asked for columns");
    Value gather = table.gather(1, index).value();
    assertTrue(Decompositions.exists(gather.node()));
    assertFalse(Decompositions.exists(table.gather(index.reshape(4)).value().node()));
  }

  /** Weights that are stored as bf16 are read where they lie. */
  @Test
  void narrowTablesAreNotWidened() {
    Tensor table = Tensor.input("table", Type.of(DType.BF16, 5, 4));
    Tensor index = Tensor.input("index", Type.of(DType.I32, 3));
    Program program =
        Program.builder(new MockBackend())
            .feed(index)
            .frozen(table)
            .result("y", table.cast(DType.F32).gather(1, index))
            .compile();
    assertTrue(program.explain().contains("[bf16[15]]"), program.explain());
  }

  private static void refuses(String message, Executable mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake).getMessage());
  }

  @Test
  void mistakesAreNamed() {
    Tensor x = Tensor.zeros(DType.F32, 2, 3);
    Tensor index = Tensor.of(new int[] {0, 1}, 2);
    refuses("[axis] expected an axis of [2, 3] but got 2", () -> x.gather(2, index));
    refuses(
        "[gather] expected values with an axis 0 and integer indices but got [f32[2, 3], f32[2, 3]]",
        () -> x.gather(0, x));
    refuses(
        "[scatter] expected values with an axis 1, integer indices, and updates of the indices'"
            + " sizes in place of that axis but got [f32[2, 3], i32[2], f32[2, 3]]",
        () -> x.scatter(Mode.SET, 1, index, x));
    refuses(
        "[scatter] expected numbers to add but got bool[2]",
        () -> {
          Tensor flags = Tensor.of(new boolean[2], 2);
          flags.scatterAdd(index, flags);
        });
    refuses(
        "[gather-elements] expected indices, and updates of their shape, that beside axis 1 fit"
            + " into [2, 3] but got [3, 1]",
        () -> x.gatherElements(1, Tensor.of(new int[3], 3, 1)));
    refuses(
        "[scatter-elements] expected indices, and updates of their shape, that beside axis 1 fit"
            + " into [2, 3] but got [2, 1] and [2, 3]",
        () -> x.scatterElements(Mode.ADD, 1, Tensor.of(new int[2], 2, 1), x));
    refuses(
        "[gather-nd] expected indices [batch..., any..., k] of 1 to 2 axes of [2, 3] but got [3]",
        () -> x.gatherNd(0, Tensor.of(new int[3], 3)));
    refuses(
        "[scatter-nd] expected updates [1, 3] but got [2, 3]",
        () -> x.scatterNd(Mode.SET, Tensor.of(new int[1], 1, 1), x));
  }
}
