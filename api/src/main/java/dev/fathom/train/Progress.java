package dev.fathom.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.metric.Accuracy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * Every counter of a run. Learning rate and random numbers are functions of {@code step}, batches
 * of {@code epoch} and {@code batch}.
 *
 * @param spec the expanded spec
 * @param data the digests of the files that are learned from
 * @param backend the backend's name
 * @param variant all of the device that may change the bits of a result
 * @param state the names of the tensors of the optimisers' state
 * @param step how many steps are done
 * @param epoch how many epochs are finished
 * @param batch how many batches of the epoch under way are done
 * @param epochLoss the sum of the losses of the targets of the epoch under way: of examples, or of
 *     their steps that count
 * @param epochTargets how many they are, or the sum of their weights
 * @param epochExamples of how many examples
 * @param epochMetrics the states of the metrics of the epoch under way, by their names
 * @param bestLoss the best validation loss
 * @param staleEpochs how many epochs it did not fall
 * @param stopped whether early stopping has ended the run
 * @param validations what the schedule keeps of the validations
 * @param seconds how long it has run
 */
public record Progress(
    ObjectNode spec,
    DataDigests data,
    String backend,
    String variant,
    List<String> state,
    long step,
    long epoch,
    int batch,
    double epochLoss,
    double epochTargets,
    long epochExamples,
    Map<String, double[]> epochMetrics,
    OptionalDouble bestLoss,
    long staleEpochs,
    boolean stopped,
    double[] validations,
    double seconds) {
  public Progress {
    state = List.copyOf(state);
    epochMetrics = Map.copyOf(epochMetrics);
  }

  /** {@return the counters as JSON; numbers come back bitwise the same} */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("backend", backend).put("variant", variant);
    // The key is that of the first format.
    state.forEach(json.putArray("moments")::add);
    json.put("step", step).put("epoch", epoch).put("batch", batch);
    json.put("epochLoss", epochLoss);
    json.put("epochTargets", epochTargets).put("epochExamples", epochExamples);
    ObjectNode metrics = json.putObject("epochMetrics");
    epochMetrics.forEach(
        (name, values) -> DoubleStream.of(values).forEach(metrics.putArray(name)::add));
    if (validations.length > 0) {
      DoubleStream.of(validations).forEach(json.putArray("validations")::add);
    }
    bestLoss.ifPresent(loss -> json.put("bestLoss", loss));
    json.put("staleEpochs", staleEpochs).put("stopped", stopped).put("seconds", seconds);
    json.set("data", data.toJson());
    json.set("spec", spec);
    return json;
  }

  /**
   * {@return the counters that {@link #toJson()} wrote}
   *
   * @throws IllegalArgumentException if one is missing
   */
  static Progress fromJson(ObjectNode json) {
    List<String> state = new ArrayList<>();
    json.required("moments").forEach(name -> state.add(name.textValue()));
    JsonNode best = json.path("bestLoss");
    double targets =
        json.path("epochTargets").asDouble(json.required("epochExamples").doubleValue());
    return new Progress(
        (ObjectNode) json.required("spec"),
        DataDigests.fromJson(json.path("data")),
        json.required("backend").textValue(),
        json.required("variant").textValue(),
        state,
        json.required("step").longValue(),
        json.required("epoch").longValue(),
        json.required("batch").intValue(),
        json.required("epochLoss").doubleValue(),
        targets,
        json.required("epochExamples").longValue(),
        metrics(json, targets),
        best.isNumber() ? OptionalDouble.of(best.doubleValue()) : OptionalDouble.empty(),
        json.required("staleEpochs").longValue(),
        json.required("stopped").booleanValue(),
        doubles(json.path("validations")),
        json.path("seconds").asDouble());
  }

  private static Map<String, double[]> metrics(ObjectNode json, double targets) {
    Map<String, double[]> metrics = new HashMap<>();
    if (json.has("epochCorrect")) { // The first format knew of accuracy alone.
      double correct = json.get("epochCorrect").doubleValue();
      metrics.put(Accuracy.NAME, new double[] {correct, targets});
    }
    for (Map.Entry<String, JsonNode> entry : json.path("epochMetrics").properties()) {
      metrics.put(entry.getKey(), doubles(entry.getValue()));
    }
    return metrics;
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).doubleValue();
    }
    return values;
  }
}
