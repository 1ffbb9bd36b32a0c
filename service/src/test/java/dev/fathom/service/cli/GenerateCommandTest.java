package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.service.Tiny;
import dev.fathom.service.TinyPictures;
import dev.fathom.service.TinyText;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Generation by a model that {@code train} made, without a service. */
@Timeout(60)
class GenerateCommandTest {

  @TempDir static Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void model() throws IOException {
    CommandLines.use(folder);
    Files.writeString(folder.resolve("book.txt"), TinyText.book());
    var spec = folder.resolve("spec.json");
    Files.writeString(spec, TinyText.spec("alphabet", "", "book.txt"));
    assertEquals(0, Main.commandLine().execute("train", spec.toString()));
    var quarters = Files.createDirectories(folder.resolve("quarters"));
    for (var file : Tiny.files().entrySet()) {
      Files.write(quarters.resolve(file.getKey()), file.getValue());
    }
    Files.writeString(spec, TinyPictures.spec("little", "quarters"));
    assertEquals(0, Main.commandLine().execute("train", spec.toString()));
  }

  @AfterAll
  static void forget() {
    CommandLines.forget();
  }

  private int run(String... arguments) {
    return CommandLines.run(out, err, arguments);
  }

  @Test
  void goesOnWhileAnotherOwnsTheDirectory() throws IOException {
    try (var _ = DataDirectory.open(folder.resolve("data"), "")) {
      assertEquals(0, run("generate", "alphabet", "ab", "--max-tokens", "8"), err::toString);
      assertEquals("cdéfghi\n", out.toString());
      assertEquals(0, run("generate", "alphabet:1", "ab", "--stop", "gh", "--json"), err::toString);
      assertEquals(
          """
          {"text":"cdéf","finishReason":"stop","promptTokens":2,"completionTokens":7}
          """,
          out.toString());
    }
  }

  @Test
  void searchesWithBeams() {
    assertEquals(
        0, run("generate", "alphabet", "ab", "--max-tokens", "8", "--beams", "3"), err::toString);
    assertEquals("cdéfghi\n", out.toString());
    assertEquals(2, run("generate", "alphabet", "ab", "--beams", "3", "--seed", "1"));
    assertTrue(err.toString().contains("--beams: expected no"), err::toString);
  }

  @Test
  void theSeedDecides() {
    var arguments =
        new ArrayList<>(List.of("generate", "alphabet", "b", "--temperature", "3", "--top-k", "9"));
    arguments.addAll(List.of("--top-p", "0.99", "--repetition-penalty", "1.1", "--seed", "4"));
    var words = arguments.toArray(String[]::new);
    assertEquals(0, run(words), err::toString);
    var first = out.toString();
    assertEquals(0, run(words));
    assertEquals(first, out.toString());
    words[words.length - 1] = "5";
    assertEquals(0, run(words));
    assertTrue(!first.equals(out.toString()), first);
  }

  @Test
  void drawsAGrid() throws IOException {
    var grid = folder.resolve("grid.png");
    var arguments =
        List.of("generate", "little", "--class", "2", "--count", "6", "--seed", "1", "--out");
    var words = new ArrayList<>(arguments);
    words.add(grid.toString());
    assertEquals(0, run(words.toArray(String[]::new)), err::toString);
    assertTrue(
        out.toString().startsWith("wrote " + grid + ": 6 pictures, 18 x 12 pixels, seed 1, "),
        out::toString);
    var image = ImageIO.read(grid.toFile());
    assertEquals(18, image.getWidth());
    assertEquals(12, image.getHeight());
    int right = 0;
    for (int i = 0; i < 6; i++) {
      var one = image.getRaster().getSamples(i % 3 * 6, i / 3 * 6, 6, 6, 0, (int[]) null);
      right += TinyPictures.brightest(one) == 2 ? 1 : 0;
    }
    assertTrue(right >= 5, right + " of 6");
    var first = Files.readAllBytes(grid);
    words.addAll(List.of("--json", "--steps", "3", "--guidance", "1", "--walk"));
    assertEquals(0, run(words.toArray(String[]::new)), err::toString);
    assertEquals(
        "{\"file\":\"%s\",\"count\":6,\"seed\":1,\"width\":18,\"height\":12}\n".formatted(grid),
        out.toString());
    assertFalse(Arrays.equals(first, Files.readAllBytes(grid)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          none ab                        | there is no model 'none'
          alphabet:2 ab                  | there is no version 2 of model 'alphabet'
          alphabet abcdefghijabcdefghij  | expected a text of at most 16 tokens, the context of 'alphabet', but it has 20
          alphabet EMPTY                 | expected a text of 1 token or more but it is empty
          alphabet a --temperature -1    | expected a temperature of 0 to 100 but got -1.0
          alphabet a --max-tokens -1     | expected 0 tokens or more but got -1
          alphabet                       | expected a text that 'alphabet' goes on from
          alphabet a --class 7 --count 3 | --class, --count: 'alphabet' makes no pictures
          little a                       | makes pictures, not texts: expected no text but got 'a'
          little --class 7               | expected a class of [0, 1, 2, 3] but got '7'
          little --count 0               | expected a count of 1 to 1024 but got 0
          little --steps 0               | expected 1 to 1000 steps but got 0
          little --guidance -1           | expected a guidance of 0 to 100
          alphabet a --max-tokns 3       | unknown option --max-tokns, did you mean --max-tokens?
          """)
  void refusesInOneSentence(String arguments, String sentence) {
    var words = ("generate " + arguments).split(" ");
    for (int i = 0; i < words.length; i++) {
      words[i] = words[i].replace("EMPTY", "");
    }
    assertEquals(2, run(words));
    assertTrue(err.toString().contains(sentence), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
  }
}
