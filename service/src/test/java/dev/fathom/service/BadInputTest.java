package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad requests are refused with one sentence, in the API's error form, and change nothing. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
class BadInputTest {

  /** Throws an exception that nobody foresaw. */
  @Path("/api/v1/unforeseen")
  public static final class Unforeseen {
    @GET
    public String get() {
      throw new ArithmeticException("a secret");
    }
  }

  @BeforeEach
  void dataset() {
    Tiny.upload("quarters");
  }

  private static ValidatableResponse submit(String body) {
    return given().contentType(ContentType.JSON).body(body).post("/api/v1/trainings").then();
  }

  private static ValidatableResponse problem(
      ValidatableResponse response, int status, String title) {
    return response
        .statusCode(status)
        .contentType("application/problem+json")
        .body("type", equalTo("about:blank"))
        .body("title", equalTo(title))
        .body("status", equalTo(status))
        .body("detail", matchesPattern("(?s)\\S.*"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name":         | malformed JSON at line 1, column 9: Unexpected end-of-input
          {"a": 1          | close marker for Object (start marker at line: 1, column: 1)
          {"a": [1}        | expected ']' (for Array starting at line: 1, column: 7)
          ''               | malformed JSON: the body is empty
          {"a": 1, "a": 2} | malformed JSON at line 1, column 13: Duplicate field 'a'
          {} {}            | malformed JSON at line 1, column 4: Trailing token
          """)
  void malformedJson(String body, String detail) {
    problem(submit(body == null ? "" : body), 400, "Bad Request")
        .body("detail", containsString(detail))
        .body("instance", equalTo("/api/v1/trainings"))
        .body("errors", hasSize(1))
        .body("errors[0].pointer", equalTo(""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "epochs": 1      | "epoch": 1                    | /training/epoch     | unknown key 'epoch'; did you mean 'epochs'?
          "epochs": 1      | "epochs": "two"               | /training/epochs    | expected a whole number of 1 or more but got "two"
          "epochs": 1      | "epochs": 0                   | /training/epochs    | expected a whole number of 1 or more but got 0
          "quarters"       | "thirds"                      | /data/dataset       | there is no dataset 'thirds'; there are
          "dataset": "quarters" | "format": "idx", "images": "/etc/passwd", "labels": "x" | /data/format | a service takes no paths
          "name": "bad"    | "name": "Bad Name"            | /name               | but got 'Bad Name'
          "type": "flatten"| "type": "conv2d", "filters": 2, "kernel": 9 | /model/0 | layer 'conv1'
          "units": 4       | "units": 5                    | /model              | expected a last layer with 4 outputs, one for each class of 'label', but it gives [5]
          "units": 4       | "units": 4, "activaton": "relu" | /model/2/activaton | unknown key 'activaton'; did you mean 'activation'?
          """)
  void aSpecThatIsWrong(String right, String wrong, String pointer, String detail) {
    var spec = Tiny.spec("bad", "quarters", "\"epochs\": 1");
    problem(submit(spec.replace(right, wrong)), 422, "Unprocessable Entity")
        .body("errors[0].pointer", equalTo(pointer))
        .body("errors[0].detail", containsString(detail))
        .body("detail", containsString(detail));
    get("/api/v1/models/bad").then().statusCode(404);
  }

  @Test
  void aLayerThatDoesNotFitIsNamedWithBothShapes() {
    var spec =
        Tiny.spec("bad", "quarters", "\"epochs\": 1")
            .replace("\"flatten\"", "\"maxpool2d\", \"kernel\": 7");
    problem(submit(spec), 422, "Unprocessable Entity")
        .body("detail", containsString("layer 'maxpool1'"))
        .body("detail", containsString("[1, 6, 6]"))
        .body("detail", containsString("7 x 7"))
        .body("errors[0].pointer", equalTo("/model/0"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "units": 8      | "units": 600000              | at least [\\d,]{10,}
          "units": 8      | "units": 1000000000          | at least [\\d,]{14,}
          "units": 8      | "units": 1000000000000000000 | at least 9,223,372,.*
          "batchSize": 16 | "batchSize": 400000          | at least [\\d,]{10,}
          """)
  void aTrainingThatCannotFitIsRefusedWithTheNumber(String fits, String fitsNot, String number) {
    var spec = Tiny.spec("bad", "quarters", "\"epochs\": 1").replace(fits, fitsNot);
    problem(submit(spec), 422, "Unprocessable Entity")
        .body(
            "detail",
            matchesPattern(
                "the training needs " + number + " bytes of memory and may use 67,108,864; .*"));
  }

  @Test
  void aSpecThatIsTooLong() {
    problem(submit(" ".repeat(20_000)), 413, "Request Entity Too Large")
        .body("detail", equalTo("expected a body of at most 16384 bytes"));
  }

  @Test
  void pathsMethodsAndTypesThatAreNot() {
    problem(get("/api/v1/nothing").then(), 404, "Not Found")
        .body("instance", equalTo("/api/v1/nothing"));
    problem(get("/").then(), 404, "Not Found");
    problem(given().delete("/api/v1/datasets").then(), 405, "Method Not Allowed");
    problem(
        given().contentType("text/plain").body("x").post("/api/v1/trainings").then(),
        415,
        "Unsupported Media Type");
    problem(given().accept("image/png").get("/api/v1/models").then(), 406, "Not Acceptable");
    problem(get("/api/v1/trainings?limit=two").then(), 400, "Bad Request")
        .body("detail", equalTo("expected a limit of 1 to 1000 but got two"));
    given()
        .delete("/v2/health/live")
        .then()
        .statusCode(405)
        .contentType("application/json")
        .body("error", equalTo("expected one of GET, HEAD, OPTIONS at this path but got DELETE"))
        .body("status", nullValue());
    given()
        .get("/v2/nothing")
        .then()
        .statusCode(404)
        .body("error", containsString("there is nothing at this path"));
  }

  @Test
  @DisabledOnIntegrationTest("the resource is of the tests")
  void anErrorNobodyForesawTellsANumberAndNoSecret() {
    problem(get("/api/v1/unforeseen").then(), 500, "Internal Server Error")
        .body(
            "detail",
            matchesPattern("an error of the service; the log tells more under [0-9a-f]{16}"));
  }

  @Test
  void trainingsAndDatasetsThatAreNot() {
    for (var path : new String[] {"", "/events"}) {
      problem(get("/api/v1/trainings/trn_x" + path).then(), 404, "Not Found")
          .body("detail", equalTo("there is no training 'trn_x'"));
    }
    problem(given().post("/api/v1/trainings/trn_x/cancel").then(), 404, "Not Found");
    problem(get("/api/v1/datasets/none").then(), 404, "Not Found")
        .body("detail", containsString("there is no dataset 'none'"));
    problem(get("/api/v1/models/none").then(), 404, "Not Found")
        .body("detail", equalTo("there is no model 'none'"));
  }

  private static ValidatableResponse put(String path, byte[] content) {
    return given()
        .contentType("application/octet-stream")
        .body(content)
        .put("/api/v1/datasets/" + path)
        .then();
  }

  @Test
  void anUploadWithABadNameOrTooLong() {
    problem(put("Bad Name/files/x", new byte[1]), 400, "Bad Request")
        .body("detail", containsString("but got 'Bad Name'"));
    problem(put("quarters/files/..x", new byte[1]), 400, "Bad Request");
    problem(
            put("quarters/files/train-labels-idx1-ubyte", new byte[300_000]),
            413,
            "Request Entity Too Large")
        .body("detail", containsString("expected at most 262144 bytes"));
    get("/api/v1/datasets/quarters").then().body("files[3].bytes", equalTo(208));
  }

  @Test
  void aTruncatedFileIsToldWithTheByte() {
    var labels = Arrays.copyOf(Tiny.labels(200), 100);
    Tiny.upload("truncated");
    Tiny.put("truncated", "train-labels-idx1-ubyte", labels);
    problem(submit(Tiny.spec("bad", "truncated", "\"epochs\": 1")), 422, "Unprocessable Entity")
        .body("detail", containsString("[idx] train-labels-idx1-ubyte, byte 100: expected 200"));
  }

  @Test
  void aFileThatIsNoIdxIsToldWithTheByte() {
    Tiny.upload("corrupt");
    Tiny.put("corrupt", "train-images-idx3-ubyte.gz", "not at all".getBytes());
    problem(submit(Tiny.spec("bad", "corrupt", "\"epochs\": 1")), 422, "Unprocessable Entity")
        .body("detail", containsString("[idx] train-images-idx3-ubyte.gz, byte 0: expected the"));
  }

  @Test
  void nanInDataIsToldWithTheExample() {
    var images = ByteBuffer.allocate(16 + 200 * 36 * 4);
    images.putInt(0x0d03).putInt(200).putInt(6).putInt(6);
    images.putFloat(16 + (3 * 36 + 7) * 4, Float.NaN);
    Tiny.upload("nan");
    Tiny.put("nan", "train-images-idx3-ubyte.gz", images.array());
    problem(submit(Tiny.spec("bad", "nan", "\"epochs\": 1")), 422, "Unprocessable Entity")
        .body("detail", containsString("example 3 of column 'image'"))
        .body("detail", containsString("position [1, 1]: expected a finite number but got NaN"));
  }

  @Test
  void aLastEventIdThatIsNone() {
    var id = Trained.submit(Tiny.spec("fine", "quarters", "\"steps\": 1"));
    problem(
            given().header("Last-Event-ID", "x").get("/api/v1/trainings/" + id + "/events").then(),
            400,
            "Bad Request")
        .body("detail", equalTo("expected a number as Last-Event-ID but got 'x'"));
  }
}
