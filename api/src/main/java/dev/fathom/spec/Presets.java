package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import java.util.Map;
import java.util.function.LongFunction;

/** Networks by name, written in the keys of a spec. */
final class Presets {
  private static final Map<String, LongFunction<ArrayNode>> PRESETS =
      Map.of("mlp", Presets::mlp, "lenet", Presets::lenet, "resnet18", Presets::resnet18);

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

  /**
   * Eighteen layers for small images: He et al. (2016), whose first convolution is 3x3 with stride
   * 1 and without a pool, as is usual for 32x32 pixels.
   */
  private static ArrayNode resnet18(long classes) {
    ArrayNode layers = JsonNodeFactory.instance.arrayNode();
    long before = 64;
    convolution(layers, before, 3, 1);
    layers.addObject().put("type", "batchnorm").put("activation", "relu");
    for (long filters : new long[] {64, 128, 256, 512}) {
      residual(layers, filters, filters == before ? 1 : 2, filters != before);
      residual(layers, filters, 1, false);
      before = filters;
    }
    layers.addObject().put("type", "globalaveragepool");
    return logits(layers, classes);
  }

  private static void residual(ArrayNode layers, long filters, int stride, boolean projects) {
    ObjectNode block = layers.addObject().put("type", "residual");
    ArrayNode body = block.putArray("body");
    convolution(body, filters, 3, stride);
    body.addObject().put("type", "batchnorm").put("activation", "relu");
    convolution(body, filters, 3, 1);
    body.addObject().put("type", "batchnorm");
    ArrayNode shortcut = block.putArray("shortcut");
    if (projects) {
      convolution(shortcut, filters, 1, stride);
      shortcut.addObject().put("type", "batchnorm");
    }
    block.put("activation", "relu");
  }

  /** Before batch norm, so without bias. */
  private static void convolution(ArrayNode layers, long filters, int kernel, int stride) {
    layers
        .addObject()
        .put("type", "conv2d")
        .put("filters", filters)
        .put("kernel", kernel)
        .put("stride", stride)
        .put("padding", kernel / 2)
        .put("bias", false);
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
