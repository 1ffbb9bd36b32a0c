package dev.fathom.service.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.service.Packaged;
import dev.fathom.service.Tiny;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trains, publishes, asks and deletes under ever new names, while other clients break off in the
 * middle of what they send or get. What the process holds stays flat.
 */
class FlatIT {

  private static final Duration BETWEEN_SAMPLES =
      Duration.ofMillis(Math.max(1000, (long) (Soak.MINUTES * 60_000 / 120)));

  @TempDir Path data;

  private final Soak soak = new Soak("flat");
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong broken = new AtomicLong();

  @Test
  void whatTheProcessHoldsStaysFlat() throws Exception {
    var vitals = new Vitals();
    int trained = 0;
    try (var service = Packaged.serve(data);
        var client = new Client(service.uri());
        var clients = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      var log = Log.of(service);
      client.uploadTiny();
      var first = client.train("asked", 2).expect(202).json().path("id").asText();
      client.ended(first, Duration.ofMinutes(1));
      List<Future<?>> others = new ArrayList<>();
      others.add(clients.submit(() -> ask(client)));
      others.add(clients.submit(until(random -> breakOff(client, random))));
      others.add(clients.submit(until(random -> upload(client, random))));
      others.add(clients.submit(() -> sample(service, client, vitals)));
      while (!soak.isOver()) {
        train(client, "m" + trained++);
      }
      for (var other : others) {
        other.get(1, TimeUnit.MINUTES);
      }
      assertTrue(service.process.isAlive(), "the service died");
      System.out.printf(
          "soak, flat: %d trainings, %d requests, %d broken off%n%s",
          trained, requests.get(), broken.get(), vitals.table());
      log.assertNoErrors();
    }
    vitals.assertFlat();
  }

  /** Trains, listens, asks, and deletes all of it. */
  private void train(Client client, String model) throws IOException, InterruptedException {
    var id = client.train(model, 3).expect(202).json().path("id").asText();
    client.get("/api/v1/trainings/" + id + "/events").expect(200);
    var job = client.ended(id, Duration.ofMinutes(1));
    assertEquals("succeeded", job.path("state").asText(), job::toString);
    Client.outputs(client.infer(model, "1"));
    client.delete("/api/v1/models/" + model).expect(204);
    client.delete("/api/v1/trainings/" + id).expect(204);
    requests.addAndGet(6);
  }

  private Void ask(Client client) throws IOException, InterruptedException {
    var expected = Client.outputs(client.infer("asked", "1"));
    while (!soak.isOver()) {
      assertEquals(expected, Client.outputs(client.infer("asked", "1")));
      client.get("/v2/models/nobody" + requests.get() + "/ready");
      requests.addAndGet(2);
    }
    return null;
  }

  private void upload(Client client, Random random) throws IOException, InterruptedException {
    var dataset = "d" + random.nextInt(1000);
    client.put(dataset, "file", new byte[random.nextInt(1 << 20)]).expect(200);
    client.delete("/api/v1/datasets/" + dataset).expect(204);
    requests.addAndGet(2);
  }

  /** Sends the first part of a request, reads a little or nothing, and goes. */
  private void breakOff(Client client, Random random) throws IOException, InterruptedException {
    var body = Tiny.spec("broken", Client.TINY, "\"epochs\": 1");
    var whole =
        switch (random.nextInt(4)) {
          case 0 -> head("PUT /api/v1/datasets/broken/files/file", 50_000) + "abc";
          case 1 -> head("POST /api/v1/trainings", body.length()) + body.substring(1);
          case 2 -> head("GET /api/v1/trainings", 0);
          default -> head("POST /v2/models/asked/infer", 1000) + "{\"inputs\": [";
        };
    var bytes = whole.getBytes(StandardCharsets.UTF_8);
    try (var socket = new Socket(client.service.getHost(), client.service.getPort())) {
      socket.setSoLinger(random.nextBoolean(), 0);
      socket.getOutputStream().write(bytes, 0, random.nextInt(bytes.length) + 1);
      Thread.sleep(random.nextInt(50));
    }
    broken.incrementAndGet();
  }

  private static String head(String request, int length) {
    return request
        + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  /** What a client does again and again. */
  private interface Act {
    void run(Random random) throws IOException, InterruptedException;
  }

  private Callable<Void> until(Act act) {
    var random = new Random(soak.random.nextLong());
    return () -> {
      while (!soak.isOver()) {
        act.run(random);
      }
      return null;
    };
  }

  private Void sample(Packaged service, Client client, Vitals vitals)
      throws IOException, InterruptedException {
    while (!soak.isOver()) {
      vitals.sample(service, client.get("/metrics").expect(200).body());
      Thread.sleep(BETWEEN_SAMPLES.toMillis());
    }
    return null;
  }
}
