package dev.fathom.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.graph.Type;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.Queue;
import dev.fathom.spi.tck.MockBackend;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How programs for inputs of several types are kept. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpecialisedTest {
  /** What it takes is told, and whether it was closed is known. */
  private static final class Resource {
    private volatile long bytes;
    private final AtomicInteger closed = new AtomicInteger();

    Resource(long bytes) {
      this.bytes = bytes;
    }
  }

  private final AtomicInteger made = new AtomicInteger();

  private static Specialised<Long, Resource> cache(int count, long bytes) {
    return new Specialised<>(
        new Specialised.Limits(count, bytes), r -> r.bytes, r -> r.closed.incrementAndGet());
  }

  /** A resource of as many bytes as the key says. */
  private Resource make(long bytes) {
    made.incrementAndGet();
    return new Resource(bytes);
  }

  private Resource use(Specialised<Long, Resource> cache, long key) {
    try (var lease = cache.lease(key, this::make)) {
      return lease.value();
    }
  }

  @Test
  void whatIsThereIsNotMadeAgain() {
    var cache = cache(2, 100);
    Resource one = use(cache, 10);
    assertSame(one, use(cache, 10));
    assertNotSame(one, use(cache, 20));
    assertEquals(2, made.get());
    assertEquals(30, cache.bytes());
  }

  @Test
  void theLeastRecentlyUsedGoesWhenThereAreTooMany() {
    var cache = cache(2, 100);
    Resource one = use(cache, 1);
    Resource two = use(cache, 2);
    use(cache, 1);
    use(cache, 3);
    assertEquals(0, one.closed.get());
    assertEquals(1, two.closed.get());
    assertEquals(2, cache.count());
  }

  @Test
  void theLeastRecentlyUsedGoWhenTheyTakeTooMuch() {
    var cache = cache(10, 100);
    Resource small = use(cache, 30);
    Resource middle = use(cache, 40);
    use(cache, 90);
    assertEquals(1, small.closed.get());
    assertEquals(1, middle.closed.get());
    assertEquals(90, cache.bytes());
    Resource large = use(cache, 500);
    assertEquals(0, large.closed.get(), "the newest stays, however large");
    use(cache, 5);
    assertEquals(1, large.closed.get());
    assertEquals(5, cache.bytes());
  }

  @Test
  void whatGrowsWhileItIsUsedCounts() {
    var cache = cache(10, 100);
    Resource old = use(cache, 30);
    try (var lease = cache.lease(40L, this::make)) {
      lease.value().bytes = 80;
      assertEquals(70, cache.bytes());
    }
    assertEquals(80, cache.bytes());
    assertEquals(1, old.closed.get());
  }

  @Test
  void whatIsInUseIsNotEvicted() {
    var cache = cache(1, 100);
    var first = cache.lease(1L, this::make);
    var again = cache.lease(1L, this::make);
    var second = cache.lease(2L, this::make);
    assertEquals(2, cache.count(), "nothing could go");
    first.close();
    first.close();
    assertEquals(0, first.value().closed.get(), "another lease is open, and one ends but once");
    again.close();
    assertEquals(1, first.value().closed.get());
    second.close();
    assertEquals(0, second.value().closed.get());
    assertEquals(1, cache.count());
  }

  @Test
  void closingWaitsForLeases() {
    var cache = cache(5, 100);
    Resource idle = use(cache, 1);
    var lease = cache.lease(2L, this::make);
    cache.close();
    cache.close();
    assertEquals(1, idle.closed.get());
    assertEquals(0, lease.value().closed.get());
    lease.close();
    assertEquals(1, lease.value().closed.get());
    assertEquals(0, cache.count());
    assertThrows(IllegalStateException.class, () -> cache.lease(3L, this::make));
  }

  @Test
  void twoThreadsMakeItOnceAndOthersDoNotWait() throws Exception {
    var cache = cache(5, 100);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    try (var threads = Executors.newFixedThreadPool(2)) {
      List<Future<Resource>> same = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        same.add(
            threads.submit(
                () -> {
                  try (var lease =
                      cache.lease(
                          1L,
                          key -> {
                            begun.countDown();
                            await(mayEnd);
                            return make(key);
                          })) {
                    return lease.value();
                  }
                }));
      }
      await(begun);
      Resource other = use(cache, 2);
      assertEquals(0, other.closed.get());
      assertEquals(1, made.get(), "the first is not made yet");
      mayEnd.countDown();
      assertSame(same.get(0).get(), same.get(1).get());
      assertEquals(2, made.get());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFailureIsNotKept() {
    var cache = cache(5, 100);
    for (int i = 0; i < 2; i++) {
      var failed =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  cache.lease(
                      1L,
                      key -> {
                        made.incrementAndGet();
                        throw new IllegalArgumentException("declined");
                      }));
      assertEquals("declined", failed.getMessage());
    }
    assertEquals(2, made.get());
    assertEquals(0, cache.count());
    assertEquals(0, use(cache, 1).closed.get());
  }

  /** A program may be made from another one, for example to share what was made of weights. */
  @Test
  void makingOneMayLeaseAnother() {
    var cache = cache(1, 100);
    try (var lease =
        cache.lease(
            2L,
            key -> {
              Resource sibling = use(cache, 1);
              assertEquals(0, sibling.closed.get());
              return new Resource(sibling.bytes + key);
            })) {
      assertEquals(3, lease.value().bytes);
    }
    assertEquals(1, cache.count());
  }

  /** Requests of many threads, on programs of several batches that one place is too small for. */
  @Test
  void evictionDoesNotDisturbSessions() throws Exception {
    MockBackend backend = new MockBackend();
    try (var programs =
            new Specialised<List<Type>, Prepared>(
                new Specialised.Limits(1, Long.MAX_VALUE), Prepared::bytes, prepared -> {});
        var threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int first = thread;
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 20; i++) {
                    int rows = 1 + (first + i) % 3;
                    try (var lease =
                            programs.lease(
                                List.of(Type.of(DType.F32, rows, 2)),
                                types -> table(backend, types.getFirst()).prepare(Map.of()));
                        Session session = lease.value().open()) {
                      float[] x = new float[2 * rows];
                      x[0] = i;
                      session.write("x", MemorySegment.ofArray(x));
                      session.run();
                      float[] y = new float[2 * rows];
                      session.read("y", MemorySegment.ofArray(y));
                      x[0] = 3 * i;
                      assertArrayEquals(x, y);
                    }
                  }
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
      assertEquals(1, programs.count());
    }
  }

  /** {@code x} times the numbers 3 and 5. */
  private static Program table(Backend backend, Type type) {
    Tensor x = Tensor.input("x", type);
    return Program.builder(backend)
        .feed(x)
        .result("y", x.mul(Tensor.of(new float[] {3, 5}, 2)))
        .compile();
  }

  @Test
  void memoryIsCountedOnceAmongSiblings() {
    MockBackend backend = new MockBackend();
    Prepared one = table(backend, Type.of(DType.F32, 1, 2)).prepare(Map.of());
    Prepared two = table(backend, Type.of(DType.F32, 4, 2)).prepare(Map.of(), one);
    assertEquals(8, one.bytes());
    assertEquals(0, two.bytes());
    try (Session session = two.open()) {
      assertEquals(32, session.bytes() - session.program().temporaryBytes());
    }
  }

  /** What only an evicted program made of shared weights goes with it. */
  @Test
  void siblingsDoNotKeepWhatNoneOfThemUses() throws Exception {
    MockBackend backend = new MockBackend();
    Buffer weights = backend.allocate(DType.F32, 4);
    try (Queue queue = backend.openQueue(Backend.Priority.NORMAL)) {
      queue.write(new Binding(weights, 0), MemorySegment.ofArray(new float[] {1, 2, 3, 4}));
      queue.await();
    }
    Prepared first = scaled(backend, 2).prepare(Map.of("w", weights));
    Prepared evicted = scaled(backend, 3).prepare(Map.of("w", weights), first);
    assertEquals(3 * 16, evicted.bytes(), "the product, and what sorting gives");
    Prepared user = scaled(backend, 3).prepare(Map.of("w", weights), first);
    assertEquals(0, user.bytes(), "it is there");
    evicted = null;
    user = null;
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    Prepared later;
    do {
      System.gc();
      Thread.sleep(10);
      later = scaled(backend, 3).prepare(Map.of("w", weights), first);
    } while (later.bytes() == 0 && System.nanoTime() < deadline);
    assertEquals(3 * 16, later.bytes());
    try (Session session = later.open()) {
      session.write("x", MemorySegment.ofArray(new float[] {1, 1, 1, 1}));
      session.run();
      float[] y = new float[4];
      session.read("y", MemorySegment.ofArray(y));
      assertArrayEquals(new float[] {3, 6, 9, 12}, y);
    }
  }

  private static Program scaled(Backend backend, double factor) {
    Tensor x = Tensor.input("x", Type.of(DType.F32, 4));
    Tensor w = Tensor.input("w", Type.of(DType.F32, 4));
    Tensor sorted = w.mul(factor).sort(false).values();
    return Program.builder(backend).feed(x).frozen(w).result("y", x.mul(sorted)).compile();
  }

  @Test
  void limitsAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> new Specialised.Limits(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Specialised.Limits(1, -1));
    assertFalse(cache(1, 0).count() > 0);
  }
}
