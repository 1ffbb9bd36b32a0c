package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.data.Dataset;
import dev.fathom.data.Table.Kind;
import dev.fathom.spec.Spec;
import dev.fathom.table.TableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The samples of texts, on part of their data or for part of their steps. */
class SamplesTest {
  private static final Path SAMPLES = Path.of("../samples");

  /** Of 4000 tokens, which take seconds to find. */
  private static final String FEWER_TOKENS = "400 => 100";

  /** {@return a sample's spec with some of its text replaced, each {@code from => to}} */
  private static Spec spec(String file, String... changes) throws IOException {
    String json = Files.readString(SAMPLES.resolve(file));
    for (String change : changes) {
      String[] parts = change.split(" => ");
      assertTrue(json.contains(parts[0]), parts[0]);
      json = json.replace(parts[0], parts[1]);
    }
    return Spec.parse(json);
  }

  private static Dataset part(Dataset all, int every) {
    return all.select(
        "part of " + all.name(),
        IntStream.range(0, all.size()).filter(row -> row % every == 0).toArray());
  }

  private static TrainingResult train(Spec spec, String folder, int everyTrain, int everyTest)
      throws IOException {
    TrainingData all = TrainingData.open(spec, SAMPLES.resolve(folder));
    TrainingData data =
        new TrainingData(
            part(all.train(), everyTrain),
            all.validation().map(held -> part(held, everyTest)),
            all.test().map(test -> part(test, everyTest)),
            all.features(),
            all.tokenizer(),
            all.notes());
    return Trainer.of(spec, data, Digits.java()).build().run();
  }

  /** Chance is 0.03. */
  @ParameterizedTest
  @CsvSource({"gru, 0.6", "lstm, 0.4"})
  void lettersTellLanguages(String cell, double least) throws IOException {
    Spec spec =
        spec(
            "letters/" + cell + ".json",
            "\"epochs\": %d => \"epochs\": 3".formatted(cell.equals("gru") ? 12 : 16),
            "\"units\": 64 => \"units\": 32");
    double accuracy = train(spec, "letters", 2, 4).test().orElseThrow().accuracy();
    assertTrue(accuracy > least, () -> "accuracy " + accuracy);
  }

  @Test
  void aBagOfWordsFindsSpam() throws IOException {
    TrainingResult result = train(spec("mails/bag.json", "15 => 4", FEWER_TOKENS), "mails", 2, 2);
    double f1 = result.test().orElseThrow().figure("f1.spam");
    assertTrue(f1 > 0.85, () -> "F1 " + f1);
  }

  @Test
  void theEncoderFindsSpam() throws IOException {
    Spec spec =
        spec(
            "mails/encoder.json",
            FEWER_TOKENS,
            "\"epochs\": 5 => \"epochs\": 4",
            "192 => 64",
            "\"warmupSteps\": 100 => \"warmupSteps\": 10");
    TrainingResult result = train(spec, "mails", 4, 4);
    double f1 = result.test().orElseThrow().figure("f1.spam");
    assertTrue(f1 > 0.75, () -> "F1 " + f1);
  }

  /** A uniform guess has the loss log 2048 = 7.62. */
  @Test
  void theBookIsLearnedAsByPyTorch() throws IOException {
    JsonNode torch =
        new ObjectMapper().readTree(SAMPLES.resolve("book/pytorch.json").toFile()).path("20");
    Spec spec = spec("book/gpt.json", "\"steps\": 1000 => \"steps\": 20");
    TrainingData data = TrainingData.open(spec, SAMPLES.resolve("book"));
    List<Double> mean = new ArrayList<>();
    TrainingResult result =
        Trainer.of(spec, data, Digits.java())
            .listener(
                event -> {
                  if (event instanceof TrainingEvent.EpochEnded epoch) {
                    mean.add(epoch.loss());
                  }
                })
            .build()
            .run();
    double loss = result.validation().orElseThrow().loss();
    assertTrue(loss < 7, () -> "loss " + loss);
    assertEquals(torch.path("validation").asDouble(), loss, 0.005 * loss);
    assertEquals(torch.path("mean").asDouble(), mean.getFirst(), 0.002 * loss);
  }

  /** Chance is 0.125, and 0.25 for who knows values but not keys. */
  @Test
  void aStateSpaceRecallsOverALongDistance(@TempDir Path temporary) throws Exception {
    Path folder = Files.createDirectory(temporary.resolve("scan"));
    Process made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                SAMPLES.resolve("scan/Recall.java").toAbsolutePath().toString(),
                "6000",
                "24",
                "200",
                "48")
            .directory(folder.toFile())
            .inheritIO()
            .start();
    assertEquals(0, made.waitFor());
    Spec spec =
        spec(
            "scan/mamba.json",
            "\"length\": 256 => \"length\": 24",
            "4096 => 48",
            "\"epochs\": 12 => \"epochs\": 5");
    TrainingData data = TrainingData.open(spec, folder);
    TrainingResult result = Trainer.of(spec, data, Digits.java()).build().run();
    double accuracy = result.test().orElseThrow().accuracy();
    assertTrue(accuracy > 0.6, () -> "accuracy " + accuracy);
  }

  @ParameterizedTest
  @ValueSource(strings = {"letters, line", "mails, mail"})
  void noTestIsLearned(String names) throws IOException {
    String[] name = names.split(", ");
    Set<String> seen = new HashSet<>();
    for (String file : List.of("train.csv", "test.csv")) {
      List<String> texts =
          TableFile.of(SAMPLES.resolve(name[0]).resolve(file))
              .column(name[1], Kind.TEXT)
              .read()
              .texts(name[1]);
      for (String text : texts) {
        assertTrue(seen.add(text), () -> file + ": " + text);
      }
    }
  }
}
