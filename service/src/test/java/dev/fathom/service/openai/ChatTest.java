package dev.fathom.service.openai;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.service.DataFolder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(240)
class ChatTest extends OpenAiRequests {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String USER = "'messages': [{'role': 'user', 'content': 'ab'}], ";

  /** The prompt is what was said last. */
  private static final String LAST = "'chat_template': '{{ messages[-1].content }}', ";

  private static final String TOOLS =
      """
      'tools': [{'type': 'function', 'function': {'name': 'weather', 'parameters': {
                  'type': 'object', 'properties': {'town': {'type': 'string', 'maxLength': 3},
                  'days': {'type': 'integer'}}, 'required': ['town']}}},
                {'type': 'function', 'function': {'name': 'noon'}}],\s""";

  private static ValidatableResponse chat(String model, String arguments) {
    return post("chat/completions", "{'model': '%s', %s}".formatted(model, arguments));
  }

  @Test
  void answersAndCounts() {
    chat("alphabet", USER + LAST + "'temperature': 0, 'max_tokens': 8")
        .statusCode(200)
        .body("object", equalTo("chat.completion"))
        .body("id", startsWith("chatcmpl-"))
        .body("model", equalTo("alphabet"))
        .body("choices", hasSize(1))
        .body("choices[0].index", equalTo(0))
        .body("choices[0].message.role", equalTo("assistant"))
        .body("choices[0].message.content", equalTo("cdéfghi"))
        .body("choices[0].finish_reason", equalTo("length"))
        .body("choices[0].logprobs", nullValue())
        .body("usage.prompt_tokens", equalTo(2))
        .body("usage.completion_tokens", equalTo(8))
        .body("usage.total_tokens", equalTo(10));
  }

  @Test
  void theTemplateOfTheSpecMakesThePrompt() {
    // "<bc>d" of the user, system and assistant; the end is a text, since bytes have no tokens.
    chat(
            "talker",
            """
            'messages': [{'role': 'developer', 'content': 'ij '},
                         {'role': 'user', 'content': [{'type': 'text', 'text': 'a'},
                                                      {'type': 'text', 'text': 'bc'}]}],
            'temperature': 0""")
        .statusCode(200)
        .body("choices[0].message.content", equalTo("défgh"))
        .body("choices[0].finish_reason", equalTo("stop"))
        .body("usage.prompt_tokens", equalTo(6));
  }

  @Test
  void streamsAndEnds() throws Exception {
    var chunks =
        stream(
            "alphabet",
            USER
                + LAST
                + "'temperature': 0, 'stop': 'gh', 'n': 2, 'stream_options': {'include_usage': true}");
    assertEquals("assistant", chunks.getFirst().at("/choices/0/delta/role").asText());
    var texts = new String[] {"", ""};
    var reasons = new ArrayList<String>();
    for (var chunk : chunks.subList(0, chunks.size() - 1)) {
      assertEquals("chat.completion.chunk", chunk.path("object").asText());
      assertTrue(chunk.path("usage").isNull());
      var choice = chunk.at("/choices/0");
      texts[choice.path("index").asInt()] += choice.at("/delta/content").asText("");
      if (!choice.path("finish_reason").isNull()) {
        reasons.add(choice.path("finish_reason").asText());
      }
    }
    assertEquals(List.of("cdéf", "cdéf"), List.of(texts));
    assertEquals(List.of("stop", "stop"), reasons);
    assertTrue(chunks.getLast().path("choices").isEmpty());
    assertEquals(14, chunks.getLast().at("/usage/completion_tokens").asInt());
  }

  private static List<JsonNode> stream(String model, String arguments) throws Exception {
    var body = chat(model, arguments + ", 'stream': true").statusCode(200).extract().asString();
    var events = new ArrayList<>(List.of(body.split("\n\n")));
    assertEquals("data: [DONE]", events.removeLast());
    var chunks = new ArrayList<JsonNode>();
    for (var event : events) {
      assertTrue(event.startsWith("data: "), event);
      chunks.add(JSON.readTree(event.substring(6)));
    }
    return chunks;
  }

  @Test
  void tellsScores() {
    chat(
            "alphabet",
            USER + LAST + "'temperature': 0, 'max_tokens': 3, 'logprobs': true, 'top_logprobs': 2")
        .statusCode(200)
        .body("choices[0].logprobs.content.token", equalTo(List.of("c", "d", "bytes:\\xc3")))
        .body("choices[0].logprobs.content[0].bytes", equalTo(List.of(99)))
        .body("choices[0].logprobs.content[0].top_logprobs", hasSize(2))
        .body("choices[0].logprobs.content[0].top_logprobs[0].token", equalTo("c"));
  }

