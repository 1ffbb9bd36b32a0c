package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.service.Tiny;
import dev.fathom.store.DataDirectory;
import java.awt.Color;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that work without a service. */
@Timeout(60)
class CommandsTest {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path spec;
  private String data;

  @BeforeEach
  void dataset() throws IOException {
    data = folder.resolve("data").toString();
    System.setProperty("fathom.data", data);
    System.setProperty("fathom.backend", "java");
    var files = Files.createDirectory(folder.resolve("quarters"));
    Files.write(files.resolve("train-images-idx3-ubyte"), Tiny.images(200, 6));
    Files.write(files.resolve("train-labels-idx1-ubyte.gz"), Tiny.gzip(Tiny.labels(200)));
    Files.write(files.resolve("t10k-images-idx3-ubyte"), Tiny.images(40, 6));
    Files.write(files.resolve("t10k-labels-idx1-ubyte"), Tiny.labels(40));
    spec = folder.resolve("spec.json");
    Files.writeString(spec, Tiny.spec("quarters", "quarters", "\"epochs\": 12"));
  }

  @AfterEach
  void forget() {
    List.of("fathom.data", "fathom.backend", "fathom.threads").forEach(System::clearProperty);
  }

  private int run(String... arguments) {
    return CommandLines.run(out, err, arguments);
  }

  @Test
  void plotsSeveralTrainingsInOnePicture() throws IOException {
    var plot = folder.resolve("curves.png");
    var arguments = List.of("train", spec.toString(), "--plot", plot.toString(), "--seeds", "2");
    assertEquals(0, run(arguments.toArray(String[]::new)), err::toString);
    var image = ImageIO.read(plot.toFile());
    assertEquals(1400, image.getWidth()); // loss and accuracy side by side
    var blue = new Color(0x1565c0).getRGB();
    var red = new Color(0xc62828).getRGB();
    for (int colour : new int[] {blue, red}) {
      assertTrue(
          IntStream.range(0, 1400)
              .anyMatch(x -> IntStream.range(70, 360).anyMatch(y -> image.getRGB(x, y) == colour)));
    }

    assertEquals(2, run("train", spec.toString(), "--plot", folder.resolve("no/a.png").toString()));
    assertTrue(
        err.toString().startsWith("fathom: expected --plot in a folder that is there but got "),
        err::toString);
  }

  @Test
  void trainsHereAndPredictsWhileAnotherOwnsTheDirectory() throws IOException {
    assertEquals(0, run("train", spec.toString(), "--data", data), err::toString);
    var lines = out.toString().lines().toList();
    assertEquals(17, lines.size(), lines::toString);
    assertEquals(
        "200 examples to learn from (0: 50, 1: 50, 2: 50, 3: 50); 40 to test on (0: 10, 1: 10, 2:"
            + " 10, 3: 10)",
        lines.get(0));
    assertTrue(lines.get(1).matches("200 examples, 332 parameters, 156 steps, 0 MB on .*"));
    for (int epoch = 1; epoch <= 12; epoch++) {
      var line = lines.get(epoch + 1);
      assertTrue(
          line.matches(
              ("epoch %d  loss \\d\\.\\d{4}  accuracy \\d\\.\\d{4}  [\\d,]+ samples/s"
                      + "  data stall \\d+ %%  \\d+:\\d\\d left")
                  .formatted(epoch)),
          line);
    }
    assertTrue(
        lines.get(14).matches("test accuracy (0\\.9\\d*|1\\.0*), f1 (0\\.9\\d*|1\\.0*)"),
        lines.get(14));
    assertEquals("to guess, always '0': accuracy 0.2500", lines.get(15));
    assertEquals("published quarters 1", lines.get(16));

    try (var _ = DataDirectory.open(Path.of(data), "")) {
      var images = folder.resolve("quarters/t10k-images-idx3-ubyte").toString();
      assertEquals(
          0, run("predict", "quarters", images, "--first", "2", "--count", "3", "--data", data));
      var answers = out.toString().lines().map(line -> line.replaceAll(", \\d+ %", "")).toList();
      assertEquals(List.of("2", "3", "0"), answers);

      assertEquals(0, run("predict", "quarters:1", json(1), "--data", data), err::toString);
      assertTrue(out.toString().matches("1, \\d+ %\n"), out::toString);

      var file = Files.writeString(folder.resolve("one.json"), json(3)).toString();
      assertEquals(0, run("predict", "quarters", file, "--data", data));
      assertTrue(out.toString().startsWith("3, "), out::toString);

      assertEquals(2, run("train", spec.toString(), "--data", data));
      assertTrue(err.toString().contains("is in use by process"), err::toString);
    }
    assertEquals(0, run("train", spec.toString(), "--data", data));
    assertTrue(out.toString().endsWith("published quarters 2\n"), out::toString);
  }

