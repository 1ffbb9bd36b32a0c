package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts the packaged jar as a user does, without the launcher. */
@Timeout(60)
class ServeIT {

  @TempDir Path data;

  @Test
  void saysInOneLineWhereItListensOnThisMachineOnlyAndStops() throws Exception {
    try (var service = Packaged.serve(data)) {
      var matcher = service.listening();
      assertEquals(data.toString(), matcher.group(2));
      var request = HttpRequest.newBuilder(URI.create(matcher.group(1) + "/health")).build();
      try (var client = HttpClient.newHttpClient()) {
        assertEquals(200, client.send(request, BodyHandlers.ofString()).statusCode());
      }
      service.process.toHandle().destroy();
      assertEquals(List.of(), service.output.lines().toList());
    }
  }

  @Test
  void aPortInUseIsToldInOneSentence() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertRefused(
          "fathom: cannot listen on 127.0.0.1:%d, in use or not of this machine: choose another with --port or --host"
              .formatted(taken.getLocalPort()),
          "--port",
          "" + taken.getLocalPort());
    }
  }

  @Test
  void anUnknownHostIsToldInOneSentence() throws Exception {
    assertRefused(
        "fathom: cannot listen on an unknown host: nowhere.invalid",
        "--port",
        "0",
        "--host",
        "nowhere.invalid");
  }

  @Test
  void logsRequestsAndWritesJsonForWhoWantsIt() throws Exception {
    var options =
        List.of(
            "-Dquarkus.log.console.json.enabled=true",
            "-Dquarkus.http.access-log.enabled=true",
            "-Dquarkus.http.access-log.pattern=\"%r\" %s %{o,X-Request-ID}");
    try (var service = Packaged.start(options, "serve", "--port", "0", "--data", data.toString());
        var client = HttpClient.newHttpClient()) {
      var listens = message(service, "Fathom listens on ");
      var uri = URI.create(listens.split("[ ,]+")[3] + "/v2/health/live");
      var request =
          HttpRequest.newBuilder(uri)
              .version(Version.HTTP_1_1)
              .header("X-Request-ID", "it-7")
              .build();
      client.send(request, BodyHandlers.discarding());
      assertEquals("\"GET /v2/health/live HTTP/1.1\" 200 it-7", message(service, "\"GET ").strip());
    }
  }

  /** {@return the message of the first line that begins so; each line is a JSON object} */
  private static String message(Packaged service, String beginning) throws Exception {
    while (true) {
      var message = new ObjectMapper().readTree(service.output.readLine()).path("message").asText();
      if (message.startsWith(beginning)) {
        return message;
      }
    }
  }

  private void assertRefused(String sentence, String... options) throws Exception {
    var arguments = new ArrayList<>(List.of("serve", "--data", data.toString()));
    arguments.addAll(List.of(options));
    try (var service = Packaged.start(List.of(), arguments.toArray(String[]::new))) {
      var lines = service.output.lines().filter(line -> line.startsWith("fathom: ")).toList();
      assertTrue(service.process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(2, service.process.exitValue());
      assertEquals(1, lines.size(), lines::toString);
      assertTrue(lines.getFirst().startsWith(sentence), lines::toString);
    }
  }
}
