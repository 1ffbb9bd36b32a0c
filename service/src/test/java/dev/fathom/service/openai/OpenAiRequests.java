package dev.fathom.service.openai;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;

import dev.fathom.service.Tiny;
import dev.fathom.service.TinyText;
import dev.fathom.service.Trained;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;

/** The models that tests of OpenAI's API ask, and how. */
abstract class OpenAiRequests {
  /** So many tokens that generating them takes seconds. */
  static final int LONG = 3000;

  @BeforeEach
  void models() throws Exception {
    if (get("/api/v1/models/endless").statusCode() == 200) {
      return;
    }
    Tiny.put("alphabet", "book.txt", TinyText.book().getBytes(StandardCharsets.UTF_8));
    train(TinyText.spec("alphabet", "\"dataset\": \"alphabet\",", "book.txt"));
    Tiny.upload("quarters");
    train(Tiny.spec("quarters", "quarters", "\"steps\": 1"));
    var leaves = "a,b,t\n" + "1,2,x\n2,1,y\n".repeat(20);
    Tiny.put("leaves", "train.csv", leaves.getBytes(StandardCharsets.UTF_8));
    train(
        """
        {"name": "leaves",
         "data": {"dataset": "leaves", "format": "csv", "train": "train.csv", "target": "t"},
         "model": [{"type": "dense", "units": 3}, {"type": "dense", "units": 2}],
         "training": {"steps": 1, "batchSize": 4}}
        """);
    train(
        """
        {"name": "talker",
         "data": {"dataset": "alphabet", "format": "text", "train": "book.txt", "length": 256,
                  "stride": 8, "tokenizer": {"type": "bytes"},
                  "chat": {"template": "{% for m in messages %}{{ m.content }}{% endfor %}",
                           "end": ["ij"]}},
         "model": [{"type": "embedding", "vocabulary": 256, "features": 16},
                   {"type": "decoder", "heads": 2, "hidden": 32, "rotaryBase": 10000},
                   {"type": "dense", "units": 256}],
         "training": {"steps": 100, "batchSize": 4,
                      "optimizer": {"type": "adamw", "learningRate": 0.02}}}
        """);
    Tiny.put("endless", "book.txt", "abcd".repeat(LONG).getBytes(StandardCharsets.UTF_8));
    train(
        """
        {"name": "endless",
         "data": {"dataset": "endless", "format": "text", "train": "book.txt", "length": %d,
                  "tokenizer": {"type": "characters"}},
         "model": [{"type": "embedding", "vocabulary": 5, "features": 32},
                   {"type": "decoder", "heads": 2, "hidden": 64, "rotaryBase": 10000},
                   {"type": "dense", "units": 5}],
         "training": {"steps": 1, "batchSize": 1}}
        """
            .formatted(LONG));
  }

  private static void train(String spec) throws InterruptedException {
    Trained.await(Trained.submit(spec), "succeeded");
  }

  static ValidatableResponse post(String path, String body) {
    return given()
        .contentType(ContentType.JSON)
        .body(body.replace('\'', '"'))
        .post("/v1/" + path)
        .then();
  }

  static ValidatableResponse complete(String arguments) {
    return post("completions", "{'model': 'alphabet', 'prompt': 'ab', " + arguments + "}");
  }
}
