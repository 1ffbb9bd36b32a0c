package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(60)
class OpenInferenceTest {

  private static final String SIX = "[1, 6, 6]";

  /** Set by {@link DataFolder}. */
  DataFolder data;

  @BeforeEach
  void model() throws Exception {
    if (get("/api/v1/models/quarters").statusCode() == 404) {
      Tiny.upload("quarters");
      Trained.await(
          Trained.submit(Tiny.spec("quarters", "quarters", "\"epochs\": 12")), "succeeded");
    }
  }

  private static String pixels(int label) {
    var text = new StringBuilder();
    for (byte pixel : Tiny.image(label, 6, new Random(label))) {
      text.append(text.isEmpty() ? "" : ", ").append(pixel & 0xff);
    }
    return text.toString();
  }

  private static String request(String name, String shape, String datatype, String data) {
    return """
    {"id": "42", "inputs": [{"name": "%s", "shape": %s, "datatype": "%s", "data": %s}]}
    """
        .formatted(name, shape, datatype, data);
  }

  private static ValidatableResponse infer(String path, String body) {
    return given().contentType(ContentType.JSON).body(body).post("/v2/models/" + path).then();
  }

  @Test
  void tellsOfItselfAndOfModels() {
    get("/v2").then().statusCode(200).body("name", equalTo("fathom"));
    get("/v2/health/live").then().statusCode(200).body("live", equalTo(true));
    get("/v2/health/ready").then().statusCode(200).body("ready", equalTo(true));
    for (var path : List.of("/v2/models/quarters", "/v2/models/quarters/versions/1")) {
      get(path)
          .then()
          .statusCode(200)
          .body("name", equalTo("quarters"))
          .body("versions", equalTo(List.of("1")))
          .body("platform", equalTo("fathom"))
          .body("inputs[0].name", equalTo("image"))
          .body("inputs[0].datatype", equalTo("FP32"))
          .body("inputs[0].shape", equalTo(List.of(-1, 6, 6)))
          .body("outputs[0].name", equalTo("probabilities"))
          .body("outputs[0].shape", equalTo(List.of(-1, 4)));
      get(path + "/ready").then().statusCode(200).body("ready", equalTo(true));
    }
  }

  @ParameterizedTest
  @CsvSource({"UINT8", "INT64", "FP32", "FP64"})
  void answersRawPixelsFlatAndNested(String datatype) {
    for (int label = 0; label < Tiny.CLASSES; label++) {
      var flat = "[" + pixels(label) + "]";
      List<Float> probabilities =
          infer("quarters/infer", request("image", SIX, datatype, flat))
              .statusCode(200)
              .body("model_name", equalTo("quarters"))
              .body("model_version", equalTo("1"))
              .body("id", equalTo("42"))
              .body("outputs", hasSize(1))
              .body("outputs[0].name", equalTo("probabilities"))
              .body("outputs[0].datatype", equalTo("FP32"))
              .body("outputs[0].shape", equalTo(List.of(1, 4)))
              .extract()
              .path("outputs[0].data");
      assertEquals(label, probabilities.indexOf(Collections.max(probabilities)));
      assertEquals(1, probabilities.stream().mapToDouble(p -> p).sum(), 1e-5);
      var rows = flat.replaceAll("((?:\\d+, ){5}\\d+), ", "$1], [");
      infer("quarters/versions/1/infer", request("image", SIX, datatype, "[[" + rows + "]]"))
          .statusCode(200)
          .body("outputs[0].data", equalTo(probabilities));
    }
    get("/metrics")
        .then()
        .body(containsString("fathom_inference_examples_total{model=\"quarters\",version=\"1\"}"))
        .body(
            containsString(
                "fathom_inference_duration_seconds_count{model=\"quarters\",version=\"1\"}"));
  }

