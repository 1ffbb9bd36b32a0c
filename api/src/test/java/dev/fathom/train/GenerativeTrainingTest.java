package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.Dataset;
import dev.fathom.generate.PictureGenerator;
import dev.fathom.generate.PictureRequest;
import dev.fathom.image.Picture;
import dev.fathom.json.SpecException;
import dev.fathom.metric.Evaluation;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.spec.SavedModel;
import dev.fathom.spec.Spec;
import dev.fathom.store.DataDirectory;
import dev.fathom.task.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples that give pictures again or make new ones, on part of the real digits. */
class GenerativeTrainingTest {
  private static final Path SAMPLES = Path.of("../samples");

  @TempDir Path folder;

  private static Spec spec(String file, String... changes) throws IOException {
    String json = Files.readString(SAMPLES.resolve("digits/" + file));
    for (String change : changes) {
      String[] parts = change.split(" => ");
      assertTrue(json.contains(parts[0]), parts[0]);
      json = json.replace(parts[0], parts[1]);
    }
    return Spec.parse(json);
  }

  private static Dataset first(Dataset dataset, int count) {
    return dataset.select("part of " + dataset.name(), IntStream.range(0, count).toArray());
  }

  private static TrainingData digits(Spec spec, int train, int test) throws IOException {
    TrainingData all = TrainingData.open(spec, SAMPLES);
    return new TrainingData(
        first(all.train(), train), Optional.of(first(all.test().orElseThrow(), test)));
  }

  private static TrainingResult train(Spec spec, int train, int test) throws IOException {
    return Trainer.of(spec, digits(spec, train, test), Digits.java()).build().run();
  }

  /** The model as it is when it was stored and opened again. */
  private Model opened(TrainingResult result) throws IOException {
    try (DataDirectory directory = DataDirectory.open(folder.resolve("store"), "")) {
      return SavedModel.load(result.model().publish(directory.models()).bundle());
    }
  }

  private static float[] pixels(Dataset data, int row) {
    float[] pixels = new float[784];
    data.read(0, row, pixels, 0);
    return pixels;
  }

  @Test
  void theAutoencoderFindsDigitsThatItNeverSaw() throws IOException {
    Spec spec = spec("autoencoder.json", "\"batchSize\": 128 => \"batchSize\": 32");
    spec = Spec.parse(spec.expand().toString().replace("\"epochs\":20", "\"epochs\":6"));
    TrainingData data = digits(spec, 4000, 1000);
    TrainingResult result = Trainer.of(spec, data, Digits.java()).build().run();
    Evaluation test = result.test().orElseThrow();
    // Of all gray at the mean of the digits it is 0.26.
    assertTrue(test.loss() < 0.19, test.figures()::toString);
    assertTrue(test.figure("rocAuc") > 0.8, test.figures()::toString);
    assertFalse(result.validation().orElseThrow().figures().containsKey("rocAuc"));
    assertTrue(test.figure("meanAbsoluteError") < 30, test.figures()::toString);

    Model model = opened(result);
    assertEquals(
        List.of("reconstruction", "score"),
        model.signature().outputs().stream().map(Port::name).toList());
    try (Predictor predictor = Predictor.open(Digits.java().backend(), model)) {
      Dataset tested = data.test().orElseThrow();
      double[] sums = new double[2];
      int[] counts = new int[2];
      int[] label = new int[1];
      for (int row = 0; row < 200; row++) {
        float[] raw = pixels(tested, row);
        List<float[]> answer = predictor.predict(List.of(raw));
        double error = 0;
        for (int i = 0; i < raw.length; i++) {
          error += Math.pow((answer.get(0)[i] - raw[i]) / 255, 2) / raw.length;
        }
        assertEquals(error, answer.get(1)[0], 1e-4 * error + 1e-7);
        tested.read(tested.column("label"), row, label, 0);
        int kind = label[0] == 2 ? 1 : 0;
        sums[kind] += error;
        counts[kind]++;
      }
      assertTrue(sums[1] / counts[1] > 1.2 * sums[0] / counts[0], Arrays.toString(sums));
    }
  }

