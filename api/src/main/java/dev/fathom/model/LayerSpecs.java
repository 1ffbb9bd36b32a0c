package dev.fathom.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.model.Fields.Parsed;
import dev.fathom.nn.Activation;
import dev.fathom.nn.AveragePool2d;
import dev.fathom.nn.BagOfWords;
import dev.fathom.nn.BatchNorm;
import dev.fathom.nn.Conv2d;
import dev.fathom.nn.Dense;
import dev.fathom.nn.Dropout;
import dev.fathom.nn.Embedding;
import dev.fathom.nn.EncoderDecoder;
import dev.fathom.nn.FeedForward;
import dev.fathom.nn.Flatten;
import dev.fathom.nn.GlobalAveragePool;
import dev.fathom.nn.Initializer;
import dev.fathom.nn.Layer;
import dev.fathom.nn.LayerNorm;
import dev.fathom.nn.LearnedPositions;
import dev.fathom.nn.MaxPool2d;
import dev.fathom.nn.MultiHeadAttention;
import dev.fathom.nn.Padding;
import dev.fathom.nn.Recurrent;
import dev.fathom.nn.Residual;
import dev.fathom.nn.RmsNorm;
import dev.fathom.nn.SequencePool;
import dev.fathom.nn.Sequential;
import dev.fathom.nn.SinusoidalPositions;
import dev.fathom.nn.Size;
import dev.fathom.nn.TokenDropout;
import dev.fathom.nn.TransformerBlock;
import dev.fathom.nn.Unembedding;
import dev.fathom.tensor.Recurrence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
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
          "xavierUniform", Initializer.XAVIER_UNIFORM,
          "fanInUniform", Initializer.FAN_IN_UNIFORM,
          "normal", Initializer.NORMAL,
          "smallNormal", Initializer.SMALL_NORMAL);

  private static final Map<String, SequencePool.Kind> POOLS =
      Map.of(
          "mean", SequencePool.Kind.MEAN,
          "max", SequencePool.Kind.MAX,
          "meanMax", SequencePool.Kind.MEAN_MAX,
          "first", SequencePool.Kind.FIRST,
          "last", SequencePool.Kind.LAST);

  private static final Map<String, Function<Fields, Layer>> TYPES =
      Map.ofEntries(
          Map.entry("dense", LayerSpecs::dense),
          Map.entry("conv2d", LayerSpecs::conv2d),
          Map.entry("maxpool2d", f -> new MaxPool2d(kernel(f), stride(f), padding(f))),
          Map.entry("averagepool2d", f -> new AveragePool2d(kernel(f), stride(f), padding(f))),
          Map.entry("globalaveragepool", _ -> new GlobalAveragePool()),
          Map.entry("batchnorm", LayerSpecs::batchNorm),
          Map.entry("dropout", f -> new Dropout(f.number("rate", 0.5, Range.SHARE))),
          Map.entry("tokendropout", f -> new TokenDropout(f.number("rate", 0.5, Range.SHARE))),
          Map.entry("flatten", _ -> new Flatten()),
          Map.entry("residual", LayerSpecs::residual),
          Map.entry("layernorm", f -> new LayerNorm(epsilon(f), bias(f))),
          Map.entry("rmsnorm", f -> new RmsNorm(epsilon(f))),
          Map.entry("embedding", LayerSpecs::embedding),
          Map.entry("bagofwords", LayerSpecs::bagOfWords),
          Map.entry("unembedding", LayerSpecs::unembedding),
          Map.entry("learnedpositions", LayerSpecs::learnedPositions),
          Map.entry("sinusoidalpositions", _ -> new SinusoidalPositions()),
          Map.entry("attention", f -> attention(f, f.flag("causal", false))),
          Map.entry("feedforward", LayerSpecs::feedForward),
          Map.entry("encoder", f -> block(f, false)),
          Map.entry("decoder", f -> block(f, true)),
          Map.entry("encoderdecoder", LayerSpecs::encoderDecoder),
          Map.entry("rnn", f -> recurrent(f, Recurrence.RNN)),
          Map.entry("lstm", f -> recurrent(f, Recurrence.LSTM)),
          Map.entry("gru", f -> recurrent(f, Recurrence.GRU)),
          Map.entry("sequencepool", f -> new SequencePool(f.choice("kind", "mean", POOLS))),
          Map.entry("relu", _ -> Activation.RELU),
          Map.entry("gelu", _ -> Activation.GELU),
          Map.entry("geluTanh", _ -> Activation.GELU_TANH),
          Map.entry("silu", _ -> Activation.SILU),
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
          if (i + 1 < parts.length) {
            String branch = parts[i + 1];
            Sequential inner =
                switch (entry.layer()) {
                  case Residual r -> branch.equals("body") ? r.body() : r.shortcut();
                  case EncoderDecoder e -> branch.equals("encoder") ? e.encoder() : e.decoder();
                  default -> null;
                };
            if (inner != null) {
              pointer.append('/').append(branch);
              at = inner;
              i++;
            }
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
    return new BatchNorm(f.number("momentum", 0.1, Range.UNIT), epsilon(f), activation(f));
  }

  private static Layer residual(Fields f) {
    return new Residual(filled(f, "body"), f.list("shortcut", LayerSpecs::layers), activation(f));
  }

  private static Sequential filled(Fields f, String key) {
    Sequential layers = f.list(key, LayerSpecs::layers);
    if (layers.entries().isEmpty()) {
      throw new SpecException(f.at(key), "expected a list of layers but it is empty");
    }
    return layers;
  }

  private static Layer embedding(Fields f) {
    return new Embedding(
        f.integer("vocabulary", null, 1),
        f.integer("features", null, 1),
        paddingId(f),
        initializer(f, "smallNormal"),
        f.number("scale", 1.0, Range.POSITIVE));
  }

  private static Layer bagOfWords(Fields f) {
    return new BagOfWords(
        f.integer("vocabulary", null, 1),
        paddingId(f),
        f.choice("kind", "counts", Map.of("counts", false, "presence", true)));
  }

  private static OptionalLong paddingId(Fields f) {
    return f.optionalInteger("padding", 0).map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  private static Layer unembedding(Fields f) {
    return new Unembedding(f.text("embedding", "embedding1"), f.integer("vocabulary", null, 1));
  }

  private static Layer learnedPositions(Fields f) {
    return new LearnedPositions(f.integer("length", null, 1), initializer(f, "smallNormal"));
  }

  private static MultiHeadAttention attention(Fields f, boolean causal) {
    long heads = f.integer("heads", null, 1);
    return new MultiHeadAttention(
        heads,
        f.integer("keyHeads", heads, 1),
        causal,
        optional(f, "rotaryBase"),
        f.number("dropout", 0.0, Range.SHARE),
        bias(f),
        initializer(f, "smallNormal"));
  }

  private static OptionalDouble optional(Fields f, String key) {
    return f.optionalNumber(key, Range.POSITIVE)
        .map(OptionalDouble::of)
        .orElse(OptionalDouble.empty());
  }

  private static FeedForward feedForward(Fields f) {
    return new FeedForward(
        f.integer("hidden", null, 1),
        f.choice("activation", "gelu", ACTIVATIONS),
        f.flag("gated", false),
        bias(f),
        initializer(f, "smallNormal"));
  }

  private static Layer block(Fields f, boolean causal) {
    Layer norm =
        f.choice(
            "norm",
            "layernorm",
            Map.of(
                "layernorm", new LayerNorm(epsilon(f), bias(f)),
                "rmsnorm", new RmsNorm(epsilon(f))));
    return new TransformerBlock(
        attention(f, causal),
        feedForward(f),
        norm,
        f.flag("normFirst", true),
        f.number("dropout", 0.0, Range.SHARE),
        causal && f.flag("cross", false),
        optional(f, "layerScale"));
  }

  private static Layer encoderDecoder(Fields f) {
    long source = f.integer("source", null, 1);
    Sequential encoder = f.list("encoder", LayerSpecs::layers);
    return new EncoderDecoder(source, encoder, filled(f, "decoder"));
  }

  private static Layer recurrent(Fields f, Recurrence recurrence) {
    return new Recurrent(
        recurrence,
        f.integer("units", null, 1),
        f.integer("layers", 1L, 1),
        f.flag("bidirectional", false),
        f.choice("output", "last", Map.of("last", false, "all", true)),
        f.number("dropout", 0.0, Range.SHARE));
  }

  private static double epsilon(Fields f) {
    return f.number("epsilon", 1e-5, Range.POSITIVE);
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
    return initializer(f, "heNormal");
  }

  private static Initializer initializer(Fields f, String byDefault) {
    return f.choice("initializer", byDefault, INITIALIZERS);
  }

  private static Activation activation(Fields f) {
    return f.choice("activation", "none", ACTIVATIONS);
  }
}
