package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.View;

/**
 * A batch of matrix products whose operands are read where they lie, element by element. Every
 * contract and every convolution is one.
 *
 * @param accumulator type of the sums
 * @param batch number of products
 * @param rows rows of a result
 * @param columns columns of a result
 * @param depth products of a sum
 * @param left reads the left operand, binding 0
 * @param right reads the right operand, binding 1
 * @param leftAlong whether the left operand's summed elements lie side by side, not its rows
 * @param rightAlong the same of the right operand
 * @param leftType how the left operand is stored
 * @param rightType how the right operand is stored
 * @param results stores the sums
 * @param index names a result
 */
record Product(
    DType accumulator,
    long batch,
    long rows,
    long columns,
    long depth,
    Operand left,
    Operand right,
    boolean leftAlong,
    boolean rightAlong,
    DType leftType,
    DType rightType,
    Results results,
    Index index) {

  /** Reads an operand. */
  @FunctionalInterface
  interface Operand {
    /**
     * {@return a C expression of the accumulator's type}
     *
     * @param numbers how sizes and strides are written
     * @param batch name of a variable of type long, and so the others
     * @param row row, or column
     * @param depth index of the summed element
     */
    String load(Numbers numbers, String batch, String row, String depth);
  }

  /** Names a result. */
  @FunctionalInterface
  interface Index {
    /** {@return one index for each group of the results' axes} */
    String[] of(Numbers numbers, String batch, String row, String column);
  }

  static Product of(Contract spec) {
    Contraction contraction = Contraction.of(spec);
    Contraction.Operand left = contraction.left();
    Contraction.Operand right = contraction.right();
    return new Product(
        spec.accumulator(),
        left.batch().size(),
        left.rows().size(),
        right.rows().size(),
        left.depth().size(),
        operand(left, 0, spec.accumulator()),
        operand(right, 1, spec.accumulator()),
        left.depth().isContiguous(),
        right.depth().isContiguous(),
        left.view().dtype(),
        right.view().dtype(),
        new Results(
            spec.epilogue(),
            contraction.resultBatch(),
            contraction.resultRows(),
            contraction.resultColumns()),
        (_, batch, row, column) -> new String[] {batch, row, column});
  }

  private static Operand operand(Contraction.Operand operand, int binding, DType accumulator) {
    return (numbers, batch, row, depth) ->
        load(
            operand.view(),
            binding,
            accumulator,
            operand.batch().at(batch, numbers)
                + " + "
                + operand.rows().at(row, numbers)
                + " + "
                + operand.depth().at(depth, numbers));
  }

  /** {@return a C expression that loads an element as the accumulator's type} */
  static String load(View view, int binding, DType accumulator, String at) {
    String element = CTypes.load(view.dtype(), 1, "b" + binding, "o" + binding + " + " + at);
    return view.dtype().valueType() == accumulator
        ? element
        : "(" + CTypes.value(accumulator, 1) + ")(" + element + ")";
  }

  /** {@return the beginning of a kernel, with the operands as arguments} */
  KernelCode code(String name) {
    KernelCode code = new KernelCode(name).operand(0, leftType).operand(1, rightType);
    results.operands(code);
    return code;
  }

  /**
   * Writes the epilogue and the stores of one sum, whose place is in the variables batch, row and
   * column.
   */
  void store(StringBuilder out, String indent, Numbers numbers, String value) {
    results.element(out, indent, numbers, value, index.of(numbers, "batch", "row", "column"));
  }

  /** {@return the binding of the workspace} */
  int workspace() {
    return results.workspace();
  }

  /** {@return the number of results} */
  long elements() {
    return batch * rows * columns;
  }

  /** {@return whether there is no result} */
  boolean isEmpty() {
    return batch == 0 || rows == 0 || columns == 0;
  }

  /** {@return how sizes and strides are written} */
  Numbers numbers(KernelCode code) {
    return Numbers.of(code, batch * rows * columns * depth);
  }
}
