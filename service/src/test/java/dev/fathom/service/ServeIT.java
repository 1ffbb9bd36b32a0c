package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
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
