package dev.fathom.device;

import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendProvider;
import dev.fathom.spi.BackendProvider.Probe;
import dev.fathom.spi.Device;
import dev.fathom.spi.conformance.ConformanceCases;
import dev.fathom.spi.conformance.ConformanceReport;
import dev.fathom.spi.conformance.ConformanceRunner;
import java.security.CodeSource;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** A provider and its state while a backend is chosen. For one thread at a time. */
final class Found {
  private final BackendProvider provider;
  private final String name;
  private List<Device> devices = List.of();
  private int rank;
  private Optional<String> refusal = Optional.empty();
  private Optional<String> note = Optional.empty();
  private Optional<Duration> probing = Optional.empty();
  private Optional<Duration> opening = Optional.empty();
  private Optional<Duration> testing = Optional.empty();

  Found(BackendProvider provider) {
    this.provider = provider;
    String given = provider.getClass().getName();
    try {
      given = String.valueOf(provider.name());
    } catch (RuntimeException | Error failed) {
      refuse("its name failed: " + line(failed));
    }
    name = given;
  }

  String name() {
    return name;
  }

  int rank() {
    return rank;
  }

  boolean isUsable() {
    return refusal.isEmpty();
  }

  /** Refuses this one because {@code other} was there first. */
  void refuseBeside(Found other) {
    refuse("is in " + other.origin() + " and in " + origin() + "; remove one of the two");
  }

  /** {@return the jar or folder that the provider comes from} */
  private String origin() {
    CodeSource source = provider.getClass().getProtectionDomain().getCodeSource();
    return source == null || source.getLocation() == null
        ? provider.getClass().getName()
        : source.getLocation().getPath();
  }

  void refuse(String reason) {
    refusal = Optional.of(reason);
  }

  void note(String text) {
    note = Optional.of(text);
  }

  Backends.Candidate candidate() {
    return new Backends.Candidate(
        name, devices, refusal, note, new Backends.Times(probing, opening, testing));
  }

  /** Asks whether the backend can work here, unless it was asked or refused already. */
  void probe() {
    if (probing.isPresent() || !isUsable()) {
      return;
    }
    long start = System.nanoTime();
    try {
      int version = provider.spiVersion();
      if (version > BackendProvider.SPI_VERSION) {
        refuse(
            "needs SPI version %d, this is %d; update Fathom"
                .formatted(version, BackendProvider.SPI_VERSION));
        return;
      }
      switch (provider.probe()) {
        case null -> refuse("its probe gave null");
        case Probe.Available(List<Device> listed, int _) when listed.isEmpty() ->
            refuse("its probe found no device and did not say why");
        case Probe.Available _ when !name.matches("[a-z0-9-]+") || name.equals(Backends.AUTO) ->
            refuse("its name must be [a-z0-9-]+ and not 'auto'");
        case Probe.Available(List<Device> listed, int given) -> {
          devices = listed;
          rank = given;
        }
        case Probe.Unavailable(String reason, String remedy) -> refuse(reason + " " + remedy);
      }
    } catch (RuntimeException | Error failed) {
      refuse("its probe failed: " + line(failed));
    }
    probing = since(start);
  }

  /** {@return the device that is preferred} */
  Device device() {
    return devices.getFirst();
  }

  /**
   * {@return the device of that number, or the only one whose name is or has that text}
   *
   * @throws IllegalArgumentException if there is none, or more than one
   */
  Device device(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    List<Device> fitting = devices.stream().filter(d -> text.equals("" + d.index())).toList();
    if (fitting.isEmpty()) {
      fitting = devices.stream().filter(d -> d.name().equalsIgnoreCase(text)).toList();
    }
    if (fitting.isEmpty() && !text.isEmpty()) {
      fitting =
          devices.stream().filter(d -> d.name().toLowerCase(Locale.ROOT).contains(lower)).toList();
    }
    if (fitting.size() != 1) {
      throw new IllegalArgumentException(
          "[backends] expected %s device of %s but got '%s'; there are %s"
              .formatted(
                  fitting.isEmpty() ? "the number or name of a" : "the number or name of one",
                  name,
                  text,
                  String.join(
                      ", ", devices.stream().map(d -> d.index() + " " + d.name()).toList())));
    }
    return fitting.getFirst();
  }

  /** {@return all that a measured figure depends on} */
  String identity(Map<String, String> configuration) {
    return String.join(
        " | ",
        name,
        Objects.toString(provider.getClass().getPackage().getImplementationVersion(), "-"),
        device().name(),
        device().variant(),
        Runtime.getRuntime().availableProcessors() + " processors",
        // A native image and a JVM that share a data directory run different code.
        System.getProperty("java.vm.name"),
        new TreeMap<>(configuration).toString());
  }

  /** {@return the backend, if it opens and computes known answers right; refused otherwise} */
  Optional<Backend> open(Device device, Map<String, String> configuration) {
    long start = System.nanoTime();
    Backend backend;
    try {
      backend = provider.open(device, configuration);
    } catch (RuntimeException | Error failed) {
      refuse("cannot be opened: " + message(failed));
      return Optional.empty();
    } finally {
      opening = since(start);
    }
    if (backend == null) {
      refuse("cannot be opened: its provider gave null");
      return Optional.empty();
    }
    if (provider.spiVersion() < BackendProvider.SPI_VERSION) {
      backend = new Versioned(backend, provider.spiVersion());
    }
    start = System.nanoTime();
    selfTest(backend).ifPresent(failure -> refuse("self-test failed: " + failure));
    testing = since(start);
    if (isUsable()) {
      return Optional.of(backend);
    }
    backend.close();
    return Optional.empty();
  }

  /** Milliseconds of known answers; a backend that computes wrongly is not used. */
  private static Optional<String> selfTest(Backend backend) {
    try {
      List<ConformanceReport> failures =
          new ConformanceRunner(backend).failures(ConformanceCases.selfTest());
      return failures.stream().findFirst().map(ConformanceReport::toString);
    } catch (RuntimeException | Error failed) {
      return Optional.of(message(failed));
    }
  }

  /** {@return the message of an exception, or its class if it has none, in one line} */
  static String message(Throwable failed) {
    return failed.getMessage() == null || failed instanceof Error
        ? line(failed)
        : inOneLine(failed.getMessage());
  }

  private static String line(Throwable failed) {
    return inOneLine(failed.toString());
  }

  private static String inOneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ");
  }

  private static Optional<Duration> since(long start) {
    return Optional.of(Duration.ofNanos(System.nanoTime() - start));
  }
}
