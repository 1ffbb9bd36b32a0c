package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells the figures of trainings and tests, each behind its name. */
final class Figures {

  private static final int FEW_CLASSES = 3;

  /** Numbers of an event that are no figures. */
  private static final Set<String> OTHERS =
      Set.of("examples", "step", "epoch", "samplesPerSecond", "dataStallShare", "secondsLeft");

  static final String LOSS = "loss";

  private Figures() {}

  /** {@return the figures of one test: {@code "accuracy 0.9814, f1 0.9701, f1.ham 0.9876"}} */
  static String line(JsonNode test) {
    return shown(test).entrySet().stream()
        .map(figure -> format("%s %.4f", figure.getKey(), figure.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** {@return the figures of an epoch: {@code "loss 0.2312 accuracy 0.9305"}} */
  static String epoch(JsonNode event) {
    return of(event).entrySet().stream()
        .filter(figure -> !figure.getKey().contains("."))
        .map(figure -> format("%s %.4f", figure.getKey(), figure.getValue()))
        .collect(Collectors.joining("  "));
  }

  /**
   * {@return the mean of each figure and its standard deviation from training to training, that of
   * a sample: {@code "accuracy 0.9825 (deviation 0.0009)"}}
   *
   * @param tests two or more of one spec
   */
  static String means(List<JsonNode> tests) {
    var all = tests.stream().map(Figures::shown).toList();
    return all.getFirst().keySet().stream()
        .filter(name -> all.stream().allMatch(figures -> figures.containsKey(name)))
        .map(name -> mean(name, all.stream().mapToDouble(figures -> figures.get(name)).toArray()))
        .collect(Collectors.joining(", "));
  }

  private static String mean(String name, double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double deviation = Math.sqrt(squares / (values.length - 1));
    return format("%s %.4f (deviation %.4f)", name, mean, deviation);
  }

  /** {@return the first figure of one test, the loss where it is all: {@code "accuracy 0.9814"}} */
  static String headline(JsonNode test) {
    return shown(test).entrySet().stream()
        .findFirst()
        .map(figure -> format("%s %.4f", figure.getKey(), figure.getValue()))
        .orElse("");
  }

  /** {@return the figures of a test, an epoch or its progress by their names} */
  static SequencedMap<String, Double> of(JsonNode measured) {
    var figures = new LinkedHashMap<String, Double>();
    for (var field : measured.properties()) {
      if (field.getValue().isNumber() && !OTHERS.contains(field.getKey())) {
        figures.put(field.getKey(), field.getValue().asDouble());
      }
    }
    return figures;
  }

  /** The figures in their order; those of classes where these are few, the loss where it is all. */
  private static SequencedMap<String, Double> shown(JsonNode measured) {
    var figures = of(measured);
    var classes =
        figures.keySet().stream()
            .filter(name -> name.contains("."))
            .collect(Collectors.groupingBy(name -> name.substring(0, name.indexOf('.'))));
    for (Map.Entry<String, List<String>> each : classes.entrySet()) {
      if (each.getValue().size() > FEW_CLASSES) {
        each.getValue().forEach(figures::remove);
      }
    }
    if (figures.size() > 1) {
      figures.remove(LOSS);
    }
    return figures;
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
