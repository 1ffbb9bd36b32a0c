package com.example.backend;

import dev.fathom.spi.Gather;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.View;

/** {@link Gather}: rows of a table by index. */
final class GatherKernel implements ExampleKernel {
  private final Gather spec;
  private final Rows table;
  private final Rows out;
  private final long[] indices;

  /** Where rows begin, and where their elements lie from there. */
  record Rows(long[] starts, long[] elements) {
    static Rows of(View view) {
      return new Rows(Offsets.of(view, 0, 1), Offsets.of(view, 1, view.rank()));
    }
  }

  GatherKernel(Gather spec) {
    this.spec = spec;
    table = Rows.of(spec.table());
    out = Rows.of(spec.out());
    indices = Offsets.of(spec.indices(), 0, 1);
  }

  @Override
  public KernelSpec spec() {
    return spec;
  }

  @Override
  public void run(Operand[] operands, long[] scalars) {
    ExampleBuffer source = operands[0].buffer();
    ExampleBuffer target = operands[2].buffer();
    for (int i = 0; i < indices.length; i++) {
      long row = operands[1].buffer().getLong(operands[1].offset() + indices[i]);
      boolean inside = row >= 0 && row < table.starts.length;
      for (int j = 0; j < out.elements.length; j++) {
        long to = operands[2].offset() + out.starts[i] + out.elements[j];
        if (inside) {
          long from = operands[0].offset() + table.starts[(int) row] + table.elements[j];
          target.copy(to, source, from);
        } else {
          target.set(to, 0L);
        }
      }
    }
  }
}
