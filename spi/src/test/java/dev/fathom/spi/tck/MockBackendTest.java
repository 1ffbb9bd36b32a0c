package dev.fathom.spi.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Random;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import dev.fathom.spi.conformance.HostArray;
import dev.fathom.spi.conformance.Oracle;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** Takes seconds: the oracle computes each case five times, and it is not built for speed. */
class MockBackendTest extends BackendTck {
  private static final View NUMBERS = View.contiguous(DType.I32, Shape.of(8));
  private static final Random BITS = new Random(Random.Distribution.BITS, 1, NUMBERS);
  private static final Reduce SUM =
      new Reduce(ReduceOp.SUM, Source.of(NUMBERS), 1, View.contiguous(DType.I32, Shape.SCALAR));
  private static final long[] SEED_AND_STEP = {1, 2};

  @Override
  protected Backend open() {
    return new MockBackend();
  }

  @Test
  void anErrorSurfacesAtAwaitWithTheSpecsNameAndNothingRunsBehindIt() {
    Semaphore gate = new Semaphore(0);
    MockBackend backend =
        new MockBackend(
            (spec, operands, scalars) -> {
              gate.acquireUninterruptibly();
              Oracle.run(spec, operands, scalars);
            });
    Kernel bits = backend.compile(BITS);
    Kernel sum = backend.compile(SUM);
    Queue queue = backend.openQueue(Backend.Priority.NORMAL);
    Binding numbers = new Binding(backend.allocate(DType.I32, 8), 0);
    Binding total = new Binding(backend.allocate(DType.I32, 1), 0);
    Binding later = new Binding(backend.allocate(DType.I32, 8), 0);

    backend.failLaunch(2);
    queue.launch(bits, new Binding[] {numbers}, SEED_AND_STEP);
    queue.launch(sum, new Binding[] {numbers, total}, new long[0]);
    queue.launch(bits, new Binding[] {later}, SEED_AND_STEP);
    gate.release(3);

    BackendException error = assertThrows(BackendException.class, queue::await);
    assertTrue(error.getMessage().contains("[reduce]"), error.getMessage());
    assertEquals(2, backend.launches());
    HostArray host = new HostArray(DType.I32, 8);
    assertSame(error, assertThrows(BackendException.class, queue::await));
    assertSame(
        error,
        assertThrows(
            BackendException.class,
            () -> queue.launch(bits, new Binding[] {later}, SEED_AND_STEP)));
    assertSame(
        error, assertThrows(BackendException.class, () -> queue.read(numbers, host.memory())));
    assertSame(
        error, assertThrows(BackendException.class, () -> queue.write(numbers, host.memory())));
    queue.close();

    try (Queue other = backend.openQueue(Backend.Priority.NORMAL)) {
      other.read(numbers, host.memory());
      assertNotEquals(0, host.word(0), "what ran before the error");
      other.read(later, host.memory());
      assertEquals(0, host.word(0), "what came behind the error");
    }
  }

  @Test
  void anOperandOutsideItsBufferIsAnErrorToo() {
    MockBackend backend = new MockBackend();
    try (Queue queue = backend.openQueue(Backend.Priority.NORMAL)) {
      Binding tooShort = new Binding(backend.allocate(DType.I32, 7), 0);
      queue.launch(backend.compile(BITS), new Binding[] {tooShort}, SEED_AND_STEP);
      BackendException error = assertThrows(BackendException.class, queue::await);
      assertTrue(error.getMessage().contains("[random]"), error.getMessage());
    }
  }

  @Test
  void aForeignLayoutIsDeclined() {
    MockBackend backend = new MockBackend();
    Pack pack = new Pack(NUMBERS, new OperandLayout("foreign", DType.I32, 8));
    assertInstanceOf(Plan.Declined.class, backend.plan(pack));
    assertThrows(BackendException.class, () -> backend.compile(pack));
  }
}
