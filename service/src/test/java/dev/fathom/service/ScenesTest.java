package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.image.Pictures;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Boxes and masks, from the upload to the answer. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(120)
public class ScenesTest {

  private static final String DATASET = "\"dataset\": \"squares\",";

  private static boolean trained;

  @BeforeEach
  void models() throws Exception {
    if (trained) {
      return;
    }
    var files = Squares.files();
    Tiny.put("squares", "squares.zip", files.zip());
    Tiny.put("squares", "squares.json", files.annotations().getBytes(StandardCharsets.UTF_8));
    var boxes = Trained.await(Trained.submit(Squares.detector(DATASET)), "succeeded");
    assertTrue(boxes.getDouble("test.map50") > 0.9, boxes::prettify);
    var masks = Trained.await(Trained.submit(Squares.segmenter(DATASET)), "succeeded");
    assertTrue(masks.getDouble("test.meanIou") > 0.9, masks::prettify);
    trained = true;
  }

  private static JsonPath predict(String model, byte[] picture) {
    return given()
        .contentType("image/png")
        .body(picture)
        .post("/api/v1/models/" + model + "/predict")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  @Test
  void boxesAreInThePixelsOfThePicture() {
    for (int scale : List.of(1, 5)) {
      var answer = predict("squares", Squares.picture(true, 3, 8, scale));
      assertEquals(16 * scale, answer.getInt("answers[0].width"));
      assertEquals("red", answer.getString("answers[0].objects[0].label"), answer::prettify);
      assertEquals(
          3.0 * scale,
          answer.getDouble("answers[0].objects[0].left"),
          1.5 * scale,
          answer::prettify);
      assertEquals(14.0 * scale, answer.getDouble("answers[0].objects[0].bottom"), 1.5 * scale);
    }
  }

  @Test
  void aMaskHasThePicturesSizeAndALegend() {
    var answer = predict("painted", Squares.picture(false, 9, 2, 3));
    assertEquals(
        List.of("ground", "blue"), answer.getList("answers[0].legend.label"), answer::prettify);
    assertEquals(
        36 / 256.0, answer.getDouble("answers[0].legend[1].share"), 0.02, answer::prettify);
    assertEquals(2, answer.getInt("answers[0].legend[1].class"));
    var png = Base64.getDecoder().decode(answer.getString("answers[0].mask"));
    var mask = Pictures.mask("answer", png, 1 << 20);
    assertEquals(48, mask.width());
    assertEquals(2, mask.pixels()[(3 * 4) * 48 + 3 * 11], "in the middle of the square");
    assertEquals(0, mask.pixels()[47 * 48]);
  }

  private static ValidatableResponse accepting(String accept, String model, int pictures) {
    var request = given().accept(accept);
    for (int i = 0; i < pictures; i++) {
      request.multiPart("p" + i, i + ".png", Squares.picture(false, 9, 2, 3), "image/png");
    }
    return request.post("/api/v1/models/" + model + "/predict").then();
  }

  @Test
  void aMaskIsTheAnswerItselfForWhoTakesPng() {
    var expected =
        Base64.getDecoder()
            .decode(
                predict("painted", Squares.picture(false, 9, 2, 3)).getString("answers[0].mask"));
    for (var accept : List.of("image/png", "image/*", "image/png, application/json;q=0.5")) {
      var png =
          accepting(accept, "painted", 1)
              .statusCode(200)
              .contentType("image/png")
              .extract()
              .asByteArray();
      assertArrayEquals(expected, png, accept);
    }
    accepting("*/*", "painted", 1).statusCode(200).contentType("application/json");
    accepting("image/png;q=0.5, application/json", "painted", 1).contentType("application/json");
    accepting("image/png, application/json;q=0.5", "painted", 2)
        .statusCode(200)
        .body("answers.file", equalTo(List.of("0.png", "1.png")));
    accepting("image/png", "painted", 2)
        .statusCode(406)
        .contentType("application/problem+json")
        .body("detail", equalTo("expected one picture beside an Accept of image/png but got 2"));
    accepting("image/png", "squares", 1)
        .statusCode(406)
        .body(
            "detail",
            equalTo(
                "the answer of 'squares' is no picture: expected an Accept of application/json"));
    accepting("text/html", "painted", 1).statusCode(406);
  }

  @Test
  void tensorsHaveAsManyRowsAsAreAnsweredAtMost() {
    get("/v2/models/squares")
        .then()
        .statusCode(200)
        .body("outputs.name", equalTo(List.of("boxes", "scores", "labels")))
        .body("outputs.datatype", equalTo(List.of("FP32", "FP32", "INT32")))
        .body("outputs[0].shape", equalTo(List.of(-1, 20, 4)))
        .body("outputs[1].shape", equalTo(List.of(-1, 20)))
        .body("outputs[2].parameters.labels", equalTo(List.of("red", "blue")));
    // The picture as it is.
    var base64 = Base64.getEncoder().encodeToString(Squares.picture(false, 9, 2, 1));
    var answer =
        given()
            .contentType("application/json")
            .body(
                """
                {"inputs": [{"name": "image", "shape": [1], "datatype": "BYTES", "data": ["%s"]}]}"""
                    .formatted(base64))
            .post("/v2/models/squares/infer")
            .then()
            .statusCode(200)
            .body("outputs[0].shape", equalTo(List.of(1, 20, 4)))
            .body("outputs[2].shape", equalTo(List.of(1, 20)))
            // Whole numbers are written so.
            .body("outputs[2].data[0]", equalTo(1))
            .body("outputs[2].data[19]", equalTo(-1))
            .extract()
            .jsonPath();
    assertEquals(9, answer.getDouble("outputs[0].data[0]"), 1.5, answer::prettify);
    assertEquals(8, answer.getDouble("outputs[0].data[3]"), 1.5, answer::prettify);
    get("/v2/models/painted")
        .then()
        .body("outputs[0].name", equalTo("mask"))
        .body("outputs[0].datatype", equalTo("INT32"))
        .body("outputs[0].shape", equalTo(List.of(-1, 16, 16)));
  }

  /** Those of raw pixels are in these. */
  @Test
  void boxesOfFilesAreInTheirPixels() {
    var base64 = Base64.getEncoder();
    var answer =
        given()
            .contentType("application/json")
            .body(
                """
                {"inputs": [{"name": "image", "shape": [2], "datatype": "BYTES", "data": ["%s", "%s"]}]}"""
                    .formatted(
                        base64.encodeToString(Squares.picture(false, 9, 2, 1)),
                        base64.encodeToString(Squares.picture(true, 3, 8, 5))))
            .post("/v2/models/squares/infer")
            .then()
            .statusCode(200)
            .body("outputs[2].data[0]", equalTo(1))
            .body("outputs[2].data[20]", equalTo(0))
            .extract()
            .jsonPath();
    assertEquals(9, answer.getDouble("outputs[0].data[0]"), 1.5, answer::prettify);
    var large = predict("squares", Squares.picture(true, 3, 8, 5));
    for (var side : List.of("left", "top", "right", "bottom")) {
      int at = 80 + List.of("left", "top", "right", "bottom").indexOf(side);
      assertEquals(
          large.getDouble("answers[0].objects[0]." + side),
          answer.getDouble("outputs[0].data[%d]".formatted(at)),
          1e-3,
          answer::prettify);
    }
    assertTrue(answer.getDouble("outputs[0].data[83]") > 50, answer::prettify);
    assertEquals(0, answer.getDouble("outputs[0].data[159]"), "no object, no box");
  }

  @Test
  void aBoxOutsideOfItsPictureIsRefused() throws Exception {
    var files = Squares.files();
    Tiny.put("broken", "squares.zip", files.zip());
    Tiny.put(
        "broken",
        "squares.json",
        files
            .annotations()
            .replaceFirst("\"bbox\": \\[\\d+, ", "\"bbox\": [15, ")
            .getBytes(StandardCharsets.UTF_8));
    given()
        .contentType("application/json")
        .body(Squares.detector("\"dataset\": \"broken\","))
        .post("/api/v1/trainings")
        .then()
        .statusCode(422)
        .body(
            "detail",
            containsString(
                "squares.json, annotation 0: expected a box inside of '0.png', which has 16 x 16 pixels"));
  }
}
