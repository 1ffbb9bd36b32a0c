package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.Range;
import java.util.Map;
import java.util.function.Function;

/**
 * Networks by name, written in the keys of a spec. {@code classes} and {@code width}, a factor of
 * the numbers of channels and features, are keys of all of them.
 */
final class Presets {
  private static final Map<String, Function<Fields, ArrayNode>> PRESETS =
      Map.of(
          "mlp", f -> mlp(classes(f), width(f)),
          "lenet", f -> lenet(classes(f), width(f)),
          "alexnet", f -> alexnet(classes(f), width(f)),
          "resnet18", f -> resnet18(classes(f), width(f)),
          "vit", f -> vit(classes(f), width(f), f.pair("patch", new long[] {4, 4}, 1)));

  private Presets() {}

  /** {@return the layers of {@code "lenet"} or {@code {"preset": "lenet", "classes": 10}}} */
  static ArrayNode layers(JsonNode node, String pointer) {
    Parsed<ArrayNode> layers =
        Fields.read(node, pointer, "preset", f -> f.choice("preset", null, PRESETS).apply(f));
    return layers.value();
  }

  private static long classes(Fields f) {
    return f.integer("classes", 10L, 1);
  }

  private static double width(Fields f) {
    return f.number("width", 1.0, Range.POSITIVE);
  }

  /** {@return so many times the width, rounded to a multiple of {@code of} that is not 0} */
  private static long scaled(long channels, double width, long of) {
    return Math.max(1, Math.round(channels * width / of)) * of;
  }

  private static long scaled(long channels, double width) {
    return scaled(channels, width, 4);
  }

  /** 512-512-classes on all values of an example. */
  private static ArrayNode mlp(long classes, double width) {
    ArrayNode layers = JsonNodeFactory.instance.arrayNode();
    layers.addObject().put("type", "flatten");
    dense(layers, scaled(512, width));
    dense(layers, scaled(512, width));
    return logits(layers, classes);
  }

  /**
   * Two convolutions with pooling, two dense layers: after LeCun et al. (1998), with 3x3 kernels.
   */
  private static ArrayNode lenet(long classes, double width) {
    ArrayNode layers = JsonNodeFactory.instance.arrayNode();
    for (int filters : new int[] {32, 64}) {
      layers
          .addObject()
          .put("type", "conv2d")
          .put("filters", scaled(filters, width))
          .put("kernel", 3)
          .put("padding", "same")
          .put("activation", "relu");
      layers.addObject().put("type", "maxpool2d").put("kernel", 2);
    }
    layers.addObject().put("type", "flatten");
    dense(layers, scaled(128, width));
    return logits(layers, classes);
  }

  private static void dense(ArrayNode layers, long units) {
    layers.addObject().put("type", "dense").put("units", units).put("activation", "relu");
  }

  /**
   * Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural
   * networks" (2012), for images of 224 x 224: five convolutions, of which three see one half of
   * the channels each, as on the paper's two GPUs; local response norm, overlapping pools, dropout.
   * With 1000 classes it has 60,965,224 parameters.
   */
  private static ArrayNode alexnet(long classes, double width) {
    ArrayNode layers = JsonNodeFactory.instance.arrayNode();
    convolution(layers, scaled(96, width), 11, 4, 2, 1);
    responseNorm(layers);
    pool(layers);
    convolution(layers, scaled(256, width), 5, 1, 2, 2);
    responseNorm(layers);
    pool(layers);
    convolution(layers, scaled(384, width), 3, 1, 1, 1);
    convolution(layers, scaled(384, width), 3, 1, 1, 2);
    convolution(layers, scaled(256, width), 3, 1, 1, 2);
    pool(layers);
    layers.addObject().put("type", "flatten");
    for (int i = 0; i < 2; i++) {
      dense(layers, scaled(4096, width));
      layers.addObject().put("type", "dropout").put("rate", 0.5);
    }
    return logits(layers, classes);
  }

  private static void convolution(
      ArrayNode layers, long filters, int kernel, int stride, int padding, int groups) {
    layers
        .addObject()
        .put("type", "conv2d")
        .put("filters", filters)
        .put("kernel", kernel)
        .put("stride", stride)
        .put("padding", padding)
        .put("groups", groups)
        .put("activation", "relu");
  }

  /** The paper's alpha of 1e-4 is of a sum of 5 squares, that of the layer of their mean. */
  private static void responseNorm(ArrayNode layers) {
    layers
        .addObject()
        .put("type", "localresponsenorm")
        .put("size", 5)
        .put("alpha", 5e-4)
        .put("beta", 0.75)
        .put("k", 2);
  }

  private static void pool(ArrayNode layers) {
    layers.addObject().put("type", "maxpool2d").put("kernel", 3).put("stride", 2);
  }

  /**
   * Eighteen layers for small images: He et al. (2016), whose first convolution is 3x3 with stride
   * 1 and without a pool, as is usual for 32x32 pixels.
   */
  private static ArrayNode resnet18(long classes, double width) {
    ArrayNode layers = JsonNodeFactory.instance.arrayNode();
    long before = scaled(64, width);
    convolution(layers, before, 3, 1);
    layers.addObject().put("type", "batchnorm").put("activation", "relu");
    for (int stage = 0; stage < 4; stage++) {
      long filters = scaled(64L << stage, width);
      residual(layers, filters, stage == 0 ? 1 : 2, stage > 0);
      residual(layers, filters, 1, false);
      before = filters;
    }
    layers.addObject().put("type", "globalaveragepool");
    return logits(layers, classes);
  }

  /**
   * A small Vision Transformer (Dosovitskiy et al., 2021), for images that {@code patch} divides: 6
   * blocks of 192 features and 3 heads, norm first, and a class token.
   */
  private static ArrayNode vit(long classes, double width, long[] patch) {
    ArrayNode layers = JsonNodeFactory.instance.arrayNode();
    long features = scaled(192, width, 12);
    layers
        .addObject()
        .put("type", "patchembedding")
        .put("features", features)
        .putArray("patch")
        .add(patch[0])
        .add(patch[1]);
    layers.addObject().put("type", "classtoken");
    layers.addObject().put("type", "learnedpositions");
    for (int i = 0; i < 6; i++) {
      layers
          .addObject()
          .put("type", "encoder")
          .put("heads", 3)
          .put("hidden", 4 * features)
          .put("initializer", "xavierUniform");
    }
    layers.addObject().put("type", "layernorm");
    layers.addObject().put("type", "sequencepool").put("kind", "first");
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
