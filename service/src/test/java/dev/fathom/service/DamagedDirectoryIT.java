package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.Repository;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service on directories that are damaged, full, or cannot be one. */
@Timeout(120)
class DamagedDirectoryIT {

  private static final Path KEPT =
      Repository.ROOT.resolve("service/src/test/resources/format-1/data");
  private static final String ENDED = "trn_01m8jh4aja4fadamnfx9192kbb";
  private static final String INTERRUPTED = "trn_01m8jh8yam1yykhg5hwbca5hhg";

  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void copy() throws IOException {
    data = folder.resolve("data");
    try (var files = Files.walk(KEPT)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var to = data.resolve(KEPT.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-x---"));
  }

  @AfterEach
  void forget() {
    RestAssured.reset();
  }

  private void replace(String file, String text, String with) throws IOException {
    var path = data.resolve(file);
    var content = Files.readString(path);
    assertTrue(content.contains(text), content);
    Files.writeString(path, content.replace(text, with));
  }

  private static void talkTo(URI service) {
    RestAssured.baseURI = "http://" + service.getHost();
    RestAssured.port = service.getPort();
  }

  private List<String> files() throws IOException {
    try (var files = Files.walk(data)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> data.relativize(file).toString())
          .filter(file -> !file.startsWith("cache"))
          .sorted()
          .toList();
    }
  }

  @Test
  void whatIsDamagedIsSetAsideAndNamedAndAllElseAnswers() throws Exception {
    replace("trainings/" + ENDED + "/job.json", "\"state\"", "\"rtate\"");
    replace("trainings/" + INTERRUPTED + "/checkpoints/best.json", "directory", "dirictory");
    replace("datasets/pairs/dataset.json", "\"directory\" : \"1\"", "\"eirectory\" : \"1\"");
    replace("models/gru/1/manifest.json", "\"files\"", "\"giles\"");
    Files.write(data.resolve("fathom.json"), new byte[0]);
    Files.writeString(data.resolve("lock"), "{");
    var damaged =
        List.of(
            "trainings/" + ENDED + "/job.json",
            "trainings/" + INTERRUPTED + "/checkpoints/best.json",
            "datasets/pairs/dataset.json",
            "models/gru/1/manifest.json",
            "fathom.json");
    var before = files();
    try (var service = Packaged.serve(data, "--backend", "java")) {
      var lines = new ArrayList<String>();
      talkTo(URI.create(service.listening(lines::add).group(1)));

      get("/api/v1/damages")
          .then()
          .statusCode(200)
          .body("items.file", containsInAnyOrder(damaged.toArray()))
          .body("items.name", containsInAnyOrder(ENDED, INTERRUPTED, "pairs", "gru", ""))
          .body("items.reason", not(hasItem(containsString(folder.toString()))));
      get("/api/v1/trainings").then().body("items.id", equalTo(List.of(INTERRUPTED)));
      get("/api/v1/trainings/" + INTERRUPTED).then().statusCode(200);
      for (var path : List.of("", "/events")) {
        get("/api/v1/trainings/" + ENDED + path)
            .then()
            .statusCode(500)
            .body(
                "detail",
                startsWith(
                    "[store] trainings/%s/job.json is damaged: expected a job".formatted(ENDED)));
      }
      get("/api/v1/datasets")
          .then()
          .body("items.find { it.name == 'pairs' }.error", containsString("eirectory"))
          .body("items.find { it.name == 'digits' }.files", hasSize(4));
      get("/api/v1/datasets/pairs").then().statusCode(500);
      get("/api/v1/datasets/digits").then().statusCode(200);
      get("/api/v1/models").then().body("items", hasSize(12));
      get("/api/v1/models/gru").then().body("versions[0].error", containsString("manifest.json"));
      get("/api/v1/models/lenet").then().body("versions[0].bytes", not(equalTo(null)));
      assertEquals(before, files());

      // Named in the log, each in a line, though not before it listens.
      for (int i = 0;
          i < 1000 && lines.stream().filter(DamagedDirectoryIT::isNamed).count() < 5;
          i++) {
        lines.add(service.output.readLine());
      }
      for (var file : damaged) {
        assertEquals(
            1,
            lines.stream().filter(line -> isNamed(line) && line.contains(file)).count(),
            () -> file + " in " + lines);
      }
      assertTrue(
          lines.stream().anyMatch(line -> line.contains("whose mode is rwxr-x---: chmod 700 ")),
          lines::toString);

      for (var path : List.of("trainings/" + ENDED, "datasets/pairs", "models/gru")) {
        given().delete("/api/v1/" + path).then().statusCode(204);
      }
      get("/api/v1/damages").then().body("items", hasSize(2));
      get("/api/v1/trainings/" + ENDED).then().statusCode(404);
    }
  }

  private static boolean isNamed(String line) {
    return line.contains("Set aside: [store] ");
  }

  @Test
  void whereTheDiskIsAsGoodAsFullNothingLargeIsWrittenAndAllElseWorks() throws Exception {
    var full = "-Dfathom.limits.free-space=1000000G";
    try (var service =
        Packaged.start(List.of(full), "serve", "--port", "0", "--data", data.toString())) {
      talkTo(service.uri());
      given()
          .contentType("application/octet-stream")
          .body(new byte[3])
          .put("/api/v1/datasets/digits/files/x")
          .then()
          .statusCode(507)
          .body("detail", allOf(containsString("no space left"), not(containsString("log tells"))));
      given()
          .contentType("application/json")
          .body(Files.readString(KEPT.resolveSibling("specs/lenet.json")))
          .post("/api/v1/trainings")
          .then()
          .statusCode(507);
      get("/api/v1/trainings/" + INTERRUPTED).then().body("state", equalTo("interrupted"));
      given().delete("/api/v1/datasets/digits").then().statusCode(204);
      given().delete("/api/v1/models/lenet/versions/1").then().statusCode(204);
      given().delete("/api/v1/trainings/" + INTERRUPTED).then().statusCode(204);
    }
  }

  @Test
  void whatCannotBeADataDirectoryIsToldInOneLine() throws Exception {
    var file = Files.writeString(folder.resolve("file"), "x");
    try (var service = Packaged.serve(file.resolve("data"))) {
      var lines = service.output.lines().filter(line -> !line.startsWith("WARNING")).toList();
      assertTrue(service.process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(2, service.process.exitValue(), lines::toString);
      assertTrue(
          lines.getLast().matches("fathom: \\[store] .* cannot be written to .*choose another.*"),
          lines::toString);
      assertTrue(lines.stream().noneMatch(line -> line.startsWith("\tat ")), lines::toString);
    }
  }
}
