package dev.fathom.backend.java;

import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;

/** A spec with its memory on a backend: what the core does around a kernel. */
public final class Launch {
  private static final long[] NO_SCALARS = {};

  public final Queue queue;
  public final Kernel kernel;
  public final Binding[] bindings;
  final List<Kernel> packs = new ArrayList<>();
  final List<Binding[]> packBindings = new ArrayList<>();

  /** Operands as the core lays them out, inputs first. */
  public final List<Binding> operands = new ArrayList<>();

  private final List<View> views = new ArrayList<>();

  public Launch(Backend backend, KernelSpec spec) {
    Plan plan = backend.plan(spec);
    if (!(plan instanceof Plan.Accepted accepted)) {
      throw new AssertionError(plan + " for " + spec);
    }
    queue = backend.openQueue(Backend.Priority.NORMAL);
    kernel = backend.compile(spec);
    views.addAll(spec.inputs());
    views.addAll(spec.outputs());
    List<Binding> bound = new ArrayList<>();
    for (int i = 0; i < views.size(); i++) {
      View view = views.get(i);
      Binding operand =
          new Binding(backend.allocate(view.dtype(), 3 + extent(view)), 3 + lowest(view));
      operands.add(operand);
      if (i < spec.inputs().size() && accepted.layout(i).isPresent()) {
        OperandLayout layout = accepted.layout(i).get();
        Binding packed = new Binding(backend.allocate(layout.dtype(), 5 + layout.elements()), 5);
        packs.add(backend.compile(new Pack(view, layout)));
        packBindings.add(new Binding[] {operand, packed});
        bound.add(packed);
      } else {
        bound.add(operand);
      }
    }
    if (accepted.workspaceElements() > 0) {
      Buffer workspace =
          backend.allocate(accepted.workspaceType(), 7 + accepted.workspaceElements());
      bound.add(new Binding(workspace, 7));
    }
    bindings = bound.toArray(Binding[]::new);
    // Undefined memory may hold anything.
    bound.forEach(binding -> fillWithNaN((JavaBuffer) binding.buffer()));
  }

  private static void fillWithNaN(JavaBuffer buffer) {
    Binding all = new Binding(buffer, 0);
    int first = JavaBuffer.offset(all);
    for (int i = first; i < first + buffer.elements(); i++) {
      if (buffer.dtype().isFloating()) {
        Elements.store(new float[] {Float.NaN}, 0, 1, JavaBuffer.array(all), buffer.dtype(), i, 1);
      }
    }
  }

  private static long lowest(View view) {
    long lowest = 0;
    for (int axis = 0; axis < view.rank(); axis++) {
      lowest += Math.max(0, -view.stride(axis) * Math.max(0, view.size(axis) - 1));
    }
    return lowest;
  }

  private static long extent(View view) {
    long extent = 1;
    for (int axis = 0; axis < view.rank(); axis++) {
      extent += Math.abs(view.stride(axis)) * Math.max(0, view.size(axis) - 1);
    }
    return extent;
  }

  /** Fills all inputs with small numbers. */
  public Launch randomise(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < kernel.spec().inputs().size(); i++) {
      JavaBuffer buffer = (JavaBuffer) operands.get(i).buffer();
      Object array = JavaBuffer.array(operands.get(i));
      int first = JavaBuffer.offset(new Binding(buffer, 0));
      for (int at = first; at < first + buffer.elements(); at++) {
        if (buffer.dtype().isFloating()) {
          float[] value = {(random.nextInt(33) - 16) / 16f};
          Elements.store(value, 0, 1, array, buffer.dtype(), at, 1);
        } else if (buffer.dtype() == DType.BOOL) {
          Elements.storeInteger(array, DType.I8, at, random.nextInt(2));
        } else {
          Elements.storeInteger(array, buffer.dtype(), at, random.nextInt(7) - 3);
        }
      }
    }
    return this;
  }

  public Launch run() {
    launch(new long[0]);
    queue.await();
    return this;
  }

  /** Packs operands where that is wanted, and launches. */
  public void launch(long[] scalars) {
    for (int i = 0; i < packs.size(); i++) {
      queue.launch(packs.get(i), packBindings.get(i), NO_SCALARS);
    }
    queue.launch(kernel, bindings, scalars);
  }

  /** {@return the elements of operand {@code index}, inputs first, in row-major order} */
  public double[] values(int index) {
    View view = views.get(index);
    double[] values = new double[(int) view.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      long rest = i;
      long at = JavaBuffer.offset(operands.get(index));
      for (int axis = view.rank() - 1; axis >= 0; axis--) {
        at += rest % view.size(axis) * view.stride(axis);
        rest /= view.size(axis);
      }
      values[i] = Elements.floating(JavaBuffer.array(operands.get(index)), view.dtype(), (int) at);
    }
    return values;
  }

  public static Backend open(int threads, boolean vector) {
    return new JavaBackendProvider()
        .open(null, Map.of("threads", "" + threads, "vector", vector ? "auto" : "off"));
  }

  /** Opens the backend so that every convolution that may uses Winograd's transforms. */
  public static Backend openWinograd(int threads, boolean vector) {
    return new JavaBackendProvider()
        .open(
            null,
            Map.of(
                "threads", "" + threads, "vector", vector ? "auto" : "off", "winograd", "always"));
  }

  public static double tolerance(DType dtype) {
    return switch (dtype) {
      case F64 -> 1e-12;
      case BF16 -> 1e-2;
      case F16 -> 2e-3;
      default -> 2e-5;
    };
  }

  public static void assertClose(
      double[] expected, double[] actual, double tolerance, Object what) {
    Assertions.assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(expected[i] - actual[i]);
      if (!(error <= tolerance * (1 + Math.abs(expected[i])))
          && Double.doubleToLongBits(expected[i]) != Double.doubleToLongBits(actual[i])) {
        Assertions.fail(what + " at " + i + ": expected " + expected[i] + " but got " + actual[i]);
      }
    }
  }
}
