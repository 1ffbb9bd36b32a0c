package dev.fathom.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.device.Backends;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BeamSearchTest {

  /** {@code beams.py} tells what transformers finds. */
  @Test
  void findsWhatTransformersFinds() throws IOException {
    JsonNode cases;
    try (var file = BeamSearchTest.class.getResourceAsStream("/beams/beams.json")) {
      cases = new ObjectMapper().readTree(file);
    }
    for (var each : cases) {
      var table = new ObjectMapper().convertValue(each.path("table"), float[][][].class);
      var search =
          new BeamSearch(
              each.path("beams").asInt(),
              each.path("penalty").asDouble(),
              each.path("count").asInt(),
              each.path("most").asInt(),
              Set.of(0));
      var found =
          search.find(
              texts ->
                  texts.stream()
                      .map(text -> table[text.size()][text.isEmpty() ? 1 : text.getLast()])
                      .toList(),
              table[0].length);
      assertEquals(each.path("found").size(), found.size());
      for (int i = 0; i < found.size(); i++) {
        var expected = each.path("found").get(i);
        var tokens = new ArrayList<Integer>();
        expected.path("tokens").forEach(token -> tokens.add(token.asInt()));
        assertEquals(tokens, found.get(i).tokens(), each::toString);
        assertEquals(
            expected.path("stopped").asBoolean() ? FinishReason.STOP : FinishReason.LENGTH,
            found.get(i).finishReason());
        if (!expected.path("score").isNull()) {
          assertEquals(expected.path("score").asDouble(), found.get(i).score(), 1e-5);
        }
      }
    }
  }

  @Test
  void enoughBeamsFindTheLikeliestOfAll() {
    try (var backend = Backends.select("java").backend();
        var generator = Generator.open(backend, Models.of(Models.GPT))) {
      int[] prompt = {3, 1};
      double best = Double.NEGATIVE_INFINITY;
      List<Integer> likeliest = List.of();
      for (int first = 0; first < 12; first++) {
        for (int second = 0; second < 12; second++) {
          var scores = generator.score(new int[] {3, 1, first, second}, 0);
          double sum = scores.get(1).logProbability() + scores.get(2).logProbability();
          if (sum > best) {
            best = sum;
            likeliest = List.of(first, second);
          }
        }
      }
      var found = generator.find(prompt, new BeamSearch(12, 0, 3, 2, Set.of()));
      assertEquals(3, found.size());
      assertEquals(likeliest, found.getFirst().tokens());
      assertEquals(best, found.getFirst().score(), 1e-4);
      assertTrue(found.get(0).score() >= found.get(1).score());
      // One beam takes the likeliest token each time.
      var greedy = generator.find(prompt, new BeamSearch(1, 1, 1, 5, Set.of())).getFirst();
      var tokens = greedy.tokens().stream().mapToInt(token -> token).toArray();
      var sampling = Sampling.GREEDY.withMaxTokens(5);
      try (var generation = generator.start(prompt, sampling)) {
        var text = new StringBuilder();
        for (var piece = generation.next(); piece != null; piece = generation.next()) {
          text.append(piece);
        }
        assertEquals(text.toString(), Models.LETTERS.decode(tokens));
      }
      // The context ends a text too.
      assertEquals(
          1,
          generator
              .find(new int[Models.CONTEXT], new BeamSearch(2, 1, 1, 9, Set.of()))
              .getFirst()
              .tokens()
              .size());
      assertThrows(
          IllegalArgumentException.class,
          () -> generator.find(new int[0], new BeamSearch(2, 1, 1, 9, Set.of())));
    }
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> new BeamSearch(0, 1, 1, 9, Set.of()));
    assertThrows(IllegalArgumentException.class, () -> new BeamSearch(2, 1, 3, 9, Set.of()));
    assertThrows(
        IllegalArgumentException.class, () -> new BeamSearch(2, Double.NaN, 1, 9, Set.of()));
    var e =
        assertThrows(IllegalArgumentException.class, () -> new BeamSearch(2, 1, 1, 0, Set.of()));
    assertEquals("[beams] expected 1 token or more but got 0", e.getMessage());
  }
}
