package dev.fathom.spi.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.fathom.spi.Backend;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.Device;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Fused;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.MaxPool;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.Scatter;
import dev.fathom.spi.Sort;
import dev.fathom.spi.View;
import dev.fathom.spi.conformance.ConformanceReport.Outcome;
import dev.fathom.spi.conformance.Oracle.Operand;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.spi.tck.MockBackend;
import dev.fathom.spi.tck.MockBackend.Computer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong backends must be found, by the cases that are there for it. */
class ConformanceRunnerTest {
  private static final List<ConformanceCase> ALL = ConformanceCases.all();

  private static List<ConformanceCase> cases(String prefix) {
    List<ConformanceCase> chosen = ALL.stream().filter(c -> c.id().startsWith(prefix)).toList();
    assertFalse(chosen.isEmpty(), () -> "no case begins with " + prefix);
    return chosen;
  }

  /** A wrong way to compute, the cases that find it, and what they say. */
  static Stream<Arguments> mistakes() {
    AtomicInteger runs = new AtomicInteger();
    return Stream.of(
        wrong(
            "ignores strides",
            "fused.C1.transposed-to-contiguous-[3, 5]",
            "output 0 at [0, 1]",
            (spec, operands, scalars) -> Oracle.run(contiguous((Fused) spec), operands, scalars)),
        wrong(
            "ignores offsets",
            "fused.copied.contiguous-17",
            "",
            (spec, operands, scalars) ->
                Oracle.run(
                    spec, operands.stream().map(o -> new Operand(o.array(), 0)).toList(), scalars)),
        wrong(
            "writes behind an output",
            "fused.C1.size-17-f32",
            "lies in no output but changed",
            after((spec, operands) -> set(operands.getLast(), 17, 1))),
        wrong(
            "writes before an output",
            "contract.C4.13x33x65-f32",
            "lies in no output but changed",
            after(
                (spec, operands) -> {
                  if (spec instanceof Contract) {
                    set(operands.getLast(), -1, 1);
                  }
                })),
        wrong(
            "writes into the gaps of an output",
            "fused.C1.contiguous-to-gapped-[3, 5]",
            "lies in no output but changed",
            after((spec, operands) -> set(operands.getLast(), 1, 1))),
        wrong(
            "changes an input",
            "fused.C1.size-17-f32",
            "lies in no output but changed",
            after((spec, operands) -> set(operands.getFirst(), 0, 99))),
        wrong(
            "reads behind an input",
            "fused.C1.size-17-f32",
            "threw",
            after(
                (spec, operands) -> {
                  Operand x = operands.getFirst();
                  x.array().word(x.offset() + 17);
                })),
        wrong(
            "forgets the last element",
            "fused.C1.size-1000-f32",
            "output 0 at [999]",
            after((spec, operands) -> set(operands.getLast(), 999, 0))),
        wrong(
            "is not exact",
            "fused.exp.f32",
            "output 0",
            after(
                (spec, operands) -> {
                  Operand out = operands.getLast();
                  set(out, 0, out.array().number(out.offset()) * (1 + 1e-5));
                  set(out, 500, out.array().number(out.offset() + 500) * (1 + 1e-5));
                })),
        wrong(
            "is not deterministic",
            "fused.exp.f32",
            "two equal launches differ",
            after(
                (spec, operands) -> {
                  Operand out = operands.getLast();
                  double x = out.array().number(out.offset() + 500);
                  set(out, 500, x * (1 + runs.incrementAndGet() % 2 * 0x1p-23));
                })),
        wrong(
            "writes an output before all inputs are read",
            "fused.in-place.contiguous-17",
            "output 0",
            (spec, operands, scalars) -> {
              set(operands.getLast(), 5, 0);
              Oracle.run(spec, operands, scalars);
            }),
        wrong(
            "sums onto what is there",
            "contract.C4.3x7x17-f32",
            "output 0 at [0, 0]",
            (spec, operands, scalars) -> {
              Operand out = operands.getLast();
              double before = out.array().number(out.offset());
              Oracle.run(spec, operands, scalars);
              set(out, 0, out.array().number(out.offset()) + before);
            }),
        wrong(
            "sums in f32, one after the other",
            "reduce.sum.exactness",
            "output 0 at []",
            ConformanceRunnerTest::naiveSum),
        wrong(
            "loses NaN in a maximum",
            "reduce.max.nan",
            "expected NaN",
            after(
                (spec, operands) -> {
                  Operand out = operands.getLast();
                  for (int i = 0; i < 5; i++) {
                    if (Double.isNaN(out.array().number(out.offset() + i))) {
                      set(out, i, 9);
                    }
                  }
                })),
        wrong(
            "takes the last of equal maxima",
            "max-pool.C2.2x2-f32-contiguous-to-contiguous",
            "output 1",
            (spec, operands, scalars) -> lastMaximum((MaxPool) spec, operands, scalars)),
        wrong(
            "sorts without stability",
            "sort.ascending.stable-17-f32",
            "output 1",
            (spec, operands, scalars) -> unstable((Sort) spec, operands, scalars)),
        wrong(
            "scatters in descending order",
            "scatter.set.order",
            "output 0",
            (spec, operands, scalars) -> backwards((Scatter) spec, operands, scalars)),
        wrong(
            "swaps the operands",
            "contract.C4.3x7x17-f32",
            "",
            (spec, operands, scalars) -> swapped((Contract) spec, operands, scalars)));
  }

