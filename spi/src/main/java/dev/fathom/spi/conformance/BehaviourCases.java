package dev.fathom.spi.conformance;

import dev.fathom.spi.Backend;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Fused;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.Queue;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Cases for what backends, buffers and queues promise, whatever the kernel. */
final class BehaviourCases {
  private static final int N = 33;
  private static final View VIEW = View.contiguous(DType.F32, Shape.of(N));

  private BehaviourCases() {}

  static void add(Consumer<ConformanceCase> cases) {
    for (DType dtype : DType.values()) {
      cases.accept(
          new BehaviourCase("queue.round-trip." + dtype.label(), b -> roundTrip(b, dtype)));
      cases.accept(new BehaviourCase("backend.allocate." + dtype.label(), b -> allocate(b, dtype)));
    }
    cases.accept(new BehaviourCase("queue.write.source-reused", BehaviourCases::sourceReused));
    cases.accept(new BehaviourCase("queue.copy", BehaviourCases::copy));
    cases.accept(new BehaviourCase("queue.order", BehaviourCases::order));
    cases.accept(new BehaviourCase("queue.launch.too-few-bindings", b -> refuses(b, 1, DType.F32)));
    cases.accept(
        new BehaviourCase("queue.launch.too-many-bindings", b -> refuses(b, 4, DType.F32)));
    cases.accept(new BehaviourCase("queue.launch.wrong-type", b -> refuses(b, 2, DType.I32)));
    cases.accept(new BehaviourCase("queue.two-threads", BehaviourCases::twoThreads));
    cases.accept(new BehaviourCase("backend.device", BehaviourCases::device));
  }

  private static void require(boolean holds, String expected, Object actual) {
    if (!holds) {
      throw new IllegalStateException("expected " + expected + " but got " + actual);
    }
  }

  private static void device(Backend backend) {
    require(
        backend.device() != null && !backend.device().name().isBlank(),
        "a device with a name",
        backend.device());
  }

  private static void allocate(Backend backend, DType dtype) {
    for (long elements : new long[] {0, 1, 7, 1000}) {
      Buffer buffer = backend.allocate(dtype, elements);
      try (Queue queue = backend.openQueue(Priority.NORMAL)) {
        require(buffer.dtype() == dtype, dtype.label(), buffer.dtype());
        require(buffer.elements() == elements, elements + " elements", buffer.elements());
        HostArray read = new HostArray(dtype, elements);
        read.memory().fill((byte) 1);
        queue.read(new Binding(buffer, 0), read.memory());
        long other = read.memory().mismatch(new HostArray(dtype, elements).memory());
        require(other == -1, "memory of zeros", "another value at byte " + other);
      }
      buffer.close();
      buffer.close();
    }
  }

