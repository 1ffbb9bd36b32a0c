package dev.fathom.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.graph.Graph;
import dev.fathom.graph.Op;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.graph.Value;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Movement as strides and offsets, against what the operations say about each element. */
class ViewsTest {
  private static Value input(long... sizes) {
    return Ops.input("x", Type.of(DType.F32, sizes));
  }

  private static Located locate(Value value) {
    return new Views(Graph.nodes(List.of(value))).at(value);
  }

  /** {@return which elements of the base the view reaches, row-major} */
  private static long[] reached(Located located) {
    View view = located.view();
    long[] all = new long[Math.toIntExact(view.shape().elements())];
    for (int i = 0; i < all.length; i++) {
      long rest = i;
      all[i] = located.offset();
      for (int axis = view.rank() - 1; axis >= 0; axis--) {
        all[i] += rest % view.size(axis) * view.stride(axis);
        rest /= view.size(axis);
      }
    }
    return all;
  }

  /** {@return which element of the only input each element of {@code value} is, by its meaning} */
  private static long[] meant(Value value) {
    if (value.node().inputs().isEmpty()) {
      return IntStream.range(0, (int) value.shape().elements()).asLongStream().toArray();
    }
    Value x = value.node().inputs().getFirst();
    long[] from = meant(x);
    long[] strides = x.shape().rowMajorStrides();
    long[] all = new long[Math.toIntExact(value.shape().elements())];
    for (int i = 0; i < all.length; i++) {
      long[] at = position(value.shape(), i);
      long element = 0;
      switch (value.node().op()) {
        case Op.Reshape _ -> element = i;
        case Op.Permute(List<Integer> axes) -> {
          for (int axis = 0; axis < at.length; axis++) {
            element += at[axis] * strides[axes.get(axis)];
          }
        }
        case Op.Broadcast _ -> {
          for (int axis = 0; axis < at.length; axis++) {
            element += x.shape().size(axis) == 1 ? 0 : at[axis] * strides[axis];
          }
        }
        case Op.Slice slice -> {
          for (int axis = 0; axis < at.length; axis++) {
            long moved = slice.starts().get(axis) + at[axis] * slice.steps().get(axis);
            element += moved * strides[axis];
          }
        }
        case Op.Windows(List<Window> windows) -> {
          int lead = x.shape().rank() - windows.size();
          for (int axis = 0; axis < lead; axis++) {
            element += at[axis] * strides[axis];
          }
          for (int w = 0; w < windows.size(); w++) {
            long out = at[lead + w];
            long tap = at[lead + windows.size() + w];
            long moved = out * windows.get(w).stride() + tap * windows.get(w).dilation();
            element += moved * strides[lead + w];
          }
        }
        default -> throw new AssertionError(value);
      }
      all[i] = from[Math.toIntExact(element)];
    }
    return all;
  }

  private static long[] position(Shape shape, long flat) {
    long[] at = new long[shape.rank()];
    for (int axis = at.length - 1; axis >= 0; axis--) {
      at[axis] = flat % shape.size(axis);
      flat /= shape.size(axis);
    }
    return at;
  }

  private static void isViewOf(Value base, Value value) {
    Located located = locate(value);
    assertEquals(base, located.base(), value.toString());
    assertEquals(value.shape(), located.view().shape());
    assertArrayEquals(meant(value), reached(located), value.node().toString());
  }

  @Test
  void movementIsAView() {
    Value x = input(4, 6);
    isViewOf(x, x);
    isViewOf(x, Ops.transpose(x));
    isViewOf(x, Ops.reshape(x, Shape.of(2, 2, 3, 2)));
    isViewOf(x, Ops.slice(x, 1, 2, 5));
    isViewOf(x, Ops.flip(x, 0, 1));
    isViewOf(x, Ops.broadcast(x, Shape.of(3, 4, 6)));
    isViewOf(x, Ops.transpose(Ops.flip(Ops.slice(x, 0, 1, 4), 1)));
    isViewOf(x, Ops.apply(new Op.Slice(List.of(3L, 0L), Shape.of(2, 3), List.of(-3L, 2L)), x));
    Window odd = new Window(2, 2, 0, 0, 1);
    Window dilated = new Window(3, 1, 0, 0, 2);
    isViewOf(x, Ops.apply(new Op.Windows(List.of(odd, dilated)), x));
    isViewOf(x, Ops.transpose(Ops.apply(new Op.Windows(List.of(dilated)), x)));
  }

