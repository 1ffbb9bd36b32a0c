package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.service.Tiny;
import dev.fathom.service.jobs.JobRecord;
import dev.fathom.spec.Spec;
import dev.fathom.store.DataDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands about what a data directory holds that no service owns. */
@Timeout(60)
class InstallationCommandsTest {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path data;

  @BeforeEach
  void train() throws IOException {
    data = folder.resolve("data");
    System.setProperty("fathom.data", data.toString());
    System.setProperty("fathom.backend", "java");
    var files = Files.createDirectory(folder.resolve("quarters"));
    Files.write(files.resolve("train-images-idx3-ubyte"), Tiny.images(200, 6));
    Files.write(files.resolve("train-labels-idx1-ubyte"), Tiny.labels(200));
    Files.write(files.resolve("t10k-images-idx3-ubyte"), Tiny.images(40, 6));
    Files.write(files.resolve("t10k-labels-idx1-ubyte"), Tiny.labels(40));
    var spec = folder.resolve("spec.json");
    Files.writeString(spec, Tiny.spec("quarters", "quarters", "\"epochs\": 2"));
    run("train", spec.toString());
  }

  @AfterEach
  void forget() {
    List.of("fathom.data", "fathom.backend").forEach(System::clearProperty);
  }

  /** {@return the lines that a command prints that has to succeed} */
  private List<String> run(String... arguments) {
    assertEquals(0, execute(arguments), err::toString);
    return out.toString().lines().toList();
  }

  private int execute(String... arguments) {
    return CommandLines.run(out, err, arguments);
  }

  private void refuses(String sentence, String... arguments) {
    assertEquals(2, execute(arguments));
    assertEquals("fathom: " + sentence + "\n", err.toString());
  }

  /** {@return the id of a training that a service left waiting} */
  private String queue(String dataset) throws IOException {
    try (var directory = DataDirectory.open(data, "")) {
      var spec = Spec.parse(Tiny.spec("waits", dataset, "\"epochs\": 2"));
      return JobRecord.create(directory.trainings(), spec).id();
    }
  }

  private void upload(String dataset) throws IOException {
    try (var directory = DataDirectory.open(data, "")) {
      directory.datasets().put(dataset, "train.csv", new ByteArrayInputStream(new byte[3]), 9);
    }
  }

  @Test
  void listsAndShowsModels() throws IOException {
    run("train", folder.resolve("spec.json").toString());
    var lines = run("list");
    assertEquals("MODEL       SIZE    PUBLISHED  TEST", lines.getFirst());
    assertTrue(
        lines.get(1).matches("quarters:1  \\d\\.\\d kB  just now   accuracy [01]\\.\\d{4}"),
        lines.get(1));
    assertTrue(lines.get(2).startsWith("quarters:2  "), lines.get(2));

    var json = new ObjectMapper().readTree(String.join("", run("list", "--json")));
    assertEquals(2, json.size());
    assertEquals("quarters", json.path(1).path("name").asText());
    assertTrue(json.path(1).path("bytes").asLong() > 1000, json::toString);

    var shown = run("show", "quarters:1");
    assertEquals("quarters:1", shown.getFirst());
    assertTrue(shown.contains("input       image: f32 [-1, 6, 6]"), shown::toString);
    assertTrue(shown.contains("labels      0, 1, 2, 3"), shown::toString);
    assertTrue(shown.contains("trained     2 epochs, 26 steps"), shown::toString);
    assertTrue(shown.contains("layers      flatten, dense, dense"), shown::toString);
    assertEquals("quarters:2", run("show", "quarters").getFirst());
    var whole = new ObjectMapper().readTree(String.join("", run("show", "quarters", "--json")));
    assertEquals(16, whole.path("spec").path("training").path("batchSize").asInt());
  }

