package dev.fathom.format;

import dev.fathom.format.SymbolicGraph.Traced;
import dev.fathom.graph.Content;
import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.graph.Value;
import dev.fathom.spi.Attention.Dropout;
import dev.fathom.spi.Convolve.Role;
import dev.fathom.spi.DType;
import dev.fathom.spi.Recurrent.Cell;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Scatter.Mode;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A graph with every operation that can be stored, in each of its forms, each on inputs of its own.
 */
final class EveryOperation {
  private final long batch;
  private final List<Value> inputs = new ArrayList<>();
  private final SequencedMap<String, Value> outputs = new LinkedHashMap<>();

  private EveryOperation(long batch) {
    this.batch = batch;
  }

  /** {@return the graph for a batch of this size} */
  static Traced at(long batch) {
    EveryOperation all = new EveryOperation(batch);
    all.sources();
    all.elementwise();
    all.movement();
    all.products();
    all.indexed();
    all.composites();
    all.recurrent();
    all.stateSpaces();
    all.attention();
    return new Traced(all.inputs, all.outputs);
  }

  private void sources() {
    put(new Op.Constant(bits(0.1f), f32(batch, 2)));
    put(new Op.Constant(bits(-0f), f32()));
    put(new Op.Constant(bits(Float.NEGATIVE_INFINITY), f32(2)));
    put(new Op.Constant(0xffc00001L, f32()));
    put(new Op.Constant(Double.doubleToRawLongBits(Math.PI), Type.of(DType.F64)));
    put(new Op.Constant(Double.doubleToRawLongBits(Double.NaN), Type.of(DType.F64)));
    put(new Op.Constant(3 * batch - 7, Type.of(DType.I32, 2 * batch + 3)));
    put(new Op.Constant(Long.MIN_VALUE, Type.of(DType.I64)));
    put(new Op.Constant(1, Type.of(DType.BOOL, 0)));
    put(new Op.Literal(content(f32(2, 3), new float[] {1, 2, 3, Float.NaN, -0f, 6})));
    put(new Op.Literal(content(Type.of(DType.BF16, 3), new short[] {1, 2, 3})));
    put(new Op.Literal(content(Type.of(DType.I64, 0, 2), new long[0])));
    // Equal numbers, stored once.
    put(new Op.Literal(content(Type.of(DType.BF16, 3), new short[] {1, 2, 3})));
    put(new Op.Iota(0, Type.of(DType.I32, batch, 2)));
  }

  private void elementwise() {
    for (ScalarOp op : ScalarOp.values()) {
      Type type =
          switch (op.domain()) {
            case NUMBER, FLOATING, COMPARE, SELECT -> f32(batch);
            case BITS, CAST -> Type.of(DType.I32, batch);
          };
      List<Type> types = new ArrayList<>();
      for (int i = 0; i < op.arity(); i++) {
        boolean condition = op.domain() == ScalarOp.Domain.SELECT && i == 0;
        types.add(condition ? Type.of(DType.BOOL, batch) : type);
      }
      DType result =
          switch (op.domain()) {
            case CAST -> DType.F16;
            case COMPARE -> DType.BOOL;
            default -> type.dtype();
          };
      put(new Op.Elementwise(op, result), types.toArray(Type[]::new));
    }
  }

  private void movement() {
    put(new Op.Reshape(Shape.of(2 * batch, 3)), f32(batch, 6));
    put(new Op.Reshape(Shape.SCALAR), f32(1, 1));
    put(new Op.Permute(List.of(2, 0, 1)), f32(batch, 3, 4));
    put(new Op.Broadcast(Shape.of(batch, 4, 5)), f32(1, 4, 1));
    put(new Op.Slice(List.of(batch - 1, 1L), Shape.of(batch, 2), List.of(-1L, 2L)), f32(batch, 5));
    put(
        new Op.Pad(List.of(1L, 0L), List.of(0L, 2L), List.of(0L, 1L), Double.NEGATIVE_INFINITY),
        f32(batch, 3));
    put(new Op.Pad(List.of(batch), List.of(0L), List.of(0L), 0.1), f32(3));
    put(new Op.Concat(0), f32(batch, 2), f32(3, 2), f32(batch, 2));
    put(new Op.Windows(List.of(new Window(2, 3, 0, 0, 2))), f32(batch, 9));
    put(new Op.StopGradient(), f32(batch));
  }

  private void products() {
    for (ReduceOp op : ReduceOp.values()) {
      put(new Op.Reduce(op, List.of(0, 2)), f32(batch, 3, 4));
      if (!op.isPosition()) {
        put(new Op.Cumulate(op), f32(batch, 3));
      }
    }
    put(new Op.Contract(1, 2, DType.F64), f32(batch, 2, 3, 4), f32(batch, 5, 3, 4));
    List<Window> windows = List.of(new Window(3, 2, 1, 0, 1), new Window(2, 1, 0, 0, 1));
    Type x = f32(batch, 4, 8, 7);
    Type weight = f32(6, 2, 3, 2);
    Type y = f32(batch, 6, 4, 6);
    put(new Op.Convolve(Role.OUTPUT, windows, 2, y.shape()), x, weight);
    put(new Op.Convolve(Role.INPUT, windows, 2, x.shape()), y, weight);
    put(new Op.Convolve(Role.WEIGHT, windows, 2, weight.shape()), x, y);
    Type pooled = f32(batch, 4, 4, 6);
    put(new Op.MaxPool(windows), x);
    put(new Op.MaxPoolGradient(windows, x.shape()), pooled, new Type(DType.I32, pooled.shape()));
  }

