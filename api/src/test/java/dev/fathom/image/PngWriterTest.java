package dev.fathom.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Writes pictures, and reads them by the JDK's own reader and by ours. */
class PngWriterTest {
  private static Picture noise(int width, int height, int channels) {
    byte[] pixels = new byte[width * height * channels];
    new Random(1).nextBytes(pixels);
    return new Picture(width, height, channels, pixels);
  }

  @Test
  void everyPixelComesBack() throws IOException {
    // Noise does not pack, so this is the largest file there can be.
    for (Picture picture : List.of(noise(317, 203, 3), noise(1, 1, 1), noise(640, 3, 1))) {
      byte[] file = PngWriter.of(picture);
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
      assertEquals(picture.width(), image.getWidth());
      assertEquals(picture.height(), image.getHeight());
      int channels = picture.channels();
      assertEquals(channels, image.getRaster().getNumBands());
      for (int i = 0; i < picture.pixels().length; i++) {
        int pixel = i / channels;
        int x = pixel % picture.width();
        int y = pixel / picture.width();
        int sample = image.getRaster().getSample(x, y, i % channels);
        assertEquals(picture.pixels()[i] & 0xff, sample, "value " + i);
      }
      assertArrayEquals(
          picture.pixels(), Png.open(new Bytes(file, "PNG", "noise.png")).decode().pixels());
    }
  }

  @Test
  void aGridPutsPicturesSideBySide() {
    Picture one = new Picture(2, 1, 1, new byte[] {1, 2});
    Picture two = new Picture(2, 1, 1, new byte[] {3, 4});
    Picture three = new Picture(2, 1, 1, new byte[] {5, 6});
    Picture grid = Picture.grid(List.of(one, two, three), 2);
    assertEquals(4, grid.width());
    assertEquals(2, grid.height());
    assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6, 0, 0}, grid.pixels());
    assertEquals(2, Picture.grid(List.of(one), 5).width());
    assertThrows(IllegalArgumentException.class, () -> Picture.grid(List.of(), 1));
    assertThrows(IllegalArgumentException.class, () -> Picture.grid(List.of(one), 0));
    assertThrows(
        IllegalArgumentException.class, () -> Picture.grid(List.of(one, noise(1, 1, 1)), 2));
  }
}
