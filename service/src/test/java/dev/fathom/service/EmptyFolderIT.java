package dev.fathom.service;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What somebody can do who has downloaded nothing but the jar, or the binary. */
@Timeout(240)
class EmptyFolderIT {

  @TempDir Path folder;

  @AfterEach
  void forget() {
    RestAssured.reset();
  }

  private List<String> run(String... arguments) throws Exception {
    try (var command = Packaged.start(List.of(), arguments)) {
      var lines = command.output.lines().toList();
      assertEquals(0, command.process.waitFor(), lines::toString);
      return lines;
    }
  }

  @Test
  void withoutArgumentsTheCommandsAreListed() throws Exception {
    var lines = run();
    assertTrue(lines.getFirst().startsWith("Usage: fathom "), lines::toString);
    assertTrue(
        lines.stream().anyMatch(line -> line.matches(" +serve +Starts .*")), lines::toString);
  }

  /** README's session with curl, in fewer steps. */
  @Test
  void theDigitsAreThereAndAreLearned() throws Exception {
    var samples = folder.resolve("samples");
    assertTrue(
        run("samples", samples.toString())
            .contains(samples.resolve("mnist/lenet.json").toString()));
    try (var service = Packaged.serve(folder.resolve("data"))) {
      var uri = service.uri();
      RestAssured.baseURI = "http://" + uri.getHost();
      RestAssured.port = uri.getPort();
      given()
          .get("/api/v1/datasets/mnist")
          .then()
          .body("source", equalTo("sample"))
          .body("files", hasSize(4));
      var spec = Files.readString(samples.resolve("mnist/lenet.json"));
      var job = Trained.submit(spec.replace("\"epochs\": 3", "\"steps\": 60"));
      assertEquals(10_000, Trained.await(job, "succeeded").getInt("test.examples"));
      var digit = Files.readString(samples.resolve("mnist/digit.json"));
      var probabilities =
          given()
              .contentType(ContentType.JSON)
              .body(digit)
              .post("/v2/models/lenet/infer")
              .jsonPath()
              .getList("outputs[0].data", Float.class);
      assertTrue(probabilities.get(7) > 0.5, probabilities::toString);
    }
  }

  @Test
  void aSampleThatWasWrittenIsTrainedFrom() throws Exception {
    var samples = folder.resolve("samples");
    run("samples", samples.toString());
    var spec = samples.resolve("weather/lstm.json");
    Files.writeString(spec, Files.readString(spec).replace("\"epochs\": 30", "\"epochs\": 1"));
    var lines = run("train", spec.toString(), "--data", folder.resolve("data").toString());
    assertEquals("published weather 1", lines.getLast());
  }
}
