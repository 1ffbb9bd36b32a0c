package dev.fathom.spec;

import dev.fathom.json.Fields;
import dev.fathom.json.Range;
import dev.fathom.optim.Adagrad;
import dev.fathom.optim.Adam;
import dev.fathom.optim.AdamW;
import dev.fathom.optim.Lamb;
import dev.fathom.optim.Lion;
import dev.fathom.optim.Optimizer;
import dev.fathom.optim.RmsProp;
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
          "adam",
              f ->
                  new Adam(
                      rate(f, 1e-3), beta1(f), beta2(f, 0.999), epsilon(f, 1e-8), decay(f, 0.0)),
          "adamw",
              f ->
                  new AdamW(
                      rate(f, 1e-3),
                      beta1(f),
                      beta2(f, 0.999),
                      epsilon(f, 1e-8),
                      decay(f, 0.01),
                      f.flag("decayVectors", true)),
          "rmsprop",
              f ->
                  new RmsProp(
                      rate(f, 0.01),
                      f.number("alpha", 0.99, Range.SHARE),
                      epsilon(f, 1e-8),
                      f.number("momentum", 0.0, Range.SHARE),
                      decay(f, 0.0)),
          "adagrad", f -> new Adagrad(rate(f, 0.01), epsilon(f, 1e-10), decay(f, 0.0)),
          "lamb",
              f ->
                  new Lamb(
                      rate(f, 1e-3), beta1(f), beta2(f, 0.999), epsilon(f, 1e-6), decay(f, 0.01)),
          "lion", f -> new Lion(rate(f, 1e-4), beta1(f), beta2(f, 0.99), decay(f, 0.0)));

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

  private static double beta2(Fields f, double byDefault) {
    return f.number("beta2", byDefault, Range.SHARE);
  }

  private static double epsilon(Fields f, double byDefault) {
    return f.number("epsilon", byDefault, Range.POSITIVE);
  }

  private static double decay(Fields f, double byDefault) {
    return f.number("weightDecay", byDefault, Range.NOT_NEGATIVE);
  }
}
