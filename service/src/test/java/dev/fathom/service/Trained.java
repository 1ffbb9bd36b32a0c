package dev.fathom.service;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.time.Instant;

/** Trainings, as a client sees them. */
public final class Trained {

  private Trained() {}

  /** {@return the id of a training that is queued} */
  public static String submit(String spec) {
    return given()
        .contentType(ContentType.JSON)
        .body(spec)
        .post("/api/v1/trainings")
        .then()
        .statusCode(202)
        .extract()
        .path("id");
  }

  public static JsonPath get(String id) {
    return given().get("/api/v1/trainings/" + id).then().statusCode(200).extract().jsonPath();
  }

  /** {@return the training, once it is in a state} */
  public static JsonPath await(String id, String state) throws InterruptedException {
    var end = Instant.now().plus(Duration.ofSeconds(90));
    while (true) {
      var job = get(id);
      if (job.getString("state").equals(state)) {
        return job;
      }
      assertTrue(Instant.now().isBefore(end), () -> job.prettify());
      Thread.sleep(20);
    }
  }
}
