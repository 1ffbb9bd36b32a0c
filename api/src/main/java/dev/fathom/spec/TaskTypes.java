package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Fields;
import dev.fathom.json.SpecException;
import dev.fathom.loss.Loss;
import dev.fathom.task.Classification;
import dev.fathom.task.Forecast;
import dev.fathom.task.LanguageModel;
import dev.fathom.task.Regression;
import dev.fathom.task.Task;
import dev.fathom.task.Translation;
import java.util.HashMap;
import java.util.Map;

/**
 * The key {@code task} of a spec: a name, or an object with its {@code type} and fields. Where
 * data, loss and layers leave no doubt it may be left out.
 */
final class TaskTypes {
  private static final String CROSS_ENTROPY = "crossEntropy";
  private static final String BINARY = "binaryCrossEntropy";
  private static final String SQUARED = "meanSquaredError";

  private static final Map<String, TaskType> OWN =
      Map.of(
          Classification.NAME, new TaskType(CROSS_ENTROPY, (_, loss) -> classification(loss)),
          Regression.NAME, new TaskType(SQUARED, (_, loss) -> new Regression(loss)),
          LanguageModel.NAME, new TaskType(CROSS_ENTROPY, (_, loss) -> new LanguageModel(loss)),
          Translation.NAME, new TaskType(CROSS_ENTROPY, (_, loss) -> new Translation(loss)));

  private TaskTypes() {}

  static Map<String, TaskType> all() {
    return Extensions.with("task", OWN, Extension::tasks);
  }

  /**
   * A task whose loss is not read yet.
   *
   * @param fields of its object
   */
  record Named(TaskType type, Fields fields) {
    /** {@return the task, its object read to its end} */
    Task with(Loss loss) {
      try {
        Task task = type.read().of(fields, loss);
        fields.end();
        return task;
      } catch (SpecException e) {
        throw e;
      } catch (IllegalArgumentException e) {
        throw new SpecException("/task", e.getMessage());
      }
    }

    /** {@return it as it stands in the expanded spec: its name, or all its fields} */
    JsonNode expanded() {
      ObjectNode all = fields.expanded();
      return all.size() == 1 ? all.get("type") : all;
    }
  }

  /** Reads the type of a spec's task. */
  static Named read(Fields spec, DataSpec data, JsonNode training) {
    Map<String, TaskType> types = new HashMap<>(all());
    if (data.source() instanceof SeriesSpec series) {
      types.put(
          Forecast.NAME,
          new TaskType(SQUARED, (_, loss) -> new Forecast(loss, series.windowing())));
    }
    JsonNode given = spec.raw("task");
    if (!(given instanceof ObjectNode)) {
      spec.choice("task", found(data, training), types);
      given = JsonNodeFactory.instance.objectNode().set("type", spec.expanded().get("task"));
    }
    Fields fields = Fields.of(given, spec.at("task"));
    return new Named(fields.choice("type", null, types), fields);
  }

  /** The task that data, layers and loss leave no doubt of. */
  private static String found(DataSpec data, JsonNode training) {
    if (data.source() instanceof SeriesSpec) {
      return Forecast.NAME;
    }
    if (data.source() instanceof TextSpec text && text.windows()) {
      return LanguageModel.NAME;
    }
    JsonNode loss = training.path("loss");
    String name = loss.isObject() ? loss.path("type").asText() : loss.asText(CROSS_ENTROPY);
    boolean isClass = name.equals(CROSS_ENTROPY) || name.equals(BINARY);
    return isClass ? Classification.NAME : Regression.NAME;
  }

  private static Task classification(Loss loss) {
    // Logits that are questions of their own are compared with numbers of 0 and 1.
    return new Classification(loss, loss.targetType().isFloating());
  }
}
