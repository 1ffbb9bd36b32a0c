package dev.fathom.service.bench;

import dev.fathom.model.Spec;
import dev.fathom.spi.Shape;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/** The networks that are timed, with random examples. */
enum Network {
  MLP(Shape.of(784)),
  LENET(Shape.of(1, 28, 28));

  static final int BATCH = 128;
  static final int CLASSES = 10;

  private final Shape input;

  Network(Shape input) {
    this.input = input;
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

  /** {@return the spec of an endless training with Adam} */
  Spec spec() {
    return Spec.parse(
        """
        {"name": "%s", "data": {"dataset": "random"}, "model": "%s",
         "training": {"steps": 1000000000, "batchSize": %d, "optimizer": {"type": "adam"}}}
        """
            .formatted(label(), label(), BATCH));
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
