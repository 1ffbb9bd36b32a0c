package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.image.Pictures;
import dev.fathom.service.Colours;
import java.awt.Color;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Red pictures are like red ones. */
@Timeout(60)
class SimilarCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    var all = new String[arguments.length + 4];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(
        new String[] {"--data", folder.resolve("data").toString(), "--backend", "java"},
        0,
        all,
        arguments.length,
        4);
    return CommandLines.run(out, err, all);
  }

  @BeforeEach
  void model() throws IOException {
    try (var zip = new ZipInputStream(new ByteArrayInputStream(Colours.zip()))) {
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        var file = folder.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
    var spec =
        Files.writeString(folder.resolve("colours.json"), Colours.spec("\"train\": \"colours\""));
    assertEquals(0, run("train", spec.toString()), err::toString);
  }

  private String picture(Color colour, String name) throws IOException {
    var file = folder.resolve(name);
    Files.write(file, Colours.picture(colour, 50, 31, "png"));
    return file.toString();
  }

  @Test
  void theNearestAreOfTheSameColour() throws IOException {
    var red = picture(Color.RED, "red.png");
    var blue = picture(Color.BLUE, "blue.png");
    var among = folder.resolve("colours").toString();
    var grid = folder.resolve("grid.png");
    assertEquals(
        0,
        run(
            "similar",
            "colours",
            red,
            blue,
            "--among",
            among,
            "--count",
            "3",
            "--out",
            grid.toString()),
        err::toString);
    var lines = out.toString().lines().toList();
    assertEquals(11, lines.size(), out::toString);
    assertEquals(red, lines.get(0));
    assertEquals("RANK  COSINE  FILE", lines.get(1));
    assertTrue(
        lines.get(2).matches("   1  [01]\\.\\d{4}  .*colours.red.\\d\\d\\..*"), lines.get(2));
    assertTrue(lines.get(4).matches("   3  .*colours.red.\\d\\d\\..*"), lines.get(4));
    assertEquals("", lines.get(5));
    assertEquals(blue, lines.get(6));
    assertTrue(lines.get(8).matches("   1  .*colours.blue.\\d\\d\\..*"), lines.get(8));
    var drawn = Pictures.decode("grid.png", Files.readAllBytes(grid), 1 << 24);
    assertEquals(4 * 96, drawn.width());
    assertEquals(2 * 96, drawn.height());
    var pixel = (10 * drawn.width() + 150) * 3;
    assertTrue((drawn.pixels()[pixel] & 0xff) > (drawn.pixels()[pixel + 2] & 0xff), "red on top");
  }

  @Test
  void aPictureIsNoNeighbourOfItselfAndDamagedOnesAreLeftOut() throws IOException {
    var among = folder.resolve("colours/red");
    Files.writeString(among.resolve("broken.png"), "no picture");
    var query = among.resolve("00.png");
    assertEquals(
        0,
        run(
            "similar",
            "colours",
            query.toString(),
            "--json",
            "--among",
            among.toString(),
            "--count",
            "100"),
        err::toString);
    assertTrue(err.toString().contains("note: left out [picture] "), err::toString);
    var json = new ObjectMapper().readTree(out.toString());
    assertEquals(query.toString(), json.path("file").textValue());
    assertEquals(19, json.path("similar").size(), "20 red ones without itself");
    double before = 1;
    for (var each : json.path("similar")) {
      assertNotEquals(query.toString(), each.path("file").textValue());
      assertTrue(each.path("cosine").doubleValue() <= before);
      before = each.path("cosine").doubleValue();
    }
  }

  @Test
  void whatIsWrongIsTold() throws IOException {
    var red = picture(Color.RED, "red.png");
    var among = folder.resolve("colours").toString();
    refused("--layer", "flaten1", red, among, "did you mean 'flatten1'?");
    refused("--count", "0", red, among, "expected --count of 1 or more but got 0");
    refused(
        "--count", "1", red, folder.resolve("none").toString(), "expected pictures and folders");
    refused("--count", "1", folder.resolve("none.png").toString(), among, "there is no file");
    Files.writeString(Path.of(red), "no picture");
    refused("--count", "1", red, among, "red.png: expected PNG, JPEG or BMP");
  }

  private void refused(String option, String value, String query, String among, String expected) {
    assertEquals(2, run("similar", "colours", query, "--among", among, option, value));
    assertTrue(err.toString().contains(expected), err::toString);
  }
}
