package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.service.Packaged;
import dev.fathom.service.Tiny;
import dev.fathom.service.Trained;
import io.restassured.RestAssured;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same commands while a service owns the directory. */
@Timeout(120)
class InstallationIT {

  @TempDir Path data;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AfterEach
  void forget() {
    RestAssured.reset();
    System.clearProperty("fathom.data");
  }

  private List<String> run(String... arguments) {
    assertEquals(0, execute(arguments), err::toString);
    return out.toString().lines().toList();
  }

  private int execute(String... arguments) {
    return CommandLines.run(out, err, arguments);
  }

  private void refuses(String sentence, String... arguments) {
    assertEquals(2, execute(arguments));
    assertTrue(err.toString().contains(sentence), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
  }

  @Test
  void asksTheServiceThatOwnsTheDirectoryAndStopsIt() throws Exception {
    try (var service = Packaged.serve(data)) {
      var uri = service.uri();
      RestAssured.baseURI = "http://" + uri.getHost();
      RestAssured.port = uri.getPort();
      System.setProperty("fathom.data", data.toString());
      Tiny.upload("quarters");
      Trained.await(Trained.submit(Tiny.spec("first", "quarters", "\"epochs\": 2")), "succeeded");
      var endless = "\"epochs\": 1000000";
      var running = Trained.submit(Tiny.spec("second", "quarters", endless));
      Trained.await(running, "running");
      var waiting = Trained.submit(Tiny.spec("third", "quarters", endless));

      assertTrue(run("list").get(1).startsWith("first:1  "), out::toString);
      assertEquals(run("list"), run("list", "--url", uri.toString()));
      assertEquals("first:1", run("show", "first").getFirst());
      var trainings = run("ps");
      assertEquals(3, trainings.size());
      assertTrue(trainings.get(1).startsWith(running + "  second  running"), out::toString);
      assertTrue(trainings.get(2).startsWith(waiting + "  third   queued"), out::toString);
      assertEquals(4, run("ps", "--all").size());

      assertTrue(run("logs", "second").size() >= 3, out::toString);
      assertEquals(1, run("logs", "third").size(), out::toString);
      assertTrue(run("logs", "first", "-f").getLast().contains("succeeded: first:1, test "));

      refuses("dataset 'quarters' is in use: training '" + running, "rm", "quarters");
      run("cancel", "third");
      assertEquals(List.of("cancelled " + running), run("cancel", "second"));
      assertEquals("cancelled", Trained.get(running).getString("state"));
      refuses("has cancelled already", "cancel", running);
      run("rm", "quarters", running, "first:1");
      assertFalse(String.join("\n", run("list", "--datasets")).contains("uploaded"));
      assertEquals(1, run("list").size());
      refuses("there is no model 'first'", "show", "first");
      refuses("there is no training", "rm", running);

      assertEquals(List.of("stopped " + uri), run("stop"));
      assertTrue(service.process.waitFor(1, TimeUnit.SECONDS));
      refuses("no service owns", "stop");
      assertEquals(2, run("ps", "--all").stream().filter(line -> line.startsWith("trn_")).count());
    }
  }
}
