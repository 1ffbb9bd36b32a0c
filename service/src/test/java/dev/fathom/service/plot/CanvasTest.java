package dev.fathom.service.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.image.PngWriter;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Draws pictures, and reads them by the JDK's own reader of PNG. */
class CanvasTest {

  private static final int PAPER = 0xffffff;

  private static BufferedImage read(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  private static int colour(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & 0xffffff;
  }

  @Test
  void everyPixelComesBack() throws IOException {
    int width = 317;
    int height = 203; // Noise does not pack, so this is the largest file there can be.
    var pixels = new Random(1).ints((long) width * height, 0, 1 << 24).toArray();
    var image = read(PngWriter.rgb(width, height, pixels));
    assertEquals(width, image.getWidth());
    assertEquals(height, image.getHeight());
    for (int i = 0; i < pixels.length; i++) {
      assertEquals(pixels[i], colour(image, i % width, i / width), "pixel " + i);
    }
  }

  @Test
  void drawsLinesBandsAndTexts() throws IOException {
    var canvas = new Canvas(100, 60, PAPER);
    canvas.line(10, 10.5, 60, 10.5, 3, 0xff0000);
    canvas.band(20, 30, 40, 40, 35, 50, 0x00ff00);
    canvas.line(-50, -50, 500, -20, 2, 0); // outside the picture
    var image = read(canvas.png());
    assertEquals(0xff0000, colour(image, 30, 10));
    assertEquals(PAPER, colour(image, 30, 14));
    assertEquals(PAPER, colour(image, 70, 10));
    assertEquals(0x00ff00, colour(image, 20, 32));
    assertEquals(PAPER, colour(image, 20, 45));
    assertEquals(0x00ff00, colour(image, 39, 45));
    assertEquals(PAPER, colour(image, 40, 40));
  }

  @Test
  void everyLetterDiffersFromTheOthersAndFromTheUnknown() throws IOException {
    var letters =
        IntStream.concat(
                IntStream.rangeClosed('0', '9'),
                IntStream.concat(IntStream.rangeClosed('A', 'Z'), IntStream.rangeClosed('a', 'z')))
            .mapToObj(letter -> String.valueOf((char) letter))
            .toList();
    var drawn = new HashMap<Integer, String>();
    for (var letter : letters) {
      var canvas = new Canvas(40, 60, PAPER);
      canvas.text(letter, 5, 40, 24, 0, 0);
      var pixels = read(canvas.png()).getRGB(0, 0, 40, 60, null, 0, 40);
      var same = drawn.put(Arrays.hashCode(pixels), letter);
      boolean ofOneForm = same != null && ("0O".contains(same) || "Il".contains(same));
      assertTrue(same == null || ofOneForm, letter + " looks like " + same);
      assertNotEquals(Glyphs.of('\u2603'), Glyphs.of(letter.charAt(0)), letter);
    }
  }
}
