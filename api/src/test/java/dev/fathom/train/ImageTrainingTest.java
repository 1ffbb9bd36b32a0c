package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.image.PictureException;
import dev.fathom.json.SpecException;
import dev.fathom.model.Model;
import dev.fathom.spec.SavedModel;
import dev.fathom.spec.Spec;
import dev.fathom.spi.Shape;
import dev.fathom.store.DataDirectory;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings on pictures in folders, zip files and tables of paths. */
class ImageTrainingTest {
  @TempDir Path folder;

  private static final List<String> ENDINGS = List.of("png", "jpg", "PNG", "JPEG", "bmp");

  private static BufferedImage picture(Color colour, int width, int height, long seed) {
    Random random = new Random(seed);
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int noise = random.nextInt(60);
        picture.setRGB(
            x,
            y,
            new Color(
                    Math.max(colour.getRed() - noise, 0),
                    Math.max(colour.getGreen() - noise, 0),
                    Math.max(colour.getBlue() - noise, 0))
                .getRGB());
      }
    }
    return picture;
  }

  private static void write(Path file, BufferedImage picture) throws IOException {
    Files.createDirectories(file.getParent());
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String format =
        name.endsWith("g") && !name.endsWith("png") ? "jpeg" : name.substring(name.length() - 3);
    assertTrue(ImageIO.write(picture, format, file.toFile()), file.toString());
  }

  /** Red ones and blue ones, 24 of each, of different sizes. */
  @BeforeEach
  void pictures() throws IOException {
    for (int i = 0; i < 24; i++) {
      String ending = ENDINGS.get(i % ENDINGS.size());
      write(
          folder.resolve("train/red/%02d.%s".formatted(i, ending)),
          picture(Color.RED, 8 + i, 20 - i / 2, i));
      write(
          folder.resolve("train/blue/deeper/%02d.%s".formatted(i, ending)),
          picture(Color.BLUE, 12, 8 + i, 100 + i));
    }
    Files.write(folder.resolve("train/.DS_Store"), new byte[] {1});
    Files.write(folder.resolve("train/red/Thumbs.db"), new byte[] {1});
    Files.write(folder.resolve("train/red/readme.txt"), new byte[] {1});
  }

  private static Spec spec(String data, String training) {
    return Spec.parse(
        """
        {"name": "colours", "data": {"format": "images", %s},
         "model": [{"type": "flatten"}, {"type": "dense", "units": 2}],
         "training": {"epochs": 8, "batchSize": 8, "seed": 1, "optimizer": {"type": "adam", "learningRate": 0.01}%s}}"""
            .formatted(data, training));
  }

  private TrainingData open(String data) throws IOException {
    return TrainingData.open(spec(data, ""), folder);
  }

  private static float[] row(Dataset data, int row) {
    float[] values = new float[Math.toIntExact(data.columns().getFirst().shape().elements())];
    data.read(0, row, values, 0);
    return values;
  }

  @Test
  void foldersAreClasses() throws IOException {
    Spec spec = spec("\"train\": \"train\", \"test\": 0.25, \"size\": 8", ", \"validation\": 0.2");
    TrainingData data = TrainingData.open(spec, folder);
    assertEquals(List.of("blue", "red"), data.train().columns().get(1).labels());
    assertEquals(Shape.of(3, 8, 8), data.train().columns().getFirst().shape());
    // Of each class a quarter, then a fifth of what is left.
    assertEquals(12, data.test().orElseThrow().size());
    assertEquals(8, data.validation().orElseThrow().size());
    assertEquals(28, data.train().size());
    assertEquals("train: 48 pictures in 2 classes", data.notes().get(0));
    assertTrue(data.notes().get(1).endsWith(": red/readme.txt"), data.notes().get(1));
    TrainingResult result = Trainer.of(spec, data, Digits.java()).build().run();
    assertEquals(1, result.test().orElseThrow().accuracy());

    Model model;
    try (DataDirectory directory = DataDirectory.open(folder.resolve("store"), "")) {
      model = SavedModel.load(result.model().publish(directory.models()).bundle());
    }
    byte[] file = Files.readAllBytes(folder.resolve("train/red/00.png"));
    byte[] example = model.preparation().pictures().orElseThrow().example("00.png", file);
    assertEquals(3 * 64, example.length);
    assertTrue((example[0] & 0xff) > 180 && example[64] == 0, "red above green");
    assertEquals(1 / 255.0, model.preparation().inputs().getFirst().normalisation().scale());
  }

  private void zip(String name, Path from, String prefix) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve(name));
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> files = Files.walk(from)) {
      zip.putNextEntry(new ZipEntry("__MACOSX/._00.png"));
      zip.write(1);
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(
            new ZipEntry(prefix + from.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, zip);
      }
    }
  }

  @Test
  void zipFilesAndTablesAreTheSame() throws IOException {
    Dataset expected = open("\"train\": \"train\", \"size\": [6, 9]").train();
    zip("flat.zip", folder.resolve("train"), "");
    zip("wrapped.zip", folder.resolve("train"), "train/");
    StringBuilder table = new StringBuilder("label,path\n");
    for (String colour : List.of("blue", "red")) {
      try (Stream<Path> files = Files.walk(folder.resolve("train/" + colour))) {
        files
            .filter(Files::isRegularFile)
            .filter(file -> !file.toString().endsWith("txt") && !file.toString().endsWith("db"))
            .sorted()
            .forEach(
                file ->
                    table.append(colour + ",./" + folder.resolve("train").relativize(file) + "\n"));
      }
    }
    Files.writeString(folder.resolve("rows.csv"), table);
    Files.writeString(folder.resolve("beside.csv"), table.toString().replace(",./", ",train/"));
    for (String data :
        List.of(
            "\"train\": \"flat.zip\"",
            "\"train\": \"wrapped.zip\"",
            "\"train\": \"wrapped.zip/train\"",
            "\"train\": \"rows.csv\", \"pictures\": \"flat.zip\"",
            "\"train\": \"rows.csv\", \"pictures\": \"train\"",
            "\"train\": \"beside.csv\"")) {
      Dataset same = open(data + ", \"size\": [6, 9]").train();
      assertEquals(48, same.size(), data);
      assertEquals(List.of("blue", "red"), same.columns().get(1).labels(), data);
      for (int i = 0; i < 48; i++) {
        assertArrayEquals(row(expected, i), row(same, i), data);
        int[] label = new int[1];
        same.read(1, i, label, 0);
        assertEquals(i / 24, label[0]);
      }
    }
    Dataset grey = open("\"train\": \"flat.zip\", \"size\": [6, 9], \"channels\": 1").train();
    assertEquals(Shape.of(1, 6, 9), grey.columns().getFirst().shape());
    Files.writeString(folder.resolve("rows.csv"), "label,path\nred,../train/red/00.png\n");
    assertTrue(
        assertThrows(
                DataException.class,
                () -> open("\"train\": \"rows.csv\", \"pictures\": \"flat.zip\", \"size\": 6"))
            .getMessage()
            .endsWith("rows.csv, row 1: there is no picture '../train/red/00.png' in flat.zip"));
  }

  /** A resume with other pictures is refused, also where only a table names them. */
  @Test
  void theDigestOfATableCoversItsPictures() throws IOException {
    Files.writeString(
        folder.resolve("rows.csv"),
        "label,path\nred,train/red/00.png\nblue,train/blue/deeper/00.png\n");
    String data = "\"train\": \"rows.csv\", \"size\": 8";
    DataDigests before = open(data).digests();
    assertEquals(List.of("pictures of rows.csv", "rows.csv"), List.copyOf(before.files().keySet()));
    before.requireSame(open(data).digests());
    write(folder.resolve("train/red/01.jpg"), picture(Color.RED, 9, 9, 77));
    before.requireSame(open(data).digests());
    write(folder.resolve("train/red/00.png"), picture(Color.RED, 9, 9, 77));
    String message =
        assertThrows(DataException.class, () -> before.requireSame(open(data).digests()))
            .getMessage();
    assertTrue(
        message.startsWith(
            "[train] the data are not those of the checkpoint: pictures of rows.csv had sha256 "),
        message);
  }

  @Test
  void picturesThatAreThereTwiceAreTold() throws IOException {
    Files.createDirectories(folder.resolve("test/red"));
    Files.createDirectories(folder.resolve("test/blue"));
    Files.copy(folder.resolve("train/red/00.png"), folder.resolve("test/red/other.png"));
    Files.copy(folder.resolve("train/red/02.PNG"), folder.resolve("test/blue/wrong.png"));
    write(folder.resolve("test/blue/new.png"), picture(Color.BLUE, 9, 9, 1000));
    assertEquals(
        List.of(
            "2 of the 3 pictures to test on are learned from too: of other pictures they tell nothing",
            "1 picture is there with two classes or more, the first as 'red' and as 'blue'"),
        told("\"train\": \"train\", \"test\": \"test\", \"size\": 8"));
    assertEquals(List.of(), told("\"train\": \"train\", \"size\": 8"));
  }

  /** {@return what the start of a training tells of pictures that are the same} */
  private List<String> told(String data) throws IOException {
    Spec spec = spec(data, ", \"validation\": 0");
    List<String> notes = new ArrayList<>();
    Trainer.of(spec, TrainingData.open(spec, folder), Digits.java())
        .listener(
            event -> {
              if (event instanceof TrainingEvent.Started started) {
                notes.addAll(started.notes());
              }
            })
        .build()
        .run();
    return notes.stream()
        .filter(note -> note.contains("learned from too") || note.contains("two classes"))
        .toList();
  }

  private String wrong(Class<? extends RuntimeException> type, String data) {
    return assertThrows(type, () -> open(data)).getMessage();
  }

  @Test
  void whatIsWrongIsNamedBeforeTheFirstStep() throws IOException {
    String data = "\"train\": \"train\", \"size\": 8";
    assertTrue(
        wrong(SpecException.class, "\"train\": \"train\"")
            .startsWith("/data/size: expected the height and width that pictures get"));
    Files.createDirectories(folder.resolve("train/green"));
    assertEquals(
        "[images] train: expected a picture or more of the class 'green' but its folder has none",
        wrong(DataException.class, data));
    Files.delete(folder.resolve("train/green"));
    assertTrue(
        wrong(DataException.class, data + ", \"classes\": [\"red\", \"blue\", \"pink\"]")
            .endsWith("the class 'pink' but its folder is not there"));
    assertTrue(
        wrong(DataException.class, data + ", \"classes\": [\"red\", \"pink\"]")
            .endsWith("expected a folder for one of the classes [red, pink] but got 'blue'"));
    Path bad = folder.resolve("train/red/zz.png");
    Files.write(bad, new byte[0]);
    assertEquals("[picture] red/zz.png: the file is empty", wrong(PictureException.class, data));
    Files.writeString(bad, "<!DOCTYPE html>");
    assertTrue(wrong(PictureException.class, data).endsWith("but the file is a web page"));
    Path fixtures = Path.of("src/test/resources/pictures");
    Files.delete(bad);
    Files.copy(fixtures.resolve("still.gif"), folder.resolve("train/red/zz.gif"));
    assertTrue(
        wrong(PictureException.class, data).startsWith("[picture] red/zz.gif: expected PNG"));
    Files.delete(folder.resolve("train/red/zz.gif"));
    assertTrue(
        wrong(PictureException.class, data + ", \"mostPixels\": 100")
            .contains("expected at most 100 pixels but the picture has 1"));
    assertTrue(
        wrong(SpecException.class, "\"train\": \"elsewhere\", \"size\": 8")
            .contains("there is no file 'elsewhere'"));
    Files.writeString(folder.resolve("no.zip"), "no zip");
    assertTrue(
        wrong(DataException.class, "\"train\": \"no.zip\", \"size\": 8")
            .startsWith("[files] no.zip: expected a folder or a zip file"));
    Files.createDirectories(folder.resolve("empty"));
    assertTrue(
        wrong(DataException.class, "\"train\": \"empty\", \"size\": 8")
            .contains("expected a folder for each class, with pictures in it"));
    assertThrows(SpecException.class, () -> open("\"train\": \"train\", \"channels\": 2"));
    assertThrows(SpecException.class, () -> open("\"train\": \"train\", \"resize\": 9"));
  }

  /** Its header is right, so it is found when its turn comes. */
  @Test
  void aTruncatedPictureIsNamedByItsBatch() throws IOException {
    Path file = folder.resolve("train/red/00.png");
    byte[] content = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(content, content.length / 2));
    Spec spec = spec("\"train\": \"train\", \"size\": 8", "");
    Trainer trainer = Trainer.of(spec, TrainingData.open(spec, folder), Digits.java()).build();
    String message = assertThrows(DataException.class, trainer::run).getMessage();
    assertTrue(
        message.startsWith("[batches] epoch 0, batch ")
            && message.contains("[png] red/00.png: the file ends after"),
        message);
  }

  /** A class with one picture learns from it. */
  @Test
  void aClassOfOnePicture() throws IOException {
    write(folder.resolve("train/white/only.png"), picture(Color.WHITE, 9, 9, 1));
    Spec spec = spec("\"train\": \"train\", \"test\": 0.2, \"size\": 8", ", \"validation\": 0.2");
    TrainingData data = TrainingData.open(spec, folder);
    int[] label = new int[1];
    int white = 0;
    for (int i = 0; i < data.train().size(); i++) {
      data.train().read(1, i, label, 0);
      white += label[0] == 2 ? 1 : 0;
    }
    assertEquals(1, white);
    assertEquals(Optional.empty(), spec.data().dataset());
  }
}
