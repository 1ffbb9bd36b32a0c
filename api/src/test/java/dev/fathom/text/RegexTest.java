package dev.fathom.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What differs between Ruby's syntax of Oniguruma and Java's. */
class RegexTest {
  static Stream<List<String>> cases() {
    return Stream.of(
        List.of("\\w+", "naïve \u0661\u0662 x_y", "naïve,\u0661\u0662,x_y"),
        List.of("\\s", "a\u00a0b\u3000c", "\u00a0,\u3000"),
        List.of("\\d+", "1\u0662\u0969 \u00b2", "1\u0662\u0969"),
        List.of("\\h+", "cafe gh", "cafe"),
        List.of("[[:alpha:]_]+", "ab_9é", "ab_,é"),
        List.of("[[:^space:]]+", "a b", "a,b"),
        List.of("\\p{^L}+", "a12b", "12"),
        List.of("\\P{Letter}+", "a12b", "12"),
        List.of("\\p{Han}+", "a日本b", "日本"),
        List.of("(?i:'S)|x", "'s'S x", "'s,'S,x"),
        List.of("(?i)straSSe", "STRAſse", "STRAſse"),
        List.of("a{,2}b", "aaab", "aab"),
        List.of("a{b", "a{b", "a{b"),
        List.of("(?m:a.b)", "a\nb", "a\nb"),
        List.of("a.b", "a\rb a\nb", "a\rb"),
        List.of("^b$", "a\nb\nc", "b"),
        List.of("\\ba", "é a éa", "a"),
        List.of("[^(\\s|[.,])]+", "ab,c(d e", "ab,c,d,e"),
        List.of("a++|\\x62\\x{63}\\u0064", "aabcd", "aa,bcd"),
        List.of("[a-c&&[^b]]+", "abca", "a,ca"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void matchesWhatOnigurumaMatches(List<String> example) {
    assertEquals(
        example.get(2),
        String.join(
            ",",
            Regex.compile(example.get(0))
                .matcher(example.get(1))
                .results()
                .map(MatchResult::group)
                .toList()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?~a)",
        "(?x:a b)",
        "a{1,2}+",
        "a{2}?",
        "\\K",
        "\\p{Nonsense}",
        "\\pL",
        "[]a]",
        "[\\b]",
        "(",
        "[[:alpha]",
        "\\",
        "\\u12",
        "\\x",
        "\\Ga",
      })
  void refusesWhatJavaHasNot(String pattern) {
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> Regex.compile(pattern));
    assertTrue(wrong.getMessage().contains("'" + pattern + "'"), wrong.getMessage());
  }
}
