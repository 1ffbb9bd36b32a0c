package dev.fathom.backend.java.contract;

import dev.fathom.backend.java.arithmetic.Narrow;
import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A contract as a batch of matrix products {@code left [rows, depth] x right [columns, depth] ->
 * result [rows, columns]}. Left is a and right is b, or the other way round if that suits the
 * result's layout.
 *
 * @param swapped whether left is b
 * @param left axes of the left operand, by group
 * @param right axes of the right operand
 * @param result axes of the result
 */
record Contraction(boolean swapped, Operand left, Operand right, Result result) {

  /** Axes of an operand: those that count products, rows (or columns), and summed elements. */
  record Operand(View view, int[] batch, int[] rows, int[] depth) {
    long rowCount() {
      return count(view, rows);
    }

    long depthCount() {
      return count(view, depth);
    }
  }

  /** Axes of the result. */
  record Result(int[] batch, int[] rows, int[] columns) {}

  /** Groups the axes; a batch axis along which one operand is constant joins the other's rows. */
  static Contraction of(Contract spec) {
    View a = spec.a().views().getFirst();
    View b = spec.b().views().getFirst();
    List<Integer> batch = new ArrayList<>();
    List<Integer> rowsOfA = new ArrayList<>();
    List<Integer> rowsOfB = new ArrayList<>();
    List<Integer> resultRows = new ArrayList<>();
    List<Integer> resultColumns = new ArrayList<>();
    for (int axis = 0; axis < spec.batchAxes(); axis++) {
      if (a.size(axis) == 1) {
        continue;
      }
      if (b.stride(axis) == 0 && a.stride(axis) != 0) {
        rowsOfA.add(axis);
        resultRows.add(axis);
      } else if (a.stride(axis) == 0 && b.stride(axis) != 0) {
        rowsOfB.add(axis);
        resultColumns.add(axis);
      } else {
        batch.add(axis);
      }
    }
    for (int i = 0; i < spec.mAxes(); i++) {
      rowsOfA.add(spec.batchAxes() + i);
      resultRows.add(spec.batchAxes() + i);
    }
    for (int i = 0; i < spec.nAxes(); i++) {
      rowsOfB.add(spec.batchAxes() + i);
      resultColumns.add(spec.batchAxes() + spec.mAxes() + i);
    }
    int[] shared = ints(batch);
    Operand left = new Operand(a, shared, ints(rowsOfA), last(a, spec.kAxes()));
    Operand right = new Operand(b, shared, ints(rowsOfB), last(b, spec.kAxes()));
    Result result = new Result(shared, ints(resultRows), ints(resultColumns));
    return new Contraction(false, left, right, result);
  }

  /**
   * {@return the element type of the right operand's panels: the operand's where that is
   * {@linkplain Narrow narrow} and sums are f32, otherwise the accumulator's}
   */
  DType panelType(DType accumulator) {
    DType stored = right.view().dtype();
    return Narrow.reads(stored) && accumulator == DType.F32 ? stored : accumulator;
  }

  /** {@return the kernels that read such panels, null if they are as wide as the sums} */
  Narrow narrow(DType accumulator, boolean vector) {
    DType panels = panelType(accumulator);
    return panels == accumulator ? null : Narrow.of(panels, vector);
  }

  /** {@return the same products with the result transposed} */
  Contraction swap() {
    return new Contraction(
        !swapped, right, left, new Result(result.batch, result.columns, result.rows));
  }

  private static int[] last(View view, int count) {
    return IntStream.range(view.rank() - count, view.rank()).toArray();
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  private static long count(View view, int[] axes) {
    long count = 1;
    for (int axis : axes) {
      count *= view.size(axis);
    }
    return count;
  }
}
