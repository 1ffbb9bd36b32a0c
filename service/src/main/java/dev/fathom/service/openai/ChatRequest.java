package dev.fathom.service.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.service.Refusal;
import dev.fathom.template.TemplateException;
import dev.fathom.text.Chat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A request for the next message of a chat.
 *
 * @param model as the client named it
 * @param messages as templates take them: contents are strings, arguments of tools are objects
 * @param template that replaces the model's; empty for the model's
 * @param variables that the template gets besides
 * @param count number of answers
 * @param stream whether pieces are sent as they are generated
 * @param includeUsage whether a stream ends with the counts
 * @param logProbs how many of the likeliest tokens are told for each; empty for no scores at all
 * @param format what the answer must be: empty for any text, otherwise a JSON schema
 */
record ChatRequest(
    String model,
    ArrayNode messages,
    Tools tools,
    Optional<String> template,
    ObjectNode variables,
    int count,
    boolean stream,
    boolean includeUsage,
    OptionalInt logProbs,
    Optional<JsonNode> format,
    Wishes wishes) {
  private static final int MOST_COUNT = 16;
  private static final int MOST_LOG_PROBS = 20;
  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool");

  /** The defaults are OpenAI's. */
  static ChatRequest parse(JsonNode json) {
    var arguments = new Arguments(json);
    arguments.text("user", "");
    arguments.ignoreTexts("metadata");
    arguments.flag("store");
    boolean stream = arguments.flag("stream");
    var request =
        new ChatRequest(
            arguments.text("model"),
            messages(arguments.list("messages")),
            Tools.parse(arguments),
            arguments.optionalText("chat_template"),
            arguments
                .object("chat_template_kwargs")
                .map(Arguments::all)
                .orElseGet(JsonNodeFactory.instance::objectNode),
            arguments.integer("n", 1, 1, MOST_COUNT),
            stream,
            CompletionRequest.includeUsage(arguments, stream),
            logProbs(arguments),
            format(arguments),
            Wishes.parse(arguments, Integer.MAX_VALUE));
    arguments.end();
    if (request.format.isPresent() && request.tools.mustCall()) {
      throw Arguments.wrong(
          "response_format", "expected no 'response_format' where 'tool_choice' asks for a call");
    }
    if (request.isConstrained() && !request.wishes.stop().isEmpty()) {
      throw Arguments.wrong(
          "stop",
          "expected no 'stop' beside 'response_format' or a call that must be: it could cut the JSON");
    }
    return request;
  }

  /** {@return whether the answer cannot be any text} */
  boolean isConstrained() {
    return format.isPresent() || tools.mustCall();
  }

  private static OptionalInt logProbs(Arguments arguments) {
    boolean wanted = arguments.flag("logprobs");
    var likeliest = arguments.integer("top_logprobs", 0, MOST_LOG_PROBS);
    if (likeliest.isPresent() && !wanted) {
      throw Arguments.wrong("top_logprobs", "expected 'logprobs' true beside 'top_logprobs'");
    }
    return wanted ? OptionalInt.of(likeliest.orElse(0)) : OptionalInt.empty();
  }

  private static Optional<JsonNode> format(Arguments arguments) {
    var format = arguments.object("response_format").orElse(null);
    if (format == null) {
      return Optional.empty();
    }
    int type = format.choice("type", 0, Map.of("text", 0, "json_object", 1, "json_schema", 2));
    Optional<JsonNode> schema = Optional.empty();
    if (type == 1) {
      schema = Optional.of(JsonNodeFactory.instance.objectNode().put("type", "object"));
    } else if (type == 2) {
      var named =
          format
              .object("json_schema")
              .orElseThrow(
                  () -> Arguments.wrong("response_format.json_schema", "expected 'json_schema'"));
      named.text("name", "");
      named.text("description", "");
      named.flag("strict");
      schema =
          Optional.of(
              named
                  .object("schema")
                  .map(Arguments::all)
                  .orElseThrow(
                      () ->
                          Arguments.wrong(
                              "response_format.json_schema.schema", "expected 'schema'")));
      named.end();
    }
    format.end();
    return schema;
  }

  // ---- messages ----

  private static ArrayNode messages(JsonNode list) {
    var messages = JsonNodeFactory.instance.arrayNode();
    if (list.isEmpty()) {
      throw Arguments.wrong("messages", "expected one message or more");
    }
    for (int i = 0; i < list.size(); i++) {
      messages.add(message(list.get(i), "messages[%d]".formatted(i)));
    }
    return messages;
  }

  private static ObjectNode message(JsonNode json, String place) {
    if (!json.isObject()) {
      throw Arguments.wrong(place, "expected a message, an object, but got " + json.getNodeType());
    }
    var role = json.path("role").asText("");
    if (!ROLES.contains(role)) {
      throw Arguments.wrong(
          place + ".role",
          "expected one of system, developer, user, assistant and tool but got "
              + json.path("role"));
    }
    var message =
        JsonNodeFactory.instance
            .objectNode()
            .put("role", role.equals("developer") ? "system" : role);
    for (var each : json.properties()) {
      var at = place + "." + each.getKey();
      switch (each.getKey()) {
        case "role", "refusal", "audio" -> {}
        case "content" -> message.put("content", content(each.getValue(), at));
        case "name", "tool_call_id", "reasoning_content" ->
            message.put(each.getKey(), text(each.getValue(), at));
        case "tool_calls" -> {
          if (!each.getValue().isNull() && !each.getValue().isArray()) {
            throw Arguments.wrong(at, "expected a list of calls");
          }
          if (!each.getValue().isEmpty()) {
            message.set("tool_calls", calls(each.getValue(), at));
          }
        }
        default -> throw Arguments.wrong(at, "unknown key '%s'".formatted(each.getKey()));
      }
    }
    boolean calls = message.has("tool_calls");
    if (calls && !role.equals("assistant")) {
      throw Arguments.wrong(place + ".tool_calls", "expected calls of an assistant only");
    }
    if (!message.hasNonNull("content") && !calls) {
      throw Arguments.wrong(place + ".content", "expected 'content'");
    }
    if (!message.has("content")) {
      message.putNull("content");
    }
    return message;
  }

  /** {@return a string; null if there is none} */
  private static String text(JsonNode json, String place) {
    if (!json.isTextual() && !json.isNull()) {
      throw Arguments.wrong(place, "expected a string but got " + json.getNodeType());
    }
    return json.textValue();
  }

  /** {@return a text, of one part or several; null if there is none} */
  private static String content(JsonNode json, String place) {
    if (json.isTextual() || json.isNull()) {
      return json.textValue();
    }
    if (!json.isArray()) {
      throw Arguments.wrong(place, "expected a string or a list of parts");
    }
    var text = new StringBuilder();
    for (int i = 0; i < json.size(); i++) {
      var part = json.get(i);
      if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
        throw Arguments.wrong(
            "%s[%d]".formatted(place, i),
            "expected a part of type 'text' with 'text' but got one of type %s"
                .formatted(part.path("type")));
      }
      text.append(part.path("text").textValue());
    }
    return text.toString();
  }

  private static ArrayNode calls(JsonNode json, String place) {
    var calls = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < json.size(); i++) {
      var at = "%s[%d].function".formatted(place, i);
      var function = json.get(i).path("function");
      if (!function.path("name").isTextual()) {
        throw Arguments.wrong(at + ".name", "expected the name of a function");
      }
      var call =
          calls.addObject().put("id", json.get(i).path("id").asText("")).put("type", "function");
      call.putObject("function")
          .put("name", function.path("name").textValue())
          .set("arguments", Tools.arguments(function.path("arguments"), at + ".arguments"));
    }
    return calls;
  }

  // ---- prompt ----

  /**
   * {@return how the model chats}
   *
   * @throws Refusal 400 if nobody says how
   */
  Chat chat(Optional<Chat> ofModel) {
    if (template.isPresent()) {
      try {
        return ofModel
            .map(chat -> chat.withTemplate(template.get()))
            .orElseGet(() -> new Chat(template.get(), "", "", List.of()));
      } catch (TemplateException e) {
        throw Arguments.wrong("chat_template", e.getMessage());
      }
    }
    return ofModel.orElseThrow(
        () ->
            Arguments.wrong(
                "model",
                ("the model '%s' has no chat template: give its spec one, \"chat\" in \"data\", and"
                        + " train it again; or send one as 'chat_template'; /v1/completions goes on"
                        + " with a text without")
                    .formatted(model)));
  }

  /** {@return the text that the answer goes on from} */
  String prompt(Chat chat) {
    var all = variables.deepCopy();
    all.set("messages", messages);
    all.set("tools", tools.isOffered() ? tools.all() : JsonNodeFactory.instance.nullNode());
    all.put("add_generation_prompt", true);
    try {
      return chat.prompt(all);
    } catch (TemplateException e) {
      throw Arguments.wrong("messages", "the chat template refuses this: " + e.getMessage());
    }
  }
}
