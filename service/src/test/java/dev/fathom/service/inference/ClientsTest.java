package dev.fathom.service.inference;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.Repository;
import dev.fathom.service.DataFolder;
import dev.fathom.service.Tiny;
import dev.fathom.service.Trained;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that real clients sent get the right answers; see the README beside them. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(60)
class ClientsTest {

  private static final Path TESTS = Repository.ROOT.resolve("service/src/test/resources");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Set by {@link DataFolder}. */
  DataFolder data;

  @BeforeEach
  void models() throws Exception {
    if (get("/api/v1/models/mails").statusCode() == 404) {
      var lenet = TESTS.resolve("format-1/data/models/lenet");
      try (var files = Files.walk(lenet)) {
        for (var file : files.toList()) {
          var to = data.path().resolve("models/lenet").resolve(lenet.relativize(file).toString());
          if (Files.isDirectory(file)) {
            Files.createDirectories(to);
          } else {
            Files.copy(file, to);
          }
        }
      }
      var mails = "class,text\n" + "spam,win a free prize\nham,see you at lunch\n".repeat(10);
      Tiny.put("letterbox", "mails.csv", mails.getBytes(StandardCharsets.UTF_8));
      Trained.await(
          Trained.submit(
              """
              {"name": "mails",
               "data": {"dataset": "letterbox", "format": "csv", "train": "mails.csv", "text": "text",
                        "target": "class", "length": 40, "tokenizer": {"type": "bytes"}},
               "model": [{"type": "bagofwords", "vocabulary": 257, "padding": 256},
                         {"type": "dense", "units": 2}],
               "training": {"steps": 20, "batchSize": 10}}
              """),
          "succeeded");
    }
  }

  static Stream<String> infers() throws IOException {
    return files().filter(name -> !name.matches(".*-01[3-8]|.*-027|.*-034"));
  }

  private static Stream<String> files() throws IOException {
    try (var files = Files.list(TESTS.resolve("clients"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".http"))
          .map(name -> name.replace(".http", ""))
          .sorted(Comparator.naturalOrder())
          .toList()
          .stream();
    }
  }

  private static byte[] request(String name) throws IOException {
    return Files.readAllBytes(TESTS.resolve("clients/" + name + ".http"));
  }

  private static Wire send(String name) throws IOException {
    int port = RestAssured.port;
    return Wire.exchange(port, request(name));
  }

  @ParameterizedTest
  @MethodSource("infers")
  void inferenceAnswersAsThePlainRequestInJson(String name) throws IOException {
    var request = Wire.read(request(name));
    var answer = send(name);
    assertEquals(200, answer.status(), () -> new String(answer.body()));
    var json = answer.json();
    var plain = plain(request);

    assertEquals(plain.path("model_name"), json.path("model_name"));
    assertEquals("1", json.path("model_version").textValue());
    var sent = request.json();
    assertEquals(sent.path("id"), json.path("id"));
    var expected = plain.path("outputs").path(0);
    var output = json.path("outputs").path(0);
    assertEquals(1, json.path("outputs").size());
    assertEquals("probabilities", output.path("name").textValue());
    var wanted = sent.path("outputs").path(0).path("parameters");
    if (wanted.has("classification")) {
      assertClassification(expected, output, wanted.path("classification").asInt());
    } else {
      assertEquals("FP32", output.path("datatype").textValue());
      assertEquals(expected.path("shape"), output.path("shape"));
      assertEquals(numbers(expected), numbers(output));
      assertEquals(
          expected.path("parameters").path("labels"), output.path("parameters").path("labels"));
    }
    assertForm(sent, answer, output);
    // Those that name every coding that their library knows get it plain.
    var encodings = request.header("Accept-Encoding").orElse("identity");
    var alone = encodings.equals("gzip") || encodings.equals("deflate");
    assertEquals(
        alone ? encodings : "identity", answer.header("Content-Encoding").orElse("identity"));
  }

  private static JsonNode plain(Wire request) throws IOException {
    return JSON.readTree(
        given()
            .contentType(ContentType.JSON)
            .body(request.plainRequest())
            .post(request.path())
            .then()
            .statusCode(200)
            .extract()
            .asString());
  }

  private static void assertForm(JsonNode sent, Wire answer, JsonNode output) {
    boolean all = sent.path("parameters").path("binary_data_output").asBoolean();
    boolean binary =
        sent.path("outputs").path(0).path("parameters").path("binary_data").asBoolean(all);
    assertEquals(binary, answer.header("Inference-Header-Content-Length").isPresent());
    assertEquals(binary, output.path("parameters").has("binary_data_size"));
    assertEquals(
        binary ? "application/octet-stream" : "application/json",
        answer.header("Content-Type").orElseThrow().split(";")[0]);
  }

