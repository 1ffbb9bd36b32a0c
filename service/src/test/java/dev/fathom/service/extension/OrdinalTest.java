package dev.fathom.service.extension;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.service.DataFolder;
import dev.fathom.service.Tiny;
import dev.fathom.service.Trained;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A task that Fathom does not know: from a spec to an answer, over REST. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(60)
class OrdinalTest {

  @BeforeEach
  void dataset() {
    Tiny.put("grades", "train.csv", Grades.csv(400, 1).getBytes(UTF_8));
    Tiny.put("grades", "test.csv", Grades.csv(100, 2).getBytes(UTF_8));
  }

  @Test
  void learnsAndAnswers() throws Exception {
    var id = Trained.submit(Grades.spec("\"dataset\": \"grades\","));
    var job = Trained.await(id, "succeeded");
    assertTrue(job.getFloat("test.rankError") < 0.15, job::prettify);
    assertTrue(job.getFloat("history[0].rankError") > job.getFloat("history[19].rankError"));
    assertTrue(job.getMap("history[19].validation").containsKey("rankError"), job::prettify);
    var events = get("/api/v1/trainings/" + id + "/events").asString();
    assertTrue(events.contains("\"rankError\":"), events);
    get("/api/v1/models/grades")
        .then()
        .body("versions[0].spec.task", equalTo("ordinal"))
        .body("versions[0].spec.training.loss", equalTo("cumulative"))
        .body("versions[0].metrics.test.rankError", lessThan(0.15f));
    get("/v2/models/grades")
        .then()
        .body("inputs[0].shape.size()", equalTo(2))
        .body("outputs[0].name", equalTo("rank"))
        .body("outputs[0].shape", equalTo(List.of(-1)));
    var request =
        """
        {"inputs": [{"name": "features", "datatype": "FP32", "shape": [3, 2],
                     "data": [0.05, 0.1, 0.4, 0.35, 0.95, 0.9]}]}
        """
            .replace("features", get("/v2/models/grades").path("inputs[0].name"));
    given()
        .contentType(ContentType.JSON)
        .body(request)
        .post("/v2/models/grades/infer")
        .then()
        .statusCode(200)
        .body("outputs[0].name", equalTo("rank"))
        .body("outputs[0].shape", equalTo(List.of(3)))
        .body("outputs[0].data", equalTo(List.of(0f, 1f, 3f)));
  }

  @Test
  void aMistakeIsToldByTheTaskItself() {
    given()
        .contentType(ContentType.JSON)
        .body(Grades.spec("\"dataset\": \"grades\",").replace("\"units\": 3", "\"units\": 4"))
        .post("/api/v1/trainings")
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/model"))
        .body(
            "errors[0].detail",
            equalTo(
                "expected a last layer with output [3], one fewer than ranks of 'grade', but it"
                    + " gives [4]"));
    given()
        .contentType(ContentType.JSON)
        .body(Grades.spec("\"dataset\": \"grades\",").replace("\"ordinal\"", "\"ordinl\""))
        .post("/api/v1/trainings")
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/task"));
  }
}
