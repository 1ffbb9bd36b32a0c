package dev.fathom.backend.java.runtime;

import dev.fathom.spi.Binding;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads that share the tasks of a launch. A kernel cuts its work into tasks by shape, never
 * by the number of threads, so that the result is bitwise the same with any number. Which thread
 * runs a task is not fixed.
 *
 * <p>One launch at a time has the pool; a launch that finds it taken runs its tasks on its own
 * thread. Nothing is allocated.
 */
public final class Workers implements AutoCloseable {
  /** How long an idle worker looks for work before it parks. */
  private static final long SPIN_NANOS = 50_000;

  /**
   * How often a launch checks whether its workers are done before it yields: for some ten
   * microseconds.
   */
  private static final int SPINS = 1000;

  /** The state of {@link #active} while no launch lets workers in. */
  private static final int SHUT = -1;

  private final Worker[] pool;
  private final AtomicBoolean taken = new AtomicBoolean();

  /** Workers inside the current launch. A worker reads the fields below only while it is inside. */
  private final AtomicInteger active = new AtomicInteger(SHUT);

  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private int tasks;
  private Body body;
  private Binding[] bindings;
  private long[] scalars;
  private volatile boolean closed;

  /** The tasks of a kernel. Kept in a field of the kernel, so that a launch allocates nothing. */
  @FunctionalInterface
  public interface Body {
    /**
     * Does one task.
     *
     * @param task 0 .. tasks - 1
     * @param worker 0 .. {@link Workers#threads()} - 1, no two at once within a launch: selects a
     *     slice of the workspace
     */
    void run(int task, int worker, Binding[] bindings, long[] scalars);
  }

  public Workers(int threads) {
    pool = new Worker[threads - 1];
    for (int i = 0; i < pool.length; i++) {
      pool[i] = new Worker(i + 1);
      pool[i].start();
    }
  }

  /** {@return the number of threads, the caller of {@link #parallel} included} */
  public int threads() {
    return pool.length + 1;
  }

  /**
   * Runs all tasks and returns when they are done. Small work should be one task, which stays on
   * the calling thread: waking a worker costs some microseconds. The first error is thrown; tasks
   * not begun by then are left out. Called from within a task, it runs on that task's thread.
   */
  public void parallel(int tasks, Body body, Binding[] bindings, long[] scalars) {
    if (tasks <= 1 || pool.length == 0 || !taken.compareAndSet(false, true)) {
      int worker = Thread.currentThread() instanceof Worker inside ? inside.index : 0;
      for (int task = 0; task < tasks; task++) {
        body.run(task, worker, bindings, scalars);
      }
      return;
    }
    try {
      this.tasks = tasks;
      this.body = body;
      this.bindings = bindings;
      this.scalars = scalars;
      next.set(0);
      active.set(0);
      for (int i = 0; i < Math.min(pool.length, tasks - 1); i++) {
        pool[i].wake();
      }
      work(0);
      for (int spins = 0; !active.compareAndSet(0, SHUT); spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          Thread.yield(); // a worker may be waiting for this very processor
        }
      }
      this.body = null;
      this.bindings = null;
      this.scalars = null;
      throwFailure();
    } finally {
      taken.set(false);
    }
  }

  private void work(int worker) {
    try {
      for (int task = next.getAndIncrement(); task < tasks; task = next.getAndIncrement()) {
        body.run(task, worker, bindings, scalars);
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      next.set(tasks);
    }
  }

  private void throwFailure() {
    switch (failure.getAndSet(null)) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Worker worker : pool) {
      LockSupport.unpark(worker);
    }
  }

  private final class Worker extends Thread {
    final int index;
    private volatile boolean parked;

    Worker(int index) {
      super("fathom-java-" + index);
      this.index = index;
      setDaemon(true);
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      long idleSince = System.nanoTime();
      while (!closed) {
        if (enter()) {
          work(index);
          active.decrementAndGet();
          idleSince = System.nanoTime();
        } else if (System.nanoTime() - idleSince < SPIN_NANOS) {
          Thread.onSpinWait();
        } else {
          parked = true;
          if (active.get() == SHUT && !closed) {
            LockSupport.park(Workers.this);
          }
          parked = false;
          idleSince = System.nanoTime();
        }
      }
    }

    /** {@return whether there is a launch with tasks left, and this worker is inside it now} */
    private boolean enter() {
      int inside = active.get();
      return inside != SHUT && next.get() < tasks && active.compareAndSet(inside, inside + 1);
    }
  }
}
