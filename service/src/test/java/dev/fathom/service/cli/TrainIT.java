package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.service.Packaged;
import dev.fathom.service.Tiny;
import dev.fathom.store.DataDirectory;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code fathom train} beside a service, and told to end. */
@Timeout(60)
class TrainIT {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AfterEach
  void forget() {
    RestAssured.reset();
    System.clearProperty("fathom.data");
  }

  private int run(Path data, String... arguments) {
    System.setProperty("fathom.data", data.toString());
    return CommandLines.run(out, err, arguments);
  }

  private Path spec(String training) throws IOException {
    return Files.writeString(
        folder.resolve("spec.json"), Tiny.spec("quarters", "quarters", training));
  }

  @Test
  void postsToTheServiceThatOwnsTheDirectory() throws Exception {
    var data = folder.resolve("data");
    try (var service = Packaged.serve(data)) {
      var uri = service.uri();
      RestAssured.baseURI = "http://" + uri.getHost();
      RestAssured.port = uri.getPort();
      Tiny.upload("quarters");
      assertEquals(0, run(data, "train", spec("\"epochs\": 3").toString()), err::toString);
      var lines = out.toString().lines().toList();
      assertTrue(
          lines.getFirst().matches("quarters at " + uri + "/api/v1/trainings/trn_\\w+"),
          lines::toString);
      assertEquals(3, lines.stream().filter(line -> line.startsWith("epoch ")).count());
      assertEquals("published quarters 1", lines.getLast());

      var other = Tiny.spec("quarters", "thirds", "\"epochs\": 3");
      Files.writeString(folder.resolve("spec.json"), other);
      assertEquals(2, run(data, "train", folder.resolve("spec.json").toString()));
      assertTrue(
          err.toString().startsWith("fathom: " + uri + " refuses: /data/dataset: there is no"),
          err::toString);
    }
  }

  @Test
  void fitsATableAtTheServiceUnderNamesThatItTakes() throws Exception {
    var data = folder.resolve("data");
    var rows = "width,tree\n" + "1.5,oak\n0.7,elm\n1.4,oak\n".repeat(20);
    var table = Files.writeString(folder.resolve("Blätter (1).csv"), rows);
    var other = Files.createDirectory(folder.resolve("other"));
    var test = Files.writeString(other.resolve("Bl tter (1).csv"), rows);
    var fit =
        new String[] {
          "fit", table.toString(), "--test", test.toString(), "--target", "tree", "--time", "5s"
        };
    try (var service = Packaged.serve(data)) {
      assertTrue(service.uri().isAbsolute(), "it is up");
      assertEquals(0, run(data, fit), err::toString);
      var lines = out.toString().lines().toList();
      assertEquals("target tree: 2 classes", lines.getFirst());
      assertTrue(lines.get(1).endsWith("bl-tter-1-.json"), lines::toString);
      assertEquals("published bl-tter-1- 1", lines.getLast());
      // The spec beside the table is that of the training.
      var spec = folder.resolve("bl-tter-1-.json");
      assertTrue(Files.readString(spec).contains("\"train\" : \"Bl-tter-1-.csv\""));
      assertTrue(Files.readString(spec).contains("\"test\" : \"test-Bl-tter-1-.csv\""));
      assertEquals(0, run(data, "train", spec.toString()), err::toString);
      assertEquals(0, run(data, fit), err::toString);
    }
  }

  @Test
  void toldToEndItKeepsACheckpointAndGoesOnLater() throws Exception {
    var data = folder.resolve("data");
    var files = Files.createDirectory(folder.resolve("quarters"));
    Files.write(files.resolve("train-images-idx3-ubyte"), Tiny.images(200, 6));
    Files.write(files.resolve("train-labels-idx1-ubyte"), Tiny.labels(200));
    var spec = spec("\"epochs\": 100").toString();
    try (var training = Packaged.start(List.of(), "train", spec, "--data", data.toString())) {
      String line;
      do {
        line = training.output.readLine();
      } while (line != null && !line.startsWith("epoch 5 "));
      training.process.toHandle().destroy();
      assertTrue(training.process.waitFor(15, TimeUnit.SECONDS));
    }
    try (var directory = DataDirectory.openReadOnly(data)) {
      var stored = directory.trainings().get(directory.trainings().ids().getFirst()).state();
      assertEquals("interrupted", stored.path("job").path("state").asText());
    }
    assertEquals(0, run(data, "train", spec, "--resume"), err::toString);
    var epochs = out.toString().lines().filter(line -> line.startsWith("epoch ")).toList();
    assertTrue(epochs.size() <= 95, epochs::toString);
    assertTrue(epochs.getLast().startsWith("epoch 100 "), epochs::toString);
    assertTrue(out.toString().endsWith("published quarters 1\n"), out::toString);
  }
}
