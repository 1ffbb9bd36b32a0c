package dev.fathom.service;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.oneOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A table is trained without a spec. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(120)
class FitsTest {

  private static final String TABLE =
      "id,width,job,tree\n" + "7,1.5,cook,oak\n3,0.7,nurse,elm\n9,1.4,cook,oak\n".repeat(20);

  private static ValidatableResponse fit(String body) {
    return given()
        .contentType(ContentType.JSON)
        .body(body.replace('\'', '"'))
        .post("/api/v1/fits")
        .then();
  }

  @Test
  void trainsATableAndComparesItWithAGuess() throws Exception {
    Tiny.put("fitted", "train.csv", TABLE.getBytes(StandardCharsets.UTF_8));
    var answer =
        fit("{'dataset': 'fitted', 'train': 'train.csv', 'target': 'tree', 'maxSeconds': 5}")
            .statusCode(202)
            .header("Location", containsString("/api/v1/trainings/trn_"))
            .body("notes", hasItem("target tree: 2 classes"))
            .body("spec.task", equalTo("classification"))
            .body("spec.data.kinds.job", equalTo("category"))
            .body("training.state", oneOf("queued", "running")) // it begins at once if none runs
            .extract()
            .jsonPath();
    var job = Trained.await(answer.getString("training.id"), "succeeded");
    assertEquals(1.0, job.getDouble("test.accuracy"));
    assertEquals("always 'oak'", job.getString("baseline.guess"));
    assertEquals(2 / 3.0, job.getDouble("baseline.accuracy"), 0.1);
    assertEquals("fitted", job.getString("model.name"));
    assertTrue(job.getList("plan.notes").size() > 1, job::prettify);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'dataset': 'nowhere', 'train': 'a.csv', 'target': 'y'} | there is no dataset 'nowhere'; there are
          {'dataset': 'mnits', 'train': 'a.csv', 'target': 'y'} | there is no dataset 'mnits'; did you mean 'mnist'?
          {'dataset': 'refused', 'train': 'a.csv', 'target': 'y'} | expected a file of dataset
          {'dataset': 'refused', 'train': 't.csv', 'target': 'y'} | expected a column of t.csv but got 'y'
          {'dataset': 'refused', 'train': 't.csv'} | target
          {'dataset': 'refused', 'train': 't.csv', 'target': 'tree', 'task': 'x'} | expected the task
          {'dataset': 'refused', 'train': 't.csv', 'target': 'tree', 'maxSeconds': 0} | maxSeconds
          {'dataset': 'refused', 'train': 't.csv', 'target': 'tree', 'time': 1} | time
          {'dataset': 'refused', 'train': 'n.csv', 'target': 'tree'} | write "missingWords": ["n/a"] if it means that the value is missing, or in a spec's "data" write "kinds": {"width": "text"}
          {'dataset': 'refused', 'train': 'c.csv', 'target': 'tree'} | ; in a spec's "data" write "columns": {"width": {"decimal": ","}}
          []  | expected an object
          """)
  void refuses(String body, String message) {
    Tiny.put("refused", "t.csv", TABLE.getBytes(StandardCharsets.UTF_8));
    var odd = TABLE.replaceFirst("0\\.7", "n/a");
    Tiny.put("refused", "n.csv", odd.getBytes(StandardCharsets.UTF_8));
    Tiny.put("refused", "c.csv", odd.replace("n/a", "\"0,7\"").getBytes(StandardCharsets.UTF_8));
    fit(body).statusCode(oneOf(400, 422)).body("detail", containsString(message));
  }
}
