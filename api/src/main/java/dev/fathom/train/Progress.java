package dev.fathom.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Every counter of a run. Learning rate and random numbers are functions of {@code step}, batches
 * of {@code epoch} and {@code batch}.
 *
 * @param spec the expanded spec
 * @param backend the backend's name
 * @param variant all of the device that may change the bits of a result
 * @param moments the names of the optimiser's moments
 * @param step how many steps are done
 * @param epoch how many epochs are finished
 * @param batch how many batches of the epoch under way are done
 * @param epochLoss the sum of the losses of the targets of the epoch under way: of examples, or of
 *     their steps that count
 * @param epochCorrect how many of them got the right answer
 * @param epochTargets how many they are
 * @param epochExamples of how many examples
 * @param bestLoss the best validation loss
 * @param staleEpochs how many epochs it did not fall
 * @param stopped whether early stopping has ended the run
 */
public record Progress(
    ObjectNode spec,
    String backend,
    String variant,
    List<String> moments,
    long step,
    long epoch,
    int batch,
    double epochLoss,
    long epochCorrect,
    long epochTargets,
    long epochExamples,
    OptionalDouble bestLoss,
    long staleEpochs,
    boolean stopped) {
  public Progress {
    moments = List.copyOf(moments);
  }

  /** {@return the counters as JSON; numbers come back bitwise the same} */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("backend", backend).put("variant", variant);
    moments.forEach(json.putArray("moments")::add);
    json.put("step", step).put("epoch", epoch).put("batch", batch);
    json.put("epochLoss", epochLoss);
    json.put("epochCorrect", epochCorrect).put("epochTargets", epochTargets);
    json.put("epochExamples", epochExamples);
    bestLoss.ifPresent(loss -> json.put("bestLoss", loss));
    json.put("staleEpochs", staleEpochs).put("stopped", stopped);
    json.set("spec", spec);
    return json;
  }

  /**
   * {@return the counters that {@link #toJson()} wrote}
   *
   * @throws IllegalArgumentException if one is missing
   */
  static Progress fromJson(ObjectNode json) {
    List<String> moments = new ArrayList<>();
    json.required("moments").forEach(name -> moments.add(name.textValue()));
    JsonNode best = json.path("bestLoss");
    return new Progress(
        (ObjectNode) json.required("spec"),
        json.required("backend").textValue(),
        json.required("variant").textValue(),
        moments,
        json.required("step").longValue(),
        json.required("epoch").longValue(),
        json.required("batch").intValue(),
        json.required("epochLoss").doubleValue(),
        json.required("epochCorrect").longValue(),
        json.path("epochTargets").asLong(json.required("epochExamples").longValue()),
        json.required("epochExamples").longValue(),
        best.isNumber() ? OptionalDouble.of(best.doubleValue()) : OptionalDouble.empty(),
        json.required("staleEpochs").longValue(),
        json.required("stopped").booleanValue());
  }
}
