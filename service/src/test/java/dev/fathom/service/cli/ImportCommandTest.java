package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.Repository;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models that others trained, from the shell: published, used, and refused. */
@Timeout(60)
class ImportCommandTest {

  private static final Path FOLDERS =
      Repository.ROOT.resolve("api/src/test/resources/transformers");

  @TempDir static Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void data() {
    CommandLines.use(folder);
  }

  @AfterAll
  static void forget() {
    CommandLines.forget();
  }

  private int run(String... arguments) {
    return CommandLines.run(out, err, arguments);
  }

  @Test
  void aFolderIsPublishedAndGoesOnWithTexts() {
    var imported = FOLDERS.resolve("llama").toString();
    assertEquals(0, run("import", imported, "--name", "little"), err::toString);
    assertEquals(
        "published little 1: llama, 5,456 parameters in bf16, texts of up to 64 tokens",
        out.toString().strip());
    assertEquals(
        0, run("generate", "little", "the cat sat", "--max-tokens", "5", "--json"), err::toString);
    assertTrue(out.toString().contains("\"promptTokens\":4"), out::toString); // <s> too
    var first = out.toString();
    assertEquals(
        0,
        run("generate", "little", "the cat sat", "--max-tokens", "5", "--beams", "1", "--json"),
        err::toString);
    assertEquals(first, out.toString()); // one beam is the likeliest token each time
    assertEquals(0, run("import", imported, "--name", "little", "--context", "20"));
    assertTrue(out.toString().startsWith("published little 2:"), out::toString);
    assertEquals(
        0, run("generate", "little", "the cat sat", "--max-tokens", "5", "--json"), err::toString);
    assertEquals(first, out.toString());
    assertEquals(0, run("show", "little"), err::toString);
    assertTrue(out.toString().contains("llama"), out::toString);
    assertEquals(0, run("list"), err::toString);
    assertTrue(out.toString().contains("little:2"), out::toString);
  }

  @Test
  void eightBitsAreComparedWithWhatWasGiven() {
    var imported = FOLDERS.resolve("llama").toString();
    assertEquals(0, run("import", imported, "--name", "eight", "--weights", "int8"), err::toString);
    var lines = out.toString().strip().lines().toList();
    assertEquals(
        "published eight 1: llama, 5,456 parameters in int8, texts of up to 64 tokens",
        lines.get(0));
    assertTrue(
        lines.get(1).matches("int8 instead of bf16: parameters differ by 0\\.[0-9]{2} %"),
        lines.get(1));
    assertTrue(
        lines
            .get(2)
            .matches(
                "on [0-9]+ tokens of English: loss [0-9.]+ instead of [0-9.]+, the same likeliest"
                    + " token for [0-9]+"),
        lines.get(2));
    assertEquals(
        0, run("generate", "eight", "the cat sat", "--max-tokens", "5", "--json"), err::toString);
    var copy = folder.resolve("exported-eight");
    assertEquals(0, run("export", "eight", copy.toString()), err::toString);
    assertEquals(0, run("import", copy.toString(), "--name", "wide"), err::toString);
    assertTrue(out.toString().contains("5,456 parameters in f32"), out::toString);
    assertEquals(
        0,
        run("import", FOLDERS.resolve("bert").toString(), "--name", "b8", "--weights", "int8"),
        err::toString);
    assertEquals(2, out.toString().strip().lines().count(), out::toString);
    assertEquals(2, run("import", imported, "--name", "four", "--weights", "int4"));
  }

  @Test
  void whatWasImportedIsExportedAndImportedAgain() throws IOException {
    for (var name : List.of("llama", "gemma", "gpt2", "bert")) {
      assertEquals(
          0, run("import", FOLDERS.resolve(name).toString(), "--name", "a-" + name), err::toString);
      var copy = folder.resolve("exported-" + name);
      assertEquals(0, run("export", "a-" + name, copy.toString()), err::toString);
      assertEquals("wrote " + copy, out.toString().strip());
      assertEquals(0, run("import", copy.toString(), "--name", "b-" + name), err::toString);
      var models = folder.resolve("data/models");
      assertEquals(
          -1,
          Files.mismatch(
              models.resolve("a-" + name + "/1/weights.safetensors"),
              models.resolve("b-" + name + "/1/weights.safetensors")),
          name);
      assertEquals(2, run("export", "a-" + name, copy.toString()));
      assertTrue(err.toString().contains("expected an empty folder"), err::toString);
    }
  }

  @Test
  void theNameIsThatOfTheFolderAndSamplingThatOfTheModel() {
    assertEquals(0, run("import", FOLDERS.resolve("llama-tied").toString()), err::toString);
    assertTrue(out.toString().startsWith("published llama-tied 1: llama,"), out::toString);
    var random = new String[] {"generate", "llama-tied", "a dog", "--max-tokens", "20", "--seed"};
    assertEquals(0, run(with(random, "1")), err::toString);
    var one = out.toString();
    assertEquals(0, run(with(random, "2")), err::toString);
    assertFalse(one.equals(out.toString()), "temperature 0.6 draws");
    assertEquals(0, run(with(random, "1", "--temperature", "0")), err::toString);
    var greedy = out.toString();
    assertEquals(0, run(with(random, "2", "--temperature", "0")), err::toString);
    assertEquals(greedy, out.toString());
  }

  private static String[] with(String[] words, String... more) {
    var all = new java.util.ArrayList<>(List.of(words));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void whatIsWrongIsSaidAndNothingIsPublished() throws IOException {
    assertEquals(2, run("import", folder.resolve("nowhere").toString()));
    assertTrue(err.toString().contains("expected a folder with a config.json"), err::toString);
    var broken = Files.createDirectories(folder.resolve("broken"));
    for (var file : List.of("config.json", "tokenizer.json")) {
      Files.copy(FOLDERS.resolve("gpt2").resolve(file), broken.resolve(file));
    }
    assertEquals(2, run("import", broken.toString()));
    assertTrue(err.toString().contains("expected model.safetensors or"), err::toString);
    assertEquals(0, run("list"), err::toString);
    assertFalse(out.toString().contains("broken"), out::toString);
    assertEquals(
        2, run("import", FOLDERS.resolve("gpt2").toString(), "--context", "65", "--name", "long"));
    assertEquals(
        "fathom: [import] config.json: expected a context of 1 to 64 but got 65",
        err.toString().strip());
  }
}
