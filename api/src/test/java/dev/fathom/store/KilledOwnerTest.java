package dev.fathom.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one directory, and owners killed while they write. Takes about five seconds. */
class KilledOwnerTest {
  private static final int KILLS = 8;

  @TempDir Path folder;

  /** The other process: writes without end, and says what is done. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws IOException {
      DataDirectory data = DataDirectory.open(Path.of(arguments[0]), "http://writer");
      List<String> ids = data.trainings().ids();
      Training training =
          ids.isEmpty()
              ? data.trainings().create(Fixture.json("a", 1), Fixture.json("step", 0))
              : data.trainings().get(ids.getFirst());
      for (int step = training.state().path("step").asInt() + 1; ; step++) {
        int version =
            data.models()
                .publish("m", Fixture.json("weights", step), Fixture.weights(step))
                .version();
        done("model", version);
        data.datasets().put("d", "f", Fixture.text("x".repeat(step)), 1 << 20);
        done("dataset", step);
        training.saveCheckpoint(
            Training.Slot.LAST, Fixture.json("step", step), Fixture.weights(step));
        done("checkpoint", step);
        done("event", (int) training.events().append(Fixture.json("step", step)).id());
        training.state(Fixture.json("step", step));
        done("state", step);
        if (step % 3 == 0) {
          data.models().delete("m", version);
        }
      }
    }

    private static void done(String what, int number) {
      System.out.println(what + " " + number);
      System.out.flush();
    }
  }

  @Test
  void hasWhatItHadAfterEveryKill() throws Exception {
    Random random = new Random(1);
    int leftovers = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process writer = start();
      Map<String, Integer> done = new HashMap<>();
      try (BufferedReader out = writer.inputReader()) {
        while (!done.containsKey("state")) {
          read(out.readLine(), done);
        }
        if (kill == 0) {
          assertInUse(writer.pid());
        }
        Thread.sleep(random.nextInt(150));
        writer.toHandle().destroyForcibly(); // Process's own would drop what it said last.
        for (String line; (line = out.readLine()) != null; ) {
          read(line, done);
        }
      } finally {
        writer.destroyForcibly().waitFor();
      }
      assertTrue(DataDirectory.owner(folder).isEmpty());
      leftovers += Disk.list(folder.resolve("staging")).size();
      try (DataDirectory data = DataDirectory.openReadOnly(folder)) {
        check(data, done);
      }
      try (DataDirectory data = DataDirectory.open(folder, "")) {
        check(data, done);
        assertEquals(List.of(), Disk.list(folder.resolve("staging")));
        assertEquals(2, Disk.list(folder.resolve("datasets/d")).size());
        assertEquals(2, Disk.list(checkpoints(data)).size());
      }
    }
    assertTrue(leftovers > 0, "no kill came in the middle of a write: the test proves nothing");
  }

  private Path checkpoints(DataDirectory data) throws IOException {
    return folder
        .resolve("trainings")
        .resolve(data.trainings().ids().getFirst())
        .resolve("checkpoints");
  }

  private static void check(DataDirectory data, Map<String, Integer> done) throws IOException {
    List<Integer> versions = data.models().versions("m");
    for (int version : versions) {
      ModelVersion model = data.models().get("m", version);
      assertEquals(Fixture.weights(model.bundle()), model.json().path("weights").asInt());
    }
    Training training = data.trainings().get(data.trainings().ids().getFirst());
    int step = training.state().path("step").asInt();
    assertTrue(step >= done.getOrDefault("state", 0));
    // A version is deleted only when a later step begins, so the last one reported must be there.
    assertTrue(versions.getLast() >= done.get("model") - 1, versions + " " + done);

    StoredDataset dataset = data.datasets().get("d");
    String text = Files.readString(dataset.file("f"));
    assertTrue(text.matches("x+") && text.length() >= done.getOrDefault("dataset", 0));

    Bundle checkpoint = training.checkpoint(Training.Slot.LAST).orElseThrow();
    assertEquals(Fixture.weights(checkpoint), checkpoint.json().path("step").asInt());
    assertTrue(checkpoint.json().path("step").asInt() >= done.getOrDefault("checkpoint", 0));
    assertTrue(checkpoint.json().path("step").asInt() >= step);

    List<Event> events = training.events().after(0);
    for (int i = 0; i < events.size(); i++) {
      assertEquals(i + 1, events.get(i).id());
    }
    assertTrue(events.size() >= done.getOrDefault("event", 0));
  }

  private void assertInUse(long pid) throws IOException {
    StoreException e = assertThrows(StoreException.class, () -> DataDirectory.open(folder, ""));
    assertEquals(StoreException.Reason.IN_USE, e.reason());
    assertTrue(
        e.getMessage().endsWith("in use by process " + pid + ", serving http://writer"),
        e.getMessage());
    assertEquals(
        new DataDirectory.Owner(pid, "http://writer"), DataDirectory.owner(folder).orElseThrow());
    // Having asked must not have taken the lock from the owner.
    assertThrows(StoreException.class, () -> DataDirectory.open(folder, ""));
    DataDirectory.openReadOnly(folder).close();
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void read(String line, Map<String, Integer> done) {
    assertFalse(line == null, "the writer did not start");
    String[] parts = line.split(" ");
    if (parts.length == 2) {
      done.merge(parts[0], Integer.valueOf(parts[1]), Math::max);
    }
  }
}
