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

/**
 * Computes the decode steps of several texts at once (continuous batching; Yu et al., "Orca",
 * 2022). Whoever wants a step waits for the others, and one of them computes all; a text that
 * begins joins at the next step, and who is late is not waited for. Each text has the logits that
 * it would have alone. Thread-safe.
 */
final class Batch implements AutoCloseable {
  /** The least time that is waited for others, in nanoseconds. */
  private static final long PATIENCE = 200_000;

  private final DecodePrograms programs;

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
  private float[] results = new float[0];

  /** A step that a text wants. */
  private static final class Request {
    final Lane lane;
    final int token;
    final float[] logits;
    boolean done;
    RuntimeException failure;

    Request(Lane lane, int token, float[] logits) {
      this.lane = lane;
      this.token = token;
      this.logits = logits;
    }
  }

  Batch(DecodePrograms programs) {
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
      lead(all);
    }
    if (mine.failure != null) {
      throw mine.failure;
    }
  }

  /** {@return the steps to compute; none if another has computed this one} */
  private synchronized List<Request> join(Request mine) {
    active.add(mine.lane);
    waiting.add(mine);
    notifyAll();
    long deadline = Math.max(System.nanoTime(), ended) + Math.max(PATIENCE, lasted);
    boolean interrupted = false;
    while (!mine.done) {
      long left = deadline - System.nanoTime();
      if (!running && (waiting.size() >= active.size() || left <= 0)) {
        List<Request> all = new ArrayList<>(waiting);
        waiting.clear();
        active.clear();
        all.forEach(each -> active.add(each.lane));
        running = true;
        restore(interrupted);
        return all;
      }
      try {
        if (running) {
          wait();
          deadline = ended + Math.max(PATIENCE, lasted);
        } else {
          wait(left / 1_000_000, (int) (left % 1_000_000));
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    restore(interrupted);
    return List.of();
  }

  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void lead(List<Request> all) {
    long began = System.nanoTime();
    RuntimeException failure = null;
    try {
      compute(all);
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      synchronized (this) {
        for (Request each : all) {
          each.failure = failure;
          each.done = true;
        }
        running = false;
        ended = System.nanoTime();
        lasted = ended - began;
        notifyAll();
      }
    }
  }

  private void compute(List<Request> all) {
    if (all.size() == 1) {
      all.getFirst().lane.step(all.getFirst().token, all.getFirst().logits);
      return;
    }
    all.sort(Comparator.comparingLong(each -> each.lane.number()));
    open(all.stream().map(each -> each.lane).toList());
    int[] ids = all.stream().mapToInt(each -> each.token).toArray();
    session.write(DecodePrograms.IDS, MemorySegment.ofArray(ids));
    for (int i = 0; i < ids.length; i++) {
      int length = all.get(i).lane.length();
      session.setLong(DecodePrograms.POSITION + i, length);
      session.setLong(DecodePrograms.LENGTH + i, length + 1L);
    }
    session.run();
    int width = all.getFirst().logits.length;
    if (results.length != ids.length * width) {
      results = new float[ids.length * width];
    }
    session.read(DecodePrograms.LOGITS, MemorySegment.ofArray(results));
    for (int i = 0; i < ids.length; i++) {
      System.arraycopy(results, i * width, all.get(i).logits, 0, width);
      all.get(i).lane.advance();
    }
  }

  /** Makes the session one of these texts, whose caches it uses. */
  private void open(List<Lane> lanes) {
    if (members.equals(lanes)) {
      return;
    }
    close();
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
  synchronized void leave(Lane lane) {
    active.remove(lane);
    boolean interrupted = false;
    while (running && members.contains(lane)) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (members.contains(lane)) {
      close();
    }
    restore(interrupted);
    notifyAll();
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
      session = null;
    }
    members = List.of();
  }
}
