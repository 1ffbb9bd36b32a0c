package dev.fathom.service;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.service.rest.UsesModels;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that send slowly, read nothing or leave take nothing from the others. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@TestProfile(SlowClientsTest.Impatient.class)
@Timeout(180)
class SlowClientsTest {

  /** More than there are workers. */
  private static final int MANY = 210;

  private static final Duration SOON = Duration.ofSeconds(10);

  private final List<Socket> sockets = new ArrayList<>();

  private DataFolder data;

  /** Patience that a test has, too. */
  public static final class Impatient implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("fathom.limits.patience", "3S", "fathom.limits.requests", "300");
    }

    @Override
    public Set<Class<?>> getEnabledAlternatives() {
      return Set.of(SmallBuffers.class);
    }
  }

  /** Of the kernel, which would take megabytes for a client that does not read. */
  @Alternative
  @Singleton
  public static final class SmallBuffers implements HttpServerOptionsCustomizer {
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
      options.setSendBufferSize(4096);
    }
  }

  /** Holds workers until the test lets them go. */
  @Path("/api/v1/held")
  public static final class Held {
    private static volatile CountDownLatch latch = new CountDownLatch(1);

    @GET
    public String hold() throws InterruptedException {
      latch.await();
      return "held";
    }

    @GET
    @Path("much")
    public String moreThanBuffersTake() {
      return "much".repeat(100_000);
    }

    @GET
    @Path("models")
    @UsesModels
    public String model() throws InterruptedException {
      return hold();
    }
  }

  @AfterEach
  void close() throws IOException {
    Held.latch.countDown();
    for (var socket : sockets) {
      socket.close();
    }
  }

  private Socket open(String request) throws IOException {
    var socket = new Socket();
    sockets.add(socket);
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout((int) SOON.toMillis());
    socket.connect(new InetSocketAddress("127.0.0.1", RestAssured.port));
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  private Socket upload(int number) throws IOException {
    return open(
        """
        PUT /api/v1/datasets/slow/files/f%d HTTP/1.1\r
        Host: x\r
        Content-Type: application/octet-stream\r
        Content-Length: 50000\r
        \r
        abc"""
            .formatted(number));
  }

  private Socket ask(String path) throws IOException {
    return open(
        """
        POST %s HTTP/1.1\r
        Host: x\r
        Content-Type: application/json\r
        Content-Length: 50000\r
        \r
        {"a"\
        """
            .formatted(path));
  }

  /** {@return all that came until the server closed the connection} */
  private static String rest(Socket socket) throws IOException {
    var all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (SocketException reset) {
      // What was sent before is there.
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  private static String restOf(Socket socket) {
    try {
      return rest(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + path))
        .version(HttpClient.Version.HTTP_1_1);
  }

  private static void answersSoon(String... paths) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      for (var path : paths) {
        var answer = client.send(request(path).timeout(SOON).build(), BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), path);
      }
    }
  }

  private static void trained(String name, String training) throws Exception {
    Tiny.upload("slowly");
    Trained.await(Trained.submit(Tiny.spec(name, "slowly", training)), "succeeded");
  }

  private static int infer(String model) {
    return given()
        .contentType(ContentType.JSON)
        .body(
            """
            {"inputs": [{"name": "image", "datatype": "UINT8", "shape": [1, 6, 6], "data": %s}]}
            """
                .formatted(Collections.nCopies(36, 1)))
        .post("/v2/models/" + model + "/infer")
        .statusCode();
  }

  @Test
  void slowUploadsHoldNoWorkerAndEndWith408() throws Exception {
    trained("swift", "\"steps\": 1");
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      slow.add(i % 2 == 0 ? upload(i) : ask(i % 4 == 1 ? "/api/v1/trainings" : "/v1/completions"));
    }
    answersSoon("/health/live", "/health/ready", "/v2/health/live", "/api/v1/trainings");
    assertEquals(200, infer("swift"));
    for (var socket : slow) {
      var answer = rest(socket);
      assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
      assertTrue(answer.contains("bytes of the body, or its end, in 3 s"), answer);
    }
    given().get("/api/v1/datasets/slow").then().statusCode(404);
    // Nobody goes on reading what will not come: the store keeps no part of it.
    var end = Instant.now().plus(SOON);
    while (staged() > 0 && Instant.now().isBefore(end)) {
      Thread.sleep(50);
    }
    assertEquals(0, staged());
  }

  private long staged() throws IOException {
    try (var files = Files.list(data.path().resolve("staging"))) {
      return files.count();
    }
  }

  @Test
  void anAddressHasSoManyRequestsAtATime() throws Exception {
    Held.latch = new CountDownLatch(1);
    for (int i = 0; i < 300; i++) {
      open("GET /api/v1/held/models HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    var end = Instant.now().plus(SOON);
    while (given().get("/api/v1/models").statusCode() == 200 && Instant.now().isBefore(end)) {
      Thread.sleep(20); // Until all of them are there.
    }
    given()
        .get("/api/v1/models")
        .then()
        .statusCode(429)
        .header("Retry-After", "1")
        .body("detail", equalTo("expected at most 300 requests of one address at a time"));
    answersSoon("/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready");
    Held.latch.countDown();
    for (var socket : sockets) {
      assertEquals('H', socket.getInputStream().read());
    }
    answersSoon("/api/v1/trainings");
  }

  /** Before the answer, in the middle of it, in the middle of a body; with a FIN or a RST. */
  @Test
  void clientsThatLeaveMakeRoom() throws Exception {
    trained("left", "\"steps\": 1");
    for (int i = 0; i < 310; i++) {
      leave(i, open("GET /api/v1/models HTTP/1.1\r\nHost: x\r\n\r\n"));
      var unread = open("GET /api/v1/held/much HTTP/1.1\r\nHost: x\r\n\r\n");
      assertEquals('H', unread.getInputStream().read());
      leave(i, unread);
      leave(i, ask("/api/v1/trainings"));
      leave(i, ask("/v2/models/left/infer"));
      leave(i, upload(i));
    }
    var end = Instant.now().plus(SOON);
    while (given().get("/api/v1/models").statusCode() == 429 && Instant.now().isBefore(end)) {
      Thread.sleep(50);
    }
    answersSoon("/api/v1/models", "/api/v1/trainings");
    assertEquals(200, infer("left"));
  }

  private void leave(int number, Socket socket) throws IOException {
    if (number % 2 == 0) {
      socket.setSoLinger(true, 0);
    }
    socket.close();
    sockets.remove(socket);
  }

  @Test
  void aSteadyUploadMayTakeLong() throws Exception {
    var body = "x".repeat(1500);
    var socket =
        open(
            """
            PUT /api/v1/datasets/steady/files/a.csv HTTP/1.1\r
            Host: x\r
            Connection: close\r
            Content-Length: %d\r
            \r
            """
                .formatted(8 * body.length()));
    for (int i = 0; i < 8; i++) {
      Thread.sleep(600);
      socket.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }
    var answer = rest(socket);
    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
  }

  @Test
  void healthNeedsNoWorker() throws Exception {
    Held.latch = new CountDownLatch(1);
    var calls = hold("/api/v1/held");
    answersSoon(
        "/health",
        "/health/live",
        "/health/ready",
        "/v2/health/live",
        "/v2/health/ready",
        "/q/health/ready");
    Held.latch.countDown();
    for (var call : calls) {
      assertEquals("held", call.get());
    }
  }

  @Test
  void modelsLeaveWorkersForAllElse() throws Exception {
    Held.latch = new CountDownLatch(1);
    var calls = hold("/api/v1/held/models");
    answersSoon("/api/v1/trainings", "/api/v1/models", "/v2");
    Thread.sleep(5000); // A client may be patient for longer than the service is.
    Held.latch.countDown();
    for (var call : calls) {
      assertEquals("held", call.get());
    }
  }

  private static List<CompletableFuture<String>> hold(String path) {
    var client = HttpClient.newHttpClient();
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      calls.add(
          client
              .sendAsync(request(path).build(), BodyHandlers.ofString())
              .thenApply(answer -> answer.body()));
    }
    return calls;
  }

  @Test
  void aStreamThatNobodyReadsEndsAndGoesOnFromItsLastEvent() throws Exception {
    Tiny.upload("slowly");
    var id = Trained.submit(Tiny.spec("eventful", "slowly", "\"epochs\": 500"));
    Trained.await(id, "succeeded");
    var stream =
        "GET /api/v1/trainings/%s/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            .formatted(id);
    int whole = rest(open(stream + "\r\n")).length() - 10_000; // Chunks differ.
    assertTrue(whole > 150_000, () -> whole + " bytes are too few to fill a buffer");
    List<Socket> unread = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      unread.add(open(stream + "\r\n"));
    }
    answersSoon("/api/v1/trainings", "/health/live");
    awaitStill(unread);
    // A kernel may have taken all of a stream; the service keeps none of it.
    var cut =
        unread.stream().map(SlowClientsTest::restOf).filter(all -> all.length() < whole).toList();
    assertTrue(cut.size() > MANY / 4, () -> cut.size() + " streams were cut");
    long last = lastId(cut.getFirst());
    assertTrue(last > 0, cut.getFirst());
    var again = rest(open(stream + "Last-Event-ID: " + last + "\r\n\r\n"));
    var first = Pattern.compile("id:(\\d+)\n").matcher(again);
    assertTrue(first.find(), again);
    assertEquals(last + 1, Long.parseLong(first.group(1)));
    assertTrue(again.contains("event:succeeded\n"), again);
  }

  /** Waits until nothing more has come for longer than the service is patient. */
  private static void awaitStill(List<Socket> sockets) throws Exception {
    int before = -1;
    for (int seconds = 0; seconds < 10; seconds++) {
      int now = 0;
      for (var socket : sockets) {
        now += socket.getInputStream().available();
      }
      if (now != before) {
        seconds = 0;
      }
      before = now;
      Thread.sleep(1000);
    }
  }

  /** {@return the id of the last event of which all came} */
  private static long lastId(String stream) {
    var ids = Pattern.compile("id:(\\d+)\nevent:\\w+\ndata:.*\n\n").matcher(stream).results();
    return ids.mapToLong(id -> Long.parseLong(id.group(1))).max().orElse(0);
  }

  @Test
  void aTextThatNobodyReadsIsNotGenerated() throws Exception {
    Tiny.put("alphabet", "book.txt", TinyText.book().getBytes(StandardCharsets.UTF_8));
    var spec = TinyText.spec("unread", "\"dataset\": \"alphabet\",", "book.txt");
    Trained.await(Trained.submit(spec.replace("\"steps\": 150", "\"steps\": 1")), "succeeded");
    var body =
        """
        {"model": "unread", "prompt": %s, "n": 16, "max_tokens": 14, "stream": true}"""
            .formatted(Collections.nCopies(64, "\"ab\""));
    var socket =
        open(
            "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(body.length(), body));
    awaitStill(List.of(socket));
    var all = rest(socket);
    assertTrue(all.startsWith("HTTP/1.1 200 "), all);
    assertFalse(all.contains("[DONE]"));
    assertTrue(all.length() < 1_000_000, () -> all.length() + " bytes were kept");
  }
}
