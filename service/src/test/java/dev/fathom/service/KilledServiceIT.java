package dev.fathom.service;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.RestAssured;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills the packaged service with no chance to do anything, and starts it again. */
@Timeout(120)
class KilledServiceIT {

  @TempDir Path data;

  @AfterEach
  void forget() {
    RestAssured.reset();
  }

  private static void talkTo(URI service) {
    RestAssured.baseURI = "http://" + service.getHost();
    RestAssured.port = service.getPort();
  }

  @Test
  void whatRanIsInterruptedAndResumesAndWhatWaitedRuns() throws Exception {
    String running;
    String waiting;
    try (var service = Packaged.serve(data)) {
      talkTo(service.uri());
      Tiny.upload("quarters");
      running = Trained.submit(Tiny.spec("long", "quarters", "\"epochs\": 150"));
      waiting = Trained.submit(Tiny.spec("short", "quarters", "\"epochs\": 2"));
      while (Trained.get(running).getList("history").size() < 10) {
        Thread.sleep(20);
      }
      service.kill();
    }
    try (var service = Packaged.serve(data)) {
      talkTo(service.uri());
      var job = Trained.get(running);
      assertEquals("interrupted", job.getString("state"));
      assertTrue(job.getList("history").size() >= 10);
      Trained.await(waiting, "succeeded");
      var events = given().get("/api/v1/trainings/" + running + "/events").asString();
      assertEquals("interrupted", TrainingsTest.logged(events).getLast());
      long last = TrainingsTest.ids(events).getLast();

      given().post("/api/v1/trainings/" + running + "/resume").then().statusCode(202);
      var epochs = Trained.await(running, "succeeded").getList("history.epoch", Long.class);
      // An epoch is told once its checkpoint is safe: a kill in between leaves it untold.
      assertEquals(epochs.stream().sorted().distinct().toList(), epochs);
      assertTrue(epochs.size() >= 149 && epochs.getLast() == 150, epochs::toString);
      var more =
          given()
              .header("Last-Event-ID", Long.toString(last))
              .get("/api/v1/trainings/" + running + "/events")
              .asString();
      assertEquals(
          List.of("queued", "running", "started"), TrainingsTest.logged(more).subList(0, 3));
      assertEquals(last + 1, TrainingsTest.ids(more).getFirst());
      given().get("/api/v1/models/long").then().body("versions[0].version", equalTo(1));
    }
  }

  @Test
  void aSecondServiceOnOneDirectoryIsRefusedAndTheFirstGoesOn() throws Exception {
    try (var first = Packaged.serve(data)) {
      var uri = first.uri();
      try (var second = Packaged.serve(data)) {
        var lines = second.output.lines().filter(line -> line.startsWith("fathom:")).toList();
        assertTrue(second.process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(2, second.process.exitValue());
        assertEquals(
            List.of(
                "fathom: [store] %s is in use by process %d, serving %s"
                    .formatted(data.toRealPath(), first.process.pid(), uri)),
            lines);
      }
      talkTo(uri);
      given().get("/v2/health/ready").then().statusCode(200);
    }
  }
}
