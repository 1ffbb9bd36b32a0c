package dev.fathom.generate;

import dev.fathom.compile.Session;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.Buffer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Computes the decode steps of several texts at once (continuous batching; Yu et al., "Orca",
 * 2022). Whoever wants a step waits for the others, and one of them computes all; a text that
 * begins joins at the next step, and who is late is not waited for. Thread-safe.
 *
 * <p>A step of one text alone adds up in another order than one of several, so its logits differ in
 * their last bits. A text that has to be the same whatever else runs is therefore never computed
 * alone: beside it is a spare text, which nobody reads.
 */
final class DecodeBatch implements AutoCloseable {
  /** The least time that is waited for others, in nanoseconds. */
  private static final long PATIENCE = 200_000;

  private final DecodePrograms programs;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();

  /** Those that want a step, in the order of coming. */
  private final List<Request> waiting = new ArrayList<>();

  /** The texts that are expected to want a step soon. */
  private final Set<Lane> active = new LinkedHashSet<>();

  private boolean running;

  /** When the last step ended, and how long it took. */
  private long ended;

  private long lasted;

  /** The texts of the session, which is of the last step. */
  private volatile List<Lane> members = List.of();

  private Session session;
  private Lane spare;
  private float[] results = new float[0];

  /** A step that a text wants. */
  private final class Request {
    final Condition changed = lock.newCondition();
    final Lane lane;
    final int token;
    final float[] logits;
    boolean done;
    Throwable failure;

    Request(Lane lane, int token, float[] logits) {
      this.lane = lane;
      this.token = token;
      this.logits = logits;
    }
  }

  DecodeBatch(DecodePrograms programs) {
    this.programs = programs;
  }

  /**
   * Computes a decode step of a text.
   *
   * @param logits room for the logits of the token behind it
   */
  void step(Lane lane, int token, float[] logits) {
    Request mine = new Request(lane, token, logits);
    List<Request> all = join(mine);
    if (!all.isEmpty()) {
      run(all);
    }
    switch (mine.failure) {
      case null -> {}
      case Error e -> throw e;
      case RuntimeException e -> throw e;
      default -> throw new IllegalStateException(mine.failure);
    }
  }

  /** {@return the steps to compute; none if another has computed this one} */
  private List<Request> join(Request mine) {
    boolean interrupted = false;
    lock.lock();
    try {
      active.add(mine.lane);
      waiting.add(mine); // Who comes last leads: nobody is woken for it.
      long deadline = System.nanoTime() + patience();
      while (!mine.done) {
        long left = deadline - System.nanoTime();
        if (!running && (waiting.size() >= active.size() || left <= 0)) {
          return lead();
        }
        try {
          if (running) {
            mine.changed.await();
            deadline = ended + patience();
          } else {
            mine.changed.awaitNanos(left);
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return List.of();
    } finally {
      lock.unlock();
      restore(interrupted);
    }
  }

  private long patience() {
    return Math.max(PATIENCE, lasted);
  }

  /** Takes all steps that are wanted, and forgets those texts that are late. */
  private List<Request> lead() {
    List<Request> all = new ArrayList<>(waiting);
    waiting.clear();
    active.clear();
    all.forEach(each -> active.add(each.lane));
    running = true;
    return all;
  }

  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(List<Request> all) {
    long began = System.nanoTime();
    Throwable failure = null;
    try {
      compute(all);
    } catch (RuntimeException | Error e) {
      // Nobody may take numbers for logits that were not computed.
      failure = e;
    } finally {
      lock.lock();
      try {
        running = false;
        ended = System.nanoTime();
        lasted = ended - began;
        for (Request each : all) {
          each.failure = failure;
          each.done = true;
          each.changed.signal();
        }
        waiting.forEach(each -> each.changed.signal());
        left.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void compute(List<Request> all) {
    Lane only = all.size() == 1 ? all.getFirst().lane : null;
    if (only != null && !only.isExact()) {
      all.getFirst().lane.step(all.getFirst().token, all.getFirst().logits);
      return;
    }
    all.sort(Comparator.comparingLong(each -> each.lane.number()));
    open(only == null ? all.stream().map(each -> each.lane).toList() : List.of(only, spare()));
    int[] ids = new int[members.size()];
    for (int i = 0; i < all.size(); i++) {
      ids[i] = all.get(i).token;
    }
    session.write(DecodePrograms.IDS, MemorySegment.ofArray(ids));
    for (int i = 0; i < ids.length; i++) {
      int length = members.get(i).length();
      session.setLong(DecodePrograms.POSITION + i, length);
      session.setLong(DecodePrograms.LENGTH + i, length + 1L);
    }
    session.run();
    int width = all.getFirst().logits.length;
    if (results.length != ids.length * width) {
      results = new float[ids.length * width];
    }
    session.read(DecodePrograms.LOGITS, MemorySegment.ofArray(results));
    for (int i = 0; i < all.size(); i++) {
      System.arraycopy(results, i * width, all.get(i).logits, 0, width);
      all.get(i).lane.advance(all.get(i).token);
    }
  }

  private Lane spare() {
    if (spare == null) {
      spare = new Lane(programs, false);
    }
    return spare;
  }

  /** Makes the session one of these texts, whose caches it uses. */
  private void open(List<Lane> lanes) {
    if (members.equals(lanes)) {
      return;
    }
    closeSession();
    Map<String, Buffer> caches = new TreeMap<>();
    for (int i = 0; i < lanes.size(); i++) {
      int lane = i;
      lanes
          .get(i)
          .caches()
          .forEach((name, buffer) -> caches.put(DecodePrograms.cache(name, lane), buffer));
    }
    session = programs.lanes(lanes.size()).open(Priority.HIGH, caches);
    members = lanes;
  }

  /** Ends a text, which wants no step now; its caches may be freed then. */
  void leave(Lane lane) {
    lock.lock();
    try {
      while (running && members.contains(lane)) {
        left.awaitUninterruptibly();
      }
      if (members.contains(lane)) {
        closeSession();
      }
      active.remove(lane);
      waiting.forEach(each -> each.changed.signal());
    } finally {
      lock.unlock();
    }
  }

  /** Frees what is left when all texts have left. */
  @Override
  public void close() {
    closeSession();
    if (spare != null) {
      spare.close();
      spare = null;
    }
  }

  private void closeSession() {
    if (session != null) {
      session.close();
      session = null;
    }
    members = List.of();
  }
}