  @Test
  void whatAnAutoencoderCannotLearnIsToldBefore() throws IOException {
    assertEquals(
        "/task/anomalies/0",
        assertThrows(
                SpecException.class,
                () -> train(spec("autoencoder.json", "[\"2\"] => [\"two\"]"), 100, 10))
            .pointer());
    String message =
        assertThrows(
                SpecException.class,
                () ->
                    train(
                        spec("autoencoder.json", "[1, 28, 28] => [784]", "784} => 700}"), 100, 10))
            .getMessage();
    assertTrue(message.contains("700"), message);
    // Without anomalies there is no target, and nothing is left out.
    Spec all =
        spec(
            "autoencoder.json",
            "{\"type\": \"reconstruction\", \"anomalies\": [\"2\"]} => \"reconstruction\"",
            "\"epochs\": 20 => \"steps\": 3");
    TrainingResult result = train(all, 200, 20);
    assertEquals(20, result.test().orElseThrow().examples());
    assertFalse(result.test().orElseThrow().figures().containsKey("rocAuc"));
  }

  private static List<Picture> pictures(Model model, PictureRequest request) {
    try (PictureGenerator generator = PictureGenerator.open(Digits.java().backend(), model)) {
      return generator.generate(request, (_, _) -> {});
    }
  }

  private static double mean(List<Picture> pictures) {
    double sum = 0;
    for (Picture picture : pictures) {
      for (byte pixel : picture.pixels()) {
        sum += (pixel & 0xff) / 255.0 / picture.pixels().length / pictures.size();
      }
    }
    return sum;
  }

