package dev.fathom.backend.java;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.fathom.spi.Attention;
import dev.fathom.spi.AttentionGradient;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Contract;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.CrossEntropy;
import dev.fathom.spi.CrossEntropyGradient;
import dev.fathom.spi.Cumulate;
import dev.fathom.spi.DType;
import dev.fathom.spi.DynamicSlice;
import dev.fathom.spi.DynamicSliceUpdate;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Fused;
import dev.fathom.spi.Gather;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.MaxPool;
import dev.fathom.spi.MaxPoolGradient;
import dev.fathom.spi.Normalise;
import dev.fathom.spi.NormaliseGradient;
import dev.fathom.spi.Random;
import dev.fathom.spi.Recurrent;
import dev.fathom.spi.Recurrent.Cell;
import dev.fathom.spi.Recurrent.State;
import dev.fathom.spi.RecurrentGradient;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Scatter;
import dev.fathom.spi.SelectiveScan;
import dev.fathom.spi.SelectiveScanGradient;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Softmax;
import dev.fathom.spi.Sort;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** After the first launches a launch allocates nothing, on no thread. */
class AllocationTest {
  private static final int LAUNCHES = 50;
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  static Stream<KernelSpec> specs() {
    DType f = DType.F32;
    View x = View.contiguous(f, Shape.of(300, 301));
    View transposed = View.of(f, x.shape(), 1, 300);
    View rows = View.contiguous(f, Shape.of(300));
    View labels = View.contiguous(DType.I32, Shape.of(300));
    Expression.Builder b = new Expression.Builder();
    int tanh = b.apply(ScalarOp.TANH, b.input(0, f));
    int less = b.apply(ScalarOp.LESS, tanh, b.add(new Expression.Node.Scalar(0, f)));
    int index = b.cast(b.add(new Expression.Node.Index(0, DType.I32)), f);
    Expression map = b.build(b.apply(ScalarOp.SELECT, less, tanh, index));
    View line = View.contiguous(f, Shape.of(300 * 301));
    View few = View.contiguous(f, Shape.of(9, 301));
    View row = View.contiguous(f, Shape.of(301));
    View scalar = View.contiguous(f, Shape.SCALAR);
    return Stream.of(
        new Fused(x.shape(), java.util.List.of(transposed), map, java.util.List.of(x)),
        new Reduce(ReduceOp.SUM, Source.of(x), 1, rows),
        new Reduce(ReduceOp.SUM, Source.of(View.of(f, x.shape(), 1, 300)), 1, rows),
        new Reduce(ReduceOp.SUM, Source.of(line), 1, scalar),
        new Reduce(ReduceOp.ARG_MAX, Source.of(x), 1, labels),
        new Softmax(true, x, x),
        new CrossEntropy(x, labels, rows, rows),
        new CrossEntropyGradient(x, labels, rows, rows, x),
        new Normalise(1e-5, x, row, Optional.of(row), x, rows, Optional.of(rows)),
        new NormaliseGradient(x, row, rows, x, Optional.of(rows), x, row, Optional.of(row)),
        new Gather(x, labels, x),
        new Scatter(Scatter.Mode.ADD, labels, x, x),
        new DynamicSlice(x, View.contiguous(f, Shape.of(7, 9))),
        new DynamicSliceUpdate(View.contiguous(f, Shape.of(7, 9)), x),
        new Random(Random.Distribution.NORMAL, 3, line),
        new Random(Random.Distribution.UNIFORM, 3, x),
        new Sort(true, few, few, View.contiguous(DType.I32, few.shape())),
        new Cumulate(ReduceOp.SUM, x, x));
  }

  static Stream<KernelSpec> products() {
    DType f = DType.F32;
    View a = View.contiguous(f, Shape.of(140, 130));
    View b = View.contiguous(f, Shape.of(90, 130));
    View out = View.contiguous(f, Shape.of(140, 90));
    View row = View.contiguous(f, Shape.of(1, 130));
    View rowOut = View.contiguous(f, Shape.of(1, 90));
    Expression.Builder builder = new Expression.Builder();
    int sum = builder.apply(ScalarOp.ADD, builder.input(0, f), builder.input(1, f));
    Expression biased = builder.build(builder.apply(ScalarOp.RELU, sum));
    View bias = View.of(f, out.shape(), 0, 1);
    Epilogue dense = new Epilogue(biased, java.util.List.of(bias), java.util.List.of(out));
    Window three = new Window(3, 1, 1, 1, 1);
    java.util.List<Window> windows = java.util.List.of(three, three);
    View x = View.contiguous(f, Shape.of(4, 8, 14, 14));
    View w = View.contiguous(f, Shape.of(16, 8, 3, 3));
    View y = View.contiguous(f, Shape.of(4, 16, 14, 14));
    Window one = new Window(1, 1, 0, 0, 1);
    java.util.List<Window> points = java.util.List.of(one, one);
    View point = View.contiguous(f, Shape.of(16, 8, 1, 1));
    View depthwise = View.contiguous(f, Shape.of(16, 1, 3, 3));
    View channelBias = View.of(f, y.shape(), 0, 1, 0, 0);
    Epilogue convolved = new Epilogue(biased, java.util.List.of(channelBias), java.util.List.of(y));
    java.util.List<Window> tiles =
        java.util.List.of(new Window(2, 2, 0, 0, 1), new Window(2, 2, 0, 0, 1));
    View pooled = View.contiguous(f, Shape.of(4, 16, 7, 7));
    View indices = View.contiguous(DType.I32, pooled.shape());
    return Stream.of(
        new Contract(Source.of(a), Source.of(b), 0, 1, f, Epilogue.store(out)),
        new Contract(Source.of(a), Source.of(b), 0, 1, f, dense),
        new Contract(Source.of(row), Source.of(b), 0, 1, f, Epilogue.store(rowOut)),
        new Convolve(Convolve.Role.OUTPUT, windows, 1, f, x, w, Epilogue.store(y)),
        new Convolve(Convolve.Role.OUTPUT, windows, 1, f, x, w, convolved),
        new Convolve(Convolve.Role.INPUT, windows, 1, f, y, w, Epilogue.store(x)),
        new Convolve(Convolve.Role.WEIGHT, windows, 1, f, x, y, Epilogue.store(w)),
        new Convolve(Convolve.Role.OUTPUT, points, 1, f, x, point, convolved),
        new Convolve(Convolve.Role.INPUT, points, 1, f, y, point, Epilogue.store(x)),
        new Convolve(Convolve.Role.WEIGHT, points, 1, f, x, y, Epilogue.store(point)),
        new Convolve(Convolve.Role.OUTPUT, windows, 16, f, y, depthwise, convolved),
        new Convolve(Convolve.Role.INPUT, windows, 16, f, y, depthwise, Epilogue.store(y)),
        new Convolve(Convolve.Role.WEIGHT, windows, 16, f, y, y, Epilogue.store(depthwise)),
        new MaxPool(tiles, y, pooled, indices),
        new MaxPoolGradient(tiles, pooled, indices, y));
  }

