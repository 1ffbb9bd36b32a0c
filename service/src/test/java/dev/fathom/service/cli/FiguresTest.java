package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {

  private static JsonNode test(String json) throws JsonProcessingException {
    return new ObjectMapper().readTree(json);
  }

  @Test
  void namesTheClassesWhereTheyAreFew() throws JsonProcessingException {
    assertEquals(
        "accuracy 0.9800, f1 0.9800, f1.ham 0.9900, f1.spam 0.9700",
        Figures.line(
            test(
                "{\"loss\": 1, \"accuracy\": 0.98, \"f1\": 0.98, \"f1.ham\": 0.99, \"f1.spam\": 0.97}")));
    assertEquals(
        "accuracy 0.5000, f1 1.0000",
        Figures.line(
            test(
                "{\"accuracy\": 0.5, \"f1\": 1, \"f1.a\": 1, \"f1.b\": 1, \"f1.c\": 1, \"f1.d\": 1}")));
  }

  @Test
  void tellsForecastsAndLosses() throws JsonProcessingException {
    assertEquals(
        "meanAbsoluteError 2.9450, seasonalNaiveError 3.7870, coverage 0.7690",
        Figures.line(
            test(
                """
                {"meanAbsoluteError": 2.945, "seasonalNaiveError": 3.787, "coverage": 0.769}""")));
    assertEquals("loss 4.6576", Figures.line(test("{\"loss\": 4.6576}")));
  }

  /** The deviation of a sample: the squares of -0.1, 0 and 0.1 over 2. */
  @Test
  void meansOfSeveral() throws JsonProcessingException {
    assertEquals(
        "loss 0.5000 (deviation 0.1000)",
        Figures.means(
            List.of(test("{\"loss\": 0.4}"), test("{\"loss\": 0.5}"), test("{\"loss\": 0.6}"))));
  }
}
