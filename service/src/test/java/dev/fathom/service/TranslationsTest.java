package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts that a model tells from others, over REST. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(120)
class TranslationsTest {

  @BeforeEach
  void model() throws Exception {
    if (get("/api/v1/models/teller").statusCode() == 200) {
      return;
    }
    TinyPairs.train("capitals", 20);
    Tiny.upload("quarters");
    Trained.await(Trained.submit(Tiny.spec("teller", "quarters", "\"steps\": 1")), "succeeded");
  }

  private static Response translate(String model, String body) {
    return given()
        .contentType(ContentType.JSON)
        .body(body.replace('\'', '"'))
        .post("/api/v1/models/" + model + "/translate");
  }

  @Test
  void eachTextIsTold() {
    translate("capitals", "{'texts': ['abc', 'eda', 'bbb']}")
        .then()
        .statusCode(200)
        .body("model", equalTo("capitals"))
        .body("version", equalTo(1))
        .body("texts.text", equalTo(List.of("abc", "eda", "bbb")))
        .body("texts.translations[0]", hasSize(1))
        .body("texts.translations.text.flatten()", equalTo(List.of("ABC", "EDA", "BBB")));
  }

  @Test
  void theBestComeFirst() {
    List<Float> scores =
        translate("capitals:1", "{'texts': ['abc'], 'beams': 5, 'count': 3, 'lengthPenalty': 0.5}")
            .then()
            .statusCode(200)
            .body("texts[0].translations", hasSize(3))
            .body("texts[0].translations[0].text", equalTo("ABC"))
            .extract()
            .path("texts[0].translations.score");
    assertTrue(scores.get(0) >= scores.get(1) && scores.get(1) >= scores.get(2), scores::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          capitals | {'texts': []}                              | 422 | /texts         | expected 1 to 256 texts but there is none
          capitals | {}                                         | 422 | /texts         | expected 1 to 256 texts but there is none
          capitals | {'texts': 'abc'}                           | 422 | /texts         | expected a list of texts
          capitals | {'texts': ['abc', 'abcd']}                 | 422 | /texts         | expected texts of 1 to 3 tokens but text 1 has 4
          capitals | {'texts': ['abc', '']}                     | 422 | /texts         | expected texts of 1 to 3 tokens but text 1 has 0
          capitals | {'texts': ['abc'], 'beams': 17}            | 422 | /beams         | expected
          capitals | {'texts': ['abc'], 'beams': 2, 'count': 3} | 422 | /count         | expected
          capitals | {'texts': ['abc'], 'lengthPenalty': 11}    | 422 | /lengthPenalty | in [-10, 10]
          capitals | {'texts': ['abc'], 'beam': 2}              | 422 | /beam          | did you mean 'beams'?
          teller   | {'texts': ['abc']}                         | 422 |                | expected a model of the task translation
          none     | {'texts': ['abc']}                         | 404 |                | there is no model 'none'
          """)
  void whatCannotBeIsRefused(
      String model, String body, int status, String pointer, String sentence) {
    var answer = translate(model, body).then().statusCode(status);
    answer.body("detail", containsString(sentence));
    if (pointer != null) {
      answer.body("errors[0].pointer", equalTo(pointer));
    }
  }
}
