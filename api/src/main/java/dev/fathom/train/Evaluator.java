package dev.fathom.train;

import static dev.fathom.train.Programs.Answers.CLASSES;
import static dev.fathom.train.Programs.Answers.STEPS;

import dev.fathom.compile.Session;
import dev.fathom.data.Batch;
import dev.fathom.data.Batches;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.Normalisation;
import dev.fathom.data.SeriesWindows;
import dev.fathom.loss.QuantileLoss;
import dev.fathom.metric.ConfusionMatrix;
import dev.fathom.metric.ForecastError;
import dev.fathom.model.Spec;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/**
 * Measures a network on datasets.
 *
 * @param classes how many, if an example has one
 */
record Evaluator(Session session, Spec spec, Feed feed, Programs.Answers answers, int classes) {

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
    Forecasts forecasts = dataset instanceof SeriesWindows ? new Forecasts() : null;
    Batches.Builder feeding = feed.batches(dataset).until(1);
    if (forecasts != null) {
      feeding.floats(SeriesWindows.NAIVE, Normalisation.NONE);
    }
    try (Batches batches = feeding.open()) {
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
        if (forecasts != null) {
          forecasts.add(batch);
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
        new Evaluation(
            examples,
            loss / weight,
            accuracy,
            Optional.ofNullable(confusion),
            Optional.ofNullable(forecasts).map(f -> f.error)));
  }

  /** Compares what the network forecasts, in the units of the target, with what came. */
  private final class Forecasts {
    private final int numbers =
        Math.toIntExact(feed.loss().targetShape(feed.network().output()).elements());
    private final float[] outputs =
        new float[Math.toIntExact(feed.batchSize() * feed.network().output().elements())];
    private final float[] truth = new float[feed.batchSize() * numbers];
    private final ForecastError error =
        feed.loss() instanceof QuantileLoss loss
            ? new ForecastError(loss.quantiles().size(), loss.median())
            : new ForecastError(1, 0);

    void add(Batch batch) {
      session.read(Programs.OUTPUT, MemorySegment.ofArray(outputs));
      spec.answer(outputs);
      System.arraycopy(batch.floats(1), 0, truth, 0, truth.length);
      spec.data().targetNormalisation().invert(truth);
      error.add(outputs, truth, batch.floats(2), batch.count() * numbers);
    }
  }
}
