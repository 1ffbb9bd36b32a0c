package dev.fathom.train;

import dev.fathom.data.Batch;
import dev.fathom.data.Batches;
import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.Feed;
import dev.fathom.format.Safetensors;
import dev.fathom.format.Safetensors.Source;
import dev.fathom.model.Weights;
import dev.fathom.spec.TrainingSpec;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.train.TrainingResult.Learned;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes all that another framework needs to take exactly the same steps. */
final class Export {
  private final Feed feed;
  private final List<Column> columns;
  private final Shape input;
  private final int batchSize;
  private final Map<String, Source> tensors = new HashMap<>();

  private Export(Feed feed, List<Column> columns, Shape input, int batchSize) {
    this.feed = feed;
    this.input = input;
    this.columns = columns;
    this.batchSize = batchSize;
  }

  static void write(Trainer trainer, Path folder) throws IOException {
    Plan plan = trainer.plan;
    TrainingSpec training = plan.training();
    for (Map.Entry<Group, Learned> first : plan.beginning().weights().entrySet()) {
      Weights.write(
          folder.resolve(first.getKey().named("initial.safetensors")),
          first.getValue().parameters(),
          first.getValue().states());
    }
    Dataset train = plan.split().train();
    Export export =
        new Export(plan.feed(), train.columns(), trainer.network().input(), training.batchSize());
    try (Batches batches = plan.learned(plan.feed().batches(train, training.batchSize())).open()) {
      export.add("train", batches, Math.toIntExact(trainer.steps()));
    }
    export.epoch("validation", plan.split().validation());
    if (plan.test().isPresent()) {
      if (plan.testsOtherShapes()) {
        throw new IllegalArgumentException(
            "[export] expected a test of examples as they are learned but theirs are larger or"
                + " smaller");
      }
      export.epoch("test", plan.test().get());
    }
    Safetensors.write(folder.resolve("batches.safetensors"), Map.of(), export.tensors);
  }

  private void epoch(String name, Dataset dataset) {
    try (Batches batches = feed.batches(dataset, batchSize).until(1).open()) {
      add(name, batches, batches.perEpoch());
    }
  }

  private void add(String name, Batches batches, int count) {
    int parts = feed.entries().size();
    long named = feed.entries().stream().filter(entry -> !isWeight(entry)).count();
    MemorySegment[] all = new MemorySegment[parts + 1];
    for (int i = 0; i < parts; i++) {
      Feed.Entry entry = feed.entries().get(i);
      all[i] = tensor(name + "." + role(i, named), entry.dtype(), count, shape(entry, i, named));
    }
    all[parts] = tensor(name + ".mask", DType.F32, count, Shape.of());
    for (int i = 0; i < count; i++) {
      Batch batch = batches.next();
      for (int part = 0; part <= parts; part++) {
        MemorySegment segment = part < parts ? batch.segment(part) : batch.maskSegment();
        long bytes = segment.byteSize();
        MemorySegment.copy(segment, 0, all[part], i * bytes, bytes);
      }
    }
  }

  /** One input and its target are called so; columns of a wider feed have their own names. */
  private String role(int i, long named) {
    Feed.Entry entry = feed.entries().get(i);
    if (isWeight(entry)) {
      return "weight";
    }
    return named != 2 ? entry.column() : i == 0 ? "input" : "target";
  }

  private static boolean isWeight(Feed.Entry entry) {
    return entry.column().equals(Weighting.COLUMN);
  }

  /** The only input has the shape that the network takes. */
  private Shape shape(Feed.Entry entry, int i, long named) {
    if (named == 2 && i == 0) {
      return input;
    }
    return columns.stream()
        .filter(column -> column.name().equals(entry.column()))
        .findFirst()
        .orElseThrow()
        .shape();
  }

  /** {@return the memory of {@code [count, batch, ...example]}} */
  private MemorySegment tensor(String name, DType dtype, int count, Shape example) {
    Shape shape = Shape.of(count, batchSize).concat(example);
    int length = Math.toIntExact(shape.elements());
    MemorySegment values =
        dtype == DType.I32
            ? MemorySegment.ofArray(new int[length])
            : MemorySegment.ofArray(new float[length]);
    tensors.put(name, new Source(dtype, shape, () -> values));
    return values;
  }
}
