package dev.fathom.service.inference;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fathom.service.Tiny;
import dev.fathom.service.Trained;
import java.util.Random;

/** A table of leaves, of two kinds of tree that a line parts, and a model of it. */
final class Leaves {

  private Leaves() {}

  /** Trains the model {@code leaves}. */
  static void train() throws InterruptedException {
    var random = new Random(1);
    var rows = new StringBuilder("length,width,tree\n");
    for (int i = 0; i < 120; i++) {
      boolean oak = i % 2 == 0;
      double length = (oak ? 2 : 5) + random.nextDouble();
      double width = (oak ? 1.5 : 0.7) + 0.2 * random.nextDouble();
      rows.append(length).append(',').append(width).append(oak ? ",oak\n" : ",elm\n");
    }
    Tiny.put("leaves", "train.csv", rows.toString().getBytes(UTF_8));
    Trained.await(
        Trained.submit(
            """
            {"name": "leaves",
             "data": {"dataset": "leaves", "format": "csv", "train": "train.csv",
                      "target": "tree", "fit": true},
             "model": [{"type": "dense", "units": 8, "activation": "relu"},
                       {"type": "dense", "units": 2}],
             "training": {"epochs": 6, "batchSize": 16,
                          "optimizer": {"type": "adam", "learningRate": 0.05}}}
            """),
        "succeeded");
  }

  /** {@return a request with one tensor of both columns} */
  static String request(String shape, String data) {
    return """
    {"inputs": [{"name": "features", "shape": %s, "datatype": "FP32", "data": %s}]}
    """
        .formatted(shape, data);
  }
}