  private void indexed() {
    Type indices = Type.of(DType.I64, batch, 2);
    put(new Op.Gather(1), f32(3, 4, 5), indices);
    for (Mode mode : Mode.values()) {
      put(new Op.Scatter(1, mode), f32(3, 4, 5), indices, f32(3, batch, 2, 5));
    }
    Value start = Ops.constant(1, DType.I64, Shape.SCALAR);
    Value x = input(f32(batch, 5));
    apply(new Op.DynamicSlice(Shape.of(batch, 2)), x, start, start);
    apply(new Op.DynamicSliceUpdate(), x, input(f32(1, 2)), start, start);
    put(new Op.Sort(true), f32(batch, 5));
    put(new Op.Sort(false), f32(batch, 5));
  }

  private void composites() {
    Type rows = f32(batch, 5);
    put(new Op.Softmax(true), rows);
    put(new Op.Softmax(false), rows);
    Type labels = Type.of(DType.I32, batch);
    put(new Op.CrossEntropy(), rows, labels);
    put(new Op.CrossEntropyGradient(), rows, labels, f32(batch), f32(batch));
    put(new Op.Normalise(true, true, 1e-5), rows, f32(5), f32(5));
    put(new Op.Normalise(false, false, 1e-6), rows, f32(5));
    put(new Op.NormaliseGradient(true, true), rows, f32(5), f32(batch), rows, f32(batch));
    put(new Op.NormaliseGradient(false, false), rows, f32(5), f32(batch), rows);
  }

  private void recurrent() {
    for (Cell cell : Cell.values()) {
      boolean masked = cell != Cell.RNN;
      boolean reverse = cell == Cell.GRU;
      Type state = f32(batch, 4);
      Type states = f32(batch, 3, 4);
      Type weights = f32(cell.gates(), 4, 4);
      List<Type> forward = new ArrayList<>();
      forward.addAll(List.of(f32(batch, 3, cell.gates(), 4), weights, f32(cell.gates(), 4), state));
      List<Type> backward = new ArrayList<>(List.of(weights, state));
      if (cell.hasCell()) {
        forward.add(state);
        backward.add(state);
      }
      if (masked) {
        forward.add(Type.of(DType.BOOL, batch, 3));
        backward.add(Type.of(DType.BOOL, batch, 3));
      }
      put(new Op.Recurrent(cell, reverse, masked), forward.toArray(Type[]::new));
      backward.add(states);
      if (cell.hasCell()) {
        backward.add(states);
      }
      if (cell.saved() > 0) {
        backward.add(f32(batch, 3, cell.saved(), 4));
      }
      backward.add(states);
      if (cell.hasCell()) {
        backward.add(states);
      }
      put(new Op.RecurrentGradient(cell, reverse, masked), backward.toArray(Type[]::new));
    }
  }

  private void stateSpaces() {
    Type values = f32(batch, 7, 4);
    Type rates = f32(4, 3);
    Type shared = f32(batch, 7, 3);
    Type state = f32(batch, 4, 3);
    put(new Op.SelectiveScan(2), values, values, rates, shared, shared, state);
    Type kept = f32(batch, 4, 4, 3);
    put(
        new Op.SelectiveScanGradient(2),
        values,
        values,
        rates,
        shared,
        shared,
        kept,
        values,
        state);
  }

  private void attention() {
    Value queries = input(f32(batch, 4, 5, 8));
    Value keys = input(f32(batch, 2, 6, 8));
    Value values = input(f32(batch, 2, 6, 3));
    Value mask = input(Type.of(DType.BOOL, batch, 6));
    Value number = Ops.constant(4, DType.I64, Shape.SCALAR);
    Value out = input(f32(batch, 5, 4, 3));
    Value sums = input(f32(batch, 4, 5));
    Op.Attention plain = new Op.Attention(true, 0.25, false, false, Optional.empty());
    Op.Attention full = new Op.Attention(false, 0.1, true, true, Optional.of(new Dropout(0.5, -3)));
    apply(plain, queries, keys, values);
    apply(full, queries, keys, values, mask, number, number, number);
    apply(new Op.AttentionGradient(plain), queries, keys, values, out, sums, out);
    apply(
        new Op.AttentionGradient(full),
        queries,
        keys,
        values,
        out,
        sums,
        out,
        mask,
        number,
        number,
        number);
  }

  private void put(Op op, Type... types) {
    Value[] operands = new Value[types.length];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = input(types[i]);
    }
    apply(op, operands);
  }

  private void apply(Op op, Value... operands) {
    Node node = new Node(op, List.of(operands));
    for (int i = 0; i < node.outputs().size(); i++) {
      outputs.put("output" + outputs.size(), node.output(i));
    }
  }

  private Value input(Type type) {
    inputs.add(Ops.input("input" + inputs.size(), type));
    return inputs.getLast();
  }

  private static Type f32(long... sizes) {
    return Type.of(DType.F32, sizes);
  }

  private static long bits(float value) {
    return Integer.toUnsignedLong(Float.floatToRawIntBits(value));
  }

  private static Content content(Type type, Object array) {
    return Content.copyOf(
        type,
        switch (array) {
          case float[] values -> MemorySegment.ofArray(values);
          case short[] values -> MemorySegment.ofArray(values);
          case long[] values -> MemorySegment.ofArray(values);
          default -> throw new IllegalArgumentException(String.valueOf(array));
        });
  }
}
