package dev.fathom.service;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.Repository;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(60)
class MetricsTest {

  private DataFolder data;

  private static final List<String> UNITS =
      List.of("seconds", "bytes", "total", "ratio", "examples", "tokens", "second");

  private static String metrics() {
    return given().accept("text/plain").get("/metrics").asString();
  }

  /** {@return the value of the line that has all of {@code parts}; 0 if there is none} */
  private static double value(String name, String... parts) {
    return metrics()
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .filter(line -> List.of(parts).stream().allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private static int infer(String model, int pixels) {
    return given()
        .contentType(ContentType.JSON)
        .body(
            """
            {"inputs": [{"name": "image", "datatype": "UINT8", "shape": [1, 6, 6], "data": %s}]}
            """
                .formatted(Collections.nCopies(pixels, 1)))
        .post("/v2/models/" + model + "/infer")
        .statusCode();
  }

  @Test
  void countsTrainingsByTheirEnd() throws Exception {
    Tiny.upload("counted");
    var ended = "fathom_trainings_ended_total";
    var before = new HashMap<String, Double>();
    for (var state : List.of("succeeded", "failed", "cancelled", "interrupted")) {
      before.put(state, value(ended, "\"" + state + "\""));
    }
    Trained.await(Trained.submit(Tiny.spec("counted", "counted", "\"steps\": 1")), "succeeded");
    var burst = Tiny.spec("counted", "counted", "\"epochs\": 50").replace("0.01", "1e30");
    Trained.await(Trained.submit(burst), "failed");
    var endless = Tiny.spec("counted", "counted", "\"epochs\": 1000000");
    var first = Trained.submit(endless);
    var second = Trained.submit(endless);
    for (var id : List.of(second, first)) { // One waits, one runs.
      given().post("/api/v1/trainings/" + id + "/cancel").then().statusCode(202);
      Trained.await(id, "cancelled");
    }
    var more = Map.of("succeeded", 1, "failed", 1, "cancelled", 2, "interrupted", 0);
    more.forEach(
        (state, count) ->
            assertEquals(before.get(state) + count, value(ended, "\"" + state + "\""), state));
  }

  @Test
  void countsWhatModelsAnswerUntilTheyAreDeleted() throws Exception {
    Tiny.upload("counted");
    Trained.await(Trained.submit(Tiny.spec("answers", "counted", "\"steps\": 1")), "succeeded");
    assertEquals(200, infer("answers", 36));
    assertEquals(200, infer("answers", 36));
    assertEquals(400, infer("answers", 35));
    assertEquals(404, infer("answers-not", 36));
    var mine = "model=\"answers\"";
    assertEquals(2, value("fathom_inference_examples_total", mine, "version=\"1\""));
    assertEquals(1, value("fathom_inference_errors_total", mine, "fault=\"client\""));
    assertEquals(0, value("fathom_inference_errors_total", mine, "fault=\"server\""));
    for (var bucket : List.of("0.001", "1.0", "60.0", "+Inf")) {
      var le = "le=\"" + bucket + "\"";
      assertTrue(metrics().lines().anyMatch(l -> l.contains(mine) && l.contains(le)), bucket);
    }
    assertEquals(2, value("fathom_inference_duration_seconds_bucket", mine, "le=\"60.0\""));
    assertFalse(metrics().contains("answers-not"));
    given().delete("/api/v1/models/answers").then().statusCode(204);
    assertEquals(404, infer("answers", 36));
    assertFalse(metrics().contains(mine));
  }

  @Test
  void keepTheVersionsThatWereAskedLast() throws Exception {
    Tiny.upload("counted");
    Trained.await(Trained.submit(Tiny.spec("many", "counted", "\"steps\": 1")), "succeeded");
    var models = data.path().resolve("models");
    for (int i = 1; i <= 40; i++) {
      try (var files = Files.walk(models.resolve("many"))) {
        for (var file : files.toList()) {
          Files.copy(
              file, models.resolve("many-" + i).resolve(models.resolve("many").relativize(file)));
        }
      }
      infer("many-" + i, 36);
    }
    var named = Pattern.compile("model=\"(many-\\d+)\",version=").matcher(metrics()).results();
    var kept = named.map(match -> match.group(1)).collect(Collectors.toSet());
    assertTrue(kept.size() > 8 && kept.size() <= 32, kept::toString);
    assertTrue(kept.contains("many-40"), kept::toString);
    for (int i = 1; i <= 40; i++) {
      given().delete("/api/v1/models/many-" + i).then().statusCode(204);
    }
    assertFalse(metrics().contains("many-"));
  }

  /** What Prometheus' linter asks for, of the metrics that are ours and of HTTP's. */
  @Test
  void areAsPrometheusAdvises() throws Exception {
    Tiny.upload("counted");
    Trained.await(Trained.submit(Tiny.spec("linted", "counted", "\"steps\": 1")), "succeeded");
    assertEquals(200, infer("linted", 36));
    var text = metrics();
    var helped = names("# HELP (\\S+) \\S", text);
    var types = Pattern.compile("^# TYPE (\\S+) (\\S+)", Pattern.MULTILINE).matcher(text).results();
    int seen = 0;
    for (var type : types.toList()) {
      var name = type.group(1);
      if (name.startsWith("fathom_")) {
        seen++;
        assertTrue(helped.contains(name), name);
        assertEquals(type.group(2).equals("counter"), name.endsWith("_total"), name);
        assertTrue(name.matches("[a-z_]+"), name);
        boolean counts = name.matches("fathom_(trainings_(running|waiting)|training_figure)");
        boolean max = name.endsWith("_max");
        var unit = name.replaceFirst("_max$", "").replaceFirst(".*_", "");
        assertTrue(counts || max || UNITS.contains(unit), name);
      }
    }
    assertTrue(seen >= 8, text);
  }

  @Test
  void theDocumentTellsThem() throws IOException {
    var document = Files.readString(Repository.ROOT.resolve("docs/SERVICE.md"));
    var told = new TreeSet<String>();
    document
        .lines()
        .filter(line -> line.startsWith("| `fathom_"))
        .forEach(line -> told.addAll(names("`(fathom_\\w+)`", line.split("\\|")[1])));
    var are = names("^# TYPE (fathom_\\w+)", metrics());
    are.removeIf(name -> name.endsWith("_max"));
    are.removeAll(told);
    assertEquals(Set.of(), are);
    assertTrue(told.size() > 7, told::toString);
  }

  private static Set<String> names(String pattern, String text) {
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