  private static Arguments wrong(String how, String prefix, String detail, Computer computer) {
    return arguments(how, prefix, detail, computer);
  }

  @FunctionalInterface
  private interface Sabotage {
    void run(KernelSpec spec, List<Operand> operands);
  }

  private static Computer after(Sabotage sabotage) {
    return (spec, operands, scalars) -> {
      Oracle.run(spec, operands, scalars);
      sabotage.run(spec, operands);
    };
  }

  /** Sets an element relative to the operand's first, if the buffer reaches that far. */
  private static void set(Operand operand, long at, double number) {
    long element = operand.offset() + at;
    if (element >= 0 && element < operand.array().elements()) {
      operand.array().setNumber(element, number);
    }
  }

  private static Fused contiguous(Fused spec) {
    return new Fused(
        spec.shape(),
        spec.inputs().stream().map(v -> View.contiguous(v.dtype(), v.shape())).toList(),
        spec.map(),
        spec.outputs());
  }

  private static void naiveSum(KernelSpec spec, List<Operand> operands, long[] scalars) {
    Operand x = operands.getFirst();
    float sum = 0;
    for (long i = 0; i < spec.inputs().getFirst().shape().elements(); i++) {
      sum += (float) x.array().number(x.offset() + i);
    }
    set(operands.getLast(), 0, sum);
  }

  private static void lastMaximum(MaxPool spec, List<Operand> operands, long[] scalars) {
    Oracle.run(spec, operands, scalars);
    Operand values = operands.get(1);
    Operand indices = operands.get(2);
    Operand x = operands.get(0);
    long width = spec.x().size(3);
    for (long i = 0; i < spec.values().shape().elements(); i++) {
      long row = i / spec.values().size(3) % spec.values().size(2) * 2;
      long channel = i / (spec.values().size(2) * spec.values().size(3));
      long corner = (channel * spec.x().size(2) + row) * width + i % spec.values().size(3) * 2;
      for (int tap = 0; tap < 4; tap++) {
        double value = x.array().number(x.offset() + corner + tap / 2 * width + tap % 2);
        if (value == values.array().number(values.offset() + i)) {
          set(indices, i, tap);
        }
      }
    }
  }

  /** Sorts the reversed input and reverses the positions. */
  private static void unstable(Sort spec, List<Operand> operands, long[] scalars) {
    long n = spec.x().size(1);
    View flipped = View.of(spec.x().dtype(), spec.x().shape(), n, -1);
    Operand x = operands.getFirst();
    Operand indices = operands.get(2);
    Oracle.run(
        new Sort(spec.descending(), flipped, spec.values(), spec.indices()),
        List.of(new Operand(x.array(), x.offset() + n - 1), operands.get(1), indices),
        scalars);
    for (long i = 0; i < spec.x().shape().elements(); i++) {
      set(indices, i, n - 1 - indices.array().number(indices.offset() + i));
    }
  }

