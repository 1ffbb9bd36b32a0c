package dev.fathom.service.openai;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.service.DataFolder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(120)
class LogProbsTest extends OpenAiRequests {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode choice(String arguments) throws Exception {
    return JSON.readTree(complete(arguments).statusCode(200).extract().asString())
        .path("choices")
        .path(0);
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  @Test
  void tokensAreScored() throws Exception {
    var choice = choice("'temperature': 0, 'max_tokens': 5, 'logprobs': 2");
    assertEquals("cd\u00e9f", choice.path("text").asText());
    var scores = choice.path("logprobs");
    assertEquals(
        List.of("c", "d", "bytes:\\xc3", "bytes:\\xa9", "f"), texts(scores.path("tokens")));
    assertEquals(List.of("0", "1", "2", "2", "3"), texts(scores.path("text_offset")));
    for (int i = 0; i < 5; i++) {
      var top = scores.path("top_logprobs").path(i);
      assertEquals(2, top.size());
      double own = scores.path("token_logprobs").path(i).doubleValue();
      assertTrue(own < 0 && own > -0.7, scores::toString);
      // It is greedy: the token is the first of the likeliest, with the very same number.
      assertEquals(own, top.path(scores.path("tokens").path(i).asText()).doubleValue());
      assertTrue(top.properties().stream().allMatch(e -> e.getValue().doubleValue() <= own));
    }
  }

  /** Of a token that is not among the likeliest, it is told beside them. */
  @Test
  void theTokenItselfIsAlwaysTold() throws Exception {
    var scores =
        choice("'max_tokens': 1, 'logprobs': 1, 'logit_bias': {'120': 100}").path("logprobs");
    var top = scores.path("top_logprobs").path(0);
    assertEquals(2, top.size());
    assertTrue(top.path("c").doubleValue() > -0.7, top::toString);
    // Bias and temperature do not show in it.
    assertTrue(top.path("x").doubleValue() < -2, top::toString);
    assertEquals(top.path("x"), scores.path("token_logprobs").path(0));
    var only = choice("'temperature': 0, 'max_tokens': 1, 'logprobs': 0").path("logprobs");
    assertEquals(1, only.path("top_logprobs").path(0).size());
  }

  @Test
  void promptsAreScored() throws Exception {
    var body =
        "{'model': 'alphabet', 'prompt': %s, 'max_tokens': %d, 'logprobs': 1, 'echo': true,"
            + " 'temperature': 0}";
    var prompts = "['abcd\u00e9', [97, 120], 'a', 'abcd\u00e9fghij abcd']";
    var answer =
        post("completions", body.formatted(prompts, 0))
            .statusCode(200)
            .body("choices", hasSize(4))
            .body("choices[0].text", equalTo("abcd\u00e9"))
            .body("choices[0].finish_reason", equalTo("length"))
            .body("choices[1].text", equalTo("ax"))
            .body("choices[3].logprobs.tokens", hasSize(16))
            .body("usage.prompt_tokens", equalTo(6 + 2 + 1 + 16))
            .body("usage.completion_tokens", equalTo(0))
            .extract()
            .asString();
    var choices = JSON.readTree(answer).path("choices");
    for (var choice : choices) {
      var scores = choice.path("logprobs");
      assertTrue(scores.path("token_logprobs").path(0).isNull());
      assertTrue(scores.path("top_logprobs").path(0).isNull());
      assertEquals(scores.path("tokens").size(), scores.path("token_logprobs").size());
    }
    var wrong = choices.path(1).path("logprobs").path("top_logprobs").path(1);
    assertTrue(wrong.path("b").doubleValue() > -1, wrong::toString);
    assertTrue(wrong.path("x").doubleValue() < -2, wrong::toString);

    // What is generated has the scores that it has as a prompt, and goes on where that ends.
    var both =
        JSON.readTree(post("completions", body.formatted("'abc'", 5)).extract().asString())
            .at("/choices/0/logprobs");
    var whole =
        JSON.readTree(post("completions", body.formatted("'abcd\u00e9fg'", 0)).extract().asString())
            .at("/choices/0/logprobs");
    assertEquals(texts(whole.path("tokens")), texts(both.path("tokens")));
    assertEquals(List.of("0", "1", "2", "3", "4", "4", "5", "6"), texts(both.path("text_offset")));
    for (int i = 1; i < 8; i++) {
      assertEquals(
          whole.path("token_logprobs").path(i).doubleValue(),
          both.path("token_logprobs").path(i).doubleValue(),
          1e-5);
    }
  }

