package dev.fathom.service.openai;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.image.Picture;
import dev.fathom.image.PngWriter;
import dev.fathom.service.DataFolder;
import dev.fathom.service.Tiny;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(120)
class OpenAiTest extends OpenAiRequests {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void listsModelsThatCanBeUsed() {
    get("/v1/models")
        .then()
        .statusCode(200)
        .body("object", equalTo("list"))
        .body("data.id", hasItem("alphabet"))
        .body("data.id", hasItem("quarters"))
        .body("data.id", not(hasItem("leaves")))
        .body("data[0].object", equalTo("model"))
        .body("data[0].owned_by", equalTo("fathom"));
    get("/v1/models/alphabet:1").then().statusCode(200).body("id", equalTo("alphabet:1"));
    for (var none : List.of("none", "alphabet:7", "GPT-4", "leaves")) {
      get("/v1/models/" + none)
          .then()
          .statusCode(404)
          .body("error.param", equalTo("model"))
          .body("error.code", equalTo("model_not_found"))
          .body("error.type", equalTo("invalid_request_error"));
    }
  }

  @Test
  void completesAndCounts() {
    complete("'temperature': 0, 'max_tokens': 8")
        .statusCode(200)
        .body("object", equalTo("text_completion"))
        .body("id", startsWith("cmpl-"))
        .body("model", equalTo("alphabet"))
        .body("choices", hasSize(1))
        .body("choices[0].text", equalTo("cdéfghi"))
        .body("choices[0].index", equalTo(0))
        .body("choices[0].finish_reason", equalTo("length"))
        .body("choices[0].logprobs", nullValue())
        .body("usage.prompt_tokens", equalTo(2))
        .body("usage.completion_tokens", equalTo(8))
        .body("usage.total_tokens", equalTo(10));
    get("/metrics")
        .then()
        .body(containsString("fathom_generation_tokens_total{model=\"alphabet\",version=\"1\"}"));
  }

  @Test
  void takesPromptsInEveryForm() {
    post(
            "completions",
            """
            {'model': 'alphabet', 'prompt': ['ab', 'gh'], 'n': 2, 'echo': true, 'temperature': 0,
             'max_tokens': 3, 'user': 'x', 'logprobs': null, 'top_k': 5, 'repetition_penalty': 1.0}
            """)
        .statusCode(200)
        .body("choices.text", equalTo(List.of("abcd\ufffd", "abcd\ufffd", "ghij ", "ghij ")))
        .body("choices.index", equalTo(List.of(0, 1, 2, 3)))
        .body("usage.prompt_tokens", equalTo(4))
        .body("usage.completion_tokens", equalTo(12));
    for (var prompt : List.of("[97, 98]", "[[97, 98]]")) {
      post(
              "completions",
              "{'model': 'alphabet', 'temperature': 0, 'max_tokens': 2, 'prompt': " + prompt + "}")
          .body("choices[0].text", equalTo("cd"));
    }
  }

  @Test
  void theSeedDecides() {
    var hot = "'temperature': 2, 'n': 3, 'max_tokens': 12, 'seed': ";
    List<String> texts = complete(hot + 5).statusCode(200).extract().path("choices.text");
    assertEquals(texts, complete(hot + 5).extract().path("choices.text"));
    assertEquals(texts.get(1), complete(hot + 6).extract().path("choices[0].text"));
  }

  private static HttpRequest streaming(String body) {
    return HttpRequest.newBuilder(
            URI.create("http://localhost:" + RestAssured.port + "/v1/completions"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.replace('\'', '"')))
        .build();
  }

