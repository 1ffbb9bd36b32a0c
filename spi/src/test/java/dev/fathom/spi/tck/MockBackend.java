package dev.fathom.spi.tck;

import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.Contract;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.Device;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Fused;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import dev.fathom.spi.conformance.HostArray;
import dev.fathom.spi.conformance.Oracle;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A device that is as different from a Java array as one can be, so that tests of the core find
 * what they silently assume. Its memory is reached only through a queue, each queue is a thread of
 * its own, the operands of {@link Contract} and the weights of {@link Convolve} must be packed (in
 * reverse order, with padding in front), and these specs want a workspace. It takes every spec and
 * computes with the {@link Oracle}, so it is slow. Thread-safe.
 */
public final class MockBackend implements Backend {
  private final AtomicLong held = new AtomicLong();

  private static final long PADDING = 3;
  private static final int WORKSPACE = 7;

  private final Computer computer;
  private final AtomicInteger untilFailure = new AtomicInteger();
  private final AtomicInteger launches = new AtomicInteger();

  /** Computes a spec on device memory; {@link Oracle#run} is the right one. */
  @FunctionalInterface
  public interface Computer {
    /** Executes {@code spec} on its inputs, then outputs. */
    void run(KernelSpec spec, List<Oracle.Operand> operands, long[] scalars);
  }

  /** Makes a backend that computes right. */
  public MockBackend() {
    this(Oracle::run);
  }

  /** Makes a backend that computes by {@code computer}. */
  public MockBackend(Computer computer) {
    this.computer = computer;
  }

  /** Lets the n-th launch from now fail on the device; 1 is the next. */
  public void failLaunch(int n) {
    untilFailure.set(n);
  }

  /** {@return how many launches the device has begun} */
  public int launches() {
    return launches.get();
  }

  @Override
  public Device device() {
    return new Device(0, "mock", 1L << 32, "mock");
  }

  @Override
  public Plan plan(KernelSpec spec) {
    return switch (spec) {
      case Pack(View source, OperandLayout target) when target.equals(reversed(source)) ->
          Plan.Accepted.PLAIN;
      case Pack _ -> new Plan.Declined("not a layout of this backend");
      case Contract contract -> {
        int operands = contract.a().views().size() + contract.b().views().size();
        yield new Plan.Accepted(DType.F64, WORKSPACE, wanted(spec, 0, operands));
      }
      case Convolve convolve when convolve.role() != Convolve.Role.WEIGHT ->
          new Plan.Accepted(DType.I8, WORKSPACE, wanted(spec, 1, 2));
      default -> Plan.Accepted.PLAIN;
    };
  }

  private static List<Optional<OperandLayout>> wanted(KernelSpec spec, int from, int to) {
    List<Optional<OperandLayout>> wanted = new ArrayList<>();
    for (int i = 0; i < spec.inputs().size(); i++) {
      wanted.add(
          i >= from && i < to ? Optional.of(reversed(spec.inputs().get(i))) : Optional.empty());
    }
    return wanted;
  }

  private static OperandLayout reversed(View view) {
    return new OperandLayout("reversed", view.dtype(), PADDING + view.shape().elements());
  }

  /** {@return how a packed operand really lies: its first element is the last} */
  private static View packed(View view) {
    long[] strides = view.shape().rowMajorStrides();
    Arrays.setAll(strides, axis -> -strides[axis]);
    return View.of(view.dtype(), view.shape(), strides);
  }

  /** {@return the spec over the operands as they really lie} */
  private static KernelSpec onDevice(KernelSpec spec) {
    return switch (spec) {
      case Pack pack ->
          new Fused(
              pack.source().shape(),
              List.of(pack.source()),
              Expression.identity(pack.source().dtype()),
              List.of(packed(pack.source())));
      case Contract c ->
          new Contract(
              packed(c.a()),
              packed(c.b()),
              c.batchAxes(),
              c.kAxes(),
              c.accumulator(),
              c.epilogue());
      case Convolve c when c.role() != Convolve.Role.WEIGHT ->
          new Convolve(
              c.role(),
              c.windows(),
              c.groups(),
              c.accumulator(),
              c.first(),
              packed(c.second()),
              c.epilogue());
      default -> spec;
    };
  }

  private static Source packed(Source source) {
    return new Source(source.views().stream().map(MockBackend::packed).toList(), source.map());
  }

