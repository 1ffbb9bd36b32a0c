package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.driver.ClContext;
import dev.fathom.backend.opencl.driver.ClDevice;
import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the fastest {@link Variant} for a device, once: the winner is kept in the cache folder, by
 * device and driver. Without a folder there is no search, since each start might find another one.
 */
final class Tuner {
  private static final Logger LOGGER = System.getLogger(Tuner.class.getName());

  /** The search ends after this time even if candidates are left. */
  private static final long MOST_NANOS = 2_000_000_000;

  /** The size of the square matrices whose product is timed. */
  private static final int SIZE = 384;

  private static final int ROUNDS = 10;

  /** A winner takes at most this share of the time of a likelier candidate. */
  private static final double MARGIN = 0.9;

  private Tuner() {}

  /** {@return the variant to use} */
  static Variant choose(int index, ClContext context, Settings settings, boolean gpu) {
    List<? extends Variant> candidates = Variant.candidates(gpu);
    if (settings.cache().isEmpty()) {
      return candidates.getFirst();
    }
    Path file = settings.cache().get().resolve(fileName(context.device(), gpu));
    Optional<Variant> known = read(file).filter(candidates::contains);
    if (known.isPresent()) {
      return known.get();
    }
    Variant winner = search(index, context, settings, candidates);
    write(file, winner);
    return winner;
  }

  private static String fileName(ClDevice device, boolean gpu) {
    String all = String.join("\n", device.platform(), device.name(), device.driverVersion());
    return "tuned-%s-%08x".formatted(gpu ? "gpu" : "cpu", all.hashCode());
  }

  private static Optional<Variant> read(Path file) {
    try {
      return Variant.named(Files.readString(file).strip());
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static void write(Path file, Variant winner) {
    try {
      Files.createDirectories(file.getParent());
      Path part = Files.createTempFile(file.getParent(), "", ".part");
      Files.writeString(part, winner.label() + "\n");
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOGGER.log(Level.WARNING, "cannot keep the tuning in {0}: {1}", file, e.toString());
    }
  }

  private static Variant search(
      int index, ClContext context, Settings settings, List<? extends Variant> candidates) {
    long end = System.nanoTime() + MOST_NANOS;
    List<Trial> trials = new ArrayList<>();
    try {
      for (Variant candidate : candidates) {
        if (trials.isEmpty() || System.nanoTime() < end) {
          Trial.of(candidate, OpenClBackend.sharing(index, context, settings, candidate))
              .ifPresent(trials::add);
        }
      }
      // In turn, so that other work of the machine slows all of them.
      for (int round = 0; round < ROUNDS; round++) {
        trials.forEach(Trial::run);
      }
      Trial best = trials.isEmpty() ? null : trials.getFirst();
      for (Trial trial : trials) {
        best = trial.least < best.least * MARGIN ? trial : best;
      }
      if (best == null) {
        return candidates.getFirst();
      }
      LOGGER.log(
          Level.INFO,
          "{0} is tuned: {1}, {2} GFLOP/s",
          context.device().name(),
          best.variant.label(),
          Math.round(2.0 * SIZE * SIZE * SIZE / best.least));
      return best.variant;
    } finally {
      trials.forEach(Trial::close);
    }
  }

  /** A candidate and its product. */
  private static final class Trial implements AutoCloseable {
    private final Variant variant;
    private final Kernel kernel;
    private final Queue queue;
    private final Binding[] bindings;

    /** The time of the fastest run, in nanoseconds. */
    private double least = Double.POSITIVE_INFINITY;

    private Trial(Variant variant, Backend backend, Contract spec) {
      this.variant = variant;
      kernel = backend.compile(spec);
      queue = backend.openQueue(Backend.Priority.NORMAL);
      bindings =
          Stream.concat(spec.inputs().stream(), spec.outputs().stream())
              .map(view -> new Binding(backend.allocate(DType.F32, view.shape().elements()), 0))
              .toArray(Binding[]::new);
    }

    /** {@return the trial, run once, unless the device cannot run it} */
    static Optional<Trial> of(Variant variant, Backend backend) {
      Shape shape = Shape.of(SIZE, SIZE);
      View rows = View.contiguous(DType.F32, shape);
      // Columns side by side, so that nothing has to be packed.
      View columns = View.of(DType.F32, shape, 1, SIZE);
      Contract spec =
          new Contract(Source.of(rows), Source.of(columns), 0, 1, DType.F32, Epilogue.store(rows));
      try {
        Trial trial = new Trial(variant, backend, spec);
        trial.run();
        return Optional.of(trial);
      } catch (BackendException e) {
        LOGGER.log(Level.DEBUG, "{0} does not run: {1}", variant.label(), e.getMessage());
        return Optional.empty();
      }
    }

    void run() {
      long start = System.nanoTime();
      queue.launch(kernel, bindings, new long[0]);
      queue.launch(kernel, bindings, new long[0]);
      queue.await();
      least = Math.min(least, (System.nanoTime() - start) / 2.0);
    }

    @Override
    public void close() {
      queue.close();
      for (Binding binding : bindings) {
        binding.buffer().close();
      }
    }
  }
}
