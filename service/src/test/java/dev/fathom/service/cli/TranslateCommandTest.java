package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model that writes letters in capitals, made by {@code train}, without a service. */
@Timeout(120)
class TranslateCommandTest {

  @TempDir static Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void model() throws IOException {
    CommandLines.use(folder);
    List<String> rows = new ArrayList<>(List.of("small,capital"));
    for (int i = 0; i < 400; i++) {
      var word = "" + (char) ('a' + i % 5) + (char) ('a' + i / 5 % 5) + (char) ('a' + i / 25 % 5);
      rows.add(word + "," + word.toUpperCase());
    }
    Files.write(folder.resolve("pairs.csv"), rows);
    var embedding =
        "{\"type\": \"embedding\", \"vocabulary\": 259, \"padding\": 258, \"features\": 32, \"initializer\": \"smallNormal\"},"
            + " {\"type\": \"learnedpositions\", \"length\": 4}";
    var spec =
        """
        {"name": "capitals",
         "data": {"format": "pairs", "train": "pairs.csv", "from": "small", "to": "capital", "length": 4,
                  "tokenizer": {"type": "bpe", "vocabulary": 258, "special": ["<s>", "</s>"]}},
         "model": [{"type": "encoderdecoder", "source": 4,
           "encoder": [%s],
           "decoder": [%s, {"type": "decoder", "cross": true, "heads": 2, "hidden": 32, "initializer": "xavierUniform"},
                       {"type": "dense", "units": 259, "initializer": "xavierUniform"}]}],
         "training": {"epochs": 20, "batchSize": 32, "optimizer": {"type": "adam", "learningRate": 0.01}}}"""
            .formatted(embedding, embedding);
    Files.writeString(folder.resolve("spec.json"), spec);
    assertEquals(0, Main.commandLine().execute("train", folder.resolve("spec.json").toString()));
  }

  @AfterAll
  static void forget() {
    CommandLines.forget();
  }

  private int run(String... arguments) {
    return CommandLines.run(out, err, arguments);
  }

  @Test
  void tellsALineForEachText() {
    assertEquals(0, run("translate", "capitals", "abc", "eda"), err::toString);
    assertEquals("ABC\nEDA\n", out.toString());
  }

  @Test
  void tellsSeveralAsJson() throws IOException {
    assertEquals(0, run("translate", "capitals", "abc", "--count", "3", "--json"), err::toString);
    var told = new ObjectMapper().readTree(out.toString());
    assertEquals("abc", told.path("text").asText());
    assertEquals(3, told.path("translations").size());
    assertEquals("ABC", told.at("/translations/0/text").asText());
    assertTrue(
        told.at("/translations/0/score").asDouble() >= told.at("/translations/1/score").asDouble());
  }

  @Test
  void scoresAFile() {
    var file = folder.resolve("pairs.csv").toString();
    assertEquals(
        0,
        run("translate", "capitals", "--file", file, "--column", "small", "--reference", "capital"),
        err::toString);
    var lines = out.toString().lines().toList();
    assertEquals(401, lines.size());
    // Texts of one word have no BLEU.
    assertTrue(lines.getLast().startsWith("400 texts: BLEU 0.00, chrF 100.00"), lines.getLast());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "capitals | expected texts, or --file and --column",
        "capitals abc --file x.csv --column small | expected texts, or --file and --column",
        "capitals --file x.csv | expected texts, or --file and --column",
        "capitals abc --reference capital | --reference: expected a --file",
        "capitals abcd | expected texts of 1 to 3 tokens but text 0 has 4",
        "capitals abc --beams 0 | expected 1 beam or more but got 0",
        "capitals abc --count 9 | expected 1 to 4 texts, the beams, but got 9",
        "nobody abc | nobody",
      })
  void whatCannotBeIsRefused(String arguments, String problem) {
    List<String> all = new ArrayList<>(List.of("translate"));
    all.addAll(List.of(arguments.strip().split(" ")));
    assertEquals(2, run(all.toArray(String[]::new)), out::toString);
    assertTrue(err.toString().contains(problem), err::toString);
    assertEquals(1, err.toString().strip().lines().count(), err::toString);
  }
}
