package dev.fathom.service.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.ArrayDataset;
import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.model.Model;
import dev.fathom.spec.Spec;
import dev.fathom.spec.SpecModel;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.task.Classification;
import dev.fathom.text.Tokenizer;
import dev.fathom.train.TrainingData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A network that is timed, with examples.
 *
 * @param spec of an endless training
 * @param data what it learns from
 */
record Network(Spec spec, TrainingData data) {

  /** Those with a name; the spec of each is a resource beside this class. */
  private static final SequencedMap<String, List<Shape>> NAMED = new LinkedHashMap<>();

  static {
    NAMED.put("mlp", List.of(Shape.of(784)));
    NAMED.put("lenet", List.of(Shape.of(1, 28, 28)));
    NAMED.put("resnet18", List.of(Shape.of(3, 32, 32)));
    NAMED.put("lstm", List.of(Shape.of(64, 64)));
    NAMED.put("gpt", List.of(Shape.of(256)));
    NAMED.put("unet", List.of(Shape.of(1, 28, 28), Shape.of(1)));
  }

  /** The number of tokens in the vocabulary of {@code gpt}. */
  static final int TOKENS = 65;

  /** Examples are drawn again after so many steps. */
  private static final int BATCHES = 20;

  private static final long ENDLESS = 1_000_000_000;

  /** {@return the names of those that have one} */
  static List<String> names() {
    return List.copyOf(NAMED.keySet());
  }

  static Optional<Network> named(String name) {
    return Optional.ofNullable(NAMED.get(name)).map(shapes -> random(resource(name), shapes));
  }

  private static Spec resource(String name) {
    try (var in = Network.class.getResourceAsStream(name + ".json")) {
      return Spec.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return the network of a spec, with its own data} */
  static Network of(Spec spec, TrainingData data) {
    return new Network(endless(spec), data);
  }

  /**
   * {@return the network of a spec with random examples}
   *
   * @param shapes of an example, by the names of the inputs
   * @throws IllegalArgumentException if an input has none
   */
  static Network random(Spec spec, Map<String, Shape> shapes) {
    var names = spec.model().graph().inputs();
    if (!shapes.keySet().equals(Set.copyOf(names))) {
      throw new IllegalArgumentException(
          "[bench] expected a shape of each of the inputs %s but got %s"
              .formatted(names, shapes.keySet()));
    }
    return random(spec, names.stream().map(shapes::get).toList());
  }

  private static Network random(Spec spec, List<Shape> shapes) {
    int count = BATCHES * spec.training().batchSize();
    return new Network(
        endless(spec), new TrainingData(examples(spec, shapes, count), Optional.empty()));
  }

  private static Spec endless(Spec spec) {
    var json = spec.expand();
    var training = (ObjectNode) json.get("training");
    training.remove(List.of("epochs", "validation", "earlyStopping", "maxSeconds"));
    training.put("steps", ENDLESS);
    return Spec.parse(json);
  }

  /** {@return random numbers and tokens, with random classes, tokens or numbers to learn} */
  private static Dataset examples(Spec spec, List<Shape> shapes, int count) {
    var random = new Random(0);
    var graph = spec.model().graph();
    var dataset = ArrayDataset.named("random");
    for (int i = 0; i < shapes.size(); i++) {
      var column = spec.inputs().get(i).column();
      int values = Math.toIntExact(Math.multiplyExact(count, shapes.get(i).elements()));
      int vocabulary = Math.toIntExact(graph.vocabulary(graph.inputs().get(i)));
      if (vocabulary > 0) {
        dataset.ints(column, shapes.get(i), random.ints(values, 0, vocabulary).toArray());
      } else {
        dataset.floats(column, shapes.get(i), normal(random, values));
      }
    }
    return target(dataset, spec, shapes, count, random).build();
  }

  private static ArrayDataset.Builder target(
      ArrayDataset.Builder dataset, Spec spec, List<Shape> shapes, int count, Random random) {
    var loss = spec.task().loss();
    var output = spec.network(shapes).output();
    var shape = loss.targetShape(output);
    var name = spec.data().target();
    int values = Math.toIntExact(Math.multiplyExact(count, shape.elements()));
    if (loss.targetType() != DType.I32) {
      boolean isChoice = spec.task() instanceof Classification;
      var numbers = normal(random, values);
      for (int i = 0; isChoice && i < values; i++) {
        numbers[i] = numbers[i] > 0 ? 1 : 0;
      }
      return dataset.floats(name, shape, numbers);
    }
    int classes = Math.toIntExact(loss.classes(output));
    var chosen = random.ints(values, 0, classes).toArray();
    return shape.rank() > 0
        ? dataset.ints(name, shape, chosen)
        : dataset.classes(
            name, IntStream.range(0, classes).mapToObj(Integer::toString).toList(), chosen);
  }

  private static float[] normal(Random random, int count) {
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** {@return the columns of the inputs, in order} */
  private List<Column> columns() {
    return spec.inputs().stream()
        .map(input -> data.train().columns().get(at(input.column())))
        .toList();
  }

  private int at(String column) {
    var names = data.train().columns().stream().map(Column::name).toList();
    return names.indexOf(column);
  }

  private Column target() {
    return data.train().columns().get(at(spec.data().target()));
  }

  /** {@return whether each step of an example has a target of its own} */
  private boolean tokens() {
    return target().dtype() == DType.I32 && target().shape().rank() > 0;
  }

  /** {@return the unit that is counted: examples, or tokens where each has a target} */
  String unit() {
    return tokens() ? "tokens/s" : "samples/s";
  }

  /** {@return the number of {@link #unit()}s in a training step} */
  long work() {
    long batch = spec.training().batchSize();
    return tokens() ? batch * target().shape().elements() : batch;
  }

  /** {@return a model that nobody trained} */
  Model model() {
    return model(data.tokenizer());
  }

  /** {@return the same of texts} */
  Model model(Tokenizer tokenizer) {
    return model(Optional.of(tokenizer));
  }

  private Model model(Optional<Tokenizer> tokenizer) {
    var shapes = columns().stream().map(Column::shape).toList();
    return new SpecModel(spec, shapes, data.features(), tokenizer, data.encodings()).untrained(0);
  }

  /** {@return the values of the first examples for each input: {@code [count, ...input]}} */
  List<float[]> inputs(int count) {
    List<float[]> all = new ArrayList<>();
    for (var column : columns()) {
      int width = Math.toIntExact(column.shape().elements());
      var values = new float[Math.multiplyExact(count, width)];
      var tokens = new int[width];
      for (int row = 0; row < count; row++) {
        int from = row % data.train().size();
        if (column.dtype() == DType.I32) {
          data.train().read(at(column.name()), from, tokens, 0);
          for (int i = 0; i < width; i++) {
            values[row * width + i] = tokens[i];
          }
        } else {
          data.train().read(at(column.name()), from, values, row * width);
        }
      }
      all.add(values);
    }
    return all;
  }
}
