package dev.fathom.service;

import java.util.Locale;
import java.util.Random;

/** A network with two inputs: a number that is learned from two columns of each of two sides. */
public final class Towers {

  private Towers() {}

  /** {@return a table with a header: {@code score = age * price + income * weight}} */
  public static String csv(int rows, long seed) {
    var random = new Random(seed);
    var text = new StringBuilder("age,income,price,weight,score\n");
    for (int row = 0; row < rows; row++) {
      double age = random.nextDouble(-1, 1);
      double income = random.nextDouble(-1, 1);
      double price = random.nextDouble(-1, 1);
      double weight = random.nextDouble(-1, 1);
      text.append(
          String.format(
              Locale.ROOT,
              "%.4f,%.4f,%.4f,%.4f,%.4f%n",
              age,
              income,
              price,
              weight,
              age * price + income * weight));
    }
    return text.toString();
  }

  /**
   * {@return a spec that learns it}
   *
   * @param dataset the key {@code "dataset"} with its value and a comma; nothing for files beside
   */
  public static String spec(String dataset) {
    return """
    {"name": "towers", "task": "regression",
     "data": {%s "format": "csv", "train": "train.csv", "test": "test.csv", "target": "score"},
     "model": {
       "inputs": {"user": ["age", "income"], "item": ["price", "weight"]},
       "layers": [
         {"type": "dense", "name": "users", "units": 8, "inputs": ["user"]},
         {"type": "dense", "name": "items", "units": 8, "inputs": ["item"]},
         {"type": "dot", "inputs": ["users", "items"]}],
       "outputs": {"score": "dot1"}},
     "training": {"epochs": 30, "batchSize": 32, "loss": "meanSquaredError",
                  "optimizer": {"type": "adam", "learningRate": 0.02}}}
    """
        .formatted(dataset);
  }

  /** {@return a request of Open Inference for two examples, whose scores are 0.5 and -0.1} */
  public static String request() {
    return """
    {"inputs": [
      {"name": "item", "datatype": "FP32", "shape": [2, 2], "data": [[0.5, 0.5], [1, 0]]},
      {"name": "user", "datatype": "FP32", "shape": [2, 2], "data": [0.5, 0.5, -0.1, 0.7]}]}
    """;
  }
}
