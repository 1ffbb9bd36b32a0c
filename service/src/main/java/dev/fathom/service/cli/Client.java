package dev.fathom.service.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Talks to a running service. */
final class Client implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String DATA = "data:";
  private static final String PROGRESS = "event:progress";
  private static final Duration SILENCE = Duration.ofSeconds(2);

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
    return answer(posting(path, json));
  }

  /** As {@link #post}; empty if the service, of another version, has no such path. */
  Optional<JsonNode> postIfThere(String path, String json) {
    return ifThere(posting(path, json));
  }

  private Optional<JsonNode> ifThere(HttpRequest.Builder request) {
    var response = send(request.build(), BodyHandlers.ofString());
    return response.statusCode() == 404 ? Optional.empty() : Optional.of(answer(response));
  }

  private HttpRequest.Builder posting(String path, String json) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(json));
  }

  /** As {@link #post}, of what is there. */
  JsonNode get(String path) {
    return answer(request(path).GET());
  }

  /** As {@link #get}; empty if the service, of another version, has no such path. */
  Optional<JsonNode> getIfThere(String path) {
    return ifThere(request(path).GET());
  }

  /** Sends a file, as it is. */
  void upload(String path, Path file) throws IOException {
    answer(request(path).PUT(BodyPublishers.ofFile(file)));
  }

  /** {@return a name as a part of a path} */
  static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** As {@link #post}, without an answer. */
  void delete(String path) {
    answer(request(path).DELETE());
  }

  /** Passes on the events of a stream until it ends. */
  void events(String path, Consumer<JsonNode> listener) {
    try (Stream<String> lines = lines(path)) {
      lines
          .filter(line -> line.startsWith(DATA))
          .map(line -> parsed(line.substring(DATA.length())))
          .forEach(listener);
    }
  }

  /**
   * Passes on the events that a stream begins with, those that happened before. Their end is not
   * marked: it is a progress, which comes behind them while a training runs, or silence.
   */
  void eventsSoFar(String path, Consumer<JsonNode> listener) {
    var queue = new LinkedBlockingQueue<String>();
    try (Stream<String> lines = lines(path)) {
      var reader =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      lines.forEach(queue::add);
                    } catch (UncheckedIOException e) {
                      // Closed below, or ended by the service: there are no more.
                    }
                    queue.add(PROGRESS);
                  });
      String line;
      while ((line = queue.poll(SILENCE.toMillis(), TimeUnit.MILLISECONDS)) != null
          && !line.equals(PROGRESS)) {
        if (line.startsWith(DATA)) {
          listener.accept(parsed(line.substring(DATA.length())));
        }
      }
      reader.interrupt();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Stream<String> lines(String path) {
    var response = send(request(path).build(), BodyHandlers.ofLines());
    if (response.statusCode() >= 400) {
      try (var lines = response.body()) {
        throw refusal(lines.collect(Collectors.joining("\n")));
      }
    }
    return response.body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path));
  }

  private JsonNode answer(HttpRequest.Builder request) {
    return answer(send(request.build(), BodyHandlers.ofString()));
  }

  private JsonNode answer(HttpResponse<String> response) {
    if (response.statusCode() >= 400) {
      throw refusal(response.body());
    }
    return parsed(response.body());
  }

  private CommandException refusal(String body) {
    var json = parsed(body);
    var reason = json.path("detail").asText(json.path("error").asText(body));
    return new CommandException("%s refuses: %s".formatted(base, reason));
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
