package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.Dataset;
import dev.fathom.device.Backends;
import dev.fathom.json.SpecException;
import dev.fathom.spec.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample on part of the real digits. Takes longer than others: it trains LeNet. */
class MnistTest {
  private static final Path FOLDER = Path.of("../samples/mnist");

  private static Spec lenet(String from, String to) throws IOException {
    String json = Files.readString(FOLDER.resolve("lenet.json"));
    assertTrue(json.contains(from));
    return Spec.parse(json.replace(from, to));
  }

  private static TrainingData digits(Spec spec, int train, int test) throws IOException {
    TrainingData all = TrainingData.open(spec, FOLDER);
    return new TrainingData(
        first(all.train(), train), Optional.of(first(all.test().orElseThrow(), test)));
  }

  private static Dataset first(Dataset dataset, int count) {
    return dataset.select("part of " + dataset.name(), IntStream.range(0, count).toArray());
  }

  @Test
  void lenetLearnsDigits() throws IOException {
    Spec spec = lenet("\"batchSize\": 128", "\"batchSize\": 32");
    TrainingData data = digits(spec, 3000, 2000);
    TrainingResult result = Trainer.of(spec, data, Digits.java()).build().run();
    assertEquals(270, result.steps());
    double accuracy = result.test().orElseThrow().accuracy();
    assertTrue(accuracy > 0.94, () -> "accuracy " + accuracy);
  }

  @Test
  void thePlainestBackendComputesTheSameSteps() throws IOException {
    Spec spec = lenet("\"epochs\": 3,\n    \"batchSize\": 128", "\"steps\": 3, \"batchSize\": 4");
    TrainingData data = digits(spec, 80, 4);
    List<Double> losses = new ArrayList<>();
    for (Backends.Selection backend : List.of(Digits.java(), Digits.minimal())) {
      Trainer.of(spec, data, backend)
          .listener(
              event -> {
                if (event instanceof TrainingEvent.EpochEnded epoch) {
                  losses.add(epoch.loss());
                  losses.add(epoch.validation().orElseThrow().loss());
                }
              })
          .build()
          .run();
    }
    assertEquals(4, losses.size());
    assertEquals(losses.get(0), losses.get(2), 1e-4 * losses.get(0));
    assertEquals(losses.get(1), losses.get(3), 1e-3 * losses.get(1));
  }

  @Test
  void filesMayBeNamedInTheSpec(@TempDir Path folder) throws IOException {
    Spec spec =
        lenet(
            "\"dataset\": \"mnist\"",
            """
            "format": "idx", "images": "mnist/t10k-images-idx3-ubyte.gz",
            "labels": "mnist/t10k-labels-idx1-ubyte.gz", "classes":
            ["0", "1", "2", "3", "4", "5", "6", "7", "8", "nine"]""");
    TrainingData data = TrainingData.open(spec, FOLDER.resolve(".."));
    assertEquals(10_000, data.train().size());
    assertEquals("nine", data.train().columns().get(1).labels().getLast());
    assertTrue(data.test().isEmpty());
    assertEquals(
        "/data: there is no file 'mnist/t10k-images-idx3-ubyte.gz' beside the spec",
        assertThrows(SpecException.class, () -> TrainingData.open(spec, folder)).getMessage());
  }

  @Test
  void aDatasetThatIsNotThereIsNamed(@TempDir Path folder) throws IOException {
    Spec spec = lenet("\"mnist\"", "\"minst\"");
    SpecException wrong = assertThrows(SpecException.class, () -> TrainingData.open(spec, FOLDER));
    assertEquals(
        "/data/dataset: expected a folder 'minst' beside the spec, with the files of the dataset,"
            + " but there is none",
        wrong.getMessage());
    Files.createDirectory(folder.resolve("minst"));
    Files.createFile(folder.resolve("minst/train-images-idx3-ubyte"));
    wrong = assertThrows(SpecException.class, () -> TrainingData.open(spec, folder));
    assertEquals(
        "/data/dataset: expected a file train-labels-idx1-ubyte[.gz] in dataset 'minst' but it has"
            + " [train-images-idx3-ubyte]",
        wrong.getMessage());
  }
}
