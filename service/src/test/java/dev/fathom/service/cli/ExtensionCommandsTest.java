package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.service.Towers;
import dev.fathom.service.extension.Grades;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an extension adds, and networks with several inputs, on the command line. */
@Timeout(60)
class ExtensionCommandsTest {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return CommandLines.run(out, err, arguments);
  }

  @Test
  void aNetworkWithTwoInputsIsAskedByARequest() throws IOException {
    Files.writeString(folder.resolve("train.csv"), Towers.csv(600, 1));
    Files.writeString(folder.resolve("test.csv"), Towers.csv(100, 2));
    var spec = Files.writeString(folder.resolve("towers.json"), Towers.spec(""));
    var data = folder.resolve("data").toString();
    assertEquals(
        0, run("train", spec.toString(), "--data", data, "--backend", "java"), err::toString);
    var request = Files.writeString(folder.resolve("request.json"), Towers.request()).toString();
    assertEquals(0, run("predict", "towers", request, "--data", data), err::toString);
    var scores =
        out.toString()
            .lines()
            .map(line -> line.replaceAll("[\\[\\]]", ""))
            .mapToDouble(Double::parseDouble)
            .toArray();
    assertArrayEquals(new double[] {0.5, -0.1}, scores, 0.05, out::toString);

    assertEquals(2, run("predict", "towers", "[1, 2, 3, 4]", "--data", data));
    assertTrue(err.toString().contains("'towers' has the inputs [user, item]"), err::toString);
    var half = request.replace("request", "half");
    Files.writeString(Path.of(half), Towers.request().replace("\"item\"", "\"things\""));
    assertEquals(2, run("predict", "towers", half, "--data", data));
    assertTrue(err.toString().contains("expected an input 'item'"), err::toString);
  }

  @Test
  void trainsAndPredicts() throws IOException {
    Files.writeString(folder.resolve("train.csv"), Grades.csv(400, 1));
    Files.writeString(folder.resolve("test.csv"), Grades.csv(100, 2));
    var spec = Files.writeString(folder.resolve("grades.json"), Grades.spec(""));
    var data = folder.resolve("data").toString();
    assertEquals(
        0, run("train", spec.toString(), "--data", data, "--backend", "java"), err::toString);
    var lines = out.toString().lines().toList();
    var epoch =
        lines.stream().filter(line -> line.startsWith("epoch 1 ")).findFirst().orElseThrow();
    assertTrue(epoch.matches("epoch 1  loss \\S+  rankError \\d\\.\\d{4}  .*rankError .*"), epoch);
    assertTrue(
        lines.get(lines.size() - 2).matches("test rankError 0\\.[01]\\d*"),
        lines.get(lines.size() - 2));
    assertEquals("published grades 1", lines.getLast());

    assertEquals(0, run("predict", "grades", "[[0.05, 0.1], [0.95, 0.9]]", "--data", data));
    assertEquals("a\nd\n", out.toString());
    assertEquals(0, run("predict", "grades", "[0.95, 0.9]", "--data", data, "--json"));
    assertEquals("{\"rank\":3,\"name\":\"d\"}\n", out.toString());
  }
}
