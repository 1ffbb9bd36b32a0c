package dev.fathom.service;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;

import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model that is larger than the heap is told of, and takes nothing from others. */
@Timeout(180)
class LittleMemoryIT {

  private static final String WIDE =
      """
      {"name": "wide", "data": {"dataset": "pixels", "scale": 0.0039},
       "model": [{"type": "flatten"}, {"type": "dense", "units": 30000, "activation": "relu"},
                 {"type": "dense", "units": 4}],
       "training": {"steps": 1, "batchSize": 8}}
      """;

  @TempDir Path data;

  @AfterEach
  void forget() {
    RestAssured.reset();
  }

  private static void talkTo(URI service) {
    RestAssured.baseURI = "http://" + service.getHost();
    RestAssured.port = service.getPort();
  }

  private static ValidatableResponse infer(String model) {
    return given()
        .contentType(ContentType.JSON)
        .body(
            """
            {"inputs": [{"name": "image", "shape": [1, 28, 28], "datatype": "UINT8", "data": %s}]}
            """
                .formatted(Collections.nCopies(784, 1)))
        .post("/v2/models/" + model + "/infer")
        .then();
  }

  @Test
  void opensOnceThereIsMemory() throws Exception {
    try (var service = Packaged.serve(data)) {
      talkTo(service.uri());
      Tiny.put("pixels", "train-images-idx3-ubyte", Tiny.images(40, 28));
      Tiny.put("pixels", "train-labels-idx1-ubyte", Tiny.labels(40));
      Trained.await(Trained.submit(WIDE), "succeeded");
      Trained.await(
          Trained.submit(WIDE.replace("30000", "8").replace("wide", "narrow")), "succeeded");
    }
    try (var service = Packaged.serve(List.of("-Xmx96m"), data)) {
      talkTo(service.uri());
      for (int i = 0; i < 3; i++) {
        infer("wide").statusCode(503).body("error", containsString("not enough memory"));
        given().get("/v2/health/ready").then().statusCode(200);
        given().get("/health/ready").then().statusCode(200);
        infer("narrow").statusCode(200);
      }
    }
    try (var service = Packaged.serve(data)) {
      talkTo(service.uri());
      infer("wide").statusCode(200);
    }
  }
}