  @Override
  public Kernel compile(KernelSpec spec) {
    if (!(plan(spec) instanceof Plan.Accepted accepted)) {
      throw new BackendException("[" + spec.name() + "] was declined");
    }
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < spec.inputs().size(); i++) {
      View view = spec.inputs().get(i);
      Optional<OperandLayout> layout = accepted.layout(i);
      parameters.add(
          new Parameter(
              layout.isPresent() ? layout.get().dtype() : view.dtype(),
              layout.isPresent() ? PADDING + view.shape().elements() - 1 : 0));
    }
    for (View view : spec.outputs()) {
      boolean pack = spec instanceof Pack;
      parameters.add(new Parameter(view.dtype(), pack ? view.shape().elements() - 1 : 0));
    }
    if (accepted.workspaceElements() > 0) {
      parameters.add(new Parameter(accepted.workspaceType(), 0));
    }
    return new MockKernel(spec, onDevice(spec), parameters, accepted.workspaceElements());
  }

  @Override
  public Buffer allocate(DType dtype, long elements) {
    var buffer = new MockBuffer(new HostArray(dtype, elements), elements * dtype.bytes());
    held.addAndGet(buffer.bytes);
    return buffer;
  }

  /** {@return the bytes of all buffers that were allocated and not closed} */
  public long heldBytes() {
    return held.get();
  }

  @Override
  public Queue openQueue(Priority priority) {
    return new MockQueue();
  }

  @Override
  public void close() {}

  /**
   * The demands on a binding.
   *
   * @param shift from the binding's offset to index 0 of the view on the device
   */
  private record Parameter(DType dtype, long shift) {}

  private record MockKernel(
      KernelSpec spec, KernelSpec onDevice, List<Parameter> parameters, long workspaceElements)
      implements Kernel {}

  private final class MockBuffer implements Buffer {
    private final HostArray memory;
    private final long bytes;
    private final AtomicBoolean closed = new AtomicBoolean();

    MockBuffer(HostArray memory, long bytes) {
      this.memory = memory;
      this.bytes = bytes;
    }

    HostArray memory() {
      if (closed.get()) {
        throw new IllegalStateException("[mock] expected an open buffer but it is closed");
      }
      return memory;
    }

    @Override
    public DType dtype() {
      return memory.dtype();
    }

    @Override
    public long elements() {
      return memory.elements();
    }

    @Override
    public void close() {
      if (!closed.getAndSet(true)) {
        held.addAndGet(-bytes);
      }
    }
  }

  private final class MockQueue implements Queue {
    private final ExecutorService thread =
        Executors.newSingleThreadExecutor(Thread.ofVirtual().name("mock-device").factory());
    private volatile BackendException error;

    @Override
    public void write(Binding target, MemorySegment source) {
      byte[] copy = source.toArray(ValueLayout.JAVA_BYTE);
      submit(() -> slice(target, copy.length).copyFrom(MemorySegment.ofArray(copy)));
    }

    @Override
    public void read(Binding source, MemorySegment target) {
      byte[] copy = new byte[Math.toIntExact(target.byteSize())];
      submit(() -> MemorySegment.ofArray(copy).copyFrom(slice(source, copy.length)));
      await();
      target.copyFrom(MemorySegment.ofArray(copy));
    }

    @Override
    public void copy(Binding source, Binding target, long elements) {
      long bytes = elements * source.buffer().dtype().bytes();
      submit(() -> slice(target, bytes).copyFrom(slice(source, bytes)));
    }

    private static MemorySegment slice(Binding binding, long bytes) {
      HostArray memory = ((MockBuffer) binding.buffer()).memory();
      return memory.memory().asSlice(binding.offset() * memory.dtype().bytes(), bytes);
    }

    @Override
    public void launch(Kernel kernel, Binding[] bindings, long[] scalars) {
      MockKernel compiled = (MockKernel) kernel;
      List<Parameter> parameters = compiled.parameters();
      String name = compiled.spec().name();
      if (bindings.length != parameters.size()) {
        throw new IllegalArgumentException(
            "[%s] expected %d bindings but got %d"
                .formatted(name, parameters.size(), bindings.length));
      }
      List<Oracle.Operand> operands = new ArrayList<>();
      for (int i = 0; i < bindings.length; i++) {
        Parameter parameter = parameters.get(i);
        HostArray memory = ((MockBuffer) bindings[i].buffer()).memory();
        if (memory.dtype() != parameter.dtype()) {
          throw new IllegalArgumentException(
              "[%s] expected a buffer of %s as binding %d but got %s"
                  .formatted(name, parameter.dtype().label(), i, memory.dtype().label()));
        }
        operands.add(new Oracle.Operand(memory, bindings[i].offset() + parameter.shift()));
      }
      long[] numbers = scalars.clone();
      submit(
          () -> {
            launches.incrementAndGet();
            try {
              execute(compiled, operands, numbers);
            } catch (RuntimeException failed) {
              error = new BackendException("[" + name + "] failed on the device", failed);
            }
          });
    }

    private void execute(MockKernel kernel, List<Oracle.Operand> operands, long[] scalars) {
      if (untilFailure.getAndUpdate(n -> Math.max(0, n - 1)) == 1) {
        throw new IllegalStateException("told to fail");
      }
      List<Oracle.Operand> used = operands;
      if (kernel.workspaceElements() > 0) {
        used = operands.subList(0, operands.size() - 1);
        Oracle.Operand workspace = operands.getLast();
        for (long i = 0; i < kernel.workspaceElements(); i++) {
          workspace.array().setNumber(workspace.offset() + i, i);
        }
      }
      computer.run(kernel.onDevice(), used, scalars);
    }

    /** Skips all later work once a kernel has failed. */
    private Future<?> submit(Runnable work) {
      requireNoError();
      return thread.submit(
          () -> {
            if (error == null) {
              work.run();
            }
          });
    }

    private void requireNoError() {
      if (error != null) {
        throw error;
      }
    }

    @Override
    public void await() {
      try {
        submit(() -> {}).get();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new BackendException("interrupted while waiting for the device", interrupted);
      } catch (ExecutionException failed) {
        throw new BackendException("the queue broke", failed);
      }
      requireNoError();
    }

    @Override
    public void close() {
      thread.shutdownNow();
    }
  }
}
