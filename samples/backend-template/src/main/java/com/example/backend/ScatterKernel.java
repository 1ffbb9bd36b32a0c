package com.example.backend;

import com.example.backend.GatherKernel.Rows;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Scatter;

/** {@link Scatter}: rows into a table by index, added or set, in ascending order. */
final class ScatterKernel implements ExampleKernel {
  private final Scatter spec;
  private final Rows updates;
  private final Rows table;
  private final long[] indices;

  ScatterKernel(Scatter spec) {
    this.spec = spec;
    updates = Rows.of(spec.updates());
    table = Rows.of(spec.target());
    indices = Offsets.of(spec.indices(), 0, 1);
  }

  @Override
  public KernelSpec spec() {
    return spec;
  }

  @Override
  public void run(Operand[] operands, long[] scalars) {
    ExampleBuffer source = operands[1].buffer();
    ExampleBuffer target = operands[2].buffer();
    for (int i = 0; i < indices.length; i++) {
      long row = operands[0].buffer().getLong(operands[0].offset() + indices[i]);
      if (row < 0 || row >= table.starts().length) {
        continue;
      }
      for (int j = 0; j < updates.elements().length; j++) {
        long from = operands[1].offset() + updates.starts()[i] + updates.elements()[j];
        long to = operands[2].offset() + table.starts()[(int) row] + table.elements()[j];
        if (spec.mode() == Scatter.Mode.SET) {
          target.copy(to, source, from);
        } else if (target.dtype().isFloating()) {
          target.set(to, target.getDouble(to) + source.getDouble(from));
        } else {
          target.set(to, target.getLong(to) + source.getLong(from));
        }
      }
    }
  }
}
