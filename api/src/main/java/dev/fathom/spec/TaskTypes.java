package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Windowing;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.Range;
import dev.fathom.json.SpecException;
import dev.fathom.loss.Loss;
import dev.fathom.task.Adversarial;
import dev.fathom.task.Classification;
import dev.fathom.task.Detection;
import dev.fathom.task.Diffusion;
import dev.fathom.task.Forecast;
import dev.fathom.task.LanguageModel;
import dev.fathom.task.Reconstruction;
import dev.fathom.task.Regression;
import dev.fathom.task.Segmentation;
import dev.fathom.task.Task;
import dev.fathom.task.Translation;
import dev.fathom.task.VariationalAutoencoder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The key {@code task} of a spec: a name, or an object with its {@code type} and fields. Where
 * data, loss and layers leave no doubt it may be left out.
 */
final class TaskTypes {
  private static final String CROSS_ENTROPY = "crossEntropy";

  /** Losses of classes; all others are of numbers. */
  private static final Set<String> OF_CLASSES =
      Set.of(CROSS_ENTROPY, "binaryCrossEntropy", "focal");

  private static final long MOST_OBJECTS = 1000;
  private static final long MOST_TIMES = 100_000;

  private static final String SQUARED = "meanSquaredError";

  static final Map<String, TaskType> OWN =
      Map.of(
          Detection.NAME, new TaskType("anchorFree", TaskTypes::detection),
          Segmentation.NAME, new TaskType("pixelCrossEntropy", (_, loss) -> new Segmentation(loss)),
          Classification.NAME, new TaskType(CROSS_ENTROPY, (_, loss) -> classification(loss)),
          Regression.NAME, new TaskType(SQUARED, (_, loss) -> new Regression(loss)),
          LanguageModel.NAME, new TaskType(CROSS_ENTROPY, (_, loss) -> new LanguageModel(loss)),
          Translation.NAME,
              new TaskType(
                  CROSS_ENTROPY,
                  (f, loss) ->
                      new Translation(loss, f.text("start", "<s>"), f.text("end", "</s>"))),
          Reconstruction.NAME, new TaskType(SQUARED, TaskTypes::reconstruction),
          VariationalAutoencoder.NAME, new TaskType("binaryCrossEntropy", TaskTypes::variational),
          Diffusion.NAME, new TaskType(SQUARED, TaskTypes::diffusion),
          Adversarial.NAME, new TaskType("binaryCrossEntropy", TaskTypes::adversarial));

  private TaskTypes() {}

  static Map<String, TaskType> all() {
    return Extensions.with("task", OWN, Extension::tasks);
  }

  /**
   * A task whose loss is not read yet.
   *
   * @param node its object
   * @param all its fields
   */
  record Named(TaskType type, JsonNode node, String pointer, ObjectNode all) {
    /** {@return the task} */
    Task with(Loss loss) {
      try {
        return type.read().of(Fields.of(node, pointer), loss);
      } catch (SpecException e) {
        throw e;
      } catch (IllegalArgumentException e) {
        throw new SpecException(pointer, e.getMessage());
      }
    }

    /** {@return it as it stands in the expanded spec: its name, or all its fields} */
    JsonNode expanded() {
      return all.size() == 1 ? all.get("type") : all;
    }
  }

  /** Reads the type of a spec's task. */
  static Named read(Fields spec, DataSpec data, JsonNode training) {
    Map<String, TaskType> types = new HashMap<>(all());
    Windowing windowing = data.source() instanceof SeriesSpec series ? series.windowing() : null;
    types.put(Forecast.NAME, new TaskType(SQUARED, (_, loss) -> new Forecast(loss, windowing)));
    Named named = read(spec, found(data, training), types);
    if (windowing == null && named.all().get("type").textValue().equals(Forecast.NAME)) {
      throw new SpecException(spec.at("task"), "expected data of the format series for a forecast");
    }
    return named;
  }

  private static Named read(Fields spec, String byDefault, Map<String, TaskType> types) {
    if (spec.isObject("task")) {
      return spec.object("task", (node, pointer) -> named(node, pointer, types));
    }
    spec.computed("task").choice("task", byDefault, types);
    JsonNode type = JsonNodeFactory.instance.objectNode().set("type", spec.expanded().get("task"));
    return named(type, spec.at("task"), types).value();
  }

  private static Parsed<Named> named(JsonNode node, String pointer, Map<String, TaskType> types) {
    return Fields.read(
        node,
        pointer,
        null,
        f -> {
          TaskType type = f.choice("type", null, types);
          // Reads the other fields too: the loss that is not known yet changes none of them.
          type.read().of(f, usualLoss(type));
          return new Named(type, node, pointer, f.expanded());
        });
  }

  private static Loss usualLoss(TaskType type) {
    Fields none = Fields.of(JsonNodeFactory.instance.objectNode(), "");
    return LossTypes.all().get(type.loss()).read(none);
  }

  /** The task that data, layers and loss leave no doubt of. */
  private static String found(DataSpec data, JsonNode training) {
    if (data.source().task().isPresent()) {
      return data.source().task().get();
    }
    JsonNode loss = training.path("loss");
    String name = loss.isObject() ? loss.path("type").asText() : loss.asText(CROSS_ENTROPY);
    return OF_CLASSES.contains(name) ? Classification.NAME : Regression.NAME;
  }

  private static Task detection(Fields f, Loss loss) {
    return new Detection(
        loss,
        f.number("score", 0.5, Range.INSIDE),
        f.number("overlap", 0.5, Range.INSIDE),
        (int) f.integer("most", 20L, 1, MOST_OBJECTS));
  }

  private static Task reconstruction(Fields f, Loss loss) {
    return new Reconstruction(loss, f.onceEach("anomalies", f.texts("anomalies")));
  }

  private static Task variational(Fields f, Loss loss) {
    return new VariationalAutoencoder(loss, f.number("beta", 1.0, Range.NOT_NEGATIVE));
  }

  private static Task diffusion(Fields f, Loss loss) {
    return new Diffusion(
        loss,
        f.choice(
            "schedule",
            "cosine",
            Map.of("cosine", Diffusion.Schedule.COSINE, "linear", Diffusion.Schedule.LINEAR)),
        f.choice(
            "prediction",
            "noise",
            Map.of("noise", Diffusion.Prediction.NOISE, "velocity", Diffusion.Prediction.VELOCITY)),
        (int) f.integer("times", 1000L, 1, MOST_TIMES),
        f.number("unconditional", 0.1, Range.SHARE),
        (int) f.integer("steps", 50L, 1, MOST_TIMES),
        f.number("guidance", 1.0, Range.NOT_NEGATIVE));
  }

  private static Task adversarial(Fields f, Loss loss) {
    return new Adversarial(
        loss,
        LayerTypes.filled(f, "discriminator"),
        f.object("optimizer", (n, at) -> Typed.read(n, at, "adam", OptimizerTypes.all())),
        f.integer("noise", 64L, 1),
        f.number("real", 1.0, Range.UNIT));
  }

  private static Task classification(Loss loss) {
    // Logits that are questions of their own are compared with numbers of 0 and 1.
    return new Classification(loss, loss.targetType().isFloating());
  }
}
