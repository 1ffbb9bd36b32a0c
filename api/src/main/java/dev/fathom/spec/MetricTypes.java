package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.data.SeriesWindows;
import dev.fathom.data.Tokens;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.metric.Accuracy;
import dev.fathom.metric.BitsPerByte;
import dev.fathom.metric.ClassReport;
import dev.fathom.metric.DetectionPrecision;
import dev.fathom.metric.ForecastReport;
import dev.fathom.metric.LogLoss;
import dev.fathom.metric.MeanIou;
import dev.fathom.metric.Metric;
import dev.fathom.metric.NumberError;
import dev.fathom.metric.PixelAccuracy;
import dev.fathom.metric.Ranking;
import dev.fathom.metric.Target;
import dev.fathom.metric.TopK;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The key {@code metrics} of a training: a list of names, or of objects with a {@code type} and
 * fields. Without it the task chooses.
 */
final class MetricTypes {
  static final Map<String, Reader<Function<Target, Metric>>> OWN =
      Map.ofEntries(
          Map.entry("accuracy", _ -> _ -> new Accuracy()),
          Map.entry("precision", _ -> t -> new ClassReport(ClassReport.Kind.PRECISION, t)),
          Map.entry("recall", _ -> t -> new ClassReport(ClassReport.Kind.RECALL, t)),
          Map.entry("f1", _ -> t -> new ClassReport(ClassReport.Kind.F1, t)),
          Map.entry("confusion", _ -> t -> new ClassReport(ClassReport.Kind.CONFUSION, t)),
          Map.entry("rocAuc", _ -> t -> new Ranking(Ranking.Kind.ROC_AUC, t)),
          Map.entry("prAuc", _ -> t -> new Ranking(Ranking.Kind.PR_AUC, t)),
          Map.entry("logLoss", _ -> _ -> new LogLoss(false)),
          Map.entry("perplexity", _ -> _ -> new LogLoss(true)),
          Map.entry("bitsPerByte", _ -> _ -> new BitsPerByte(Tokens.BYTES)),
          Map.entry("pixelAccuracy", _ -> _ -> new PixelAccuracy()),
          Map.entry("map50", _ -> t -> new DetectionPrecision(t, 0.5)),
          Map.entry("meanIou", _ -> t -> new MeanIou(t)),
          Map.entry("topK", MetricTypes::topK),
          Map.entry(
              "meanAbsoluteError", _ -> t -> new NumberError(NumberError.Kind.MEAN_ABSOLUTE, t)),
          Map.entry(
              "rootMeanSquaredError",
              _ -> t -> new NumberError(NumberError.Kind.ROOT_MEAN_SQUARED, t)),
          Map.entry("r2", _ -> t -> new NumberError(NumberError.Kind.R2, t)),
          Map.entry("forecast", _ -> t -> new ForecastReport(t, SeriesWindows.NAIVE)));

  private MetricTypes() {}

  static Map<String, Reader<Function<Target, Metric>>> all() {
    return Extensions.with("metric", OWN, Extension::metrics);
  }

  /** Reads a list of metrics; a name alone stands for an object with that type. */
  static Parsed<List<Function<Target, Metric>>> list(JsonNode node, String pointer) {
    Map<String, Reader<? extends Function<Target, Metric>>> types = Map.copyOf(all());
    return Fields.items(
        node, pointer, "metric", 0, "type", metric -> Typed.read(metric, null, types));
  }

  private static Function<Target, Metric> topK(Fields f) {
    long k = f.integer("k", 5L, 1);
    return _ -> new TopK(Math.toIntExact(Math.min(k, Integer.MAX_VALUE)));
  }
}