  /** Many queries, one query, and the gradient. */
  static Stream<KernelSpec> attention() {
    View x = View.contiguous(DType.F32, Shape.of(2, 2, 65, 16));
    View one = View.contiguous(DType.F32, Shape.of(2, 2, 1, 16));
    View rows = View.contiguous(DType.F32, Shape.of(2, 2, 65));
    View oneRow = View.contiguous(DType.F32, Shape.of(2, 2, 1));
    Optional<View> mask = Optional.of(View.contiguous(DType.BOOL, Shape.of(2, 65)));
    Optional<Attention.Dropout> dropout = Optional.of(new Attention.Dropout(0.1, 3));
    return Stream.of(
        new Attention(true, 0.25, true, dropout, x, x, x, mask, x, rows),
        new Attention(true, 0.25, false, Optional.empty(), one, x, x, mask, one, oneRow),
        new AttentionGradient(true, 0.25, true, dropout, x, x, x, x, rows, x, mask, x, x, x));
  }

  static Stream<KernelSpec> scans() {
    View values = View.contiguous(DType.F32, Shape.of(3, 40, 70));
    View rates = View.contiguous(DType.F32, Shape.of(70, 5));
    View shared = View.contiguous(DType.F32, Shape.of(3, 40, 5));
    View states = View.contiguous(DType.F32, Shape.of(3, 70, 5));
    View kept = View.contiguous(DType.F32, Shape.of(3, 3, 70, 5));
    return Stream.of(
        new SelectiveScan(16, values, values, rates, shared, shared, states, values, states, kept),
        new SelectiveScanGradient(
            16, values, values, rates, shared, shared, kept, values, states, values, values, rates,
            shared, shared, states));
  }

  static Stream<KernelSpec> recurrent() {
    DType f = DType.F32;
    View states = View.contiguous(f, Shape.of(40, 3, 35));
    View gates = View.contiguous(f, Shape.of(40, 3, 3, 35));
    View saved = View.contiguous(f, Shape.of(40, 3, 4, 35));
    View hidden = View.contiguous(f, Shape.of(3, 35, 35));
    State single = new State(View.contiguous(f, Shape.of(40, 35)), Optional.empty());
    State all = new State(states, Optional.empty());
    Optional<View> mask = Optional.of(View.contiguous(DType.BOOL, Shape.of(40, 3)));
    View bias = View.contiguous(f, Shape.of(3, 35));
    return Stream.of(
        new Recurrent(Cell.GRU, true, gates, hidden, bias, single, mask, all, Optional.of(saved)),
        new RecurrentGradient(
            Cell.GRU, true, hidden, single, mask, all, Optional.of(saved), all, gates, single));
  }

  @ParameterizedTest
  @MethodSource({"specs", "products", "attention", "recurrent", "scans"})
  void aLaunchAllocatesNothing(KernelSpec spec) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Backend backend = Launch.open(2, true)) {
      Launch launch = new Launch(backend, spec).randomise(1);
      long[] scalars = new long[spec.scalarCount()];
      long[] ids =
          Thread.getAllStackTraces().keySet().stream()
              .filter(t -> t == Thread.currentThread() || t.getName().startsWith("fathom-java-"))
              .mapToLong(Thread::threadId)
              .toArray();
      long least = Long.MAX_VALUE;
      // Vectors are objects until the compiler arrives, so the best round within some seconds
      // counts.
      long end = System.nanoTime() + PATIENCE_NANOS;
      while (least > 0 && System.nanoTime() < end) {
        long before = allocated(threads, ids);
        for (int i = 0; i < LAUNCHES; i++) {
          launch.launch(scalars);
        }
        launch.queue.await();
        least = Math.min(least, allocated(threads, ids) - before);
      }
      assertTrue(least < LAUNCHES, spec.name() + ": " + least + " bytes");
    }
  }

  private static long allocated(ThreadMXBean threads, long[] ids) {
    long bytes = 0;
    for (long id : ids) {
      bytes += threads.getThreadAllocatedBytes(id);
    }
    return bytes;
  }
}
