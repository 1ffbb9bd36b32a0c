package dev.fathom.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fathom.data.ArrayDataset;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.MediaFiles;
import dev.fathom.spi.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureDatasetTest {
  @TempDir Path folder;

  /** What was kept can be read when the files are gone: as many examples as fit, and no more. */
  @Test
  void examplesAreKeptWhileThereIsRoom() throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      BufferedImage picture = new BufferedImage(10, 10, BufferedImage.TYPE_INT_RGB);
      picture.setRGB(0, 0, i << 16);
      names.add("%02d.png".formatted(i));
      ImageIO.write(picture, "png", folder.resolve(names.get(i)).toFile());
    }
    Dataset targets =
        ArrayDataset.named("x")
            .ints("row", Shape.SCALAR, new int[20])
            .ints("y", Shape.SCALAR, new int[20])
            .build();
    Dataset pictures =
        new PictureDataset(
            "image",
            targets,
            1,
            MediaFiles.open(folder, "", Pictures::isPicture),
            names,
            Framing.of(Shape.of(3, 10, 10)).orElseThrow(),
            7 * 300 + 299);
    float[] values = new float[300];
    for (int epoch = 0; epoch < 2; epoch++) {
      for (int row = 19; row >= 0; row--) {
        pictures.read(0, row, values, 0);
        assertEquals(row, values[0]);
      }
    }
    for (String name : names) {
      Files.delete(folder.resolve(name));
    }
    for (int row = 0; row < 20; row++) {
      int asked = row;
      if (row >= 13) {
        pictures.read(0, row, values, 0);
        assertEquals(row, values[0]);
      } else {
        assertThrows(DataException.class, () -> pictures.read(0, asked, values, 0));
      }
    }
  }
}
