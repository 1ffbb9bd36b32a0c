package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pictures that are uploaded in a zip file, learned from and asked about. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(60)
public class PicturesTest {

  private static final String PREDICT = "/api/v1/models/colours/predict";

  private static boolean trained;

  @BeforeEach
  void model() throws Exception {
    if (!trained) {
      Tiny.put("colours", "colours.zip", Colours.zip());
      var spec = Colours.spec("\"dataset\": \"colours\", \"train\": \"colours.zip\"");
      var job = Trained.await(Trained.submit(spec), "succeeded");
      assertEquals(1.0, job.getDouble("test.accuracy"), job::prettify);
      trained = true;
    }
  }

  private static ValidatableResponse predict(String type, byte[] body) {
    return given().contentType(type).body(body).post(PREDICT).then();
  }

  @Test
  void aPictureIsTheBody() throws Exception {
    for (var format : List.of("png", "jpeg", "bmp")) {
      predict("image/" + format, Colours.picture(Color.BLUE, 40, 30, format))
          .statusCode(200)
          .body("model", equalTo("colours"))
          .body("version", equalTo(1))
          .body("answers.label", equalTo(List.of("blue")));
    }
  }

  @Test
  void picturesAreFilesOfAForm() throws Exception {
    given()
        .multiPart("a", "one.png", Colours.picture(Color.RED, 9, 9, "png"), "image/png")
        .multiPart("b", "two.jpg", Colours.picture(Color.BLUE, 300, 200, "jpeg"), "image/jpeg")
        .post(PREDICT)
        .then()
        .statusCode(200)
        .body("answers.label", equalTo(List.of("red", "blue")))
        .body("answers.file", equalTo(List.of("one.png", "two.jpg")));
  }

  @Test
  void aTensorHoldsThemInBase64OrAsTheyAre() throws Exception {
    byte[] red = Colours.picture(Color.RED, 9, 9, "png");
    byte[] blue = Colours.picture(Color.BLUE, 20, 12, "jpeg");
    var base64 = Base64.getEncoder();
    List<Float> answers =
        given()
            .contentType(ContentType.JSON)
            .body(
                """
                {"inputs": [{"name": "image", "shape": [2], "datatype": "BYTES", "data": ["%s", "%s"]}]}"""
                    .formatted(base64.encodeToString(red), base64.encodeToString(blue)))
            .post("/v2/models/colours/infer")
            .then()
            .statusCode(200)
            .body("outputs[0].shape", equalTo(List.of(2, 2)))
            .extract()
            .path("outputs[0].data");
    assertTrue(answers.get(1) > 0.5 && answers.get(2) > 0.5, answers::toString);

    var json =
        """
        {"inputs": [{"name": "image", "shape": [2, 1], "datatype": "BYTES",
         "parameters": {"binary_data_size": %d}}]}"""
            .formatted(8 + red.length + blue.length)
            .getBytes(StandardCharsets.UTF_8);
    var body = ByteBuffer.allocate(json.length + 8 + red.length + blue.length);
    body.order(ByteOrder.LITTLE_ENDIAN).put(json);
    body.putInt(red.length).put(red).putInt(blue.length).put(blue);
    List<Float> raw =
        given()
            .contentType("application/octet-stream")
            .header("Inference-Header-Content-Length", json.length)
            .body(body.array())
            .post("/v2/models/colours/infer")
            .then()
            .statusCode(200)
            .extract()
            .path("outputs[0].data");
    assertEquals(answers, raw);
    get("/v2/models/colours")
        .then()
        .body("inputs[0].shape", equalTo(List.of(-1, 3, 8, 8)))
        .body(
            "inputs[0].parameters.media_types",
            equalTo(List.of("image/png", "image/jpeg", "image/bmp")));
  }

  @Test
  void whatIsWrongIsTold() throws Exception {
    byte[] png = Colours.picture(Color.RED, 9, 9, "png");
    predict("image/png", Arrays.copyOf(png, png.length / 2))
        .statusCode(422)
        .body("detail", containsString("[png] body: the file ends"));
    predict("image/png", "GIF89a".getBytes(StandardCharsets.UTF_8))
        .statusCode(415)
        .body("detail", containsString("but the file is GIF"));
    predict("image/png", new byte[0]).statusCode(422).body("detail", containsString("is empty"));
    predict("application/pdf", png).statusCode(415);
    predict("image/png", new byte[17 << 20]).statusCode(413);
    predict("multipart/form-data", png).statusCode(400);
    predict("multipart/form-data; boundary=x", png).statusCode(400);
    predict("multipart/form-data; boundary=x", "--x--\r\n".getBytes(StandardCharsets.UTF_8))
        .statusCode(400)
        .body("detail", containsString("expected a picture or more in the form"));
    var twice = new ByteArrayOutputStream();
    twice.write("--x\r\nContent-Disposition: form-data\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    twice.write(png);
    predict("multipart/form-data; boundary=x", twice.toByteArray()).statusCode(400);
    twice.write("\r\n--x--".getBytes(StandardCharsets.UTF_8));
    predict("multipart/form-data; boundary=\"x\"", twice.toByteArray())
        .statusCode(200)
        .body("answers.file", equalTo(List.of("part 1")));
    given()
        .contentType("image/png")
        .body(png)
        .post("/api/v1/models/none/predict")
        .then()
        .statusCode(404);
    get(PREDICT).then().statusCode(405);
    given()
        .contentType(ContentType.JSON)
        .body(
            """
            {"inputs": [{"name": "image", "shape": [1], "datatype": "BYTES", "data": ["no base64!"]}]}""")
        .post("/v2/models/colours/infer")
        .then()
        .statusCode(400)
        .body("error", containsString("input 'image', value 0: expected a file in base64"));
    given()
        .contentType(ContentType.JSON)
        .body(
            """
            {"inputs": [{"name": "image", "shape": [1], "datatype": "BYTES", "data": ["aGVsbG8="]}]}""")
        .post("/v2/models/colours/infer")
        .then()
        .statusCode(400)
        .body("error", containsString("[picture] value 0: expected PNG, JPEG or BMP"));
  }

  /** Nothing is learned from a zip file with a damaged picture, which the answer names. */
  @Test
  void aDamagedZipIsRefusedAtOnce() throws Exception {
    byte[] zip = Colours.zip();
    Tiny.put("damaged", "colours.zip", Arrays.copyOf(zip, zip.length / 2));
    given()
        .contentType(ContentType.JSON)
        .body(Colours.spec("\"dataset\": \"damaged\", \"train\": \"colours.zip\""))
        .post("/api/v1/trainings")
        .then()
        .statusCode(422)
        .body("detail", containsString("expected a folder or a zip file"));
  }
}
