package dev.fathom.spi.tck;

import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.Device;
import dev.fathom.spi.Expression.Node;
import dev.fathom.spi.Fused;
import dev.fathom.spi.Gather;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Scatter;
import dev.fathom.spi.View;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The least that a backend may do: it takes the required core and declines all else, runs every
 * launch on the calling thread, and keeps a buffer in one Java array. It proves that a plugin is an
 * afternoon's work and, in the core's tests, that everything lowers to the required core.
 */
public final class MinimalBackend implements Backend {
  @Override
  public Device device() {
    return new Device(0, "minimal", Runtime.getRuntime().maxMemory(), "minimal");
  }

  @Override
  public Plan plan(KernelSpec spec) {
    return spec.isCore() ? Plan.Accepted.PLAIN : new Plan.Declined("only the required core");
  }

  @Override
  public Kernel compile(KernelSpec spec) {
    return switch (spec) {
      case Fused fused -> new CoreKernel(spec, new Elementwise(fused)::run);
      case Reduce reduce -> new CoreKernel(spec, new Reduction(reduce)::run);
      case Contract contract -> new CoreKernel(spec, new Product(contract)::run);
      case Gather gather -> new CoreKernel(spec, new Rows(gather)::gather);
      case Scatter scatter -> new CoreKernel(spec, new Rows(scatter)::scatter);
      default -> throw new BackendException("[" + spec.name() + "] was declined");
    };
  }

  @Override
  public Buffer allocate(DType dtype, long elements) {
    return new Memory(dtype, Math.toIntExact(elements));
  }

  @Override
  public Queue openQueue(Priority priority) {
    return new Line();
  }

  @Override
  public void close() {}

  private interface Code {
    void run(Operand[] operands, long[] scalars);
  }

  private record CoreKernel(KernelSpec spec, Code code) implements Kernel {}

  /** A buffer with where an operand starts in it. */
  private record Operand(Memory memory, int offset) {}

  /** One Java array. Floats are read as double, integers and bool as long. */
  private static final class Memory implements Buffer {
    final DType dtype;
    final int elements;
    final float[] floats;
    final double[] doubles;
    final int[] ints;
    final long[] longs;
    final MemorySegment bytes;

    Memory(DType dtype, int elements) {
      this.dtype = dtype;
      this.elements = elements;
      floats = dtype == DType.F32 ? new float[elements] : null;
      doubles = dtype == DType.F64 ? new double[elements] : null;
      ints = dtype == DType.I32 ? new int[elements] : null;
      longs = dtype == DType.I64 ? new long[elements] : null;
      bytes =
          switch (dtype) {
            case F32 -> MemorySegment.ofArray(floats);
            case F64 -> MemorySegment.ofArray(doubles);
            case I32 -> MemorySegment.ofArray(ints);
            case I64 -> MemorySegment.ofArray(longs);
            default -> MemorySegment.ofArray(new byte[elements * dtype.bytes()]);
          };
    }

    @Override
    public DType dtype() {
      return dtype;
    }

    @Override
    public long elements() {
      return elements;
    }

    @Override
    public void close() {}

    MemorySegment slice(long offset, long byteSize) {
      return bytes.asSlice(offset * dtype.bytes(), byteSize);
    }

    double real(int at) {
      return floats != null ? floats[at] : doubles[at];
    }

    void setReal(int at, double value) {
      if (floats != null) {
        floats[at] = (float) value;
      } else {
        doubles[at] = value;
      }
    }

    long whole(int at) {
      return ints != null
          ? ints[at]
          : longs != null ? longs[at] : bytes.get(ValueLayout.JAVA_BYTE, at);
    }

    void setWhole(int at, long value) {
      if (ints != null) {
        ints[at] = (int) value;
      } else if (longs != null) {
        longs[at] = value;
      } else {
        bytes.set(ValueLayout.JAVA_BYTE, at, (byte) value);
      }
    }

