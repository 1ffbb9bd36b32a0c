package dev.fathom.metric;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** Makes small ordered maps. */
final class Figures {
  private Figures() {}

  static SequencedMap<String, Double> of(String name, double value) {
    SequencedMap<String, Double> figures = new LinkedHashMap<>();
    figures.put(name, value);
    return figures;
  }
}
