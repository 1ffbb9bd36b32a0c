package dev.fathom.service.bench;

import dev.fathom.data.ArrayDataset;
import dev.fathom.data.Dataset;
import dev.fathom.model.Model;
import dev.fathom.spec.Spec;
import dev.fathom.spec.SpecModel;
import dev.fathom.spi.Shape;
import dev.fathom.text.Tokenizer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** The networks that are timed, with random examples. */
enum Network {
  MLP(Shape.of(784), 128, "\"mlp\"", "adam"),
  LENET(Shape.of(1, 28, 28), 128, "\"lenet\"", "adam"),
  LSTM(
      Shape.of(64, 64),
      64,
      """
      [{"type": "lstm", "units": 256, "layers": 2}, {"type": "dense", "units": 10}]""",
      "adam"),
  /** Six pre-norm decoder blocks over characters; the head has weights of its own. */
  GPT(
      Shape.of(256),
      8,
      """
      [{"type": "embedding", "vocabulary": 65, "features": 384},
       {"type": "learnedpositions", "length": 256},
       %s,
       {"type": "layernorm"},
       {"type": "dense", "units": 65, "bias": false}]
      """
          .formatted(
              String.join(
                  ",\n ",
                  Collections.nCopies(
                      6, "{\"type\": \"decoder\", \"heads\": 6, \"hidden\": 1536}"))),
      "adamw");

  private static final int CLASSES = 10;

  /** The number of tokens in the vocabulary of texts. */
  static final int TOKENS = 65;

  private final Shape input;
  private final int batch;
  private final String model;
  private final String optimizer;

  /**
   * @param input shape of an example
   * @param batch examples in a training step
   * @param model the section {@code model} of its spec
   * @param optimizer the type of its optimiser
   */
  Network(Shape input, int batch, String model, String optimizer) {
    this.input = input;
    this.batch = batch;
    this.model = model;
    this.optimizer = optimizer;
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

  /** {@return the number of examples in a training step} */
  int batch() {
    return batch;
  }

  /**
   * {@return the unit that is counted: examples, or tokens where each step of an example has a
   * target}
   */
  String unit() {
    return tokens() ? "tokens/s" : "samples/s";
  }

  /** {@return the number of {@link #unit()}s in a training step} */
  long work() {
    return tokens() ? batch * input.elements() : batch;
  }

  private boolean tokens() {
    return this == GPT;
  }

  /** {@return the spec of an endless training} */
  Spec spec() {
    return Spec.parse(
        """
        {"name": "%s", "data": {"dataset": "random", "input": "input", "target": "target"},
         "model": %s,
         "training": {"steps": 1000000000, "batchSize": %d, "optimizer": {"type": "%s"}}}
        """
            .formatted(label(), model, batch, optimizer));
  }

  /** {@return a model that nobody trained} */
  Model model() {
    return new SpecModel(spec(), input).untrained(0);
  }

  /** {@return the same of texts} */
  Model model(Tokenizer tokenizer) {
    return new SpecModel(spec(), input, tokenizer).untrained(0);
  }

  /** {@return {@code [examples, ...input]}: standard normal values, or tokens} */
  float[] examples(int count) {
    var random = new Random(0);
    var values = new float[Math.toIntExact(count * input.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = tokens() ? random.nextInt(TOKENS) : (float) random.nextGaussian();
    }
    return values;
  }

  /** {@return examples with a class each, or a token for each of theirs} */
  Dataset dataset(int count) {
    var random = new Random(1);
    if (tokens()) {
      long ids = count * input.elements();
      return ArrayDataset.named("random")
          .ints("input", input, random.ints(ids, 0, TOKENS).toArray())
          .ints("target", input, random.ints(ids, 0, TOKENS).toArray())
          .build();
    }
    var labels = IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();
    var classes = IntStream.range(0, count).map(_ -> random.nextInt(CLASSES)).toArray();
    return ArrayDataset.named("random")
        .floats("input", input, examples(count))
        .classes("target", labels, classes)
        .build();
  }
}
