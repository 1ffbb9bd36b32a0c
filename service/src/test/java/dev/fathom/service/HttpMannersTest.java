package dev.fathom.service;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.http.Method;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP asks of a server, whatever it serves. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
class HttpMannersTest {

  private DataFolder data;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /api/v1/trainings               | DELETE | GET, HEAD, OPTIONS, POST
          /api/v1/trainings/              | DELETE | GET, HEAD, OPTIONS, POST
          /api/v1/trainings/trn_x         | POST   | DELETE, GET, HEAD, OPTIONS
          /api/v1/trainings/trn_x/cancel  | GET    | OPTIONS, POST
          /api/v1/models/lenet            | PATCH  | DELETE, GET, HEAD, OPTIONS
          /api/v1/datasets/d/files/f      | GET    | DELETE, OPTIONS, PUT
          /v2/models/lenet/infer          | GET    | OPTIONS, POST
          /v2                             | TRACE  | GET, HEAD, OPTIONS
          /v1/completions                 | BREW   | OPTIONS, POST
          /metrics                        | POST   | GET, HEAD, OPTIONS
          /health/live                    | DELETE | GET, HEAD, OPTIONS
          /openapi                        | PUT    | GET, HEAD, OPTIONS
          """)
  void tellsTheMethodsThatAPathTakes(String path, String wrong, String allow) {
    given().request(wrong, path).then().statusCode(405).header("Allow", allow);
    given().options(path).then().statusCode(204).header("Allow", allow).body(equalTo(""));
  }

  @Test
  void nothingIsNothingForEveryMethod() {
    for (var method : Method.values()) {
      given().request(method, "/api/v2/nothing").then().statusCode(404);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v2", "/v2/health/live", "/v1/models", "/api/v1/models", "/api/v1/trainings"})
  void answersAreJsonOrRefused(String path) {
    for (var accept : List.of("*/*", "application/*", "text/html, application/json;q=0.1")) {
      given().accept(accept).get(path).then().statusCode(200).contentType("application/json");
    }
    for (var accept : List.of("text/plain", "text/html", "application/octet-stream")) {
      var answer = given().accept(accept).get(path).then().statusCode(406).extract();
      assertTrue(
          answer
              .asString()
              .contains(
                  "this path gives application/json but the header Accept asks for '%s'"
                      .formatted(accept)),
          answer.asString());
      assertTrue(answer.contentType().matches("application/(problem\\+)?json.*"));
    }
  }

  @Test
  void whatNoResourceSeesIsAnErrorInTheFormOfItsApiToo() {
    get("/v2/models/" + "a".repeat(8192))
        .then()
        .statusCode(414)
        .body("error", equalTo("the path with its query is longer than 8192"));
    given().post("/metrics").then().statusCode(405).body("status", equalTo(405));
    get("/health/nothing").then().statusCode(404).body("status", equalTo(404));
    get("/v2/models?" + "a".repeat(8000)).then().statusCode(404);
  }

  @Test
  void aRequestWithoutAHostIsRefusedInTheFormOfItsApi() throws IOException {
    var answer = send("GET /v2/models HTTP/1.1\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    assertTrue(answer.contains("{\"error\":\"For HTTP/1.x requests, the 'Host' header"), answer);
    assertTrue(send("GET / HTTP/1.1\r\n").contains("application/problem+json"));
  }

  /** No model can have such a name, which is no reason to blame the request. */
  @ParameterizedTest
  @ValueSource(strings = {"/v2/models/IRIS", "/api/v1/models/IRIS", "/api/v1/datasets/IRIS"})
  void aNameThatNothingHasIsNotFound(String path) {
    get(path).then().statusCode(404);
  }

  /** The header Connection, which HTTP/2 has not, made clients take the answer for broken. */
  @Test
  void aBodyThatIsTooLongIsRefusedOverHttp2() throws Exception {
    var base = "http://127.0.0.1:" + RestAssured.port;
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      var first = HttpRequest.newBuilder(URI.create(base + "/v2")).build();
      assertEquals(
          HttpClient.Version.HTTP_2, client.send(first, BodyHandlers.discarding()).version());
      var upload =
          HttpRequest.newBuilder(URI.create(base + "/api/v1/datasets/long/files/f"))
              .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[300_000]))
              .build();
      var answer = client.send(upload, BodyHandlers.ofString());
      assertEquals(413, answer.statusCode());
      assertTrue(answer.body().contains("expected at most 262144 bytes"), answer.body());
    }
  }

  @Test
  void saysWhichBodyItTakes() {
    given()
        .contentType("text/plain")
        .body("x")
        .post("/api/v1/trainings")
        .then()
        .statusCode(415)
        .contentType("application/problem+json")
        .body(
            "detail",
            startsWith("expected a body of Content-Type application/json but got 'text/plain"));
    given()
        .accept("image/png")
        .get("/api/v1/schema")
        .then()
        .statusCode(406)
        .body("detail", startsWith("this path gives application/schema+json or application/json"));
  }

  @Test
  void believesNoHost() {
    Tiny.upload("manners");
    var location =
        given()
            .contentType(ContentType.JSON)
            .header("Host", "evil.example")
            .header("X-Forwarded-Host", "evil.example")
            .header("X-Forwarded-Prefix", "/evil")
            .header("Forwarded", "host=evil.example")
            .body(Tiny.spec("manners", "manners", "\"epochs\": 1"))
            .post("/api/v1/trainings")
            .then()
            .statusCode(202)
            .extract()
            .header("Location");
    assertTrue(location.matches("/api/v1/trainings/trn_[0-9a-z]{26}"), location);
  }

  @Test
  void answersWhereQuarkusUsersLook() {
    get("/q/health").then().statusCode(200).body("status", equalTo("UP"));
    get("/q/health/live").then().statusCode(200);
    get("/q/health/ready")
        .then()
        .statusCode(200)
        .body("checks.name", hasItem("data directory"))
        .body(not(containsString(data.path().toString())));
    get("/q/metrics").then().statusCode(200).body(containsString("jvm_memory_used_bytes"));
    get("/q/openapi").then().statusCode(200);
    get("/q/nothing").then().statusCode(404);
  }

  @Test
  void keepsSaneRequestIds() {
    for (var id : List.of("1", "a-B_c.d:e/f+g=", "req_0123456789abcdef")) {
      given().header("X-Request-ID", id).get("/v2").then().header("X-Request-ID", id);
    }
    for (var id : List.of("", "a b", "x".repeat(129), "<script>")) {
      given()
          .header("X-Request-ID", id)
          .get("/v2/nothing")
          .then()
          .statusCode(404)
          .header("X-Request-ID", matchesPattern("[0-9a-f]{16}"));
    }
  }

  @Test
  @DisabledOnIntegrationTest("reads the log in the same process")
  void logsWhatItIsToBlameForOnceWithTheIdOfTheAnswer() throws Exception {
    Tiny.upload("manners");
    var id = Trained.submit(Tiny.spec("damaged-manners", "manners", "\"epochs\": 1"));
    Trained.await(id, "succeeded");
    var weights = data.path().resolve("models/damaged-manners/1/weights.safetensors");
    Files.write(weights, new byte[3]);
    var log = new Log();
    var logger = Logger.getLogger("");
    logger.addHandler(log);
    try {
      for (var path : List.of("/v2/models/damaged-manners/ready", "/api/v1/unforeseen")) {
        log.errors.clear();
        var answer =
            given().header("X-Request-ID", "req-7").get(path).then().statusCode(500).extract();
        assertEquals("req-7", answer.header("X-Request-ID"));
        assertTrue(answer.asString().contains("; the log tells more under req-7"));
        assertTrue(!answer.asString().contains(data.path().toString()), answer.asString());
        assertEquals(1, log.errors.size(), log.errors::toString);
        assertTrue(log.errors.getFirst().getThrown() != null);
      }
    } finally {
      logger.removeHandler(log);
    }
    given().delete("/api/v1/models/damaged-manners").then().statusCode(204);
  }

  private static final class Log extends Handler {
    private final List<LogRecord> errors = new ArrayList<>();

    @Override
    public synchronized void publish(LogRecord entry) {
      if (entry.getThrown() != null) {
        errors.add(entry);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  /** Sends what no client would; {@return the answer} */
  private static String send(String request) throws IOException {
    try (var socket = new Socket("127.0.0.1", RestAssured.port)) {
      socket
          .getOutputStream()
          .write((request + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Over 1000 requests for what is not there add a few lines. */
  @Test
  void metricsKeepNoPathsOfClients() throws IOException {
    Set<String> before = Set.of();
    for (int round = 0; round < 2; round++) {
      for (int i = round * 30; i < round * 30 + 30; i++) {
        var name = "bogus-" + i;
        get("/" + name);
        get("/health/" + name);
        get("/health/group/" + name);
        get("/metrics/" + name);
        get("/openapi/" + name);
        get("/q/" + name);
        get("/docs/" + name);
        get("/api/v1/" + name);
        get("/v2/models/" + name);
        given().contentType(ContentType.JSON).body("{}").post("/v2/models/" + name + "/infer");
        given().delete("/v2/models/" + name + "/infer");
        given().options("/api/v1/models/" + name);
        given().options("/" + name);
        given().accept("image/png").get("/api/v1/models/" + name);
        given().contentType("text/plain").body("x").put("/api/v1/trainings/" + name);
        given().contentType("text/plain").body("x").post("/v2/models/" + name + "/infer");
        send("GET /api/v1/models/%zz" + name + " HTTP/1.1\r\nHost: x\r\n");
        given().request("BREW" + i, "/v2");
        given().request("BREW" + i, "/" + name);
      }
      var lines = RestAssured.get("/metrics").asString();
      for (var mine : List.of("bogus", "BREW")) {
        assertEquals(List.of(), lines.lines().filter(l -> l.contains(mine)).limit(3).toList());
      }
      // Without the values, and without lines of the JVM, which has more after each kind of pause.
      var now =
          lines
              .lines()
              .filter(line -> line.startsWith("http_"))
              .map(line -> line.replaceFirst(" \\S+$", ""))
              .collect(Collectors.toCollection(TreeSet::new));
      var more = new TreeSet<>(now);
      more.removeAll(before);
      assertTrue(round == 0 || more.size() <= 5, more::toString);
      before = now;
    }
  }
}
