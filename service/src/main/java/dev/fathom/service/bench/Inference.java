package dev.fathom.service.bench;

import dev.fathom.compile.Coverage;
import dev.fathom.device.Backends;
import dev.fathom.model.Predictor;

/**
 * A forward pass, from raw values to probabilities.
 *
 * @param batch how many examples a request has
 */
record Inference(Network network, int batch) implements Workload {

  @Override
  public String unit() {
    return "samples/s";
  }

  @Override
  public double measure(Backends.Selection backend, double seconds) {
    var raw = network.inputs(batch);
    try (var predictor = predictor(backend)) {
      return Rates.of(() -> predictor.predict(raw), batch, seconds);
    }
  }

  @Override
  public Coverage coverage(Backends.Selection backend) {
    try (var predictor = predictor(backend)) {
      return predictor.coverage(batch);
    }
  }

  private Predictor predictor(Backends.Selection backend) {
    return Predictor.open(backend.backend(), network.model());
  }
}
