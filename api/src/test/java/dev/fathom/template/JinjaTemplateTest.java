package dev.fathom.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What transformers makes of the same templates is in {@code chat/templates.json}. */
@Timeout(60)
class JinjaTemplateTest {
  private static final JsonNode FIXTURE = fixture();

  private static JsonNode fixture() {
    try (var file = JinjaTemplateTest.class.getResourceAsStream("/chat/templates.json")) {
      return new ObjectMapper().readTree(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Stream<String> names() {
    return FIXTURE.path("expected").properties().stream().map(Map.Entry::getKey);
  }

  private static String source(String name) throws IOException {
    try (var file =
        JinjaTemplateTest.class.getResourceAsStream("/chat/templates/" + name + ".jinja")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void makesWhatTransformersMakes(String name) throws IOException {
    var template = JinjaTemplate.parse(source(name));
    for (var expected : FIXTURE.path("expected").path(name).properties()) {
      var variables = (ObjectNode) FIXTURE.path("cases").path(expected.getKey());
      if (expected.getValue().has("text")) {
        assertEquals(
            expected.getValue().path("text").asText(),
            template.render(variables),
            expected.getKey());
      } else {
        var e = assertThrows(TemplateException.class, () -> template.render(variables));
        var message = expected.getValue().path("error").asText("");
        // Others are errors of a value, which Python words in its own way.
        if (!message.contains("has no attribute") && !message.isEmpty()) {
          assertEquals(message, e.detail());
        }
      }
    }
  }

  private static String render(String source) {
    return JinjaTemplate.parse(source).render(JsonNodeFactory.instance.objectNode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "{% for x in y %}a ! 1 ! expected 'endfor' behind this but the template ends",
        "a\\n\\n{% if x % ! 3 ! expected '%}' behind '{%'",
        "{{ x ! 1 ! expected '}}' behind '{{'",
        "{{ 'x }} ! 1 ! expected the end of a string, '",
        "{# x ! 1 ! expected '#}' behind '{#'",
        "\\n{% fro x in y %} ! 2 ! there is no block 'fro' here, did you mean 'for'?",
        "{% include 'x' %} ! 1 ! there is no block 'include' here",
        "{{ x | tirm }} ! 1 ! there is no filter 'tirm', did you mean 'trim'?",
        "{{ x is strng }} ! 1 ! there is no test 'strng', did you mean 'string'?",
        "{{ 1 + }} ! 1 ! expected a value but the block ends",
        "{{ (1 }} ! 1 ! unexpected '}'",
        "{{ 1) }} ! 1 ! unexpected ')'",
        "{{ a b }} ! 1 ! expected the end of the block but got 'b'",
        "{% set x %}a ! 1 ! expected 'endset' behind this but the template ends",
        "{% endif %} ! 1 ! there is no block 'endif' here",
        "{{ 99999999999999999999 }} ! 1 ! expected a number below 2^63 but got 99999999999999999999",
        "{{ 'a' ? 1 }} ! 1 ! unexpected character '?'",
        "{% raw %} ! 1 ! expected 'endraw' behind 'raw'",
        "{{ '\\uzz' }} ! 1 ! expected 4 hexadecimal digits behind '\\u'"
      })
  void tellsWhereATemplateIsWrong(String source, int line, String detail) {
    var text = source.replace("\\n", "\n");
    var e = assertThrows(TemplateException.class, () -> JinjaTemplate.parse(text));
    assertEquals("[template] line %d: %s".formatted(line, detail), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "\\n{{ a.b }} ! 2 ! 'a' is undefined, so it has no 'b'",
        "{% set a = {} %}\\n\\n{{ a.b.c }} ! 3 ! 'b' of a mapping is undefined, so it has no 'c'",
        "{{ 1 + 'a' }} ! 1 ! expected values that '+' takes but got the number 1 and a string",
        "{{ 1 / 0 }} ! 1 ! division by zero",
        "{{ 9223372036854775807 + 1 }} ! 1 ! expected a smaller number: long overflow",
        "{{ 1() }} ! 1 ! expected a function to call but got the number 1",
        "{% for x in 3 %}{% endfor %} ! 1 ! expected a list to go through but got the number 3",
        "{% for a, b in [[1]] %}{% endfor %} ! 1 ! expected 2 values for [a, b] but got 1",
        "{{ [1].append(2) }} ! 1 ! 'append' would change a value, which a template may not do: use 'set' or '+'",
        "{% set a = 1 %}{% set a.b = 1 %} ! 1 ! expected a namespace as 'a' but got the number 1",
        "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }} ! 1 ! expected at most the arguments [a] of 'm'",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }} ! 1 ! macros call each other more than 64 deep",
        "{% for i in range(1000000000) %}{% endfor %} ! 1 ! the template does too much: a loop or a text is too long",
        "{{ 'a' * 1000000000 }} ! 1 ! the template does too much: a loop or a text is too long",
        "{{ raise_exception('no') }} ! 1 ! no",
        "{{ strftime_now('%Q') }} ! 1 ! there is no directive '%Q' of times",
        "{{ [1] | map('none') | list }} ! 1 ! there is no filter 'none'",
        "{{ [1, 'a'] | sort }} ! 1 ! expected two numbers or two strings to compare but got a string and the number 1"
      })
  void tellsWhereAValueIsWrong(String source, int line, String detail) {
    var text = source.replace("\\n", "\n");
    var e = assertThrows(TemplateException.class, () -> render(text));
    assertEquals(line, e.line());
    assertEquals(detail, e.detail());
  }

  @Test
  void aTextThatDoublesEnds() {
    var source =
        "{% set ns = namespace(t='x') %}{% for i in range(99) %}{% set ns.t = ns.t + ns.t %}{% endfor %}";
    var e = assertThrows(TemplateException.class, () -> render(source));
    assertTrue(e.getMessage().contains("does too much"), e::getMessage);
  }

  @Test
  void blocksAndExpressionsAreNestedOnlySoDeep() {
    for (var source :
        List.of(
            "{% if a %}".repeat(5000),
            "{{ " + "(".repeat(5000),
            "{{ " + "not ".repeat(5000) + "a }}",
            "{{ " + "-".repeat(5000) + "1 }}",
            "{{ " + "[".repeat(5000))) {
      var e = assertThrows(TemplateException.class, () -> JinjaTemplate.parse(source));
      assertTrue(
          e.getMessage().contains("nested more than") || e.getMessage().contains("expected '"),
          e::getMessage);
    }
  }

  @Test
  void theClockIsGiven() {
    var clock = Clock.fixed(Instant.parse("2024-07-06T05:04:03Z"), ZoneOffset.UTC);
    var text =
        JinjaTemplate.parse("{{ strftime_now('%d %b %Y, %A %-d %B %y %H:%M:%S %I %p %j %%') }}")
            .render(JsonNodeFactory.instance.objectNode(), clock);
    assertEquals("06 Jul 2024, Saturday 6 July 24 05:04:03 05 AM 188 %", text);
  }

  @Test
  void anythingIsAnErrorWithALineOrATemplate() {
    var alphabet =
        List.of(
            "{{", "}}", "{%", "%}", "if ", "for ", " in ", "x", ".", "[", "]", "(", ")", "'", "1",
            "|", "trim", "-", "set ", "=", "endif", "endfor", "\n", " ", "#}", "{#", "~", "is ");
    var random = new java.util.SplittableRandom(3);
    var parsed = new ArrayList<String>();
    for (int i = 0; i < 20_000; i++) {
      var source = new StringBuilder();
      for (int n = random.nextInt(12); n >= 0; n--) {
        source.append(alphabet.get(random.nextInt(alphabet.size())));
      }
      try {
        render(source.toString());
        parsed.add(source.toString());
      } catch (TemplateException e) {
        assertTrue(e.line() > 0, e::getMessage);
      }
    }
    assertTrue(parsed.size() > 100, parsed::toString);
  }
}
