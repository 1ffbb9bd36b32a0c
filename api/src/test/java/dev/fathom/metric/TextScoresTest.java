package dev.fathom.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextScoresTest {
  private static final double TOLERANCE = 1e-9;

  /** The figures came from sacreBLEU, see {@code src/test/sacrebleu}. */
  @Test
  void areSacreBleus() throws IOException {
    JsonNode cases;
    try (InputStream in = TextScoresTest.class.getResourceAsStream("/sacrebleu/scores.json")) {
      cases = new ObjectMapper().readTree(in);
    }
    assertEquals(80, cases.size());
    int rouges = 0;
    for (JsonNode each : cases) {
      List<String> texts = texts(each.path("texts"));
      List<List<String>> references = new ArrayList<>();
      each.path("references").forEach(some -> references.add(texts(some)));
      assertEquals(
          each.path("bleu").doubleValue(),
          TextScores.bleu(texts, references),
          TOLERANCE,
          each::toString);
      assertEquals(
          each.path("chrF").doubleValue(),
          TextScores.chrF(texts, references),
          TOLERANCE,
          each::toString);
      if (!each.path("rougeL").isNull()) {
        rouges++;
        assertEquals(
            each.path("rougeL").doubleValue(), TextScores.rougeL(texts, references), TOLERANCE);
      }
    }
    assertTrue(rouges > 5);
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.textValue()));
    return texts;
  }

  @Test
  void knowsTheEnds() {
    List<String> texts = List.of("the cat sat on the mat", "Привет, большой мир!");
    List<List<String>> same = texts.stream().map(List::of).toList();
    assertEquals(100, TextScores.bleu(texts, same), TOLERANCE);
    assertEquals(100, TextScores.chrF(texts, same), TOLERANCE);
    assertEquals(1, TextScores.rougeL(texts, same), TOLERANCE);
    List<List<String>> other = List.of(List.of("xyz"), List.of("xyz"));
    assertEquals(0, TextScores.bleu(texts, other));
    assertEquals(0, TextScores.chrF(texts, other));
    assertEquals(0, TextScores.rougeL(texts, other));
    assertEquals(0, TextScores.bleu(List.of(""), List.of(List.of(""))));
    assertEquals(0, TextScores.chrF(List.of(""), List.of(List.of(""))));
  }

  /** Two of four words, and of three: 2 * 2 / (4 + 3). */
  @Test
  void findsWordsInTheSameOrder() {
    assertEquals(
        4.0 / 7, TextScores.rougeL(List.of("A b, c D"), List.of(List.of("d a-D"))), TOLERANCE);
    assertEquals(1, TextScores.rougeL(List.of("état"), List.of(List.of("x", "ÉTAT"))), TOLERANCE);
  }

  @Test
  void needsAReferenceForEachText() {
    IllegalArgumentException wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> TextScores.bleu(List.of("a", "b"), List.of(List.of("a"))));
    assertEquals(
        "[bleu] expected a text or more, and references of each, but got 2 texts, and references"
            + " of 1",
        wrong.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> TextScores.chrF(List.of("a"), List.of(List.of())));
    assertThrows(IllegalArgumentException.class, () -> TextScores.rougeL(List.of(), List.of()));
  }
}
