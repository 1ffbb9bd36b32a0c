package dev.fathom.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.data.Normalisation;
import dev.fathom.loss.BinaryCrossEntropy;
import dev.fathom.loss.CrossEntropy;
import dev.fathom.loss.MeanSquaredError;
import dev.fathom.loss.QuantileLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Reads fitted tasks of models that come from no spec, as {@link Task#toJson} wrote them. */
public final class StoredTask {
  private static final Map<String, Function<JsonNode, Task>> TYPES =
      Map.of(
          RawOutputs.NAME, json -> new RawOutputs(texts(json.path("names"))),
          Classification.NAME, StoredTask::classification,
          Regression.NAME, StoredTask::regression);

  private StoredTask() {}

  /**
   * {@return whether a task can be stored without a spec}
   *
   * @param name of the task
   */
  public static boolean knows(String name) {
    return TYPES.containsKey(name);
  }

  /**
   * {@return the task}
   *
   * @throws IllegalArgumentException if it is of a type that is not known, naming it
   */
  public static Task fromJson(JsonNode json) {
    String type = json.path("type").asText();
    Function<JsonNode, Task> read = TYPES.get(type);
    if (read == null) {
      throw new IllegalArgumentException(
          "[task] expected one of %s but got '%s'"
              .formatted(TYPES.keySet().stream().sorted().toList(), type));
    }
    return read.apply(json);
  }

  private static Task classification(JsonNode json) {
    boolean several = json.path("several").asBoolean();
    return new Classification(
        several ? new BinaryCrossEntropy() : new CrossEntropy(),
        several,
        texts(json.path("labels")),
        json.path("perStep").asBoolean());
  }

  private static Task regression(JsonNode json) {
    List<Double> quantiles = new ArrayList<>();
    json.path("quantiles").forEach(level -> quantiles.add(level.doubleValue()));
    return new Regression(
        quantiles.size() > 1 ? new QuantileLoss(quantiles) : new MeanSquaredError(),
        Normalisation.of(1, json.path("mean").asDouble(0), json.path("deviation").asDouble(1)));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
