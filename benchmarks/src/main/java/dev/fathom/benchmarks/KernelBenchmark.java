package dev.fathom.benchmarks;

import dev.fathom.backend.java.JavaBackendProvider;
import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendProvider.Probe;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.View;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Times one kernel of the java backend as the core runs it: what it wants packed is packed before
 * each launch, and the queue is awaited. On random numbers in [0, 1).
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow",
      "-XX:+UseSerialGC"
    })
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KernelBenchmark {
  private static final long[] NO_SCALARS = {};

  /** Which kernel. */
  @Param public Kernels kernel;

  /** Threads that compute. */
  @Param("1")
  public int threads;

  /** Whether 3 x 3 convolutions compute by Winograd's transforms: {@code auto, always, off}. */
  @Param("auto")
  public String winograd;

  private record Work(Kernel kernel, Binding[] bindings) {}

  private final List<Work> launches = new ArrayList<>();
  private Backend backend;
  private Queue queue;

  /** Compiles the kernel and fills its operands. */
  @Setup
  public void open() {
    JavaBackendProvider provider = new JavaBackendProvider();
    Probe.Available found = (Probe.Available) provider.probe();
    backend =
        provider.open(
            found.devices().getFirst(),
            Map.of("threads", Integer.toString(threads), "winograd", winograd));
    queue = backend.openQueue(Backend.Priority.NORMAL);
    KernelSpec spec = kernel.spec();
    Plan.Accepted plan = accepted(spec);
    List<Binding> bindings = new ArrayList<>();
    for (int i = 0; i < spec.inputs().size(); i++) {
      View view = spec.inputs().get(i);
      Binding operand = random(view, i);
      Optional<OperandLayout> layout = plan.layout(i);
      if (layout.isPresent()) {
        Pack pack = new Pack(view, layout.get());
        Binding packed = empty(layout.get().dtype(), layout.get().elements());
        launches.add(work(pack, new ArrayList<>(List.of(operand, packed))));
        operand = packed;
      }
      bindings.add(operand);
    }
    for (View view : spec.outputs()) {
      bindings.add(empty(view.dtype(), view.shape().elements()));
    }
    launches.add(work(spec, bindings));
  }

  private Plan.Accepted accepted(KernelSpec spec) {
    if (backend.plan(spec) instanceof Plan.Accepted accepted) {
      return accepted;
    }
    throw new IllegalStateException("[benchmark] expected a kernel but got " + backend.plan(spec));
  }

  private Work work(KernelSpec spec, List<Binding> bindings) {
    Plan.Accepted plan = accepted(spec);
    if (plan.workspaceElements() > 0) {
      bindings.add(empty(plan.workspaceType(), plan.workspaceElements()));
    }
    return new Work(backend.compile(spec), bindings.toArray(Binding[]::new));
  }

  private Binding empty(DType dtype, long elements) {
    return new Binding(backend.allocate(dtype, elements), 0);
  }

  private Binding random(View view, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[Math.toIntExact(view.shape().elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble();
    }
    Binding binding = empty(view.dtype(), values.length);
    queue.write(binding, MemorySegment.ofArray(values));
    return binding;
  }

  /** Ends the backend. */
  @TearDown
  public void close() {
    queue.close();
    backend.close();
  }

  /** One launch, what it wants packed before it, and the wait for its end. */
  @Benchmark
  public void launch() {
    for (Work work : launches) {
      queue.launch(work.kernel(), work.bindings(), NO_SCALARS);
    }
    queue.await();
  }
}
