package dev.fathom.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.backend.java.JavaBackendProvider;
import dev.fathom.compile.Coverage.Compiled;
import dev.fathom.compile.Coverage.Declined;
import dev.fathom.compile.Coverage.Remedy;
import dev.fathom.graph.Type;
import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendProvider;
import dev.fathom.spi.DType;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.spi.tck.MockBackend;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is told of compiled and of declined specs. */
class CoverageTest {
  private static final String ONLY_CORE = "only the required core";

  /** Two different softmaxes, one of them twice, behind a product with an epilogue. */
  private static Coverage coverage(Backend backend) {
    Tensor x = Tensor.input("x", Type.of(DType.F32, 3, 4));
    Tensor w = Tensor.input("w", Type.of(DType.F32, 4, 4));
    Tensor y = x.matmul(w).relu();
    return Program.builder(backend)
        .feed(x)
        .frozen(w)
        .result("a", y.softmax())
        .result("b", x.softmax())
        .result("c", w.softmax())
        .compile()
        .coverage();
  }

  @Test
  void equalSpecsAreOneKernelAndPreparationCounts() {
    Coverage coverage = coverage(new MockBackend());
    assertEquals(
        Map.of(
            "contract", new Compiled(1, 1),
            "pack", new Compiled(2, 2),
            "softmax", new Compiled(2, 3)),
        coverage.compiled());
    assertEquals(List.of(), coverage.declined());
  }

  @Test
  void whatIsDeclinedIsCountedWithWhatWasDoneInstead() {
    Coverage coverage = coverage(new MinimalBackend());
    assertTrue(coverage.compiled().keySet().containsAll(List.of("contract", "fused", "reduce")));
    assertTrue(!coverage.compiled().containsKey("softmax"), coverage::toString);
    assertEquals(
        List.of(
            new Declined("softmax", Remedy.LOWERED, ONLY_CORE, 3),
            new Declined("contract", Remedy.UNFUSED, ONLY_CORE, 1),
            new Declined("fused", Remedy.UNFUSED, ONLY_CORE, 3)),
        coverage.declined());
    assertEquals(
        "softmax lowered, 3 times: only the required core",
        coverage.declined().getFirst().toString());
    assertEquals(
        "fusion into contract undone, once: only the required core",
        coverage.declined().get(1).toString());
  }

  @Test
  void addsUp() {
    Coverage minimal = coverage(new MinimalBackend());
    Coverage sum = minimal.plus(coverage(new MockBackend())).plus(minimal);
    assertEquals(new Compiled(2, 3), sum.compiled().get("softmax"));
    assertEquals(new Compiled(3, 3), sum.compiled().get("contract"));
    assertEquals(new Declined("softmax", Remedy.LOWERED, ONLY_CORE, 6), sum.declined().getFirst());
    assertEquals(minimal.declined().size(), sum.declined().size());
  }

  @Test
  void remarksOfTheBackendAreTold() {
    BackendProvider provider = new JavaBackendProvider();
    try (Backend java = provider.open(null, Map.of("threads", "1"))) {
      Tensor x = Tensor.input("x", Type.of(DType.F32, 300));
      Program program =
          Program.builder(java).feed(x).result("y", x.abs().sqrt().sub(x).abs()).compile();
      String loop = "loops.txt: x|abs 0;sqrt 1;subtract 2 0;abs 3|4";
      assertEquals(1, program.explain().lines().filter(line -> line.endsWith(loop)).count());
      assertTrue(program.coverage().remarks().first().endsWith(loop), program::explain);
      Coverage twice = program.coverage().plus(program.coverage());
      assertEquals(program.coverage().remarks(), twice.remarks());
    }
  }
}
