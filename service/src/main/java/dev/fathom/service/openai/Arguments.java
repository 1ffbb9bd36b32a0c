package dev.fathom.service.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Nearest;
import dev.fathom.model.Model;
import dev.fathom.service.Refusal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The arguments of a request. An argument that is {@code null} counts as missing. For one thread;
 * {@link #end} refuses arguments that were not read.
 */
final class Arguments {
  private final JsonNode json;
  private final Set<String> known = new TreeSet<>();

  Arguments(JsonNode json) {
    if (!json.isObject()) {
      throw new Refusal(400, "expected a JSON object as the body but got " + brief(json));
    }
    this.json = json;
  }

  /** {@return the refusal of an argument, with its name for the client} */
  static Refusal wrong(String key, String detail) {
    return wrong(400, key, detail);
  }

  static Refusal wrong(int status, String key, String detail) {
    return new Refusal(status, detail, List.of(new Refusal.Field("/" + key, detail)));
  }

  private static Refusal expected(String key, String what, JsonNode actual) {
    return wrong(key, "expected %s as '%s' but got %s".formatted(what, key, brief(actual)));
  }

  private static String brief(JsonNode node) {
    return brief(node.toString());
  }

  private static String brief(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }

  private Optional<JsonNode> get(String key) {
    known.add(key);
    return Optional.ofNullable(json.get(key)).filter(value -> !value.isNull());
  }

  String text(String key) {
    var value = get(key).orElseThrow(() -> wrong(key, "expected '%s'".formatted(key)));
    if (!value.isTextual()) {
      throw expected(key, "a string", value);
    }
    return value.textValue();
  }

  String text(String key, String byDefault) {
    return get(key).isPresent() ? text(key) : byDefault;
  }

  Optional<String> optionalText(String key) {
    return get(key).isPresent() ? Optional.of(text(key)) : Optional.empty();
  }

  double number(String key, double byDefault, double least, double most) {
    var value = get(key).orElse(null);
    if (value == null) {
      return byDefault;
    }
    if (!isWithin(value, least, most)) {
      throw expected(key, "a number of %s to %s".formatted(least, most), value);
    }
    return value.doubleValue();
  }

  /** {@return a number, empty if there is none} */
  OptionalDouble number(String key, double least, double most) {
    return get(key).isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(number(key, least, least, most));
  }

  private static boolean isWithin(JsonNode value, double least, double most) {
    return value.isNumber() && value.doubleValue() >= least && value.doubleValue() <= most;
  }

  int integer(String key, int byDefault, int least, int most) {
    var value = get(key).orElse(null);
    if (value == null) {
      return byDefault;
    }
    if (!value.canConvertToInt()
        || !value.isIntegralNumber()
        || value.intValue() < least
        || value.intValue() > most) {
      throw expected(key, "a whole number of %d to %d".formatted(least, most), value);
    }
    return value.intValue();
  }

  /** {@return a whole number, empty if there is none} */
  OptionalInt integer(String key, int least, int most) {
    return get(key).isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(integer(key, least, least, most));
  }

  /** {@return a number for each token, none if there is no such object} */
  Map<Integer, Double> byToken(String key, double least, double most) {
    var numbers = new TreeMap<Integer, Double>();
    for (var entry : properties(key)) {
      var value = entry.getValue();
      if (!entry.getKey().matches("0|[1-9][0-9]{0,8}")) {
        throw wrong(
            key,
            "expected the number of a token as each key of '%s' but got \"%s\""
                .formatted(key, entry.getKey()));
      }
      if (!isWithin(value, least, most)) {
        throw expected(
            key, "a number of %s to %s for token %s".formatted(least, most, entry.getKey()), value);
      }
      numbers.put(Integer.valueOf(entry.getKey()), value.doubleValue());
    }
    return numbers;
  }

  private Set<Map.Entry<String, JsonNode>> properties(String key) {
    return object(key).map(object -> object.json.properties()).orElse(Set.of());
  }

  OptionalLong seed(String key) {
    var value = get(key).orElse(null);
    if (value == null) {
      return OptionalLong.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw expected(key, "a whole number", value);
    }
    return OptionalLong.of(value.longValue());
  }

  boolean flag(String key) {
    var value = get(key).orElse(null);
    if (value != null && !value.isBoolean()) {
      throw expected(key, "true or false", value);
    }
    return value != null && value.booleanValue();
  }

  <T> T choice(String key, T byDefault, Map<String, T> choices) {
    var value = get(key).orElse(null);
    if (value == null) {
      return byDefault;
    }
    if (!value.isTextual() || !choices.containsKey(value.textValue())) {
      throw expected(key, "one of " + new TreeSet<>(choices.keySet()), value);
    }
    return choices.get(value.textValue());
  }

  /** {@return an object's arguments, none if there is no such object} */
  Optional<Arguments> object(String key) {
    return get(key)
        .map(
            value -> {
              if (!value.isObject()) {
                throw expected(key, "an object", value);
              }
              return new Arguments(value);
            });
  }

  /** {@return a list} */
  JsonNode list(String key) {
    var value = get(key).orElseThrow(() -> wrong(key, "expected '%s'".formatted(key)));
    if (!value.isArray()) {
      throw expected(key, "a list", value);
    }
    return value;
  }

  /** {@return whether there is such an argument} */
  boolean has(String key) {
    return get(key).isPresent();
  }

  /** {@return whether it is a string} */
  boolean isText(String key) {
    return get(key).filter(JsonNode::isTextual).isPresent();
  }

  /** {@return all of them as they are} */
  ObjectNode all() {
    return (ObjectNode) json;
  }

  /** {@return a string or several} */
  List<String> texts(String key, int most) {
    var value = get(key).orElse(null);
    var texts = new ArrayList<String>();
    if (value != null) {
      for (var text : value.isArray() ? value : List.of(value)) {
        if (!text.isTextual() || text.textValue().isEmpty() || texts.size() == most) {
          throw expected(key, "a string, or up to %d, none of them empty,".formatted(most), value);
        }
        texts.add(text.textValue());
      }
    }
    return texts;
  }

  /** A text, or its tokens; or, as a text, the file of a picture. */
  sealed interface Input {
    String WANTED =
        "%s: expected a picture in Base64, or data:image/png;base64, and that, but got %s";

    record Text(String text) implements Input {}

    record Tokens(int[] tokens) implements Input {}

    /** {@return the tokens} */
    default int[] tokens(Model model) {
      return switch (this) {
        case Text(String text) -> model.tokens(text);
        case Tokens(int[] tokens) -> tokens;
      };
    }

    /**
     * {@return the file that is in Base64, which may be in a data URL}
     *
     * @param place for messages
     */
    default byte[] file(String place) {
      if (this instanceof Text(String text)) {
        try {
          return Base64.getDecoder().decode(payload(text));
        } catch (IllegalArgumentException e) {
          throw wrong("input", WANTED.formatted(place, '"' + brief(text) + '"'));
        }
      }
      throw wrong("input", WANTED.formatted(place, "tokens"));
    }

    /** {@return what stands behind the comma of a data URL (RFC 2397) of a picture} */
    private static String payload(String text) {
      var scheme = "data:";
      if (!text.regionMatches(true, 0, scheme, 0, scheme.length())) {
        return text;
      }
      int comma = text.indexOf(',');
      var header = text.substring(scheme.length(), Math.max(comma, scheme.length()));
      if (!header.toLowerCase(Locale.ROOT).matches("image/.*;base64")) {
        throw new IllegalArgumentException(header);
      }
      return text.substring(comma + 1);
    }
  }

  /** {@return one text or more, from a string, strings, tokens or lists of tokens} */
  List<Input> inputs(String key, int most) {
    var value = get(key).orElseThrow(() -> wrong(key, "expected '%s'".formatted(key)));
    var inputs = new ArrayList<Input>();
    if (value.isTextual() || value.isArray() && !value.isEmpty() && value.get(0).isNumber()) {
      inputs.add(input(key, value));
    } else {
      value.forEach(part -> inputs.add(input(key, part)));
    }
    if (!value.isTextual() && !value.isArray() || inputs.isEmpty() || inputs.size() > most) {
      throw expected(
          key, "a string, a list of tokens, or a list of 1 to %d of these".formatted(most), value);
    }
    return inputs;
  }

  private static Input input(String key, JsonNode value) {
    if (value.isTextual()) {
      return new Input.Text(value.textValue());
    }
    if (!value.isArray()) {
      throw expected(key, "a string or a list of tokens", value);
    }
    var tokens = new int[value.size()];
    for (int i = 0; i < tokens.length; i++) {
      if (!value.get(i).isIntegralNumber() || !value.get(i).canConvertToInt()) {
        throw expected(key, "a whole number at position %d of tokens".formatted(i), value.get(i));
      }
      tokens[i] = value.get(i).intValue();
    }
    return new Input.Tokens(tokens);
  }

  /** Accepts an object of strings that has no effect here. */
  void ignoreTexts(String key) {
    for (var entry : properties(key)) {
      if (!entry.getValue().isTextual()) {
        throw expected(key, "a string for \"%s\"".formatted(entry.getKey()), entry.getValue());
      }
    }
  }

  /** Refuses arguments that were not read. */
  void end() {
    json.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw wrong(
                    key,
                    "unknown argument '%s'".formatted(key)
                        + Nearest.to(key, known)
                            .map(near -> ", did you mean '%s'?".formatted(near))
                            .orElse(""));
              }
            });
  }
}
