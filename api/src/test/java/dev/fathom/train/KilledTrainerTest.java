package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.Training;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that trains is killed, twice; what resumes ends with the same bits. */
class KilledTrainerTest {
  private static final String TRAINING =
      "\"epochs\": 8, \"checkpointSteps\": 1, \"earlyStopping\": {\"patience\": 8}";

  @TempDir Path folder;

  private static TrainingResult run(DataDirectory store, LongConsumer saved) throws IOException {
    Training training = store.trainings().get(store.trainings().ids().getFirst());
    return Trainer.of(Digits.spec(TRAINING), Digits.data(), Digits.minimal())
        .checkpoints(Checkpoints.of(training))
        .resume()
        .listener(
            event -> {
              if (event instanceof TrainingEvent.Checkpointed) {
                saved.accept(event.step());
              }
            })
        .build()
        .run();
  }

  /** The process that is killed: says when a checkpoint is safe. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) throws IOException {
      try (DataDirectory store = DataDirectory.open(Path.of(arguments[0]), "")) {
        run(
            store,
            step -> {
              System.out.println(step);
              System.out.flush();
            });
      }
    }
  }

  @Test
  void resumedIsBitwiseTheSame() throws Exception {
    try (DataDirectory store = DataDirectory.open(folder, "")) {
      ObjectNode nothing = JsonNodeFactory.instance.objectNode();
      store.trainings().create(nothing, nothing);
    }
    long last = killAfter(3);
    last = killAfter(last + 9);
    assertTrue(last < 40, "killed before the end: " + last);

    TrainingResult whole =
        Trainer.of(Digits.spec(TRAINING), Digits.data(), Digits.minimal()).build().run();
    try (DataDirectory store = DataDirectory.open(folder, "")) {
      long[] first = {0};
      TrainingResult rest = run(store, step -> first[0] = first[0] == 0 ? step : first[0]);
      assertTrue(first[0] > last, first[0] + " was to follow " + last);
      assertEquals(40, rest.steps());
      assertArrayEquals(whole.model().parameters().values(), rest.model().parameters().values());
      assertArrayEquals(whole.model().states().values(), rest.model().states().values());
      assertEquals(whole.validation().orElseThrow().loss(), rest.validation().orElseThrow().loss());
    }
  }

  /** {@return the last step that was reported safe} */
  private long killAfter(long step) throws Exception {
    Process victim =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long safe = 0;
    try (BufferedReader out = victim.inputReader()) {
      for (String line; (line = out.readLine()) != null; ) {
        safe = Long.parseLong(line);
        if (safe >= step && victim.isAlive()) {
          Thread.sleep(new Random().nextInt(30));
          victim.toHandle().destroyForcibly(); // Process's own would drop what it said last.
        }
      }
    } finally {
      victim.destroyForcibly().waitFor();
    }
    return safe;
  }
}
