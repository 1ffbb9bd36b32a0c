package dev.fathom.train;

import dev.fathom.data.Batch;
import dev.fathom.data.Batches;
import dev.fathom.data.Dataset;
import dev.fathom.format.Safetensors;
import dev.fathom.format.Safetensors.Source;
import dev.fathom.model.TrainingSpec;
import dev.fathom.model.Weights;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Writes what another framework needs to take the very same steps. */
final class Export {
  private final Feed feed;
  private final Map<String, Source> tensors = new HashMap<>();

  private Export(Feed feed) {
    this.feed = feed;
  }

  static void write(Trainer trainer, Path folder) throws IOException {
    TrainingSpec training = trainer.spec.training();
    Network network = trainer.network;
    Weights.write(
        folder.resolve("initial.safetensors"),
        Weights.initial(network.parameters(), training.seed()),
        Weights.initial(network.states(), training.seed()));
    Feed feed = new Feed(trainer.spec.data(), network, training.loss(), training.batchSize());
    Export export = new Export(feed);
    try (Batches batches = feed.batches(trainer.split.train()).shuffled(training.seed()).open()) {
      export.add("train", batches, Math.toIntExact(trainer.steps()));
    }
    export.epoch("validation", trainer.split.validation());
    if (trainer.data.test().isPresent()) {
      export.epoch("test", trainer.data.test().get());
    }
    Safetensors.write(folder.resolve("batches.safetensors"), Map.of(), export.tensors);
  }

  private void epoch(String name, Dataset dataset) {
    try (Batches batches = feed.batches(dataset).until(1).open()) {
      add(name, batches, batches.perEpoch());
    }
  }

  private void add(String name, Batches batches, int count) {
    Network network = feed.network();
    Shape target = feed.loss().targetShape(network.output());
    MemorySegment[] all = {
      tensor(name + ".input", network.inputType(), count, network.input()),
      tensor(name + ".target", feed.loss().targetType(), count, target),
      tensor(name + ".mask", DType.F32, count, Shape.of())
    };
    for (int i = 0; i < count; i++) {
      Batch batch = batches.next();
      MemorySegment[] parts = {batch.segment(0), batch.segment(1), batch.maskSegment()};
      for (int part = 0; part < parts.length; part++) {
        long bytes = parts[part].byteSize();
        MemorySegment.copy(parts[part], 0, all[part], i * bytes, bytes);
      }
    }
  }

  /** {@return the memory of {@code [count, batch, ...example]}} */
  private MemorySegment tensor(String name, DType dtype, int count, Shape example) {
    Shape shape = Shape.of(count, feed.batchSize()).concat(example);
    int length = Math.toIntExact(shape.elements());
    MemorySegment values =
        dtype == DType.I32
            ? MemorySegment.ofArray(new int[length])
            : MemorySegment.ofArray(new float[length]);
    tensors.put(name, new Source(dtype, shape, () -> values));
    return values;
  }
}
