package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.DataException;
import dev.fathom.json.SpecException;
import dev.fathom.model.Model;
import dev.fathom.spec.SavedModel;
import dev.fathom.spec.Spec;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.Sha256;
import dev.fathom.store.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data that are other ones when a training goes on than they were when it began. */
class ResumeOtherDataTest {
  @TempDir Path folder;
  private DataDirectory store;
  private Training training;

  @BeforeEach
  void open() throws IOException {
    write("train.csv", "length,tree\n" + "1,oak\n5,elm\n2,oak\n6,elm\n".repeat(10));
    write("test.csv", "length,tree\n1,oak\n5,elm\n");
    store = DataDirectory.open(folder.resolve("store"), "");
    ObjectNode nothing = spec(false).expand();
    training = store.trainings().create(nothing, nothing);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private void write(String file, String text) throws IOException {
    Files.createDirectories(folder.resolve(file).getParent());
    Files.writeString(folder.resolve(file), text);
  }

  private static Spec spec(boolean fit) {
    return Spec.parse(
        """
        {"name": "leaf", "data": {"format": "csv", "train": "train.csv", "test": "test.csv",
                                  "target": "tree", "fit": %s},
         "model": [{"type": "dense", "units": 2}],
         "training": {"epochs": 5, "batchSize": 8, "validation": 0.2}}"""
            .formatted(fit));
  }

  /** A training that was cancelled after its third step, or is gone on with. */
  private TrainingResult run(Spec spec, TrainingData data, boolean cancel) throws IOException {
    Trainer[] trainer = new Trainer[1];
    trainer[0] =
        Trainer.of(spec, data, Digits.java())
            .checkpoints(Checkpoints.of(training))
            .listener(
                event -> {
                  if (cancel && event instanceof TrainingEvent.Started) {
                    trainer[0].cancel();
                  }
                })
            .resume()
            .build();
    return trainer[0].run();
  }

  private TrainingResult run(boolean fit, boolean cancel) throws IOException {
    return run(spec(fit), TrainingData.open(spec(fit), folder), cancel);
  }

  private String digest(String file) throws IOException {
    return Sha256.of(folder.resolve(file)).substring(0, 12) + "...";
  }

  @ParameterizedTest
  @CsvSource({"false, train.csv", "true, train.csv", "true, test.csv"})
  void areRefusedAndTheFirstOnesAreNot(boolean fit, String file) throws IOException {
    run(fit, true);
    String before = Files.readString(folder.resolve(file));
    String had = digest(file);
    write(file, before.replace(",oak", ",?").replace(",elm", ",oak").replace(",?", ",elm"));
    DataException refused = assertThrows(DataException.class, () -> run(fit, false));
    assertEquals(
        "[train] the data are not those of the checkpoint: %s had sha256 %s and has %s"
            .formatted(file, had, digest(file)),
        refused.getMessage());
    write(file, before);
    assertEquals(TrainingResult.Outcome.COMPLETED, run(fit, false).outcome());
  }

  /** So did the first formats. */
  @Test
  void goOnWhereACheckpointKnowsNoDigest() throws IOException {
    run(false, true);
    Checkpoint.Stored stored = Checkpoints.of(training).load(Checkpoints.Kind.LAST).orElseThrow();
    assertEquals(List.of("test.csv", "train.csv"), List.copyOf(stored.data().files().keySet()));
    Checkpoint.Stored old = new Checkpoint.Stored(stored.json().without("data"), stored.files());
    Files.writeString(folder.resolve("test.csv"), "length,tree\n5,elm\n");
    Checkpoints kept =
        new Checkpoints() {
          @Override
          public void save(Kind kind, Checkpoint checkpoint) {}

          @Override
          public Optional<Checkpoint.Stored> load(Kind kind) {
            return Optional.of(old);
          }
        };
    TrainingData data = TrainingData.open(spec(false), folder);
    TrainingResult result =
        Trainer.of(spec(false), data, Digits.java()).checkpoints(kept).resume().build().run();
    assertEquals(1, result.test().orElseThrow().examples());
  }

  @Test
  void theModelTellsItsFiles() throws IOException {
    Model model = run(false, false).model();
    assertEquals(Sha256.of(folder.resolve("train.csv")), model.digests().get("train.csv"));
    model.publish(store.models());
    Model opened = SavedModel.load(store.models().get("leaf", 1).bundle());
    assertEquals(model.digests(), opened.digests());
    assertEquals(2, opened.digests().size());
  }

  /** A folder of texts is one file of a spec: what is in it counts, and what it is called. */
  @ParameterizedTest
  @ValueSource(strings = {"texts/a/3", "texts/b/1", "texts/a/deep/1"})
  void theFilesOfAFolderCount(String changed) throws IOException {
    write("texts/a/1", "one");
    write("texts/b/1", "two");
    String before = Sha256.of(folder.resolve("texts"));
    write("texts/.hidden", "no");
    assertEquals(before, Sha256.of(folder.resolve("texts")));
    write(changed, "other");
    assertTrue(!before.equals(Sha256.of(folder.resolve("texts"))));
  }

  @Test
  void aFileThatIsGoneIsNamed() throws IOException {
    run(true, true);
    Files.delete(folder.resolve("test.csv"));
    assertThrows(SpecException.class, () -> run(true, false));
    DataDigests data = Checkpoints.of(training).load(Checkpoints.Kind.LAST).orElseThrow().data();
    assertTrue(data.change(_ -> Optional.empty()).orElseThrow().endsWith("... and is not there"));
  }
}
