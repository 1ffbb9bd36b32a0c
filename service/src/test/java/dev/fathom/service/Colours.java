package dev.fathom.service;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/** Pictures that are told apart in a second: red ones and blue ones, with noise. */
public final class Colours {

  private Colours() {}

  /** {@return the file of a picture} */
  public static byte[] picture(Color colour, int width, int height, String format)
      throws IOException {
    var random = new Random(31 * width + height);
    var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture.setRGB(x, y, colour.getRGB() & 0xc0c0c0 | random.nextInt(60) * 0x010101);
      }
    }
    var out = new ByteArrayOutputStream();
    ImageIO.write(picture, format, out);
    return out.toByteArray();
  }

  /** {@return a zip file with a folder of each colour} */
  public static byte[] zip() throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      for (int i = 0; i < 40; i++) {
        var format = List.of("png", "jpeg", "bmp").get(i % 3);
        boolean red = i % 2 == 0;
        zip.putNextEntry(
            new ZipEntry("colours/%s/%02d.%s".formatted(red ? "red" : "blue", i, format)));
        zip.write(picture(red ? Color.RED : Color.BLUE, 8 + i % 5, 8 + i % 7, format));
      }
    }
    return out.toByteArray();
  }

  /** {@return a spec that learns to tell them apart} */
  public static String spec(String data) {
    return """
    {"name": "colours",
     "data": {"format": "images", %s, "test": 0.2, "size": 8, "augment": ["flip"]},
     "model": [{"type": "flatten"}, {"type": "dense", "units": 2}],
     "training": {"epochs": 10, "batchSize": 8, "optimizer": {"type": "adam", "learningRate": 0.01}}}
    """
        .formatted(data);
  }
}
