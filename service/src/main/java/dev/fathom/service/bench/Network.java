package dev.fathom.service.bench;

import dev.fathom.model.Spec;
import dev.fathom.spi.Shape;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/** The networks that are timed, with random examples. */
enum Network {
  MLP(Shape.of(784), 128, "\"mlp\""),
  LENET(Shape.of(1, 28, 28), 128, "\"lenet\""),
  LSTM(
      Shape.of(64, 64),
      64,
      """
      [{"type": "lstm", "units": 256, "layers": 2}, {"type": "dense", "units": 10}]""");

  static final int CLASSES = 10;

  private final Shape input;
  private final int batch;
  private final String model;

  /**
   * @param input shape of an example
   * @param batch examples in a training step
   * @param model the section {@code model} of its spec
   */
  Network(Shape input, int batch, String model) {
    this.input = input;
    this.batch = batch;
    this.model = model;
  }

  static Optional<Network> named(String name) {
    return Arrays.stream(values()).filter(network -> network.label().equals(name)).findFirst();
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return the shape of an example} */
  Shape input() {
    return input;
  }

  /** {@return how many examples a training step has} */
  int batch() {
    return batch;
  }

  /** {@return the spec of an endless training with Adam} */
  Spec spec() {
    return Spec.parse(
        """
        {"name": "%s", "data": {"dataset": "random"}, "model": %s,
         "training": {"steps": 1000000000, "batchSize": %d, "optimizer": {"type": "adam"}}}
        """
            .formatted(label(), model, batch));
  }

  /** {@return standard normal values, {@code [examples, ...input]}} */
  float[] examples(int count) {
    var random = new Random(0);
    var values = new float[Math.toIntExact(count * input.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
