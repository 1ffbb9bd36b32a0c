package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.Fields.Pattern;
import dev.fathom.json.Range;
import dev.fathom.json.SpecException;
import dev.fathom.nn.Activation;
import dev.fathom.nn.BagOfWords;
import dev.fathom.nn.BatchNorm;
import dev.fathom.nn.Block;
import dev.fathom.nn.Checkpoint;
import dev.fathom.nn.ClassToken;
import dev.fathom.nn.Concat;
import dev.fathom.nn.Conv1d;
import dev.fathom.nn.ConvTranspose1d;
import dev.fathom.nn.Dense;
import dev.fathom.nn.Distance;
import dev.fathom.nn.Dropout;
import dev.fathom.nn.Embedding;
import dev.fathom.nn.EncoderDecoder;
import dev.fathom.nn.FeedForward;
import dev.fathom.nn.Flatten;
import dev.fathom.nn.GaussianSample;
import dev.fathom.nn.GroupNorm;
import dev.fathom.nn.Initializer;
import dev.fathom.nn.Join;
import dev.fathom.nn.L2Norm;
import dev.fathom.nn.Layer;
import dev.fathom.nn.LayerNorm;
import dev.fathom.nn.LeakyRelu;
import dev.fathom.nn.LearnedPositions;
import dev.fathom.nn.Mamba;
import dev.fathom.nn.Noise;
import dev.fathom.nn.Padding;
import dev.fathom.nn.Recurrent;
import dev.fathom.nn.Reshape;
import dev.fathom.nn.Residual;
import dev.fathom.nn.RmsNorm;
import dev.fathom.nn.SequencePool;
import dev.fathom.nn.Sequential;
import dev.fathom.nn.SinusoidalPositions;
import dev.fathom.nn.SoftCap;
import dev.fathom.nn.StochasticDepth;
import dev.fathom.nn.TimestepEmbedding;
import dev.fathom.nn.TokenDropout;
import dev.fathom.nn.TokenTypes;
import dev.fathom.nn.TransformerBlock;
import dev.fathom.nn.Unembedding;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Recurrence;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** The section {@code model} of a spec: the keys of each kind of layer. */
final class LayerTypes {
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
          "orthogonal", Initializer.ORTHOGONAL,
          "normal", Initializer.NORMAL,
          "smallNormal", Initializer.SMALL_NORMAL);

  private static final Map<String, SequencePool.Kind> POOLS =
      Map.of(
          "mean", SequencePool.Kind.MEAN,
          "max", SequencePool.Kind.MAX,
          "meanMax", SequencePool.Kind.MEAN_MAX,
          "first", SequencePool.Kind.FIRST,
          "last", SequencePool.Kind.LAST);

  private static final Map<String, Reader<? extends Block>> ANY_DATA =
      Map.ofEntries(
          Map.entry("dense", LayerTypes::dense),
          Map.entry("batchnorm", LayerTypes::batchNorm),
          Map.entry("groupnorm", LayerTypes::groupNorm),
          Map.entry("instancenorm", LayerTypes::instanceNorm),
          Map.entry("reshape", LayerTypes::reshape),
          Map.entry("timestepembedding", LayerTypes::timestepEmbedding),
          Map.entry("conv1d", LayerTypes::conv1d),
          Map.entry("convtranspose1d", LayerTypes::convTranspose1d),
          Map.entry("l2norm", f -> new L2Norm(f.number("epsilon", 1e-12, Range.POSITIVE))),
          Map.entry(
              "stochasticdepth", f -> new StochasticDepth(f.number("rate", 0.5, Range.SHARE))),
          Map.entry("dropout", f -> new Dropout(f.number("rate", 0.5, Range.SHARE))),
          Map.entry("gaussiansample", _ -> new GaussianSample()),
          Map.entry("noise", LayerTypes::noise),
          Map.entry("tokendropout", f -> new TokenDropout(f.number("rate", 0.5, Range.SHARE))),
          Map.entry("flatten", _ -> new Flatten()),
          Map.entry("residual", LayerTypes::residual),
          Map.entry("checkpoint", f -> new Checkpoint(filled(f, "layers"))),
          Map.entry("layernorm", f -> new LayerNorm(epsilon(f), bias(f))),
          Map.entry("rmsnorm", f -> new RmsNorm(epsilon(f))),
          Map.entry("embedding", LayerTypes::embedding),
          Map.entry("bagofwords", LayerTypes::bagOfWords),
          Map.entry("unembedding", LayerTypes::unembedding),
          Map.entry("classtoken", f -> new ClassToken(initializer(f, "smallNormal"))),
          Map.entry("learnedpositions", LayerTypes::learnedPositions),
          Map.entry("tokentypes", f -> new TokenTypes(f.integer("types", 2L, 1))),
          Map.entry("sinusoidalpositions", _ -> new SinusoidalPositions()),
          Map.entry("attention", f -> AttentionKeys.read(f, f.flag("causal", false))),
          Map.entry("feedforward", LayerTypes::feedForward),
          Map.entry("encoder", f -> block(f, false)),
          Map.entry("decoder", f -> block(f, true)),
          Map.entry("encoderdecoder", LayerTypes::encoderDecoder),
          Map.entry("rnn", f -> recurrent(f, Recurrence.RNN)),
          Map.entry("lstm", f -> recurrent(f, Recurrence.LSTM)),
          Map.entry("gru", f -> recurrent(f, Recurrence.GRU)),
          Map.entry("mamba", LayerTypes::mamba),
          Map.entry("sequencepool", f -> new SequencePool(f.choice("kind", "mean", POOLS))),
          Map.entry("relu", _ -> Activation.RELU),
          Map.entry("relu6", _ -> Activation.RELU6),
          Map.entry("leakyrelu", f -> new LeakyRelu(f.number("slope", 0.01, Range.NOT_NEGATIVE))),
          Map.entry("gelu", _ -> Activation.GELU),
          Map.entry("geluTanh", _ -> Activation.GELU_TANH),
          Map.entry("silu", _ -> Activation.SILU),
          Map.entry("tanh", _ -> Activation.TANH),
          Map.entry("sigmoid", _ -> Activation.SIGMOID),
          Map.entry("softmax", _ -> Activation.SOFTMAX),
          Map.entry("logsoftmax", _ -> Activation.LOGSOFTMAX),
          Map.entry("softcap", f -> new SoftCap(f.number("cap", null, Range.POSITIVE))),
          Map.entry("distance", _ -> new Distance()),
          Map.entry("add", _ -> Join.ADD),
          Map.entry("multiply", _ -> Join.MULTIPLY),
          Map.entry("average", _ -> Join.AVERAGE),
          Map.entry("dot", _ -> Join.DOT),
          Map.entry("concat", LayerTypes::concat));

  static final Map<String, Reader<? extends Block>> OWN = own();

  /** Names of inputs and outputs. */
  static final Pattern NAME =
      new Pattern("[A-Za-z0-9_-]{1,63}", "a name of letters, digits, _ and -,");

  private static final Pattern OWN_NAME =
      new Pattern(NAME.regex(), "a name of its own, of letters, digits, _ and -,");

  private LayerTypes() {}

  private static Map<String, Reader<? extends Block>> own() {
    Map<String, Reader<? extends Block>> all = new HashMap<>(ANY_DATA);
    all.putAll(ImageLayerTypes.OWN);
    all.putAll(SoundLayerTypes.OWN);
    return Map.copyOf(all);
  }

  static Map<String, Reader<? extends Block>> all() {
    return Extensions.with("layer", OWN, Extension::layers);
  }

  /**
   * A layer with its name.
   *
   * @param inputs that it names; empty for the one before
   */
  record Entry(String name, Block block, List<String> inputs) {}

  /** Reads a list of layers, each with the one before as its input. */
  static Parsed<Sequential> layers(JsonNode node, String pointer) {
    return layers(node, pointer, 0);
  }

  private static Parsed<Sequential> layers(JsonNode node, String pointer, int least) {
    Naming naming = new Naming();
    Parsed<List<Sequential.Entry>> entries =
        Fields.items(
            node,
            pointer,
            "inner layer",
            least,
            null,
            f -> {
              Reader<? extends Block> read = f.choice("type", null, naming.types);
              String name = naming.name(f);
              if (read.read(f) instanceof Layer layer) {
                return new Sequential.Entry(name, layer);
              }
              throw new SpecException(
                  f.pointer(),
                  "expected a layer with one input but '%s' joins several, which only the layers of"
                          .formatted(f.expanded().get("type").textValue())
                      + " the network itself can do");
            });
    return new Parsed<>(new Sequential(entries.value()), entries.expanded());
  }

  /** Reads the layers of a network, one at least, which may name their inputs. */
  static Parsed<List<Entry>> entries(JsonNode node, String pointer) {
    Naming naming = new Naming();
    return Fields.items(
        node,
        pointer,
        "layer",
        1,
        null,
        f -> {
          Reader<? extends Block> read = f.choice("type", null, naming.types);
          String name = naming.name(f);
          List<String> inputs =
              f.has("inputs")
                  ? f.someTexts("inputs", "the name of an input or a layer")
                  : List.of();
          return new Entry(name, read.read(f), inputs);
        });
  }

  /** The names in a list of layers. */
  private static final class Naming {
    private final Map<String, Reader<? extends Block>> types = all();
    private final Sequential.Names names = new Sequential.Names();
    private final Set<String> taken = new HashSet<>();

    String name(Fields f) {
      String byDefault = names.next(f.expanded().get("type").textValue());
      String name = f.computed("name").text("name", byDefault, OWN_NAME);
      if (!taken.add(name)) {
        throw new SpecException(
            f.at("name"), "expected %s but got '%s'".formatted(OWN_NAME.text(), name));
      }
      return name;
    }
  }

  private static Block concat(Fields f) {
    return new Concat(
        f.optionalInteger("axis", -8)
            .map(axis -> OptionalInt.of(Math.toIntExact(axis)))
            .orElse(OptionalInt.empty()));
  }

  private static Layer dense(Fields f) {
    return new Dense(f.integer("units", null, 1), bias(f), initializer(f), activation(f));
  }

  private static Layer conv1d(Fields f) {
    Map<String, Padding> byName =
        Map.of("same", Padding.SAME, "valid", Padding.NONE, "causal", Padding.CAUSAL);
    return new Conv1d(
        f.integer("filters", null, 1),
        f.integer("kernel", null, 1),
        f.integer("stride", 1L, 1),
        padding(f, byName),
        ImageLayerTypes.border(f),
        f.integer("dilation", 1L, 1),
        f.integer("groups", 1L, 1),
        bias(f),
        initializer(f),
        activation(f));
  }

  private static Layer convTranspose1d(Fields f) {
    return new ConvTranspose1d(
        f.integer("filters", null, 1),
        f.integer("kernel", null, 1),
        f.integer("stride", 1L, 1),
        padding(f, Map.of("same", Padding.SAME, "valid", Padding.NONE)),
        f.integer("outputPadding", 0L, 0),
        f.integer("dilation", 1L, 1),
        f.integer("groups", 1L, 1),
        bias(f),
        initializer(f),
        activation(f));
  }

  private static Padding padding(Fields f, Map<String, Padding> byName) {
    if (f.isText("padding")) {
      return f.choice("padding", null, byName);
    }
    long steps = f.integer("padding", 0L, 0);
    return new Padding.Of(steps, steps);
  }

  private static Layer batchNorm(Fields f) {
    return new BatchNorm(f.number("momentum", 0.1, Range.UNIT), epsilon(f), activation(f));
  }

  private static Layer groupNorm(Fields f) {
    return new GroupNorm(
        f.integer("groups", 32L, 1), epsilon(f), f.flag("affine", true), activation(f));
  }

  private static Layer instanceNorm(Fields f) {
    return GroupNorm.ofInstances(epsilon(f), f.flag("affine", false), activation(f));
  }

  private static Layer reshape(Fields f) {
    return new Reshape(Shape.of(f.integers("shape", 1)));
  }

  private static Layer timestepEmbedding(Fields f) {
    return new TimestepEmbedding(
        f.integer("features", null, 2), f.number("base", 10_000.0, Range.ABOVE_ONE));
  }

  private static Layer residual(Fields f) {
    return new Residual(filled(f, "body"), f.list("shortcut", LayerTypes::layers), activation(f));
  }

  static Sequential filled(Fields f, String key) {
    return f.list(key, (node, pointer) -> layers(node, pointer, 1));
  }

  private static Layer noise(Fields f) {
    return new Noise(
        f.number("deviation", 0.0, Range.NOT_NEGATIVE), f.number("masking", 0.0, Range.SHARE));
  }

  private static Layer embedding(Fields f) {
    return new Embedding(
        vocabulary(f),
        f.integer("features", null, 1),
        paddingId(f),
        initializer(f, "smallNormal"),
        f.number("scale", 1.0, Range.POSITIVE));
  }

  private static Layer bagOfWords(Fields f) {
    return new BagOfWords(
        vocabulary(f),
        paddingId(f),
        f.choice("kind", "counts", Map.of("counts", false, "presence", true)));
  }

  /** Where it is not said, {@link Vocabularies} takes it from the data. */
  private static long vocabulary(Fields f) {
    return f.optionalInteger("vocabulary", 1).orElse(Vocabularies.NOT_KNOWN);
  }

  private static OptionalLong paddingId(Fields f) {
    return f.optionalInteger("padding", 0).map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  private static Layer unembedding(Fields f) {
    return new Unembedding(f.text("embedding", "embedding1"), f.integer("vocabulary", null, 1));
  }

  private static Layer learnedPositions(Fields f) {
    return new LearnedPositions(
        f.optionalInteger("length", 1).orElse(0L), initializer(f, "smallNormal"));
  }

  static OptionalDouble optional(Fields f, String key, Range range) {
    return f.optionalNumber(key, range).map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }

  private static FeedForward feedForward(Fields f) {
    return new FeedForward(
        f.integer("hidden", null, 1),
        activation(f, "gelu"),
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
        AttentionKeys.read(f, causal),
        feedForward(f),
        norm,
        f.flag("normFirst", true),
        f.number("dropout", 0.0, Range.SHARE),
        causal && f.flag("cross", false),
        optional(f, "layerScale", Range.POSITIVE),
        f.number("stochasticDepth", 0.0, Range.SHARE),
        f.flag("normOutput", false));
  }

  private static Layer encoderDecoder(Fields f) {
    long source = f.integer("source", null, 1);
    Sequential encoder = f.list("encoder", LayerTypes::layers);
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

  private static Layer mamba(Fields f) {
    return new Mamba(
        f.integer("state", 16L, 1),
        f.integer("kernel", 4L, 1),
        f.integer("expand", 2L, 1),
        f.optionalInteger("rank", 1).map(OptionalLong::of).orElse(OptionalLong.empty()));
  }

  private static double epsilon(Fields f) {
    return f.number("epsilon", 1e-5, Range.POSITIVE);
  }

  static boolean bias(Fields f) {
    return f.flag("bias", true);
  }

  static Initializer initializer(Fields f) {
    return initializer(f, "heNormal");
  }

  static Initializer initializer(Fields f, String byDefault) {
    return f.choice("initializer", byDefault, INITIALIZERS);
  }

  static Activation activation(Fields f) {
    return activation(f, "none");
  }

  static Activation activation(Fields f, String byDefault) {
    return f.choice("activation", byDefault, ACTIVATIONS);
  }
}
