package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks that are no path, over REST: two inputs, and layers that skip. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(60)
class GraphModelsTest {

  /** A U-Net (Ronneberger et al., 2015) of two depths; {@code upsample} is of an extension. */
  private static final String UNET =
      """
      {"name": "unet", "data": {"dataset": "quarters", "scale": 0.004},
       "model": [
         {"type": "conv2d", "name": "fine", "filters": 4, "kernel": 3, "padding": "same",
          "activation": "relu"},
         {"type": "maxpool2d", "kernel": 2},
         {"type": "conv2d", "filters": 8, "kernel": 3, "padding": "same", "activation": "relu"},
         {"type": "upsample", "name": "coarse"},
         {"type": "concat", "inputs": ["fine", "coarse"]},
         {"type": "conv2d", "filters": 4, "kernel": 3, "padding": "same", "activation": "relu"},
         {"type": "flatten"},
         {"type": "dense", "units": 4}],
       "training": {"epochs": 6, "batchSize": 16, "seed": 7,
                    "optimizer": {"type": "adam", "learningRate": 0.01}}}
      """;

  private static ValidatableResponse post(String path, String body) {
    return given().contentType(ContentType.JSON).body(body).post(path).then();
  }

  private static void towers() {
    Tiny.put("towers", "train.csv", Towers.csv(600, 1).getBytes(UTF_8));
    Tiny.put("towers", "test.csv", Towers.csv(100, 2).getBytes(UTF_8));
  }

  private static String spec() {
    return Towers.spec("\"dataset\": \"towers\",");
  }

  @Test
  void twoTowersLearnAndAnswer() throws Exception {
    towers();
    var job = Trained.await(Trained.submit(spec()), "succeeded");
    assertTrue(job.getFloat("test.r2") > 0.99, job::prettify);
    get("/v2/models/towers")
        .then()
        .body("inputs.name", equalTo(List.of("user", "item")))
        .body("inputs.shape", equalTo(List.of(List.of(-1, 2), List.of(-1, 2))))
        .body("outputs.name", equalTo(List.of("prediction")));
    var infer = "/v2/models/towers/infer";
    List<Float> scores =
        post(infer, Towers.request())
            .statusCode(200)
            .body("outputs[0].shape", equalTo(List.of(2, 1)))
            .extract()
            .path("outputs[0].data");
    assertEquals(0.5, scores.get(0), 0.05);
    assertEquals(-0.1, scores.get(1), 0.05);

    post(
            infer,
            """
            {"inputs": [
              {"name": "price", "datatype": "FP32", "shape": [2], "data": [0.5, 1]},
              {"name": "weight", "datatype": "FP32", "shape": [2], "data": [0.5, 0]},
              {"name": "age", "datatype": "FP32", "shape": [2], "data": [0.5, -0.1]},
              {"name": "income", "datatype": "FP32", "shape": [2], "data": [0.5, 0.7]}]}
            """)
        .statusCode(200)
        .body("outputs[0].data", equalTo(scores));

    post(infer, Towers.request().replace("\"item\"", "\"things\""))
        .statusCode(400)
        .body("error", containsString("'things'"));
    post(
            infer,
            Towers.request()
                .replace("[[0.5, 0.5], [1, 0]]", "[0.5, 0.5]")
                .replaceFirst("\\[2, 2]", "[1, 2]"))
        .statusCode(400)
        .body("error", equalTo("input 'item': expected 2 examples, as of input 'user', but got 1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          ["users", "items"] | ["users", "itms"] | /model/layers/2/inputs | 'dot1': expected an input or a layer before it but got 'itms'
          "items", "units": 8 | "items", "units": 7 | /model/layers/2 | 'dot1': [dot] expected inputs of one shape, or sizes of 1 but got [[8], [7]]
          ["price", "weight"] | ["price", "wight"] | /model/inputs/item | expected a column of train.csv but got 'wight'; there are [age, income, price, weight, score]
          "score": "dot1" | "score": "dot2" | /model/outputs | 'dot2'
          "inputs": ["item"] | "inputs": [] | /model/layers/1/inputs | expected the name of an input or a layer but there is none
          """)
  void aMistakeNamesLayerShapesAndPlace(String old, String fresh, String pointer, String detail) {
    towers();
    assertTrue(spec().contains(old), old);
    post("/api/v1/trainings", spec().replace(old, fresh))
        .statusCode(422)
        .body("errors[0].pointer", equalTo(pointer))
        .body("errors[0].detail", containsString(detail));
  }

  @Test
  void layersThatSkipLearnAndAnswer() throws Exception {
    Tiny.upload("quarters");
    var job = Trained.await(Trained.submit(UNET), "succeeded");
    assertTrue(job.getFloat("test.accuracy") > 0.9, job::prettify);
    var pixels = Tiny.image(2, 6, new Random(1));
    var values = IntStream.range(0, pixels.length).mapToObj(i -> pixels[i] & 0xff).toList();
    List<Float> answer =
        post(
                "/v2/models/unet/infer",
                """
                {"inputs": [{"name": "image", "datatype": "UINT8", "shape": [1, 6, 6], "data": %s}]}
                """
                    .formatted(values))
            .statusCode(200)
            .extract()
            .path("outputs[0].data");
    assertTrue(answer.get(2) > 0.5, answer::toString);
  }

  @Test
  void whatDoesNotJoinIsToldWithAllShapes() {
    Tiny.upload("quarters");
    post("/api/v1/trainings", UNET.replace("{\"type\": \"upsample\"", "{\"type\": \"dropout\""))
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/model/4"))
        .body(
            "errors[0].detail",
            containsString(
                "'concat1': [concat] expected inputs that differ in axis 0 alone but got"
                    + " [[4, 6, 6], [8, 3, 3]]"));
  }
}
