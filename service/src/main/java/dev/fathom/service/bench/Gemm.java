package dev.fathom.service.bench;

import dev.fathom.compile.Coverage;
import dev.fathom.compile.Program;
import dev.fathom.device.Backends;
import dev.fathom.graph.Type;
import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/**
 * The product of two square f32 matrices; it includes packing, since both operands may change.
 *
 * @param size rows and columns
 */
record Gemm(int size) implements Workload {

  @Override
  public String unit() {
    return "GFLOP/s";
  }

  @Override
  public double measure(Backends.Selection backend, double seconds) {
    try (var session = program(backend).open()) {
      session.write("a", random(1));
      session.write("b", random(2));
      return Rates.of(session::run, 2.0 * size * size * size / 1e9, seconds);
    }
  }

  @Override
  public Coverage coverage(Backends.Selection backend) {
    return program(backend).coverage();
  }

  private Program program(Backends.Selection backend) {
    var a = input("a");
    var b = input("b");
    return Program.builder(backend.backend()).feed(a).feed(b).result("c", a.matmul(b)).compile();
  }

  private Tensor input(String name) {
    return Tensor.input(name, Type.of(DType.F32, size, size));
  }

  private MemorySegment random(long seed) {
    var random = new Random(seed);
    var values = new float[size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return MemorySegment.ofArray(values);
  }
}