  private static void assertClassification(JsonNode expected, JsonNode output, int count) {
    assertEquals("BYTES", output.path("datatype").textValue());
    int examples = expected.path("shape").get(0).asInt();
    assertEquals("[%d,%d]".formatted(examples, count), output.path("shape").toString());
    assertEquals(examples * count, output.path("data").size());
    var probabilities = numbers(expected);
    for (int example = 0; example < examples; example++) {
      var row = probabilities.subList(10 * example, 10 * example + 10);
      var best = row.stream().sorted(Comparator.reverseOrder()).limit(count).toList();
      for (int i = 0; i < count; i++) {
        var parts = output.path("data").get(example * count + i).textValue().split(":", 3);
        assertEquals(best.get(i), Float.parseFloat(parts[0]));
        assertEquals(best.get(i), row.get(Integer.parseInt(parts[1])));
        assertEquals(parts[1], parts[2]); // The label of a digit.
      }
    }
  }

  private static List<Float> numbers(JsonNode tensor) {
    List<Float> numbers = new ArrayList<>();
    tensor.path("data").forEach(number -> numbers.add(number.floatValue()));
    assertFalse(numbers.isEmpty());
    return numbers;
  }

  @Test
  void textsGetTheSameAnswerInBothForms() throws IOException {
    assertEquals(
        send("triton-python-aio-038").json().path("outputs"),
        send("triton-python-aio-039").json().path("outputs"));
  }

  @Test
  void wrongNamesAreToldWithTheRightOnes() throws IOException {
    assertRefused(
        "triton-python-aio-027", "expected an output named 'probabilities' but got 'nope'");
    assertRefused("triton-python-aio-034", "expected an input named 'image' but got 'img'");
  }

  private static void assertRefused(String name, String error) throws IOException {
    var answer = send(name);
    assertEquals(400, answer.status());
    assertEquals(
        "{\"error\":\"" + error + "\"}", new String(answer.body(), StandardCharsets.UTF_8));
  }

  @Test
  void modelsTellOfThemselvesAsTritonDoes() throws IOException {
    var config = send("triton-python-aio-013").json();
    assertEquals("lenet", config.path("name").textValue());
    assertTrue(config.path("max_batch_size").asInt() > 1);
    assertEquals(
        "[{\"name\":\"image\",\"data_type\":\"TYPE_FP32\",\"dims\":[28,28]}]",
        config.path("input").toString());
    assertEquals(
        "[{\"name\":\"probabilities\",\"data_type\":\"TYPE_FP32\",\"dims\":[10]}]",
        config.path("output").toString());

    var before = lenet(send("triton-python-aio-014"));
    send("triton-python-aio-022");
    send("triton-python-aio-034");
    for (var name : List.of("triton-python-aio-014", "triton-python-aio-015")) {
      var after = lenet(send(name));
      assertEquals(
          2, after.path("inference_count").asInt() - before.path("inference_count").asInt());
      assertEquals(
          1, after.path("execution_count").asInt() - before.path("execution_count").asInt());
      assertTrue(after.path("last_inference").asLong() > 1_600_000_000_000L);
      var stats = after.path("inference_stats");
      var old = before.path("inference_stats");
      for (var part :
          List.of("success", "fail", "queue", "compute_input", "compute_infer", "compute_output")) {
        assertEquals(
            1, stats.path(part).path("count").asInt() - old.path(part).path("count").asInt());
        assertTrue(stats.path(part).path("ns").asLong() > old.path(part).path("ns").asLong());
      }
    }
  }

  private static JsonNode lenet(Wire answer) throws IOException {
    assertEquals(200, answer.status());
    return StreamSupport.stream(answer.json().path("model_stats").spliterator(), false)
        .filter(stats -> stats.path("name").asText().equals("lenet"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void modelsAreLoadedAndUnloadedAndOpenAgain() throws IOException {
    assertEquals(200, send("triton-python-aio-017").status());
    assertEquals("READY", state().path("state").textValue());
    assertEquals(200, send("triton-python-aio-018").status());
    assertEquals("UNAVAILABLE", state().path("state").textValue());
    assertTrue(state().path("reason").textValue().contains("next request opens it"));
    assertEquals(200, send("triton-python-aio-022").status());
    assertEquals("READY", state().path("state").textValue());
    given()
        .body("{\"parameters\": {\"config\": \"{}\"}}")
        .post("/v2/repository/models/lenet/load")
        .then()
        .statusCode(400);
    given().post("/v2/repository/models/none/unload").then().statusCode(404);
  }

  private static JsonNode state() throws IOException {
    var index = send("triton-python-aio-016");
    assertEquals(200, index.status());
    return StreamSupport.stream(index.json().spliterator(), false)
        .filter(model -> model.path("name").asText().equals("lenet"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void allAreThere() throws IOException {
    assertEquals(31, files().count());
  }
}