  /** As lm-evaluation-harness 0.4 asks and reads: lists of tokens, of which the last are scored. */
  @Test
  void harnessesReadIt() throws Exception {
    var answer =
        post(
                "completions",
                """
                {'model': 'alphabet', 'prompt': [[97, 98, 99, 100], [97, 98, 120]], 'temperature': 0,
                 'max_tokens': 1, 'logprobs': 1, 'seed': 1234, 'echo': true}
                """)
            .statusCode(200)
            .extract()
            .asString();
    var greedy = new ArrayList<Boolean>();
    for (var choice : JSON.readTree(answer).path("choices")) {
      var scores = choice.path("logprobs");
      boolean all = true;
      for (int i = 2; i < scores.path("tokens").size() - 1; i++) {
        double best =
            scores.path("top_logprobs").path(i).properties().stream()
                .mapToDouble(e -> e.getValue().doubleValue())
                .max()
                .orElseThrow();
        all &= scores.path("token_logprobs").path(i).doubleValue() == best;
      }
      greedy.add(all);
    }
    assertEquals(List.of(true, false), greedy);
  }

  @Test
  void tokensOfAStopStringAreNotTold() throws Exception {
    var choice = choice("'temperature': 0, 'stop': 'fg', 'logprobs': 0, 'echo': true");
    assertEquals("abcd\u00e9", choice.path("text").asText());
    assertEquals(
        List.of("a", "b", "c", "d", "bytes:\\xc3", "bytes:\\xa9"),
        texts(choice.at("/logprobs/tokens")));
  }

  @Test
  void streamsTellTheSame() throws Exception {
    for (var arguments :
        List.of(
            "'temperature': 0, 'logprobs': 1, 'stop': 'hi'",
            "'temperature': 0, 'logprobs': 2, 'max_tokens': 3, 'echo': true")) {
      var whole = choice(arguments).path("logprobs");
      var events = complete(arguments + ", 'stream': true").statusCode(200).extract().asString();
      var joined = JSON.createObjectNode();
      int pieces = 0;
      for (var event : events.split("\n\n")) {
        if (!event.endsWith("[DONE]")) {
          var choice = JSON.readTree(event.substring("data: ".length())).path("choices").path(0);
          for (var each : choice.path("logprobs").properties()) {
            each.getValue().forEach(joined.withArray("/" + each.getKey())::add);
          }
          pieces += choice.at("/logprobs/tokens").isEmpty() ? 0 : 1;
        }
      }
      assertEquals(whole, joined);
      assertTrue(pieces > 2, events);
    }
  }

  /** The best of many draws is likelier than one alone, and all are counted. */
  @Test
  void theBestAreTold() throws Exception {
    var arguments = "'temperature': 2, 'max_tokens': 6, 'seed': 3, 'logprobs': 0, ";
    var all = new ArrayList<Double>();
    var many = JSON.readTree(complete(arguments + "'n': 8").extract().asString());
    many.path("choices").forEach(choice -> all.add(sum(choice)));
    all.sort((a, b) -> Double.compare(b, a));
    var best =
        JSON.readTree(
            complete(arguments + "'n': 2, 'best_of': 8")
                .body("choices", hasSize(2))
                .body("choices.index", equalTo(List.of(0, 1)))
                .body("usage.completion_tokens", equalTo(48))
                .extract()
                .asString());
    for (int i = 0; i < 2; i++) {
      assertEquals(all.get(i), sum(best.path("choices").path(i)), 1e-9);
    }
    assertTrue(all.getFirst() > all.getLast());
    // Without scores in the answer too.
    assertEquals(
        best.path("choices").path(0).path("text").asText(),
        complete("'temperature': 2, 'max_tokens': 6, 'seed': 3, 'best_of': 8")
            .body("choices[0].logprobs", nullValue())
            .extract()
            .path("choices[0].text"));
  }

  private static double sum(JsonNode choice) {
    return StreamSupport.stream(choice.at("/logprobs/token_logprobs").spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .sum();
  }
}
