package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever ends a training, it is said to have ended, and those behind it run. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(120)
class FailingTrainingsTest {

  DataFolder data;

  @BeforeEach
  void dataset() {
    Tiny.upload("quarters");
  }

  @ParameterizedTest
  @CsvSource({
    "memory, the memory of the JVM is used up",
    "stack, the stack of the thread is used up",
    "class, some/Kernel",
    "interrupt, its thread was interrupted",
    "throwable, neither"
  })
  void anErrorOfAnyKindEndsOneTraining(String fault, String reason) throws Exception {
    var faulty =
        Tiny.spec("faulty", "quarters", "\"epochs\": 2")
            .replace(
                "{\"type\": \"flatten\"}",
                "{\"type\": \"flatten\"}, {\"type\": \"faulty\", \"fault\": \"%s\"}"
                    .formatted(fault));
    var failing = Trained.submit(faulty);
    var next = Trained.submit(Tiny.spec("next", "quarters", "\"epochs\": 1"));
    var failure = Trained.await(failing, "failed").getString("failure");
    assertTrue(failure.contains(reason), failure);
    Trained.await(next, "succeeded");

    given()
        .post("/api/v1/trainings/" + failing + "/cancel")
        .then()
        .statusCode(409)
        .body("detail", equalTo("training '" + failing + "' has failed already"));
    given().post("/api/v1/trainings/" + failing + "/resume").then().statusCode(202);
    Trained.await(failing, "failed");
    var events = get("/api/v1/trainings/" + failing + "/events").asString();
    assertEquals(
        List.of("queued", "running", "failed", "queued", "running", "failed"),
        TrainingsTest.logged(events));
    given().delete("/api/v1/trainings/" + failing).then().statusCode(204);
  }

  /** A disk that takes nothing: what runs and what waits fails, and goes on once it does. */
  @Test
  void aDiskThatTakesNothingEndsTrainingsAndNothingElse() throws Exception {
    var first = Trained.submit(Tiny.spec("first", "quarters", "\"epochs\": 1000000"));
    var second = Trained.submit(Tiny.spec("second", "quarters", "\"epochs\": 3"));
    while (Trained.get(first).getList("history").isEmpty()) {
      Thread.sleep(20);
    }
    var staging = data.path().resolve("staging");
    var away = data.path().resolve("cache-of-test");
    replaceByFile(staging, away);
    try {
      for (var id : List.of(first, second)) {
        var failure = Trained.await(id, "failed").getString("failure");
        assertTrue(failure.contains("staging"), failure);
        assertTrue(!failure.contains(data.path().toString()), failure);
        var events = get("/api/v1/trainings/" + id + "/events").asString();
        assertEquals("failed", TrainingsTest.logged(events).getLast());
        given()
            .post("/api/v1/trainings/" + id + "/cancel")
            .then()
            .statusCode(409)
            .body("detail", containsString("has failed already"));
      }
      // What cannot be written is refused, and nothing has changed.
      int status = given().post("/api/v1/trainings/" + second + "/resume").statusCode();
      assertTrue(status >= 500, "" + status);
      assertEquals("failed", Trained.get(second).getString("state"));
    } finally {
      Files.delete(staging);
      Files.move(away, staging);
    }
    await(first, "failed"); // Nobody asks for anything; it is written nevertheless.
    await(second, "failed");
    given().post("/api/v1/trainings/" + second + "/resume").then().statusCode(202);
    Trained.await(second, "succeeded");
    given().post("/api/v1/trainings/" + first + "/resume").then().statusCode(202);
    Trained.await(first, "running");
    given().post("/api/v1/trainings/" + first + "/cancel").then().statusCode(202);
    Trained.await(first, "cancelled");
    var ids = TrainingsTest.ids(get("/api/v1/trainings/" + first + "/events").asString());
    assertEquals(ids.stream().sorted().distinct().toList(), ids);
    for (var id : List.of(first, second)) {
      given().delete("/api/v1/trainings/" + id).then().statusCode(204);
    }
  }

  @Test
  void whatATrainingNeedsIsSaidWhereItIsCompiled() throws Exception {
    // Of 64 MB: the largest outputs of layers fit, all of them together do not.
    var layers = "{\"type\": \"dense\", \"units\": 1000},".repeat(2);
    var spec =
        Tiny.spec("wide", "quarters", "\"steps\": 1")
            .replace("{\"type\": \"flatten\"},", "{\"type\": \"flatten\"}," + layers)
            .replace("\"batchSize\": 16", "\"batchSize\": 4000");
    var failure = Trained.await(Trained.submit(spec), "failed").getString("failure");
    assertTrue(failure.startsWith("the training needs "), failure);
  }

  private static void replaceByFile(Path folder, Path away) throws IOException {
    Files.move(folder, away);
    Files.createFile(folder);
  }

  /** Waits for a state on the disk. */
  private void await(String id, String state) throws Exception {
    var file = data.path().resolve("trainings").resolve(id).resolve("job.json");
    while (!new ObjectMapper()
        .readTree(Files.readAllBytes(file))
        .at("/job/state")
        .asText()
        .equals(state)) {
      Thread.sleep(50);
    }
  }
}
