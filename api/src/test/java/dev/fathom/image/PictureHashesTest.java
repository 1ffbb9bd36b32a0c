package dev.fathom.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.fathom.data.MediaFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureHashesTest {
  @TempDir Path folder;

  /** A BMP of more than 64 KB, whose rows come from the bottom up. */
  private void bmp(String name, int rgb, int x, int y) throws IOException {
    BufferedImage picture = new BufferedImage(200, 150, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(x, y, rgb);
    ImageIO.write(picture, "bmp", folder.resolve(name).toFile());
  }

  @Test
  void filesThatBeginTheSameAreReadToTheirEnds() throws IOException {
    bmp("a.bmp", 0xff, 0, 0);
    bmp("b.bmp", 0xfe, 0, 0);
    Files.copy(folder.resolve("a.bmp"), folder.resolve("c.bmp"));
    bmp("d.bmp", 0xff, 0, 149);
    ImageIO.write(
        new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB),
        "png",
        folder.resolve("e.png").toFile());
    Files.copy(folder.resolve("e.png"), folder.resolve("f.png"));
    MediaFiles files = MediaFiles.open(folder, "", Pictures::isPicture);
    PictureHashes hashes = new PictureHashes();
    for (String name : files.names()) {
      Pictures.Size size = hashes.add(files, name, Pictures.MOST_PIXELS);
      assertEquals(name.endsWith("bmp") ? 200 : 3, size.width());
    }
    long[] first = hashes.of(0, 2);
    long[] others = hashes.of(2, 4);
    assertNotEquals(first[0], first[1], "the end differs");
    assertEquals(first[0], others[0]);
    assertNotEquals(first[0], others[1]);
    assertEquals(others[2], others[3]);
    assertEquals(0, hashes.of(3, 0).length);
  }
}
