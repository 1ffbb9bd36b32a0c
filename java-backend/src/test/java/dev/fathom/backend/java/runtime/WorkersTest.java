package dev.fathom.backend.java.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.Binding;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static final Binding[] NONE = {};

  @Test
  void everyTaskRunsOnceWithAnyNumberOfThreads() {
    for (int threads = 1; threads <= 4; threads++) {
      try (Workers workers = new Workers(threads)) {
        for (int tasks : new int[] {0, 1, 2, 3, 100, 1000}) {
          AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
          workers.parallel(tasks, (task, _, _, _) -> runs.incrementAndGet(task), NONE, null);
          for (int task = 0; task < tasks; task++) {
            assertEquals(1, runs.get(task));
          }
        }
      }
    }
  }

  @Test
  void manyLaunchesInARow() {
    try (Workers workers = new Workers(3)) {
      AtomicInteger sum = new AtomicInteger();
      Workers.Body body = (_, _, _, _) -> sum.incrementAndGet();
      for (int i = 0; i < 20_000; i++) {
        workers.parallel(4, body, NONE, null);
        assertEquals(4 * (i + 1), sum.get());
      }
    }
  }

  @Test
  void noTwoTasksShareAWorkerAtOnce() {
    try (Workers workers = new Workers(3)) {
      AtomicIntegerArray inside = new AtomicIntegerArray(3);
      AtomicInteger clashes = new AtomicInteger();
      workers.parallel(
          500,
          (_, worker, _, _) -> {
            if (inside.incrementAndGet(worker) != 1) {
              clashes.incrementAndGet();
            }
            Thread.yield();
            inside.decrementAndGet(worker);
          },
          NONE,
          null);
      assertEquals(0, clashes.get());
    }
  }

  @Test
  void theFirstErrorIsThrownAndThePoolWorksOn() {
    try (Workers workers = new Workers(2)) {
      AtomicInteger begun = new AtomicInteger();
      Workers.Body failing =
          (task, _, _, _) -> {
            begun.incrementAndGet();
            throw new IllegalStateException("task " + task);
          };
      assertThrows(
          IllegalStateException.class, () -> workers.parallel(100_000, failing, NONE, null));
      assertTrue(begun.get() <= 2, "tasks went on after an error: " + begun);
      AtomicInteger sum = new AtomicInteger();
      workers.parallel(10, (_, _, _, _) -> sum.incrementAndGet(), NONE, null);
      assertEquals(10, sum.get());
    }
  }

  @Test
  void nestedAndConcurrentLaunchesRunOnTheirOwnThread() throws InterruptedException {
    try (Workers workers = new Workers(2)) {
      AtomicInteger sum = new AtomicInteger();
      Workers.Body inner = (_, _, _, _) -> sum.incrementAndGet();
      Workers.Body outer = (_, _, _, _) -> workers.parallel(10, inner, NONE, null);
      Thread[] threads = new Thread[4];
      for (int i = 0; i < threads.length; i++) {
        threads[i] =
            new Thread(
                () -> {
                  for (int k = 0; k < 500; k++) {
                    workers.parallel(10, outer, NONE, null);
                  }
                });
        threads[i].start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(4 * 500 * 100, sum.get());
    }
  }
}