  @Test
  void listsADamagedVersionAndTheOthers() throws IOException {
    Files.write(data.resolve("models/quarters/1/model.json"), new byte[1]);
    var line = run("list").get(1);
    assertTrue(line.startsWith("quarters:1 "), line);
    assertTrue(line.length() <= 80 && line.contains("[store]"), line);
    assertEquals(2, execute("show", "quarters"));
    assertTrue(err.toString().contains("model.json"), err::toString);
  }

  @Test
  void listsADamagedTrainingAndTheOthers() throws IOException {
    var id = queue("quarters");
    Files.write(data.resolve("trainings/" + id + "/job.json"), new byte[1]);
    assertEquals(1, run("ps").size());
    var lines = run("ps", "--all");
    assertEquals(3, lines.size());
    assertTrue(lines.get(2).startsWith(id + "            damaged    [store]"), lines::toString);
    lines.forEach(line -> assertTrue(line.length() <= 80, line));
    assertEquals(0, execute("train", folder.resolve("spec.json").toString()), err::toString);
    assertEquals(List.of("removed " + id), run("rm", id));
    assertEquals(3, run("ps", "--all").size());
  }

  @Test
  void listsADamagedDatasetAndTheOthersAndDoctorNamesIt() throws IOException {
    upload("good");
    upload("bad");
    var waits = queue("good");
    var index = data.resolve("datasets/bad/dataset.json");
    Files.writeString(index, Files.readString(index).replace("\"directory\"", "\"eirectory\""));
    var job = data.resolve("trainings/" + waits + "/job.json");
    // As an earlier version wrote it, without a checksum.
    var old = Files.readString(job).replaceAll(",\\s*\"checksum\" : \"\\w+\"", "");
    Files.writeString(job, old.replace("\"state\"", "\"rtate\""));

    var lines = run("list", "--datasets");
    assertTrue(lines.get(1).matches("bad .* \\[store].*"), lines::toString);
    assertTrue(lines.stream().anyMatch(l -> l.matches("good .* uploaded")), lines::toString);
    assertTrue(run("ps", "--all").getLast().matches(waits + " .* damaged .*"));

    execute("doctor", "--json");
    var damages = new ObjectMapper().readTree(out.toString()).at("/data/damages");
    assertEquals(2, damages.size(), damages::toString);
    assertEquals("datasets/bad/dataset.json", damages.at("/0/file").asText());
    assertEquals("bad", damages.at("/0/name").asText());
    assertEquals(
        "[store] trainings/%s/job.json is damaged: expected a job with name, state, created and history"
            .formatted(waits),
        damages.at("/1/reason").asText());
    execute("doctor");
    assertTrue(
        out.toString()
            .contains("\n  damages:\n    - datasets/bad/dataset.json\n      kind: dataset"),
        out::toString);
    assertFalse(out.toString().contains("warning: Other users"), out::toString);
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    execute("doctor");
    assertTrue(out.toString().contains("whose mode is rwxr-xr-x: chmod 700 "), out::toString);

    assertEquals(List.of("removed bad"), run("rm", "bad"));
    run("rm", waits);
    run("rm", "good");
    execute("doctor");
    assertTrue(out.toString().contains("\n  damages: none\n"), out::toString);
  }

  @Test
  void whatCannotBeADataDirectoryIsToldInASentence() throws IOException {
    var file = Files.writeString(folder.resolve("file"), "x");
    for (var path : List.of(file, file.resolve("data"))) {
      System.setProperty("fathom.data", path.toString());
      assertEquals(2, execute("train", folder.resolve("spec.json").toString()));
      assertTrue(
          err.toString().matches("fathom: \\[store] .*/file.*choose another data directory.*\n"),
          err::toString);
      assertEquals(0, execute("doctor", "--json"), err::toString);
    }
  }

