package dev.fathom.train;

import static dev.fathom.train.Programs.Answers.CLASSES;
import static dev.fathom.train.Programs.Answers.STEPS;

import dev.fathom.compile.Session;
import dev.fathom.data.Batch;
import dev.fathom.data.Batches;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.metric.ConfusionMatrix;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/**
 * Measures a network on datasets.
 *
 * @param classes how many, if an example has one
 */
record Evaluator(Session session, Feed feed, Programs.Answers answers, int classes) {

  /**
   * {@return the measurement; nothing if {@code cancelled} became true before the end}
   *
   * @throws DataException if no target counts
   */
  Optional<Evaluation> evaluate(Dataset dataset, BooleanSupplier cancelled) {
    double loss = 0;
    double weight = 0;
    long examples = 0;
    double correct = 0;
    ConfusionMatrix confusion = answers == CLASSES ? new ConfusionMatrix(classes) : null;
    float[] rows = new float[feed.batchSize()];
    float[] weights = new float[feed.batchSize()];
    float[] right = new float[feed.batchSize()];
    int[] predictions = new int[feed.batchSize()];
    try (Batches batches = feed.batches(dataset).until(1).open()) {
      while (batches.hasNext()) {
        if (cancelled.getAsBoolean()) {
          return Optional.empty();
        }
        Batch batch = batches.next();
        session.write(Programs.INPUT, batch.segment(0));
        session.write(Programs.TARGET, batch.segment(1));
        session.write(Programs.MASK, batch.maskSegment());
        session.run();
        session.read(Programs.ROW_LOSS, MemorySegment.ofArray(rows));
        session.read(Programs.ROW_WEIGHT, MemorySegment.ofArray(weights));
        for (int i = 0; i < batch.count(); i++) {
          loss += (double) rows[i] * weights[i];
          weight += weights[i];
        }
        examples += batch.count();
        if (answers == STEPS) {
          session.read(Programs.ROW_CORRECT, MemorySegment.ofArray(right));
          for (int i = 0; i < batch.count(); i++) {
            correct += right[i];
          }
        } else if (answers == CLASSES) {
          session.read(Programs.PREDICTION, MemorySegment.ofArray(predictions));
          confusion.add(batch.ints(1), predictions, batch.count());
        }
      }
    }
    if (weight == 0) {
      throw new DataException(
          "[evaluate] expected a target that counts but none of the %d examples of '%s' has one"
              .formatted(examples, dataset.name()));
    }
    OptionalDouble accuracy =
        switch (answers) {
          case NUMBERS -> OptionalDouble.empty();
          case CLASSES -> OptionalDouble.of(confusion.accuracy());
          case STEPS -> OptionalDouble.of(correct / weight);
        };
    return Optional.of(
        new Evaluation(examples, loss / weight, accuracy, Optional.ofNullable(confusion)));
  }
}
