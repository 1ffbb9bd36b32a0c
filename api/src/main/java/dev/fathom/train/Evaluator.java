package dev.fathom.train;

import dev.fathom.compile.Session;
import dev.fathom.data.Batch;
import dev.fathom.data.Batches;
import dev.fathom.data.Dataset;
import dev.fathom.metric.ConfusionMatrix;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Measures a network on datasets.
 *
 * @param labels the names of the classes; empty if the target is no class
 */
record Evaluator(Session session, Feed feed, List<String> labels) {

  /** {@return the measurement; nothing if {@code cancelled} became true before the end} */
  Optional<Evaluation> evaluate(Dataset dataset, BooleanSupplier cancelled) {
    double loss = 0;
    double weight = 0;
    long examples = 0;
    ConfusionMatrix confusion = labels.isEmpty() ? null : new ConfusionMatrix(labels.size());
    float[] rows = new float[feed.batchSize()];
    float[] weights = new float[feed.batchSize()];
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
        if (confusion != null) {
          session.read(Programs.PREDICTION, MemorySegment.ofArray(predictions));
          confusion.add(batch.ints(1), predictions, batch.count());
        }
      }
    }
    return Optional.of(
        new Evaluation(examples, loss / weight, Optional.ofNullable(confusion), labels));
  }
}
