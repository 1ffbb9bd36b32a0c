package dev.fathom.service;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody uploads another file of the same name between cancelling and resuming. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(60)
class ResumeOtherDataTest {
  private static final String LEAVES =
      "length,width,tree\n" + "1.5,0.2,oak\n4.5,1.2,elm\n1.7,0.3,oak\n5.1,1.9,elm\n".repeat(30);
  private static final String SWAPPED =
      LEAVES.replace(",oak", "#").replace(",elm", ",oak").replace("#", ",elm");

  private static void upload(String dataset, String text) {
    Tiny.put(dataset, "train.csv", text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isRefused(boolean fit) throws Exception {
    var dataset = "leaves-" + fit;
    upload(dataset, LEAVES);
    var id =
        Trained.submit(
            """
            {"name": "leaf", "data": {"format": "csv", "dataset": "%s", "train": "train.csv",
                                      "target": "tree", "fit": %s},
             "model": [{"type": "dense", "units": 2}],
             "training": {"epochs": 1000000, "batchSize": 16, "checkpointSteps": 10}}
            """
                .formatted(dataset, fit));
    while (Trained.get(id).getList("history").isEmpty()) {
      Thread.sleep(20);
    }
    given().post("/api/v1/trainings/" + id + "/cancel").then().statusCode(202);
    Trained.await(id, "cancelled");

    upload(dataset, SWAPPED);
    resume(id, 409)
        .body("status", equalTo(409))
        .body("title", equalTo("Conflict"))
        .body(
            "detail",
            containsString("the data are not those of the checkpoint: train.csv had sha256 "));
    given().get("/api/v1/trainings/" + id).then().body("state", equalTo("cancelled"));
    given().delete("/api/v1/datasets/" + dataset);

    upload(dataset, LEAVES);
    resume(id, 202);
    given().post("/api/v1/trainings/" + id + "/cancel").then().statusCode(202);
    Trained.await(id, "cancelled");
  }

  private static ValidatableResponse resume(String id, int status) {
    return given().post("/api/v1/trainings/" + id + "/resume").then().statusCode(status);
  }
}