    void copy(int at, Memory source, int from) {
      if (dtype.isFloating()) {
        setReal(at, source.real(from));
      } else {
        setWhole(at, source.whole(from));
      }
    }
  }

  /** Runs each launch before the call returns, and keeps the first error for later. */
  private static final class Line implements Queue {
    private BackendException error;

    @Override
    public void write(Binding target, MemorySegment source) {
      await();
      ((Memory) target.buffer()).slice(target.offset(), source.byteSize()).copyFrom(source);
    }

    @Override
    public void read(Binding source, MemorySegment target) {
      await();
      target.copyFrom(((Memory) source.buffer()).slice(source.offset(), target.byteSize()));
    }

    @Override
    public void launch(Kernel kernel, Binding[] bindings, long[] scalars) {
      await();
      List<View> views = new ArrayList<>(kernel.spec().inputs());
      views.addAll(kernel.spec().outputs());
      if (bindings.length != views.size()) {
        throw new IllegalArgumentException(
            "[%s] expected %d bindings but got %d"
                .formatted(kernel.spec().name(), views.size(), bindings.length));
      }
      Operand[] operands = new Operand[bindings.length];
      for (int i = 0; i < operands.length; i++) {
        Buffer buffer = bindings[i].buffer();
        if (!(buffer instanceof Memory memory) || memory.dtype != views.get(i).dtype()) {
          throw new IllegalArgumentException(
              "[%s] expected a %s buffer as operand %d but got %s"
                  .formatted(
                      kernel.spec().name(), views.get(i).dtype().label(), i, buffer.dtype()));
        }
        operands[i] = new Operand(memory, Math.toIntExact(bindings[i].offset()));
      }
      try {
        ((CoreKernel) kernel).code.run(operands, scalars);
      } catch (RuntimeException failed) {
        error = new BackendException("[" + kernel.spec().name() + "] failed: " + failed, failed);
      }
    }

    @Override
    public void await() {
      if (error != null) {
        throw error;
      }
    }

    @Override
    public void close() {}
  }

  /** {@return for each index of the axes from..to in row-major order, its distance from index 0} */
  private static int[] offsets(View view, int from, int to) {
    int[] offsets = {0};
    for (int axis = from; axis < to; axis++) {
      int size = Math.toIntExact(view.size(axis));
      int[] longer = new int[offsets.length * size];
      for (int i = 0; i < longer.length; i++) {
        longer[i] = Math.toIntExact(offsets[i / size] + i % size * view.stride(axis));
      }
      offsets = longer;
    }
    return offsets;
  }

  /** One operation over rows: an operand's row starts come from a table, its step is fixed. */
  private static final class Elementwise {
    private final Fused spec;
    private final ScalarOp op;
    private final DType from;
    private final DType to;
    private final List<Node> arguments = new ArrayList<>();
    private final List<int[]> rows = new ArrayList<>();
    private final int[] steps;
    private final int length;

    Elementwise(Fused spec) {
      this.spec = spec;
      List<Node> nodes = spec.map().nodes();
      Node result = nodes.get(spec.map().results().getFirst());
      if (result instanceof Node.Apply apply) {
        op = apply.op();
        apply.arguments().forEach(argument -> arguments.add(nodes.get(argument)));
      } else {
        op = null;
        arguments.add(result);
      }
      from = arguments.getFirst().type();
      to = result.type();
      int rank = spec.shape().rank();
      length = rank == 0 ? 1 : Math.toIntExact(spec.shape().size(-1));
      steps = new int[arguments.size() + 1];
      for (int i = 0; i <= arguments.size(); i++) {
        View view = i < arguments.size() ? view(arguments.get(i)) : spec.outputs().getFirst();
        rows.add(offsets(view, 0, Math.max(0, rank - 1)));
        steps[i] = rank == 0 ? 0 : Math.toIntExact(view.stride(rank - 1));
      }
    }

