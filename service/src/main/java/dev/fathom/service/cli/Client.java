package dev.fathom.service.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Talks to a running service. */
final class Client implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI base;
  private final HttpClient http = HttpClient.newHttpClient();

  Client(URI base) {
    this.base = base;
  }

  /**
   * {@return the answer}
   *
   * @throws CommandException if the service refuses, with its message
   */
  JsonNode post(String path, String json) {
    var request =
        HttpRequest.newBuilder(base.resolve(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
    var response = send(request, BodyHandlers.ofString());
    var body = parsed(response.body());
    if (response.statusCode() >= 400) {
      var reason = body.path("detail").asText(body.path("error").asText(response.body()));
      throw new CommandException("%s refuses: %s".formatted(base, reason));
    }
    return body;
  }

  /** Passes on the events of a stream until it ends. */
  void events(String path, Consumer<JsonNode> listener) {
    var request = HttpRequest.newBuilder(base.resolve(path)).build();
    try (Stream<String> lines = send(request, BodyHandlers.ofLines()).body()) {
      lines
          .filter(line -> line.startsWith("data:"))
          .map(line -> parsed(line.substring("data:".length())))
          .forEach(listener);
    }
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (IOException e) {
      throw new CommandException("cannot reach the service at %s: %s".formatted(base, e));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
