package dev.fathom.service.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.Needs;
import dev.fathom.service.Packaged;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The data directory on a disk of {@value #MEGABYTES} MB that others fill at random moments. While
 * it is full the service says so, and answers what needs no space; when it has room again all goes
 * on without a start.
 */
class FullDiskIT {

  private static final int MEGABYTES = 24;
  private static final Duration MOST = Duration.ofMinutes(1);

  @TempDir Path disk;

  private final Soak soak = new Soak("full disk");

  @BeforeEach
  void mountOrSkip() throws Exception {
    if (run("mount", "-t", "tmpfs", "-o", "size=" + MEGABYTES + "m", "tmpfs", disk.toString())
        != 0) {
      throw Needs.missing("mount", "a small disk needs the right to mount one");
    }
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", "-l", disk.toString()); // Lazily: the service may not be gone yet.
  }

  private static int run(String... command) throws Exception {
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertTrue(process.waitFor(10, TimeUnit.SECONDS), () -> List.of(command) + " hangs");
    return process.exitValue();
  }

  @Test
  void whenThereIsRoomAgainAllGoesOn() throws Exception {
    int times = 0;
    try (var service =
            Packaged.start(
                List.of("-Dfathom.limits.free-space=0"),
                "serve",
                "--port",
                "0",
                "--data",
                disk.resolve("data").toString());
        var client = new Client(service.uri())) {
      Log.of(service);
      client.uploadTiny();
      var first = client.train("asked", 2).expect(202).json().path("id").asText();
      client.ended(first, MOST);
      var answer = Client.outputs(client.infer("asked", "1"));
      while (times == 0 || !soak.isOver()) {
        var running = client.train("long", 1_000_000).expect(202).json().path("id").asText();
        var waiting = client.train("short", 2).expect(202).json().path("id").asText();
        soak.pause(Duration.ofMillis(1), Duration.ofSeconds(2));
        var filler = fill();
        var failed = client.ended(running, MOST);
        assertEquals("failed", failed.path("state").asText(), failed::toString);
        assertSaysNoSpace(failed.path("failure").asText());
        assertEquals("failed", client.ended(waiting, MOST).path("state").asText());
        fill(); // What failed has given back what it had begun to write.
        assertSaysNoSpace(client.put("other", "file", new byte[100_000]).expect(507).body());
        assertSaysNoSpace(client.train("another", 2).expect(507).body());
        assertEquals(answer, Client.outputs(client.infer("asked", "1")));
        client.get("/v2/health/live").expect(200);

        Files.delete(filler);
        client.post("/api/v1/trainings/" + waiting + "/resume", "").expect(202);
        var resumed = client.ended(waiting, MOST);
        assertEquals("succeeded", resumed.path("state").asText(), resumed::toString);
        client.post("/api/v1/trainings/" + running + "/resume", "").expect(202);
        client.post("/api/v1/trainings/" + running + "/cancel", "").expect(202);
        assertEquals("cancelled", client.ended(running, MOST).path("state").asText());
        for (var id : List.of(running, waiting)) {
          client.delete("/api/v1/trainings/" + id).expect(204);
        }
        client.delete("/api/v1/models/short").expect(204);
        times++;
      }
      assertTrue(service.process.isAlive(), "the service died");
    }
    System.out.printf("soak, full disk: filled %d times%n", times);
  }

  private static void assertSaysNoSpace(String text) {
    assertTrue(text.contains("space"), text);
    assertFalse(text.contains("/data/"), () -> "tells a path of the server: " + text);
  }

  /** {@return a file that takes all that is free, beside what it had} */
  private Path fill() throws IOException {
    var filler = disk.resolve("filler");
    try (var file = new RandomAccessFile(filler.toFile(), "rw")) {
      var block = new byte[4096];
      file.seek(file.length());
      while (true) {
        file.write(block);
      }
    } catch (IOException full) {
      return filler;
    }
  }
}