  private static void roundTrip(Backend backend, DType dtype) {
    try (Buffer buffer = backend.allocate(dtype, 20);
        Queue queue = backend.openQueue(Priority.NORMAL)) {
      byte[] bytes = new byte[7 * dtype.bytes() + 1];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (dtype == DType.BOOL ? i % 2 : 37 * i + 11);
      }
      MemorySegment unaligned = MemorySegment.ofArray(bytes).asSlice(1);
      queue.write(new Binding(buffer, 4), unaligned);
      queue.write(new Binding(buffer, 20), MemorySegment.ofArray(new byte[0]));
      byte[] all = new byte[20 * dtype.bytes() + 3];
      queue.read(new Binding(buffer, 0), MemorySegment.ofArray(all).asSlice(3));
      byte[] expected = new byte[all.length];
      System.arraycopy(bytes, 1, expected, 3 + 4 * dtype.bytes(), bytes.length - 1);
      require(Arrays.equals(expected, all), Arrays.toString(expected), Arrays.toString(all));
      byte[] part = new byte[2 * dtype.bytes()];
      queue.read(new Binding(buffer, 5), MemorySegment.ofArray(part));
      byte[] two = Arrays.copyOfRange(bytes, 1 + dtype.bytes(), 1 + 3 * dtype.bytes());
      require(Arrays.equals(two, part), Arrays.toString(two), Arrays.toString(part));
    }
  }

  private static void sourceReused(Backend backend) {
    try (Buffer buffer = backend.allocate(DType.I64, 1);
        Queue queue = backend.openQueue(Priority.NORMAL)) {
      HostArray source = new HostArray(DType.I64, 1);
      source.setWord(0, 7);
      queue.write(new Binding(buffer, 0), source.memory());
      source.setWord(0, 8);
      queue.read(new Binding(buffer, 0), source.memory());
      require(source.word(0) == 7, "7, what was written", source.word(0));
    }
  }

  private static void copy(Backend backend) {
    try (Buffer source = backend.allocate(DType.I32, 9);
        Buffer target = backend.allocate(DType.I32, 9);
        Queue queue = backend.openQueue(Priority.NORMAL)) {
      HostArray numbers = new HostArray(DType.I32, 9);
      for (int i = 0; i < 9; i++) {
        numbers.setWord(i, i + 1);
      }
      queue.write(new Binding(source, 0), numbers.memory());
      queue.copy(new Binding(source, 2), new Binding(target, 4), 3);
      queue.await();
      queue.read(new Binding(target, 0), numbers.memory());
      for (int i = 0; i < 9; i++) {
        long expected = i >= 4 && i < 7 ? i - 1 : 0;
        require(numbers.word(i) == expected, expected + " at " + i, numbers.word(i));
      }
    }
  }

  /** {@code x + scalar}. */
  private static Fused increment() {
    Expression.Builder builder = new Expression.Builder();
    int step = builder.add(new Expression.Node.Scalar(0, DType.F32));
    return new Fused(
        VIEW.shape(),
        List.of(VIEW),
        builder.build(builder.apply(ScalarOp.ADD, builder.input(0, DType.F32), step)),
        List.of(VIEW));
  }

  private static void order(Backend backend) {
    require(count(backend, 200) == 200 * 201 / 2, "the sum of 1 to 200", count(backend, 200));
  }

  /** {@return 1 + 2 + ... + launches, added in place by one launch each} */
  private static double count(Backend backend, int launches) {
    Kernel kernel = backend.compile(increment());
    try (Buffer buffer = backend.allocate(DType.F32, N);
        Queue queue = backend.openQueue(Priority.NORMAL)) {
      Binding[] bindings = {new Binding(buffer, 0), new Binding(buffer, 0)};
      long[] scalars = new long[1];
      for (int i = 1; i <= launches; i++) {
        scalars[0] = Expression.bits(i, DType.F32);
        queue.launch(kernel, bindings, scalars);
      }
      HostArray result = new HostArray(DType.F32, N);
      queue.read(new Binding(buffer, 0), result.memory());
      for (int i = 1; i < N; i++) {
        require(result.number(i) == result.number(0), "equal elements", result.number(i));
      }
      return result.number(0);
    }
  }

  /** Bindings that do not fit are refused at once, and the queue can still be used. */
  private static void refuses(Backend backend, int bindings, DType dtype) {
    Kernel kernel = backend.compile(increment());
    try (Buffer buffer = backend.allocate(DType.F32, N);
        Buffer other = backend.allocate(dtype, N);
        Queue queue = backend.openQueue(Priority.NORMAL)) {
      Binding[] wrong = new Binding[bindings];
      Arrays.fill(wrong, new Binding(buffer, 0));
      wrong[bindings - 1] = new Binding(other, 0);
      long[] scalars = {Expression.bits(1, DType.F32)};
      boolean refused = false;
      try {
        queue.launch(kernel, wrong, scalars);
      } catch (IllegalArgumentException _) {
        refused = true;
      }
      require(refused, "an IllegalArgumentException from launch", "none");
      queue.launch(kernel, new Binding[] {new Binding(buffer, 0), new Binding(buffer, 0)}, scalars);
      queue.await();
      HostArray result = new HostArray(DType.F32, N);
      queue.read(new Binding(buffer, 0), result.memory());
      require(result.number(N - 1) == 1, "1 from the launch that follows", result.number(N - 1));
    }
  }

  private static void twoThreads(Backend backend) {
    List<Callable<Double>> work = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      work.add(() -> count(backend, 300));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (Future<Double> sum : threads.invokeAll(work)) {
        require(sum.get() == 300 * 301 / 2, "the sum of 1 to 300", sum.get());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    } catch (ExecutionException failed) {
      throw new IllegalStateException("a thread failed with " + failed.getCause(), failed);
    }
  }
}
