package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client deletes is gone, and nothing that is in use breaks. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(90)
class DeletionsTest {

  @BeforeEach
  void dataset() {
    Tiny.upload("quarters");
  }

  private static ValidatableResponse delete(String path, int status) {
    // Where nothing comes back but errors, clients that are generated take nothing else.
    return given()
        .accept("application/problem+json")
        .delete("/api/v1/" + path)
        .then()
        .statusCode(status);
  }

  private static ValidatableResponse replace(String dataset, String file, int status) {
    return given()
        .contentType("application/octet-stream")
        .body(new byte[8])
        .put("/api/v1/datasets/" + dataset + "/files/" + file)
        .then()
        .statusCode(status);
  }

  private static int train(String model) throws InterruptedException {
    var id = Trained.submit(Tiny.spec(model, "quarters", "\"epochs\": 1"));
    return Trained.await(id, "succeeded").getInt("model.version");
  }

  private static int infer(String path) {
    var pixels = new ArrayList<Integer>();
    for (byte pixel : Tiny.image(1, 6, new Random(1))) {
      pixels.add(pixel & 0xff);
    }
    return given()
        .contentType(ContentType.JSON)
        .body(
            """
            {"inputs": [{"name": "image", "datatype": "UINT8", "shape": [1, 6, 6], "data": %s}]}
            """
                .formatted(pixels))
        .post("/v2/models/" + path + "/infer")
        .statusCode();
  }

  @Test
  void aDatasetAndItsFiles() {
    Tiny.upload("gone");
    delete("datasets/gone/files/none", 404).body("detail", containsString("'none' in dataset"));
    delete("datasets/gone/files/t10k-labels-idx1-ubyte", 204);
    get("/api/v1/datasets/gone").then().body("files", hasSize(3));
    delete("datasets/gone", 204);
    get("/api/v1/datasets/gone").then().statusCode(404);
    get("/api/v1/datasets").then().body("items.name", not(hasItem("gone")));
    delete("datasets/gone", 404).body("detail", containsString("there is no dataset 'gone'"));
    delete("datasets/Bad%20Name", 404);
    Tiny.put("gone", "one", new byte[1]);
    delete("datasets/gone/files/one", 204);
    get("/api/v1/datasets/gone").then().statusCode(404);
  }

  @Test
  void aSampleIsNotDeletedAndNotHidden() {
    delete("datasets/mnist", 409)
        .body(
            "detail",
            equalTo("dataset 'mnist' is a sample that comes with Fathom: it cannot be deleted"));
    delete("datasets/mnist/files/train-labels-idx1-ubyte.gz", 409);
    replace("mnist", "train-labels-idx1-ubyte.gz", 409)
        .body("detail", containsString("choose another name for yours"));
    get("/api/v1/datasets/mnist").then().body("source", equalTo("sample"));
  }

  @Test
  void aDatasetThatATrainingUsesStays() throws Exception {
    Tiny.upload("used");
    var endless = "\"epochs\": 1000000";
    var first = Trained.submit(Tiny.spec("uses", "used", endless));
    Trained.await(first, "running");
    var second = Trained.submit(Tiny.spec("waits", "used", endless));
    delete("datasets/used", 409)
        .body(
            "detail",
            equalTo(
                "dataset 'used' is in use: training '%s' of model 'uses' is running; cancel it first"
                    .formatted(first)));
    delete("datasets/used/files/train-labels-idx1-ubyte", 409);
    replace("used", "train-labels-idx1-ubyte", 409)
        .body("detail", containsString("of model 'uses' is running; cancel it first"));
    Tiny.put("used", "train-labels-idx1-ubyte", Tiny.labels(200)); // What is there already.
    replace("used", "another", 200);
    given().post("/api/v1/trainings/" + first + "/cancel").then().statusCode(202);
    Trained.await(first, "cancelled");
    Trained.await(second, "running");
    delete("datasets/used", 409).body("detail", containsString("of model 'waits' is running"));
    given().post("/api/v1/trainings/" + second + "/cancel").then().statusCode(202);
    Trained.await(second, "cancelled");
    replace("used", "another", 200);
    delete("datasets/used", 204);
    given()
        .post("/api/v1/trainings/" + first + "/resume")
        .then()
        .statusCode(409)
        .body("detail", containsString("and is not there"));
  }

  @Test
  void aVersionAndAModel() throws Exception {
    assertEquals(1, train("versions"));
    assertEquals(2, train("versions"));
    assertEquals(200, infer("versions"));
    delete("models/versions/versions/2", 204);
    assertEquals(404, infer("versions/versions/2"));
    assertEquals(200, infer("versions"));
    get("/api/v1/models/versions").then().body("versions.version", equalTo(List.of(1)));
    delete("models/versions/versions/2", 404)
        .body("detail", equalTo("there is no version '2' of model 'versions' but [1]"));
    delete("models/versions/versions/x", 404);
    assertEquals(3, train("versions"));
    delete("models/versions", 204);
    get("/api/v1/models/versions").then().statusCode(404);
    assertEquals(404, infer("versions"));
    delete("models/versions", 404).body("detail", equalTo("there is no model 'versions'"));
    assertEquals(4, train("versions"));
    delete("models/versions/versions/4", 204);
    get("/api/v1/models").then().body("items.name", not(hasItem("versions")));
  }

  @Test
  void requestsInFlightAreAnswered() throws Exception {
    train("flight");
    int version = train("flight");
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<List<Integer>>>();
      Callable<List<Integer>> client =
          () -> {
            var statuses = new ArrayList<Integer>();
            while (statuses.isEmpty() || statuses.getLast() == 200) {
              statuses.add(infer("flight/versions/" + version));
            }
            return statuses;
          };
      for (int i = 0; i < 4; i++) {
        answers.add(clients.submit(client));
      }
      Thread.sleep(300);
      delete("models/flight/versions/" + version, 204);
      for (var answer : answers) {
        assertTrue(answer.get().size() > 1, "no request was in flight");
        assertEquals(404, answer.get().getLast());
      }
    }
    assertEquals(200, infer("flight"));
  }
}
