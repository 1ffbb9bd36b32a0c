package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.Idx;
import dev.fathom.data.Numbers;
import dev.fathom.image.Framing;
import dev.fathom.image.Picture;
import dev.fathom.image.PictureException;
import dev.fathom.image.Pictures;
import dev.fathom.image.PngWriter;
import dev.fathom.json.SpecException;
import dev.fathom.metric.Evaluation;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.spec.SavedModel;
import dev.fathom.spec.Spec;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.store.DataDirectory;
import dev.fathom.task.Answer;
import dev.fathom.task.Overlay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Detection and segmentation of scenes that are made of real digits, zeros and ones. */
class SceneTrainingTest {
  private static final int SIDE = 32;
  private static final int DIGIT = 14;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;

  @BeforeAll
  static void scenes() throws IOException {
    Path mnist = Path.of("../samples/mnist");
    Dataset digits =
        Idx.dataset(
            "mnist",
            mnist.resolve("t10k-images-idx3-ubyte.gz"),
            mnist.resolve("t10k-labels-idx1-ubyte.gz"),
            List.of());
    List<List<float[]>> byClass = List.of(new ArrayList<>(), new ArrayList<>());
    for (int row = 0; row < digits.size(); row++) {
      int[] label = new int[1];
      digits.read(digits.column("label"), row, label, 0);
      if (label[0] < 2) {
        float[] pixels = new float[28 * 28];
        digits.read(digits.column("image"), row, pixels, 0);
        byClass.get(label[0]).add(pixels);
      }
    }
    write("train", 256, byClass, 1);
    write("test", 64, byClass, 2);
  }