  @Test
  void theSeedDecides() {
    var hot = USER + LAST + "'temperature': 2, 'n': 2, 'max_tokens': 9, 'min_p': 0.01, 'seed': ";
    List<String> texts = chat("alphabet", hot + 5).extract().path("choices.message.content");
    assertEquals(texts, chat("alphabet", hot + 5).extract().path("choices.message.content"));
    assertEquals(
        texts.get(1), chat("alphabet", hot + 6).extract().path("choices[0].message.content"));
  }

  @Test
  void anObjectIsAlwaysWhole() throws Exception {
    for (int most : List.of(2, 10, 60)) {
      for (int seed = 0; seed < 3; seed++) {
        String text =
            chat(
                    "talker",
                    USER
                        + "'response_format': {'type': 'json_object'}, 'temperature': 2, 'max_tokens': %d, 'seed': %d"
                            .formatted(most, seed))
                .statusCode(200)
                .body("choices[0].finish_reason", equalTo("stop"))
                .extract()
                .path("choices[0].message.content");
        assertTrue(JSON.readTree(text).isObject(), text);
      }
    }
  }

  private static String format(String schema) {
    return "'response_format': {'type': 'json_schema', 'json_schema': {'name': 'x', 'strict': true, 'schema': "
        + schema
        + "}}, ";
  }

  @Test
  void anAnswerMeetsItsSchema() throws Exception {
    var schema =
        "{'type': 'object', 'properties': {'mood': {'enum': ['glad', 'sad']}, 'age': {'type': 'integer'}}, 'required': ['mood', 'age']}";
    for (int seed = 0; seed < 5; seed++) {
      var all = USER + format(schema) + "'temperature': 2, 'max_tokens': 40, 'seed': " + seed;
      String text =
          chat("talker", all).statusCode(200).extract().path("choices[0].message.content");
      var json = JSON.readTree(text);
      assertTrue(List.of("glad", "sad").contains(json.path("mood").asText()), text);
      assertTrue(json.path("age").isIntegralNumber(), text);
      var streamed = new StringBuilder();
      stream("talker", all)
          .forEach(chunk -> streamed.append(chunk.at("/choices/0/delta/content").asText("")));
      assertEquals(text, streamed.toString());
    }
  }

  @Test
  void aCallThatMustBeIsMade() throws Exception {
    for (int seed = 0; seed < 3; seed++) {
      var must = USER + TOOLS + "'temperature': 2, 'max_tokens': 150, 'seed': " + seed;
      var answer =
          chat("talker", must + ", 'tool_choice': 'required'")
              .statusCode(200)
              .body("choices[0].finish_reason", equalTo("tool_calls"))
              .body("choices[0].message.content", nullValue())
              .body("choices[0].message.tool_calls", hasSize(1))
              .body("choices[0].message.tool_calls[0].type", equalTo("function"))
              .body("choices[0].message.tool_calls[0].id", startsWith("call_"));
      var named =
          chat(
              "talker",
              must + ", 'tool_choice': {'type': 'function', 'function': {'name': 'weather'}}");
      named.body("choices[0].message.tool_calls[0].function.name", equalTo("weather"));
      String arguments =
          named.extract().path("choices[0].message.tool_calls[0].function.arguments");
      assertTrue(JSON.readTree(arguments).path("town").isTextual(), arguments);
      var chunks = stream("talker", must + ", 'tool_choice': 'required'");
      var call =
          chunks.stream()
              .map(c -> c.at("/choices/0/delta/tool_calls/0"))
              .filter(c -> !c.isMissingNode())
              .findFirst()
              .orElseThrow();
      assertEquals(0, call.path("index").asInt());
      assertEquals(
          (String) answer.extract().path("choices[0].message.tool_calls[0].function.arguments"),
          call.at("/function/arguments").asText());
      assertEquals("tool_calls", chunks.getLast().at("/choices/0/finish_reason").asText());
      assertFalse(
          chunks.stream()
              .anyMatch(c -> c.at("/choices/0/delta/content").asText("").contains("tool_call")));
    }
  }

