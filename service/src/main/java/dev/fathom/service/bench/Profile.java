package dev.fathom.service.bench;

import dev.fathom.device.Backends;
import dev.fathom.device.DecoratedBackend;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Contract;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Queue;
import dev.fathom.spi.View;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the time of a workload goes, kernel by kernel. Each launch is waited for, so that a profile
 * adds up to a little more than the workload takes.
 */
public final class Profile {

  private static final double PEAK_SECONDS = 1;

  /** Larger than any cache. */
  private static final long STREAM_ELEMENTS = 1 << 25;

  private final Map<KernelSpec, Timing> timings = new HashMap<>();
  private final AtomicLong runs = new AtomicLong();
  private double gigaflops;
  private double gigabytes;

  private Profile() {}

  /** The launches of one kernel. */
  private static final class Timing {
    private long launches;
    private long nanos;
  }

  /**
   * {@return the profile of a workload, which ran before to be warm}
   *
   * @param seconds how long each of the two runs takes
   */
  public static Profile of(Workload workload, Backends.Selection backend, double seconds)
      throws IOException {
    var profile = new Profile();
    profile.gigaflops = new Gemm(1024).measure(backend, PEAK_SECONDS);
    profile.gigabytes = new Bandwidth(STREAM_ELEMENTS).measure(backend, PEAK_SECONDS);
    workload.measure(backend, seconds);
    workload.measure(backend.on(profile.new Timed(backend.backend())), seconds);
    return profile;
  }

  private synchronized void add(KernelSpec spec, long nanos) {
    var timing = timings.computeIfAbsent(spec, _ -> new Timing());
    timing.launches++;
    timing.nanos += nanos;
  }

  /** {@return a table in Markdown, the kernels that take most first} */
  public synchronized String table() {
    var table = new StringBuilder();
    table.append(
        "A multiplication of 1024 x 1024 matrices ran at %.1f GFLOP/s, an addition of large arrays at %.1f GB/s;%n"
            .formatted(gigaflops, gigabytes));
    table.append(
        "the floor is what a kernel would take at the one or the other, whichever is longer.%n%n"
            .formatted());
    table.append(
        "| kernel | launches | MFLOP | MB | floor us | measured us | floor/measured | share |\n");
    table.append("|---|---|---|---|---|---|---|---|\n");
    double all = timings.values().stream().mapToLong(timing -> timing.nanos).sum();
    double steps = Math.max(1, runs.get());
    timings.entrySet().stream()
        .filter(each -> each.getValue().launches >= steps / 2)
        .sorted(Comparator.comparingLong(each -> -each.getValue().nanos))
        .forEach(each -> table.append(row(each.getKey(), each.getValue(), steps, all)));
    return table.toString();
  }

  private String row(KernelSpec spec, Timing timing, double steps, double all) {
    double operations = operations(spec).orElse(0.0);
    double bytes = bytes(spec);
    double floor = Math.max(operations / gigaflops, bytes / gigabytes) / 1e3;
    double micros = timing.nanos / 1e3 / timing.launches;
    return String.format(
        Locale.ROOT,
        "| %s | %.0f | %s | %.2f | %.1f | %.1f | %.2f | %.1f %% |%n",
        describe(spec),
        timing.launches / steps,
        operations(spec).map(count -> String.format(Locale.ROOT, "%.1f", count / 1e6)).orElse(""),
        bytes / 1e6,
        floor,
        micros,
        floor / micros,
        100 * timing.nanos / all);
  }

  private static String describe(KernelSpec spec) {
    var role = spec instanceof Convolve c ? " " + c.role().name().toLowerCase(Locale.ROOT) : "";
    return spec.name() + role + " " + shapes(spec.inputs()) + " -> " + shapes(spec.outputs());
  }

  private static String shapes(List<View> views) {
    return views.stream().map(view -> view.shape().toString()).collect(Collectors.joining(" "));
  }

  /** Multiplications and additions, where they decide. */
  private static Optional<Double> operations(KernelSpec spec) {
    return switch (spec) {
      case Contract c -> {
        var left = c.a().shape();
        long depth = left.slice(left.rank() - c.kAxes(), left.rank()).elements();
        yield Optional.of(2.0 * c.epilogue().shape().elements() * depth);
      }
      case Convolve c -> {
        var result = c.epilogue().shape();
        var weight = c.role() == Convolve.Role.WEIGHT ? result : c.second().shape();
        var y =
            switch (c.role()) {
              case OUTPUT -> result;
              case INPUT -> c.first().shape();
              case WEIGHT -> c.second().shape();
            };
        yield Optional.of(2.0 * y.elements() * weight.slice(1, weight.rank()).elements());
      }
      default -> Optional.empty();
    };
  }

  private static double bytes(KernelSpec spec) {
    return Stream.concat(spec.inputs().stream(), spec.outputs().stream())
        .mapToDouble(view -> (double) view.shape().elements() * view.dtype().bytes())
        .sum();
  }

  /** The backend, whose launches are timed. */
  private final class Timed extends DecoratedBackend {
    Timed(Backend inner) {
      super(inner, inner.device());
    }

    @Override
    public Queue openQueue(Priority priority) {
      return new TimedQueue(super.openQueue(priority));
    }
  }

  private final class TimedQueue implements Queue {
    private final Queue inner;

    TimedQueue(Queue inner) {
      this.inner = inner;
    }

    @Override
    public void write(Binding target, MemorySegment source) {
      inner.write(target, source);
    }

    @Override
    public void read(Binding source, MemorySegment target) {
      inner.read(source, target);
    }

    @Override
    public void copy(Binding source, Binding target, long elements) {
      inner.copy(source, target, elements);
    }

    @Override
    public void launch(Kernel kernel, Binding[] bindings, long[] scalars) {
      long begin = System.nanoTime();
      inner.launch(kernel, bindings, scalars);
      inner.await();
      add(kernel.spec(), System.nanoTime() - begin);
    }

    @Override
    public void await() {
      inner.await();
      runs.incrementAndGet();
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
