package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.elementwise.TileProgram.HotSegment;
import dev.fathom.backend.java.elementwise.TileProgram.Segment;
import dev.fathom.backend.java.elementwise.TileProgram.Step;
import dev.fathom.backend.java.loops.HotLoop;
import dev.fathom.backend.java.loops.LoopKey;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.loops.TileLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds the loops for a {@link TileProgram}, and notes those that were not generated. */
final class LoopSource {
  private static final System.Logger LOG = System.getLogger("dev.fathom.backend.java");

  /**
   * A loop that was not generated, since it has no line in {@code loops.txt}.
   *
   * @param hot the loop that is made at run time; null where that cannot be
   */
  record Missing(String key, HotLoop hot) {
    @Override
    public String toString() {
      String how =
          hot == null
              ? "in tiles, slower than a loop"
              : hot.loop() == null ? "in tiles until it is hot" : "a loop made at run time";
      return how + ", for want of a line in loops.txt: " + key;
    }
  }

  private final Loops loops;
  private final boolean generatedOnly;
  private final List<Missing> missing = new ArrayList<>();

  LoopSource(Loops loops) {
    this(loops, false);
  }

  private LoopSource(Loops loops, boolean generatedOnly) {
    this.loops = loops;
    this.generatedOnly = generatedOnly;
  }

  /** {@return one that finds generated loops only, and notes nothing} */
  LoopSource generatedOnly() {
    return new LoopSource(loops, true);
  }

  /** {@return the loops that were looked for and not generated} */
  List<Missing> missing() {
    return missing;
  }

  /**
   * {@return the loop as a step; empty if it is done by instructions alone}
   *
   * @param operations how many it has
   * @param tiles does the same as long as there is no loop
   */
  Optional<Step> step(LoopKey key, int operations, Supplier<List<? extends Step>> tiles) {
    TileLoop generated = loops.loop(key.text());
    if (generated != null) {
      return Optional.of(new Segment(generated, key.slots()));
    }
    if (generatedOnly || operations < 2 || !key.hasArrays()) {
      return Optional.empty();
    }
    LOG.log(System.Logger.Level.DEBUG, () -> "tiles, for want of the loop " + key.text());
    HotLoop hot = loops.hotLoop(key.text());
    missing.add(new Missing(key.text(), hot));
    if (hot == null) {
      return Optional.empty();
    }
    TileLoop made = hot.loop();
    return Optional.of(
        made != null
            ? new Segment(made, key.slots())
            : new HotSegment(hot, key.slots(), operations, tiles.get().toArray(Step[]::new)));
  }
}
