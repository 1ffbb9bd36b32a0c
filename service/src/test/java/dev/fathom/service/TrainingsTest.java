package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(60)
class TrainingsTest {

  private static final String ENDLESS = "\"epochs\": 1000000, \"checkpointSteps\": 100";

  @BeforeEach
  void dataset() {
    Tiny.upload("quarters");
  }

  @Test
  void learnsPublishesAndTells() throws Exception {
    var location =
        given()
            .contentType(ContentType.JSON)
            .body(Tiny.spec("learns", "quarters", "\"epochs\": 12, \"validation\": 0.1"))
            .post("/api/v1/trainings")
            .then()
            .statusCode(202)
            .body("name", equalTo("learns"))
            .extract()
            .header("Location");
    var id = location.substring(location.lastIndexOf('/') + 1);
    assertTrue(id.matches("trn_[0-9a-z]{26}"), id);
    Trained.await(id, "succeeded");
    get(location)
        .then()
        .body("history", hasSize(12))
        .body("history[11].epoch", equalTo(12))
        .body("history[11].validation.examples", equalTo(20))
        .body("history[11].samplesPerSecond", greaterThan(0f))
        .body("history[11].dataStallShare", allOf(greaterThanOrEqualTo(0f), lessThanOrEqualTo(1f)))
        .body("progress.dataStallShare", allOf(greaterThanOrEqualTo(0f), lessThanOrEqualTo(1f)))
        .body("plan.examples", equalTo(180))
        .body("plan.memoryBytes", greaterThan(1000))
        .body("test.examples", equalTo(40))
        .body("test.accuracy", greaterThan(0.9f))
        .body("model.name", equalTo("learns"))
        .body("model.version", equalTo(1))
        .body("failure", nullValue());
    get(location)
        .then()
        .body("history[11].accuracy", greaterThan(0.9f))
        .body("test.f1", greaterThan(0.9f))
        .body("test.tables[0].name", equalTo("confusion"))
        .body("test.tables[0].values[1]", hasSize(4));
    for (var split : List.of("training", "validation")) {
      get("/metrics")
          .then()
          .body(
              containsString(
                  "fathom_training_figure{figure=\"accuracy\",model=\"learns\",split=\"%s\"} "
                      .formatted(split)));
    }
    get("/api/v1/models/learns")
        .then()
        .statusCode(200)
        .body("versions[0].version", equalTo(1))
        .body("versions[0].labels", equalTo(List.of("0", "1", "2", "3")))
        .body("versions[0].metrics.test.accuracy", greaterThan(0.9f))
        .body("versions[0].spec.training.batchSize", equalTo(16))
        .body("versions[0].published", notNullValue());
    get("/api/v1/models").then().body("items.name", hasItem("learns"));

    var again = Trained.submit(Tiny.spec("learns", "quarters", "\"epochs\": 1"));
    assertEquals(2, Trained.await(again, "succeeded").getInt("model.version"));
    var events = get("/api/v1/trainings/" + again + "/events").asString();
    assertEquals(
        List.of("queued", "running", "started", "epoch", "succeeded"), logged(events), events);
    assertEquals(LongStream.rangeClosed(1, 5).boxed().toList(), ids(events));
    var rest = given().header("Last-Event-ID", "3").get("/api/v1/trainings/" + again + "/events");
    assertEquals(List.of(4L, 5L), ids(rest.asString()));
    given()
        .header("Last-Event-ID", "5")
        .get("/api/v1/trainings/" + again + "/events")
        .then()
        .statusCode(204);
  }

  /** The exclusive or of two columns, in CSV, from upload to model. */
  @Test
  void learnsFromCsv() throws Exception {
    var header = "x,y,either\n";
    var rows = "0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n";
    Tiny.put("exclusive", "train.csv", (header + rows.repeat(20)).getBytes(UTF_8));
    Tiny.put("exclusive", "test.csv", (header + rows).getBytes(UTF_8));
    var spec =
        """
        {"name": "either",
         "data": {"dataset": "exclusive", "format": "csv", "train": "train.csv",
                  "test": "test.csv", "target": "either"},
         "model": [{"type": "dense", "units": 16, "activation": "tanh"},
                   {"type": "dense", "units": 2}],
         "training": {"epochs": 60, "batchSize": 16,
                      "optimizer": {"type": "adam", "learningRate": 0.05}}}
        """;
    var job = Trained.await(Trained.submit(spec), "succeeded");
    assertEquals(1f, job.getFloat("test.accuracy"));
    get("/api/v1/models/either")
        .then()
        .body("versions[0].labels", equalTo(List.of("no", "yes")))
        .body("versions[0].spec.data.separator", equalTo("comma"));

    Tiny.put("exclusive", "test.csv", (header + "1,1,maybe\n").getBytes(UTF_8));
    given()
        .contentType(ContentType.JSON)
        .body(spec)
        .post("/api/v1/trainings")
        .then()
        .statusCode(422)
        .body(
            "detail",
            equalTo(
                "[csv] test.csv, line 2, column 3 'either': expected one of the classes no, yes but"
                    + " got 'maybe'"));
    given()
        .contentType(ContentType.JSON)
        .body(spec.replace("\"train.csv\"", "\"../quarters/dataset.json\""))
        .post("/api/v1/trainings")
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/data"));
  }

