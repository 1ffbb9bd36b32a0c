package dev.fathom.compile;

import dev.fathom.compile.Coverage.Declined;
import dev.fathom.compile.Coverage.Remedy;
import dev.fathom.spi.KernelSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what a backend declines; equal ones are counted. */
final class Declines {
  private final Map<Declined, Integer> counts = new LinkedHashMap<>();

  void lowered(String spec, String reason) {
    add(new Declined(spec, Remedy.LOWERED, reason, 1));
  }

  void unfused(KernelSpec spec, String reason) {
    add(new Declined(spec.name(), Remedy.UNFUSED, reason, 1));
  }

  void add(Declined declined) {
    Declined one = new Declined(declined.spec(), declined.remedy(), declined.reason(), 1);
    counts.merge(one, declined.count(), Integer::sum);
  }

  List<Declined> counted() {
    return counts.entrySet().stream()
        .map(Map.Entry::getKey)
        .map(one -> new Declined(one.spec(), one.remedy(), one.reason(), counts.get(one)))
        .toList();
  }
}
