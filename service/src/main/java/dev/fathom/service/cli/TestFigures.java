package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints the results of tests of trained models: each figure behind its name. */
final class TestFigures {

  private static final int FEW_CLASSES = 3;

  private TestFigures() {}

  /** {@return the figures of one test: {@code "accuracy 0.9814, F1 of ham 0.9876"}} */
  static String line(JsonNode test) {
    return of(test).entrySet().stream()
        .map(figure -> format("%s %.4f", figure.getKey(), figure.getValue()))
        .collect(Collectors.joining(", "));
  }

  /**
   * {@return the mean of each figure and its standard deviation from training to training, that of
   * a sample: {@code "accuracy 0.9825 (deviation 0.0009)"}}
   *
   * @param tests two or more of one spec
   */
  static String means(List<JsonNode> tests) {
    var all = tests.stream().map(TestFigures::of).toList();
    return all.getFirst().keySet().stream()
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

  /** {@return the figures in their order; F1 where the classes are few enough to name them} */
  private static Map<String, Double> of(JsonNode test) {
    var figures = new LinkedHashMap<String, Double>();
    if (test.has("meanAbsoluteError")) {
      figures.put("error", number(test, "meanAbsoluteError"));
      figures.put("seasonal-naive", number(test, "seasonalNaiveError"));
      if (test.has("coverage")) {
        figures.put("coverage", number(test, "coverage"));
      }
    } else if (test.has("f1")) {
      figures.put("accuracy", number(test, "accuracy"));
      if (test.path("f1").size() <= FEW_CLASSES) {
        test.path("f1")
            .properties()
            .forEach(f1 -> figures.put("F1 of " + f1.getKey(), f1.getValue().asDouble()));
      }
    } else {
      figures.put("loss", number(test, "loss"));
    }
    return figures;
  }

  private static double number(JsonNode test, String field) {
    return test.path(field).asDouble();
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
