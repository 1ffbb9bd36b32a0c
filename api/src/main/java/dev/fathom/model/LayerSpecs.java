package dev.fathom.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.model.Fields.Parsed;
import dev.fathom.nn.Activation;
import dev.fathom.nn.AveragePool2d;
import dev.fathom.nn.BatchNorm;
import dev.fathom.nn.Conv2d;
import dev.fathom.nn.Dense;
import dev.fathom.nn.Dropout;
import dev.fathom.nn.Flatten;
import dev.fathom.nn.GlobalAveragePool;
import dev.fathom.nn.Initializer;
import dev.fathom.nn.Layer;
import dev.fathom.nn.MaxPool2d;
import dev.fathom.nn.Padding;
import dev.fathom.nn.Residual;
import dev.fathom.nn.Sequential;
import dev.fathom.nn.Size;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The section {@code model} of a spec: the keys of each kind of layer. */
final class LayerSpecs {
  private static final Map<String, Activation> ACTIVATIONS =
      Arrays.stream(Activation.values()).collect(Collectors.toMap(Activation::label, a -> a));

  private static final Map<String, Initializer> INITIALIZERS =
      Map.of(
          "zeros", Initializer.ZEROS,
          "heNormal", Initializer.HE_NORMAL,
          "heUniform", Initializer.HE_UNIFORM,
          "xavierNormal", Initializer.XAVIER_NORMAL,
          "xavierUniform", Initializer.XAVIER_UNIFORM);

  private static final Map<String, Function<Fields, Layer>> TYPES =
      Map.ofEntries(
          Map.entry("dense", LayerSpecs::dense),
          Map.entry("conv2d", LayerSpecs::conv2d),
          Map.entry("maxpool2d", f -> new MaxPool2d(kernel(f), stride(f), padding(f))),
          Map.entry("averagepool2d", f -> new AveragePool2d(kernel(f), stride(f), padding(f))),
          Map.entry("globalaveragepool", _ -> new GlobalAveragePool()),
          Map.entry("batchnorm", LayerSpecs::batchNorm),
          Map.entry("dropout", f -> new Dropout(f.number("rate", 0.5, Range.SHARE))),
          Map.entry("flatten", _ -> new Flatten()),
          Map.entry("residual", LayerSpecs::residual),
          Map.entry("relu", _ -> Activation.RELU),
          Map.entry("gelu", _ -> Activation.GELU),
          Map.entry("tanh", _ -> Activation.TANH),
          Map.entry("sigmoid", _ -> Activation.SIGMOID),
          Map.entry("softmax", _ -> Activation.SOFTMAX));

  private static final long[] ONE = {1, 1};

  private LayerSpecs() {}

  /** Reads a list of layers. */
  static Parsed<Sequential> layers(JsonNode node, String pointer) {
    if (!(node instanceof ArrayNode array)) {
      throw Fields.wrong(pointer, "a list of layers", node);
    }
    List<Sequential.Entry> entries = new ArrayList<>();
    ArrayNode expanded = JsonNodeFactory.instance.arrayNode();
    Sequential.Names names = new Sequential.Names();
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < array.size(); i++) {
      Fields fields = Fields.of(array.get(i), pointer + "/" + i);
      Function<Fields, Layer> read = fields.choice("type", null, TYPES);
      String name = fields.text("name", names.next(fields.expanded().get("type").textValue()));
      if (!name.matches("[A-Za-z0-9_-]{1,63}") || !taken.add(name)) {
        throw new SpecException(
            fields.at("name"),
            "expected a name of its own, of letters, digits, _ and -, but got '" + name + "'");
      }
      Layer layer;
      try {
        layer = read.apply(fields);
      } catch (IllegalArgumentException e) {
        throw new SpecException(fields.pointer(), e.getMessage());
      }
      fields.end();
      entries.add(new Sequential.Entry(name, layer));
      expanded.add(fields.expanded());
    }
    return new Parsed<>(new Sequential(entries), expanded);
  }

  /** {@return the JSON pointer of a layer by its full name, {@code residual1.body.conv2}} */
  static String pointer(Sequential model, String layer, boolean preset) {
    StringBuilder pointer = new StringBuilder("/model");
    Sequential at = model;
    String[] parts = layer.split("\\.");
    for (int i = 0; i < parts.length && !preset; i++) {
      for (int j = 0; j < at.entries().size(); j++) {
        Sequential.Entry entry = at.entries().get(j);
        if (entry.name().equals(parts[i])) {
          pointer.append('/').append(j);
          if (entry.layer() instanceof Residual residual && i + 1 < parts.length) {
            String branch = parts[++i];
            pointer.append('/').append(branch);
            at = branch.equals("body") ? residual.body() : residual.shortcut();
          }
          break;
        }
      }
    }
    return pointer.toString();
  }

  private static Layer dense(Fields f) {
    return new Dense(f.integer("units", null, 1), bias(f), initializer(f), activation(f));
  }

  private static Layer conv2d(Fields f) {
    return new Conv2d(
        f.integer("filters", null, 1),
        kernel(f),
        size(f.pair("stride", ONE, 1)),
        padding(f),
        size(f.pair("dilation", ONE, 1)),
        f.integer("groups", 1L, 1),
        bias(f),
        initializer(f),
        activation(f));
  }

  private static Layer batchNorm(Fields f) {
    return new BatchNorm(
        f.number("momentum", 0.1, Range.UNIT),
        f.number("epsilon", 1e-5, Range.POSITIVE),
        activation(f));
  }

  private static Layer residual(Fields f) {
    Sequential body = f.list("body", LayerSpecs::layers);
    if (body.entries().isEmpty()) {
      throw new SpecException(f.at("body"), "expected a list of layers but it is empty");
    }
    return new Residual(body, f.list("shortcut", LayerSpecs::layers), activation(f));
  }

  private static Size kernel(Fields f) {
    return size(f.pair("kernel", null, 1));
  }

  /** Of pooling: windows side by side. */
  private static Size stride(Fields f) {
    return size(f.pair("stride", f.pair("kernel", null, 1), 1));
  }

  private static Padding padding(Fields f) {
    if (f.isText("padding")) {
      return f.choice("padding", null, Map.of("same", Padding.SAME, "valid", Padding.NONE));
    }
    long[] pair = f.pair("padding", new long[2], 0);
    return new Padding.Of(pair[0], pair[1]);
  }

  private static Size size(long[] pair) {
    return new Size(pair[0], pair[1]);
  }

  private static boolean bias(Fields f) {
    return f.flag("bias", true);
  }

  private static Initializer initializer(Fields f) {
    return f.choice("initializer", "heNormal", INITIALIZERS);
  }

  private static Activation activation(Fields f) {
    return f.choice("activation", "none", ACTIVATIONS);
  }
}
