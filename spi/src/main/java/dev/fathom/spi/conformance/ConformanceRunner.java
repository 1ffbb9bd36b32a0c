package dev.fathom.spi.conformance;

import dev.fathom.spi.Backend;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.View;
import dev.fathom.spi.conformance.ConformanceReport.Outcome;
import dev.fathom.spi.conformance.KernelCase.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Runs cases on a backend. A kernel case is planned, compiled, and launched as the core would do
 * it, with packed operands and workspace as the plan wishes; then every element of every buffer is
 * compared: results with the {@link Oracle}, all others with their values before. This is done with
 * buffers that are just large enough, so that a read beyond an end shows, and again with guard
 * elements around them and other offsets, so that a write outside shows. Each is done twice, since
 * the same launch must give the same bits, except for those of a NaN.
 */
public final class ConformanceRunner {
  private static final int GUARD = 5;
  private static final byte POISON = 0x5a;

  private final Backend backend;

  /** Makes a runner for a backend; any number of threads may use it. */
  public ConformanceRunner(Backend backend) {
    this.backend = backend;
  }

  /** {@return the result of one case; an exception of the backend is a failure} */
  public ConformanceReport run(ConformanceCase conformanceCase) {
    String id = conformanceCase.id();
    try {
      return switch (conformanceCase) {
        case KernelCase kernelCase -> run(kernelCase);
        case BehaviourCase(String _, var check) -> {
          check.accept(backend);
          yield new ConformanceReport(id, Outcome.PASSED, "");
        }
      };
    } catch (Mismatch mismatch) {
      return new ConformanceReport(id, Outcome.FAILED, mismatch.getMessage());
    } catch (RuntimeException exception) {
      return new ConformanceReport(id, Outcome.FAILED, "threw " + exception);
    }
  }

  /** {@return the results of all cases that failed, in order} */
  public List<ConformanceReport> failures(List<ConformanceCase> cases) {
    return cases.stream().map(this::run).filter(r -> r.outcome() == Outcome.FAILED).toList();
  }

  private ConformanceReport run(KernelCase kernelCase) {
    KernelSpec spec = kernelCase.spec();
    Plan plan = backend.plan(spec);
    if (!plan.equals(backend.plan(spec))) {
      throw new Mismatch("planned twice with two answers, the first was " + plan);
    }
    return switch (plan) {
      case Plan.Declined(String reason) when spec.isCore() ->
          throw new Mismatch("declined a spec of the required core: " + reason);
      case Plan.Declined(String reason) ->
          new ConformanceReport(kernelCase.id(), Outcome.DECLINED, reason);
      case Plan.Accepted accepted -> {
        Kernel kernel = backend.compile(spec);
        if (!kernel.spec().equals(spec)) {
          throw new Mismatch("compiled " + spec + " but the kernel says " + kernel.spec());
        }
        List<HostArray> expected = kernelCase.buffers().stream().map(HostArray::copy).toList();
        Oracle.run(
            spec,
            kernelCase.places().stream()
                .map(place -> new Oracle.Operand(expected.get(place.buffer()), place.offset()))
                .toList(),
            kernelCase.scalars());
        for (int guard : new int[] {0, GUARD}) {
          Launch launch = new Launch(kernelCase, kernel, accepted, guard);
          List<HostArray> first = launch.run(Priority.NORMAL, (byte) 0xff);
          launch.compare(expected, first);
          launch.requireSameBits(first, launch.run(Priority.HIGH, POISON));
        }
        yield new ConformanceReport(kernelCase.id(), Outcome.PASSED, "");
      }
    };
  }

  /** A wrong result. */
  private static final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1;

