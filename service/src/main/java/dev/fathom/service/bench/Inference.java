package dev.fathom.service.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.compile.Backends;
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
    var spec = network.spec();
    var layers = spec.network(network.input());
    var model =
        new Model(
            spec,
            network.input(),
            List.of(),
            Weights.initial(layers.parameters(), 0),
            Weights.initial(layers.states(), 0),
            JsonNodeFactory.instance.objectNode());
    var raw = network.examples(batch);
    try (var predictor = Predictor.open(backend.backend(), model)) {
      return Rates.of(() -> predictor.predict(raw), batch, seconds);
    }
  }
}
