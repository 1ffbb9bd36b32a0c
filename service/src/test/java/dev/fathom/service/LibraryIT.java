package dev.fathom.service;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.Repository;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** README's Java program, and those of samples/library, on the jars that were built. */
@Timeout(300)
class LibraryIT {

  private static final Path JARS =
      Repository.ROOT.resolve("service/target/quarkus-app/lib/main").toAbsolutePath();
  private static final Path SAMPLES = Repository.ROOT.resolve("samples/library");

  @TempDir Path folder;

  @AfterEach
  void forget() {
    RestAssured.reset();
  }

  /** Runs a program as its README says; {@return what it printed, line by line} */
  private static List<String> run(String sample, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx1g",
                "-cp",
                JARS + "/*",
                SAMPLES.resolve(sample).toString()));
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command)
            .directory(Repository.ROOT.toFile())
            .redirectErrorStream(true)
            .start();
    try {
      var lines = process.inputReader().lines().toList();
      assertEquals(0, process.waitFor(), lines::toString);
      return lines.stream().filter(LibraryIT::isOfTheProgram).toList();
    } finally {
      process.destroyForcibly();
    }
  }

  /** What the JVM and PoCL's compiler say beside. */
  private static boolean isOfTheProgram(String line) {
    return !line.startsWith("WARNING: Using incub") && !line.matches("\\d+ warnings? generated\\.");
  }

  private static double number(String pattern, String line) {
    var matcher = Pattern.compile(pattern).matcher(line);
    assertTrue(matcher.find(), line);
    return Double.parseDouble(matcher.group(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"CustomLayer.java", "Gan.java", "TrainingLoop.java"})
  void eachSampleHasFewerThan100Lines(String sample) throws IOException {
    assertTrue(Files.readAllLines(SAMPLES.resolve(sample)).size() < 100);
  }

  @Test
  void readmesProgramCompiles() throws IOException {
    var readme = Files.readString(Repository.ROOT.resolve("README.md"));
    var program = Pattern.compile("(?s)```java\n(.*?class First .*?)```").matcher(readme);
    assertTrue(program.find());
    var source = Files.writeString(folder.resolve("First.java"), program.group(1));
    String jars;
    try (Stream<Path> files = Files.list(JARS)) {
      jars = files.map(Path::toString).collect(Collectors.joining(java.io.File.pathSeparator));
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    assertEquals(
        0,
        compiler.run(
            null,
            null,
            null,
            "-cp",
            jars,
            "-proc:none",
            "-d",
            folder.toString(),
            source.toString()));
  }

  @Test
  void aLayerAndALossOfOnesOwnLearnDigits() throws Exception {
    var lines = run("CustomLayer.java");
    assertTrue(number("test accuracy (\\S+)", lines.getLast()) > 0.97, lines::toString);
  }

  @Test
  void theLoopByHandLowersTheLoss() throws Exception {
    var lines = run("TrainingLoop.java");
    assertTrue(number("loss (\\S+)", lines.getFirst()) > 1, lines::toString);
    assertTrue(number("loss (\\S+)", lines.get(lines.size() - 2)) < 0.2, lines::toString);
    assertEquals("101770 parameters", lines.getLast());
  }

  /** A short run: nobody sees a digit yet, but the game goes on and the service has its winner. */
  @Test
  void theGeneratorIsPublishedAndAsked() throws Exception {
    var picture = folder.resolve("digits.png");
    var data = folder.resolve("data");
    var lines = run("Gan.java", data.toString(), picture.toString(), "60");
    assertEquals(60, lines.size(), lines::toString);
    for (var line : lines) {
      assertTrue(Double.isFinite(number("generator (\\S+),", line)), line);
      // Always right it would be 0.33, always wrong above 2 ln 2; in a game it is in between.
      double judged = number("discriminator (\\S+)", line);
      assertTrue(judged > 0.4 && judged < 2.5, line);
    }
    var png = ImageIO.read(picture.toFile());
    assertEquals(224, png.getWidth());
    assertEquals(224, png.getHeight());

    var random = new Random(3);
    var noise = Stream.generate(() -> (float) random.nextGaussian()).limit(2 * 64).toList();
    try (var service = Packaged.serve(data)) {
      var uri = service.uri();
      RestAssured.baseURI = "http://" + uri.getHost();
      RestAssured.port = uri.getPort();
      List<Float> pixels =
          given()
              .contentType("application/json")
              .body(
                  """
                  {"inputs": [{"name": "input", "datatype": "FP32", "shape": [2, 64], "data": %s}]}
                  """
                      .formatted(noise))
              .post("/v2/models/generator/infer")
              .then()
              .statusCode(200)
              .extract()
              .path("outputs[0].data");
      assertEquals(2 * 28 * 28, pixels.size());
      assertTrue(pixels.stream().allMatch(pixel -> pixel >= 0 && pixel <= 1));
      assertTrue(pixels.stream().distinct().count() > 100, "the picture is empty");
      assertTrue(!pixels.subList(0, 784).equals(pixels.subList(784, 1568)), "noise has no effect");
    }
  }
}
