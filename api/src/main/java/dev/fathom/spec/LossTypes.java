package dev.fathom.spec;

import dev.fathom.json.Fields;
import dev.fathom.json.Range;
import dev.fathom.json.SpecException;
import dev.fathom.loss.AnchorFree;
import dev.fathom.loss.BinaryCrossEntropy;
import dev.fathom.loss.BoxIou;
import dev.fathom.loss.Contrastive;
import dev.fathom.loss.CrossEntropy;
import dev.fathom.loss.Dice;
import dev.fathom.loss.Focal;
import dev.fathom.loss.Huber;
import dev.fathom.loss.KlDivergence;
import dev.fathom.loss.Loss;
import dev.fathom.loss.MeanAbsoluteError;
import dev.fathom.loss.MeanSquaredError;
import dev.fathom.loss.PixelCrossEntropy;
import dev.fathom.loss.QuantileLoss;
import dev.fathom.loss.Ssim;
import dev.fathom.loss.Triplet;
import java.util.List;
import java.util.Map;

/**
 * The key {@code loss} of a training: the name of a loss, whose fields stand beside it, or an
 * object with its {@code type} and fields.
 */
final class LossTypes {
  private static final Map<String, BoxIou.Kind> KINDS =
      Map.of(
          "plain", BoxIou.Kind.PLAIN,
          "generalized", BoxIou.Kind.GENERALIZED,
          "distance", BoxIou.Kind.DISTANCE,
          "complete", BoxIou.Kind.COMPLETE);

  static final Map<String, Reader<? extends Loss>> OWN =
      Map.ofEntries(
          Map.entry(
              "crossEntropy", f -> new CrossEntropy(f.number("labelSmoothing", 0.0, Range.SHARE))),
          Map.entry(
              "pixelCrossEntropy",
              f -> new PixelCrossEntropy(f.number("dice", 0.0, Range.NOT_NEGATIVE))),
          Map.entry("anchorFree", LossTypes::anchorFree),
          Map.entry("binaryCrossEntropy", _ -> new BinaryCrossEntropy()),
          Map.entry("focal", f -> new Focal(f.number("gamma", 2.0, Range.NOT_NEGATIVE))),
          Map.entry("klDivergence", _ -> new KlDivergence()),
          Map.entry("dice", f -> new Dice(f.number("smoothing", 1.0, Range.POSITIVE))),
          Map.entry("iou", f -> new BoxIou(f.choice("kind", "plain", KINDS))),
          Map.entry("ssim", LossTypes::ssim),
          Map.entry("contrastive", f -> new Contrastive(f.number("margin", 1.0, Range.POSITIVE))),
          Map.entry("triplet", f -> new Triplet(f.number("margin", 1.0, Range.POSITIVE))),
          Map.entry("meanSquaredError", _ -> new MeanSquaredError()),
          Map.entry("meanAbsoluteError", _ -> new MeanAbsoluteError()),
          Map.entry("huber", f -> new Huber(f.number("delta", 1.0, Range.POSITIVE))),
          Map.entry("quantile", LossTypes::quantile));

  /** The losses whose fields may stand beside the name. */
  private static final Map<String, String> BESIDE =
      Map.of("labelSmoothing", "crossEntropy", "quantiles", "quantile");

  private LossTypes() {}

  static Map<String, Reader<? extends Loss>> all() {
    return Extensions.with("loss", OWN, Extension::losses);
  }

  /**
   * {@return the loss of a training}
   *
   * @param byDefault the name of the loss unless there is one
   */
  static Loss read(Fields training, String byDefault) {
    double smoothing = training.number("labelSmoothing", 0.0, Range.SHARE);
    if (training.isObject("loss")) {
      refuseBeside(training, smoothing, "", training.has("quantiles"));
      return training.object("loss", (node, pointer) -> Typed.read(node, pointer, null, all()));
    }
    Reader<? extends Loss> reader = training.computed("loss").choice("loss", byDefault, all());
    String name = training.expanded().get("loss").textValue();
    refuseBeside(training, smoothing, name, training.has("quantiles"));
    return reader.read(training);
  }

  private static void refuseBeside(
      Fields training, double smoothing, String name, boolean quantiles) {
    if (smoothing > 0 && !name.equals(BESIDE.get("labelSmoothing"))) {
      throw new SpecException(
          training.at("labelSmoothing"), "expected the loss crossEntropy beside label smoothing");
    }
    if (quantiles && !name.equals(BESIDE.get("quantiles"))) {
      throw new SpecException(
          training.at("quantiles"), "expected the loss quantile beside quantiles");
    }
  }

  private static Loss anchorFree(Fields f) {
    return new AnchorFree(
        f.number("alpha", 0.25, Range.INSIDE),
        f.number("gamma", 2.0, Range.NOT_NEGATIVE),
        f.number("radius", 1.5, Range.POSITIVE),
        f.choice("kind", "generalized", KINDS));
  }

  private static Loss ssim(Fields f) {
    return new Ssim(f.number("range", 1.0, Range.POSITIVE), f.integer("window", 11L, 1));
  }

  private static Loss quantile(Fields f) {
    List<Double> quantiles = f.numbers("quantiles", List.of(0.1, 0.5, 0.9), Range.ANY);
    try {
      return new QuantileLoss(quantiles);
    } catch (IllegalArgumentException e) {
      throw new SpecException(f.at("quantiles"), e.getMessage());
    }
  }
}
