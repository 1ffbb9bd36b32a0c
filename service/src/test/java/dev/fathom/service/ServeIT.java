package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.Repository;
import java.io.IOException;
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
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts the packaged jar as a user does, without the launcher. */
@Timeout(60)
class ServeIT {

  private static final Path JAR =
      Repository.ROOT.resolve("service/target/quarkus-app/quarkus-run.jar");

  @TempDir Path data;

  @Test
  void saysInOneLineWhereItListensOnThisMachineOnlyAndStops() throws Exception {
    var process = start("serve", "--port", "0", "--data", data.toString());
    try (var output = process.inputReader()) {
      var line = output.readLine();
      var matcher =
          Pattern.compile(".* INFO +Fathom listens on (http://127\\.0\\.0\\.1:\\d+), data in (.*)")
              .matcher(line);
      assertTrue(matcher.matches(), line);
      assertEquals(data.toString(), matcher.group(2));
      var request = HttpRequest.newBuilder(URI.create(matcher.group(1) + "/health")).build();
      try (var client = HttpClient.newHttpClient()) {
        assertEquals(200, client.send(request, BodyHandlers.ofString()).statusCode());
      }
      process.toHandle().destroy();
      assertEquals(List.of(), output.lines().toList());
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aPortInUseIsToldInOneSentence() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertRefused(
          "fathom: cannot listen on 127.0.0.1:%d, in use or not of this machine: choose another with --port or --host"
              .formatted(taken.getLocalPort()),
          start("serve", "--port", "" + taken.getLocalPort()));
    }
  }

  @Test
  void anUnknownHostIsToldInOneSentence() throws Exception {
    assertRefused(
        "fathom: cannot listen on an unknown host: nowhere.invalid",
        start("serve", "--port", "0", "--host", "nowhere.invalid"));
  }

  private static void assertRefused(String sentence, Process process) throws Exception {
    try (var output = process.inputReader()) {
      var lines = output.lines().toList();
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(2, process.exitValue());
      assertEquals(1, lines.size(), lines::toString);
      assertTrue(lines.getFirst().startsWith(sentence), lines::toString);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(String... arguments) throws IOException {
    var command =
        new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(), "-jar"));
    command.add(JAR.toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
