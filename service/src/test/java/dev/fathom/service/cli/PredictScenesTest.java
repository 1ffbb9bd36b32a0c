package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.service.Squares;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What models find in pictures is printed and drawn. */
@Timeout(120)
class PredictScenesTest {
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

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private void train(String name, String spec) throws IOException {
    var files = Squares.files();
    Files.write(folder.resolve("squares.zip"), files.zip());
    Files.writeString(folder.resolve("squares.json"), files.annotations());
    Files.write(folder.resolve("photo.png"), Squares.picture(true, 3, 8, 4));
    Files.writeString(folder.resolve(name), spec);
    assertEquals(0, run("train", file(name)), err::toString);
  }

  private BufferedImage read(String name) throws IOException {
    return ImageIO.read(folder.resolve(name).toFile());
  }

  @Test
  void boxesAreDrawn() throws IOException {
    train("boxes.json", Squares.detector(""));
    assertEquals(
        0,
        run("predict", "squares", file("photo.png"), "--draw", file("drawn.png")),
        err::toString);
    assertTrue(
        out.toString().matches("(?s)red \\d+ % \\(1\\d, 3\\d\\)-\\(3\\d, 5\\d\\).*"),
        out::toString);
    // 64 pixels become 384, so that labels fit.
    var drawn = read("drawn.png");
    assertEquals(384, drawn.getWidth());
    assertEquals(384, drawn.getHeight());
    // The line of the first class, 0x800000, lies somewhere near the square's left side, at 72.
    boolean line = false;
    for (int x = 40; x < 110; x++) {
      line |= (drawn.getRGB(x, 260) & 0xffffff) == 0x800000;
    }
    assertTrue(line, "a line left of the square");
    assertNotEquals(0, run("predict", "squares", file("photo.png"), "--out", file("mask.png")));
    assertTrue(err.toString().contains("the answer is no file"), err::toString);
    assertNotEquals(
        0,
        run("predict", "squares", file("photo.png"), file("photo.png"), "--draw", file("x.png")));
    assertTrue(err.toString().contains("expected one picture beside --draw"), err::toString);
  }

  @Test
  void aMaskIsDrawnAndWritten() throws IOException {
    train("masks.json", Squares.segmenter(""));
    assertEquals(
        0,
        run(
            "predict",
            "painted",
            file("photo.png"),
            "--draw",
            file("drawn.png"),
            "--out",
            file("mask.png")),
        err::toString);
    assertTrue(out.toString().startsWith("ground 8"), out::toString);
    assertTrue(out.toString().contains("red 1"), out::toString);
    var mask = read("mask.png");
    assertEquals(64, mask.getWidth());
    assertEquals(0x800000, mask.getRGB(4 * 5, 4 * 10) & 0xffffff);
    assertEquals(0, mask.getRGB(60, 4) & 0xffffff);
    assertEquals(384, read("drawn.png").getWidth());
  }
}