  private static void backwards(Scatter spec, List<Operand> operands, long[] scalars) {
    View indices = View.of(spec.indices().dtype(), spec.indices().shape(), -1);
    View updates = View.of(spec.updates().dtype(), spec.updates().shape(), -2, 1);
    Operand index = operands.get(0);
    Operand update = operands.get(1);
    Oracle.run(
        new Scatter(spec.mode(), indices, updates, spec.target()),
        List.of(
            new Operand(index.array(), index.offset() + 2),
            new Operand(update.array(), update.offset() + 4),
            operands.get(2)),
        scalars);
  }

  /** Takes a's rows for b's columns. */
  private static void swapped(Contract spec, List<Operand> operands, long[] scalars) {
    View out = spec.outputs().getFirst();
    View transposed = View.of(out.dtype(), out.shape(), 1, out.size(0));
    Oracle.run(
        new Contract(spec.a(), spec.b(), 0, 1, spec.accumulator(), Epilogue.store(transposed)),
        operands,
        scalars);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void findsWrongResults(String how, String prefix, String detail, Computer computer) {
    ConformanceRunner right = new ConformanceRunner(new MockBackend());
    ConformanceRunner wrong = new ConformanceRunner(new MockBackend(computer));
    for (ConformanceCase conformanceCase : cases(prefix)) {
      assertEquals(Outcome.PASSED, right.run(conformanceCase).outcome());
      ConformanceReport report = wrong.run(conformanceCase);
      assertEquals(Outcome.FAILED, report.outcome(), conformanceCase::id);
      assertTrue(report.detail().contains(detail), report::toString);
    }
  }

  @Test
  void whichNaNAnOperationGivesDoesNotMatter() {
    AtomicInteger runs = new AtomicInteger();
    Computer payloads =
        (spec, operands, scalars) -> {
          Oracle.run(spec, operands, scalars);
          HostArray out = operands.getLast().array();
          int nan = 0x7fc00000 + runs.incrementAndGet();
          for (long at = 0; at < out.elements(); at++) {
            if (Double.isNaN(out.number(at))) {
              out.memory().setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, at, nan);
            }
          }
        };
    assertEquals(
        List.of(),
        new ConformanceRunner(new MockBackend(payloads)).failures(cases("fused.erf.f32")));
    assertTrue(runs.get() > 1);
  }

  @Test
  void findsARefusalOfTheCore() {
    Backend lazy =
        new Wrapped() {
          @Override
          public Plan plan(KernelSpec spec) {
            return spec instanceof Reduce reduce && reduce.op() == ReduceOp.MIN
                ? new Plan.Declined("not in the mood")
                : super.plan(spec);
          }
        };
    ConformanceRunner runner = new ConformanceRunner(lazy);
    ConformanceReport report = runner.run(cases("reduce.min.size-3-f32").getFirst());
    assertEquals(Outcome.FAILED, report.outcome());
    assertTrue(report.detail().contains("required core: not in the mood"), report::toString);
    report = runner.run(cases("softmax.C1").getFirst());
    assertEquals(Outcome.DECLINED, report.outcome());
    assertEquals("only the required core", report.detail());
  }

  @Test
  void findsAPlanThatChanges() {
    AtomicInteger plans = new AtomicInteger();
    Backend moody =
        new Wrapped() {
          @Override
          public Plan plan(KernelSpec spec) {
            return new Plan.Declined("answer " + plans.incrementAndGet());
          }
        };
    ConformanceReport report = new ConformanceRunner(moody).run(cases("fused.").getFirst());
    assertEquals(Outcome.FAILED, report.outcome());
    assertTrue(report.detail().contains("two answers"), report::toString);
  }

