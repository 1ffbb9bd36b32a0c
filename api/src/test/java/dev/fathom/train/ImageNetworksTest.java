package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.Dataset;
import dev.fathom.spec.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Families of networks learn digits from a spec. */
@Timeout(300)
class ImageNetworksTest {
  private static final Path FOLDER = Path.of("../samples/mnist");

  private static final String MOBILE =
      """
      [{"type": "conv2d", "filters": 8, "kernel": 3, "stride": 2, "padding": 1, "bias": false},
       {"type": "batchnorm", "activation": "relu6"},
       {"type": "invertedresidual", "filters": 12, "expansion": 4, "stride": 2},
       {"type": "invertedresidual", "filters": 12, "expansion": 4, "reduction": 4,
        "stochasticDepth": 0.1},
       {"type": "separableconv2d", "filters": 32, "kernel": 3, "padding": "same",
        "activation": "relu"},
       {"type": "adaptiveaveragepool2d", "size": 3},
       {"type": "flatten"},
       {"type": "dense", "units": 10}]
      """;

  private static final String VIT = "{\"preset\": \"vit\", \"width\": 0.25, \"patch\": 7}";

  /** Rows of an image, from the top to the bottom, with what is above them. */
  private static final String ROWS =
      """
      [{"type": "conv1d", "filters": 48, "kernel": 5, "padding": "causal", "activation": "relu"},
       {"type": "layernorm"},
       {"type": "conv1d", "filters": 48, "kernel": 3, "stride": 2, "padding": "same",
        "activation": "relu"},
       {"type": "sequencepool", "kind": "meanMax"},
       {"type": "dense", "units": 10}]
      """;

  private static Dataset first(Dataset dataset, int count) {
    return dataset.select("part of " + dataset.name(), IntStream.range(0, count).toArray());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"mobile, 0.85", "vit, 0.7", "rows, 0.8", "resnet, 0.9"})
  void learnDigits(String name, double least) throws IOException {
    String model =
        switch (name) {
          case "mobile" -> MOBILE;
          case "vit" -> VIT;
          case "rows" -> ROWS;
          default -> "{\"preset\": \"resnet18\", \"width\": 0.0625}";
        };
    Spec spec =
        Spec.parse(
            """
            {"name": "digits", "data": {"dataset": "mnist", "mean": 33, "deviation": 78},
             "model": %s,
             "training": {"epochs": 3, "batchSize": 32, "seed": 1,
               "optimizer": {"type": "adamw", "learningRate": 0.004},
               "schedule": {"type": "oneCycle"}}}
            """
                .formatted(model));
    TrainingData all = TrainingData.open(spec, FOLDER);
    TrainingData some =
        new TrainingData(first(all.train(), 3000), Optional.of(first(all.test().get(), 1000)));
    double accuracy =
        Trainer.of(spec, some, Digits.java()).build().run().test().orElseThrow().accuracy();
    assertTrue(accuracy >= least, name + " reached " + accuracy);
  }
}