  /** A time series, from upload to a forecast by Open Inference. */
  @Test
  void forecastsASeries() throws Exception {
    var csv = new StringBuilder("day,tide\n");
    for (int day = 0; day < 120; day++) {
      csv.append("%d,%.3f%n".formatted(day, 10 + Math.sin(day * Math.PI / 7)));
    }
    Tiny.put("tides", "tides.csv", csv.toString().getBytes(UTF_8));
    var spec =
        """
        {"name": "tides",
         "data": {"dataset": "tides", "format": "series", "train": "tides.csv", "target": "tide",
                  "window": 7, "horizon": 2, "season": 14, "heldOut": 0.25},
         "model": [{"type": "flatten"}, {"type": "dense", "units": 6}],
         "training": {"epochs": 40, "batchSize": 16, "loss": "quantile", "validation": 0.2,
                      "optimizer": {"type": "adam", "learningRate": 0.05}}}
        """;
    var job = Trained.await(Trained.submit(spec), "succeeded");
    // The series repeats, so the seasonal-naive forecast is right; to say today's value again is
    // wrong by 0.3 or more.
    assertEquals(0, job.getDouble("test.seasonalNaiveError"), 1e-3, job::prettify);
    assertEquals(0, job.getDouble("test.meanAbsoluteError"), 0.05, job::prettify);
    assertEquals(0.8, job.getDouble("test.coverage"), 0.15, job::prettify);
    assertTrue(
        job.getDouble("history[0].validation.meanAbsoluteError")
            > 2 * job.getDouble("history[39].validation.meanAbsoluteError"),
        job::prettify);
    get("/api/v1/models/tides")
        .then()
        .body("versions[0].inputs[0].shape", equalTo(List.of(-1, 7, 1)))
        .body("versions[0].spec.data.fit", equalTo(false))
        .body("versions[0].spec.data.targetMean", greaterThan(9.9f));
    float median =
        given()
            .contentType(ContentType.JSON)
            .body(
                """
            {"inputs": [{"name": "window", "datatype": "FP32", "shape": [1, 7, 1],
                         "data": [10, 10.43, 10.78, 10.97, 10.97, 10.78, 10.43]}]}
            """)
            .post("/v2/models/tides/infer")
            .then()
            .statusCode(200)
            .body("outputs[0].shape", equalTo(List.of(1, 6)))
            .extract()
            .path("outputs[0].data[1]");
    assertEquals(10, median, 0.1f);
  }

  @Test
  void oneRunsAndOthersQueueAreCancelledResumedAndDeleted() throws Exception {
    var first = Trained.submit(Tiny.spec("first", "quarters", ENDLESS));
    var second = Trained.submit(Tiny.spec("second", "quarters", ENDLESS));
    Trained.await(first, "running");
    assertEquals("queued", Trained.get(second).getString("state"));
    get("/metrics")
        .then()
        .body(containsString("fathom_trainings_running 1.0"))
        .body(containsString("fathom_trainings_waiting 1.0"));

    post(second, "cancel", 202, null);
    assertEquals("cancelled", Trained.get(second).getString("state"));
    post(second, "cancel", 409, "training '" + second + "' has cancelled already");
    post(first, "resume", 409, "training '" + first + "' is running: only a cancelled, failed or");
    given()
        .delete("/api/v1/trainings/" + first)
        .then()
        .statusCode(409)
        .body("detail", equalTo("training '" + first + "' is running: cancel it first"));

    while (Trained.get(first).getLong("progress.step") < 200) {
      Thread.sleep(20);
    }
    post(first, "cancel", 202, null);
    long steps = Trained.await(first, "cancelled").getLong("progress.step");
    post(first, "resume", 202, null);
    while (Trained.get(first).getLong("progress.step") <= steps) {
      Thread.sleep(20);
    }
    post(first, "cancel", 202, null);
    Trained.await(first, "cancelled");
    var events = get("/api/v1/trainings/" + first + "/events").asString();
    assertEquals(2, logged(events).stream().filter("cancelled"::equals).count());
    assertEquals(LongStream.rangeClosed(1, ids(events).size()).boxed().toList(), ids(events));

    for (var id : List.of(first, second)) {
      given().delete("/api/v1/trainings/" + id).then().statusCode(204);
      get("/api/v1/trainings/" + id)
          .then()
          .statusCode(404)
          .body("detail", equalTo("there is no training '" + id + "'"));
    }
  }

