package dev.fathom.service;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.Repository;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A data directory of format 1 opens for ever: its models give the answers that were kept beside
 * it, and its interrupted training goes on to its end. See the README of that folder.
 */
@Timeout(240)
class Format1IT {

  private static final Path FOLDER = Repository.ROOT.resolve("service/src/test/resources/format-1");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Another width of vectors adds up in another order. */
  private static final double ANSWER = 1e-5;

  /** The steps of a training carry such differences on; a moment that is lost makes 5e-3. */
  private static final double RESUMED = 1e-4;

  /** Keys of an answer that differ each time. */
  private static final Set<String> ITS_OWN = Set.of("id", "created");

  @TempDir Path data;

  @BeforeEach
  void copy() throws IOException {
    var kept = FOLDER.resolve("data");
    try (var files = Files.walk(kept)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var to = data.resolve(kept.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
  }

  @AfterEach
  void forget() {
    RestAssured.reset();
  }

  private Packaged serve() throws IOException {
    var service = Packaged.serve(data, "--backend", "java");
    var uri = service.uri();
    RestAssured.baseURI = "http://" + uri.getHost();
    RestAssured.port = uri.getPort();
    return service;
  }

  @Test
  void everyModelAnswersAsItDidAndTheTrainingGoesOnByHttp() throws Exception {
    try (var _ = serve()) {
      var names = given().get("/api/v1/models").jsonPath().getList("items.name", String.class);
      for (var name : names) {
        assertAnswers(name, ANSWER);
      }
      assertEquals(12, names.size(), names::toString);

      var trainings = given().get("/api/v1/trainings").jsonPath();
      assertEquals(List.of("bag", "interrupted"), trainings.getList("items.name"));
      assertEquals(List.of("succeeded", "interrupted"), trainings.getList("items.state"));
      var id = trainings.getString("items[1].id");
      given().post("/api/v1/trainings/" + id + "/resume").then().statusCode(202);
      var job = Trained.await(id, "succeeded");
      assertEquals(1, job.getInt("model.version"));
      assertAnswers("interrupted", RESUMED);
    }
  }

  @Test
  void theTrainingGoesOnByCommand() throws Exception {
    var spec = FOLDER.resolve("specs/interrupted.json").toString();
    try (var training =
        Packaged.start(
            List.of(), "train", spec, "--resume", "--data", data.toString(), "--backend", "java")) {
      var lines = training.output.lines().toList();
      assertTrue(training.process.waitFor(10, TimeUnit.SECONDS));
      assertEquals(0, training.process.exitValue(), lines::toString);
      assertEquals("published interrupted 1", lines.getLast());
      var epochs = lines.stream().filter(line -> line.startsWith("epoch ")).toList();
      assertEquals(10, epochs.size(), epochs::toString);
      assertTrue(epochs.getFirst().startsWith("epoch 21 "), epochs::toString);
    }
    try (var _ = serve()) {
      assertAnswers("interrupted", RESUMED);
    }
  }

  private static void assertAnswers(String name, double tolerance) throws IOException {
    var conversation = JSON.readTree(FOLDER.resolve("answers/" + name + ".json").toFile());
    assertTrue(conversation.size() > 1, name);
    for (var exchange : conversation) {
      var path = exchange.path("path").asText();
      var request = exchange.path("request");
      var response =
          request.isNull()
              ? given().get(path)
              : given()
                  .contentType(ContentType.JSON)
                  .body(request.toString().getBytes(StandardCharsets.UTF_8))
                  .post(path);
      assertEquals(200, response.statusCode(), () -> path + " " + response.asString());
      List<String> differences = new ArrayList<>();
      compare(exchange.path("answer"), JSON.readTree(response.asString()), tolerance, differences);
      assertEquals(List.of(), differences, path + " " + request);
    }
  }

  /** An answer may have keys that it had not; all that it had is the same. */
  private static void compare(
      JsonNode expected, JsonNode actual, double tolerance, List<String> differences) {
    if (expected.isObject()) {
      for (var field : expected.properties()) {
        if (!ITS_OWN.contains(field.getKey())) {
          compare(field.getValue(), actual.path(field.getKey()), tolerance, differences);
        }
      }
    } else if (expected.isArray() && actual.size() == expected.size()) {
      for (int i = 0; i < expected.size(); i++) {
        compare(expected.get(i), actual.get(i), tolerance, differences);
      }
    } else if (expected.isFloatingPointNumber() && actual.isNumber()) {
      double one = expected.doubleValue();
      // Not "greater": a NaN is never within.
      if (!(Math.abs(one - actual.doubleValue()) <= tolerance * Math.max(1, Math.abs(one)))) {
        differences.add("expected %s but got %s".formatted(expected, actual));
      }
    } else if (!expected.equals(actual)) {
      differences.add("expected %s but got %s".formatted(expected, actual));
    }
  }
}