  @Test
  void toolsAndTheirResultsAreInTheTemplate() {
    var template =
        "{% for t in tools %}{{ t.function.name }};{% endfor %}{% for m in messages %}{% if m.tool_calls %}{{ m.tool_calls[0].function.arguments.town }}{% else %}{{ m.content }}{% endif %}{% endfor %}";
    chat(
            "talker",
            """
            'messages': [{'role': 'user', 'content': 'a'},
              {'role': 'assistant', 'content': null, 'tool_calls': [{'id': 'c1', 'type': 'function',
                'function': {'name': 'weather', 'arguments': '{\\'town\\': \\'bc\\'}'}}]},
              {'role': 'tool', 'tool_call_id': 'c1', 'content': 'de'}], 'max_tokens': 1,
            'chat_template': '%s', %s 'tool_choice': 'auto'"""
                .formatted(template, TOOLS))
        .statusCode(200)
        .body("usage.prompt_tokens", equalTo("weather;noon;abcde".length()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "'messages': [] ! messages ! one message or more",
        "'messages': 'ab' ! messages ! expected a list",
        "'messages': [{'role': 'robot', 'content': 'a'}] ! messages[0].role ! got \"robot\"",
        "'messages': [{'role': 'user'}] ! messages[0].content ! expected 'content'",
        "'messages': [3] ! messages[0] ! expected a message",
        "'messages': [{'role': 'user', 'content': [{'type': 'image_url'}]}] ! messages[0].content[0] ! got one of type \"image_url\"",
        "'messages': [{'role': 'user', 'content': 'a', 'x': 1}] ! messages[0].x ! unknown key 'x'",
        "'messages': [{'role': 'user', 'content': 'a', 'tool_calls': [{}]}] ! messages[0].tool_calls[0].function.name ! the name of a function",
        "'messages': [{'role': 'assistant', 'tool_calls': [{'function': {'name': 'a', 'arguments': '{'}}]}] ! messages[0].tool_calls[0].function.arguments ! a JSON object in a string",
        "USER 'chat_template': '{% for x %}' ! chat_template ! [template] line 1",
        "USER 'chat_template': '{{ raise_exception(1) }}' ! messages ! the chat template refuses this: [template] line 1: 1",
        "USER 'tools': [{'type': 'x'}] ! tools[0].type ! a tool of type",
        "USER 'tools': [{'type': 'function', 'function': {}}] ! tools[0].function.name ! the name of a function",
        "USER TOOLS 'tool_choice': {'type': 'function', 'function': {'name': 'sun'}} ! tool_choice ! one of the tools, [weather, noon], but got \"sun\"",
        "USER 'tool_choice': 'required' ! tool_choice ! expected 'tools'",
        "USER TOOLS 'tool_choice': 'maybe' ! tool_choice ! expected one of",
        "USER TOOLS 'tool_choice': 'required', 'max_tokens': 20 ! tool_choice ! expected room for",
        "USER 'response_format': {'type': 'xml'} ! type ! expected one of",
        "USER 'response_format': {'type': 'json_schema'} ! response_format.json_schema ! expected 'json_schema'",
        "USER 'response_format': {'type': 'json_schema', 'json_schema': {'schema': {'type': 'string', 'pattern': 'a'}}} ! response_format.json_schema.schema ! /pattern: the keyword 'pattern' is not supported",
        "USER 'response_format': {'type': 'json_schema', 'json_schema': {'schema': {'const': 'abcdefghij'}}}, 'max_tokens': 5 ! response_format ! expected room for 12 tokens",
        "USER 'response_format': {'type': 'json_object'}, 'stop': 'a' ! stop ! it could cut the JSON",
        "USER 'top_logprobs': 2 ! top_logprobs ! expected 'logprobs'",
        "USER 'temprature': 2 ! temprature ! did you mean 'temperature'?",
        "USER 'n': 99 ! n ! a whole number of 1 to 16"
      })
  void whatIsWrongIsNamed(String arguments, String param, String message) {
    chat("talker", arguments.replace("USER", USER).replace("TOOLS", TOOLS))
        .statusCode(400)
        .body("error.type", equalTo("invalid_request_error"))
        .body("error.param", equalTo(param))
        .body("error.message", containsString(message));
  }

  @Test
  void aPromptThatIsTooLongIsRefusedBeforeAStreamBegins() {
    for (var stream : List.of("true", "false")) {
      chat(
              "talker",
              "'messages': [{'role': 'user', 'content': '%s'}], 'stream': %s"
                  .formatted("ab".repeat(999), stream))
          .statusCode(400)
          .body("error.param", equalTo("messages"))
          .body("error.message", containsString("a text of at most 256 tokens"));
    }
  }

  @Test
  void aModelWithoutATemplateSaysWhatToDo() {
    chat("alphabet", USER + "'max_tokens': 3")
        .statusCode(400)
        .body("error.param", equalTo("model"))
        .body("error.message", containsString("has no chat template"))
        .body("error.message", containsString("'chat_template'"));
    chat("none", USER + "'max_tokens': 3")
        .statusCode(404)
        .body("error.code", equalTo("model_not_found"));
    chat("leaves", USER + "'max_tokens': 3").statusCode(400).body("error.param", equalTo("model"));
  }
}
