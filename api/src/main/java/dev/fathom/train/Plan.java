package dev.fathom.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Batches;
import dev.fathom.data.Dataset;
import dev.fathom.data.Feed;
import dev.fathom.data.Split;
import dev.fathom.data.Transform;
import dev.fathom.json.SpecException;
import dev.fathom.metric.Evaluation;
import dev.fathom.metric.Metric;
import dev.fathom.model.Model;
import dev.fathom.spec.TrainingSpec;
import dev.fathom.spi.Shape;
import dev.fathom.task.Baseline;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * All that a run needs, whether it was made from a spec or from an objective written by hand.
 *
 * @param description of it as JSON, to be kept in checkpoints
 * @param isSame whether another description is that of the same training
 * @param training how long, in which batches, by which schedule
 * @param objective that is minimised
 * @param feed the columns of a batch
 * @param transforms how examples change each time they are learned from, by column
 * @param metrics that are measured
 * @param split the examples to learn from, and those that are held back
 * @param test examples that the result is measured on
 * @param baseline how good a guess that looks at no input is on some examples
 * @param notes what a user should know of how the data were read, each a sentence; they are found
 *     when they are asked for
 * @param begin gives the weights before the first step
 * @param finish makes a model of the best weights, if one is to be made
 */
record Plan(
    ObjectNode description,
    Predicate<ObjectNode> isSame,
    TrainingSpec training,
    Objective objective,
    Feed feed,
    Map<String, Transform> transforms,
    List<Metric> metrics,
    Split split,
    Optional<Dataset> test,
    Function<Dataset, Optional<Baseline>> baseline,
    Supplier<List<String>> notes,
    Begin begin,
    Finish finish) {

  /** Gives first weights, which may be read from a file. */
  @FunctionalInterface
  interface Begin {
    /** {@return the weights of some groups, the network of the model first} */
    Beginning weights(List<Group> groups, long seed) throws IOException;

    /**
     * Checks that there are such, without making them.
     *
     * @throws SpecException if there are not
     */
    default void check() throws IOException {}
  }

  /** Makes a model. */
  @FunctionalInterface
  interface Finish {
    /**
     * {@return the model, if there is one}
     *
     * @param learned the best weights of each group
     * @param metrics how good it is, for people
     */
    Optional<Model> model(Map<String, TrainingResult.Learned> learned, ObjectNode metrics);
  }

  /** {@return the weights of all groups before the first step} */
  Beginning beginning() throws IOException {
    return begin.weights(objective.groups(), training.seed());
  }

  /** {@return the same with other metrics} */
  Plan with(List<Metric> others) {
    return new Plan(
        description,
        isSame,
        training,
        objective,
        feed,
        transforms,
        others,
        split,
        test,
        baseline,
        notes,
        begin,
        finish);
  }

  /** {@return whether examples that are tested on have other shapes than those that are learned} */
  boolean testsOtherShapes() {
    return test.isPresent() && !shapes(test.get()).equals(shapes(split.train()));
  }

  private List<Shape> shapes(Dataset examples) {
    return evaluationFeed().entries().stream()
        .map(entry -> examples.columns().get(examples.column(entry.column())).shape())
        .toList();
  }

  /**
   * {@return how many examples are tested on at once} Of larger examples fewer, so that they take
   * about as much memory as those of a step.
   */
  int testBatch() {
    double larger = (double) elements(test.orElseThrow()) / Math.max(1, elements(split.train()));
    return (int) Math.max(1, training.partSize() / Math.max(1, larger));
  }

  private long elements(Dataset examples) {
    return shapes(examples).stream().mapToLong(Shape::elements).sum();
  }

  /** {@return the metrics that are followed while it learns} */
  List<Metric> followed() {
    return metrics.stream().filter(Metric::whileTraining).toList();
  }

  /** {@return columns that an evaluation has beside those of the feed, for metrics} */
  Feed measured() {
    return metrics.stream().map(Metric::columns).reduce(Feed.EMPTY, Feed::and);
  }

  /** {@return the columns of a batch of an evaluation} */
  Feed evaluationFeed() {
    return feed.and(measured());
  }

  /** {@return the same batches, with examples as they are learned from} */
  Batches.Builder learned(Batches.Builder batches) {
    transforms.forEach(batches::transformed);
    return batches.shuffled(training.seed());
  }

  /** {@return how many steps the whole run has} */
  long steps() {
    long perEpoch = Math.ceilDiv(split.train().size(), training.batchSize());
    return training.steps().orElseGet(() -> Math.multiplyExact(training.epochs(), perEpoch));
  }

  /** Writes an evaluation, each figure under its name. */
  static void put(ObjectNode json, Evaluation evaluation) {
    json.put("examples", evaluation.examples());
    evaluation.figures().forEach(json::put);
  }
}
