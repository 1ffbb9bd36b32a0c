package dev.fathom.generate;

import java.util.ArrayList;
import java.util.List;

/**
 * The caches of texts that ended, for those that begin alike: the next turn of a chat, or another
 * with the same system message. Those that were used longest ago are freed where memory ends.
 * Thread-safe; a text that is under way belongs to its generation alone.
 */
final class PrefixCache implements AutoCloseable {
  /** Fewer tokens than this are computed as fast as they are found. */
  private static final int LEAST = 16;

  private final DecodePrograms programs;
  private final long limit;

  /** The one used longest ago first. */
  private final List<Lane> kept = new ArrayList<>();

  private boolean closed;

  /**
   * @param limit how many bytes of device memory are kept; 0 for none
   */
  PrefixCache(DecodePrograms programs, long limit) {
    this.programs = programs;
    this.limit = programs.joins() ? limit : 0;
  }

  /**
   * {@return a text whose caches have as many of the first tokens of a prompt as are known, and not
   * all, since logits come from the last}
   */
  Lane open(int... prompt) {
    Lane best = null;
    synchronized (this) {
      int most = LEAST - 1;
      for (Lane lane : kept) {
        int common = common(lane, prompt);
        if (common >= most) {
          best = lane;
          most = common + 1;
        }
      }
      if (best != null) {
        kept.remove(best);
      }
    }
    if (best == null) {
      return new Lane(programs, false);
    }
    int common = common(best, prompt);
    // Most of it goes on in place; of one that others may go on with, too, the beginning is copied.
    if (4L * common >= 3L * best.length()) {
      return best.goOn(common);
    }
    try {
      return best.copy(common);
    } finally {
      keep(best);
    }
  }

  private static int common(Lane lane, int... prompt) {
    return Math.min(lane.common(prompt), prompt.length - 1);
  }

  /** Takes the caches of a text that ended, or frees them. */
  void keep(Lane lane) {
    List<Lane> freed = new ArrayList<>();
    synchronized (this) {
      if (closed || lane.length() < LEAST || lane.bytes() > limit) {
        freed.add(lane);
      } else {
        // What this one begins with is known twice.
        for (Lane other : List.copyOf(kept)) {
          if (other.length() <= lane.length() && other.common(lane.known()) == other.length()) {
            kept.remove(other);
            freed.add(other);
          }
        }
        kept.add(lane);
        while (bytes() > limit) {
          freed.add(kept.removeFirst());
        }
      }
    }
    freed.forEach(Lane::close);
  }

  /** {@return the device memory of what is kept, in bytes} */
  synchronized long bytes() {
    return kept.stream().mapToLong(Lane::bytes).sum();
  }

  /** Frees all that is kept; {@return whether there was any} */
  boolean clear() {
    List<Lane> freed;
    synchronized (this) {
      freed = List.copyOf(kept);
      kept.clear();
    }
    freed.forEach(Lane::close);
    return !freed.isEmpty();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    clear();
  }
}
