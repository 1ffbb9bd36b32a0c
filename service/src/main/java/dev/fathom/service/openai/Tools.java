package dev.fathom.service.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The functions that an answer may call.
 *
 * @param all as the client described them
 * @param choice which may be called
 * @param name of the one that must be called; empty for any
 */
record Tools(ArrayNode all, Choice choice, Optional<String> name) {
  /** Whether functions are called. */
  enum Choice {
    AUTO,
    NONE,
    REQUIRED
  }

  /** A call, whose arguments are JSON. */
  record Call(String name, ObjectNode arguments) {}

  static Tools parse(Arguments arguments) {
    var all = JsonNodeFactory.instance.arrayNode();
    if (arguments.has("tools")) {
      var list = arguments.list("tools");
      for (int i = 0; i < list.size(); i++) {
        all.add(tool(list.get(i), "tools[%d]".formatted(i)));
      }
    }
    arguments.flag("parallel_tool_calls");
    return chosen(arguments, all);
  }

  private static ObjectNode tool(JsonNode json, String place) {
    if (!json.path("type").asText("").equals("function")) {
      throw Arguments.wrong(
          place + ".type", "expected a tool of type \"function\" but got " + json.path("type"));
    }
    var function = json.path("function");
    if (!function.path("name").isTextual() || function.path("name").textValue().isEmpty()) {
      throw Arguments.wrong(place + ".function.name", "expected the name of a function");
    }
    if (function.has("parameters") && !function.path("parameters").isObject()) {
      throw Arguments.wrong(
          place + ".function.parameters",
          "expected a JSON schema, an object, but got " + function.path("parameters"));
    }
    return (ObjectNode) json;
  }

  private static Tools chosen(Arguments arguments, ArrayNode all) {
    if (!arguments.has("tool_choice")) {
      return new Tools(all, Choice.AUTO, Optional.empty());
    }
    if (arguments.isText("tool_choice")) {
      var choice =
          arguments.choice(
              "tool_choice",
              Choice.AUTO,
              Map.of("auto", Choice.AUTO, "none", Choice.NONE, "required", Choice.REQUIRED));
      if (choice == Choice.REQUIRED && all.isEmpty()) {
        throw Arguments.wrong("tool_choice", "expected 'tools' beside 'tool_choice'");
      }
      return new Tools(all, choice, Optional.empty());
    }
    var named = arguments.object("tool_choice").orElseThrow();
    named.text("type", "function");
    var function = named.object("function");
    var name = function.map(f -> f.text("name")).orElse("");
    function.ifPresent(Arguments::end);
    named.end();
    for (var tool : all) {
      if (name(tool).equals(name)) {
        return new Tools(all, Choice.REQUIRED, Optional.of(name));
      }
    }
    throw Arguments.wrong(
        "tool_choice",
        "expected the name of one of the tools, %s, but got \"%s\"".formatted(names(all), name));
  }

  private static String name(JsonNode tool) {
    return tool.path("function").path("name").textValue();
  }

  private static List<String> names(ArrayNode all) {
    var names = new ArrayList<String>();
    all.forEach(tool -> names.add(name(tool)));
    return names;
  }

  /** {@return whether the model is told of tools} */
  boolean isOffered() {
    return !all.isEmpty() && choice != Choice.NONE;
  }

  boolean mustCall() {
    return choice == Choice.REQUIRED;
  }

  /** {@return the tools that a call that must be may call} */
  List<JsonNode> callable() {
    var callable = new ArrayList<JsonNode>();
    all.forEach(
        tool -> {
          if (name.isEmpty() || name.get().equals(name(tool))) {
            callable.add(tool.path("function"));
          }
        });
    return callable;
  }

  /** {@return arguments as an object, which clients send as a text of JSON} */
  static JsonNode arguments(JsonNode json, String place) {
    if (json.isObject()) {
      return json;
    }
    return object(json.asText("").isBlank() ? "{}" : json.asText())
        .orElseThrow(
            () -> Arguments.wrong(place, "expected a JSON object in a string but got " + json));
  }

  private static Optional<ObjectNode> object(String text) {
    try {
      return Json.read(text.getBytes(StandardCharsets.UTF_8)) instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /**
   * How a model writes calls.
   *
   * @param open what stands in front of a call; empty if a call is the whole answer
   * @param close what stands behind it
   * @param arguments the key of the arguments
   */
  record Format(String open, String close, String arguments) {
    private static final String PYTHON_TAG = "<|python_tag|>";

    /** That of Hermes and Qwen. */
    private static final Format TAGS = new Format("<tool_call>", "</tool_call>", "arguments");

    /** That of Llama 3. */
    private static final Format WHOLE = new Format("", "", "parameters");

    /** {@return the format that a template asks models for} */
    static Format of(String template) {
      return template.contains(TAGS.open) ? TAGS : WHOLE;
    }

    /** {@return how much of the end of a text may be the beginning of a call} */
    int held(String text) {
      if (open.isEmpty()) {
        var begun = text.strip();
        return begun.isEmpty()
                || begun.startsWith("{")
                || PYTHON_TAG.startsWith(begun)
                || begun.startsWith(PYTHON_TAG)
            ? text.length()
            : 0;
      }
      int at = text.indexOf(open);
      if (at >= 0) {
        return text.length() - at;
      }
      int held = Math.min(open.length() - 1, text.length());
      while (!text.endsWith(open.substring(0, held))) {
        held--;
      }
      return held;
    }

    /** {@return the calls in a text; none if there are none, or one is not valid} */
    List<Call> calls(String text) {
      var calls = new ArrayList<Call>();
      if (open.isEmpty()) {
        var whole = text.strip();
        for (var each :
            whole.startsWith(PYTHON_TAG)
                ? whole.substring(PYTHON_TAG.length()).split(";")
                : new String[] {whole}) {
          var call = call(each);
          if (call.isEmpty()) {
            return List.of();
          }
          calls.add(call.get());
        }
        return calls;
      }
      for (int at = text.indexOf(open); at >= 0; at = text.indexOf(open, at + 1)) {
        int from = at + open.length();
        int end = text.indexOf(close, from);
        var call = call(text.substring(from, end < 0 ? text.length() : end));
        if (call.isEmpty()) {
          return List.of();
        }
        calls.add(call.get());
      }
      return calls;
    }

    /** Some models write the one key, others the other. */
    private static Optional<Call> call(String text) {
      return object(text.strip())
          .filter(json -> json.path("name").isTextual())
          .map(
              json ->
                  new Call(
                      json.path("name").textValue(),
                      (json.path("arguments").isMissingNode()
                                  ? json.path("parameters")
                                  : json.path("arguments"))
                              instanceof ObjectNode arguments
                          ? arguments
                          : JsonNodeFactory.instance.objectNode()));
    }
  }
}