  @Test
  void tellsOfTrainingsAndCancelsOne() throws IOException {
    assertEquals(List.of("TRAINING  MODEL  STATE  PROGRESS"), run("ps"));
    var id = queue("quarters");
    assertEquals(List.of(id + "  waits  queued"), run("ps").subList(1, 2));
    assertTrue(run("ps", "-a").get(1).matches("trn_\\w+  quarters  succeeded  version 1"));
    assertEquals(
        "queued",
        new ObjectMapper().readTree(String.join("", run("ps", "--json"))).at("/0/state").asText());

    assertEquals(List.of("cancelled " + id), run("cancel", "waits"));
    assertEquals(1, run("ps").size());
    refuses("training '%s' has cancelled already".formatted(id), "cancel", id);
    refuses("no training 'waits' runs or waits; ps lists those that do", "cancel", "waits");

    var events = run("logs", "quarters", "-f"); // it has ended: nothing is waited for
    assertTrue(events.getFirst().matches("20\\d\\d-\\d\\d-\\d\\dT\\S+Z  queued"), events::toString);
    assertEquals(2, events.stream().filter(line -> line.contains("  epoch ")).count());
    assertTrue(events.getLast().contains("  succeeded: quarters:1, test accuracy "));
    var json = new ObjectMapper().readTree(run("logs", id, "--json").getLast());
    assertEquals("cancelled", json.path("type").asText());
    refuses("there is no training 'none'; ps --all lists them", "logs", "none");
  }

  @Test
  void removesWhatNothingUses() throws IOException {
    run("train", folder.resolve("spec.json").toString());
    assertEquals(List.of("removed quarters:1"), run("rm", "quarters:1"));
    assertEquals(2, run("list").size());
    refuses("[store] there is no version 1 of model 'quarters'", "rm", "quarters:1");
    refuses("there is no model and no dataset 'none'", "rm", "none");

    upload("quarters");
    refuses(
        "a model and a dataset are named quarters: give --dataset, or MODEL:VERSION",
        "rm",
        "quarters");
    var id = queue("quarters");
    refuses(
        "dataset 'quarters' is in use: training '%s' of model 'waits' is queued; cancel it first"
            .formatted(id),
        "rm",
        "quarters",
        "--dataset");
    refuses("training '%s' is queued: cancel it first".formatted(id), "rm", id);
    run("cancel", id);
    run("rm", id);
    assertFalse(String.join("\n", run("ps", "--all")).contains(id));
    run("rm", "quarters", "--dataset");
    assertFalse(String.join("\n", run("list", "--datasets")).contains("uploaded"));
    assertEquals(List.of("removed quarters"), run("rm", "quarters"));
    assertEquals(1, run("list").size());
    refuses(
        "dataset 'mnist' is a sample that comes with Fathom: it cannot be deleted", "rm", "mnist");
  }

  @Test
  void whileATrainingOwnsTheDirectoryItIsReadAndNotChanged() throws IOException {
    try (var _ = DataDirectory.open(data, "")) {
      assertEquals(2, run("list").size());
      assertEquals(2, execute("rm", "quarters"));
      assertTrue(err.toString().contains("is in use by process"), err::toString);
      assertEquals(2, execute("stop"));
      assertTrue(err.toString().contains("which is no service"), err::toString);
    }
    assertEquals(2, run("list").size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          show none            | there is no model 'none'
          show quarters:9      | there is no version 9 of model 'quarters'
          show quarters:x      | expected NAME:VERSION but got quarters:x
          rm quarters:x        | expected NAME:VERSION but got quarters:x
          stop                 | no service owns the data directory
          list --url there     | expected --url http://HOST:PORT but got there
          list --url http://127.0.0.1:1 | cannot reach the service at http://127.0.0.1:1
          list --url http://h --data d  | expected either --url or --data
          list --data nowhere  | nowhere is not a Fathom data directory
          """)
  void refusesInOneSentence(String arguments, String sentence) {
    assertEquals(2, execute(arguments.split(" ")));
    assertTrue(err.toString().contains(sentence), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
  }
}