    /** Numbers lie in a memory of one element, positions in one that counts. */
    private View view(Node leaf) {
      long[] strides = new long[spec.shape().rank()];
      return switch (leaf) {
        case Node.Input(int index, DType _) -> spec.inputs().get(index);
        case Node.Index(int axis, DType type) -> {
          strides[axis] = 1;
          yield View.of(type, spec.shape(), strides);
        }
        default -> View.of(leaf.type(), spec.shape(), strides);
      };
    }

    private Operand operand(Node leaf, Operand[] inputs, long[] scalars) {
      return switch (leaf) {
        case Node.Input(int index, DType _) -> inputs[index];
        case Node.Scalar(int index, DType type) -> number(scalars[index], type);
        case Node.Constant(long bits, DType type) -> number(bits, type);
        case Node.Index(int axis, DType type) -> {
          Memory count = new Memory(type, Math.toIntExact(spec.shape().size(axis)));
          for (int i = 0; i < count.elements; i++) {
            count.setWhole(i, i);
          }
          yield new Operand(count, 0);
        }
        case Node.Apply _ -> throw new IllegalStateException("two operations");
      };
    }

    private static Operand number(long bits, DType type) {
      Memory one = new Memory(type, 1);
      switch (type) {
        case F32 -> one.floats[0] = Float.intBitsToFloat((int) bits);
        case F64 -> one.doubles[0] = Double.longBitsToDouble(bits);
        default -> one.setWhole(0, bits);
      }
      return new Operand(one, 0);
    }

    void run(Operand[] operands, long[] scalars) {
      Operand[] used = new Operand[3];
      Arrays.setAll(
          used, i -> operand(arguments.get(Math.min(i, arguments.size() - 1)), operands, scalars));
      Operand out = operands[operands.length - 1];
      int second = Math.min(1, arguments.size() - 1);
      int third = arguments.size() - 1;
      int[] outRows = rows.getLast();
      for (int row = 0; row < outRows.length; row++) {
        int x = used[0].offset + rows.get(0)[row];
        int y = used[1].offset + rows.get(second)[row];
        int z = used[2].offset + rows.get(third)[row];
        int o = out.offset + outRows[row];
        for (int i = 0; i < length; i++) {
          element(used, x, y, z, out.memory, o);
          x += steps[0];
          y += steps[second];
          z += steps[third];
          o += steps[arguments.size()];
        }
      }
    }

    private void element(Operand[] used, int x, int y, int z, Memory out, int o) {
      Memory first = used[0].memory;
      if (op == null) {
        out.copy(o, first, x);
      } else if (op == ScalarOp.SELECT) {
        boolean chosen = first.whole(x) != 0;
        out.copy(o, used[chosen ? 1 : 2].memory, chosen ? y : z);
      } else if (op == ScalarOp.CAST) {
        cast(first, x, out, o);
      } else if (op.domain() == ScalarOp.Domain.COMPARE) {
        Memory other = used[1].memory;
        int order =
            from.isFloating()
                ? compare(first.real(x), other.real(y))
                : Long.compare(first.whole(x), other.whole(y));
        out.setWhole(o, holds(order) ? 1 : 0);
      } else if (from.isFloating()) {
        out.setReal(o, real(op, first.real(x), used[1].memory.real(y)));
      } else {
        out.setWhole(o, whole(op, first.whole(x), used[1].memory.whole(y), from));
      }
    }

    /** {@return -1, 0, 1, or 2 where an operand is NaN} */
    private static int compare(double x, double y) {
      return x < y ? -1 : x > y ? 1 : x == y ? 0 : 2;
    }

    private boolean holds(int order) {
      return switch (op) {
        case EQUAL -> order == 0;
        case NOT_EQUAL -> order != 0;
        case LESS -> order == -1;
        default -> order == -1 || order == 0;
      };
    }

