package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures that a model makes, over REST and OpenAI's API. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(120)
class MadePicturesTest {

  @BeforeEach
  void model() throws Exception {
    if (get("/api/v1/models/little").statusCode() == 200) {
      return;
    }
    Tiny.upload("quarters");
    Trained.await(Trained.submit(Tiny.spec("sorter", "quarters", "\"steps\": 1")), "succeeded");
    Trained.await(Trained.submit(TinyPictures.spec("little", "quarters")), "succeeded");
  }

  private static Response generate(String model, String accept, String body) {
    return given()
        .contentType(ContentType.JSON)
        .accept(accept)
        .body(body.replace('\'', '"'))
        .post("/api/v1/models/" + model + "/generate");
  }

  private static BufferedImage read(byte[] png) throws IOException {
    var image = ImageIO.read(new ByteArrayInputStream(png));
    assertNotNull(image, "a PNG");
    return image;
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRaster().getSamples(0, 0, image.getWidth(), image.getHeight(), 0, (int[]) null);
  }

  @Test
  void aGridIsAPicture() throws IOException {
    for (var accept : List.of("image/png", "*/*", "image/*")) {
      var answer = generate("little", accept, "{'class': '2', 'count': 5, 'seed': 1}");
      answer.then().statusCode(200).contentType("image/png").header("X-Seed", "1");
      var image = read(answer.asByteArray());
      assertEquals(18, image.getWidth());
      assertEquals(12, image.getHeight());
    }
  }

  @Test
  void picturesAreOfTheirClassAndTheSameForASeed() throws IOException {
    var body = "{'count': 8, 'seed': 3}";
    var json = generate("little", "application/json", body).then().statusCode(200).extract();
    assertEquals("little", json.path("model"));
    assertEquals(1, json.<Integer>path("version"));
    List<String> classes = json.path("pictures.class");
    List<String> files = json.path("pictures.png");
    assertEquals(List.of("0", "1", "2", "3", "0", "1", "2", "3"), classes);
    int right = 0;
    for (int i = 0; i < 8; i++) {
      var image = read(Base64.getDecoder().decode(files.get(i)));
      right += TinyPictures.brightest(pixels(image)) == i % 4 ? 1 : 0;
    }
    assertTrue(right >= 7, right + " of 8 are of their class");
    List<String> again = generate("little:1", "application/json", body).path("pictures.png");
    assertEquals(files, again);
  }

  @Test
  void stepsAreEvents() {
    var body = "{'class': '1', 'count': 2, 'steps': 4, 'guidance': 3, 'seed': 3}";
    var answer = generate("little", "text/event-stream", body);
    answer.then().statusCode(200).contentType(containsString("text/event-stream"));
    var events = answer.asString().split("\n\n");
    assertEquals(5, events.length);
    assertEquals("event:step\ndata:{\"step\":1,\"steps\":4}", events[0]);
    assertEquals("event:step\ndata:{\"step\":4,\"steps\":4}", events[3]);
    assertTrue(events[4].startsWith("event:pictures\ndata:{\"model\":\"little\""), events[4]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          little | {'class': '7'}       | 422 | /class    | expected a class of [0, 1, 2, 3] but got '7'
          little | {'count': 0}         | 422 | /count    | expected
          little | {'count': 5000}      | 422 | /count    | expected
          little | {'count': 'many'}    | 422 | /count    | expected
          little | {'steps': 2000}      | 422 | /steps    | expected 1 to 1000 steps but got 2000
          little | {'guidance': -1}     | 422 | /guidance | expected
          little | {'guidance': 1000}   | 422 | /guidance | expected a guidance of 0 to 100
          little | {'clas': '7'}        | 422 | /clas     | did you mean 'class'?
          sorter | {}                   | 422 |           | expected a model that makes pictures but the task of 'sorter' is classification
          none   | {}                   | 404 |           | there is no model 'none'
          little:9 | {}                 | 404 |           | there is no version '9'
          little | {                    | 400 |           | malformed JSON
          """)
  void whatIsWrongIsTold(String model, String body, int status, String pointer, String detail) {
    for (var accept : List.of("image/png", "text/event-stream")) {
      var answer = generate(model, accept, body).then().statusCode(status);
      answer.contentType("application/problem+json").body("detail", containsString(detail));
      if (pointer != null) {
        answer.body("errors[0].pointer", equalTo(pointer));
      }
    }
  }

  private static Response images(String body) {
    return given()
        .contentType(ContentType.JSON)
        .body(body.replace('\'', '"'))
        .post("/v1/images/generations");
  }

  @Test
  void openAisClientsGetPictures() throws IOException {
    var body =
        "{'model': 'little', 'prompt': '3', 'n': 4, 'seed': 2, 'size': '6x6', 'response_format': 'b64_json'}";
    var answer = images(body).then().statusCode(200).body("data", hasSize(4)).extract();
    assertTrue(answer.<Integer>path("created") > 1_700_000_000);
    int right = 0;
    for (var file : answer.<List<String>>path("data.b64_json")) {
      right += TinyPictures.brightest(pixels(read(Base64.getDecoder().decode(file)))) == 3 ? 1 : 0;
    }
    assertTrue(right >= 3, right + " of 4");
    byte[] grid =
        generate("little", "image/png", "{'class': '3', 'count': 4, 'seed': 2}").asByteArray();
    var first = read(Base64.getDecoder().decode(answer.<String>path("data[0].b64_json")));
    assertArrayEquals(pixels(read(grid).getSubimage(0, 0, 6, 6)), pixels(first));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'model': 'little', 'prompt': 'a cat'}                             | prompt          | but got 'a cat'
          {'model': 'little'}                                                | prompt          | expected 'prompt'
          {'model': 'sorter', 'prompt': '1'}                                 | model           | makes pictures
          {'model': 'little', 'prompt': '1', 'size': '1024x1024'}            | size            | '6x6'
          {'model': 'little', 'prompt': '1', 'n': 0}                         | n               | 1 to 128
          {'model': 'little', 'prompt': '1', 'response_format': 'url'}       | response_format | b64_json
          {'model': 'little', 'prompt': '1', 'stream': true}                 | stream          | events
          {'model': 'little', 'prompt': '1', 'sise': 'auto'}                 | sise            | did you mean 'size'?
          """)
  void openAisErrorsNameTheArgument(String body, String param, String message) {
    images(body)
        .then()
        .statusCode(400)
        .body("error.type", equalTo("invalid_request_error"))
        .body("error.param", equalTo(param))
        .body("error.message", containsString(message));
  }
}
