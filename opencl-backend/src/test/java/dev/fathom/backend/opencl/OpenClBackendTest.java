package dev.fathom.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.backend.opencl.driver.ClContext;
import dev.fathom.backend.opencl.driver.ClQueue;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.BackendException;
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
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenClBackendTest {
  private static final int N = 1000;
  private static final View VIEW = View.contiguous(DType.F32, Shape.of(N));

  /** {@code x + x}, in place. */
  private static Fused doubling() {
    Expression.Builder builder = new Expression.Builder();
    int x = builder.input(0, DType.F32);
    return new Fused(
        VIEW.shape(),
        List.of(VIEW),
        builder.build(builder.apply(ScalarOp.ADD, x, x)),
        List.of(VIEW));
  }

  private static MemorySegment ones() {
    float[] ones = new float[N];
    Arrays.fill(ones, 1);
    return MemorySegment.ofArray(ones);
  }

  @Test
  void unknownAndWrongSettingsAreNamed() {
    String unknown =
        assertThrows(IllegalArgumentException.class, () -> Settings.parse(Map.of("speed", "high")))
            .getMessage();
    assertTrue(unknown.contains("\"speed\"") && unknown.contains("kernels"), unknown);
    String wrong =
        assertThrows(
                IllegalArgumentException.class, () -> Settings.parse(Map.of("kernels", "fast")))
            .getMessage();
    assertEquals("[opencl] kernels: expected auto, cpu or gpu but got \"fast\"", wrong);
    assertEquals(Settings.parse(Map.of()), Settings.parse(Map.of("threads", "3")));
  }

  @Test
  void aViewThatLeavesItsBufferIsRefused() {
    try (Backend backend = Devices.open(Map.of());
        Buffer buffer = backend.allocate(DType.F32, N + 7);
        Queue queue = backend.openQueue(Priority.NORMAL)) {
      Kernel kernel = backend.compile(doubling());
      for (long offset : new long[] {-1, 8, Long.MAX_VALUE - 3}) {
        Binding binding = new Binding(buffer, offset);
        String message =
            assertThrows(
                    IllegalArgumentException.class,
                    () -> queue.launch(kernel, new Binding[] {binding, binding}, new long[0]))
                .getMessage();
        assertTrue(message.startsWith("[fused] binding 0: expected an offset"), message);
      }
      Binding last = new Binding(buffer, 7);
      queue.write(last, ones());
      queue.launch(kernel, new Binding[] {last, last}, new long[0]);
      float[] result = new float[N];
      queue.read(last, MemorySegment.ofArray(result));
      assertEquals(2, result[N - 1]);
    }
  }

  @Test
  void writesAndReadsOutsideABufferAreRefused() {
    try (Backend backend = Devices.open(Map.of());
        Buffer buffer = backend.allocate(DType.F32, N);
        Queue queue = backend.openQueue(Priority.NORMAL)) {
      assertThrows(
          IllegalArgumentException.class, () -> queue.write(new Binding(buffer, 1), ones()));
      assertThrows(
          IllegalArgumentException.class, () -> queue.read(new Binding(buffer, -1), ones()));
      queue.write(new Binding(buffer, 0), ones());
      queue.await();
    }
  }

  @Test
  void memoryThatIsNotThereIsSaidWithTheSizes() {
    try (Backend backend = Devices.open(Map.of())) {
      BackendException refused =
          assertThrows(
              BackendException.class, () -> backend.allocate(DType.F64, Long.MAX_VALUE / 16));
      assertTrue(refused.getMessage().contains("the largest buffer"), refused.getMessage());
    }
  }

  @Test
  void whatIsDroppedOrClosedIsFreed() {
    ClContext context = context(Optional.empty());
    try (context) {
      long before = context.allocatedBytes();
      try (var _ = context.allocate(1000)) {
        assertEquals(before + 1000, context.allocatedBytes());
      }
      assertEquals(before, context.allocatedBytes());
    }
  }

  /**
   * A service compiles anew for every training, so the driver must not keep kernels that nothing
   * refers to.
   */
  @Test
  void kernelsThatAreDroppedAreFreed() throws InterruptedException {
    try (ClContext context = context(Optional.empty())) {
      String source = "__kernel void f(__global int* b, long o) { b[o] = 3; }";
      var kept = context.kernel(source, "f", 2, WorkSize.single(1));
      for (int i = 0; i < 50; i++) {
        context.kernel(source, "f", 2, WorkSize.single(1));
      }
      for (int i = 0; i < 100 && context.kernels() > 1; i++) {
        System.gc();
        Thread.sleep(20);
      }
      assertEquals(1, context.kernels());
      Reference.reachabilityFence(kept);
    }
  }

  @Test
  void aSourceThatDoesNotCompileIsToldWithTheLog() {
    try (ClContext context = context(Optional.empty())) {
      BackendException failed =
          assertThrows(
              BackendException.class,
              () -> context.kernel("__kernel void f() { nonsense }", "f", 0, WorkSize.single(1)));
      assertTrue(failed.getMessage().contains("CL_BUILD_PROGRAM_FAILURE"), failed.getMessage());
      assertTrue(failed.getMessage().contains("nonsense"), failed.getMessage());
    }
  }

  @Test
  void argumentsAndGroupsThatDoNotFitAreRefusedBeforeTheDriverSeesThem() {
    try (ClContext context = context(Optional.empty())) {
      String source = "__kernel void f(__global int* b, long o) { b[o] = 1; }";
      assertThrows(
          BackendException.class, () -> context.kernel(source, "f", 3, WorkSize.single(1)));
      assertThrows(
          BackendException.class, () -> context.kernel(source, "g", 2, WorkSize.single(1)));
      assertThrows(
          BackendException.class,
          () -> context.kernel(source, "f", 2, WorkSize.groups(1, 1 << 24)));
      assertThrows(
          IllegalArgumentException.class, () -> new WorkSize(new long[] {100}, new long[] {64}));
    }
  }

  @Test
  void compiledProgramsAreKeptAndDamagedOnesBuiltAgain(@TempDir Path cache) throws IOException {
    String source = "__kernel void f(__global int* b, long o) { b[o] = 7; }";
    for (int round = 0; round < 3; round++) {
      try (ClContext context = context(Optional.of(cache));
          ClQueue queue = context.openQueue(false);
          var buffer = context.allocate(8)) {
        context
            .kernel(source, "f", 2, WorkSize.single(1))
            .enqueue(
                queue,
                (arguments, _, _) -> {
                  arguments[0] = buffer.handle();
                  arguments[1] = 1;
                },
                null,
                null);
        int[] result = new int[2];
        queue.read(buffer, 0, MemorySegment.ofArray(result));
        assertArrayEquals(new int[] {0, 7}, result);
      }
      try (var files = Files.list(cache)) {
        List<Path> kept = files.toList();
        assertEquals(1, kept.size());
        if (round == 1) {
          Files.write(kept.getFirst(), new byte[] {1, 2, 3});
        }
      }
    }
  }

  @Test
  void launchesAreTimedWhereThatIsAsked() {
    try (Backend backend = Devices.open(Map.of("profiling", "on"));
        Buffer buffer = backend.allocate(DType.F32, N);
        Queue queue = backend.openQueue(Priority.NORMAL)) {
      assertTrue(queue.lastLaunchNanos().isEmpty());
      Binding binding = new Binding(buffer, 0);
      queue.launch(backend.compile(doubling()), new Binding[] {binding, binding}, new long[0]);
      queue.await();
      assertTrue(queue.lastLaunchNanos().orElseThrow() > 0);
    }
  }

  /** Handles are numbers, so the garbage collector must do no harm while a kernel runs. */
  @Test
  void garbageCollectionDoesNotDisturbLaunches() {
    try (Backend backend = Devices.open(Map.of());
        Queue queue = backend.openQueue(Priority.NORMAL)) {
      Kernel kernel = backend.compile(doubling());
      for (int round = 0; round < 20; round++) {
        Binding binding = new Binding(backend.allocate(DType.F32, N), 0); // dropped, not closed
        queue.write(binding, ones());
        for (int i = 0; i < 10; i++) {
          queue.launch(kernel, new Binding[] {binding, binding}, new long[0]);
        }
        System.gc();
        float[] result = new float[N];
        queue.read(binding, MemorySegment.ofArray(result));
        for (float value : result) {
          assertEquals(1024, value);
        }
      }
    }
  }

  @Test
  void aClosedQueueSaysSo() {
    try (Backend backend = Devices.open(Map.of())) {
      Queue queue = backend.openQueue(Priority.HIGH);
      queue.close();
      queue.close();
      assertThrows(IllegalStateException.class, queue::await);
    }
  }

  /** Drivers crash where something that was freed is used. */
  @Test
  void aClosedBackendSaysSo() {
    Backend backend = Devices.open(Map.of());
    Kernel kernel = backend.compile(doubling());
    Buffer buffer = backend.allocate(DType.F32, N);
    Queue queue = backend.openQueue(Priority.NORMAL);
    backend.close();
    backend.close();
    Binding binding = new Binding(buffer, 0);
    assertThrows(IllegalStateException.class, () -> backend.allocate(DType.F32, 1));
    assertThrows(IllegalStateException.class, () -> backend.openQueue(Priority.HIGH));
    assertThrows(IllegalStateException.class, () -> backend.compile(doubling()));
    assertThrows(IllegalStateException.class, () -> queue.write(binding, ones()));
    assertThrows(IllegalStateException.class, () -> queue.read(binding, ones()));
    assertThrows(
        IllegalStateException.class,
        () -> queue.launch(kernel, new Binding[] {binding, binding}, new long[0]));
    assertThrows(IllegalStateException.class, queue::await);
    queue.close();
    buffer.close();
  }

  @Test
  void theDeviceSaysWhatItIs() {
    try (Backend backend = Devices.open(Map.of("kernels", "gpu"))) {
      assertTrue(backend.device().variant().contains("gpu "), backend.device().variant());
      assertFalse(backend.device().name().isBlank());
      assertTrue(backend.device().memoryBytes() > 0);
    }
  }

  private static ClContext context(Optional<Path> cache) {
    return new ClContext(Devices.first(), cache);
  }
}