    private void cast(Memory in, int x, Memory out, int o) {
      if (to.isFloating()) {
        if (from.isFloating()) {
          out.setReal(o, in.real(x));
        } else if (to == DType.F32) {
          out.floats[o] = (float) in.whole(x);
        } else {
          out.doubles[o] = (double) in.whole(x);
        }
      } else if (to == DType.BOOL) {
        out.setWhole(o, (from.isFloating() ? in.real(x) != 0 : in.whole(x) != 0) ? 1 : 0);
      } else if (from.isFloating()) {
        out.setWhole(o, to == DType.I32 ? (int) in.real(x) : (long) in.real(x));
      } else {
        out.setWhole(o, in.whole(x));
      }
    }
  }

  /** Every operation on floats, computed in double and rounded by the store. */
  private static double real(ScalarOp op, double x, double y) {
    return switch (op) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case RELU -> x < 0 ? 0 : x;
      case SQRT -> Math.sqrt(x);
      case RSQRT -> 1 / Math.sqrt(x);
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case ERF -> errorFunction(x);
      case FLOOR -> Math.floor(x);
      case ROUND -> Math.rint(x);
      case ADD -> x + y;
      case SUBTRACT -> x - y;
      case MULTIPLY -> x * y;
      case DIVIDE -> x / y;
      case REMAINDER -> x % y;
      case POWER -> Math.pow(x, y);
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
      default -> throw new IllegalArgumentException("no " + op + " on floats");
    };
  }

  /** Maclaurin's series near 0, Laplace's continued fraction elsewhere. */
  private static double errorFunction(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    if (Math.abs(x) < 1) {
      double term = x;
      double sum = x;
      for (int n = 1; n < 30; n++) {
        term *= -x * x / n;
        sum += term / (2 * n + 1);
      }
      return sum * 2 / Math.sqrt(Math.PI);
    }
    if (Math.abs(x) > 10) {
      return Math.signum(x);
    }
    double tail = 0;
    for (int n = 400; n > 0; n--) {
      tail = n / 2.0 / (Math.abs(x) + tail);
    }
    double complement = Math.exp(-x * x) / (Math.abs(x) + tail) / Math.sqrt(Math.PI);
    return Math.copySign(1 - complement, x);
  }

  /** Every operation on integers and bool; a store to i32 wraps around. */
  private static long whole(ScalarOp op, long x, long y, DType type) {
    return switch (op) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Long.signum(x);
      case RELU -> Math.max(0, x);
      case ADD -> x + y;
      case SUBTRACT -> x - y;
      case MULTIPLY -> x * y;
      case DIVIDE -> y == 0 ? 0 : x / y;
      case REMAINDER -> y == 0 ? 0 : x % y;
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
      case NOT -> type == DType.BOOL ? x ^ 1 : ~x;
      case AND -> x & y;
      case OR -> x | y;
      case XOR -> x ^ y;
      case SHIFT_LEFT -> x << y;
      case SHIFT_RIGHT -> (type == DType.I32 ? x & 0xffffffffL : x) >>> y;
      default -> throw new IllegalArgumentException("no " + op + " on integers");
    };
  }

  private static final class Reduction {
    private final ReduceOp op;
    private final DType type;
    private final int[] kept;
    private final int[] reduced;
    private final int[] stored;

    Reduction(Reduce spec) {
      View x = spec.inputs().getFirst();
      op = spec.op();
      type = x.dtype();
      kept = offsets(x, 0, x.rank() - spec.reducedAxes());
      reduced = offsets(x, x.rank() - spec.reducedAxes(), x.rank());
      stored = offsets(spec.output(), 0, spec.output().rank());
    }

    void run(Operand[] operands, long[] scalars) {
      Memory x = operands[0].memory;
      Memory out = operands[1].memory;
      for (int i = 0; i < kept.length; i++) {
        int from = operands[0].offset + kept[i];
        int to = operands[1].offset + stored[i];
        if (op.isPosition()) {
          out.setWhole(to, type.isFloating() ? argReal(x, from) : argWhole(x, from));
        } else if (type.isFloating()) {
          out.setReal(to, real(x, from));
        } else {
          out.setWhole(to, whole(x, from));
        }
      }
    }

    private double real(Memory x, int from) {
      double total =
          switch (op) {
            case SUM -> 0;
            case PRODUCT -> 1;
            case MAX -> Double.NEGATIVE_INFINITY;
            default -> Double.POSITIVE_INFINITY;
          };
      for (int offset : reduced) {
        double value = x.real(from + offset);
        total =
            switch (op) {
              case SUM -> total + value;
              case PRODUCT -> total * value;
              case MAX -> Math.max(total, value);
              default -> Math.min(total, value);
            };
      }
      return total;
    }

    private long whole(Memory x, int from) {
      long total =
          switch (op) {
            case SUM -> 0;
            case PRODUCT -> 1;
            case MAX -> type == DType.I32 ? Integer.MIN_VALUE : Long.MIN_VALUE;
            default -> type == DType.I32 ? Integer.MAX_VALUE : Long.MAX_VALUE;
          };
      for (int offset : reduced) {
        long value = x.whole(from + offset);
        total =
            switch (op) {
              case SUM -> total + value;
              case PRODUCT -> total * value;
              case MAX -> Math.max(total, value);
              default -> Math.min(total, value);
            };
      }
      return total;
    }

    private int argReal(Memory x, int from) {
      int best = 0;
      for (int i = 1; i < reduced.length; i++) {
        double old = x.real(from + reduced[best]);
        double fresh = x.real(from + reduced[i]);
        boolean better = op == ReduceOp.ARG_MAX ? fresh > old : fresh < old;
        if (!Double.isNaN(old) && (better || Double.isNaN(fresh))) {
          best = i;
        }
      }
      return best;
    }

    private int argWhole(Memory x, int from) {
      int best = 0;
      for (int i = 1; i < reduced.length; i++) {
        int order = Long.compare(x.whole(from + reduced[i]), x.whole(from + reduced[best]));
        if (op == ReduceOp.ARG_MAX ? order > 0 : order < 0) {
          best = i;
        }
      }
      return best;
    }
  }

  /** For f32, rows of b are laid side by side so that the inner loop runs over n. */
  private static final class Product {
    private final DType type;
    private final int[][] a;
    private final int[][] b;
    private final int[][] out;

    Product(Contract spec) {
      View left = spec.inputs().get(0);
      View right = spec.inputs().get(1);
      View result = spec.outputs().getFirst();
      int batch = spec.batchAxes();
      type = spec.accumulator();
      a = tables(left, batch, left.rank() - spec.kAxes());
      b = tables(right, batch, right.rank() - spec.kAxes());
      out = tables(result, batch, batch + spec.mAxes());
    }

    private static int[][] tables(View view, int first, int second) {
      return new int[][] {
        offsets(view, 0, first), offsets(view, first, second), offsets(view, second, view.rank())
      };
    }

    void run(Operand[] operands, long[] scalars) {
      float[] packed = type == DType.F32 ? new float[b[1].length * b[2].length] : null;
      float[] row = type == DType.F32 ? new float[b[1].length] : null;
      for (int batch = 0; batch < out[0].length; batch++) {
        int x = operands[0].offset + a[0][batch];
        int y = operands[1].offset + b[0][batch];
        int r = operands[2].offset + out[0][batch];
        if (type == DType.F32) {
          floats(operands, x, y, r, packed, row);
        } else {
          plain(operands, x, y, r);
        }
      }
    }

    private void floats(Operand[] operands, int x, int y, int r, float[] packed, float[] row) {
      float[] left = operands[0].memory.floats;
      float[] right = operands[1].memory.floats;
      float[] result = operands[2].memory.floats;
      int columns = row.length;
      for (int k = 0; k < b[2].length; k++) {
        for (int n = 0; n < columns; n++) {
          packed[k * columns + n] = right[y + b[1][n] + b[2][k]];
        }
      }
      for (int m = 0; m < a[1].length; m++) {
        Arrays.fill(row, 0);
        for (int k = 0; k < a[2].length; k++) {
          addScaled(row, left[x + a[1][m] + a[2][k]], packed, k * columns);
        }
        for (int n = 0; n < columns; n++) {
          result[r + out[1][m] + out[2][n]] = row[n];
        }
      }
    }

    private static void addScaled(float[] row, float scale, float[] packed, int from) {
      for (int n = 0; n < row.length; n++) {
        row[n] += scale * packed[from + n];
      }
    }

    private void plain(Operand[] operands, int x, int y, int r) {
      Memory left = operands[0].memory;
      Memory right = operands[1].memory;
      Memory result = operands[2].memory;
      for (int m = 0; m < a[1].length; m++) {
        for (int n = 0; n < b[1].length; n++) {
          int at = r + out[1][m] + out[2][n];
          int p = x + a[1][m];
          int q = y + b[1][n];
          if (type == DType.F64) {
            double sum = 0;
            for (int k = 0; k < a[2].length; k++) {
              sum += left.doubles[p + a[2][k]] * right.doubles[q + b[2][k]];
            }
            result.setReal(at, sum);
          } else {
            long sum = 0;
            for (int k = 0; k < a[2].length; k++) {
              sum += left.whole(p + a[2][k]) * right.whole(q + b[2][k]);
            }
            result.setWhole(at, sum);
          }
        }
      }
    }
  }

  /** Rows by index, out of a table or into one. */
  private static final class Rows {
    private final View table;
    private final View indices;
    private final boolean add;
    private final int[] tableRows;
    private final int[] tableInner;
    private final int[] lineRows;
    private final int[] lineInner;
    private final int[] indexOffsets;

    Rows(Gather spec) {
      this(spec.table(), spec.indices(), spec.out(), false);
    }

    Rows(Scatter spec) {
      this(spec.target(), spec.indices(), spec.updates(), spec.mode() == Scatter.Mode.ADD);
    }

    private Rows(View table, View indices, View lines, boolean add) {
      this.table = table;
      this.indices = indices;
      this.add = add;
      tableRows = offsets(table, 0, 1);
      tableInner = offsets(table, 1, table.rank());
      lineRows = offsets(lines, 0, 1);
      lineInner = offsets(lines, 1, lines.rank());
      indexOffsets = offsets(indices, 0, 1);
    }

    void gather(Operand[] operands, long[] scalars) {
      Operand source = operands[0];
      Operand target = operands[2];
      Memory zero = new Memory(table.dtype(), 1);
      for (int i = 0; i < lineRows.length; i++) {
        int row = row(operands[1], i);
        for (int j = 0; j < lineInner.length; j++) {
          int to = target.offset + lineRows[i] + lineInner[j];
          if (row < 0) {
            target.memory.copy(to, zero, 0);
          } else {
            target.memory.copy(to, source.memory, source.offset + tableRows[row] + tableInner[j]);
          }
        }
      }
    }

    void scatter(Operand[] operands, long[] scalars) {
      Operand source = operands[1];
      Operand target = operands[2];
      Memory out = target.memory;
      for (int i = 0; i < lineRows.length; i++) {
        int row = row(operands[0], i);
        if (row < 0) {
          continue;
        }
        for (int j = 0; j < lineInner.length; j++) {
          int from = source.offset + lineRows[i] + lineInner[j];
          int to = target.offset + tableRows[row] + tableInner[j];
          if (!add) {
            out.copy(to, source.memory, from);
          } else if (table.dtype().isFloating()) {
            out.setReal(to, out.real(to) + source.memory.real(from));
          } else {
            out.setWhole(to, out.whole(to) + source.memory.whole(from));
          }
        }
      }
    }

    /** {@return the row that index {@code i} names, -1 if there is none} */
    private int row(Operand index, int i) {
      long row = index.memory.whole(index.offset + indexOffsets[i]);
      return row >= 0 && row < table.size(0) ? (int) row : -1;
    }
  }
}
