package dev.fathom.device;

import dev.fathom.device.Backends.Candidate;
import dev.fathom.device.Backends.Selection;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** One choice among backends. For one thread, once; {@link #candidates} for any. */
final class Choice {
  /** How many times as fast a backend of lower rank must be to win. */
  static final int CLEARLY = 2;

  private final List<Found> found;
  private final Map<String, String> configuration;
  private final Optional<Path> cache;
  private final ToDoubleFunction<Backend> trial;

  /**
   * @param trial gives the figure that backends are compared by; the higher, the better
   */
  Choice(
      List<Found> found,
      Map<String, String> configuration,
      Optional<Path> cache,
      ToDoubleFunction<Backend> trial) {
    this.found = found;
    this.configuration = configuration;
    this.cache = cache;
    this.trial = trial;
  }

  /** {@return all backends; those that the choice had not probed are probed now} */
  synchronized List<Candidate> candidates() {
    found.forEach(Found::probe);
    return found.stream().map(Found::candidate).toList();
  }

  private Selection selection(Found winner, Backend backend, List<Found> tried) {
    return new Selection(
        winner.name(), backend, tried.stream().map(Found::candidate).toList(), this::candidates);
  }

  /** {@return the backend of that name, on the device that the user named or it prefers} */
  Selection named(String name, Optional<String> device) {
    List<Found> those = found.stream().filter(each -> each.name().equals(name)).toList();
    those.forEach(Found::probe);
    Optional<Found> usable = those.stream().filter(Found::isUsable).findFirst();
    if (usable.isPresent()) {
      Found each = usable.get();
      Device on;
      try {
        on = device.map(each::device).orElseGet(each::device);
      } catch (IllegalArgumentException unknown) {
        throw new NoBackendException(unknown.getMessage(), candidates());
      }
      Optional<Backend> backend = open(each, on);
      if (backend.isPresent()) {
        return selection(each, backend.get(), those);
      }
    }
    throw refused(name, those);
  }

  /** {@return the best of those that work} */
  Selection best() {
    found.forEach(Found::probe);
    List<Found> usable =
        new ArrayList<>(
            found.stream()
                .filter(Found::isUsable)
                .sorted(Comparator.comparingInt(each -> -each.rank()))
                .toList());
    Map<Found, Backend> open = new LinkedHashMap<>();
    Map<Found, Double> rates = new HashMap<>();
    if (usable.size() > 1) {
      Figures figures = new Figures(cache);
      rates.putAll(known(figures, usable));
      if (rates.size() < usable.size()) {
        open.putAll(openEach());
        rates.clear();
        rates.putAll(measure(open));
        usable.retainAll(open.keySet());
        if (!usable.isEmpty() && fastest(usable, rates) != usable.getFirst()) {
          // Other work on the machine can slow a trial tenfold, and the figure would be kept.
          Map<Found, Double> again = measure(open);
          usable.retainAll(open.keySet());
          again.forEach((each, rate) -> rates.merge(each, rate, Math::max));
        }
        Map<String, Double> fresh = new HashMap<>();
        rates.forEach((each, rate) -> fresh.put(each.identity(configuration), rate));
        figures.keep(fresh);
      }
    }
    while (!usable.isEmpty()) {
      Found winner = fastest(usable, rates);
      Optional<Backend> backend =
          Optional.ofNullable(open.remove(winner)).or(() -> open(winner, winner.device()));
      if (backend.isPresent()) {
        open.values().forEach(Backend::close);
        note(winner, rates);
        return selection(winner, backend.get(), found);
      }
      usable.remove(winner);
    }
    throw refused("auto", found);
  }

  /** {@return every backend that opens and computes right} */
  Map<Found, Backend> openEach() {
    Map<Found, Backend> open = new LinkedHashMap<>();
    for (Found each : found) {
      each.probe();
      if (each.isUsable()) {
        open(each, each.device()).ifPresent(backend -> open.put(each, backend));
      }
    }
    return open;
  }

  private Optional<Backend> open(Found each, Device device) {
    Map<String, String> settings = new HashMap<>(configuration);
    cache.ifPresent(folder -> settings.put("cache", folder.resolve(each.name()).toString()));
    return each.open(device, settings);
  }

  private Map<Found, Double> known(Figures figures, List<Found> usable) {
    Map<String, Double> kept = figures.read();
    Map<Found, Double> rates = new HashMap<>();
    for (Found each : usable) {
      Double rate = kept.get(each.identity(configuration));
      if (rate != null) {
        rates.put(each, rate);
      }
    }
    return rates;
  }

  /** Measures where there is something to compare; one that fails is refused and leaves the map. */
  private Map<Found, Double> measure(Map<Found, Backend> open) {
    Map<Found, Double> rates = new HashMap<>();
    if (open.size() > 1) {
      for (Found each : List.copyOf(open.keySet())) {
        try {
          rates.put(each, trial.applyAsDouble(open.get(each)));
        } catch (RuntimeException | Error failed) {
          each.refuse("the contract that compares backends failed: " + Found.message(failed));
          open.remove(each).close();
        }
      }
    }
    return rates;
  }

  /**
   * @param usable the highest rank first
   */
  private static Found fastest(List<Found> usable, Map<Found, Double> rates) {
    Found best = usable.getFirst();
    for (Found each : usable) {
      if (rates.getOrDefault(each, 0.0) > CLEARLY * rates.getOrDefault(best, 0.0)) {
        best = each;
      }
    }
    return best;
  }

  private static void note(Found winner, Map<Found, Double> rates) {
    Double best = rates.get(winner);
    rates.forEach(
        (each, rate) -> {
          String own = text(rate) + " GFLOP/s";
          if (each == winner || best == null) {
            each.note(own);
          } else {
            String against = own + " against " + text(best) + " of " + winner.name();
            each.note(rate > best ? against + ", which ranks higher" : against);
          }
        });
  }

  private static String text(double rate) {
    return String.format(Locale.ROOT, rate < 10 ? "%.1f" : "%.0f", rate);
  }

  private NoBackendException refused(String wanted, List<Found> those) {
    List<Candidate> candidates = candidates();
    List<String> reasons =
        those.stream()
            .map(Found::candidate)
            .map(each -> each.name() + ": " + each.refusal().orElse("not tried"))
            .toList();
    return new NoBackendException(
        "[backends] expected '"
            + wanted
            + "' to work but "
            + (reasons.isEmpty()
                ? "found only " + candidates.stream().map(Candidate::name).toList()
                : String.join("; ", reasons)),
        candidates);
  }
}
