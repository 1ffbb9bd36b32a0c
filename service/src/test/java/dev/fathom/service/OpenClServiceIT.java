package dev.fathom.service;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.Needs;
import dev.fathom.Repository;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real digits on a real OpenCL device, through the packaged service. {@code
 * -Dfathom.soak.minutes=30} soaks for that long instead of a few seconds; {@code
 * -Dfathom.soak.backend} names another backend.
 */
class OpenClServiceIT {

  private static final String BACKEND = System.getProperty("fathom.soak.backend", "opencl");
  private static final double SOAK_MINUTES =
      Double.parseDouble(System.getProperty("fathom.soak.minutes", "0.3"));
  private static final Duration BETWEEN_COLLECTIONS = Duration.ofSeconds(4);
  private static final int CLIENTS = 8;
  private static final int DIGITS = 50;

  @TempDir Path data;

  @BeforeEach
  void deviceOrSkip() throws Exception {
    try (var backends = Packaged.start(List.of(), "backends", "--backend", BACKEND)) {
      var text = String.join(" ", backends.output.lines().toList());
      assertTrue(backends.process.waitFor(60, TimeUnit.SECONDS));
      if (backends.process.exitValue() != 0) {
        throw Needs.missing(BACKEND, text);
      }
    }
  }

  @AfterEach
  void forget() {
    RestAssured.reset();
  }

  private Packaged serve() throws IOException {
    var service =
        Packaged.start(
            List.of("-Dfathom.backend=" + BACKEND),
            "serve",
            "--port",
            "0",
            "--data",
            data.toString());
    URI uri = service.uri();
    RestAssured.baseURI = "http://" + uri.getHost();
    RestAssured.port = uri.getPort();
    return service;
  }

  private static void uploadDigits() throws IOException {
    for (var file :
        List.of(
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz")) {
      Tiny.put(
          "digits", file, Files.readAllBytes(Repository.ROOT.resolve("samples/mnist/" + file)));
    }
  }

  /** The sample's spec with another name and length. */
  private static String spec(String name, String length) throws IOException {
    return Files.readString(Repository.ROOT.resolve("samples/mnist/lenet.json"))
        .replace("\"dataset\": \"mnist\"", "\"dataset\": \"digits\"")
        .replace("\"name\": \"lenet\"", "\"name\": \"" + name + "\"")
        .replace("\"epochs\": 3", length);
  }

  private static JsonPath await(String id, String state, Duration most) throws Exception {
    var end = Instant.now().plus(most);
    while (true) {
      var job = Trained.get(id);
      if (job.getString("state").equals(state)) {
        return job;
      }
      assertTrue(
          Instant.now().isBefore(end) && !job.getString("state").equals("failed"), job::prettify);
      Thread.sleep(50);
    }
  }

  @Test
  void aKilledTrainingResumesToTheSameResult() throws Exception {
    var length = "\"steps\": 240, \"checkpointSteps\": 40";
    JsonPath whole;
    String killed;
    try (var service = serve()) {
      uploadDigits();
      whole = await(Trained.submit(spec("whole", length)), "succeeded", Duration.ofMinutes(3));
      killed = Trained.submit(spec("killed", length));
      var checkpoint = data.resolve("trainings").resolve(killed).resolve("checkpoints");
      while (!hasFiles(checkpoint)) {
        Thread.sleep(5);
      }
      service.kill();
    }
    try (var _ = serve()) {
      assertEquals("interrupted", Trained.get(killed).getString("state"));
      given().post("/api/v1/trainings/" + killed + "/resume").then().statusCode(202);
      var resumed = await(killed, "succeeded", Duration.ofMinutes(3));
      assertEquals(whole.getString("history.loss"), resumed.getString("history.loss"));
      assertEquals(whole.getString("test.loss"), resumed.getString("test.loss"));
      assertEquals(whole.getString("test.accuracy"), resumed.getString("test.accuracy"));
    }
  }

  private static boolean hasFiles(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (var files = Files.list(folder)) {
      return files.findAny().isPresent();
    }
  }

  @Test
  void digitsAreLearnedUnderTheCollectorAndEightClientsInFlatMemory() throws Exception {
    try (var service = serve()) {
      uploadDigits();
      var learned =
          await(
              Trained.submit(spec("digits", "\"epochs\": 1")), "succeeded", Duration.ofMinutes(3));
      assertTrue(learned.getDouble("test.accuracy") > 0.97, learned::prettify);

      var end = Instant.now().plusSeconds((long) (SOAK_MINUTES * 60));
      var training = Trained.submit(spec("soak", "\"epochs\": 100000"));
      List<Long> memory = new ArrayList<>();
      long answers = 0;
      try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
        List<Future<Integer>> running = new ArrayList<>();
        var expected = ask(requests().getFirst());
        for (int i = 0; i < CLIENTS; i++) {
          running.add(clients.submit(client(end, expected)));
        }
        while (Instant.now().isBefore(end)) {
          service.jcmd("GC.run");
          memory.add(service.residentBytes());
          Thread.sleep(BETWEEN_COLLECTIONS.toMillis());
          assertTrue(service.process.isAlive(), "the service died");
        }
        for (var client : running) {
          answers += client.get(1, TimeUnit.MINUTES);
        }
      }
      var job = Trained.get(training);
      assertEquals("running", job.getString("state"), job::prettify);
      var losses = job.getList("history.loss", Float.class);
      given().post("/api/v1/trainings/" + training + "/cancel").then().statusCode(202);
      await(training, "cancelled", Duration.ofMinutes(1));
      System.out.printf(
          "soak on %s: %.1f minutes, %d epochs, %d answers to %d clients, %d collections,"
              + " resident MB %s, losses %s%n",
          BACKEND,
          SOAK_MINUTES,
          losses.size(),
          answers,
          CLIENTS,
          memory.size(),
          memory.stream().map(bytes -> bytes >> 20).toList(),
          losses);
      assertTrue(answers > 0, "no answers");
      assertTrue(losses.stream().allMatch(Float::isFinite), losses::toString);
      if (losses.size() > 1) {
        assertTrue(losses.getLast() < losses.getFirst(), losses::toString);
      }
      assertFlat(memory);
    }
  }

