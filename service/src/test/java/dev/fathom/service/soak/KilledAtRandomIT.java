package dev.fathom.service.soak;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.service.Packaged;
import dev.fathom.store.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the service at random moments while clients upload, delete, train and ask. What it
 * acknowledged is there after the next start, and a training that was killed ends as if it had not
 * been, with one version of its model.
 */
class KilledAtRandomIT {

  private static final int LEAST_KILLS = 3;
  private static final int EPOCHS = 40;
  private static final int MOST_FILE_BYTES = 200_000;
  private static final Duration LEAST = Duration.ofMillis(200);
  private static final Duration MOST = Duration.ofMillis(3000);

  @TempDir Path data;

  private final Soak soak = new Soak("kills");

  /** Files of datasets by their path, the value is the SHA-256. */
  private final Ledger files = new Ledger();

  /** Trainings by id. */
  private final Map<String, String> trainings = new ConcurrentHashMap<>();

  /** Answers by model and version. */
  private final Map<String, String> answers = new HashMap<>();

  /** Never one twice: a request that nobody answered may have been taken. */
  private int models;

  private int kills;

  @Test
  void whatWasAcknowledgedIsThere() throws Exception {
    String expected;
    try (var service = Packaged.serve(data);
        var client = new Client(service.uri())) {
      client.uploadTiny();
      expected = figures(whole(client));
    }
    while (kills < LEAST_KILLS || !soak.isOver()) {
      try (var service = Packaged.serve(data);
          var client = new Client(service.uri())) {
        var log = Log.of(service);
        check(client, expected);
        disturb(client, service);
        log.assertNoErrors();
      }
    }
    try (var service = Packaged.serve(data);
        var client = new Client(service.uri())) {
      check(client, expected);
      resume(client);
      for (var id : trainings.keySet()) {
        var ended = client.ended(id, Duration.ofMinutes(3));
        assertEquals("succeeded", ended.path("state").asText(), ended::toString);
      }
      check(client, expected);
    }
    System.out.printf(
        "soak, kills: %d kills, %d files, %d trainings, nothing lost%n",
        kills, files.keys().size(), trainings.size());
    assertFalse(trainings.isEmpty() || files.keys().isEmpty(), "nothing happened");
  }

  private static JsonNode whole(Client client) throws Exception {
    var id = client.train("whole", EPOCHS).expect(202).json().path("id").asText();
    return client.ended(id, Duration.ofMinutes(1));
  }

  /** {@return what a training must reach, however often it was killed} */
  private static String figures(JsonNode training) {
    assertEquals("succeeded", training.path("state").asText(), training::toString);
    return training.path("test").toString();
  }

  private void disturb(Client client, Packaged service) throws Exception {
    resume(client);
    try (var clients = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      List<Future<Long>> running = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        var dataset = "files" + i;
        var random = new Random(soak.random.nextLong());
        running.add(clients.submit(untilItBreaks(() -> upload(client, dataset, random))));
      }
      running.add(clients.submit(untilItBreaks(() -> train(client))));
      running.add(clients.submit(untilItBreaks(() -> ask(client))));
      soak.pause(LEAST, MOST);
      long killed = System.nanoTime();
      service.process.destroyForcibly().waitFor();
      kills++;
      for (var each : running) {
        assertEndedBy(killed, each);
      }
    }
  }

  /** A client knows no other end than that of the service. */
  private static void assertEndedBy(long killed, Future<Long> client) throws Exception {
    long ended = client.get(1, TimeUnit.MINUTES);
    assertTrue(ended >= killed, "a connection broke while the service was alive");
  }

  /** A client that acts until the connection breaks. {@return when it did} */
  private static Callable<Long> untilItBreaks(Callable<Void> act) {
    return () -> {
      try {
        while (true) {
          act.call();
        }
      } catch (IOException e) {
        return System.nanoTime();
      }
    };
  }

  private Void upload(Client client, String dataset, Random random) throws Exception {
    var file = "file" + random.nextInt(4);
    var key = dataset + "/" + file;
    if (random.nextInt(4) == 0) {
      files.asked(key, Ledger.ABSENT);
      var status = client.delete("/api/v1/datasets/%s/files/%s".formatted(dataset, file)).status();
      assertTrue(status == 204 || status == 404, "DELETE gives " + status);
      files.acknowledged(key, Ledger.ABSENT);
    } else {
      var content = new byte[random.nextInt(MOST_FILE_BYTES)];
      random.nextBytes(content);
      var digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
      files.asked(key, digest);
      client.put(dataset, file, content).expect(200);
      files.acknowledged(key, digest);
    }
    return null;
  }

  private Void train(Client client) throws Exception {
    var model = "m" + models++;
    var id = client.train(model, EPOCHS).expect(202).json().path("id").asText();
    trainings.put(id, model);
    client.ended(id, Duration.ofMinutes(1));
    return null;
  }

  private Void ask(Client client) throws Exception {
    Client.outputs(client.infer("whole", "1"));
    return null;
  }

  private void resume(Client client) throws IOException, InterruptedException {
    for (var id : trainings.keySet()) {
      if (client.training(id).path("state").asText().equals("interrupted")) {
        client.post("/api/v1/trainings/" + id + "/resume", "").expect(202);
      }
    }
  }

  private void check(Client client, String expected) throws Exception {
    for (var key : files.keys()) {
      var parts = key.split("/");
      var dataset = client.get("/api/v1/datasets/" + parts[0]);
      var actual = Ledger.ABSENT;
      if (dataset.status() != 404) {
        for (var file : dataset.expect(200).json().path("files")) {
          actual = file.path("name").asText().equals(parts[1]) ? stored(parts, file) : actual;
        }
      }
      files.check(key, actual);
    }
    for (var training : trainings.entrySet()) {
      var json = client.training(training.getKey());
      var state = json.path("state").asText();
      assertTrue(
          List.of("queued", "running", "interrupted", "succeeded").contains(state), json::toString);
      if (state.equals("succeeded")) {
        assertEquals(expected, json.path("test").toString());
        var versions = client.versions(training.getValue());
        assertArrayEquals(new int[] {1}, versions, () -> "versions of " + training.getValue());
        var answer = Client.outputs(client.infer(training.getValue(), "1"));
        assertEquals(answers.computeIfAbsent(training.getValue(), _ -> answer), answer);
      }
    }
  }

  /** {@return the digest of the only file on disk of that name, which the service must have too} */
  private String stored(String[] parts, JsonNode file) throws Exception {
    var told = file.path("sha256").asText();
    try (var found = Files.walk(data.resolve("datasets").resolve(parts[0]))) {
      var digests =
          found
              .filter(path -> path.getFileName().toString().equals(parts[1]))
              .map(KilledAtRandomIT::digest)
              .toList();
      assertTrue(digests.contains(told), () -> String.join("/", parts) + " is not as it was sent");
    }
    return told;
  }

  private static String digest(Path file) {
    try {
      return Sha256.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
