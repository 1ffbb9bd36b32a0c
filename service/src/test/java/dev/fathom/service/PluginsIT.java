package dev.fathom.service;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.Repository;
import dev.fathom.service.extension.Grades;
import dev.fathom.spi.BackendProvider;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Plugins in a folder, and the packaged jar as a process. */
@Timeout(120)
class PluginsIT {

  /** Holds a plugin that was built against version 1 of the SPI. */
  private static final Path OLD =
      Repository.ROOT.resolve("service/src/test/resources/plugins-spi-1");

  @TempDir Path temp;

  @AfterEach
  void forget() {
    RestAssured.reset();
  }

  private static Packaged start(Path plugins, String... arguments) throws IOException {
    return Packaged.start(List.of("-Dfathom.plugins=" + plugins), arguments);
  }

  private Packaged serve(Path plugins, String backend) throws IOException {
    var data = temp.resolve("data").toString();
    return start(plugins, "serve", "--port", "0", "--data", data, "--backend", backend);
  }

  private static void talkTo(Packaged service) throws IOException {
    var uri = service.uri();
    RestAssured.baseURI = "http://" + uri.getHost();
    RestAssured.port = uri.getPort();
  }

  /**
   * Jars that are each wrong in another way: the name that each is listed under, and the reason
   * given.
   */
  private static Map<String, String> wrong(Path folder) throws IOException {
    PluginJar.write(folder.resolve("wrong.jar"), "", "");
    PluginJar.write(folder.resolve("wrong-copy.jar"), "", "");
    PluginJar.write(
        folder.resolve("future.jar"),
        "\"plugged\"; }\n  public int spiVersion() { return SPI_VERSION;",
        "\"future\"; }\n  public int spiVersion() { return SPI_VERSION + 1;");
    PluginJar.write(
        folder.resolve("angry.jar"),
        "\"plugged\"; }\n  public int spiVersion() { return",
        "\"angry\"; }\n  public int spiVersion() { if (true) throw new Error(\"No.\"); return");
    PluginJar.write(
        folder.resolve("unready.jar"), "return \"plugged\"", "throw new StackOverflowError()");
    PluginJar.write(
        folder.resolve("unmade.jar"),
        "public String name",
        "public Plugged() { throw new IllegalStateException(\"no driver\"); } public String name");
    Files.writeString(folder.resolve("text.jar"), "no zip");
    PluginJar.writeWithoutProvider(folder.resolve("library.jar"));
    return new TreeMap<>(
        Map.of(
            "future",
            "needs SPI version %d, this is %d; update Fathom"
                .formatted(BackendProvider.SPI_VERSION + 1, BackendProvider.SPI_VERSION),
            "angry",
            "its probe failed: java.lang.Error: No.",
            "Plugged",
            "its name failed: java.lang.StackOverflowError",
            "unmade.jar",
            "Its provider cannot be made: java.lang.IllegalStateException: no driver. "
                + "Remove it or ask its author.",
            "library.jar",
            "It has no META-INF/services/dev.fathom.spi.BackendProvider"
                + " and no META-INF/services/dev.fathom.spec.Extension."
                + " Remove it or ask its author."));
  }

  @Test
  void eachWrongPluginIsRefusedInOneLineAndTheServiceServes() throws Exception {
    var folder = Files.createDirectory(temp.resolve("plugins"));
    var expected = wrong(folder);
    List<String> log = new ArrayList<>();
    Map<String, String> refused = new TreeMap<>();
    try (var service = serve(folder, "auto")) {
      var matcher = service.listening(log::add);
      RestAssured.baseURI = "http://127.0.0.1";
      RestAssured.port = URI.create(matcher.group(1)).getPort();
      given().get("/v2/health/ready").then().statusCode(200);
      var found = given().get("/api/v1/backends").then().statusCode(200).extract().jsonPath();
      assertEquals(1, found.getList("items.findAll { it.state == 'chosen' }").size());
      for (int i = 0; i < found.getList("items").size(); i++) {
        var item = "items[" + i + "].";
        if (found.getString(item + "state").equals("refused")) {
          refused.merge(
              found.getString(item + "name"),
              found.getString(item + "reason"),
              (one, other) -> one + "\n" + other);
        }
      }
    }
    refused.remove("opencl"); // not a plugin, and this machine may have no device
    expected.forEach((name, reason) -> assertEquals(reason, refused.get(name)));
    var plugged = refused.get("plugged").lines().toList();
    assertEquals(2, plugged.size(), plugged::toString);
    assertTrue(
        plugged.stream().anyMatch(why -> why.startsWith("self-test failed: ")), plugged::toString);
    assertTrue(
        plugged.contains("is in wrong-copy.jar and in wrong.jar; remove one of the two"),
        plugged::toString);
    assertTrue(refused.get("text.jar").startsWith("It is not a jar that can be read: "));

    List<String> listed;
    try (var backends = start(folder, "backends", "--data", temp.resolve("data").toString())) {
      listed = backends.output.lines().toList();
      assertEquals(0, backends.process.waitFor());
    }
    // The log and the command tell the whole paths, which no answer does.
    var path = folder.toRealPath() + "/";
    assertTrue(listed.stream().anyMatch(line -> line.contains(path)), listed::toString);
    log.replaceAll(line -> line.replace(path, ""));
    var shortened = listed.stream().map(line -> line.replace(path, "")).toList();
    refused.forEach(
        (name, reasons) ->
            reasons
                .lines()
                .forEach(
                    reason -> {
                      var told = "Backend " + name + " is refused: " + reason;
                      assertEquals(
                          1, log.stream().filter(line -> line.endsWith(told)).count(), told);
                      assertTrue(shortened.contains(name + ": refused: " + reason), reason);
                    }));
  }