  /** The last quarter of the samples must not need noticeably more than the second. */
  private static void assertFlat(List<Long> memory) {
    if (memory.size() < 40) {
      return; // too short to tell growth from warming up
    }
    int quarter = memory.size() / 4;
    long early = median(memory.subList(quarter, 2 * quarter));
    long late = median(memory.subList(3 * quarter, memory.size()));
    assertTrue(late < early * 1.1 + (16 << 20), "memory grew: " + memory);
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** {@return two bodies: the first digits of the test set, and one of them alone} */
  private static List<String> requests() throws IOException {
    try (var images =
        new GZIPInputStream(
            Files.newInputStream(
                Repository.ROOT.resolve("samples/mnist/t10k-images-idx3-ubyte.gz")))) {
      images.readNBytes(16);
      var all = images.readNBytes(DIGITS * 784);
      return List.of(body(all, DIGITS), body(all, 1));
    }
  }

  private static String body(byte[] pixels, int count) {
    var numbers =
        IntStream.range(0, count * 784)
            .mapToObj(i -> Integer.toString(pixels[i] & 0xff))
            .collect(Collectors.joining(","));
    return "{\"inputs\": [{\"name\": \"image\", \"shape\": [%d, 28, 28], \"datatype\": \"FP32\", \"data\": [%s]}]}"
        .formatted(count, numbers);
  }

  private static List<Float> ask(String body) {
    return given()
        .contentType(ContentType.JSON)
        .body(body)
        .post("/v2/models/digits/infer")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath()
        .getList("outputs[0].data", Float.class);
  }

  /** Asks until the end, and compares every answer with the first. */
  private static Callable<Integer> client(Instant end, List<Float> expected) throws IOException {
    var requests = requests();
    int classes = expected.size() / DIGITS;
    return () -> {
      int count = 0;
      while (Instant.now().isBefore(end)) {
        assertEquals(expected, ask(requests.getFirst()));
        var one = ask(requests.getLast());
        for (int i = 0; i < classes; i++) {
          // Another batch size may be another bucket, whose sums have another order.
          assertEquals(expected.get(i), one.get(i), 1e-4f);
        }
        count += 2;
      }
      return count;
    };
  }
}
