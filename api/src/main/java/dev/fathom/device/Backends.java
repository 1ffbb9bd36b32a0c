package dev.fathom.device;

import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendProvider;
import dev.fathom.spi.Device;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Finds backends and chooses one. A backend that was named and fails is an error, never a silent
 * fall-back; no other is asked or opened for it. {@code auto} takes the highest-ranked whose probe
 * and self-test pass, unless a quick measured contract says otherwise: where several are there, one
 * of lower rank wins if it is {@value Choice#CLEARLY} times as fast. The figures are kept in the
 * cache folder, if there is one, so that only the first start measures; without the file {@value
 * Figures#FILE} the next one does again.
 */
public final class Backends {
  static final String AUTO = "auto";

  private Backends() {}

  /**
   * A backend that was found, and whether it can be used.
   *
   * @param name as the provider gives it
   * @param devices that its probe listed; empty if the probe failed
   * @param refusal the reason why it cannot be used, and a remedy, in one line
   * @param note the measurement, if there was one: {@code "14 GFLOP/s against 400 of java"}
   * @param times how long it took
   */
  public record Candidate(
      String name,
      List<Device> devices,
      Optional<String> refusal,
      Optional<String> note,
      Times times) {
    public Candidate {
      devices = List.copyOf(devices);
    }
  }

  /** How long each part of starting a backend took; empty for a part that was not needed. */
  public record Times(
      Optional<Duration> probe, Optional<Duration> open, Optional<Duration> selfTest) {}

  /** The choice. Safe for several threads. */
  public static final class Selection {
    private final String name;
    private final Backend backend;
    private final List<Candidate> tried;
    private final Supplier<List<Candidate>> all;

    /** A caller's own choice, among which there were no candidates. */
    public Selection(String name, Backend backend) {
      this(name, backend, List.of(), List::of);
    }

    Selection(String name, Backend backend, List<Candidate> tried, Supplier<List<Candidate>> all) {
      this.name = name;
      this.backend = backend;
      this.tried = List.copyOf(tried);
      this.all = all;
    }

    /** {@return the name of the chosen backend} */
    public String name() {
      return name;
    }

    /** {@return the chosen backend, open and tested} */
    public Backend backend() {
      return backend;
    }

    /** {@return those that the choice asked: all for {@code auto}, else the one that was named} */
    public List<Candidate> tried() {
      return tried;
    }

    /**
     * {@return all that there are, the chosen one included} The first call probes those that the
     * choice did not ask: a driver may take its time, and memory that it keeps.
     */
    public List<Candidate> candidates() {
      return all.get();
    }

    /** {@return the same choice on another backend} The caller closes both. */
    public Selection on(Backend other) {
      return new Selection(name, other, tried, all);
    }
  }

  private static final class Default {
    static final Backend BACKEND = select(System.getProperty("fathom.backend", AUTO)).backend();
  }

  /**
   * {@return the backend that {@code Tensor} computes on, chosen once by {@code fathom.backend}}
   */
  public static Backend defaultBackend() {
    return Default.BACKEND;
  }

  /** {@return the choice among the providers on the class path} */
  public static Selection select(String wanted) {
    return select(wanted, ServiceLoader.load(BackendProvider.class), Map.of(), Optional.empty());
  }

  /**
   * {@return the choice among {@code providers}}
   *
   * @param wanted {@code auto}, a backend's name, {@code name:n} for its device n, or {@code
   *     name:text} for its only device whose name has this text, whatever the case
   * @param configuration passed to the backend that is opened
   * @param cache a folder for measurements and compiled programs that are kept from start to start,
   *     those of a backend in a folder of its name. It is made at the first write; without it, the
   *     work is done again at each start
   * @throws NoBackendException if {@code wanted} is not there or does not work, with the reason
   */
  public static Selection select(
      String wanted,
      Iterable<BackendProvider> providers,
      Map<String, String> configuration,
      Optional<Path> cache) {
    return select(wanted, providers, configuration, cache, Trial::gigaflops);
  }

  static Selection select(
      String wanted,
      Iterable<BackendProvider> providers,
      Map<String, String> configuration,
      Optional<Path> cache,
      ToDoubleFunction<Backend> trial) {
    Choice choice = new Choice(find(providers), configuration, cache, trial);
    if (wanted.equals(AUTO)) {
      return choice.best();
    }
    int colon = wanted.indexOf(':');
    return colon < 0
        ? choice.named(wanted, Optional.empty())
        : choice.named(wanted.substring(0, colon), Optional.of(wanted.substring(colon + 1)));
  }

  /**
   * {@return all that can be found, each opened, tested and closed again} For a report: a choice
   * opens no more than it must. Parameters as in {@link #select(String, Iterable, Map, Optional)}.
   */
  public static List<Candidate> examine(
      Iterable<BackendProvider> providers,
      Map<String, String> configuration,
      Optional<Path> cache) {
    Choice choice = new Choice(find(providers), configuration, cache, Trial::gigaflops);
    choice.openEach().values().forEach(Backend::close);
    return choice.candidates();
  }

  private static List<Found> find(Iterable<BackendProvider> providers) {
    List<Found> found = new ArrayList<>();
    for (BackendProvider provider : providers) {
      Found each = new Found(provider);
      found.stream()
          .filter(other -> other.name().equals(each.name()))
          .findFirst()
          .ifPresent(each::refuseBeside);
      found.add(each);
    }
    return found;
  }
}
