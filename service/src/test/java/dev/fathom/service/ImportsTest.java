package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that others trained, published over REST. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(120)
class ImportsTest {

  private static Response imported(String body) {
    return given()
        .contentType(ContentType.JSON)
        .body(body.replace('\'', '"'))
        .post("/api/v1/models");
  }

  @Test
  void aFolderBecomesAModelThatAnswers() {
    imported("{'folder': 'llama'}")
        .then()
        .statusCode(201)
        .header("Location", endsWith("/api/v1/models/llama"))
        .body("name", equalTo("llama"))
        .body("architecture", equalTo("llama"))
        .body("parameters", equalTo(5456))
        .body("weights", equalTo("bf16"))
        .body("context", equalTo(64));
    imported("{'folder': 'llama', 'name': 'eight', 'context': 32, 'weights': 'int8'}")
        .then()
        .statusCode(201)
        .body("weights", equalTo("int8"))
        .body("context", equalTo(32));
    for (var model : List.of("llama", "eight")) {
      given()
          .contentType(ContentType.JSON)
          .body(
              "{\"model\": \"%s\", \"prompt\": \"the cat sat\", \"max_tokens\": 5}"
                  .formatted(model))
          .post("/v1/completions")
          .then()
          .statusCode(200)
          .body("usage.completion_tokens", equalTo(5));
    }
    int first =
        get("/api/v1/models/eight").then().statusCode(200).extract().path("versions[0].version");
    imported("{'folder': 'llama', 'name': 'eight'}")
        .then()
        .statusCode(201)
        .body("version", equalTo(first + 1));
  }

  private static ValidatableResponse complete(String prompt, String more) {
    return given()
        .contentType(ContentType.JSON)
        .body(
            "{'model': 'turns', 'prompt': %s, 'max_tokens': 3, 'temperature': 0%s}"
                .formatted(prompt, more)
                .replace('\'', '"'))
        .post("/v1/completions")
        .then()
        .statusCode(200);
  }

  /** What was computed for a text before is not computed again, but for one with a seed. */
  @Test
  void textsThatBeginAlikeAreCounted() {
    imported("{'folder': 'llama', 'name': 'turns'}").then().statusCode(201);
    var prompt = IntStream.range(0, 30).map(i -> 4 + i % 20).boxed().toList();
    var cached = "usage.prompt_tokens_details.cached_tokens";
    var first = complete(prompt.toString(), "").body(cached, equalTo(0)).extract();
    var again = complete(prompt.toString(), "").body(cached, equalTo(29)).extract();
    assertEquals(first.<String>path("choices[0].text"), again.<String>path("choices[0].text"));
    complete(prompt.toString(), ", 'seed': 1").body(cached, equalTo(0));
    var longer = new ArrayList<>(prompt);
    longer.addAll(List.of(7, 8, 9));
    complete(longer.toString(), ", 'n': 2")
        .body("usage.prompt_tokens", equalTo(33))
        .body(cached, equalTo(30));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'folder': 'nowhere'}                       | 422 | /folder  | there is no folder 'nowhere' to import
          {'folder': '..'}                            | 422 | /folder  | there is no folder '..' to import
          {'folder': '.'}                             | 422 | /folder  | there is no folder '.' to import
          {'folder': '/tmp'}                          | 422 | /folder  | there is no folder '/tmp' to import
          {'folder': '../pytorch'}                    | 422 | /folder  | there is no folder '../pytorch' to import
          {'folder': 'llama', 'name': 'No Name'}      | 400 |          | model
          {'folder': 'llama', 'name': 'long', 'context': 65} | 422 |   | expected a context of 1 to 64 but got 65
          {'folder': 'llama', 'weights': 'int4'}      | 422 | /weights | expected one of bf16, f32, int8 but got 'int4'
          {'folder': 'llama', 'wights': 'int8'}       | 422 | /wights  | did you mean 'weights'?
          {}                                          | 422 | /folder  | expected
          """)
  void whatIsWrongIsSaidAndNothingIsPublished(
      String body, int status, String pointer, String sentence) {
    var answer = imported(body).then().statusCode(status).body("detail", containsString(sentence));
    answer.body("detail", not(containsString("resources")));
    if (pointer != null) {
      answer.body("errors[0].pointer", equalTo(pointer));
    }
    get("/api/v1/models/long").then().statusCode(404);
    get("/api/v1/models/nowhere").then().statusCode(404);
  }
}
