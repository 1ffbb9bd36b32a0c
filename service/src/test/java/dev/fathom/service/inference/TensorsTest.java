package dev.fathom.service.inference;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.management.ThreadMXBean;
import dev.fathom.service.DataFolder;
import dev.fathom.service.Refusal;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tensors of requests: binary ones, one for each column of a table, and what is wrong with them.
 */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(60)
class TensorsTest {

  private static final String INFER = "/v2/models/leaves/infer";

  @BeforeEach
  void model() throws Exception {
    if (get("/api/v1/models/leaves").statusCode() == 404) {
      Leaves.train();
    }
  }

  private static ValidatableResponse post(String body) {
    return given().body(body.replace('\'', '"')).post(INFER).then();
  }

  private static List<Float> answer(String data, int examples) {
    return post(Leaves.request("[%d, 2]".formatted(examples), data))
        .statusCode(200)
        .extract()
        .path("outputs[0].data");
  }

  private static ValidatableResponse binary(String json, byte[] data, Object length) {
    var body = new ByteArrayOutputStream();
    body.writeBytes(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    body.writeBytes(data);
    return given()
        .contentType("application/octet-stream")
        .header("Inference-Header-Content-Length", length)
        .body(body.toByteArray())
        .post(INFER)
        .then();
  }

  private static ValidatableResponse binary(String json, byte[] data) {
    return binary(json, data, json.length());
  }

  private static String tensor(Object datatype, Object bytes) {
    return "{'inputs': [{'name': 'features', 'shape': [2, 2], 'datatype': '%s', 'parameters': {'binary_data_size': %s}}]}"
        .formatted(datatype, bytes);
  }

  @ParameterizedTest
  @EnumSource(names = "BYTES", mode = EnumSource.Mode.EXCLUDE)
  void everyTypeOfNumbersIsReadAsBinaryData(Datatype type) {
    var values = type == Datatype.BOOL ? new float[] {1, 0, 0, 1} : new float[] {2, 1, 5, 0};
    var data = ByteBuffer.allocate(4 * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      type.put(data, value);
    }
    binary(tensor(type, data.capacity()), data.array())
        .statusCode(200)
        .body(
            "outputs[0].data",
            equalTo(
                answer(
                    "[%s, %s, %s, %s]".formatted(values[0], values[1], values[2], values[3]), 2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UINT8  | ff010000                         | 255 1 0 0
          INT8   | ff7f8000                         | -1 127 -128 0
          UINT16 | ffff000000000000                 | 65535 0 0 0
          INT16  | ffff00000000ff7f                 | -1 0 0 32767
          UINT32 | ffffffff000000000000000000000000 | 4294967295 0 0 0
          INT32  | ffffffff000000000000000000000000 | -1 0 0 0
          FP16   | 003c00c000000034                 | 1 -2 0 0.25
          BF16   | 803f00c00000803e                 | 1 -2 0 0.25
          """)
  void numbersAreWhatTheirBytesSay(Datatype type, String bytes, String numbers) {
    binary(tensor(type, bytes.length() / 2), HexFormat.of().parseHex(bytes))
        .statusCode(200)
        .body("outputs[0].data", equalTo(answer("[" + numbers.replace(' ', ',') + "]", 2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FP32  | 12   | 12 | expected 16 bytes, 4 values of FP32, but got 12
          FP32  | 20   | 20 | expected 16 bytes, 4 values of FP32, but got 20
          FP32  | 16   | 20 | expected the binary data to be as long as every 'binary_data_size' together but 4 bytes are left
          FP32  | 16   | 12 | expected 16 bytes of binary data behind the JSON of Inference-Header-Content-Length bytes but got 12
          FP32  | -1   | 16 | expected 'binary_data_size' to be a number of bytes but got -1
          FP32  | 1e9  | 16 | expected 'binary_data_size' to be a number of bytes but got 1.0E9
          FP32  | 99999999999999999999 | 16 | expected 'binary_data_size' to be a number of bytes but got 99999999999999999999
          BYTES | 16   | 16 | expected a datatype of [BOOL
          """)
  void binaryDataOfTheWrongSize(String type, String said, int sent, String error) {
    binary(tensor(type, said), new byte[sent]).statusCode(400).body("error", containsString(error));
  }

  @ParameterizedTest
  @CsvSource({"x", "-1", "0", "99999", "1e2"})
  void aHeaderThatIsNoLength(String length) {
    binary(tensor("FP32", 16), new byte[16], length)
        .statusCode(400)
        .body(
            "error",
            containsString("expected Inference-Header-Content-Length to be a number of bytes"));
  }

  @Test
  void binaryNumbersThatAreNone() {
    var nan = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    nan.putFloat(8, Float.NaN);
    binary(tensor("FP32", 16), nan.array())
        .statusCode(400)
        .body("error", equalTo("input 'features', value 2: expected a number (FP32) but got NaN"));
    binary(tensor("BOOL", 4), new byte[] {0, 1, 2, 0})
        .statusCode(400)
        .body("error", containsString("value 2: expected a whole number from 0 to 1 (BOOL)"));
    var large = new byte[32];
    large[7] = (byte) 0x80;
    binary(tensor("UINT64", 32), large)
        .statusCode(200)
        .body("outputs[0].data", equalTo(answer("[9223372036854775808, 0, 0, 0]", 2)));
  }

  @Test
  void someTensorsMayBeBinaryAndOthersNot() {
    var json =
        "{'inputs': [{'name': 'width', 'shape': [1], 'datatype': 'FP64', 'data': [0.75]},"
            + "{'name': 'length', 'shape': [1], 'datatype': 'INT16', 'parameters':"
            + " {'binary_data_size': 2}}]}";
    binary(json, new byte[] {5, 0})
        .statusCode(200)
        .body("outputs[0].data", equalTo(answer("[5, 0.75]", 1)));
    binary(
            tensor("FP32", 16).replace("'parameters'", "'data': [1, 2, 3, 4], 'parameters'"),
            new byte[16])
        .statusCode(400)
        .body("error", containsString("expected 'data' or 'binary_data_size' but got both"));
    post(tensor("FP32", 16)).statusCode(400).body("error", containsString("but got 0"));
  }

  @Test
  void labelsAndColumnsAreTold() {
    get("/v2/models/leaves")
        .then()
        .body("inputs[0].parameters.columns", equalTo(List.of("length", "width")))
        .body("outputs[0].parameters.labels", equalTo(List.of("elm", "oak")));
    post(Leaves.request("[1, 2]", "[2, 1]"))
        .body("outputs[0].parameters.labels", equalTo(List.of("elm", "oak")));
  }

  @Test
  void aColumnMayBeATensor() {
    post("{'inputs': [{'name': 'width', 'shape': [2], 'datatype': 'FP32', 'data': [1.27, 0.75]},"
            + " {'name': 'length', 'shape': [2, 1], 'datatype': 'INT64', 'data': [[2], [5]]}]}")
        .statusCode(200)
        .body("outputs[0].shape", equalTo(List.of(2, 2)))
        .body("outputs[0].data", equalTo(answer("[2, 1.27, 5, 0.75]", 2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'length' [1] 'FP32' [1]                           | expected an input named 'width' but there is none
          'length' [1] 'FP32' [1], 'length' [1] 'FP32' [1]  | expected one input named 'length' but got two
          'length' [1] 'FP32' [1], 'widht' [1] 'FP32' [1]   | expected an input named 'length' or 'width' but got 'widht'
          'lenght' [1] 'FP32' [1]                           | expected an input named 'features', or one for each of the columns 'length', 'width' but got 'lenght'
          'length' [1] 'FP32' [1], 'width' [2] 'FP32' [1,2] | input 'width': expected 1 examples, as of input 'length', but got 2
          'length' [1] 'FP32' [1], 'width' [1] 'BYTES' ['a'] | input 'width': expected a datatype of
          'length' [1] 'FP32' [1], 'width' [1,1,1] 'FP32' [1] | input 'width': expected shape [-1, 1]
          'length' [1] 'FP32' [1], 'width' [] 'FP32' [1]    | input 'width': expected shape [-1, 1]
          'features' [1,2] 'FP32' [1,2], 'width' [1] 'FP32' [1] | but got 'features'
          'features' [1,2] 'FP32' [[1,[2,3]]]               | value 1: expected a number (FP32) but got [2,3]
          'features' [1,2] 'FP32' [1,[2]]                   | value 1: expected a number (FP32) but got [2]
          'features' [1,2] 'FP32' {}                        | expected 'data' of 2 values for shape [2] but got {}
          'features' {} 'FP32' [1,2]                        | expected 'shape' to be a list of sizes but got {}
          'features' [1.5,2] 'FP32' [1,2]                   | expected 'shape' to be a list of sizes but got [1.5,2]
          'features' [-1,2] 'FP32' [1,2]                    | but got [-1,2]
          """)
  void tensorsThatAreWrong(String tensors, String error) {
    var inputs =
        tensors.replaceAll(
            "'(\\w+)' (\\[[^ ]*]|\\{}) '(\\w+)' (\\S+?)(,? *$|, )",
            "{'name': '$1', 'shape': $2, 'datatype': '$3', 'data': $4}$5");
    post("{'inputs': [" + inputs + "]}").statusCode(400).body("error", containsString(error));
  }

  @Test
  void aShapeWithoutItsValuesAllocatesNothing() {
    post(Leaves.request("[100000000, 2]", "[]"))
        .statusCode(400)
        .body("error", containsString("expected 'data' of 200000000 values"));
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var sizes = List.of(1_000_000L, 28L, 28L);
    for (var content :
        List.of(
            new JsonContent(MissingNode.getInstance()), new RawContent(ByteBuffer.allocate(0)))) {
      var tensor = new InputTensor("image", Datatype.FP32, sizes, content);
      long before = threads.getCurrentThreadAllocatedBytes();
      assertThrows(Refusal.class, () -> tensor.examples(List.of(-1L, 28L, 28L)));
      assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 1_000_000);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'id': 7                               | the request: expected 'id' to be a string but got 7
          'model_name': 'other'                 | expected 'model_name' to be 'leaves', as in the path, but got "other"
          'model_version': '2'                  | expected 'model_version' to be '1', as in the path, but got "2"
          'parameters': []                      | the request: expected 'parameters' to be an object but got []
          'parameters': {'binary_data_output': 1} | expected 'binary_data_output' to be true or false but got 1
          'outputs': {}                         | the request: expected 'outputs' to be a list of tensors but got {}
          'outputs': [{'name': 'probabilities', 'data': []}] | unknown key 'data' in an output of 'outputs'
          'outputs': [{'name': 'probabilities', 'parameters': {'classification': 0}}]    | 'classification' to be a number of classes, 1 or more, but got 0
          'outputs': [{'name': 'probabilities', 'parameters': {'classification': '1'}}]  | 'classification' to be a number of classes
          'outputs': [{'name': 'probabilities', 'parameters': {'shared_memory_region': 'r'}}] | output 'probabilities': 'shared_memory_region' is not supported
          'outputs': [{'name': 'probabilities'}, {'name': 'probabilities'}] | expected the output 'probabilities' once
          'timeout': 5                          | unknown key 'timeout' in the request
          """)
  void keysThatAreWrong(String key, String error) {
    var body = Leaves.request("[1, 2]", "[2, 1]").replaceFirst("\\{", "{" + key + ", ");
    post(body).statusCode(400).body("error", containsString(error));
  }

  @Test
  void keysAndTypesThatClientsSend() throws IOException {
    var body = Leaves.request("[1, 2]", "[2, 1]");
    for (var keys :
        List.of(
            "'model_name': 'leaves', 'model_version': '1', 'id': 'a'",
            "'id': null, 'parameters': null, 'outputs': null, 'model_name': null")) {
      var json = body.replaceFirst("\\{", "{" + keys + ", ").replace('\'', '"');
      for (var type :
          List.of(
              "Content-Type: application/json; charset=utf-8\r\n",
              "Content-Type: text/plain\r\n",
              "Content-Type: application/x-www-form-urlencoded\r\n",
              "")) {
        var message =
            "POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n%s"
                .formatted(INFER, type, json.length(), json);
        var answer = Wire.exchange(RestAssured.port, message.getBytes(StandardCharsets.UTF_8));
        assertEquals(200, answer.status(), () -> type + new String(answer.body()));
        assertEquals(1, answer.json().path("outputs").size());
      }
    }
  }

  @Test
  void classificationGivesTheMostProbableFirst() {
    var body =
        Leaves.request("[2, 2]", "[2, 1.5, 5, 0.7]")
            .replaceFirst(
                "\\{",
                "{'outputs': [{'name': 'probabilities', 'parameters': {'classification': 9}}],");
    post(body)
        .statusCode(200)
        .body("outputs[0].datatype", equalTo("BYTES"))
        .body("outputs[0].shape", equalTo(List.of(2, 2)))
        .body("outputs[0].data[0]", endsWith(":1:oak"))
        .body("outputs[0].data[1]", endsWith(":0:elm"))
        .body("outputs[0].data[2]", endsWith(":0:elm"));
  }

  @Test
  void anAnswerThatIsNotFiniteIsAnError() {
    post(Leaves.request("[2, 2]", "[2, 1, 3e38, -3e38]"))
        .statusCode(400)
        .body("error", equalTo("output 'probabilities' is not finite (NaN at example 1)"));
  }

  @Test
  void textsAreReadStrictly() {
    for (var bytes : List.of("ffffffff61", "0200000061", "010000006162", "0000", "01000000ff")) {
      var data = HexFormat.of().parseHex(bytes);
      var tensor =
          new InputTensor(
              "text", Datatype.BYTES, List.of(1L), new RawContent(ByteBuffer.wrap(data)));
      assertThrows(
          Refusal.class,
          () -> {
            tensor.examples(List.of(-1L));
            tensor.content().texts(tensor, false);
          },
          bytes);
    }
    var data = HexFormat.of().parseHex("00000000" + "02000000c3a9");
    var tensor =
        new InputTensor("text", Datatype.BYTES, List.of(2L), new RawContent(ByteBuffer.wrap(data)));
    assertEquals(2, tensor.examples(List.of(-1L)));
    assertEquals(List.of("", "é"), tensor.content().texts(tensor, false));
  }

  @Test
  void aModelMayBeUnloadedWhileItAnswers() throws Exception {
    var expected = answer("[2, 1]", 1);
    try (var clients = Executors.newFixedThreadPool(3)) {
      List<Future<List<Float>>> answers = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        answers.add(clients.submit(() -> answer("[2, 1]", 1)));
        if (i % 3 == 0) {
          given().post("/v2/repository/models/leaves/unload").then().statusCode(200);
        }
      }
      for (var each : answers) {
        assertEquals(expected, each.get());
      }
    }
  }

  @Test
  void theServerNamesItsExtensions() {
    get("/v2")
        .then()
        .body(
            "extensions",
            equalTo(
                List.of(
                    "binary_tensor_data",
                    "classification",
                    "model_configuration",
                    "model_repository",
                    "statistics")));
  }
}