    Mismatch(String message) {
      super(message);
    }
  }

  /** A kernel case with so many guard elements around each buffer. */
  private final class Launch {
    private final KernelCase kernelCase;
    private final KernelSpec spec;
    private final Kernel kernel;
    private final Plan.Accepted plan;
    private final int guard;
    private final List<HostArray> initial;

    Launch(KernelCase kernelCase, Kernel kernel, Plan.Accepted plan, int guard) {
      this.kernelCase = kernelCase;
      this.spec = kernelCase.spec();
      this.kernel = kernel;
      this.plan = plan;
      this.guard = guard;
      this.initial = kernelCase.buffers().stream().map(this::guarded).toList();
    }

    private HostArray guarded(HostArray tight) {
      HostArray guarded = new HostArray(tight.dtype(), tight.elements() + 2 * guard);
      guarded.memory().fill(POISON);
      guarded.memory().asSlice((long) guard * tight.dtype().bytes()).copyFrom(tight.memory());
      return guarded;
    }

    /**
     * {@return the contents of all buffers after one launch}
     *
     * @param scratch content of workspace and packed copies before
     */
    List<HostArray> run(Priority priority, byte scratch) {
      List<Buffer> open = new ArrayList<>();
      try (Queue queue = backend.openQueue(priority)) {
        List<Buffer> buffers = new ArrayList<>();
        for (HostArray array : initial) {
          Buffer buffer = backend.allocate(array.dtype(), array.elements());
          open.add(buffer);
          buffers.add(buffer);
          queue.write(new Binding(buffer, 0), array.memory());
        }
        List<Binding> bindings = new ArrayList<>();
        for (Place place : kernelCase.places()) {
          bindings.add(new Binding(buffers.get(place.buffer()), place.offset() + guard));
        }
        for (int i = 0; i < spec.inputs().size(); i++) {
          Optional<OperandLayout> layout = plan.layout(i);
          if (layout.isPresent()) {
            bindings.set(
                i, pack(spec.inputs().get(i), bindings.get(i), layout.get(), queue, open, scratch));
          }
        }
        launch(kernel, plan, bindings, kernelCase.scalars(), queue, open, scratch);
        queue.await();
        List<HostArray> results = new ArrayList<>();
        for (int i = 0; i < initial.size(); i++) {
          HostArray result = new HostArray(initial.get(i).dtype(), initial.get(i).elements());
          queue.read(new Binding(buffers.get(i), 0), result.memory());
          results.add(result);
        }
        return results;
      } finally {
        open.forEach(Buffer::close);
      }
    }

    private Binding pack(
        View view,
        Binding source,
        OperandLayout layout,
        Queue queue,
        List<Buffer> open,
        byte scratch) {
      Pack pack = new Pack(view, layout);
      if (!(backend.plan(pack) instanceof Plan.Accepted accepted)) {
        throw new Mismatch("declined to pack " + view + " into its own layout " + layout);
      }
      Binding target = scratch(layout.dtype(), layout.elements(), queue, open, scratch);
      launch(
          backend.compile(pack),
          accepted,
          List.of(source, target),
          new long[0],
          queue,
          open,
          scratch);
      return target;
    }

    private void launch(
        Kernel kernel,
        Plan.Accepted plan,
        List<Binding> operands,
        long[] scalars,
        Queue queue,
        List<Buffer> open,
        byte scratch) {
      List<Binding> all = new ArrayList<>(operands);
      if (plan.workspaceElements() > 0) {
        all.add(scratch(plan.workspaceType(), plan.workspaceElements(), queue, open, scratch));
      }
      long[] copy = Arrays.copyOf(scalars, scalars.length + 1);
      queue.launch(kernel, all.toArray(Binding[]::new), copy);
      Arrays.fill(copy, -1);
    }

    private Binding scratch(
        DType dtype, long elements, Queue queue, List<Buffer> open, byte content) {
      HostArray array = new HostArray(dtype, elements);
      array.memory().fill(content);
      Buffer buffer = backend.allocate(dtype, elements);
      open.add(buffer);
      Binding binding = new Binding(buffer, 0);
      queue.write(binding, array.memory());
      return binding;
    }

    /** Compares outputs with the oracle's, and all other elements with their values before. */
    void compare(List<HostArray> expected, List<HostArray> actual) {
      List<BitSet> written = new ArrayList<>();
      initial.forEach(_ -> written.add(new BitSet()));
      for (int i = 0; i < spec.outputs().size(); i++) {
        compareOutput(i, expected, actual, written);
      }
      for (int buffer = 0; buffer < initial.size(); buffer++) {
        HostArray before = initial.get(buffer);
        HostArray after = actual.get(buffer);
        for (int at = 0; at < before.elements(); at++) {
          if (!written.get(buffer).get(at) && !before.hasSameBits(at, after, at)) {
            throw new Mismatch(
                "element %d of buffer %d lies in no output but changed from %s to %s (guard %d)"
                    .formatted(at, buffer, text(before, at), text(after, at), guard));
          }
        }
      }
    }

    private void compareOutput(
        int output, List<HostArray> expected, List<HostArray> actual, List<BitSet> written) {
      View view = spec.outputs().get(output);
      Place place = kernelCase.places().get(spec.inputs().size() + output);
      HostArray right = expected.get(place.buffer());
      HostArray found = actual.get(place.buffer());
      Strided.forEach(
          view.shape(),
          index -> {
            long at = Strided.address(view, place.offset(), index);
            written.get(place.buffer()).set(Math.toIntExact(at + guard));
            boolean fits =
                view.dtype().isFloating()
                    ? kernelCase
                        .tolerance()
                        .accepts(view.dtype(), right.number(at), found.number(at + guard))
                    : right.word(at) == found.word(at + guard);
            if (!fits) {
              throw new Mismatch(
                  "output %d at %s: expected %s but got %s (%s, guard %d)"
                      .formatted(
                          output,
                          Arrays.toString(index),
                          text(right, at),
                          text(found, at + guard),
                          kernelCase.tolerance(),
                          guard));
            }
          });
    }

    void requireSameBits(List<HostArray> first, List<HostArray> second) {
      for (int buffer = 0; buffer < first.size(); buffer++) {
        for (long at = 0; at < first.get(buffer).elements(); at++) {
          if (!first.get(buffer).hasSameBits(at, second.get(buffer), at)
              && !areNaN(first.get(buffer), second.get(buffer), at)) {
            throw new Mismatch(
                "two equal launches differ at element %d of buffer %d: %s and %s (guard %d)"
                    .formatted(
                        at,
                        buffer,
                        text(first.get(buffer), at),
                        text(second.get(buffer), at),
                        guard));
          }
        }
      }
    }

    /** All NaN count as equal: it is specified nowhere which of them an operation gives. */
    private static boolean areNaN(HostArray a, HostArray b, long at) {
      return a.dtype().isFloating() && Double.isNaN(a.number(at)) && Double.isNaN(b.number(at));
    }

    private static String text(HostArray array, long at) {
      return array.dtype().isFloating()
          ? Double.toString(array.number(at))
          : Long.toString(array.word(at));
    }
  }
}
