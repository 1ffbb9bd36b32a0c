package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.service.Colours;
import java.awt.Color;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model is asked pictures, and folders of them. */
@Timeout(60)
class PredictPicturesTest {
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

  private void unpack() throws IOException {
    try (var zip = new ZipInputStream(new ByteArrayInputStream(Colours.zip()))) {
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        var file = folder.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
  }

  @Test
  void picturesAreNamedWithTheirAnswers() throws IOException {
    unpack();
    var spec =
        Files.writeString(folder.resolve("colours.json"), Colours.spec("\"train\": \"colours\""));
    assertEquals(0, run("train", spec.toString()), err::toString);
    var photo = folder.resolve("photo.JPG");
    Files.write(photo, Colours.picture(Color.BLUE, 200, 100, "jpeg"));
    assertEquals(0, run("predict", "colours", photo.toString()), err::toString);
    assertTrue(out.toString().startsWith("blue, "), out::toString);
    assertEquals(
        0, run("predict", "colours", photo.toString(), folder.resolve("colours/red").toString()));
    var lines = out.toString().lines().toList();
    assertEquals(21, lines.size());
    assertTrue(lines.get(0).startsWith(photo + ": blue, "), lines.get(0));
    assertTrue(lines.get(1).matches(".*red.00\\.png: red, .*"), lines.get(1));
    assertEquals(0, run("predict", "colours", "--json", photo.toString(), photo.toString()));
    assertTrue(out.toString().contains("\"file\":\"" + photo + "\""), out::toString);

    Files.writeString(photo, "no picture");
    assertNotEquals(0, run("predict", "colours", photo.toString()));
    assertTrue(err.toString().contains("photo.JPG: expected PNG, JPEG or BMP"), err::toString);
    assertNotEquals(0, run("predict", "colours", folder.resolve("none.png").toString()));
    assertTrue(err.toString().contains("there is no file"), err::toString);
    assertNotEquals(0, run("predict", "colours", folder.resolve("data").toString()));
    assertTrue(err.toString().contains("there is no picture in"), err::toString);
    assertNotEquals(0, run("predict", "colours", photo.toString(), spec.toString()));
    assertTrue(err.toString().contains("expected pictures and folders"), err::toString);
  }
}