  @Test
  void theVariationalAutoencoderMakesPictures() throws IOException {
    Spec spec =
        spec(
            "vae.json",
            "\"epochs\": 20 => \"epochs\": 8",
            "\"batchSize\": 128 => \"batchSize\": 32",
            "\"units\": 400 => \"units\": 128");
    TrainingResult result = train(spec, 4000, 1000);
    Evaluation test = result.test().orElseThrow();
    // 206 for the mean picture.
    assertTrue(test.figure("elbo") > -145, test.figures()::toString);
    assertEquals(-test.loss(), test.figure("elbo"), 1e-3);
    assertTrue(test.figure("kl") > 5 && test.figure("kl") < 40, test.figures()::toString);

    Model model = opened(result);
    List<Picture> drawn = pictures(model, new PictureRequest(20, 1));
    assertEquals(20, drawn.size());
    // As bright as digits are, 0.13, and each another.
    assertEquals(0.13, mean(drawn), 0.05);
    assertFalse(Arrays.equals(drawn.get(0).pixels(), drawn.get(1).pixels()));
    // The first is the same whatever the number, within a level.
    Picture one = pictures(model, new PictureRequest(1, 1)).getFirst();
    for (int i = 0; i < 784; i++) {
      assertEquals(drawn.get(0).pixels()[i] & 0xff, one.pixels()[i] & 0xff, 1);
    }
    List<Picture> walk = pictures(model, new PictureRequest(16, 1).walking());
    assertArrayEquals(walk.getFirst().pixels(), drawn.getFirst().pixels());
    double far = distance(walk.get(0), walk.get(15));
    assertTrue(distance(walk.get(0), walk.get(1)) < far, "neighbours are alike");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> pictures(model, new PictureRequest(1, 1).of("7")))
            .getMessage();
    assertTrue(message.contains("expected no class"), message);
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    pictures(
                        model,
                        new PictureRequest(1, 1).with(OptionalInt.empty(), OptionalDouble.of(2))))
            .getMessage()
            .contains("expected no guidance"));
  }

  private static double distance(Picture a, Picture b) {
    double sum = 0;
    for (int i = 0; i < a.pixels().length; i++) {
      sum += Math.pow((a.pixels()[i] & 0xff) - (b.pixels()[i] & 0xff), 2);
    }
    return sum;
  }

  /** On pictures of 7 x 7, which a small network learns in a moment. */
  @Test
  void diffusionMakesPicturesOfAClass() throws IOException {
    String json =
        """
        {"name": "small", "data": {"dataset": "bars"},
         "task": {"type": "diffusion", "steps": 20, "guidance": 2},
         "model": {
           "inputs": {"image": {"columns": "image", "scale": 0.00784313725490196, "mean": 1},
                      "time": "time", "class": "class"},
           "layers": [
             {"type": "timestepembedding", "name": "wave", "features": 32, "inputs": ["time"]},
             {"type": "embedding", "name": "kind", "vocabulary": 4, "features": 32, "initializer": "normal",
              "inputs": ["class"]},
             {"type": "flatten", "name": "kindVector"},
             {"type": "flatten", "name": "flat", "inputs": ["image"]},
             {"type": "concat", "name": "all", "inputs": ["flat", "wave", "kindVector"]},
             {"type": "dense", "name": "a", "units": 128, "activation": "silu"},
             {"type": "concat", "name": "more", "inputs": ["a", "wave", "kindVector"]},
             {"type": "dense", "name": "b", "units": 128, "activation": "silu"},
             {"type": "concat", "name": "last", "inputs": ["b", "flat"]},
             {"type": "dense", "name": "c", "units": 25},
             {"type": "reshape", "name": "noise", "shape": [1, 5, 5]}]},
         "training": {"steps": 3000, "batchSize": 64, "seed": 1, "averaging": 0.99,
                      "optimizer": {"type": "adam", "learningRate": 0.003},
                      "schedule": {"type": "cosine"}}}""";
    Spec spec = Spec.parse(json);
    TrainingData data = new TrainingData(Digits.bars("bars", 2000, 1), Optional.empty());
    Model model = opened(Trainer.of(spec, data, Digits.java()).build().run());
    assertEquals(List.of("none", "upright", "lying"), model.labels());
    for (String label : model.labels()) {
      List<Picture> pictures = pictures(model, new PictureRequest(24, 7).of(label));
      int right = 0;
      for (Picture picture : pictures) {
        right += label.equals(bar(picture)) ? 1 : 0;
      }
      int seen = right;
      assertTrue(right >= 20, () -> label + ": " + seen + " of 24");
    }
    // Each shows the next class.
    List<Picture> mixed = pictures(model, new PictureRequest(3, 7));
    assertEquals(3, mixed.size());
    PictureRequest again = new PictureRequest(5, 3).of("lying");
    List<Integer> told = new ArrayList<>();
    try (PictureGenerator generator = PictureGenerator.open(Digits.java().backend(), model)) {
      List<Picture> once = generator.generate(again, (step, all) -> told.add(step * 1000 + all));
      List<Picture> twice = generator.generate(again, (_, _) -> {});
      for (int i = 0; i < 5; i++) {
        assertArrayEquals(once.get(i).pixels(), twice.get(i).pixels());
      }
      assertNotEquals(
          0,
          distance(
              once.getFirst(),
              generator.generate(new PictureRequest(1, 4).of("lying"), (_, _) -> {}).getFirst()));
      assertEquals(20, told.size());
      assertEquals(20_020, told.getLast());
      // What the listener throws ends the request, and the generator goes on.
      assertThrows(
          IllegalStateException.class,
          () ->
              generator.generate(
                  again,
                  (_, _) -> {
                    throw new IllegalStateException("gone");
                  }));
      assertArrayEquals(
          once.getFirst().pixels(), generator.generate(again, (_, _) -> {}).getFirst().pixels());
      assertTrue(
          assertThrows(
                  IllegalArgumentException.class,
                  () -> generator.generate(new PictureRequest(1, 1).of("lyin"), (_, _) -> {}))
              .getMessage()
              .endsWith("got 'lyin'; did you mean 'lying'?"));
    }
  }

  @Test
  void bothNetworksOfAGameBeginWithTheirInitialValues() throws IOException {
    Spec spec =
        Spec.parse(
            """
            {"name": "game", "data": {"dataset": "bars", "scale": 0.00784313725490196, "mean": 1},
             "task": {"type": "adversarial", "noise": 4,
                      "discriminator": [{"type": "flatten"}, {"type": "dense", "units": 1}],
                      "optimizer": {"type": "sgd", "learningRate": 1e-9}},
             "model": [{"type": "dense", "units": 25}, {"type": "reshape", "shape": [1, 5, 5]}],
             "training": {"steps": 1, "batchSize": 16, "seed": 3,
                          "optimizer": {"type": "sgd", "learningRate": 1e-9}}}""");
    TrainingData data = new TrainingData(Digits.bars("bars", 50, 1), Optional.empty());
    Map<String, TrainingResult.Learned> learned =
        Trainer.of(spec, data, Digits.java()).build().run().learned();
    assertEquals(Set.of("generator", "discriminator"), learned.keySet());
    learned
        .values()
        .forEach(
            each ->
                assertArrayEquals(
                    each.parameters().layout().initial(3), each.parameters().values(), 1e-6f));
  }

  @Test
  void aGameOfTwoNetworksMakesPictures() throws IOException {
    String json =
        """
        {"name": "game", "data": {"dataset": "bars", "scale": 0.00784313725490196, "mean": 1},
         "task": {"type": "adversarial", "noise": 16, "real": 0.9,
                  "discriminator": [
                    {"type": "flatten"}, {"type": "dense", "units": 64}, {"type": "leakyrelu", "slope": 0.2},
                    {"type": "dropout", "rate": 0.2}, {"type": "dense", "units": 1}],
                  "optimizer": {"type": "adam", "learningRate": 0.001, "beta1": 0.5}},
         "model": [{"type": "dense", "units": 64, "activation": "relu"}, {"type": "batchnorm"},
                   {"type": "dense", "units": 64, "activation": "relu"},
                   {"type": "dense", "units": 25, "activation": "tanh"}, {"type": "reshape", "shape": [1, 5, 5]}],
         "training": {"steps": 4000, "batchSize": 64, "seed": 1, "averaging": 0.99,
                      "optimizer": {"type": "adam", "learningRate": 0.001, "beta1": 0.5}}}""";
    Spec spec = Spec.parse(json);
    TrainingData data =
        new TrainingData(
            Digits.bars("bars", 2000, 1), Optional.of(Digits.bars("test bars", 200, 2)));
    TrainingResult result = Trainer.of(spec, data, Digits.java()).build().run();
    Evaluation test = result.test().orElseThrow();
    assertTrue(
        test.figures().keySet().containsAll(List.of("loss.generator", "loss.discriminator")),
        test.figures()::toString);
    Model model = opened(result);
    // The discriminator is no part of it.
    assertTrue(
        model.parameters().layout().slots().stream().noneMatch(s -> s.name().contains("leaky")));
    assertEquals(List.of(-1L, 16L), model.signature().input().shape());
    List<Picture> pictures = pictures(model, new PictureRequest(90, 5));
    int[] kinds = new int[3];
    for (Picture picture : pictures) {
      kinds[List.of("none", "upright", "lying").indexOf(bar(picture))]++;
    }
    // A third of each in the data.
    assertTrue(Arrays.stream(kinds).min().orElseThrow() >= 8, Arrays.toString(kinds));
    String problem =
        assertThrows(
                SpecException.class,
                () ->
                    Trainer.of(
                            Spec.parse(json.replace("\"units\": 1}]", "\"units\": 2}]")),
                            data,
                            Digits.java())
                        .build())
            .getMessage();
    assertTrue(problem.startsWith("/task/discriminator: "), problem);
  }

  /** The kind of bar in a picture of 5 x 5: of noise up to 60, where a bar adds 180. */
  private static String bar(Picture picture) {
    boolean upright = false;
    boolean lying = false;
    for (int i = 0; i < 5; i++) {
      int down = 0;
      int across = 0;
      for (int j = 0; j < 5; j++) {
        down += (picture.pixels()[5 * j + i] & 0xff) > 120 ? 1 : 0;
        across += (picture.pixels()[5 * i + j] & 0xff) > 120 ? 1 : 0;
      }
      upright |= down == 5;
      lying |= across == 5;
    }
    return upright == lying ? "none" : upright ? "upright" : "lying";
  }

  @Test
  void diffusionSaysWhatDoesNotFit() throws IOException {
    for (String[] change :
        new String[][] {
          {"\"vocabulary\": 11 => \"vocabulary\": 10", "/model/inputs", "11 tokens"},
          {"\"time\": \"time\",\n => \n", "/model/layers", "time"},
          {"\"filters\": 1, => \"filters\": 2,", "/model", "[2, 28, 28]"},
          {"\"steps\": 50 => \"steps\": 1001", "/task", "1001"},
        }) {
      SpecException e =
          assertThrows(
              SpecException.class, () -> train(spec("diffusion.json", change[0]), 400, 10));
      assertTrue(e.pointer().startsWith(change[1]), e.pointer() + " " + e.getMessage());
      assertTrue(e.getMessage().contains(change[2]), e.getMessage());
    }
  }

  @Test
  void aModelWithoutPicturesIsRefused() throws IOException {
    Spec all = spec("autoencoder.json", "\"epochs\": 20 => \"steps\": 1");
    Model model = train(all, 100, 10).model();
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> pictures(model, new PictureRequest(1, 1)))
            .getMessage();
    assertEquals(
        "[generate] expected a model that makes pictures but the task of 'digits-autoencoder' is"
            + " reconstruction",
        message);
    assertThrows(IllegalArgumentException.class, () -> new PictureRequest(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new PictureRequest(1025, 1));
  }
}
