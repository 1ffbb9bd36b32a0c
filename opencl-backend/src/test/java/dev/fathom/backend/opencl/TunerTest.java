package dev.fathom.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.Backend;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import dev.fathom.spi.conformance.ConformanceCase;
import dev.fathom.spi.conformance.ConformanceCases;
import dev.fathom.spi.conformance.ConformanceReport;
import dev.fathom.spi.conformance.ConformanceRunner;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TunerTest {
  /** Sizes that come out even in no tile, other types, strides, groups, and all three roles. */
  private static final Set<String> CASES =
      Set.of(
          "contract.C4.33x17x129-f32",
          "contract.C4.blocks-26x35x520-transposed",
          "contract.C5.f32-f32-in-f64-to-f64-k129",
          "contract.epilogue.three-outputs-25x35x300",
          "convolve.output.C3.3x3-same-wide-f32",
          "convolve.input.C3.7x7-stride-2-f32",
          "convolve.weight.C3.5x5-f32");

  static Stream<String> variants() {
    return Stream.<Variant>concat(Tiles.CANDIDATES.stream(), Blocks.CANDIDATES.stream())
        .map(Variant::label);
  }

  private static String pinned(Backend backend, String label) {
    String own = backend.device().variant();
    return own.substring(0, own.lastIndexOf(';') + 2) + label;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void everyCandidateComputesRight(String label) {
    try (Backend backend = Devices.open(Map.of("cache", "target/opencl"));
        Backend candidate = backend.pinned(pinned(backend, label)).orElseThrow()) {
      List<ConformanceCase> cases =
          ConformanceCases.all().stream().filter(c -> CASES.contains(c.id())).toList();
      assertEquals(CASES.size(), cases.size());
      List<ConformanceReport> failures = new ConformanceRunner(candidate).failures(cases);
      assertTrue(failures.isEmpty(), failures::toString);
    }
  }

  @Test
  void theWinnerIsKeptAndReadAgain(@TempDir Path cache) throws IOException {
    Map<String, String> settings = Map.of("kernels", "cpu", "cache", cache.toString());
    Path file;
    try (Backend backend = Devices.open(settings)) {
      file = tuned(cache);
      String winner = Files.readString(file).strip();
      assertTrue(backend.device().variant().endsWith("; " + winner), winner);
    }
    Files.writeString(file, "cpu 6x2x32\n");
    try (Backend backend = Devices.open(settings)) {
      assertTrue(backend.device().variant().endsWith("; cpu 6x2x32"), backend.device().variant());
    }
    Files.writeString(file, "gpu 16x4x16\nor something");
    try (Backend backend = Devices.open(settings)) {
      assertTrue(
          backend.device().variant().endsWith("; " + Files.readString(file).strip()),
          "a damaged file is written anew");
    }
  }

  private static Path tuned(Path cache) throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("tuned-cpu-"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void withoutAFolderNothingIsSearched() {
    try (Backend backend = Devices.open(Map.of("kernels", "cpu"))) {
      assertTrue(backend.device().variant().endsWith("; cpu 14x2x64"));
    }
  }

  @Test
  void aPinnedVariantSharesBuffersAndGivesTheSameBits() {
    View a = View.contiguous(DType.F32, Shape.of(37, 150));
    Contract spec =
        new Contract(
            Source.of(a),
            Source.of(View.contiguous(DType.F32, Shape.of(41, 150))),
            0,
            1,
            DType.F32,
            Epilogue.store(View.contiguous(DType.F32, Shape.of(37, 41))));
    try (Backend backend = Devices.open(Map.of("kernels", "cpu"))) {
      assertSame(backend, backend.pinned(backend.device().variant()).orElseThrow());
      assertTrue(backend.pinned("another device; cpu 14x2x64").isEmpty());
      assertTrue(backend.pinned(pinned(backend, "cpu 99x2x64")).isEmpty());
      List<Binding> operands = new ArrayList<>();
      SplittableRandom random = new SplittableRandom(1);
      try (Queue queue = backend.openQueue(Backend.Priority.NORMAL)) {
        for (View view : spec.inputs()) {
          Binding operand = new Binding(backend.allocate(DType.F32, view.shape().elements()), 0);
          float[] values = new float[(int) view.shape().elements()];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
          }
          queue.write(operand, MemorySegment.ofArray(values));
          operands.add(operand);
        }
        queue.await();
      }
      float[] own = multiply(backend, spec, operands);
      Backend sibling = backend.pinned(pinned(backend, "cpu 6x2x32")).orElseThrow();
      assertEquals(pinned(backend, "cpu 6x2x32"), sibling.device().variant());
      assertArrayEquals(own, multiply(sibling, spec, operands));
      sibling.close();
      assertArrayEquals(own, multiply(backend, spec, operands));
      operands.forEach(operand -> operand.buffer().close());
    }
  }

  private static float[] multiply(Backend backend, Contract spec, List<Binding> operands) {
    Plan.Accepted plan = (Plan.Accepted) backend.plan(spec);
    float[] result = new float[(int) spec.epilogue().shape().elements()];
    List<Binding> bindings = new ArrayList<>();
    try (Queue queue = backend.openQueue(Backend.Priority.NORMAL)) {
      for (int i = 0; i < operands.size(); i++) {
        Binding operand = operands.get(i);
        if (plan.layout(i).isPresent()) {
          Pack pack = new Pack(spec.inputs().get(i), plan.layout(i).get());
          Binding packed = new Binding(backend.allocate(DType.F32, pack.target().elements()), 0);
          queue.launch(backend.compile(pack), new Binding[] {operand, packed}, new long[0]);
          operand = packed;
        }
        bindings.add(operand);
      }
      Binding out = new Binding(backend.allocate(DType.F32, result.length), 0);
      bindings.add(out);
      queue.launch(backend.compile(spec), bindings.toArray(Binding[]::new), new long[0]);
      MemorySegment target = MemorySegment.ofArray(result);
      queue.read(out, target);
    }
    return result;
  }
}
