package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FitCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file =
        Files.writeString(
            folder.resolve("Leaves 1.csv"),
            "width,job,tree\n" + "1.5,cook,oak\n0.7,nurse,elm\n1.4,,oak\n".repeat(20));
  }

  private int run(String... arguments) {
    return CommandLines.run(out, err, arguments);
  }

  private int fit(String... more) {
    var all = new String[more.length + 6];
    var first = new String[] {"fit", file.toString(), "--data", data(), "--backend", "java"};
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return run(all);
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  @Test
  void trainsATableAndWritesItsSpec() throws IOException {
    assertEquals(0, fit("--target", "tree", "--time", "5s"), err::toString);
    assertTrue(out.toString().contains("target tree: 2 classes\nwrote "), out::toString);
    assertTrue(out.toString().contains("test accuracy 1.0000"), out::toString);
    assertTrue(out.toString().contains("to guess, always 'oak': accuracy 0.6667"), out::toString);
    assertTrue(out.toString().endsWith("published leaves-1 1\n"), out::toString);
    assertEquals(0, run("predict", "leaves-1", "[[1.5, \"cook\"]]", "--data", data()));
    assertTrue(out.toString().startsWith("oak"), out::toString);
    // The spec is one as any other.
    var spec = folder.resolve("leaves-1.json");
    assertEquals(0, run("train", spec.toString(), "--data", data(), "--backend", "java"));
    // The same again is the same, but a spec that somebody changed is kept.
    assertEquals(0, fit("--target", "tree", "--time", "6"), err::toString);
    Files.writeString(spec, "{}");
    assertEquals(2, fit("--target", "tree", "--time", "5s"));
    assertTrue(err.toString().contains("there is another "), err::toString);
    assertEquals("{}", Files.readString(spec));
  }

  @Test
  void errorsNameOptions() throws IOException {
    Files.writeString(file, "width,tree\n" + "1.5,oak\n0.7,elm\nn/a,oak\n".repeat(20));
    assertEquals(2, fit("--target", "tree"));
    assertTrue(
        err.toString()
            .contains(
                "got 'n/a'; say --missing-words 'n/a' if it means that the value is missing, or in a"
                    + " spec's \"data\" write \"kinds\": {\"width\": \"text\"}"),
        err::toString);
  }

  @Test
  void refusesInOneSentence() {
    assertEquals(2, fit());
    assertEquals("fathom: expected --target COLUMN, one of width, job, tree\n", err.toString());
    assertEquals(2, fit("--target", "size"));
    assertEquals(
        "fathom: --target: expected a column of Leaves 1.csv but got 'size'; there are [width, job,"
            + " tree]\n",
        err.toString());
    assertEquals(2, fit("--target", "tree", "--time", "soon"));
    assertTrue(err.toString().contains("expected --time such as 90s, 10m or 1h"), err::toString);
    assertEquals(2, fit("--target", "tree", "--test", "nowhere.csv"));
    assertEquals("fathom: there is no file nowhere.csv\n", err.toString());
    assertEquals(2, fit("--target", "tree", "--name", "No Name"));
    assertEquals(1, err.toString().lines().count(), err::toString);
  }
}
