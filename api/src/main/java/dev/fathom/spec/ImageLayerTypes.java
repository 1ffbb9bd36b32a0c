package dev.fathom.spec;

import static dev.fathom.spec.LayerTypes.activation;
import static dev.fathom.spec.LayerTypes.bias;
import static dev.fathom.spec.LayerTypes.initializer;

import dev.fathom.json.Fields;
import dev.fathom.json.Range;
import dev.fathom.nn.Activation;
import dev.fathom.nn.AdaptivePool2d;
import dev.fathom.nn.Attention2d;
import dev.fathom.nn.AveragePool2d;
import dev.fathom.nn.Block;
import dev.fathom.nn.Border;
import dev.fathom.nn.Conv2d;
import dev.fathom.nn.ConvTranspose2d;
import dev.fathom.nn.DepthwiseConv2d;
import dev.fathom.nn.GlobalAveragePool;
import dev.fathom.nn.Initializer;
import dev.fathom.nn.InvertedResidual;
import dev.fathom.nn.Layer;
import dev.fathom.nn.LocalResponseNorm;
import dev.fathom.nn.MaxPool2d;
import dev.fathom.nn.Padding;
import dev.fathom.nn.PatchEmbedding;
import dev.fathom.nn.Resize;
import dev.fathom.nn.SeparableConv2d;
import dev.fathom.nn.Size;
import dev.fathom.nn.SqueezeExcitation;
import dev.fathom.nn.TestTimeAugmentation;
import java.util.Map;
import java.util.OptionalLong;

/** The keys of the layers of images. */
final class ImageLayerTypes {
  private static final Map<String, Resize.Mode> MODES =
      Map.of("nearest", Resize.Mode.NEAREST, "bilinear", Resize.Mode.BILINEAR);

  private static final Map<String, Border> BORDERS =
      Map.of(
          "zeros", Border.ZEROS,
          "reflect", Border.REFLECT,
          "replicate", Border.REPLICATE,
          "circular", Border.CIRCULAR);

  private static final long[] ONE = {1, 1};

  static final Map<String, Reader<? extends Block>> OWN =
      Map.ofEntries(
          Map.entry("conv2d", ImageLayerTypes::conv2d),
          Map.entry("convtranspose2d", ImageLayerTypes::convTranspose2d),
          Map.entry("depthwiseconv2d", ImageLayerTypes::depthwiseConv2d),
          Map.entry("separableconv2d", ImageLayerTypes::separableConv2d),
          Map.entry("maxpool2d", f -> new MaxPool2d(kernel(f), stride(f), padding(f))),
          Map.entry("averagepool2d", f -> new AveragePool2d(kernel(f), stride(f), padding(f))),
          Map.entry("adaptiveaveragepool2d", f -> adaptive(f, AdaptivePool2d.Kind.AVERAGE)),
          Map.entry("adaptivemaxpool2d", f -> adaptive(f, AdaptivePool2d.Kind.MAX)),
          Map.entry("globalaveragepool", _ -> new GlobalAveragePool()),
          Map.entry("localresponsenorm", ImageLayerTypes::localResponseNorm),
          Map.entry(
              "attention2d",
              f -> new Attention2d(f.integer("heads", null, 1), initializer(f, "smallNormal"))),
          Map.entry("squeezeexcitation", ImageLayerTypes::squeezeExcitation),
          Map.entry("invertedresidual", ImageLayerTypes::invertedResidual),
          Map.entry("patchembedding", ImageLayerTypes::patchEmbedding),
          Map.entry("testtimeaugmentation", ImageLayerTypes::testTimeAugmentation),
          Map.entry("resize", ImageLayerTypes::resize));

  private ImageLayerTypes() {}

  private static Conv2d conv2d(Fields f) {
    return new Conv2d(
        f.integer("filters", null, 1),
        kernel(f),
        size(f.pair("stride", ONE, 1)),
        padding(f),
        border(f),
        size(f.pair("dilation", ONE, 1)),
        f.integer("groups", 1L, 1),
        bias(f),
        initializer(f),
        activation(f));
  }

  private static Layer convTranspose2d(Fields f) {
    return new ConvTranspose2d(
        f.integer("filters", null, 1),
        kernel(f),
        size(f.pair("stride", ONE, 1)),
        padding(f),
        f.integer("outputPadding", 0L, 0),
        size(f.pair("dilation", ONE, 1)),
        f.integer("groups", 1L, 1),
        bias(f),
        initializer(f),
        activation(f));
  }

  private static Layer depthwiseConv2d(Fields f) {
    return new DepthwiseConv2d(
        f.integer("multiplier", 1L, 1),
        kernel(f),
        size(f.pair("stride", ONE, 1)),
        padding(f),
        border(f),
        size(f.pair("dilation", ONE, 1)),
        bias(f),
        initializer(f),
        activation(f));
  }

  private static Layer separableConv2d(Fields f) {
    Initializer initializer = initializer(f);
    DepthwiseConv2d depthwise =
        new DepthwiseConv2d(
            f.integer("multiplier", 1L, 1),
            kernel(f),
            size(f.pair("stride", ONE, 1)),
            padding(f),
            border(f),
            size(f.pair("dilation", ONE, 1)),
            false,
            initializer,
            Activation.NONE);
    Conv2d pointwise =
        Conv2d.pointwise(f.integer("filters", null, 1), bias(f), initializer, activation(f));
    return new SeparableConv2d(depthwise, pointwise);
  }

  private static Layer adaptive(Fields f, AdaptivePool2d.Kind kind) {
    return new AdaptivePool2d(size(f.pair("size", null, 1)), kind);
  }

  private static Layer localResponseNorm(Fields f) {
    return new LocalResponseNorm(
        f.integer("size", null, 1),
        f.number("alpha", 1e-4, Range.POSITIVE),
        f.number("beta", 0.75, Range.POSITIVE),
        f.number("k", 1.0, Range.POSITIVE));
  }

  private static Layer squeezeExcitation(Fields f) {
    return new SqueezeExcitation(f.integer("reduction", 16L, 1), activation(f, "relu"));
  }

  private static Layer invertedResidual(Fields f) {
    return new InvertedResidual(
        f.integer("filters", null, 1),
        f.integer("expansion", 6L, 1),
        f.integer("kernel", 3L, 1),
        size(f.pair("stride", ONE, 1)),
        f.optionalInteger("reduction", 1).map(OptionalLong::of).orElse(OptionalLong.empty()),
        activation(f, "relu6"),
        f.number("stochasticDepth", 0.0, Range.SHARE));
  }

  private static Layer patchEmbedding(Fields f) {
    return new PatchEmbedding(
        f.integer("features", null, 1),
        size(f.pair("patch", null, 1)),
        bias(f),
        initializer(f, "xavierUniform"));
  }

  private static Layer testTimeAugmentation(Fields f) {
    return new TestTimeAugmentation(
        LayerTypes.filled(f, "layers"), f.flag("flip", true), f.integer("shift", 0L, 0));
  }

  private static Layer resize(Fields f) {
    Resize.Target target =
        f.has("size")
            ? new Resize.To(size(f.pair("size", null, 1)))
            : new Resize.Times(size(f.pair("scale", null, 1)));
    return new Resize(target, f.choice("mode", "nearest", MODES));
  }

  private static Size kernel(Fields f) {
    return size(f.pair("kernel", null, 1));
  }

  /** Of pooling: windows side by side. */
  private static Size stride(Fields f) {
    return size(f.computed("stride").pair("stride", f.pair("kernel", null, 1), 1));
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

  static Border border(Fields f) {
    return f.choice("paddingMode", "zeros", BORDERS);
  }
}