  @Test
  void streamsPiecesAndEnds() throws Exception {
    var request =
        streaming(
            """
            {'model': 'alphabet', 'prompt': 'ab', 'temperature': 0, 'stop': 'gh', 'stream': true,
             'stream_options': {'include_usage': true}}
            """);
    try (var client = HttpClient.newHttpClient()) {
      var response = client.send(request, BodyHandlers.ofString());
      assertEquals(200, response.statusCode());
      assertTrue(
          response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream"));
      var events = new ArrayList<>(List.of(response.body().split("\n\n")));
      assertEquals("data: [DONE]", events.removeLast());
      var chunks = new ArrayList<JsonNode>();
      for (var event : events) {
        assertTrue(event.startsWith("data: "), event);
        chunks.add(JSON.readTree(event.substring(6)));
      }
      var last = chunks.removeLast();
      assertEquals(0, last.path("choices").size());
      assertEquals(9, last.path("usage").path("total_tokens").intValue());
      var text = new StringBuilder();
      for (var chunk : chunks) {
        assertEquals(last.path("id"), chunk.path("id"));
        assertTrue(chunk.path("usage").isNull());
        text.append(chunk.path("choices").path(0).path("text").textValue());
      }
      assertEquals("cdéf", text.toString());
      var end = chunks.getLast().path("choices").path(0).path("finish_reason");
      assertEquals("stop", end.textValue());
      assertTrue(chunks.size() > 4, response.body());
    }
  }

  private static double generated(String model) {
    var line = "fathom_generation_tokens_total{model=\"%s\",version=\"1\"} ".formatted(model);
    return get("/metrics")
        .asString()
        .lines()
        .filter(each -> each.startsWith(line))
        .mapToDouble(each -> Double.parseDouble(each.substring(line.length())))
        .findFirst()
        .orElse(0);
  }

  @Test
  void aClientThatDisconnectsEndsTheGeneration() throws Exception {
    var request =
        streaming(
            """
            {'model': 'endless', 'prompt': 'a', 'n': 8, 'max_tokens': 100000, 'stream': true}
            """);
    var client = HttpClient.newHttpClient();
    var lines = client.send(request, BodyHandlers.ofInputStream()).body();
    assertTrue(new String(lines.readNBytes(6), StandardCharsets.UTF_8).startsWith("data: "));
    assertEquals(0, generated("endless"));
    lines.close();
    client.shutdownNow();
    // Tokens are counted when a choice ends.
    var end = Instant.now().plus(Duration.ofSeconds(20));
    while (generated("endless") == 0) {
      assertTrue(Instant.now().isBefore(end), "it goes on");
      Thread.sleep(20);
    }
    assertTrue(generated("endless") < LONG - 1, "it went on to its end");
  }

  @Test
  void embeds() {
    var body = "{'model': 'alphabet', 'input': %s, 'encoding_format': '%s'}";
    List<List<Float>> vectors =
        post("embeddings", body.formatted("['abc', 'bc']", "float"))
            .statusCode(200)
            .body("object", equalTo("list"))
            .body("data", hasSize(2))
            .body("data[1].index", equalTo(1))
            .body("data[0].object", equalTo("embedding"))
            .body("usage.prompt_tokens", equalTo(5))
            .body("usage.total_tokens", equalTo(5))
            .extract()
            .path("data.embedding");
    assertEquals(24, vectors.getFirst().size());
    String base64 =
        post("embeddings", body.formatted("[97, 98, 99]", "base64"))
            .extract()
            .path("data[0].embedding");
    var floats =
        ByteBuffer.wrap(Base64.getDecoder().decode(base64))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    for (float number : vectors.getFirst()) {
      assertEquals(number, floats.get(), 1e-6);
    }
    post("embeddings", "{'model': 'alphabet', 'input': ''}")
        .statusCode(400)
        .body("error.param", equalTo("input"))
        .body("error.message", containsString("expected a text of 1 token or more"));
  }

  private static byte[] quarter(int label) {
    var pixels = Tiny.image(label, 6, new Random(label));
    return PngWriter.of(new Picture(6, 6, 1, pixels));
  }

  @Test
  void embedsPictures() {
    var first = Base64.getEncoder().encodeToString(quarter(0));
    var second = Base64.getEncoder().encodeToString(quarter(3));
    var body = "{'model': 'quarters', 'input': %s%s}";
    List<List<Float>> vectors =
        post(
                "embeddings",
                body.formatted("['data:image/png;base64,%s', '%s']".formatted(first, second), ""))
            .statusCode(200)
            .body("data", hasSize(2))
            .body("data[1].index", equalTo(1))
            .body("usage.total_tokens", equalTo(0))
            .extract()
            .path("data.embedding");
    assertEquals(8, vectors.getFirst().size(), "what dense1 gives");
    assertNotEquals(vectors.get(0), vectors.get(1));
    List<Float> one =
        post("embeddings", body.formatted('\'' + second + '\'', ", 'layer': 'dense1'"))
            .statusCode(200)
            .extract()
            .path("data[0].embedding");
    for (int i = 0; i < 8; i++) {
      assertEquals(vectors.get(1).get(i), one.get(i), 1e-5);
    }
    post(
            "embeddings",
            body.formatted('\'' + first + '\'', ", 'layer': 'flatten1', 'dimensions': 7"))
        .statusCode(200)
        .body("data[0].embedding", hasSize(7));
    List<Float> pixels =
        post("embeddings", body.formatted('\'' + first + '\'', ", 'layer': 'flatten1'"))
            .statusCode(200)
            .extract()
            .path("data[0].embedding");
    assertEquals(36, pixels.size());
    assertEquals(0.004 * (Tiny.image(0, 6, new Random(0))[0] & 0xff), pixels.getFirst(), 1e-5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'input': 'no base64!'                    | input      | input: expected a picture in Base64, or data:image/png;base64, and that, but got "no base64!"
          'input': ['PNG', 'data:text/plain,a']    | input      | input 1: expected a picture in Base64
          'input': ['data:image/png;base64,%s', 'data:image/png,%s'] | input | input 1: expected a picture in Base64
          'input': [1, 2]                          | input      | input: expected a picture in Base64, or data:image/png;base64, and that, but got tokens
          'input': ['%s', 'aGVsbG8=']              | input      | [picture] input 1: expected PNG, JPEG or BMP
          'input': ''                              | input      | the file is empty
          'input': '%s', 'layer': 'dens1'          | layer      | but got 'dens1'; did you mean 'dense1'?
          'input': '%s', 'layer': 7                | layer      | expected a string as 'layer' but got 7
          'input': '%s', 'dimensions': 9           | dimensions | expected 'dimensions' of 1 to 8
          """)
  void whatIsWrongWithPicturesIsNamed(String arguments, String param, String message) {
    var picture = Base64.getEncoder().encodeToString(quarter(1));
    post("embeddings", "{'model': 'quarters', " + arguments.replace("%s", picture) + "}")
        .statusCode(400)
        .body("error.message", containsString(message))
        .body("error.param", equalTo(param));
    var cut = Base64.getEncoder().encodeToString(Arrays.copyOf(quarter(1), 60));
    post("embeddings", "{'model': 'quarters', 'input': ['%s', '%s']}".formatted(picture, cut))
        .statusCode(400)
        .body("error.message", containsString("[png] input 1: the file ends"))
        .body("error.param", equalTo("input"));
  }

  @Test
  void aModelOfATableHasNoVectors() {
    post("embeddings", "{'model': 'leaves', 'input': 'a'}")
        .statusCode(400)
        .body("error.param", equalTo("model"))
        .body(
            "error.message",
            equalTo(
                "the model 'leaves' takes neither texts nor pictures but features of shape [2]"));
  }

  @Test
  void vectorsAreCut() {
    var body = "{'model': 'alphabet', 'input': 'abc', 'dimensions': %s}";
    List<Float> all =
        post("embeddings", "{'model': 'alphabet', 'input': 'abc', 'user': 'u'}")
            .extract()
            .path("data[0].embedding");
    for (var same : List.of("24", "null")) {
      post("embeddings", body.formatted(same)).body("data[0].embedding", equalTo(all));
    }
    for (int size : new int[] {1, 7, 23}) {
      List<Float> first =
          post("embeddings", body.formatted(size)).extract().path("data[0].embedding");
      assertEquals(size, first.size());
      double length = Math.sqrt(all.stream().limit(size).mapToDouble(x -> x * x).sum());
      for (int i = 0; i < size; i++) {
        assertEquals(all.get(i) / length, first.get(i), 1e-6);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'input': 'a', 'encoding_format': 'int8' | encoding_format | expected one of [base64, float] as 'encoding_format' but got "int8"
          'input': 'a', 'encoding_format': 5      | encoding_format | expected one of [base64, float] as 'encoding_format' but got 5
          'input': 'a', 'encoding_format': ['float'] | encoding_format | expected one of [base64, float] as 'encoding_format' but got ["float"]
          'input': 'a', 'dimensions': 25          | dimensions      | expected 'dimensions' of 1 to 24, the length of the vectors of 'alphabet', but got 25
          'input': 'a', 'dimensions': 0           | dimensions      | expected a whole number of 1 to 2147483647 as 'dimensions' but got 0
          'input': 'a', 'dimensions': '8'         | dimensions      | as 'dimensions' but got "8"
          'input': 'a', 'dimensions': 1e20        | dimensions      | as 'dimensions' but got 1.0E20
          'input': 5                              | input           | expected a string, a list of tokens
          'input': [[]]                           | input           | expected a text of 1 token or more but it is empty
          'input': [[['a']]]                      | input           | expected a whole number at position 0 of tokens as 'input' but got ["a"]
          'input': [1.5]                          | input           | expected a whole number at position 0 of tokens as 'input' but got 1.5
          'input': [true]                         | input           | expected a string or a list of tokens as 'input' but got true
          'input': 'a', 'user': 7                 | user            | expected a string as 'user' but got 7
          'encoding_format': 'float'              | input           | expected 'input'
          """)
  void whatIsWrongWithEmbeddingsIsNamed(String arguments, String param, String message) {
    post("embeddings", "{'model': 'alphabet', " + arguments + "}")
        .statusCode(400)
        .body("error.message", containsString(message))
        .body("error.type", equalTo("invalid_request_error"))
        .body("error.param", equalTo(param));
  }

  @Test
  void responsesAreNotThere() {
    post("responses", "{'model': 'alphabet', 'input': 'a'}")
        .statusCode(404)
        .body("error.type", equalTo("invalid_request_error"))
        .body(
            "error.message",
            equalTo("there is no /v1/responses here: send 'messages' to /v1/chat/completions"));
  }

  @Test
  void penaltiesAndBiasDecide() {
    // The likeliest is c, 99; x is 120.
    complete("'temperature': 0, 'max_tokens': 3, 'logit_bias': {'120': 100}")
        .statusCode(200)
        .body("choices[0].text", equalTo("xxx"));
    // x is ahead of y by about 6, which only many a time of it makes up for.
    var ahead = "'temperature': 0, 'max_tokens': 12, 'logit_bias': {'120': 100, '121': 94}, ";
    complete(ahead + "'presence_penalty': 2").body("choices[0].text", equalTo("x".repeat(12)));
    complete(ahead + "'frequency_penalty': 2")
        .body("choices[0].text", startsWith("xx"))
        .body("choices[0].text", containsString("y"));
    complete(ahead + "'frequency_penalty': -2").body("choices[0].text", equalTo("x".repeat(12)));
  }

  @Test
  void acceptsWhatHasNoEffect() {
    complete(
            """
            'temperature': 0, 'max_completion_tokens': 2, 'max_tokens': 2, 'user': 'u', 'best_of': 1,
             'metadata': {'a': 'b'}, 'suffix': null, 'logit_bias': {}, 'presence_penalty': 0.0,
             'frequency_penalty': null, 'logprobs': null
            """)
        .statusCode(200)
        .body("choices[0].text", equalTo("cd"));
    complete("'temperature': 0, 'max_completion_tokens': 3")
        .body("usage.completion_tokens", equalTo(3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'prompt': ''                         | prompt      | expected a text of 1 token or more but it is empty
          'prompt': 'abcdefghijabcdefg'        | prompt      | expected a text of at most 16 tokens, the context of 'alphabet', but it has 17
          'prompt': [97, 256]                  | prompt      | expected tokens of 0 to 255 but got 256 at position 1
          'prompt': ['a', [97, 'b']]           | prompt      | expected a whole number at position 1 of tokens as 'prompt' but got "b"
          'prompt': []                         | prompt      | expected a string, a list of tokens, or a list of 1 to 64 of these as 'prompt' but got []
          'prompt': {}                         | prompt      | expected a string, a list of tokens
          'max_tokens': 4                      | prompt      | expected 'prompt'
          'prompt': 'a', 'max_tokens': -1      | max_tokens  | expected a whole number of 0 to 2147483647 as 'max_tokens' but got -1
          'prompt': 'a', 'max_tokens': '5'     | max_tokens  | expected a whole number of 0 to 2147483647 as 'max_tokens' but got "5"
          'prompt': 'a', 'max_tokens': 1e99    | max_tokens  | expected a whole number of 0 to 2147483647 as 'max_tokens' but got 1.0E99
          'prompt': 'a', 'max_tokens': 5, 'max_completion_tokens': 6 | max_completion_tokens | which mean the same, to be equal but got 5 and 6
          'prompt': 'a', 'temperature': 3      | temperature | expected a number of 0.0 to 2.0 as 'temperature' but got 3
          'prompt': 'a', 'top_p': '1'          | top_p       | expected a number of 1.0E-6 to 1.0 as 'top_p' but got "1"
          'prompt': 'a', 'n': 1.5              | n           | expected a whole number of 1 to 16 as 'n' but got 1.5
          'prompt': 'a', 'stream': 1           | stream      | expected true or false as 'stream' but got 1
          'prompt': 'a', 'stop': ['']          | stop        | expected a string, or up to 16, none of them empty, as 'stop' but got [""]
          'prompt': 'a', 'temperature': 1e999  | temperature | expected a number of 0.0 to 2.0 as 'temperature' but got
          'prompt': 'a', 'temperature': NaN    | temperature | malformed JSON at line 1, column
          'prompt': 'a', 'top_p': -Infinity    | top_p       | malformed JSON at line 1, column
          'prompt': 'a', 'seed': 1.5           | seed        | expected a whole number as 'seed' but got 1.5
          'prompt': 'a', 'seed': 99999999999999999999 | seed | expected a whole number as 'seed' but got 99999999999999999999
          'prompt': 'a', 'logprobs': 6         | logprobs    | expected a whole number of 0 to 5 as 'logprobs' but got 6
          'prompt': 'a', 'logprobs': true      | logprobs    | expected a whole number of 0 to 5 as 'logprobs' but got true
          'prompt': 'a', 'presence_penalty': 3 | presence_penalty | expected a number of -2.0 to 2.0 as 'presence_penalty' but got 3
          'prompt': 'a', 'frequency_penalty': '1' | frequency_penalty | expected a number of -2.0 to 2.0 as 'frequency_penalty' but got "1"
          'prompt': 'a', 'logit_bias': [5]     | logit_bias  | expected an object as 'logit_bias' but got [5]
          'prompt': 'a', 'logit_bias': {'a': 1} | logit_bias | expected the number of a token as each key of 'logit_bias' but got "a"
          'prompt': 'a', 'logit_bias': {'-1': 1} | logit_bias | expected the number of a token as each key of 'logit_bias' but got "-1"
          'prompt': 'a', 'logit_bias': {'05': 1} | logit_bias | expected the number of a token as each key of 'logit_bias' but got "05"
          'prompt': 'a', 'logit_bias': {'5': 101} | logit_bias | expected a number of -100.0 to 100.0 for token 5 as 'logit_bias' but got 101
          'prompt': 'a', 'logit_bias': {'5': null} | logit_bias | expected a number of -100.0 to 100.0 for token 5 as 'logit_bias' but got null
          'prompt': 'a', 'logit_bias': {'256': 1} | logit_bias | expected tokens of 0 to 255 as keys of 'logit_bias' but got 256
          'prompt': 'a', 'suffix': 'z'         | suffix      | 'suffix' is not supported: a text goes on from 'prompt'
          'prompt': 'a', 'suffix': 7           | suffix      | expected a string as 'suffix' but got 7
          'prompt': 'a', 'n': 3, 'best_of': 2  | best_of     | expected 'best_of' of 'n', 3, or more but got 2
          'prompt': 'a', 'best_of': 2, 'stream': true | best_of | expected no 'best_of' beside 'stream'
          'prompt': 'a', 'user': 7             | user        | expected a string as 'user' but got 7
          'prompt': 'a', 'metadata': 'x'       | metadata    | expected an object as 'metadata' but got "x"
          'prompt': 'a', 'metadata': {'a': 7}  | metadata    | expected a string for "a" as 'metadata' but got 7
          'prompt': 'a', 'max_token': 3        | max_token   | unknown argument 'max_token', did you mean 'max_tokens'?
          'prompt': 'a', 'stream_options': {}  | stream_options | expected 'stream' beside 'stream_options'
          """)
  void whatIsWrongIsNamed(String arguments, String param, String message) {
    for (var stream : List.of("", ", 'stream': true")) {
      if (stream.isEmpty() || !arguments.contains("stream")) {
        post("completions", "{'model': 'alphabet', " + arguments + stream + "}")
            .statusCode(400)
            .contentType("application/json")
            .body("error.message", containsString(message))
            .body("error.type", equalTo("invalid_request_error"))
            .body("error.param", equalTo(param))
            .body("error.code", nullValue());
      }
    }
  }

  @Test
  void requestsThatAreNone() {
    post("completions", "{'model': 'quarters', 'prompt': 'a'}")
        .statusCode(400)
        .body("error.param", equalTo("model"))
        .body("error.message", containsString("'quarters' has no tokenizer"));
    post("completions", "{'model': 'none', 'prompt': 'a'}")
        .statusCode(404)
        .body("error.code", equalTo("model_not_found"));
    post("completions", "{'prompt': 'a'}").statusCode(400).body("error.param", equalTo("model"));
    post("completions", "[]").statusCode(400).body("error.param", nullValue());
    post("completions", "{'model': 'alphabet', 'prompt': '\\ud800'}")
        .statusCode(400)
        .body("error.param", equalTo("prompt"));
    var latin1 =
        "{\"model\": \"alphabet\", \"prompt\": \"d\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    given()
        .contentType("application/json")
        .body(latin1)
        .post("/v1/completions")
        .then()
        .statusCode(400)
        .body("error.message", containsString("malformed JSON at line 1"));
    get("/v1/nothing").then().statusCode(404).body("error.type", equalTo("invalid_request_error"));
  }
}
