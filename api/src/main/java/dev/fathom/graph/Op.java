package dev.fathom.graph;

import dev.fathom.spi.Attention.Dropout;
import dev.fathom.spi.Convolve.Role;
import dev.fathom.spi.DType;
import dev.fathom.spi.Recurrent.Cell;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Scatter.Mode;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every operation of a graph, with its shape rule. An operation is a value: its components are all
 * that it depends on beside its inputs.
 */
public sealed interface Op {

  /**
   * {@return the types of the outputs for inputs of these types}
   *
   * @throws IllegalArgumentException if the inputs do not fit: "[operation] expected ... but got
   *     ..."
   */
  List<Type> infer(List<Type> inputs);

  /** {@return the name that messages use} */
  default String label() {
    return getClass()
        .getSimpleName()
        .replaceAll("([a-z])([A-Z])", "$1-$2")
        .toLowerCase(Locale.ROOT);
  }

  // ---- sources ----

  /** A tensor that the caller provides at run time. */
  record Input(String name, Type type) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      return List.of(type);
    }
  }

  /** A single number that the caller provides at run time and that travels with each launch. */
  record Scalar(String name, DType dtype) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      return List.of(new Type(dtype, Shape.SCALAR));
    }
  }

  /** One number everywhere; {@code bits} as in {@code Expression.Node.Constant}. */
  record Constant(long bits, Type type) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      require(this, type.dtype() == type.dtype().valueType(), "a value type", type);
      return List.of(type);
    }
  }

  /** Numbers that the host has, part of the graph by content. */
  record Literal(Content content) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      return List.of(content.type());
    }
  }

  /** The position along {@code axis}. */
  record Iota(int axis, Type type) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      require(this, type.dtype().isInteger(), "an integer type", type);
      require(this, axis >= 0 && axis < type.shape().rank(), "an axis of " + type, axis);
      return List.of(type);
    }
  }

  /** Counter-based random numbers from run-time seed and step, see {@code spi.Random}. */
  record Random(dev.fathom.spi.Random.Distribution distribution, int stream, Shape shape)
      implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      for (Type input : inputs) {
        require(this, input.equals(new Type(DType.I64, Shape.SCALAR)), "i64 scalars", inputs);
      }
      boolean bits = distribution == dev.fathom.spi.Random.Distribution.BITS;
      return List.of(new Type(bits ? DType.I32 : DType.F32, shape));
    }
  }

  // ---- elementwise ----

  /**
   * A {@link ScalarOp} on tensors of one shape. {@code dtype} is the target of a {@code CAST},
   * which may be a storage type, and otherwise the result's type.
   */
  record Elementwise(ScalarOp op, DType dtype) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      DType[] types = new DType[inputs.size()];
      Shape shape = inputs.getFirst().shape();
      for (int i = 0; i < types.length; i++) {
        types[i] = inputs.get(i).dtype().valueType();
        require(this, inputs.get(i).shape().equals(shape), "operands of one shape", inputs);
      }
      DType result = op.resultType(types);
      require(this, op == ScalarOp.CAST || result == dtype, "result type " + result, dtype);
      return List.of(new Type(dtype, shape));
    }

    @Override
    public String label() {
      return op.label();
    }
  }

  // ---- movement: no arithmetic, most become views ----

  /** The same elements in row-major order under another shape. */
  record Reshape(Shape shape) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.getFirst();
      require(
          this,
          x.shape().elements() == shape.elements(),
          "a shape of " + x.shape().elements() + " elements for " + x.shape(),
          shape);
      return List.of(x.withShape(shape));
    }
  }

  /** Axis i of the result is axis {@code axes[i]} of the input. */
  record Permute(List<Integer> axes) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.getFirst();
      boolean valid = axes.size() == x.shape().rank() && new HashSet<>(axes).size() == axes.size();
      long[] sizes = new long[axes.size()];
      for (int i = 0; i < sizes.length; i++) {
        valid = valid && axes.get(i) >= 0 && axes.get(i) < sizes.length;
        sizes[i] = valid ? x.shape().size(axes.get(i)) : 0;
      }
      require(this, valid, "a permutation of the axes of " + x.shape(), axes);
      return List.of(x.withShape(Shape.of(sizes)));
    }
  }

  /** Axes of size 1 are repeated to the sizes of {@code shape}, which has the input's rank. */
  record Broadcast(Shape shape) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.getFirst();
      boolean valid = x.shape().rank() == shape.rank();
      for (int axis = 0; valid && axis < shape.rank(); axis++) {
        valid = x.shape().size(axis) == shape.size(axis) || x.shape().size(axis) == 1;
      }
      require(this, valid, "a shape that " + x.shape() + " can be repeated to", shape);
      return List.of(x.withShape(shape));
    }
  }

  /** Elements {@code start, start + step, ...} of each axis, {@code sizes} of them. */
  record Slice(List<Long> starts, Shape sizes, List<Long> steps) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.getFirst();
      int rank = x.shape().rank();
      boolean valid = starts.size() == rank && sizes.rank() == rank && steps.size() == rank;
      for (int axis = 0; valid && axis < rank; axis++) {
        long first = starts.get(axis);
        // Computed without overflow, since the numbers of a stored graph may be any.
        long last = Math.addExact(first, Math.multiplyExact(steps.get(axis), sizes.size(axis) - 1));
        long length = x.shape().size(axis);
        valid =
            sizes.size(axis) == 0
                ? first >= 0 && first <= length
                : Math.min(first, last) >= 0 && Math.max(first, last) < length;
      }
      require(this, valid, "a range inside " + x.shape(), this);
      return List.of(x.withShape(sizes));
    }
  }

  /**
   * Each axis gets {@code low} elements in front, {@code high} behind and {@code interior} between
   * any two, all of one value.
   */
  record Pad(List<Long> low, List<Long> high, List<Long> interior, double value) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.getFirst();
      int rank = x.shape().rank();
      require(
          this,
          low.size() == rank && high.size() == rank && interior.size() == rank,
          "padding for " + rank + " axes",
          this);
      long[] sizes = new long[rank];
      for (int axis = 0; axis < rank; axis++) {
        long size = x.shape().size(axis);
        require(
            this,
            low.get(axis) >= 0 && high.get(axis) >= 0 && interior.get(axis) >= 0,
            "padding of 0 or more",
            this);
        sizes[axis] =
            Math.addExact(
                Math.addExact(Math.addExact(low.get(axis), size), high.get(axis)),
                Math.multiplyExact(Math.max(0, size - 1), interior.get(axis)));
      }
      return List.of(x.withShape(Shape.of(sizes)));
    }
  }

  /** Tensors joined along one axis. */
  record Concat(int axis) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type first = inputs.getFirst();
      long total = 0;
      for (Type input : inputs) {
        boolean valid =
            input.dtype() == first.dtype()
                && input.shape().rank() == first.shape().rank()
                && axis >= 0
                && axis < first.shape().rank();
        for (int i = 0; valid && i < first.shape().rank(); i++) {
          valid = i == axis || input.shape().size(i) == first.shape().size(i);
        }
        require(this, valid, "equal types and sizes beside axis " + axis, inputs);
        total += input.shape().size(axis);
      }
      long[] sizes = first.shape().toArray();
      sizes[axis] = total;
      return List.of(first.withShape(Shape.of(sizes)));
    }
  }

  /** {@code [..., in...] -> [..., out..., taps...]}: the unpadded windows over the last axes. */
  record Windows(List<Window> windows) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.getFirst();
      int lead = x.shape().rank() - windows.size();
      require(this, lead >= 0, "rank " + windows.size() + " or more", x);
      Shape shape = x.shape().slice(0, lead);
      for (int i = 0; i < windows.size(); i++) {
        Window window = windows.get(i);
        require(this, window.padLow() == 0 && window.padHigh() == 0, "no padding", window);
        shape = shape.concat(Shape.of(window.outputs(x.shape().size(lead + i))));
      }
      for (Window window : windows) {
        shape = shape.concat(Shape.of(window.size()));
      }
      return List.of(x.withShape(shape));
    }
  }

  // ---- reductions and products ----

  /** Combines the elements along {@code axes} (ascending), which disappear. */
  record Reduce(ReduceOp op, List<Integer> axes) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.getFirst();
      require(this, x.dtype() != DType.BOOL, "numbers", x);
      List<Long> kept = new ArrayList<>();
      int previous = -1;
      for (int axis : axes) {
        require(
            this,
            axis > previous && axis < x.shape().rank(),
            "ascending axes of " + x.shape(),
            axes);
        previous = axis;
      }
      for (int axis = 0; axis < x.shape().rank(); axis++) {
        if (!axes.contains(axis)) {
          kept.add(x.shape().size(axis));
        }
      }
      return List.of(
          new Type(
              op.isPosition() ? DType.I32 : x.dtype().valueType(),
              Shape.of(kept.stream().mapToLong(Long::longValue).toArray())));
    }

    @Override
    public String label() {
      return op.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** {@code a [batch, m, k], b [batch, n, k] -> [batch, m, n]}, each a group of axes. */
  record Contract(int batchAxes, int kAxes, DType accumulator) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Shape a = inputs.get(0).shape();
      Shape b = inputs.get(1).shape();
      int shared = batchAxes + kAxes;
      boolean valid =
          a.rank() >= shared
              && b.rank() >= shared
              && a.slice(0, batchAxes).equals(b.slice(0, batchAxes))
              && a.slice(a.rank() - kAxes, a.rank()).equals(b.slice(b.rank() - kAxes, b.rank()));
      require(
          this,
          valid,
          "equal sizes in the first " + batchAxes + " and the last " + kAxes + " axes",
          a + " x " + b);
      return List.of(
          new Type(
              accumulator,
              a.slice(0, a.rank() - kAxes).concat(b.slice(batchAxes, b.rank() - kAxes))));
    }
  }

  /**
   * One of the three arguments of a convolution from the other two, see {@code spi.Convolve}.
   * {@code result} is the full shape, which for {@code INPUT} does not follow from the operands.
   */
  record Convolve(Role role, List<Window> windows, long groups, Shape result) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type first = inputs.get(0);
      Type second = inputs.get(1);
      require(
          this,
          first.dtype() == second.dtype() && first.dtype().isFloating(),
          "operands of one floating type",
          inputs);
      return List.of(new Type(first.dtype().valueType(), result));
    }
  }

  /** {@code [n, c, in...] -> values, indices [n, c, out...]}, see {@code spi.MaxPool}. */
  record MaxPool(List<Window> windows) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.getFirst();
      require(
          this,
          x.shape().rank() == windows.size() + 2 && x.dtype().isFloating(),
          "floating values of rank " + (windows.size() + 2),
          x);
      Shape shape = x.shape().slice(0, 2);
      for (int i = 0; i < windows.size(); i++) {
        shape = shape.concat(Shape.of(windows.get(i).outputs(x.shape().size(2 + i))));
      }
      return List.of(x.withShape(shape), new Type(DType.I32, shape));
    }
  }

  /** {@code dy, indices [n, c, out...] -> dx}, see {@code spi.MaxPoolGradient}. */
  record MaxPoolGradient(List<Window> windows, Shape input) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      return List.of(inputs.getFirst().withShape(input));
    }
  }

  // ---- indexed access ----

  /**
   * {@code x [outer..., n, inner...], indices [any...] -> [outer..., any..., inner...]} along
   * {@code axis}, which has n elements. An index outside 0 .. n - 1 gives 0. {@link Indexing} has
   * the forms that this is enough for.
   */
  record Gather(int axis) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.get(0);
      Type indices = inputs.get(1);
      require(
          this,
          axis >= 0 && axis < x.shape().rank() && indices.dtype().isInteger(),
          "values with an axis " + axis + " and integer indices",
          inputs);
      return List.of(x.withShape(picked(x.shape(), axis, indices.shape())));
    }
  }

  /**
   * {@code x [outer..., n, inner...], indices [any...], updates [outer..., any..., inner...] -> new
   * x}: writes where {@link Gather} reads, in the order of the indices. An index outside 0 .. n - 1
   * changes nothing.
   */
  record Scatter(int axis, Mode mode) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.get(0);
      Type indices = inputs.get(1);
      require(
          this,
          axis >= 0
              && axis < x.shape().rank()
              && indices.dtype().isInteger()
              && inputs.get(2).equals(x.withShape(picked(x.shape(), axis, indices.shape()))),
          "values with an axis "
              + axis
              + ", integer indices, and updates of the indices' sizes in place of that axis",
          inputs);
      require(this, mode == Mode.SET || x.dtype() != DType.BOOL, "numbers to add", x);
      return List.of(x);
    }
  }

  /** {@code x, one i64 scalar an axis -> block}, clamped to lie inside. */
  record DynamicSlice(Shape block) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.getFirst();
      requireStarts(this, x, inputs.subList(1, inputs.size()));
      requireInside(this, x, block);
      return List.of(x.withShape(block));
    }
  }

  /** {@code target, update, one i64 scalar an axis -> new target}, clamped to lie inside. */
  record DynamicSliceUpdate() implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type target = inputs.get(0);
      Type update = inputs.get(1);
      require(this, target.dtype() == update.dtype(), "one element type", inputs);
      requireStarts(this, target, inputs.subList(2, inputs.size()));
      requireInside(this, target, update.shape());
      return List.of(target);
    }
  }

  /** {@code [..., n] -> values, indices [..., n]}, stable, NaN last. */
  record Sort(boolean descending) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.getFirst();
      require(
          this, x.shape().rank() >= 1 && x.dtype() != DType.BOOL, "numbers of rank 1 or more", x);
      return List.of(x, new Type(DType.I32, x.shape()));
    }
  }

  /** Running reduction along the last axis. */
  record Cumulate(ReduceOp op) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.getFirst();
      require(
          this, x.shape().rank() >= 1 && x.dtype() != DType.BOOL, "numbers of rank 1 or more", x);
      return List.of(x);
    }
  }

  // ---- composites: a backend may take them whole; otherwise Decompositions spells them out ----

  /** Softmax along the last axis, or its logarithm. */
  record Softmax(boolean log) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.getFirst();
      require(
          this,
          x.shape().rank() >= 1 && x.dtype().isFloating(),
          "floating values of rank 1 or more",
          x);
      return List.of(x);
    }
  }

  /** {@code logits [rows, classes], labels [rows] -> loss, logSumExp [rows]}. */
  record CrossEntropy() implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type logits = inputs.get(0);
      Type labels = inputs.get(1);
      require(
          this,
          logits.shape().rank() == 2
              && logits.dtype().isFloating()
              && labels.equals(Type.of(DType.I32, logits.shape().size(0))),
          "logits [rows, classes] and i32 labels [rows]",
          inputs);
      Type rows = logits.withShape(labels.shape());
      return List.of(rows, rows);
    }
  }

  /** {@code logits, labels, logSumExp, dLoss -> dLogits}. */
  record CrossEntropyGradient() implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      return List.of(inputs.getFirst());
    }
  }

  /**
   * {@code x [batch, time, gates, units], hidden [gates, units, units], bias [gates, units],
   * initial state -> states, saved}, see {@code spi.Recurrent}; a state is {@code [batch, units]}
   * or, of all steps, {@code [batch, time, units]}, twice for an LSTM.
   *
   * @param masked whether a mask {@code [batch, time]} is the last input
   */
  record Recurrent(Cell cell, boolean reverse, boolean masked) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.get(0);
      Shape all = x.shape();
      require(
          this,
          all.rank() == 4
              && all.size(1) >= 1
              && all.size(2) == cell.gates()
              && x.dtype().isFloating(),
          "floating gates [batch, time, " + cell.gates() + ", units], a step or more",
          x);
      Shape units = all.slice(3, 4);
      List<Type> expected =
          new ArrayList<>(
              List.of(
                  x,
                  x.withShape(all.slice(2, 4).concat(units)),
                  x.withShape(all.slice(2, 4)),
                  x.withShape(all.slice(0, 1).concat(units))));
      if (cell.hasCell()) {
        expected.add(expected.getLast());
      }
      if (masked) {
        expected.add(new Type(DType.BOOL, all.slice(0, 2)));
      }
      require(this, inputs.equals(expected), expected.toString(), inputs);
      List<Type> outputs = new ArrayList<>();
      outputs.add(x.withShape(all.slice(0, 2).concat(units)));
      if (cell.hasCell()) {
        outputs.add(outputs.getFirst());
      }
      if (cell.saved() > 0) {
        outputs.add(x.withShape(all.slice(0, 2).concat(Shape.of(cell.saved())).concat(units)));
      }
      return outputs;
    }
  }

  /**
   * {@code hidden, initial state, [mask], states, [saved], gradient of states -> gradients of x and
   * of the initial state}, see {@code spi.RecurrentGradient}.
   */
  record RecurrentGradient(Cell cell, boolean reverse, boolean masked) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type initial = inputs.get(1);
      Type states = inputs.getLast();
      List<Type> outputs = new ArrayList<>();
      Shape gates = Shape.of(cell.gates()).concat(initial.shape().slice(1, 2));
      outputs.add(states.withShape(states.shape().slice(0, 2).concat(gates)));
      outputs.add(initial);
      if (cell.hasCell()) {
        outputs.add(initial);
      }
      return outputs;
    }
  }

  /**
   * {@code x, delta [batch, time, channels], a [channels, state], b, c [batch, time, state],
   * initial [batch, channels, state] -> y [batch, time, channels], last [batch, channels, state],
   * kept [batch, ceil(time / interval), channels, state]}, see {@code spi.SelectiveScan}.
   */
  record SelectiveScan(long interval) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.get(0);
      Shape values = x.shape();
      Shape rates = inputs.get(2).shape();
      require(
          this,
          values.rank() == 3
              && values.size(1) >= 1
              && rates.rank() == 2
              && rates.size(1) >= 1
              && isFull(x),
          "f32 or f64 values [batch, time, channels], a step or more, and rates [channels, state]",
          inputs);
      require(this, interval >= 1, "an interval of 1 step or more", interval);
      Type shared = x.withShape(values.slice(0, 2).concat(rates.slice(1, 2)));
      Type a = x.withShape(values.slice(2, 3).concat(rates.slice(1, 2)));
      Type state = x.withShape(values.slice(0, 1).concat(a.shape()));
      List<Type> expected = List.of(x, x, a, shared, shared, state);
      require(this, inputs.equals(expected), expected.toString(), inputs);
      long count = Math.ceilDiv(values.size(1), interval);
      return List.of(x, state, x.withShape(Shape.of(values.size(0), count).concat(a.shape())));
    }
  }

  /**
   * {@code x, delta, a, b, c, kept, gradients of y and last -> gradients of x, delta, a, b, c and
   * initial}, see {@code spi.SelectiveScanGradient}.
   */
  record SelectiveScanGradient(long interval) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      List<Type> outputs = new ArrayList<>(inputs.subList(0, 5));
      outputs.add(inputs.getLast());
      return outputs;
    }
  }

  /**
   * {@code x [..., n], weight [n], bias [n] if biased -> y [..., n], rstd [...], mean [...] if
   * centred}, see {@code spi.Normalise}.
   */
  record Normalise(boolean centred, boolean biased, double epsilon) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type x = inputs.getFirst();
      int last = x.shape().rank() - 1;
      boolean valid = last >= 0 && x.shape().size(last) >= 1 && inputs.size() == (biased ? 3 : 2);
      for (Type vector : inputs.subList(1, inputs.size())) {
        valid = valid && vector.equals(Type.of(x.dtype(), x.shape().size(last)));
      }
      require(this, valid && isFull(x), "f32 or f64 values [..., n] and vectors [n]", inputs);
      Type rows = x.withShape(x.shape().slice(0, last));
      return centred ? List.of(x, rows, rows) : List.of(x, rows);
    }
  }

  /** {@code x, weight, rstd, dy, mean if centred -> dx, dWeight, dBias if biased}. */
  record NormaliseGradient(boolean centred, boolean biased) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type weight = inputs.get(1);
      return biased
          ? List.of(inputs.getFirst(), weight, weight)
          : List.of(inputs.getFirst(), weight);
    }
  }

  /**
   * {@code queries [batch, heads, length, size], keys [batch, keyHeads, keys, size], values [batch,
   * keyHeads, keys, valueSize], mask bool [batch, keys] if masked, the i64 scalars of a launch ->
   * out [batch, length, heads, valueSize], logSumExp [batch, heads, length]}, see {@code
   * spi.Attention}. Unlike there, the heads of a step come out side by side, so that joining them
   * moves nothing.
   */
  record Attention(
      boolean causal, double scale, boolean masked, boolean bounded, Optional<Dropout> dropout)
      implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      Type q = inputs.get(0);
      Shape queries = q.shape();
      Shape keys = inputs.get(1).shape();
      Shape values = inputs.get(2).shape();
      boolean valid =
          queries.rank() == 4
              && keys.rank() == 4
              && values.rank() == 4
              && keys.size(0) == queries.size(0)
              && keys.size(3) == queries.size(3)
              && values.slice(0, 3).equals(keys.slice(0, 3))
              && keys.size(1) > 0
              && queries.size(1) % keys.size(1) == 0
              && inputs.get(1).dtype() == q.dtype()
              && inputs.get(2).dtype() == q.dtype()
              && inputs.size() == scalarsAt() + (bounded ? 1 : 0) + (dropout.isPresent() ? 2 : 0);
      require(
          this,
          valid && isFull(q),
          "f32 or f64 queries [batch, heads, length, size], keys and values [batch, keyHeads,"
              + " keys, ...]",
          inputs);
      require(
          this,
          !masked || inputs.get(3).equals(Type.of(DType.BOOL, keys.size(0), keys.size(2))),
          "a bool mask [batch, keys]",
          inputs);
      for (Type scalar : inputs.subList(scalarsAt(), inputs.size())) {
        require(this, scalar.equals(new Type(DType.I64, Shape.SCALAR)), "i64 scalars", inputs);
      }
      Shape out = Shape.of(queries.size(0), queries.size(2), queries.size(1), values.size(3));
      return List.of(q.withShape(out), q.withShape(queries.slice(0, 3)));
    }

    /** {@return which input is the first scalar} */
    public int scalarsAt() {
      return masked ? 4 : 3;
    }
  }

  /**
   * {@code queries, keys, values, out, logSumExp, dOut [batch, length, heads, valueSize], then mask
   * and scalars of the forward pass -> dQueries [batch, length, heads, size], dKeys [batch, keys,
   * keyHeads, size], dValues [batch, keys, keyHeads, valueSize]}.
   */
  record AttentionGradient(Attention of) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      return inputs.subList(0, 3).stream()
          .map(type -> type.withShape(exchanged(type.shape())))
          .toList();
    }

    private static Shape exchanged(Shape shape) {
      return Shape.of(shape.size(0), shape.size(2), shape.size(1), shape.size(3));
    }

    /** {@return which input is the first scalar} */
    public int scalarsAt() {
      return of.scalarsAt() + 3;
    }
  }

  /** The value itself, which gradients do not pass. */
  record StopGradient() implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      return List.of(inputs.getFirst());
    }
  }

  /**
   * {@code results, kept -> results}: the first inputs, of which and of the others alone gradients
   * are taken. What lies between is computed again for them, see {@link Rematerialised}.
   *
   * @param results how many results there are
   */
  record Checkpoint(int results) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      require(
          this, results >= 1 && results <= inputs.size(), "1 result to " + inputs.size(), results);
      return inputs.subList(0, results);
    }
  }

  /**
   * {@code x, others -> x}, which nothing reads before the others are computed. No compiler pass
   * takes it for x.
   */
  record Barrier() implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
      return List.of(inputs.getFirst());
    }
  }

  /** {@return the shape with the indices' sizes in place of an axis} */
  private static Shape picked(Shape shape, int axis, Shape indices) {
    return shape.slice(0, axis).concat(indices).concat(shape.slice(axis + 1, shape.rank()));
  }

  private static boolean isFull(Type type) {
    return type.dtype() == DType.F32 || type.dtype() == DType.F64;
  }

  private static void requireStarts(Op op, Type whole, List<Type> starts) {
    boolean valid = starts.size() == whole.shape().rank();
    for (Type start : starts) {
      valid = valid && start.equals(new Type(DType.I64, Shape.SCALAR));
    }
    require(op, valid, whole.shape().rank() + " i64 scalars as starts", starts);
  }

  private static void requireInside(Op op, Type whole, Shape block) {
    boolean valid = whole.shape().rank() == block.rank();
    for (int axis = 0; valid && axis < block.rank(); axis++) {
      valid = block.size(axis) <= whole.shape().size(axis);
    }
    require(op, valid, "a block inside " + whole.shape(), block);
  }

  /** Throws unless {@code holds}. */
  private static void require(Op op, boolean holds, String expected, Object actual) {
    if (!holds) {
      throw new IllegalArgumentException(
          "[" + op.label() + "] expected " + expected + " but got " + actual);
    }
  }
}