  /** A cut through one axis of two that were joined is still regular; another one is a copy. */
  @Test
  void aReshapeIsAViewWhereStridesAllow() {
    Value x = input(4, 6);
    Value transposed = Ops.transpose(x);
    isViewOf(x, Ops.reshape(transposed, Shape.of(3, 2, 4)));
    isViewOf(x, Ops.reshape(transposed, Shape.of(6, 1, 4, 1)));
    isViewOf(x, Ops.reshape(Ops.slice(x, 0, 1, 3), Shape.of(12)));
    isViewOf(x, Ops.reshape(Ops.flip(x, 0, 1), Shape.of(24)));
    Value row = input(6);
    isViewOf(row, Ops.reshape(Ops.broadcast(row, Shape.of(2, 3, 6)), Shape.of(6, 6)));
    for (Value copy :
        List.of(
            Ops.reshape(transposed, Shape.of(24)),
            Ops.reshape(Ops.slice(x, 1, 1, 4), Shape.of(12)),
            Ops.reshape(Ops.flip(x, 0), Shape.of(24)),
            Ops.reshape(Ops.broadcast(row, Shape.of(2, 6)), Shape.of(12)))) {
      Views views = new Views(Graph.nodes(List.of(copy)));
      assertTrue(views.isComputed(copy.node()), copy.toString());
      assertTrue(views.at(copy).isWhole());
      assertFalse(views.isComputed(copy.node().inputs().getFirst().node()));
    }
  }

  @Test
  void axesOfOneElementAndEmptyTensorsAlwaysReshape() {
    View one = View.of(DType.F32, Shape.of(1, 4, 1), 7, 3, 9);
    assertArrayEquals(new long[] {6, 3}, View.of(DType.F32, Shape.of(2, 2), 6, 3).strides());
    assertArrayEquals(new long[] {6, 3}, Views.reshapeStrides(one, Shape.of(2, 2)).orElseThrow());
    View none = View.of(DType.F32, Shape.of(2, 0, 3), 5, 7, 11);
    assertTrue(Views.reshapeStrides(none, Shape.of(0, 9)).isPresent());
    View columns = View.of(DType.F32, Shape.of(3, 2), 1, 3);
    assertEquals(Optional.empty(), Views.reshapeStrides(columns, Shape.of(6)));
    assertEquals(Optional.empty(), Views.reshapeStrides(columns, Shape.of(2, 3)));
  }

  @Test
  void aConstantIsOneElement() {
    Value constant = Ops.constant(2, DType.F32, Shape.of(3, 4));
    Located located = locate(constant);
    assertArrayEquals(new long[12], reached(located));
    Value joined = Ops.concat(0, List.of(input(1, 4), constant));
    assertTrue(locate(joined).isWhole());
  }

  /** Movement upon movement, as long as it stays a view. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void anyChainOfMovementReachesWhatItMeans(int seed) {
    Random random = new Random(seed);
    for (int chain = 0; chain < 30; chain++) {
      Value base = input(2, 3, 4);
      Value x = base;
      for (int i = 0; i < 5 && x.shape().elements() < 2_000; i++) {
        Value moved = move(x, random);
        if (locate(moved).base().equals(base)) {
          x = moved;
        }
      }
      isViewOf(base, x);
    }
  }

  private static Value move(Value x, Random random) {
    int rank = x.shape().rank();
    int axis = random.nextInt(rank);
    long size = x.shape().size(axis);
    return switch (random.nextInt(5)) {
      case 0 -> {
        List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(axes, random);
        yield Ops.permute(x, axes);
      }
      case 1 -> {
        long from = random.nextLong(size);
        yield Ops.slice(x, axis, from, from + 1 + random.nextLong(size - from));
      }
      case 2 -> Ops.flip(x, axis);
      case 3 -> Ops.broadcast(x, Shape.of(1 + random.nextLong(3)).concat(x.shape()));
      default -> {
        // One axis in two, or two in one.
        Shape before = x.shape().slice(0, axis);
        Shape after = x.shape().slice(axis + 1, rank);
        if (random.nextBoolean() && size % 2 == 0) {
          yield Ops.reshape(x, before.concat(Shape.of(2, size / 2)).concat(after));
        }
        if (axis + 1 == rank) {
          yield x;
        }
        long joined = size * x.shape().size(axis + 1);
        Shape rest = x.shape().slice(axis + 2, rank);
        yield Ops.reshape(x, before.concat(Shape.of(joined)).concat(rest));
      }
    };
  }
}
