package dev.fathom.train;

import dev.fathom.data.ArrayDataset;
import dev.fathom.data.Dataset;
import dev.fathom.device.Backends;
import dev.fathom.model.Weights;
import dev.fathom.spec.Spec;
import dev.fathom.spi.Shape;
import dev.fathom.spi.tck.MinimalBackend;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/** A small task that trains in a moment, with every part that has state: norm, dropout, moments. */
final class Digits {
  private static final Backends.Selection JAVA = Backends.select("java");

  private Digits() {}

  static Backends.Selection java() {
    return JAVA;
  }

  static Backends.Selection minimal() {
    return new Backends.Selection("minimal", new MinimalBackend());
  }

  /** Bars in noise: upright, lying or none; 3 classes, 5 x 5 bytes. */
  static Dataset bars(String name, int examples, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] pixels = new byte[examples * 25];
    int[] labels = new int[examples];
    for (int i = 0; i < examples; i++) {
      labels[i] = random.nextInt(3);
      int at = random.nextInt(5);
      for (int p = 0; p < 25; p++) {
        boolean bar = labels[i] == 1 && p % 5 == at || labels[i] == 2 && p / 5 == at;
        pixels[i * 25 + p] = (byte) (random.nextInt(60) + (bar ? 180 : 0));
      }
    }
    return ArrayDataset.named(name)
        .unsignedBytes("image", Shape.of(5, 5), pixels)
        .classes("label", List.of("none", "upright", "lying"), labels)
        .build();
  }

  static TrainingData data() {
    return new TrainingData(bars("bars", 90, 1), Optional.of(bars("test bars", 40, 2)));
  }

  /** 90 examples, 19 held back; 71 in batches of 16: 5 steps an epoch, the last with 7 examples. */
  static Spec spec(String training) {
    return Spec.parse(
        """
        {"name": "bars",
         "data": {"dataset": "bars", "scale": 0.004, "mean": 0.2},
         "model": [
           {"type": "conv2d", "filters": 3, "kernel": 3, "padding": "same"},
           {"type": "batchnorm", "activation": "relu"},
           {"type": "flatten"},
           {"type": "dropout", "rate": 0.1},
           {"type": "dense", "units": 3}],
         "training": {"batchSize": 16, "seed": 3, "validation": 0.2, %s %s}}"""
            .formatted(
                training.contains("\"schedule\"")
                    ? ""
                    : "\"schedule\": {\"type\": \"cosine\", \"warmupSteps\": 3},",
                training));
  }

  /** Saves a checkpoint with which a training begins that starts with given parameters. */
  static void start(Checkpoints checkpoints, Trainer fresh, Weights parameters) throws IOException {
    List<String> names = fresh.plan.objective().groups().getFirst().optimizer().state();
    Weights zeros = new Weights(parameters.layout(), new float[parameters.values().length]);
    Progress start =
        new Progress(
            fresh.plan.description(),
            DataDigests.NONE,
            "java",
            java().backend().device().variant(),
            names,
            0,
            0,
            0,
            0,
            0,
            0,
            Map.of(),
            OptionalDouble.empty(),
            0,
            false,
            new double[0],
            0);
    checkpoints.save(
        Checkpoints.Kind.LAST,
        new Checkpoint(
            start,
            List.of(
                new Checkpoint.Part(
                    Group.DEFAULT,
                    parameters,
                    Weights.initial(fresh.network().states(), 0),
                    Collections.nCopies(names.size(), zeros)))));
  }
}
