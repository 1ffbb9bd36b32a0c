package dev.fathom.compile;

import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendProvider;
import dev.fathom.spi.BackendProvider.Probe;
import dev.fathom.spi.Device;
import dev.fathom.spi.conformance.ConformanceCases;
import dev.fathom.spi.conformance.ConformanceReport;
import dev.fathom.spi.conformance.ConformanceRunner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Finds backends and chooses one. {@code auto} takes the highest-ranked whose probe and self-test
 * pass; a backend that was named and fails is an error, never a silent fall-back.
 */
public final class Backends {
  private Backends() {}

  /**
   * What was found of one backend.
   *
   * @param name as the provider gives it
   * @param devices what its probe listed, empty if it is refused
   * @param refusal why it cannot be used and what would help, one line
   */
  public record Candidate(String name, List<Device> devices, Optional<String> refusal) {}

  /**
   * The choice.
   *
   * @param name of the chosen backend
   * @param backend open and tested
   * @param candidates all that were found, the chosen one included
   */
  public record Selection(String name, Backend backend, List<Candidate> candidates) {}

  private record Found(BackendProvider provider, Probe.Available probe) {}

  private static final class Default {
    static final Backend BACKEND = select(System.getProperty("fathom.backend", "auto")).backend();
  }

  /**
   * {@return the backend that {@code Tensor} computes on, chosen once by {@code fathom.backend}}
   */
  public static Backend defaultBackend() {
    return Default.BACKEND;
  }

  /** {@return the choice among the providers on the class path} */
  public static Selection select(String wanted) {
    return select(wanted, ServiceLoader.load(BackendProvider.class), Map.of());
  }

  /**
   * {@return the choice among {@code providers}}
   *
   * @param wanted {@code auto}, a backend's name, or {@code name:n} for its device n
   * @param configuration passed to the backend that is opened
   * @throws IllegalArgumentException if {@code wanted} is not there or does not work, with the
   *     reason
   */
  public static Selection select(
      String wanted, Iterable<BackendProvider> providers, Map<String, String> configuration) {
    List<Candidate> candidates = new ArrayList<>();
    List<Found> found = probe(providers, candidates);
    String name = wanted.contains(":") ? wanted.substring(0, wanted.indexOf(':')) : wanted;
    found.sort(Comparator.comparingInt(f -> -f.probe().rank()));
    for (Found each : found) {
      if (!name.equals("auto") && !name.equals(each.provider().name())) {
        continue;
      }
      try {
        Backend backend = open(each.provider(), device(wanted, each.probe()), configuration);
        Optional<String> failure = selfTest(backend);
        if (failure.isEmpty()) {
          return new Selection(each.provider().name(), backend, List.copyOf(candidates));
        }
        backend.close();
        refuse(candidates, each.provider().name(), "self-test failed: " + failure.get());
      } catch (RuntimeException | LinkageError failed) {
        refuse(candidates, each.provider().name(), "cannot be opened: " + failed.getMessage());
      }
    }
    throw new IllegalArgumentException(
        "[backends] expected '" + wanted + "' to work but " + reasons(candidates, name));
  }

  private static Backend open(
      BackendProvider provider, Device device, Map<String, String> configuration) {
    Backend backend = provider.open(device, configuration);
    return provider.spiVersion() < BackendProvider.SPI_VERSION
        ? new Versioned(backend, provider.spiVersion())
        : backend;
  }

  private static List<Found> probe(
      Iterable<BackendProvider> providers, List<Candidate> candidates) {
    List<Found> found = new ArrayList<>();
    for (BackendProvider provider : providers) {
      String name = provider.name();
      if (candidates.stream().anyMatch(c -> c.name().equals(name))) {
        candidates.add(
            new Candidate(name, List.of(), Optional.of("another backend has this name")));
        continue;
      }
      if (provider.spiVersion() > BackendProvider.SPI_VERSION) {
        candidates.add(
            new Candidate(
                name,
                List.of(),
                Optional.of(
                    "needs SPI version "
                        + provider.spiVersion()
                        + ", this is "
                        + BackendProvider.SPI_VERSION
                        + "; update Fathom")));
        continue;
      }
      try {
        switch (provider.probe()) {
          case Probe.Available available -> {
            candidates.add(new Candidate(name, available.devices(), Optional.empty()));
            found.add(new Found(provider, available));
          }
          case Probe.Unavailable(String reason, String remedy) ->
              candidates.add(new Candidate(name, List.of(), Optional.of(reason + " " + remedy)));
        }
      } catch (RuntimeException | LinkageError failed) {
        candidates.add(new Candidate(name, List.of(), Optional.of("its probe failed: " + failed)));
      }
    }
    return found;
  }

  private static Device device(String wanted, Probe.Available probe) {
    if (!wanted.contains(":")) {
      return probe.devices().getFirst();
    }
    String number = wanted.substring(wanted.indexOf(':') + 1);
    return probe.devices().stream()
        .filter(device -> Integer.toString(device.index()).equals(number))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "[backends] expected a device of "
                        + probe.devices()
                        + " but got '"
                        + number
                        + "'"));
  }

  /** Milliseconds of known answers; a backend that computes wrongly is not used. */
  private static Optional<String> selfTest(Backend backend) {
    List<ConformanceReport> failures =
        new ConformanceRunner(backend).failures(ConformanceCases.selfTest());
    return failures.isEmpty() ? Optional.empty() : Optional.of(failures.getFirst().toString());
  }

  private static void refuse(List<Candidate> candidates, String name, String reason) {
    candidates.replaceAll(
        c -> c.name().equals(name) ? new Candidate(name, c.devices(), Optional.of(reason)) : c);
  }

  private static String reasons(List<Candidate> candidates, String name) {
    List<String> reasons =
        candidates.stream()
            .filter(c -> name.equals("auto") || c.name().equals(name))
            .map(c -> c.name() + ": " + c.refusal().orElse("not tried"))
            .toList();
    return reasons.isEmpty()
        ? "found only " + candidates.stream().map(Candidate::name).toList()
        : String.join("; ", reasons);
  }
}