  private static void post(String id, String action, int status, String detail) {
    var answer = given().post("/api/v1/trainings/" + id + "/" + action).then().statusCode(status);
    if (detail != null) {
      answer.body("detail", containsString(detail));
    }
  }

  @Test
  void eventsComeWhileItRuns() throws Exception {
    var id = Trained.submit(Tiny.spec("live", "quarters", ENDLESS));
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<String> client = () -> get("/api/v1/trainings/" + id + "/events").asString();
      var streams = List.of(clients.submit(client), clients.submit(client));
      while (Trained.get(id).getList("history").size() < 3) {
        Thread.sleep(20);
      }
      Thread.sleep(1200); // The trainer reports twice a second.
      given().post("/api/v1/trainings/" + id + "/cancel");
      for (var stream : streams) {
        var events = stream.get();
        assertEquals("cancelled", logged(events).getLast(), events);
        assertTrue(events.contains("event:progress"), events);
      }
    }
    given().delete("/api/v1/trainings/" + id).then().statusCode(204);
  }

  @Test
  void theSameKeyGivesTheSameTraining() throws Exception {
    var spec = Tiny.spec("keyed", "quarters", "\"epochs\": 1");
    List<String> ids;
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<String> client = () -> keyed(spec, 202).path("id");
      ids = List.of(clients.submit(client).get(), clients.submit(client).get());
    }
    assertEquals(ids.get(0), ids.get(1));
    keyed(Tiny.spec("keyed", "quarters", "\"epochs\": 2"), 422)
        .then()
        .body("detail", equalTo("the Idempotency-Key 'k1' came before with another spec"));
    Trained.await(ids.getFirst(), "succeeded");
    get("/api/v1/models/keyed").then().body("versions", hasSize(1));
  }

  private static io.restassured.response.Response keyed(String spec, int status) {
    return given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", "k1")
        .body(spec)
        .post("/api/v1/trainings")
        .then()
        .statusCode(status)
        .extract()
        .response();
  }

  @Test
  void listsInPages() throws Exception {
    for (int i = 0; i < 3; i++) {
      var id = Trained.submit(Tiny.spec("paged", "quarters", "\"steps\": 1"));
      Trained.await(id, "succeeded");
    }
    var page = get("/api/v1/trainings?limit=2").then().body("items", hasSize(2)).extract();
    get("/api/v1/trainings?after=" + page.path("next")).then().body("items[0].id", notNullValue());
    get("/api/v1/trainings").then().body("next", nullValue());
    get("/api/v1/trainings?limit=0")
        .then()
        .statusCode(400)
        .body("detail", equalTo("expected a limit of 1 to 1000 but got 0"));
    get("/api/v1/trainings?after=x").then().statusCode(400).body("detail", endsWith("but got 'x'"));
  }

  @Test
  void aLossThatIsNotFiniteFailsWithStepAndPlace() throws Exception {
    var spec = Tiny.spec("burst", "quarters", "\"epochs\": 50").replace("0.01", "1e30");
    var job = Trained.await(Trained.submit(spec), "failed");
    assertTrue(job.getString("failure").matches("\\[train] step \\d+: .*is not finite.*"));
    get("/api/v1/models/burst").then().statusCode(404);
  }

  /** {@return the types of the events that have an id} */
  static List<String> logged(String stream) {
    return Pattern.compile("id: ?\\d+\\s+event: ?(\\w+)")
        .matcher(stream)
        .results()
        .map(event -> event.group(1))
        .toList();
  }

  static List<Long> ids(String stream) {
    return Pattern.compile("^id: ?(\\d+)", Pattern.MULTILINE)
        .matcher(stream)
        .results()
        .map(event -> Long.valueOf(event.group(1)))
        .toList();
  }
}
