package dev.fathom.spec;

import dev.fathom.json.Fields;
import dev.fathom.json.Range;
import dev.fathom.optim.Adam;
import dev.fathom.optim.AdamW;
import dev.fathom.optim.Optimizer;
import dev.fathom.optim.Sgd;
import java.util.Map;

/** The key {@code optimizer} of a training. */
final class OptimizerTypes {
  static final Map<String, Reader<? extends Optimizer>> OWN =
      Map.of(
          "sgd",
              f ->
                  new Sgd(
                      rate(f, 0.01),
                      f.number("momentum", 0.0, Range.SHARE),
                      f.flag("nesterov", false),
                      decay(f, 0.0)),
          "adam", f -> new Adam(rate(f, 1e-3), beta1(f), beta2(f), epsilon(f), decay(f, 0.0)),
          "adamw",
              f ->
                  new AdamW(
                      rate(f, 1e-3),
                      beta1(f),
                      beta2(f),
                      epsilon(f),
                      decay(f, 0.01),
                      f.flag("decayVectors", true)));

  private OptimizerTypes() {}

  static Map<String, Reader<? extends Optimizer>> all() {
    return Extensions.with("optimizer", OWN, Extension::optimizers);
  }

  private static double rate(Fields f, double byDefault) {
    return f.number("learningRate", byDefault, Range.POSITIVE);
  }

  private static double beta1(Fields f) {
    return f.number("beta1", 0.9, Range.SHARE);
  }

  private static double beta2(Fields f) {
    return f.number("beta2", 0.999, Range.SHARE);
  }

  private static double epsilon(Fields f) {
    return f.number("epsilon", 1e-8, Range.POSITIVE);
  }

  private static double decay(Fields f, double byDefault) {
    return f.number("weightDecay", byDefault, Range.NOT_NEGATIVE);
  }
}
