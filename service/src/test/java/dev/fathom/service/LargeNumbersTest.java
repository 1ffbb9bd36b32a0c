package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers that f32 does not tell apart reach a model, and its answers clients, as f64. */
@QuarkusTest
class LargeNumbersTest {
  private static final Path CASE = Path.of("../api/src/test/resources/cases/02-f32-offset");

  private static List<Double> ask(String model, String datatype, String data, int rows)
      throws IOException {
    var answer =
        given()
            .contentType(ContentType.JSON)
            .body(
                """
            {"inputs": [{"name": "features", "datatype": "%s", "shape": [%d, 1], "data": %s}]}"""
                    .formatted(datatype, rows, data))
            .post("/v2/models/%s/infer".formatted(model))
            .then()
            .statusCode(200)
            .extract()
            .asString();
    List<Double> numbers = new ArrayList<>();
    var all = new ObjectMapper().readTree(answer).at("/outputs/0/data");
    all.forEach(number -> numbers.add(number.doubleValue())); // RestAssured reads floats.
    return numbers;
  }

  @Test
  void secondsSince1970() throws Exception {
    for (var file : List.of("unixs-train.csv", "unixs-test.csv")) {
      Tiny.put("seconds", file, Files.readAllBytes(CASE.resolve(file)));
    }
    var spec =
        Files.readString(CASE.resolve("unixs-spec.json"))
            .replace("\"format\"", "\"dataset\": \"seconds\", \"format\"");
    var job = Trained.await(Trained.submit(spec), "succeeded");
    assertEquals(1.0, job.getDouble("test.accuracy"), job::prettify);
    get("/v2/models/unixs").then().body("inputs[0].datatype", equalTo("FP64"));
    for (var datatype : List.of("FP64", "INT64", "UINT32")) {
      var answers = ask("unixs", datatype, "[1700000000, 1700000040]", 2);
      assertTrue(answers.get(1) > 0.9 && answers.get(2) > 0.9, answers::toString);
    }
  }

  @Test
  void answersOfALargeTarget() throws Exception {
    var rows = new StringBuilder("x,y\n");
    for (int i = 0; i < 100; i++) {
      rows.append("%d,%d.25%n".formatted(i, 1_000_000_000 + 3 * i));
    }
    Tiny.put("line", "train.csv", rows.toString().getBytes());
    Trained.await(
        Trained.submit(
            """
            {"name": "line", "data": {"dataset": "line", "format": "csv", "train": "train.csv",
               "target": "y", "fit": true},
             "model": [{"type": "dense", "units": 1}],
             "training": {"epochs": 60, "batchSize": 10, "seed": 1, "loss": "meanSquaredError",
               "optimizer": {"type": "adam", "learningRate": 0.05}}}"""),
        "succeeded");
    get("/v2/models/line").then().body("outputs[0].datatype", equalTo("FP64"));
    assertEquals(1_000_000_150.25, ask("line", "FP32", "[50]", 1).getFirst(), 3);
  }
}