  @Test
  void findsMemoryThatIsNotZeroed() {
    Backend dirty =
        new Wrapped() {
          @Override
          public Buffer allocate(DType dtype, long elements) {
            Buffer buffer = super.allocate(dtype, elements);
            try (Queue queue = openQueue(Priority.NORMAL)) {
              HostArray ones = new HostArray(dtype, elements);
              ones.memory().fill((byte) 1);
              queue.write(new Binding(buffer, 0), ones.memory());
            }
            return buffer;
          }
        };
    ConformanceReport report =
        new ConformanceRunner(dirty).run(cases("backend.allocate.f32").getFirst());
    assertEquals(Outcome.FAILED, report.outcome());
    assertTrue(report.detail().contains("memory of zeros"), report::toString);
  }

  @Test
  void findsALaunchThatTakesAnyBindings() {
    Backend trusting =
        new Wrapped() {
          @Override
          public Queue openQueue(Priority priority) {
            return new Trusting(super.openQueue(priority));
          }
        };
    for (ConformanceCase conformanceCase : cases("queue.launch")) {
      ConformanceReport report = new ConformanceRunner(trusting).run(conformanceCase);
      assertEquals(Outcome.FAILED, report.outcome(), conformanceCase::id);
      assertTrue(report.detail().contains("an IllegalArgumentException"), report::toString);
    }
  }

  @Test
  void theSelfTestIsAFewCasesThatTheMockPasses() {
    List<ConformanceCase> cases = ConformanceCases.selfTest();
    assertTrue(cases.size() < 10);
    assertEquals(List.of(), new ConformanceRunner(new MockBackend()).failures(cases));
  }

  @Test
  void idsAreUnique() {
    Set<String> seen = new HashSet<>();
    ALL.forEach(c -> assertTrue(seen.add(c.id()), c::id));
  }

  @Test
  void everySpecHasCases() {
    Set<Class<?>> tried = new HashSet<>();
    for (ConformanceCase conformanceCase : ALL) {
      if (conformanceCase instanceof KernelCase kernelCase) {
        tried.add(kernelCase.spec().getClass());
      }
    }
    Set<Class<?>> specs = new HashSet<>(Arrays.asList(KernelSpec.class.getPermittedSubclasses()));
    specs.remove(Pack.class);
    assertEquals(specs, tried);
  }

  /** The minimal backend, to be changed in one respect. */
  private static class Wrapped implements Backend {
    private final Backend backend = new MinimalBackend();

    @Override
    public Device device() {
      return backend.device();
    }

    @Override
    public Plan plan(KernelSpec spec) {
      return backend.plan(spec);
    }

    @Override
    public Kernel compile(KernelSpec spec) {
      return backend.compile(spec);
    }

    @Override
    public Buffer allocate(DType dtype, long elements) {
      return backend.allocate(dtype, elements);
    }

    @Override
    public Queue openQueue(Priority priority) {
      return backend.openQueue(priority);
    }

    @Override
    public void close() {
      backend.close();
    }
  }

  /** A queue whose launch refuses nothing. */
  private record Trusting(Queue queue) implements Queue {
    @Override
    public void write(Binding target, MemorySegment source) {
      queue.write(target, source);
    }

    @Override
    public void read(Binding source, MemorySegment target) {
      queue.read(source, target);
    }

    @Override
    public void launch(Kernel kernel, Binding[] bindings, long[] scalars) {
      try {
        queue.launch(kernel, bindings, scalars);
      } catch (IllegalArgumentException ignored) {
        // That is the mistake.
      }
    }

    @Override
    public void await() {
      queue.await();
    }

    @Override
    public void close() {
      queue.close();
    }
  }

  /** Those that a backend may not skip. */
  @Test
  void requiredCasesAreOfFiveSpecsOfSpi1() {
    Set<String> names = new TreeSet<>();
    for (ConformanceCase each : ConformanceCases.all()) {
      if (each instanceof KernelCase kernel && kernel.spec().isCore()) {
        names.add(kernel.spec().name());
        assertEquals(1, kernel.spec().since(), each.id());
      }
    }
    assertEquals(Set.of("contract", "fused", "gather", "reduce", "scatter"), names);
  }
}