  /** One or two digits of half their size, side by side, on a ground of some grey. */
  private static void write(String name, int scenes, List<List<float[]>> digits, long seed)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Files.createDirectories(folder.resolve(name + "/pictures"));
    Files.createDirectories(folder.resolve(name + "/masks"));
    ObjectNode json = JSON.createObjectNode();
    ArrayNode images = json.putArray("images");
    ArrayNode annotations = json.putArray("annotations");
    json.putArray("categories").addObject().put("id", 7).put("name", "zero");
    ((ArrayNode) json.get("categories")).addObject().put("id", 9).put("name", "one");
    for (int scene = 0; scene < scenes; scene++) {
      byte[] pixels = new byte[SIDE * SIDE];
      byte[] mask = new byte[SIDE * SIDE];
      int ground = 20 + random.nextInt(60);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) (ground + random.nextInt(20));
      }
      int count = 1 + random.nextInt(2);
      for (int digit = 0; digit < count; digit++) {
        int label = random.nextInt(2);
        // The first 600 of each for the training.
        int row = seed == 1 ? random.nextInt(600) : 600 + random.nextInt(300);
        int x0 = digit * SIDE / 2 + random.nextInt(3);
        int y0 = random.nextInt(SIDE - DIGIT + 1);
        int[] box = {SIDE, SIDE, 0, 0};
        float[] pattern = digits.get(label).get(row);
        for (int i = 0; i < DIGIT * DIGIT; i++) {
          int from = i / DIGIT * 2 * 28 + i % DIGIT * 2;
          float level =
              (pattern[from] + pattern[from + 1] + pattern[from + 28] + pattern[from + 29]) / 4;
          if (level >= 90) {
            int x = x0 + i % DIGIT;
            int y = y0 + i / DIGIT;
            pixels[y * SIDE + x] = (byte) 230;
            mask[y * SIDE + x] = (byte) (label + 1);
            box =
                new int[] {
                  Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)
                };
          }
        }
        ArrayNode bbox =
            annotations
                .addObject()
                .put("id", annotations.size())
                .put("image_id", scene)
                .put("category_id", label == 0 ? 7 : 9)
                .putArray("bbox");
        bbox.add(box[0]).add(box[1]).add(box[2] - box[0] + 1).add(box[3] - box[1] + 1);
      }
      String file = "%03d.png".formatted(scene);
      images.addObject().put("id", scene).put("file_name", file).put("width", SIDE);
      Files.write(
          folder.resolve(name + "/pictures/" + file),
          PngWriter.of(new Picture(SIDE, SIDE, 1, pixels)));
      Files.write(
          folder.resolve(name + "/masks/" + file),
          PngWriter.indexed(SIDE, SIDE, List.of(0, 0xff0000, 0xff00), mask));
    }
    JSON.writeValue(folder.resolve(name + ".json").toFile(), json);
  }

  private static final String NORM = "{\"type\": \"batchnorm\", \"activation\": \"relu\"}";

  private static String conv(int filters, String more) {
    return "{\"type\": \"conv2d\", \"filters\": %d, \"kernel\": 3, \"padding\": 1, \"bias\": false%s}, %s"
        .formatted(filters, more, NORM);
  }

  private static Spec segmenter(String data) {
    return Spec.parse(
        """
        {"name": "shapes",
         "data": {"format": "masks", "channels": 1, %s},
         "model": [%s],
         "training": {"epochs": 6, "batchSize": 16, "seed": 1, "validation": 0.1,
           "loss": {"type": "pixelCrossEntropy", "dice": 1},
           "optimizer": {"type": "adam", "learningRate": 0.01}, "schedule": {"type": "cosine"}}}"""
            .formatted(
                data,
                String.join(
                    ", ",
                    conv(8, ""),
                    "{\"type\": \"maxpool2d\", \"kernel\": 2}",
                    conv(16, ""),
                    "{\"type\": \"maxpool2d\", \"kernel\": 2}",
                    conv(32, ""),
                    conv(32, ""),
                    "{\"type\": \"convtranspose2d\", \"name\": \"half\", \"filters\": 16, \"kernel\": 2, \"stride\": 2}",
                    "{\"type\": \"concat\", \"inputs\": [\"half\", \"batchnorm2\"]}",
                    conv(16, ""),
                    "{\"type\": \"convtranspose2d\", \"name\": \"whole\", \"filters\": 8, \"kernel\": 2, \"stride\": 2}",
                    "{\"type\": \"concat\", \"inputs\": [\"whole\", \"batchnorm1\"]}",
                    conv(8, ""),
                    "{\"type\": \"conv2d\", \"filters\": 3, \"kernel\": 1}")));
  }

  private static Spec detector(String data, int channels) {
    return Spec.parse(
        """
        {"name": "boxes",
         "data": {"format": "coco", "channels": 1, %s},
         "task": {"type": "detection", "most": 6},
         "model": [%s],
         "training": {"epochs": 10, "batchSize": 16, "seed": 1, "validation": 0.1,
           "optimizer": {"type": "adam", "learningRate": 0.01}, "schedule": {"type": "cosine"}}}"""
            .formatted(
                data,
                String.join(
                    ", ",
                    conv(16, ", \"stride\": 2"),
                    conv(32, ", \"stride\": 2"),
                    conv(48, ""),
                    conv(48, ""),
                    "{\"type\": \"conv2d\", \"filters\": %d, \"kernel\": 1}".formatted(channels))));
  }

  private static final String AUGMENT =
      ", \"augment\": [{\"type\": \"colour\", \"brightness\": 0.2}, \"flip\"]";

  private static final String MASKS =
      "\"train\": \"train/pictures\", \"masks\": \"train/masks\", \"test\": \"test/pictures\","
          + " \"testMasks\": \"test/masks\", \"classes\": [\"ground\", \"zero\", \"one\"]";

  private static final String BOXES =
      "\"train\": \"train.json\", \"pictures\": \"train/pictures\", \"test\": \"test.json\","
          + " \"testPictures\": \"test/pictures\"";

  private static Model reloaded(Model model) throws IOException {
    Path store = Files.createTempDirectory(folder, "store");
    try (DataDirectory directory = DataDirectory.open(store, "")) {
      return SavedModel.load(model.publish(directory.models()).bundle());
    }
  }

  /** {@return the answers for a test picture, and the picture} */
  private static List<Numbers> ask(Model model, String file) throws IOException {
    byte[] example =
        framing(model).example(file, Files.readAllBytes(folder.resolve("test/pictures/" + file)));
    float[] raw = new float[example.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = example[i] & 0xff;
    }
    try (Predictor predictor = Predictor.open(Digits.java().backend(), model)) {
      return predictor.answer(List.of(Numbers.of(raw)));
    }
  }

  private static Framing framing(Model model) {
    return model.preparation().pictures().orElseThrow();
  }

  @Test
  void pixelsGetTheirClasses() throws IOException {
    Spec spec = segmenter(MASKS + AUGMENT);
    assertEquals("segmentation", spec.task().name());
    TrainingData data = TrainingData.open(spec, folder);
    assertTrue(
        data.notes().getFirst().startsWith("pictures: 256 pictures; of the pixels are ground 9"),
        data.notes().getFirst());
    Trainer trainer = Trainer.of(spec, data, Digits.java()).build();
    assertEquals(List.of("image", "mask"), List.copyOf(trainer.plan.transforms().keySet()));
    TrainingResult result = trainer.run();
    Evaluation test = result.test().orElseThrow();
    assertTrue(test.figure("meanIou") > 0.9, test.figures().toString());
    assertTrue(test.figure("pixelAccuracy") > 0.98, test.figures().toString());
    assertEquals(
        (test.figure("iou.ground") + test.figure("iou.zero") + test.figure("iou.one")) / 3,
        test.figure("meanIou"),
        1e-12);

    Model model = reloaded(result.model());
    assertEquals(List.of("ground", "zero", "one"), model.labels());
    assertEquals(List.of(-1L, 32L, 32L), model.signature().outputs().getFirst().shape());
    assertEquals(DType.I32, model.signature().outputs().getFirst().dtype());
    List<Numbers> values = ask(model, "000.png");
    Answer answer = model.task().describe(values, framing(model).view(96, 64));
    Picture mask = Pictures.mask("answer", answer.media().orElseThrow().bytes(), 1 << 20);
    assertEquals(96, mask.width());
    assertEquals(64, mask.height());
    Picture truth =
        Pictures.mask("000", Files.readAllBytes(folder.resolve("test/masks/000.png")), 1 << 20);
    int right = 0;
    for (int i = 0; i < mask.pixels().length; i++) {
      int x = i % 96 / 3;
      int y = i / 96 / 2;
      right += mask.pixels()[i] == truth.pixels()[y * SIDE + x] ? 1 : 0;
    }
    assertTrue(right > 0.97 * mask.pixels().length, "right: " + right);
    JsonNode legend = answer.json().get("legend");
    assertEquals("ground", legend.get(0).get("label").asText());
    assertEquals("#000000", legend.get(0).get("colour").asText());
    double sum = 0;
    for (JsonNode entry : legend) {
      sum += entry.get("share").asDouble();
    }
    assertEquals(1, sum, 1e-9);
    assertArrayEquals(
        answer.media().get().bytes(),
        JSON.readTree(answer.json().toString()).get("mask").binaryValue());
    assertTrue(answer.text().startsWith("ground "), answer.text());
  }

  @Test
  void boxesAreFound() throws IOException {
    Spec spec = detector(BOXES + AUGMENT, 7);
    TrainingData data = TrainingData.open(spec, folder);
    assertEquals(Shape.of(2, 5), data.train().columns().get(1).shape());
    assertEquals(List.of("zero", "one"), data.train().columns().get(1).labels());
    Trainer trainer = Trainer.of(spec, data, Digits.java()).build();
    assertEquals(List.of("image", "boxes"), List.copyOf(trainer.plan.transforms().keySet()));
    TrainingResult result = trainer.run();
    Evaluation test = result.test().orElseThrow();
    assertTrue(test.figure("map50") > 0.9, test.figures().toString());
    assertTrue(test.figure("map") > 0.4, test.figures().toString());
    assertTrue(test.figure("map") < test.figure("map50"), test.figures().toString());

    Model model = reloaded(result.model());
    assertEquals(
        List.of("boxes", "scores", "labels"),
        model.signature().outputs().stream().map(port -> port.name()).toList());
    List<Numbers> values = ask(model, "000.png");
    assertEquals(24, values.get(0).size());
    // The picture was sent three times as wide and twice as high as the network sees it.
    Answer answer = model.task().describe(values, framing(model).view(96, 64));
    JsonNode truth = JSON.readTree(folder.resolve("test.json").toFile());
    List<JsonNode> there = new ArrayList<>();
    for (JsonNode annotation : truth.get("annotations")) {
      if (annotation.get("image_id").asInt() == 0) {
        there.add(annotation);
      }
    }
    JsonNode objects = answer.json().get("objects");
    int sure = 0;
    for (JsonNode object : objects) {
      sure += object.get("score").asDouble() >= 0.5 ? 1 : 0;
    }
    assertEquals(there.size(), sure, answer.text());
    for (JsonNode annotation : there) {
      String label = annotation.get("category_id").asInt() == 7 ? "zero" : "one";
      boolean found = false;
      for (JsonNode object : objects) {
        found |=
            object.get("label").asText().equals(label)
                && Math.abs(object.get("left").asDouble() - 3 * annotation.at("/bbox/0").asInt())
                    < 6
                && Math.abs(object.get("top").asDouble() - 2 * annotation.at("/bbox/1").asInt())
                    < 4;
      }
      assertTrue(found, annotation + " in " + objects);
    }
    Overlay.Boxes drawn = (Overlay.Boxes) answer.overlay().orElseThrow();
    assertEquals(objects.size(), drawn.boxes().size());
    // What is not there is -1.
    assertEquals(-1, values.get(2).get(5));
    assertEquals(0, values.get(1).get(5));
    assertEquals(List.of(), model.task().labels(model.signature().outputs().get(1)));
  }

  // ---- bad input ----

  @Test
  void whatMovesNoBoxesIsRefusedByName() {
    for (String augment : List.of("\"crop\"", "{\"type\": \"erase\"}", "\"rotate\"")) {
      SpecException refused =
          assertThrows(
              SpecException.class,
              () -> segmenter(MASKS + ", \"augment\": [\"flip\", %s]".formatted(augment)));
      assertEquals("/data/augment/1", refused.pointer());
      String name = augment.replaceAll("[^a-z]|type", "");
      assertTrue(refused.getMessage().endsWith("but got '" + name + "'"), refused.getMessage());
    }
    assertThrows(SpecException.class, () -> detector(BOXES + ", \"augment\": [\"rotate\"]", 7));
  }

  private static String refused(Spec spec) {
    RuntimeException e =
        assertThrows(RuntimeException.class, () -> TrainingData.open(spec, folder));
    assertTrue(
        e instanceof DataException || e instanceof SpecException || e instanceof PictureException,
        e.toString());
    return e.getMessage();
  }

  /** {@return the error of annotations in which something stands for something else} */
  private static String changed(String from, String to) throws IOException {
    String text = Files.readString(folder.resolve("test.json"));
    assertTrue(text.contains(from), from);
    int at = text.indexOf(from);
    Files.writeString(
        folder.resolve("changed.json"),
        text.substring(0, at) + to + text.substring(at + from.length()));
    return refused(detector("\"train\": \"changed.json\", \"pictures\": \"test/pictures\"", 7));
  }

  @Test
  void badAnnotationsAreToldWithTheirPlace() throws IOException {
    String text = Files.readString(folder.resolve("test.json"));
    String bbox = text.substring(text.indexOf("\"bbox\""), text.indexOf("]}") + 1);
    assertEquals(
        "[coco] changed.json, annotation 1: expected a box inside of '000.png', which has 32 x 32"
            + " pixels, but got [20,4,14,9]",
        changed(bbox, "\"bbox\":[20,4,14,9]"));
    assertEquals(
        "[coco] changed.json, annotation 1: expected a width and height above 0 but got [4,4,0,9]",
        changed(bbox, "\"bbox\":[4,4,0,9]"));
    assertEquals(
        "[coco] changed.json, annotation 1: expected a bbox [left, top, width, height] but got"
            + " [4,4,5]",
        changed(bbox, "\"bbox\":[4,4,5]"));
    assertEquals(
        "[coco] changed.json, annotation 1: expected a bbox [left, top, width, height] but got"
            + " nothing",
        changed(bbox, "\"box\":[4,4,5,5]"));
    assertEquals(
        "[coco] changed.json, annotation 1: there is no image 99",
        changed("\"image_id\":0", "\"image_id\":99"));
    assertEquals(
        "[coco] changed.json, annotation 1: expected a whole number as image_id but got \"x\"",
        changed("\"image_id\":0", "\"image_id\":\"x\""));
    assertEquals(
        "[coco] changed.json, image 0: there is no picture 'gone.png' in pictures",
        changed("000.png", "gone.png"));
    assertEquals(
        "[coco] changed.json, image 0: expected the width 32, which '000.png' has, but got 33",
        changed("\"width\":32", "\"width\":33"));
    assertEquals(
        "[coco] changed.json: expected boxes of the category 'two' but there is none; \"classes\""
            + " names those that are learned",
        changed("\"categories\":[", "\"categories\":[{\"id\":3,\"name\":\"two\"},"));
    assertEquals(
        "[coco] changed.json, /annotations: expected an array",
        changed("\"annotations\"", "\"other\""));
    assertTrue(changed("{", "{{").startsWith("[coco] changed.json, line 1: malformed JSON"));
    assertEquals(
        "/data/classes: expected categories of train.json, which are [zero, one], but got 'tow'",
        refused(detector(BOXES + ", \"classes\": [\"zero\", \"tow\"]", 7)));
    Spec narrow = detector(BOXES, 8);
    TrainingData data = TrainingData.open(narrow, folder);
    assertEquals(
        "/model: expected a last layer with output [7, height, width], a channel for each of 2"
            + " classes and 5 for the box, but it gives [8, 8, 8]",
        assertThrows(SpecException.class, () -> Trainer.of(narrow, data, Digits.java()).build())
            .getMessage());
  }

  @Test
  void aCategoryThatIsNotLearnedIsLeftOut() throws IOException {
    TrainingData data = TrainingData.open(detector(BOXES + ", \"classes\": [\"one\"]", 6), folder);
    assertEquals(List.of("one"), data.train().columns().get(1).labels());
    assertTrue(
        data.notes().get(1).matches("train.json: left out \\d+ boxes of other categories"),
        data.notes().toString());
  }

  private static String refusedMask(String name, byte[] content) throws IOException {
    Path mask = folder.resolve("odd/masks/a.png");
    Files.createDirectories(mask.getParent());
    Files.createDirectories(folder.resolve("odd/pictures"));
    Files.copy(
        folder.resolve("test/pictures/000.png"),
        folder.resolve("odd/pictures/a.png"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(mask);
    Files.deleteIfExists(folder.resolve("odd/masks/b.png"));
    Files.write(folder.resolve("odd/masks/" + name), content);
    return refused(
        segmenter(
            "\"train\": \"odd/pictures\", \"masks\": \"odd/masks\", \"classes\": [\"a\", \"b\", \"c\"]"));
  }

  @Test
  void badMasksAreToldWithTheirPlace() throws IOException {
    byte[] good = Files.readAllBytes(folder.resolve("test/masks/000.png"));
    assertEquals(
        "[masks] odd/masks: there is no mask 'a.png' of the picture 'a.png'",
        refusedMask("b.png", good));
    assertEquals(
        "[masks] a.png: expected 32 x 32 pixels, as its picture has, but got 8 x 4",
        refusedMask("a.png", PngWriter.of(new Picture(8, 4, 1, new byte[32]))));
    byte[] pixels = new byte[SIDE * SIDE];
    pixels[3 * SIDE + 5] = (byte) 200;
    assertEquals(
        "[masks] a.png, column 5, row 3: expected a class 0 to 2 but got 200",
        refusedMask("a.png", PngWriter.of(new Picture(SIDE, SIDE, 1, pixels))));
    assertEquals(
        "[masks] masks: expected pixels of the class 'b' but there is none",
        refusedMask("a.png", PngWriter.of(new Picture(SIDE, SIDE, 1, new byte[SIDE * SIDE]))));
    assertEquals(
        "[png] a.png: expected a palette or grey of at most 8 bits, whose numbers are classes, but"
            + " got colour type 2 of 8 bits",
        refusedMask("a.png", PngWriter.of(new Picture(SIDE, SIDE, 3, new byte[3 * SIDE * SIDE]))));
    assertEquals(
        "/data/classes: expected 2 to 256 names but got 1",
        refused(
            segmenter(
                "\"train\": \"odd/pictures\", \"masks\": \"odd/masks\", \"classes\": [\"a\"]")));
  }

  /** Pixels that are ignored do not count, whatever the network says. */
  @Test
  void ignoredPixelsAreNoClass() throws IOException {
    byte[] pixels = new byte[SIDE * SIDE];
    pixels[0] = (byte) 255;
    pixels[1] = 1;
    Files.createDirectories(folder.resolve("void/pictures"));
    Files.createDirectories(folder.resolve("void/masks"));
    Files.copy(folder.resolve("test/pictures/000.png"), folder.resolve("void/pictures/a.png"));
    Files.write(
        folder.resolve("void/masks/a.png"), PngWriter.of(new Picture(SIDE, SIDE, 1, pixels)));
    Dataset train =
        TrainingData.open(
                segmenter(
                    "\"train\": \"void/pictures\", \"masks\": \"void/masks\", \"classes\": [\"a\","
                        + " \"b\"], \"ignore\": 255, \"size\": 64"),
                folder)
            .train();
    int[] labels = new int[64 * 64];
    train.read(1, 0, labels, 0);
    assertArrayEquals(
        new int[] {-1, -1, 1, 1, 0}, java.util.Arrays.copyOfRange(labels, 64, 64 + 5));
  }
}
