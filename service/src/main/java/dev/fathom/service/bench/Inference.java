package dev.fathom.service.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.compile.Backends;
import dev.fathom.compile.Coverage;
import dev.fathom.model.Inputs;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.model.Weights;
import java.util.List;

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
    var raw = network.examples(batch);
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
    var spec = network.spec();
    var layers = spec.network(network.input());
    var model =
        new Model(
            spec,
            network.input(),
            List.of(),
            Inputs.NUMBERS,
            Weights.initial(layers.parameters(), 0),
            Weights.initial(layers.states(), 0),
            JsonNodeFactory.instance.objectNode());
    return Predictor.open(backend.backend(), model);
  }
}
