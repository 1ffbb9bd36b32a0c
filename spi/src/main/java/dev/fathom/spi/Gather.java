package dev.fathom.spi;

import java.util.List;

/**
 * Rows by index: {@code out[i, ...] = table[indices[i], ...]}. An index outside {@code 0 .. rows -
 * 1} gives zeros.
 *
 * @param table {@code [rows, inner...]}
 * @param indices {@code [count]}, i32 or i64
 * @param out {@code [count, inner...]}, of the table's type
 */
public record Gather(View table, View indices, View out) implements KernelSpec {
  /** C1: shapes agree. C2: integer indices. C3: one element type. */
  public Gather {
    check("gather", table, indices, out);
  }

  static void check(String name, View table, View indices, View out) {
    Check.that(
        table.rank() >= 1
            && indices.rank() == 1
            && out.shape().equals(indices.shape().concat(table.shape().slice(1, table.rank()))),
        name,
        "C1",
        "rows [count, inner...] for table [rows, inner...] and indices [count]",
        out + ", " + table + ", " + indices);
    Check.that(
        indices.dtype() == DType.I32 || indices.dtype() == DType.I64,
        name,
        "C2",
        "i32 or i64 indices",
        indices);
    Check.that(table.dtype() == out.dtype(), name, "C3", "type " + table.dtype(), out);
  }

  @Override
  public List<View> inputs() {
    return List.of(table, indices);
  }

  @Override
  public List<View> outputs() {
    return List.of(out);
  }

  @Override
  public boolean isCore() {
    return Check.coreParts(this);
  }
}
