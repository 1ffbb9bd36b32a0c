package dev.fathom.service.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.device.Backends;
import dev.fathom.service.Tiny;
import dev.fathom.spec.Spec;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.Event;
import dev.fathom.train.TrainingData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records on a disk that does not take them, of owners that are killed, and of many epochs. */
@Timeout(120)
class JobRecordTest {

  @TempDir Path folder;

  private DataDirectory directory;

  @BeforeEach
  void open() throws IOException {
    directory = DataDirectory.open(folder.resolve("data"), "");
  }

  @AfterEach
  void close() throws IOException {
    directory.close();
  }

  private JobRecord create() throws IOException {
    var spec = Spec.parse(Tiny.spec("quarters", "quarters", "\"epochs\": 3"));
    return JobRecord.create(directory.trainings(), spec);
  }

  /** {@return the record as a process finds it that starts now} */
  private JobRecord reload(String id) throws IOException {
    directory.close();
    directory = DataDirectory.open(folder.resolve("data"), "");
    return JobRecord.load(directory.trainings().get(id));
  }

  private static List<String> types(JobRecord record, long after) throws IOException {
    return record.events(after).stream().map(e -> e.data().path("type").asText()).toList();
  }

  /** Lets nothing be written while {@code work} runs. */
  private void onFullDisk(JobRecord record, Work work) throws Exception {
    var data = folder.resolve("data");
    var log = data.resolve("trainings").resolve(record.id()).resolve("events.jsonl");
    var files = List.of(data.resolve("staging"), log);
    for (var file : files) {
      Files.move(file, folder.resolve(file.getFileName()));
    }
    Files.createFile(data.resolve("staging"));
    Files.createSymbolicLink(log, Path.of("/proc/nowhere/events"));
    try {
      work.run();
    } finally {
      for (var file : files) {
        Files.delete(file);
        Files.move(folder.resolve(file.getFileName()), file);
      }
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  /** A warning of an end was once lost with the next change. */
  @Test
  void aCopyHasAllThatTheJobHas() throws Exception {
    var job = new Job();
    for (var field : Job.class.getDeclaredFields()) {
      if (field.getType() == String.class) {
        field.setAccessible(true);
        field.set(job, field.getName());
      }
    }
    job.history = new ArrayList<>();
    var copy = job.copy();
    assertEquals(JobRecord.JSON.valueToTree(job), JobRecord.JSON.<JsonNode>valueToTree(copy));
    assertEquals("warning", copy.warning);
    assertNotSame(job.history, copy.history);
  }

  @Test
  void aChangeThatCannotBeWrittenIsNotMade() throws Exception {
    var record = create();
    onFullDisk(record, () -> assertThrows(UncheckedIOException.class, record::cancel));
    assertEquals(State.QUEUED, record.state());
    assertEquals(List.of("queued"), types(record, 0));
    record.cancel();
    assertEquals(List.of("queued", "cancelled"), types(record, 0));
    assertEquals(State.CANCELLED, reload(record.id()).state());
  }

  @Test
  void anEndIsAFactAndIsWrittenWhenItCanBe() throws Exception {
    var record = create();
    record.enter(State.RUNNING, _ -> {});
    onFullDisk(
        record,
        () -> {
          record.end(State.FAILED, job -> job.failure = "no space left");
          assertEquals(State.FAILED, record.state());
          assertEquals("no space left", record.job().failure);
          assertFalse(record.settle());
        });
    assertEquals(List.of("queued", "running", "failed"), types(record, 0));
    assertEquals(List.of(3L), record.events(2).stream().map(Event::id).toList());
    assertTrue(record.settle());
    assertEquals(List.of("queued", "running", "failed"), types(record, 0));
    var loaded = reload(record.id());
    assertEquals(State.FAILED, loaded.state());
    assertEquals(List.of("queued", "running", "failed"), types(loaded, 0));
    record.settle();
  }

  /** The last change that was written says it runs; nobody runs it, so it is interrupted. */
  @Test
  void anEndThatWasNeverWrittenIsNoRunningTrainingAfterARestart() throws Exception {
    var record = create();
    record.enter(State.RUNNING, _ -> {});
    onFullDisk(record, () -> record.end(State.FAILED, job -> job.failure = "no space left"));
    var loaded = reload(record.id());
    assertEquals(State.RUNNING, loaded.state());
    loaded.end(State.INTERRUPTED, _ -> {}); // As Jobs does.
    assertEquals(List.of("queued", "running", "interrupted"), types(loaded, 0));
  }

  /** Killed behind the state record of the end and in front of its event. */
  @Test
  void theEventOfAnEndIsMade() throws Exception {
    var record = create();
    record.enter(State.RUNNING, _ -> {});
    var state = record.training().state();
    state.withObject("/job").put("state", "cancelled");
    record.training().state(state);
    var loaded = reload(record.id());
    assertEquals(List.of("cancelled"), types(loaded, 2));
    assertTrue(loaded.settle());
    assertEquals(List.of("queued", "running", "cancelled"), types(reload(record.id()), 0));
  }

  private static void epochs(JobRecord record, int from, int to) {
    for (int epoch = from; epoch <= to; epoch++) {
      var figures = new LinkedHashMap<String, Double>();
      figures.put("loss", 1.0 / epoch);
      var ended = new Job.Epoch(epoch, 2L * epoch, null, 10, 0.25, 5, epoch % 2000 == 777, figures);
      record.epoch(JobRecord.JSON.valueToTree(ended), ended);
    }
  }

  @Test
  void epochsOfAKilledOwnerAreInTheRecord() throws Exception {
    var record = create();
    record.enter(State.RUNNING, _ -> {});
    epochs(record, 1, 20);
    var loaded = reload(record.id());
    assertEquals(20, loaded.job().history.size());
    assertEquals(record.json(), loaded.json());
  }

  @Test
  void manyEpochsLeaveSmallFiles() throws Exception {
    var record = create();
    record.enter(State.RUNNING, _ -> {});
    epochs(record, 1, 10_000);
    var history = record.job().history;
    assertTrue(history.size() <= 1000, "" + history.size());
    assertEquals(1, history.getFirst().epoch());
    assertEquals(10_000, history.getLast().epoch());
    assertTrue(history.stream().anyMatch(epoch -> epoch.epoch() == 8777)); // the best
    var files = folder.resolve("data").resolve("trainings").resolve(record.id());
    record.end(State.CANCELLED, _ -> {});
    for (var file : List.of("job.json", "events.jsonl")) {
      assertTrue(Files.size(files.resolve(file)) < 2_000_000, file);
    }
    var events = record.events(0).stream().map(Event::id).toList();
    assertEquals(events.stream().sorted().distinct().toList(), events);
    assertEquals(10_003, events.getLast());
    // Whoever reads along misses nothing.
    assertEquals(
        LongStream.rangeClosed(9_501, 10_003).boxed().toList(),
        record.events(9_500).stream().map(Event::id).toList());
    assertEquals(history.size(), reload(record.id()).job().history.size());
  }

  /** Killed behind the publication and in front of the record of it. */
  @Test
  void aTrainingPublishesOneVersion() throws Exception {
    var data = Files.createDirectory(folder.resolve("quarters"));
    Files.write(data.resolve("train-images-idx3-ubyte"), Tiny.images(200, 6));
    Files.write(data.resolve("train-labels-idx1-ubyte"), Tiny.labels(200));
    Files.write(data.resolve("t10k-images-idx3-ubyte"), Tiny.images(40, 6));
    Files.write(data.resolve("t10k-labels-idx1-ubyte"), Tiny.labels(40));
    var record = create();
    assertEquals(State.SUCCEEDED, train(record));
    assertEquals(1, record.job().model.version());
    var state = record.training().state();
    state.withObject("/job").put("state", "running").remove("model");
    record.training().state(state);

    var resumed = reload(record.id());
    assertEquals(State.RUNNING, resumed.state());
    resumed.end(State.INTERRUPTED, _ -> {});
    assertEquals(State.SUCCEEDED, train(resumed));
    assertEquals(1, resumed.job().model.version());
    assertEquals(List.of(1), directory.models().versions("quarters"));
    assertEquals(record.job().test.figures, resumed.job().test.figures);

    assertEquals(State.SUCCEEDED, train(create())); // Another training is another version.
    assertEquals(List.of(1, 2), directory.models().versions("quarters"));
  }

  private State train(JobRecord record) throws IOException {
    var spec = record.spec();
    return new Execution(record, directory.models(), _ -> {})
        .run(() -> TrainingData.open(spec, folder), Backends.select("java"), Long.MAX_VALUE);
  }
}
