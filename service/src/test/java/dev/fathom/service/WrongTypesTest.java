package dev.fathom.service;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever stands at whichever key of a request, it is the client who is told. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(300)
class WrongTypesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1.5",
          "1e308",
          "9223372036854775808",
          "1e999",
          "9".repeat(900),
          "\"\"",
          "\"x\"",
          "\"\\u0000\\ud800\"",
          "[]",
          "[null]",
          "[[]]",
          "[1, \"x\", {}]",
          "{}",
          "{\"x\": 1}",
          "[".repeat(900) + "]".repeat(900));

  private static final List<byte[]> BODIES =
      List.of(
          new byte[0],
          new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'},
          new byte[] {'"', (byte) 0xc3, '"'},
          new byte[] {(byte) 0xfe, (byte) 0xff, 0},
          new byte[3],
          bytes("null"),
          bytes("[]"),
          bytes("\"x\""),
          bytes("1e999"),
          bytes("{\"a\":".repeat(10_000)),
          bytes("[".repeat(10_000) + "]".repeat(10_000)));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** {@return a request that is right, for every operation that takes JSON} */
  private static Map<String, String> requests() {
    var infer =
        """
        {"id": "1", "model_name": "typed", "model_version": "1", "parameters": {"binary_data_output": false},
         "inputs": [{"name": "image", "shape": [1, 6, 6], "datatype": "UINT8", "parameters": {}, "data": %s}],
         "outputs": [{"name": "probabilities", "parameters": {"classification": 1, "binary_data": false}}]}
        """
            .formatted(Collections.nCopies(36, 1));
    var requests = new TreeMap<String, String>();
    requests.put("/v2/models/typed/infer", infer);
    requests.put("/v2/models/typed/versions/1/infer", infer);
    requests.put("/v2/repository/index", "{\"ready\": true}");
    requests.put("/v2/repository/models/typed/load", "{\"parameters\": {}}");
    requests.put(
        "/v2/repository/models/typed/unload", "{\"parameters\": {\"unload_dependents\": true}}");
    requests.put(
        "/v1/completions",
        """
        {"model": "typed-text", "prompt": "ab", "max_tokens": 1, "n": 1, "best_of": 1, "echo": true,
         "logprobs": 1, "stream": false, "temperature": 1, "top_p": 1, "top_k": 1, "seed": 1,
         "presence_penalty": 0, "frequency_penalty": 0, "repetition_penalty": 1, "user": "u",
         "logit_bias": {"1": 1}, "metadata": {"a": "b"}, "stop": ["x"], "suffix": "",
         "max_completion_tokens": 1}
        """);
    requests.put(
        "/v1/chat/completions",
        """
        {"model": "typed-text", "max_tokens": 1, "n": 1, "stream": false, "temperature": 1, "top_p": 1, "min_p": 0,
         "messages": [{"role": "system", "content": "a"}, {"role": "user", "content": [{"type": "text", "text": "b"}]},
           {"role": "assistant", "content": null, "tool_calls": [{"id": "c", "type": "function",
             "function": {"name": "f", "arguments": "{}"}}]}, {"role": "tool", "tool_call_id": "c", "content": "d"}],
         "tools": [{"type": "function", "function": {"name": "f", "description": "g", "parameters": {"type": "object"}}}],
         "tool_choice": "auto", "response_format": {"type": "text"}, "logprobs": true, "top_logprobs": 1, "seed": 1,
         "chat_template": "{% for m in messages %}ab{% endfor %}", "chat_template_kwargs": {"a": true}, "stop": ["x"],
         "logit_bias": {"1": 1}, "user": "u", "metadata": {"a": "b"}}
        """);
    requests.put(
        "/v1/embeddings",
        """
        {"model": "typed-text", "input": ["ab"], "encoding_format": "float", "dimensions": 2, "layer": "embedding1",
         "user": "u"}
        """);
    requests.put(
        "/v1/images/generations",
        """
        {"model": "typed", "prompt": "one", "n": 1, "size": "6x6", "response_format": "b64_json", "user": "u"}
        """);
    requests.put(
        "/api/v1/models/typed/generate",
        "{\"class\": \"one\", \"count\": 1, \"steps\": 1, \"guidance\": 1, \"seed\": 1, \"walk\": false}");
    requests.put(
        "/api/v1/models/typed-pairs/translate",
        "{\"texts\": [\"a\", \"b\"], \"beams\": 2, \"lengthPenalty\": 1, \"count\": 1}");
    requests.put(
        "/api/v1/models",
        "{\"folder\": \"llama\", \"name\": \"typed-import\", \"context\": 8, \"weights\": \"int8\"}");
    requests.put(
        "/api/v1/trainings",
        Tiny.spec("typed", "typed", "\"steps\": 1, \"validation\": {\"fraction\": 0.1}"));
    requests.put(
        "/api/v1/fits",
        """
        {"name": "typed-fit", "dataset": "typed-leaves", "train": "train.csv", "test": "train.csv", "target": "t",
         "task": "classification", "missingWords": ["none"], "maxSeconds": 1}
        """);
    return requests;
  }

  private static Response post(String path, byte[] body) {
    return given()
        .config(
            RestAssured.config()
                .encoderConfig(
                    RestAssured.config()
                        .getEncoderConfig()
                        .appendDefaultContentCharsetToContentTypeIfUndefined(false)))
        .contentType("application/json")
        .body(body)
        .post(path);
  }

  private static void check(String path, byte[] body, String what) {
    var answer = post(path, body);
    assertTrue(answer.statusCode() < 500, () -> path + " " + what + ": " + answer.asString());
    if (answer.statusCode() == 202) {
      var location = answer.header("Location");
      given().post(location + "/cancel");
    }
  }

  @Test
  void isNeverTheFaultOfTheService() throws Exception {
    Tiny.upload("typed");
    Trained.await(Trained.submit(Tiny.spec("typed", "typed", "\"steps\": 1")), "succeeded");
    Tiny.put("typed-text", "book.txt", bytes(TinyText.book()));
    var text = TinyText.spec("typed-text", "\"dataset\": \"typed-text\",", "book.txt");
    Trained.await(Trained.submit(text.replace("\"steps\": 150", "\"steps\": 1")), "succeeded");
    TinyPairs.train("typed-pairs", 1);
    Tiny.put("typed-leaves", "train.csv", bytes("a,t\n" + "1,x\n2,y\n3,x\n4,y\n".repeat(10)));
    byte[] utf32;
    try (var in = getClass().getResourceAsStream("/utf32.bin")) {
      utf32 = in.readAllBytes();
    }
    for (var request : requests().entrySet()) {
      var path = request.getKey();
      check(path, utf32, "half a character of UTF-32");
      for (int i = 0; i < BODIES.size(); i++) {
        check(path, BODIES.get(i), "body " + i);
      }
      var right = JSON.readTree(request.getValue());
      for (var place : places(right, "")) {
        for (var value : VALUES) {
          check(path, bytes(replaced(right, place, value)), place + " = " + shortened(value));
        }
      }
    }
  }

  @Test
  void aShapeOfMoreValuesThanThereAreIsRefusedAtOnce() throws Exception {
    Tiny.upload("typed");
    Trained.await(Trained.submit(Tiny.spec("bombed", "typed", "\"steps\": 1")), "succeeded");
    for (var shape : List.of("[59652323, 6, 6]", "[9223372036854775807, 6, 6]", "[1000, 6, 6]")) {
      var body =
          "{\"inputs\":[{\"name\":\"image\",\"shape\":%s,\"datatype\":\"UINT8\",\"data\":[1]}]}";
      var answer = post("/v2/models/bombed/infer", bytes(body.formatted(shape)));
      assertEquals(400, answer.statusCode(), answer.asString());
    }
  }

  @Test
  void everyOperationThatTakesJsonIsTried() {
    var paths = given().get("/openapi?format=json").jsonPath().getMap("paths");
    var taking = new TreeSet<String>();
    paths.forEach(
        (path, item) -> {
          var post = JSON.<JsonNode>valueToTree(item).path("post");
          if (post.path("requestBody").path("content").has("application/json")) {
            taking.add(path.toString());
          }
        });
    taking.removeIf(
        path ->
            requests().keySet().stream()
                .anyMatch(tried -> tried.matches(path.replaceAll("\\{[^/]+}", "[^/]+"))));
    assertEquals(List.of(), List.copyOf(taking));
  }

  private static String shortened(String value) {
    return value.substring(0, Math.min(20, value.length()));
  }

  /** {@return the pointers of all values but those of data} */
  private static List<String> places(JsonNode node, String at) {
    List<String> places = new ArrayList<>();
    if (!at.isEmpty()) {
      places.add(at);
    }
    if (at.endsWith("/data") && node.isArray()) {
      places.add(at + "/0");
      return places;
    }
    node.properties()
        .forEach(each -> places.addAll(places(each.getValue(), at + "/" + each.getKey())));
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      places.addAll(places(node.get(i), at + "/" + i));
    }
    return places;
  }

  /** {@return a request with another value, as JSON of which Jackson changes nothing} */
  private static String replaced(JsonNode request, String place, String value) {
    var copy = request.deepCopy();
    int slash = place.lastIndexOf('/');
    var owner = copy.at(place.substring(0, slash));
    var key = place.substring(slash + 1);
    if (owner instanceof ObjectNode object) {
      object.put(key, "@");
    } else if (owner instanceof ArrayNode array) {
      array.set(Integer.parseInt(key), "@");
    }
    return copy.toString().replace("\"@\"", value);
  }
}
