package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import java.util.Map;
import java.util.function.LongFunction;

/** Networks by name, written in the keys of a spec. */
final class Presets {
  private static final Map<String, LongFunction<ArrayNode>> PRESETS =
      Map.of("mlp", Presets::mlp, "lenet", Presets::lenet);

  private Presets() {}

  /** {@return the layers of {@code "lenet"} or {@code {"preset": "lenet", "classes": 10}}} */
  static ArrayNode layers(JsonNode node, String pointer) {
    Parsed<ArrayNode> layers =
        Fields.read(
            node,
            pointer,
            "preset",
            f -> f.choice("preset", null, PRESETS).apply(f.integer("classes", 10L, 1)));
    return layers.value();
  }

  /** 512-512-classes on all values of an example. */
  private static ArrayNode mlp(long classes) {
    ArrayNode layers = JsonNodeFactory.instance.arrayNode();
    layers.addObject().put("type", "flatten");
    layers.addObject().put("type", "dense").put("units", 512).put("activation", "relu");
    layers.addObject().put("type", "dense").put("units", 512).put("activation", "relu");
    return logits(layers, classes);
  }

  /**
   * Two convolutions with pooling, two dense layers: after LeCun et al. (1998), with 3x3 kernels.
   */
  private static ArrayNode lenet(long classes) {
    ArrayNode layers = JsonNodeFactory.instance.arrayNode();
    for (int filters : new int[] {32, 64}) {
      layers
          .addObject()
          .put("type", "conv2d")
          .put("filters", filters)
          .put("kernel", 3)
          .put("padding", "same")
          .put("activation", "relu");
      layers.addObject().put("type", "maxpool2d").put("kernel", 2);
    }
    layers.addObject().put("type", "flatten");
    layers.addObject().put("type", "dense").put("units", 128).put("activation", "relu");
    return logits(layers, classes);
  }

  /** Ends a network; without a rectifier behind it, a layer starts as Glorot and Bengio say. */
  private static ArrayNode logits(ArrayNode layers, long classes) {
    layers
        .addObject()
        .put("type", "dense")
        .put("units", classes)
        .put("initializer", "xavierNormal");
    return layers;
  }
}
