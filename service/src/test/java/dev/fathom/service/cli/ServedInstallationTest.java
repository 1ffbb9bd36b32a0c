package dev.fathom.service.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against services that answer in pages, or are of another version. */
class ServedInstallationTest {

  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private ServedInstallation answering(Map<String, String> answers) {
    server.createContext(
        "/",
        exchange -> {
          var answer = answers.get(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          var body = (answer == null ? "{\"detail\": \"nothing here\"}" : answer).getBytes(UTF_8);
          exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    return new ServedInstallation(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
  }

  @Test
  void readsEveryPage() {
    var pages =
        Map.of(
            "GET /api/v1/models",
                "{\"items\": [{\"name\": \"a\"}, {\"name\": \"b\"}], \"next\": \"b\"}",
            "GET /api/v1/models?after=b", "{\"items\": [{\"name\": \"c\"}], \"next\": null}");
    try (var installation = answering(pages)) {
      assertEquals(List.of("a", "b", "c"), installation.models());
    }
  }

  @Test
  void openModelsAreThoseOfTheRepositoryWhereThereIsOne() {
    var index = "[{\"name\": \"a\", \"version\": \"2\", \"state\": \"READY\"}]";
    try (var installation = answering(Map.of("POST /v2/repository/index", index))) {
      assertEquals("2", installation.openModels().getFirst().path("version").asText());
    }
  }

  @Test
  void aServiceWithoutARepositoryTellsOfNoOpenModels() {
    try (var installation = answering(Map.of())) {
      assertEquals(List.of(), installation.openModels());
      var refused = assertThrows(CommandException.class, () -> installation.versions("a b"));
      assertEquals(
          "http://127.0.0.1:%d refuses: nothing here".formatted(server.getAddress().getPort()),
          refused.getMessage());
    }
  }
}
