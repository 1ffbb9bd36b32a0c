package dev.fathom.spi;

import java.util.List;

/**
 * Writes rows by index into an output that already holds values: {@code target[indices[i], ...] +=
 * updates[i, ...]} or {@code = }, for i in ascending order. An index outside {@code 0 .. rows - 1}
 * is skipped; rows that no index names keep their values.
 *
 * @param mode whether to add or to overwrite
 * @param indices {@code [count]}, i32 or i64
 * @param updates {@code [count, inner...]}
 * @param target {@code [rows, inner...]}, of the updates' type, read and written
 */
public record Scatter(Mode mode, View indices, View updates, View target) implements KernelSpec {
  /** How an update changes the row that its index names. */
  public enum Mode {
    /** The update is added. */
    ADD,
    /** The update replaces it; the last one wins. */
    SET
  }

  /** C1: shapes agree. C2: integer indices. C3: one element type. C4: no bool with ADD. */
  public Scatter {
    Gather.check("scatter", target, indices, updates);
    Check.that(
        mode == Mode.SET || target.dtype() != DType.BOOL, "scatter", "C4", "numbers", target);
  }

  @Override
  public List<View> inputs() {
    return List.of(indices, updates);
  }

  @Override
  public List<View> outputs() {
    return List.of(target);
  }

  @Override
  public boolean isCore() {
    return Check.coreParts(this);
  }
}
