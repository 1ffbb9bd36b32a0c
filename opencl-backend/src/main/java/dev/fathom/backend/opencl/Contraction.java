package dev.fathom.backend.opencl;

import dev.fathom.spi.Contract;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A contract as a batch of matrix products {@code left [rows, depth] x right [columns, depth] ->
 * result [rows, columns]}.
 *
 * @param swapped whether left is b and right is a
 */
record Contraction(
    boolean swapped,
    Operand left,
    Operand right,
    int[] resultBatch,
    int[] resultRows,
    int[] resultColumns) {

  /**
   * An operand, with those of its axes that count products, rows (or columns), and summed elements.
   */
  record Operand(View view, int[] batchAxes, int[] rowAxes, int[] depthAxes) {
    Axes batch() {
      return Axes.of(view, batchAxes);
    }

    Axes rows() {
      return Axes.of(view, rowAxes);
    }

    Axes depth() {
      return Axes.of(view, depthAxes);
    }
  }

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
    return new Contraction(
        false,
        new Operand(a, shared, ints(rowsOfA), last(a, spec.kAxes())),
        new Operand(b, shared, ints(rowsOfB), last(b, spec.kAxes())),
        shared,
        ints(resultRows),
        ints(resultColumns));
  }

  /** {@return the same products with the result transposed} */
  Contraction swap() {
    return new Contraction(!swapped, right, left, resultBatch, resultColumns, resultRows);
  }

  /** {@return binding of the left operand} */
  int leftBinding() {
    return swapped ? 1 : 0;
  }

  /** {@return binding of the right operand} */
  int rightBinding() {
    return swapped ? 0 : 1;
  }

  private static int[] last(View view, int count) {
    return IntStream.range(view.rank() - count, view.rank()).toArray();
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