  @Test
  void manyClientsGetTheAnswersThatOneGets() throws Exception {
    var single = new ArrayList<List<Float>>();
    for (int label = 0; label < Tiny.CLASSES; label++) {
      single.add(ask(label));
    }
    try (var clients = Executors.newFixedThreadPool(8)) {
      List<Future<List<Float>>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int label = i % Tiny.CLASSES;
        Callable<List<Float>> client = () -> ask(label);
        answers.add(clients.submit(client));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertEquals(single.get(i % Tiny.CLASSES), answers.get(i).get());
      }
    }
    var three =
        request(
            "image",
            "[3, 6, 6]",
            "UINT8",
            "[%s, %s, %s]".formatted(pixels(2), pixels(0), pixels(1)));
    List<Float> batch = infer("quarters/infer", three).extract().path("outputs[0].data");
    for (int i = 0; i < 4; i++) {
      assertEquals(single.get(2).get(i), batch.get(i), 1e-5);
    }
  }

  private static List<Float> ask(int label) {
    return infer("quarters/infer", request("image", SIX, "UINT8", "[" + pixels(label) + "]"))
        .statusCode(200)
        .extract()
        .path("outputs[0].data");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          images | [1, 6, 6] | UINT8  | 7   | expected an input named 'image' but got 'images'
          image  | [1, 6, 5] | UINT8  | 7   | input 'image': expected shape [-1, 6, 6] with any number of examples as -1 but got [1,6,5]
          image  | [36]      | UINT8  | 7   | input 'image': expected shape [-1, 6, 6] with any number of examples as -1 but got [36]
          image  | [0, 6, 6] | UINT8  | 7   | input 'image': expected shape [-1, 6, 6] with any number of examples as -1 but got [0,6,6]
          image  | [2, 6, 6] | UINT8  | 7   | input 'image': expected 'data' of 72 values for shape [72] but got 36
          image  | [9999999999, 6, 6] | UINT8 | 7 | input 'image': expected shape [-1, 6, 6] with any number of examples as -1 but got [9999999999,6,6]
          image  | [1, 6, 6] | BYTES  | 7   | input 'image': expected shape [-1] with any number of examples as -1 but got [1,6,6]
          image  | [1, 6, 6] | UINT8  | 256 | input 'image', value 0: expected a whole number from 0 to 255 (UINT8) but got 256
          image  | [1, 6, 6] | INT64  | 1.5 | input 'image', value 0: expected a whole number from -9223372036854775808 to 9223372036854775807 (INT64) but got 1.5
          image  | [1, 6, 6] | FP32   | 1e39 | input 'image', value 0: expected a number (FP32) but got 1.0E39
          image  | [1, 6, 6] | FP32   | "7" | input 'image', value 0: expected a number (FP32) but got "7"
          image  | [1, 6, 6] | FP32   | null | input 'image', value 0: expected a number (FP32) but got null
          """)
  void aTensorThatIsWrong(String name, String shape, String datatype, String value, String error) {
    var data = "[" + value + ", 0".repeat(35) + "]";
    infer("quarters/infer", request(name, shape, datatype, data))
        .statusCode(400)
        .contentType("application/json")
        .body("$", aMapWithSize(1))
        .body("error", containsString(error));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"inputs":                      | malformed JSON at line 1
          []                              | expected an object as the request but got []
          {"input": []}                   | unknown key 'input' in the request, did you mean 'inputs'?
          {}                              | expected 'inputs' to be a list of 1 tensor, 'image', but got 0
          {"inputs": []}                  | expected 'inputs' to be a list of 1 tensor, 'image', but got 0
          {"inputs": [{"nam": "image"}]}  | unknown key 'nam' in a tensor of 'inputs', did you mean 'name'?
          {"inputs": [], "outputs": [{"name": "logits"}]} | expected an output named 'probabilities' but got 'logits'
          """)
  void aRequestThatIsWrong(String body, String error) {
    infer("quarters/infer", body).statusCode(400).body("error", containsString(error));
  }

  @Test
  void modelsThatAreNotAndBodiesTooLong() {
    infer("none/infer", "{}").statusCode(404).body("error", equalTo("there is no model 'none'"));
    get("/v2/models/none/ready").then().statusCode(404);
    for (var version : List.of("2", "0", "x")) {
      infer("quarters/versions/" + version + "/infer", "{}")
          .statusCode(404)
          .body(
              "error",
              equalTo("there is no version '%s' of model 'quarters' but [1]".formatted(version)));
    }
    infer("quarters/infer", " ".repeat(70_000))
        .statusCode(413)
        .body("error", equalTo("expected a body of at most 65536 bytes"));
  }

  @Test
  void aDamagedModelIsRefusedByNameAndOthersAnswer() throws Exception {
    Trained.await(Trained.submit(Tiny.spec("damaged", "quarters", "\"steps\": 1")), "succeeded");
    var weights = data.path().resolve("models/damaged/1/weights.safetensors");
    var bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    String error =
        infer("damaged/infer", request("image", SIX, "UINT8", "[" + pixels(0) + "]"))
            .statusCode(500)
            .extract()
            .path("error");
    assertTrue(error.contains("models/damaged/1/weights.safetensors is damaged: expected SHA-256"));
    ask(0);
  }
}
