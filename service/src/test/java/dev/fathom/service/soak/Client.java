package dev.fathom.service.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.service.Tiny;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.StreamSupport;

/** A client of one service. Safe for several threads. */
final class Client implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The classes of {@link Tiny}, all of which are learned from this file on. */
  static final String TINY = "quarters";

  final URI service;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  Client(URI service) {
    this.service = service;
  }

  /** What came back. */
  record Answer(int status, String body) {

    JsonNode json() throws IOException {
      return JSON.readTree(body);
    }

    Answer expect(int expected) {
      assertEquals(expected, status, body);
      return this;
    }
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send("GET", path, BodyPublishers.noBody(), "*/*");
  }

  Answer delete(String path) throws IOException, InterruptedException {
    return send("DELETE", path, BodyPublishers.noBody(), "*/*");
  }

  Answer post(String path, String json) throws IOException, InterruptedException {
    return send("POST", path, BodyPublishers.ofString(json), "application/json");
  }

  Answer put(String dataset, String file, byte[] content) throws IOException, InterruptedException {
    return send(
        "PUT",
        "/api/v1/datasets/%s/files/%s".formatted(dataset, file),
        BodyPublishers.ofByteArray(content),
        "application/octet-stream");
  }

  private Answer send(String method, String path, BodyPublisher body, String type)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(service.resolve(path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", type)
            .method(method, body)
            .build();
    HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
    return new Answer(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8));
  }

  /** Uploads what {@link #train} learns from. */
  void uploadTiny() throws IOException, InterruptedException {
    for (var file : Tiny.files().entrySet()) {
      put(TINY, file.getKey(), file.getValue()).expect(200);
    }
  }

  /** Queues a training. */
  Answer train(String model, int epochs) throws IOException, InterruptedException {
    return post("/api/v1/trainings", Tiny.spec(model, TINY, "\"epochs\": " + epochs));
  }

  JsonNode training(String id) throws IOException, InterruptedException {
    return get("/api/v1/trainings/" + id).expect(200).json();
  }

  /** {@return the training, once it has ended or {@code most} is over} */
  JsonNode ended(String id, Duration most) throws IOException, InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    var training = training(id);
    while (training.path("finished").isMissingNode() || training.path("finished").isNull()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still not at its end: " + training);
      }
      Thread.sleep(20);
      training = training(id);
    }
    return training;
  }

  /** {@return the answer of a version of a model to one example, which is always the same} */
  Answer infer(String model, String version) throws IOException, InterruptedException {
    var pixels = Tiny.image(2, 6, new Random(5));
    var data = new StringBuilder();
    for (byte pixel : pixels) {
      data.append(data.isEmpty() ? "" : ",").append(pixel & 0xff);
    }
    return post(
        "/v2/models/%s/versions/%s/infer".formatted(model, version),
        """
        {"inputs": [{"name": "image", "shape": [1, 6, 6], "datatype": "FP32", "data": [%s]}]}
        """
            .formatted(data));
  }

  /** {@return the outputs of an answer, without what differs from one call to the next} */
  static String outputs(Answer answer) throws IOException {
    return answer.expect(200).json().path("outputs").toString();
  }

  /** {@return the versions of a model; none if it is not there} */
  int[] versions(String model) throws IOException, InterruptedException {
    var answer = get("/api/v1/models/" + model);
    if (answer.status() == 404) {
      return new int[0];
    }
    return StreamSupport.stream(answer.expect(200).json().path("versions").spliterator(), false)
        .mapToInt(version -> version.path("version").intValue())
        .toArray();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
