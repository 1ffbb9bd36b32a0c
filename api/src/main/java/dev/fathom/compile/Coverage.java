package dev.fathom.compile;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which specs a backend compiled of a program, and which it declined when they were offered.
 *
 * @param compiled by the name of the spec, in its order
 * @param declined in the order they were first offered
 * @param remarks the backend's remarks about kernels, each once ({@link
 *     dev.fathom.spi.Kernel#remarks})
 */
public record Coverage(
    Map<String, Compiled> compiled, List<Declined> declined, SortedSet<String> remarks) {
  public Coverage {
    compiled = Collections.unmodifiableMap(new TreeMap<>(compiled));
    declined = List.copyOf(declined);
    remarks = Collections.unmodifiableSortedSet(new TreeSet<>(remarks));
  }

  /**
   * Kernels of one spec.
   *
   * @param kernels how many different ones
   * @param launches how many of a run and of its preparation
   */
  public record Compiled(int kernels, int launches) {
    Compiled plus(Compiled other) {
      return new Compiled(kernels + other.kernels, launches + other.launches);
    }
  }

  /** How a declined spec is computed instead. */
  public enum Remedy {
    /** It is decomposed into other specs. */
    LOWERED,
    /** The operations that it would have fused are computed by kernels of their own. */
    UNFUSED
  }

  /**
   * A spec that was declined.
   *
   * @param spec its name
   * @param remedy how it is computed instead
   * @param reason the backend's
   * @param count how often
   */
  public record Declined(String spec, Remedy remedy, String reason, int count) {
    /** {@return a line for people: {@code softmax lowered, 2 times: only the required core}} */
    @Override
    public String toString() {
      String what = remedy == Remedy.LOWERED ? "%s lowered" : "fusion into %s undone";
      String often = count == 1 ? "once" : count + " times";
      return what.formatted(spec) + ", " + often + ": " + reason;
    }
  }

  /** {@return the sum of both; a kernel that both have counts twice} */
  public Coverage plus(Coverage other) {
    Map<String, Compiled> all = new TreeMap<>(compiled);
    other.compiled.forEach((spec, more) -> all.merge(spec, more, Compiled::plus));
    Declines both = new Declines();
    declined.forEach(both::add);
    other.declined.forEach(both::add);
    SortedSet<String> said = new TreeSet<>(remarks);
    said.addAll(other.remarks);
    return new Coverage(all, both.counted(), said);
  }
}
