package dev.fathom.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.json.SpecException;
import dev.fathom.text.Bpe;
import dev.fathom.text.Bytes;
import dev.fathom.text.Characters;
import dev.fathom.text.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class JsonConstraintTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Tokenizer BPE =
      Bpe.train(
          "{\"name\": \"Ännchen\", \"tags\": [\"a\", \"b\"], \"age\": 12}\n".repeat(20),
          300,
          "<|end|>");

  private static final String PERSON =
      """
      {"type": "object", "title": "Person", "additionalProperties": false,
       "properties": {
         "name": {"type": "string", "minLength": 2, "maxLength": 5},
         "mood": {"enum": ["glad", "säd", null, 3]},
         "age": {"type": ["integer", "null"]},
         "tags": {"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 3},
         "boss": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
         "a/b": {"$ref": "#/$defs/size"}},
       "required": ["name", "tags", "a/b"],
       "$defs": {"size": {"type": "number"}}}
      """;

  private static JsonNode json(String text) {
    return parsed(text.replace('\'', '"'));
  }

  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (Exception e) {
      throw new AssertionError(text, e);
    }
  }

  /** {@return a text by tokens that are drawn of those allowed} */
  private static String random(
      JsonConstraint constraint, Tokenizer tokenizer, int most, long seed) {
    var random = new SplittableRandom(seed);
    var text = new ByteArrayOutputStream();
    for (int left = most; left > 0; left--) {
      var allowed = constraint.allowed(left);
      if (allowed.isEmpty() || constraint.isWhole() && random.nextInt(3) == 0) {
        break;
      }
      int[] all = allowed.stream().toArray();
      int token = all[random.nextInt(all.length)];
      assertFalse(tokenizer.isSpecial(token));
      constraint.accept(token);
      text.writeBytes(tokenizer.bytes(token));
    }
    assertTrue(constraint.isWhole(), text::toString);
    return text.toString(StandardCharsets.UTF_8);
  }

  private static void checkPerson(JsonNode person, String text) {
    var names = new HashSet<String>();
    person.fieldNames().forEachRemaining(names::add);
    assertTrue(Set.of("name", "mood", "age", "tags", "boss", "a/b").containsAll(names), text);
    var name = person.path("name").textValue();
    int length = name.codePointCount(0, name.length());
    assertTrue(length >= 2 && length <= 5, text);
    int tags = person.path("tags").size();
    assertTrue(tags >= 1 && tags <= 3, text);
    person.path("tags").forEach(tag -> assertTrue(tag.isBoolean(), text));
    assertTrue(person.path("a/b").isNumber(), text);
    assertTrue(
        !person.has("age") || person.path("age").isIntegralNumber() || person.path("age").isNull());
    assertTrue(
        !person.has("mood")
            || Set.of("\"glad\"", "\"säd\"", "null", "3").contains(person.path("mood").toString()));
    if (person.path("boss").isObject()) {
      checkPerson(person.path("boss"), text);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {38, 60, 200, 1000})
  void whateverIsDrawnMeetsTheSchemaAndFits(int most) {
    for (var tokenizer : List.of(new Bytes(), BPE)) {
      var constraint = JsonConstraint.of(new TokenTrie(tokenizer), json(PERSON), most);
      for (int seed = 0; seed < 200; seed++) {
        var text = random(constraint.fresh(), tokenizer, most, seed);
        checkPerson(parsed(text), text);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'object'}",
        "{}",
        "true",
        "{'type': 'array'}",
        "{'type': 'array', 'maxItems': 0}",
        "{'type': 'object', 'additionalProperties': {'type': 'integer'}}",
        "{'type': 'object', 'additionalProperties': false}",
        "{'type': 'object', 'properties': {'a': {}, 'b': {}}}",
        "{'type': ['number', 'string']}",
        "{'const': {'a': [1, 'x\\n']}}",
        "{'allOf': [{'$ref': '#/definitions/a'}], 'definitions': {'a': {'type': 'null'}}}",
        "{'anyOf': [{'$ref': '#'}, {'type': 'null'}]}"
      })
  void everySchemaGivesJson(String schema) {
    for (var tokenizer : List.of(new Bytes(), BPE)) {
      var constraint = JsonConstraint.of(new TokenTrie(tokenizer), json(schema), 90);
      for (int seed = 0; seed < 200; seed++) {
        var text = random(constraint.fresh(), tokenizer, 90, seed);
        assertFalse(parsed(text).isMissingNode(), text);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "{'type': 'string', 'pattern': 'a+'} ! /pattern ! the keyword 'pattern' is not supported here, beside string",
        "{'properties': {'a/b': {'type': 'integer', 'minimum': 3}}} ! /properties/a~1b/minimum ! the keyword 'minimum' is not supported here, beside integer",
        "{'oneOf': []} ! /oneOf ! the keyword 'oneOf' is not supported here, beside any value",
        "{'type': 'text'} ! /type ! expected one of [array, boolean, integer, null, number, object, string] but got \"text\"",
        "{'$ref': '#/x'} ! /$ref ! there is nothing at #/x",
        "{'$ref': 'http://x'} ! /$ref ! expected a place in this schema, #/..., but got \"http://x\"",
        "{'properties': {'a': {}}, 'required': ['b']} ! /required ! expected names of 'properties', which do not have \"b\"",
        "{'items': 3} ! /items ! expected a schema, an object, but got 3",
        "{'type': 'array', 'minItems': -1} ! /minItems ! expected a whole number of 0 or more but got -1",
        "{'enum': []} ! /enum ! expected a list of values but got []",
        "{'allOf': [{}, {}]} ! /allOf ! expected one schema: several at once are not supported"
      })
  void whatIsNotSupportedIsNamed(String schema, String pointer, String detail) {
    var e =
        assertThrows(
            SpecException.class,
            () -> JsonConstraint.of(new TokenTrie(new Bytes()), json(schema), 90));
    assertEquals(pointer, e.pointer());
    assertEquals(detail, e.detail());
  }

  @Test
  void whatCannotBeMetIsToldBefore() {
    var loop = json("{'properties': {'a': {'$ref': '#'}}, 'required': ['a']}");
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> JsonConstraint.of(new TokenTrie(new Bytes()), loop, 90));
    assertTrue(e.getMessage().contains("no text of these tokens meets"), e::getMessage);
    var letters = new Characters("abc", false);
    assertThrows(
        IllegalArgumentException.class,
        () -> JsonConstraint.of(new TokenTrie(letters), json("{'type': 'object'}"), 90));
    var tight =
        assertThrows(
            IllegalArgumentException.class,
            () -> JsonConstraint.of(new TokenTrie(new Bytes()), json(PERSON), 20));
    assertTrue(tight.getMessage().contains("expected room for 35 tokens"), tight::getMessage);
  }

  @Test
  void aCallIsWrittenAsItsModelDoes() {
    var functions =
        List.of(
            json("{'name': 'say \\\\ it', 'parameters': {'properties': {'x': {'const': 1}}}}"),
            json("{'name': 'go'}"));
    for (int seed = 0; seed < 100; seed++) {
      var text =
          random(
              JsonConstraint.ofCall(
                  new TokenTrie(BPE), functions, "<tool_call>", "</tool_call>", "arguments", 200),
              BPE,
              200,
              seed);
      assertTrue(text.startsWith("<tool_call>\n{\"name\": \""), text);
      assertTrue(text.endsWith("}\n</tool_call>"), text);
      var call = parsed(text.substring(12, text.length() - 13));
      assertTrue(Set.of("say \\ it", "go").contains(call.path("name").textValue()), text);
      assertTrue(call.path("arguments").isObject(), text);
    }
  }
}
