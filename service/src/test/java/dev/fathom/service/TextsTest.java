package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts that are uploaded, learned from and asked about. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(60)
public class TextsTest {

  private static boolean trained;

  /** {@return a table of words of vowels and words of consonants} */
  public static String words(int rows, int seed) {
    var random = new Random(seed);
    return IntStream.range(0, rows)
        .mapToObj(
            row ->
                row % 2 == 0
                    ? "vowels," + word("aeiou", random)
                    : "others," + word("bcdfg", random))
        .collect(Collectors.joining("\n", "kind,word\n", "\n"));
  }

  private static String word(String letters, Random random) {
    return random
        .ints(random.nextInt(2, 9), 0, letters.length())
        .mapToObj(i -> letters.substring(i, i + 1))
        .collect(Collectors.joining());
  }

  /** {@return a spec that learns to tell them apart; of words of at most 10 bytes} */
  public static String spec(String data) {
    return """
    {"name": "words",
     "data": {"format": "csv", %s "train": "words.csv", "test": "test.csv", "text": "word",
              "target": "kind", "length": 10, "tokenizer": {"type": "bytes"}},
     "model": [{"type": "embedding", "vocabulary": 257, "padding": 256, "features": 8,
                "initializer": "normal"},
               {"type": "sequencepool"}, {"type": "dense", "units": 2}],
     "training": {"epochs": 12, "batchSize": 16,
                  "optimizer": {"type": "adam", "learningRate": 0.02}}}
    """
        .formatted(data);
  }

  @BeforeEach
  void model() throws Exception {
    if (!trained) {
      Tiny.put("words", "words.csv", words(200, 1).getBytes(StandardCharsets.UTF_8));
      Tiny.put("words", "test.csv", words(60, 2).getBytes(StandardCharsets.UTF_8));
      var job = Trained.await(Trained.submit(spec("\"dataset\": \"words\",")), "succeeded");
      assertTrue(job.getDouble("test.accuracy") > 0.9, job::prettify);
      assertTrue(job.getDouble("test.'f1.vowels'") > 0.9, job::prettify);
      trained = true;
    }
  }

  private static ValidatableResponse infer(String tensor) {
    return given()
        .contentType(ContentType.JSON)
        .body("{\"inputs\": [%s]}".formatted(tensor.replace('\'', '"')))
        .post("/v2/models/words/infer")
        .then();
  }

  @Test
  void answersTexts() {
    get("/v2/models/words")
        .then()
        .body("inputs[0].name", equalTo("text"))
        .body("inputs[0].datatype", equalTo("BYTES"))
        .body("inputs[0].shape", equalTo(List.of(-1)));
    for (var tensor :
        List.of(
            "{'name': 'text', 'shape': [2], 'datatype': 'BYTES', 'data': ['aeio', 'bcg']}",
            "{'name': 'text', 'shape': [2, 1], 'datatype': 'BYTES', 'data': [['aeio'], ['bcg']]}")) {
      var answer =
          infer(tensor)
              .statusCode(200)
              .body("outputs[0].shape", equalTo(List.of(2, 2)))
              .body("outputs[0].data[1]", greaterThan(0.8f))
              .body("outputs[0].data[2]", greaterThan(0.8f));
      assertEquals(4, answer.extract().<List<Float>>path("outputs[0].data").size());
    }
    var tokens = "97,101,105,111" + ",256".repeat(6);
    infer("{'name': 'tokens', 'shape': [1, 10], 'datatype': 'INT32', 'data': [" + tokens + "]}")
        .statusCode(200)
        .body("outputs[0].data[1]", greaterThan(0.8f));
    get("/api/v1/models/words")
        .then()
        .body("versions[0].labels", equalTo(List.of("others", "vowels")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'name': 'text', 'shape': [1], 'datatype': 'BYTES', 'data': ['abcdefghijk']} | input 'text', value 0: [tokens] token 10: expected a text of 1 to 10 tokens but got 11
          {'name': 'text', 'shape': [2], 'datatype': 'BYTES', 'data': ['a', '']}       | value 1: [tokens] token 0: expected a text of 1 to 10 tokens but got 0
          {'name': 'text', 'shape': [1], 'datatype': 'BYTES', 'data': ['\\ud800']}     | value 0: [utf-8] character 0: expected a Unicode character
          {'name': 'text', 'shape': [1], 'datatype': 'BYTES', 'data': [7]}             | value 0: expected a text (BYTES) but got 7
          {'name': 'text', 'shape': [2], 'datatype': 'BYTES', 'data': ['a']}           | input 'text': expected 'data' of 2 values for shape [2] but got 1
          {'name': 'word', 'shape': [1], 'datatype': 'BYTES', 'data': ['a']}           | expected an input named 'text' but got 'word'
          {'name': 'tokens', 'shape': [1, 10], 'datatype': 'INT32', 'data': [257,0,0,0,0,0,0,0,0,0]} | expected token ids, whole numbers of 0 to 256, but got 257
          """)
  void refusesWhatIsNoText(String tensor, String sentence) {
    infer(tensor).statusCode(400).body("error", containsString(sentence));
  }
}
