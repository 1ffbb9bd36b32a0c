package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.service.TextsTest;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code fathom train} and {@code fathom predict} on texts and tables. */
@Timeout(60)
class TextCommandsTest {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void configure() throws IOException {
    CommandLines.use(folder);
    write("words.csv", TextsTest.words(200, 1));
    write("test.csv", TextsTest.words(60, 2));
  }

  @AfterEach
  void forget() {
    CommandLines.forget();
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private List<String> run(String... arguments) {
    assertEquals(0, execute(arguments), err::toString);
    return out.toString().lines().toList();
  }

  private int execute(String... arguments) {
    return CommandLines.run(out, err, arguments);
  }

  private void refused(String sentence, String... arguments) {
    assertEquals(2, execute(arguments), out::toString);
    assertTrue(err.toString().contains(sentence), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
  }

  private static List<String> labels(List<String> lines) {
    return lines.stream().map(line -> line.replaceAll(", \\d+ %", "")).toList();
  }

  @Test
  void textsFromFilesAndTheCommandLine() throws IOException {
    var spec = write("spec.json", TextsTest.spec(""));
    var lines = run("train", spec);
    assertTrue(
        lines.stream()
            .anyMatch(
                line ->
                    line.matches(
                        "test accuracy [\\d.]+, f1 [\\d.]+, f1.others [\\d.]+, f1.vowels [\\d.]+")),
        lines::toString);
    assertEquals(
        List.of("vowels", "others"),
        labels(run("predict", "words", "--text", "aeaeio", "--text", "bcdb")));
    assertEquals(
        List.of("others", "vowels", "vowels"),
        labels(run("predict", "words", write("lines.txt", "bcd\naei\nooa\n"))));
    assertEquals(
        List.of("others"),
        labels(run("predict", "words", write("new.csv", "word\naei\nbcd\n"), "--first", "1")));
    assertEquals(List.of("vowels"), labels(run("predict", "words", "[\"aei\"]")));

    JsonNode answer =
        new ObjectMapper().readTree(run("predict", "words", "--json", "--text", "eau").getFirst());
    assertEquals("vowels", answer.path("label").asText());
    assertTrue(answer.path("probabilities").path("vowels").asDouble() > 0.8, answer::toString);

    refused("expected either INPUT or --text", "predict", "words");
    refused("expected either INPUT or --text", "predict", "words", "[\"a\"]", "--text", "a");
    refused(
        "text 1: [tokens] token 10: expected a text of 1 to 10 tokens but got 12",
        "predict",
        "words",
        "--text",
        "a",
        "--text",
        "aaaaaaaaaaaa");
    refused("there is no file aei; --text takes a text", "predict", "words", "aei");
    refused(
        "expected a column 'word' but it has [w]", "predict", "words", write("w.csv", "w\nx\n"));
    Files.write(folder.resolve("latin.txt"), new byte[] {'a', (byte) 0xE9});
    refused(
        "[utf-8] latin.txt, byte 1: expected UTF-8 but got e9",
        "predict",
        "words",
        folder.resolve("latin.txt").toString());
    refused("line 3: expected 2 values", "predict", "words", write("r.csv", "a,word\n1,b\n2\n"));
  }

  /** Columns are found by their names, whatever their order, and others are left alone. */
  @Test
  void tablesByTheNamesOfTheirColumns() throws IOException {
    List<String> rows = new ArrayList<>(List.of("x,y,side"));
    for (int i = 0; i < 100; i++) {
      rows.add("%d,%d,%s".formatted(i, 50, i < 50 ? "left" : "right"));
    }
    write("points.csv", String.join("\n", rows));
    var spec =
        """
        {"name": "points", "data": {"format": "csv", "train": "points.csv", "target": "side",
          "scale": 0.02, "mean": 1}, "model": [{"type": "dense", "units": 2}],
         "training": {"epochs": 60, "batchSize": 20,
                      "optimizer": {"type": "adam", "learningRate": 0.1}}}""";
    run("train", write("points.json", spec));
    var file = write("ask.csv", "name,y,x\nnear,50,3\nfar,50,97\n");
    assertEquals(List.of("left", "right"), labels(run("predict", "points", file)));
    refused("expected a column 'x' but it has [y]", "predict", "points", write("y.csv", "y\n1\n"));
    refused(
        "'points' takes no texts but features of shape [2]", "predict", "points", "--text", "a");
  }

  @Test
  void severalSpecsOneAfterTheOther() throws IOException {
    var spec = TextsTest.spec("");
    var first = write("a.json", spec);
    var second = write("b.json", spec.replace("\"words\"", "\"others\""));
    var lines = run("train", first, second);
    assertEquals(2, lines.stream().filter(line -> line.startsWith("test accuracy")).count());
    assertTrue(lines.contains("published words 1"), lines::toString);
    assertTrue(lines.contains("published others 1"), lines::toString);
    refused("there is no file none.json", "train", "none.json", first);
  }
}
