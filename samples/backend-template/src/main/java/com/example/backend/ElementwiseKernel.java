package com.example.backend;

import dev.fathom.spi.DType;
import dev.fathom.spi.Expression.Node;
import dev.fathom.spi.Fused;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.View;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * {@link Fused} as the required core has it: at most one operation. Its arguments may be inputs,
 * run-time scalars, constants or positions; all become operands with a view, so that the loops know
 * only one kind.
 */
final class ElementwiseKernel implements ExampleKernel {
  private final Fused spec;
  private final ScalarOp op;
  private final List<Node> arguments;
  private final Rows[] rows;
  private final Rows outRows;
  private final int length;

  /** The last axis is a loop with a fixed step; where each such row starts comes from a table. */
  private record Rows(long[] starts, long step) {
    static Rows of(View view) {
      int last = view.rank() - 1;
      return last < 0
          ? new Rows(new long[] {0}, 0)
          : new Rows(Offsets.of(view, 0, last), view.stride(last));
    }
  }

  ElementwiseKernel(Fused spec) {
    this.spec = spec;
    List<Node> nodes = spec.map().nodes();
    Node result = nodes.get(spec.map().results().getFirst());
    if (result instanceof Node.Apply(ScalarOp applied, DType _, List<Integer> positions)) {
      op = applied;
      arguments = positions.stream().map(nodes::get).toList();
    } else {
      op = ScalarOp.CAST;
      arguments = List.of(result);
    }
    rows = arguments.stream().map(this::view).map(Rows::of).toArray(Rows[]::new);
    outRows = Rows.of(spec.outputs().getFirst());
    length = spec.shape().rank() == 0 ? 1 : Math.toIntExact(spec.shape().size(-1));
  }

  @Override
  public KernelSpec spec() {
    return spec;
  }

  /** {@return where an argument lies: a number in one element, positions in elements that count} */
  private View view(Node argument) {
    long[] strides = new long[spec.shape().rank()];
    if (argument instanceof Node.Input(int index, DType _)) {
      return spec.inputs().get(index);
    }
    if (argument instanceof Node.Index(int axis, DType _)) {
      strides[axis] = 1;
    }
    return View.of(argument.type(), spec.shape(), strides);
  }

  private Operand operand(Node argument, Operand[] operands, long[] scalars) {
    return switch (argument) {
      case Node.Input(int index, DType _) -> operands[index];
      case Node.Scalar(int index, DType type) -> number(scalars[index], type);
      case Node.Constant(long bits, DType type) -> number(bits, type);
      case Node.Index(int axis, DType type) -> {
        ExampleBuffer count = new ExampleBuffer(type, spec.shape().size(axis));
        for (long i = 0; i < count.elements(); i++) {
          count.set(i, i);
        }
        yield new Operand(count, 0);
      }
      case Node.Apply _ -> throw new IllegalStateException("more than one operation");
    };
  }

  private static Operand number(long bits, DType type) {
    ExampleBuffer one = new ExampleBuffer(type, 1);
    switch (type) {
      case F32 -> one.set(0, (double) Float.intBitsToFloat((int) bits));
      case F64 -> one.set(0, Double.longBitsToDouble(bits));
      default -> one.set(0, bits);
    }
    return new Operand(one, 0);
  }

  @Override
  public void run(Operand[] operands, long[] scalars) {
    Operand x = operand(arguments.getFirst(), operands, scalars);
    Operand y = arguments.size() < 2 ? x : operand(arguments.get(1), operands, scalars);
    Operand out = operands[operands.length - 1];
    Rows second = rows[Math.min(1, rows.length - 1)];
    if (op == ScalarOp.SELECT) {
      select(x, y, operand(arguments.get(2), operands, scalars), out);
    } else if (x.buffer().dtype().isFloating()) {
      doubles(Functions.onDoubles(op), x, y, second, out);
    } else {
      longs(Functions.onLongs(op, x.buffer().dtype()), x, y, second, out);
    }
  }

  private void doubles(
      DoubleBinaryOperator function, Operand x, Operand y, Rows second, Operand out) {
    for (int row = 0; row < outRows.starts.length; row++) {
      long a = x.offset() + rows[0].starts[row];
      long b = y.offset() + second.starts[row];
      long o = out.offset() + outRows.starts[row];
      for (int i = 0; i < length; i++) {
        double left = x.buffer().getDouble(a + i * rows[0].step);
        double right = y.buffer().getDouble(b + i * second.step);
        out.buffer().set(o + i * outRows.step, function.applyAsDouble(left, right));
      }
    }
  }

  private void longs(LongBinaryOperator function, Operand x, Operand y, Rows second, Operand out) {
    for (int row = 0; row < outRows.starts.length; row++) {
      long a = x.offset() + rows[0].starts[row];
      long b = y.offset() + second.starts[row];
      long o = out.offset() + outRows.starts[row];
      for (int i = 0; i < length; i++) {
        long left = x.buffer().getLong(a + i * rows[0].step);
        long right = y.buffer().getLong(b + i * second.step);
        out.buffer().set(o + i * outRows.step, function.applyAsLong(left, right));
      }
    }
  }

  private void select(Operand condition, Operand x, Operand y, Operand out) {
    for (int row = 0; row < outRows.starts.length; row++) {
      for (int i = 0; i < length; i++) {
        long at = condition.offset() + rows[0].starts[row] + i * rows[0].step;
        int chosen = condition.buffer().getLong(at) != 0 ? 1 : 2;
        Operand from = chosen == 1 ? x : y;
        long source = from.offset() + rows[chosen].starts[row] + i * rows[chosen].step;
        out.buffer()
            .copy(out.offset() + outRows.starts[row] + i * outRows.step, from.buffer(), source);
      }
    }
  }
}