  @Test
  void trainsWithSeveralSeeds() throws IOException {
    var arguments = List.of("train", spec.toString(), "--seeds", "3", "--data", data);
    assertEquals(0, run(arguments.toArray(String[]::new)), err::toString);
    var lines = out.toString().lines().toList();
    for (int version = 1; version <= 3; version++) {
      assertEquals("quarters, seed " + (6 + version), lines.get((version - 1) * 18));
      assertEquals("published quarters " + version, lines.get(version * 18 - 1));
    }
    var accuracies =
        lines.stream()
            .filter(line -> line.startsWith("test accuracy "))
            .mapToDouble(line -> Double.parseDouble(line.replaceAll("test accuracy |,.*", "")))
            .toArray();
    assertEquals(3, accuracies.length);
    var mean = Arrays.stream(accuracies).average().orElseThrow();
    assertTrue(
        lines
            .getLast()
            .startsWith("quarters, mean of 3 seeds: accuracy %.4f (deviation ".formatted(mean)),
        lines::toString);
    assertEquals(0, run("predict", "quarters:3", json(1), "--data", data), err::toString);
  }

  private static String json(int label) {
    var text = new StringBuilder();
    for (byte pixel : Tiny.image(label, 6, new Random(5))) {
      text.append(text.isEmpty() ? "[" : ", ").append(pixel & 0xff);
    }
    return text.append("]").toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          predict none [1]           | there is no model 'none'
          predict quarters:2 [1]     | there is no version 2 of model 'quarters'
          predict quarters:x [1]     | expected NAME:VERSION but got quarters:x
          predict quarters [1,2]     | row 0 has 2 values where the model takes 36 (shape [6, 6])
          predict quarters [1,       | malformed JSON:
          predict quarters ["a"]     | row 0 has 1 value where the model takes 36
          predict quarters none.idx  | there is no file none.idx
          predict quarters IMAGES --first 39 --count 2 | within the 40 examples of
          train none.json            | there is no file none.json
          train SPEC --resume        | there is no training of this spec to go on with
          train SPEC --seeds 0       | --seeds takes 1 or more but got 0
          train SPEC --seeds 2 --resume | --seeds takes neither --resume, --expand nor --export
          """)
  void refusesInOneSentence(String arguments, String sentence) {
    assertEquals(0, run("train", spec.toString(), "--data", data), err::toString);
    var words =
        (arguments + " --data DATA")
            .replace("IMAGES", folder.resolve("quarters/t10k-images-idx3-ubyte").toString())
            .replace("SPEC", spec.toString())
            .replace("DATA", data);
    assertEquals(2, run(words.split(" ")));
    assertTrue(err.toString().contains(sentence), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
  }

  /** None of these shows a stack trace. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          latin1   | train spec.json  | expected UTF-8 but got ff
          wide     | train spec.json  | /model/0: layer 'conv1': [conv2d] expected an input
          steep    | train spec.json  | is not finite
          damaged  | train spec.json  | the training failed: [idx]
          unlabelled | train spec.json | expected a file train-labels-idx1-ubyte[.gz]
          folder   | train quarters   | there is no file
          infinite | predict quarters INPUT | expected a number that f32 holds but got 1.0E99
          cut      | predict quarters [1]   | weights.safetensors
          """)
  void refusesBadFilesInOneSentence(String damage, String arguments, String sentence)
      throws IOException {
    var input = json(1);
    var images = folder.resolve("quarters/train-images-idx3-ubyte");
    switch (damage) {
      case "latin1" -> Files.write(spec, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
      case "wide" ->
          Files.writeString(
              spec,
              Files.readString(spec)
                  .replaceFirst(
                      "\"model\" *: *\\[",
                      "$0{\"type\": \"conv2d\", \"filters\": 1, \"kernel\": 50},"));
      case "steep" ->
          Files.writeString(
              spec,
              Files.readString(spec)
                  .replaceFirst("\"learningRate\": *[0-9.e-]+", "\"learningRate\": 1e30"));
      case "damaged" -> Files.write(images, Arrays.copyOf(Files.readAllBytes(images), 99));
      case "unlabelled" -> Files.delete(folder.resolve("quarters/train-labels-idx1-ubyte.gz"));
      case "infinite" -> input = input.replaceFirst("\\d+", "1e99");
      case "cut" -> {
        assertEquals(0, run("train", spec.toString(), "--data", data), err::toString);
        try (var files = Files.walk(Path.of(data, "models"))) {
          var weights = files.filter(f -> f.endsWith("weights.safetensors")).findFirst().get();
          Files.write(weights, new byte[9]);
        }
      }
      default -> {}
    }
    if (damage.equals("infinite")) {
      assertEquals(0, run("train", spec.toString(), "--data", data), err::toString);
    }
    var words = (arguments + " --data " + data).split(" ");
    for (int i = 0; i < words.length; i++) {
      words[i] = words[i].equals("INPUT") ? input : words[i];
      words[i] = words[i].equals("spec.json") ? spec.toString() : words[i];
    }
    assertEquals(2, run(words), err::toString);
    assertTrue(err.toString().contains(sentence), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
  }

  @Test
  void printsTheSpecWithEveryDefaultAndThatIsTheSameSpec() throws IOException {
    assertEquals(0, run("train", spec.toString(), "--expand", "--data", data));
    assertTrue(out.toString().contains("\"batchSize\" : "), out::toString);
    var expanded = dev.fathom.spec.Spec.parse(out.toString());
    assertEquals(dev.fathom.spec.Spec.parse(Files.readString(spec)), expanded);
  }

  @Test
  void aSpecThatIsWrongIsToldWithFileAndPointer() throws IOException {
    Files.writeString(spec, Tiny.spec("quarters", "quarters", "\"epoch\": 12"));
    assertEquals(2, run("train", spec.toString(), "--data", data));
    assertEquals(
        "fathom: %s: /training/epoch: unknown key 'epoch'; did you mean 'epochs'?\n"
            .formatted(spec),
        err.toString());
  }

  @Test
  void aDirectoryThatIsNoDataDirectory() {
    assertEquals(2, run("predict", "quarters", "[1]", "--data", folder.toString()));
    assertTrue(err.toString().contains("is not a Fathom data directory"), err::toString);
  }

  @Test
  void listsBackends() {
    assertEquals(0, run("backends"));
    assertTrue(out.toString().contains("java: chosen: 0 Java"), out::toString);
    assertEquals(2, run("backends", "--backend", "jvaa"));
    assertTrue(err.toString().contains("expected 'jvaa' to work"), err::toString);
  }

  @ParameterizedTest
  @CsvSource({"gemm64, GFLOP/s", "mlp, samples/s", "infer-mlp-3, samples/s"})
  void timesWorkloads(String workload, String unit) {
    assertEquals(0, run("bench", workload, "--seconds", "0.2", "--threads", "1"), err::toString);
    assertTrue(
        out.toString().matches(workload + " \\d+\\.\\d " + unit + " \\(1 threads, java\\)\n"),
        out::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bench lnet                 | unknown workload lnet, did you mean lenet?
          bench what                 | unknown workload what; there are gemmN
          bench infer-resnet19-1     | unknown workload infer-resnet19-1
          bench mlp --seconds -1     | expected --seconds above 0
          bench                      | expected a workload, or --all
          bench mlp --all            | expected a workload, or --all
          bench mlp lnet             | unknown workload lnet, did you mean lenet?
          bench mlp gpt --profile    | --profile, --shape and --infer take one workload
          bench mlp --rounds 0       | expected --rounds of 1 or more but got 0
          bench mlp --threads 0      | threads: expected 1 to 999 but got "0"
          """)
  void refusesWorkloads(String arguments, String sentence) {
    assertEquals(2, run(arguments.split(" ")));
    assertTrue(err.toString().contains(sentence), err::toString);
  }

  @Test
  void anAnswerThatIsNotFiniteIsAnError() throws IOException {
    var table = Files.createDirectory(folder.resolve("leaves"));
    Files.writeString(
        table.resolve("train.csv"), "length,width,tree\n" + "2,1.5,oak\n5,0.7,elm\n".repeat(20));
    Files.writeString(
        table.resolve("spec.json"),
        """
        {"name": "leaves", "data": {"format": "csv", "train": "train.csv", "target": "tree"},
         "model": [{"type": "dense", "units": 8, "activation": "relu"},
                   {"type": "dense", "units": 2}],
         "training": {"steps": 20, "batchSize": 8}}
        """);
    assertEquals(0, run("train", table.resolve("spec.json").toString()), err::toString);
    assertEquals(2, run("predict", "leaves", "[[2, 1], [3e38, -3e38]]"), out::toString);
    assertEquals("", out.toString());
    assertEquals(
        "fathom: output 'probabilities' is not finite (NaN at example 1)\n", err.toString());
  }
}
