package dev.fathom.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.fathom.device.DecoratedBackend;
import dev.fathom.graph.Type;
import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.Queue;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.spi.tck.MockBackend;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs with states, on a backend that fuses everything and on one that fuses nothing. */
class ProgramTest {
  static Stream<Backend> backends() {
    return Stream.of(new MinimalBackend(), new MockBackend());
  }

  private static Tensor input(String name, long... shape) {
    return Tensor.input(name, Type.of(DType.F32, shape));
  }

  private static void write(Session session, String name, float... data) {
    session.write(name, MemorySegment.ofArray(data));
  }

  private static float[] read(Session session, String name, int size) {
    float[] data = new float[size];
    session.read(name, MemorySegment.ofArray(data));
    return data;
  }

  @ParameterizedTest
  @MethodSource("backends")
  void statesExchangeTheirContents(Backend backend) {
    Tensor p = input("p", 2);
    Tensor q = input("q", 2);
    Program program = Program.builder(backend).state(p, q).state(q, p).compile();
    try (Session session = program.open()) {
      write(session, "p", 1, 2);
      write(session, "q", 3, 4);
      session.run();
      assertArrayEquals(new float[] {3, 4}, read(session, "p", 2));
      assertArrayEquals(new float[] {1, 2}, read(session, "q", 2));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void eachStateReadsTheOthersOldContent(Backend backend) {
    Tensor p = input("p", 2);
    Tensor q = input("q", 2);
    Program program =
        Program.builder(backend)
            .state(p, p.add(q))
            .state(q, q.mul(p.flip(0)))
            .result("old", p)
            .compile();
    try (Session session = program.open()) {
      write(session, "p", 1, 2);
      write(session, "q", 3, 4);
      session.run();
      assertArrayEquals(new float[] {4, 6}, read(session, "p", 2));
      assertArrayEquals(new float[] {6, 4}, read(session, "q", 2));
      assertArrayEquals(new float[] {1, 2}, read(session, "old", 2));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aPartOfAStateIsReplacedByAConcatenation(Backend backend) {
    Tensor p = input("p", 4);
    Tensor head = p.slice(0, 0, 2).mul(2);
    Tensor tail = p.slice(0, 2, 4).sum().broadcastTo(2);
    Program program = Program.builder(backend).state(p, Tensor.concat(0, tail, head)).compile();
    try (Session session = program.open()) {
      write(session, "p", 1, 2, 3, 4);
      session.run();
      session.run();
      assertArrayEquals(new float[] {6, 6, 14, 14}, read(session, "p", 4));
    }
  }

  /** A cache of keys grows by a row each run; no run copies it. */
  @ParameterizedTest
  @MethodSource("backends")
  void aPartOfAStateIsReplacedInPlace(Backend backend) {
    Tensor cache = input("cache", 3, 2);
    Tensor row = input("row", 1, 2);
    Tensor at = Tensor.scalar("at", DType.I64);
    Tensor zero = Tensor.full(0, DType.I64);
    Tensor next = cache.dynamicSliceUpdate(row, at, zero);
    Program program =
        Program.builder(backend).feed(row).state(cache, next).result("sums", next.sum(0)).compile();
    assertEquals(1, program.explain().split("-> cache").length - 1, program.explain());
    try (Session session = program.open()) {
      write(session, "cache", 0, 0, 0, 0, 0, 0);
      for (int step = 0; step < 3; step++) {
        write(session, "row", step, 1);
        session.setLong("at", step);
        session.run();
        float[] sums = {step * (step + 1) / 2f, step + 1};
        assertArrayEquals(sums, read(session, "sums", 2));
      }
      assertArrayEquals(new float[] {0, 1, 1, 1, 2, 1}, read(session, "cache", 6));
    }
  }

  /** Where the old content is still wanted, it is copied. */
  @ParameterizedTest
  @MethodSource("backends")
  void whatIsReadLaterIsNotReplacedInPlace(Backend backend) {
    Tensor cache = input("cache", 3);
    Tensor at = Tensor.scalar("at", DType.I64);
    Tensor next = cache.mul(2).dynamicSliceUpdate(Tensor.full(9, DType.F32, 1), at);
    Tensor late = cache.add(next);
    Tensor doubled = cache.mul(3);
    Tensor changed = doubled.dynamicSliceUpdate(Tensor.full(7, DType.F32, 1), at);
    Program program =
        Program.builder(backend)
            .state(cache, next)
            .result("late", late)
            .result("both", changed.add(doubled.exp().sum()).add(doubled))
            .compile();
    try (Session session = program.open()) {
      write(session, "cache", 0, 0, 1);
      session.setLong("at", 1);
      session.run();
      assertArrayEquals(new float[] {0, 9, 2}, read(session, "cache", 3));
      assertArrayEquals(new float[] {0, 9, 3}, read(session, "late", 3));
      float sum = 2 + (float) Math.exp(3);
      assertArrayEquals(new float[] {sum, sum + 7, sum + 6}, read(session, "both", 3), 1e-4f);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void whatDependsOnFrozenInputsRunsOnceAVersion(Backend backend) {
    Tensor x = input("x", 1, 2);
    Tensor w = input("w", 2, 2);
    Tensor scaled = w.mul(3).exp();
    Program program =
        Program.builder(backend).feed(x).frozen(w).result("y", x.matmul(scaled)).compile();
    assertTrue(program.prepareLaunches() > 0, program.explain());
    try (Session session = program.open()) {
      write(session, "x", 1, 1);
      write(session, "w", 0, 0, 0, 0);
      session.run();
      assertArrayEquals(new float[] {2, 2}, read(session, "y", 2));
      session.run();
      write(session, "w", (float) Math.log(2) / 3, 0, 0, 0);
      session.run();
      assertArrayEquals(new float[] {3, 2}, read(session, "y", 2), 1e-5f);
    }
  }

  @Test
  void frozenWorkIsSharedByTheSessionsOfOneVersion() {
    MockBackend backend = new MockBackend();
    Tensor x = input("x", 1, 2);
    Tensor w = input("w", 2, 2);
    Program program = Program.builder(backend).feed(x).frozen(w).result("y", x.matmul(w)).compile();
    Prepared prepared = program.prepare(Map.of());
    try (Session first = prepared.open();
        Session second = prepared.open()) {
      write(first, "w", 1, 2, 3, 4);
      for (Session session : List.of(first, second)) {
        write(session, "x", 1, 10);
        session.run();
        assertArrayEquals(new float[] {31, 42}, read(session, "y", 2));
      }
      assertEquals(program.prepareLaunches() + 2 * program.launches(), backend.launches());
    }
  }

  /** Programs for two batch sizes have one copy of what is made of the weights. */
  @Test
  void preparedValuesAreSharedByPrograms() {
    MockBackend backend = new MockBackend();
    Buffer weights = backend.allocate(DType.F32, 4);
    try (Queue queue = backend.openQueue(Backend.Priority.NORMAL)) {
      queue.write(new Binding(weights, 0), MemorySegment.ofArray(new float[] {0, 0, 0, 0}));
      queue.await();
    }
    Prepared one = batches(backend, 1).prepare(Map.of("w", weights));
    long held = backend.heldBytes();
    Prepared two = batches(backend, 2).prepare(Map.of("w", weights), one);
    assertEquals(held, backend.heldBytes());
    Buffer others = backend.allocate(DType.F32, 4);
    long unlike = backend.heldBytes();
    batches(backend, 2).prepare(Map.of("w", others), one);
    assertTrue(backend.heldBytes() > unlike);
    try (Session of = one.open();
        Session ofTwo = two.open()) {
      write(ofTwo, "x", 1, 1, 2, 2);
      ofTwo.run();
      assertArrayEquals(new float[] {2, 2, 4, 4}, read(ofTwo, "y", 4));
      write(of, "x", 1, 1);
      of.run();
      assertArrayEquals(new float[] {2, 2}, read(of, "y", 2));
      write(of, "w", (float) Math.log(2) / 3, 0, 0, 0);
      of.run();
      assertArrayEquals(new float[] {3, 2}, read(of, "y", 2), 1e-5f);
      ofTwo.run();
      assertArrayEquals(new float[] {3, 2, 6, 4}, read(ofTwo, "y", 4), 1e-5f);
    }
  }

  /** {@code x exp(3 w)} for that many rows. */
  private static Program batches(Backend backend, long rows) {
    Tensor x = input("x", rows, 2);
    Tensor w = input("w", 2, 2);
    Tensor y = x.matmul(w.mul(3).exp());
    return Program.builder(backend).feed(x).frozen(w).result("y", y).compile();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void programsShareStates(Backend backend) {
    Tensor w = input("w", 2);
    Tensor x = input("x", 2);
    Program train = Program.builder(backend).feed(x).state(w, w.add(x)).compile();
    Program evaluate = Program.builder(backend).state(w).result("sum", w.sum()).compile();
    try (Session training = train.open();
        Session evaluation = evaluate.open(Map.of("w", training.buffer("w")))) {
      write(training, "w", 1, 2);
      write(training, "x", 10, 20);
      training.run();
      evaluation.run();
      assertArrayEquals(new float[] {33}, read(evaluation, "sum", 1));
    }
  }

  @Test
  void anElementwiseChainIsOneKernelWithSeveralOutputs() {
    Tensor p = input("p", 100);
    Tensor m = input("m", 100);
    Tensor g = input("g", 100);
    Tensor moment = m.mul(0.9).add(g);
    Program program =
        Program.builder(new MockBackend())
            .feed(g)
            .state(m, moment)
            .state(p, p.sub(moment.mul(0.1)))
            .compile();
    assertEquals(1, program.launches(), program.explain());
    assertEquals(0, program.temporaryBytes(), "updated in place");
  }

  @Test
  void aDenseLayerIsOneKernel() {
    Tensor x = input("x", 4, 3);
    Tensor w = input("w", 5, 3);
    Tensor b = input("b", 5);
    Tensor y = x.matmul(w.transpose()).add(b).relu();
    Program program =
        Program.builder(new MockBackend()).feed(x).feed(w).feed(b).result("y", y).compile();
    long packs = program.explain().lines().filter(line -> line.startsWith("  pack")).count();
    assertEquals(1, program.launches() - packs, program.explain());
  }

  @Test
  void aReductionComputesItsOperandWhileReading() {
    Tensor x = input("x", 4, 3);
    Program program =
        Program.builder(new MockBackend()).feed(x).result("norm", x.square().sum(0)).compile();
    assertEquals(1, program.launches(), program.explain());
  }

  /** a feeds a contraction and what follows it: it cannot join the contraction's epilogue. */
  @ParameterizedTest
  @MethodSource("backends")
  void fusionNeverClosesACycle(Backend backend) {
    Tensor x = input("x", 2, 2);
    Tensor a = x.mul(2);
    Tensor product = a.matmul(a);
    Tensor result = product.add(a).add(product.transpose()).add(a.sum());
    Program program = Program.builder(backend).feed(x).result("y", result).compile();
    try (Session session = program.open()) {
      write(session, "x", 1, 2, 3, 4);
      session.run();
      // a = [2 4; 6 8], a x a = [28 40; 60 88], sum 20
      assertArrayEquals(new float[] {78, 124, 126, 204}, read(session, "y", 4));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void concatenatedGradientsAreComputedInPlace(Backend backend) {
    Tensor p = input("p", 6);
    Tensor x = input("x", 4, 2);
    Tensor w = p.slice(0, 0, 4).reshape(2, 2);
    Tensor b = p.slice(0, 4, 6);
    Tensor loss = x.matmul(w.transpose()).add(b).square().sum();
    Tensor[] gradients =
        loss.gradients(w, b).stream().map(g -> g.reshape(-1)).toArray(Tensor[]::new);
    Tensor flat = Tensor.concat(0, gradients);
    Program program = Program.builder(backend).feed(x).state(p).result("gradient", flat).compile();
    try (Session session = program.open()) {
      write(session, "x", 1, 0, 0, 1, 1, 1, 0, 0);
      write(session, "p", 1, 2, 3, 4, 5, 6);
      session.run();
      // Rows of x W' + b: (6, 9), (7, 10), (8, 13), (5, 6); the gradient doubles them.
      assertArrayEquals(new float[] {28, 30, 44, 46, 52, 76}, read(session, "gradient", 6));
    }
    long copies = program.explain().lines().filter(l -> l.contains("{%0=in0; -> [0]}")).count();
    assertEquals(0, copies, program.explain());
  }

  @Test
  void aFailedRunNamesTheSpecAndTheSessionGoesOn() {
    MockBackend backend = new MockBackend();
    Tensor x = input("x", 2);
    Program program = Program.builder(backend).feed(x).result("y", x.exp().sum()).compile();
    try (Session session = program.open()) {
      write(session, "x", 0, 0);
      backend.failLaunch(1);
      var failure = assertThrows(BackendException.class, session::run);
      assertTrue(failure.getMessage().contains("reduce"), failure.getMessage());
      session.run();
      assertArrayEquals(new float[] {2}, read(session, "y", 1));
    }
  }

  /** On a backend whose launches do nothing: all that is allocated is the session's. */
  @Test
  void aRunAllocatesNothing() {
    var backend =
        new DecoratedBackend(new MinimalBackend(), new MinimalBackend().device()) {
          @Override
          public Queue openQueue(Priority priority) {
            return new IdleQueue();
          }
        };
    Tensor x = input("x", 4, 4);
    Tensor w = input("w", 4, 4);
    Tensor rate = Tensor.scalar("rate", DType.F32);
    Tensor y = x.matmul(w).mul(rate).exp();
    Program program =
        Program.builder(backend).feed(x).state(w, w.sub(y.sum(0))).result("y", y).compile();
    assertTrue(program.launches() > 3, program.explain());
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Session session = program.open()) {
      session.run(); // Prepares.
      threads.getCurrentThreadAllocatedBytes();
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        session.setDouble("rate", 0.5);
        session.run();
      }
      assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before);
    }
  }

  /** Takes launches and does nothing. */
  private static final class IdleQueue implements Queue {
    @Override
    public void write(Binding target, MemorySegment source) {}

    @Override
    public void read(Binding source, MemorySegment target) {}

    @Override
    public void launch(Kernel kernel, Binding[] bindings, long[] scalars) {}

    @Override
    public void await() {}

    @Override
    public void close() {}
  }

  @Test
  void scalarsChangeFromRunToRun() {
    Tensor x = input("x", 2);
    Tensor rate = Tensor.scalar("rate", DType.F32);
    Tensor step = Tensor.scalar("step", DType.I64);
    Tensor y = x.mul(rate).add(step.cast(DType.F32));
    Program program = Program.builder(new MinimalBackend()).feed(x).result("y", y).compile();
    try (Session session = program.open()) {
      write(session, "x", 1, 2);
      session.setDouble("rate", 0.5);
      session.setLong("step", 7);
      session.run();
      assertArrayEquals(new float[] {7.5f, 8}, read(session, "y", 2));
      session.setLong("step", 0);
      session.run();
      assertArrayEquals(new float[] {0.5f, 1}, read(session, "y", 2));
      var wrong = assertThrows(IllegalArgumentException.class, () -> session.setLong("steps", 1));
      assertTrue(wrong.getMessage().contains("'steps'"), wrong.getMessage());
    }
  }

  @Test
  void temporariesShareMemory() {
    Tensor x = input("x", 1000);
    Tensor first = x;
    for (int i = 0; i < 20; i++) {
      x = x.flip(0).exp();
    }
    Program program = Program.builder(new MinimalBackend()).feed(first).result("y", x).compile();
    assertTrue(program.temporaryBytes() <= 2 * 4096, program.explain());
  }

  @Test
  void aDeepChainNeedsNoStack() {
    Tensor x = input("x", 2);
    Tensor first = x;
    for (int i = 0; i < 100_000; i++) {
      x = i % 1000 == 0 ? x.flip(0) : x.add(1);
    }
    Program program = Program.builder(new MinimalBackend()).feed(first).result("y", x).compile();
    try (Session session = program.open()) {
      write(session, "x", 0, 1);
      session.run();
      assertEquals(99_900, read(session, "y", 2)[0]);
    }
  }

  @Test
  void anEmptyTensorGoesThrough() {
    Tensor x = input("x", 0, 3);
    Program program =
        Program.builder(new MinimalBackend()).feed(x).result("sum", x.mul(2).sum(0)).compile();
    try (Session session = program.open()) {
      write(session, "x");
      session.run();
      assertArrayEquals(new float[3], read(session, "sum", 3));
    }
  }

  @Test
  void mistakesAreNamed() {
    Tensor x = input("x", 2);
    Tensor other = input("other", 2);
    Program.Builder builder = Program.builder(new MinimalBackend());
    assertEquals(
        "[program] the results need the input 'x' f32[2], which was not added",
        assertThrows(IllegalArgumentException.class, () -> builder.result("y", x.add(x)).compile())
            .getMessage());
    assertEquals(
        "[program] expected a new value of type f32[2] but got f32[]",
        assertThrows(IllegalArgumentException.class, () -> builder.state(other, other.sum()))
            .getMessage());
    Program program = Program.builder(new MinimalBackend()).feed(x).result("y", x.exp()).compile();
    try (Session session = program.open()) {
      assertEquals(
          "[session] expected 8 bytes for x f32[2] but got 12",
          assertThrows(IllegalArgumentException.class, () -> write(session, "x", 1, 2, 3))
              .getMessage());
      assertThrows(IllegalArgumentException.class, () -> write(session, "nothing", 1));
    }
  }
}
