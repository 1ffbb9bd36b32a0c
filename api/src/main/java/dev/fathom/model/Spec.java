package dev.fathom.model;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Normalisation;
import dev.fathom.loss.QuantileLoss;
import dev.fathom.nn.LayerException;
import dev.fathom.nn.Network;
import dev.fathom.nn.Sequential;
import dev.fathom.spi.Shape;

/**
 * What a user asks for: a name, data, a model and how to train it, as declarative JSON.
 *
 * <pre>{@code
 * {
 *   "name": "digits",
 *   "data": {"dataset": "mnist", "scale": 0.00392156862745098},
 *   "model": [
 *     {"type": "conv2d", "filters": 32, "kernel": 3, "padding": "same", "activation": "relu"},
 *     {"type": "maxpool2d", "kernel": 2},
 *     {"type": "flatten"},
 *     {"type": "dense", "units": 10}
 *   ],
 *   "training": {"epochs": 3, "optimizer": {"type": "adam", "learningRate": 0.001}}
 * }
 * }</pre>
 *
 * <p>{@code "model"} may also be the name of a preset, {@code "mlp"} or {@code "lenet"}, or {@code
 * {"preset": "lenet", "classes": 26}}. Parsing is strict: an unknown key, a wrong type or a number
 * out of range is a {@link SpecException} with the field's JSON pointer. Immutable.
 */
public final class Spec {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String name;
  private final DataSpec data;
  private final Sequential model;
  private final TrainingSpec training;
  private final ObjectNode expanded;

  /** Whether the layers do not stand in the spec itself. */
  private final boolean preset;

  private Spec(Fields f) {
    name = name(f, "name");
    data = f.object("data", DataSpec::parse);
    preset = !f.isArray("model");
    model = f.required("model", Presets::model);
    training = f.object("training", TrainingSpec::parse);
    f.end();
    expanded = f.expanded();
  }

  /**
   * {@return the spec in a JSON text}
   *
   * @throws SpecException if it is not JSON, with line and column, or not a spec
   */
  public static Spec parse(String json) {
    try {
      return parse(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new SpecException(
          "",
          "malformed JSON at line %d, column %d: %s"
              .formatted(
                  at == null ? 1 : at.getLineNr(),
                  at == null ? 1 : at.getColumnNr(),
                  e.getOriginalMessage()));
    }
  }

  /**
   * {@return the spec in a JSON object}
   *
   * @throws SpecException if it is not a spec
   */
  public static Spec parse(JsonNode json) {
    return new Spec(Fields.of(json, ""));
  }

  /** {@return the name that the trained model gets, {@code [a-z0-9][a-z0-9._-]{0,62}}} */
  public String name() {
    return name;
  }

  /** {@return the section {@code data}} */
  public DataSpec data() {
    return data;
  }

  /** {@return the layers, presets spelled out} */
  public Sequential model() {
    return model;
  }

  /**
   * {@return the network of this spec for examples of one shape}
   *
   * @param raw of one example as a dataset holds it; a plane {@code [height, width]} becomes an
   *     image of one channel unless a layer takes sequences {@code [time, features]}
   * @throws SpecException if a layer does not fit, with its JSON pointer, its name and the shapes
   */
  public Network network(Shape raw) {
    Shape input = raw.rank() == 2 && !model.sequence() ? Shape.of(1).concat(raw) : raw;
    try {
      Network network = new Network(model, input);
      if (network.parameters().slots().isEmpty()) {
        throw new SpecException("/model", "expected a layer with parameters, there is none");
      }
      return network;
    } catch (LayerException e) {
      throw new SpecException(LayerSpecs.pointer(model, e.layer(), preset), e.getMessage());
    }
  }

  /** {@return the section {@code training}} */
  public TrainingSpec training() {
    return training;
  }

  /**
   * {@return this spec with means and deviations that were found}
   *
   * @param input of the input
   * @param target of the target, one mean
   */
  public Spec fitted(Normalisation input, Normalisation target) {
    ObjectNode json = expand();
    DataSpec.fitted((ObjectNode) json.get("data"), input, target);
    return parse(json);
  }

  /** {@return this spec with another seed} */
  public Spec withSeed(long seed) {
    ObjectNode json = expand();
    ((ObjectNode) json.get("training")).put("seed", seed);
    return parse(json);
  }

  /**
   * Makes answers of what the network of this spec gives, in place: in the units of the target,
   * quantiles in their order.
   *
   * @param outputs {@code [examples, ...output]}; probabilities stay as they are
   */
  public void answer(float[] outputs) {
    if (!data.targetNormalisation().equals(Normalisation.NONE)) {
      data.targetNormalisation().invert(outputs);
    }
    if (training.loss() instanceof QuantileLoss loss) {
      loss.sort(outputs);
    }
  }

  /** {@return a fresh copy of the spec with every default; it parses to an equal spec} */
  public ObjectNode expand() {
    return expanded.deepCopy();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Spec spec && expanded.equals(spec.expanded);
  }

  @Override
  public int hashCode() {
    return expanded.hashCode();
  }

  /** {@return the expanded spec as JSON, indented} */
  @Override
  public String toString() {
    return expanded.toPrettyString();
  }

  static String name(Fields f, String key) {
    String name = f.text(key, null);
    if (!name.matches("[a-z0-9][a-z0-9._-]{0,62}")) {
      throw new SpecException(
          f.at(key),
          "expected 1 to 63 of a-z, 0-9, '.', '_', '-', a letter or digit first, but got '"
              + name
              + "'");
    }
    return name;
  }
}
