package dev.fathom.service.bench;

import dev.fathom.compile.Coverage;
import dev.fathom.compile.Program;
import dev.fathom.device.Backends;
import dev.fathom.graph.Type;
import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;

/**
 * The sum of two large f32 arrays: what the memory gives.
 *
 * @param elements of each
 */
record Bandwidth(long elements) implements Workload {

  @Override
  public String unit() {
    return "GB/s";
  }

  @Override
  public double measure(Backends.Selection backend, double seconds) {
    try (var session = program(backend).open()) {
      return Rates.of(session::run, 3.0 * elements * Float.BYTES / 1e9, seconds);
    }
  }

  @Override
  public Coverage coverage(Backends.Selection backend) {
    return program(backend).coverage();
  }

  private Program program(Backends.Selection backend) {
    var a = Tensor.input("a", Type.of(DType.F32, elements));
    var b = Tensor.input("b", Type.of(DType.F32, elements));
    return Program.builder(backend.backend()).feed(a).feed(b).result("c", a.add(b)).compile();
  }
}
