package dev.fathom.train;

import dev.fathom.compile.Session;
import dev.fathom.data.Batch;
import dev.fathom.data.Batches;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.Feed;
import dev.fathom.metric.Accumulator;
import dev.fathom.metric.Evaluation;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Table;
import dev.fathom.spi.Shape;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;

/**
 * Measures networks on datasets.
 *
 * @param session of the program of the evaluation
 * @param feed the columns of a batch, those for metrics last
 */
record Evaluator(
    Session session,
    TrainingPrograms.Evaluation program,
    List<Group> groups,
    Feed feed,
    List<Metric> metrics,
    int batchSize,
    long seed) {

  /** The losses of a group. */
  private static final class Loss {
    final float[] rows;
    final float[] weights;
    double sum;
    double weight;

    Loss(int batchSize) {
      rows = new float[batchSize];
      weights = new float[batchSize];
    }
  }

  /**
   * {@return the measurement; nothing if {@code cancelled} became true before the end}
   *
   * @throws DataException if no target counts
   */
  Optional<Evaluation> evaluate(Dataset dataset, BooleanSupplier cancelled) {
    List<Loss> losses = groups.stream().map(_ -> new Loss(batchSize)).toList();
    List<Accumulator> accumulators = metrics.stream().map(Metric::accumulator).toList();
    long examples = 0;
    try (Batches batches = feed.batches(dataset, batchSize).until(1).open()) {
      while (batches.hasNext()) {
        if (cancelled.getAsBoolean()) {
          return Optional.empty();
        }
        Batch batch = batches.next();
        run(batch);
        for (int i = 0; i < losses.size(); i++) {
          add(groups.get(i), losses.get(i), batch.count());
        }
        examples += batch.count();
        for (int i = 0; i < accumulators.size(); i++) {
          accumulators.get(i).add(observed(i), batch.count());
        }
      }
    }
    if (losses.getFirst().weight == 0) {
      throw new DataException(
          "[evaluate] expected a target that counts but none of the %d examples of '%s' has one"
              .formatted(examples, dataset.name()));
    }
    SequencedMap<String, Double> figures = figures(losses);
    List<Table> tables = new ArrayList<>();
    for (Accumulator accumulator : accumulators) {
      accumulator.figures().forEach(figures::putIfAbsent);
      accumulator.table().ifPresent(tables::add);
    }
    return Optional.of(new Evaluation(examples, figures, tables));
  }

  private void run(Batch batch) {
    for (int i = 0; i < feed.entries().size(); i++) {
      session.write(TrainingPrograms.columnName(feed.entries().get(i).column()), batch.segment(i));
    }
    session.write(TrainingPrograms.MASK, batch.maskSegment());
    if (program.random()) {
      // The same numbers in each evaluation, so that losses of epochs can be compared.
      session.setLong(TrainingPrograms.SEED, seed);
      session.setLong(TrainingPrograms.STEP, batch.index());
    }
    session.run();
  }

  private void add(Group group, Loss loss, int count) {
    session.read(group.named(TrainingPrograms.ROW_LOSS), MemorySegment.ofArray(loss.rows));
    session.read(group.named(TrainingPrograms.ROW_WEIGHT), MemorySegment.ofArray(loss.weights));
    for (int i = 0; i < count; i++) {
      loss.sum += (double) loss.rows[i] * loss.weights[i];
      loss.weight += loss.weights[i];
    }
  }

  /** The sum of the groups' mean losses, and each by its name where there are several. */
  private SequencedMap<String, Double> figures(List<Loss> losses) {
    SequencedMap<String, Double> figures = new LinkedHashMap<>();
    figures.put(Evaluation.LOSS, losses.stream().mapToDouble(loss -> loss.sum / loss.weight).sum());
    for (int i = 0; i < losses.size() && losses.size() > 1; i++) {
      Loss loss = losses.get(i);
      figures.put(Evaluation.LOSS + "." + groups.get(i).name(), loss.sum / loss.weight);
    }
    return figures;
  }

  private List<float[]> observed(int metric) {
    List<float[]> all = new ArrayList<>();
    List<Shape> shapes = program.observed().get(metric);
    for (int i = 0; i < shapes.size(); i++) {
      float[] values = new float[Math.toIntExact(shapes.get(i).elements())];
      session.read(TrainingPrograms.observed(metric, i), MemorySegment.ofArray(values));
      all.add(values);
    }
    return all;
  }
}
