package dev.fathom.service;

import io.quarkus.runtime.ThreadPoolConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Lets requests that use models take half of the workers, so that the other half is there for all
 * else, however long models take. Who finds no room waits in the order of coming, and holds no
 * thread meanwhile. Safe for several threads.
 */
@Singleton
public final class ModelGate {

  private final int room;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int inside;

  @Inject
  ModelGate(ThreadPoolConfig workers) {
    // By default there are as many as Quarkus says.
    int byDefault = Math.max(8 * Runtime.getRuntime().availableProcessors(), 200);
    this(Math.max(1, workers.maxThreads().orElse(byDefault) / 2));
  }

  ModelGate(int room) {
    this.room = room;
  }

  /**
   * Begins a use of models, now or when there is room.
   *
   * @param use hands it to a thread, and returns; it ends with {@link #leave}
   */
  public void enter(Runnable use) {
    synchronized (this) {
      if (inside == room) {
        waiting.add(use);
        return;
      }
      inside++;
    }
    use.run();
  }

  /** Ends a use. */
  public void leave() {
    Runnable next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        inside--;
      }
    }
    if (next != null) {
      next.run();
    }
  }
}