  @Test
  void aPluginOfSpiVersion1TrainsAndPredicts() throws Exception {
    try (var service = serve(OLD, "example")) {
      talkTo(service);
      given()
          .get("/api/v1/backends")
          .then()
          .body("items.find { it.name == 'example' }.state", equalTo("chosen"));
      Tiny.upload("quarters");
      var job =
          Trained.await(
              Trained.submit(Tiny.spec("quarters", "quarters", "\"epochs\": 12")), "succeeded");
      assertTrue(job.getFloat("test.accuracy") > 0.9, job::prettify);
      var pixels = Tiny.image(2, 6, new Random(1));
      var infer =
          """
          {"inputs": [{"name": "%s", "datatype": "UINT8", "shape": [1, 6, 6], "data": %s}]}
          """
              .formatted(
                  given().get("/v2/models/quarters").path("inputs[0].name").toString(),
                  IntStream.range(0, pixels.length).mapToObj(i -> pixels[i] & 0xff).toList());
      List<Float> probabilities =
          given()
              .contentType("application/json")
              .body(infer)
              .post("/v2/models/quarters/infer")
              .then()
              .statusCode(200)
              .extract()
              .path("outputs[0].data");
      assertTrue(probabilities.get(2) > 0.5, probabilities::toString);
    }
  }

  @Test
  void aPluginOfSpiVersion1Conforms() throws Exception {
    try (var check = start(OLD, "backends", "--backend", "example", "--check")) {
      var lines = check.output.lines().toList();
      assertTrue(check.process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, check.process.exitValue(), lines::toString);
      assertTrue(
          lines.getLast().matches("example: \\d{4} cases passed, \\d+ declined, 0 failed"),
          lines::toString);
    }
  }

  /** The jar adds a task, its loss and its metric, of which the service knows nothing. */
  @Test
  void anExtensionTrainsIsServedAndAsked() throws Exception {
    var folder = Files.createDirectory(temp.resolve("plugins"));
    PluginJar.writeParts(folder.resolve("parts.jar"));
    try (var service = serve(folder, "java")) {
      talkTo(service);
      Tiny.put("grades", "train.csv", Grades.csv(400, 1).getBytes(UTF_8));
      Tiny.put("grades", "test.csv", Grades.csv(100, 2).getBytes(UTF_8));
      var job = Trained.await(Trained.submit(Grades.spec("\"dataset\": \"grades\",")), "succeeded");
      assertTrue(job.getFloat("test.rankError") < 0.15, job::prettify);
      given()
          .contentType("application/json")
          .body(
              """
              {"inputs": [{"name": "features", "datatype": "FP32", "shape": [1, 2],
                           "data": [0.95, 0.9]}]}
              """)
          .post("/v2/models/grades/infer")
          .then()
          .statusCode(200)
          .body("outputs[0].name", equalTo("rank"))
          .body("outputs[0].data[0]", equalTo(3f));
    }
    var data = temp.resolve("data").toString();
    try (var predict = start(folder, "predict", "grades", "[0.95, 0.9]", "--data", data)) {
      var lines = predict.output.lines().toList();
      assertEquals("d", lines.getLast(), lines::toString);
    }
    var none = Files.createDirectory(temp.resolve("none"));
    try (var predict = start(none, "predict", "grades", "[0.95, 0.9]", "--data", data)) {
      var lines = predict.output.lines().toList();
      assertTrue(lines.getLast().contains("/task"), lines::toString);
      assertTrue(lines.getLast().contains("ordinal"), lines::toString);
      assertEquals(2, predict.process.waitFor());
    }
  }

  @Test
  void theDataDirectoryIsNoFolderOfPlugins() throws Exception {
    var data = Files.createDirectory(temp.resolve("data"));
    try (var service = serve(data, "auto")) {
      var lines = service.output.lines().filter(line -> line.startsWith("fathom: ")).toList();
      assertTrue(service.process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(2, service.process.exitValue());
      assertEquals(1, lines.size(), lines::toString);
      assertTrue(lines.getFirst().contains("fathom.plugins: expected a folder outside"));
    }
  }
}
