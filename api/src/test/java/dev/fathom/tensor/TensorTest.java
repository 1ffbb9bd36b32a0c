package dev.fathom.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fathom.graph.Type;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a library user meets first: values, broadcasting, and errors at the line that made them. */
class TensorTest {
  private static final Tensor MATRIX = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

  private static void refuses(String message, Executable mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake).getMessage());
  }

  @Test
  void computesWhenRead() {
    Tensor row = Tensor.of(new float[] {10, 20, 30}, 3);
    assertArrayEquals(new float[] {11, 22, 33, 14, 25, 36}, MATRIX.add(row).toFloats());
    assertArrayEquals(new float[] {14, 32, 32, 77}, MATRIX.matmul(MATRIX.transpose()).toFloats());
    assertArrayEquals(new float[] {5, 7, 9}, MATRIX.sum(0).toFloats());
    assertArrayEquals(new int[] {2, 2}, MATRIX.argMax(1).toInts());
    assertArrayEquals(
        new boolean[] {true, false, false, false, false, false},
        MATRIX.less(Tensor.full(2, DType.F32)).toBooleans());
  }

  @Test
  void aValueThatWasReadIsNotComputedAgain() {
    Tensor square = MATRIX.square();
    assertArrayEquals(new float[] {1, 4, 9, 16, 25, 36}, square.toFloats());
    assertArrayEquals(new float[] {91}, square.sum().toFloats());
  }

  @Test
  void ordersAndSelects() {
    Tensor.Sorted best = Tensor.of(new float[] {3, 1, Float.NaN, 2}, 4).topK(2);
    assertArrayEquals(new float[] {3, 2}, best.values().toFloats());
    assertArrayEquals(new int[] {0, 3}, best.indices().toInts());
    assertArrayEquals(
        new float[] {4, 5, 6, 0, 0, 0}, MATRIX.gather(Tensor.of(new int[] {1, 7}, 2)).toFloats());
  }

  @Test
  void convertsTypes() {
    assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6}, MATRIX.add(0.5).cast(DType.I32).toInts());
    assertArrayEquals(
        new float[] {1.0078125f},
        Tensor.of(new float[] {1.006f}, 1).cast(DType.BF16).cast(DType.F32).toFloats());
  }

  @Test
  void readingInsideATraceIsAnError() {
    Tensor traced = Tensor.input("x", Type.of(DType.F32, 2)).add(1);
    assertEquals(
        "[read] the value depends on the program input 'x' f32[2]",
        assertThrows(IllegalStateException.class, traced::toFloats).getMessage());
  }

  @Test
  void aWrongTypeIsNotConvertedSilently() {
    assertEquals(
        "[read] expected a tensor of type f64 but this is f32[2, 3]; cast it first",
        assertThrows(IllegalStateException.class, MATRIX::toDoubles).getMessage());
    refuses(
        "[add] expected 2 operand(s) of domain number but got [F32, I32]",
        () -> MATRIX.add(Tensor.of(new int[] {1}, 1)));
  }

  @Test
  void shapesAreCheckedAtTheCall() {
    refuses(
        "[matmul] inner sizes must be equal but got [2, 3] x [2, 3]", () -> MATRIX.matmul(MATRIX));
    refuses(
        "[add] shapes must broadcast together but got [2, 3] and [3, 2]",
        () -> MATRIX.add(MATRIX.transpose()));
    refuses(
        "[reshape] expected a shape of 6 elements for [2, 3] but got [4]", () -> MATRIX.reshape(4));
    refuses("[axis] expected an axis of [2, 3] but got 2", () -> MATRIX.sum(2));
    refuses(
        "[tensor] expected 4 elements for shape [2, 2] but got 3",
        () -> Tensor.of(new float[3], 2, 2));
    Tensor image = Tensor.zeros(DType.F32, 1, 3, 4, 4);
    Window window = new Window(3, 1, 0, 0, 1);
    refuses(
        "[convolve] expected weight [out, in / groups, ...] for 1 group(s) but got input"
            + " [1, 3, 4, 4] and weight [8, 2, 3, 3]",
        () -> image.convolve(Tensor.zeros(DType.F32, 8, 2, 3, 3), List.of(window, window), 1));
    assertEquals(Shape.of(2, 3), MATRIX.shape());
  }
}
