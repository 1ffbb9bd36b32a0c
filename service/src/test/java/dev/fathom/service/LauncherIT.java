package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the launcher with the packaged jar and the JDK of the tests. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class LauncherIT {

  @TempDir Path temp;
  private Launched launcher;

  @BeforeEach
  void layOut() throws IOException {
    launcher = Launched.in(temp);
  }

  private ProcessBuilder launch(String... arguments) {
    return launcher.command(arguments);
  }

  /** A JVM with the Vector API warns of it where an option adds it. */
  @Test
  void vectorKernelsAreThereAndNothingIsSaidBesides() throws Exception {
    var err = temp.resolve("err");
    var doctor =
        launch("doctor", "--backend", "java", "--data", temp.resolve("data").toString())
            .redirectError(err.toFile())
            .start();
    var lines = doctor.inputReader().lines().map(String::strip).toList();
    assertEquals(0, doctor.waitFor(), lines::toString);
    assertEquals("", Files.readString(err));
    assertTrue(lines.contains("vectorModule: yes"), lines::toString);
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith("variant: vector-")), lines::toString);
    for (var flag : Version.JVM_FLAGS) {
      assertTrue(lines.contains(flag + ": yes"), lines::toString);
    }
  }

  @Test
  void benchRunsItselfInTurnWithAPeer() throws Exception {
    var peer =
        Files.writeString(
            temp.resolve("peer"), "echo \"$1 1.5 GFLOP/s (1 threads, $*)\"\nexit 0\n");
    var bench =
        launch("bench", "gemm32", "gemm64", "--seconds", "0.1", "--rounds", "1", "--threads", "1")
            .redirectErrorStream(true);
    bench.command().addAll(List.of("--backend", "java", "--peer", "sh " + peer));
    var process = bench.start();
    var lines = process.inputReader().lines().toList();
    assertEquals(0, process.waitFor(), lines::toString);
    assertTrue(lines.getFirst().contains("medians of 1 runs in turn"), lines::toString);
    assertEquals(6, lines.size(), lines::toString);
    for (var line : lines.subList(4, 6)) {
      assertTrue(
          line.matches(
              "\\| `gemm(\\d+)` \\| GFLOP/s \\| \\S+ \\| \\d+ \\| gemm\\1 --threads 1 --seconds 0\\.1, 1\\.5 .*"),
          line);
    }
  }

  @Test
  void theServiceIsTheProcessThatWasStartedAndAnErrorIsItsExitCode() throws Exception {
    var service =
        launch("serve", "--port", "0", "--data", temp.resolve("data").toString())
            .redirectErrorStream(true)
            .start();
    String line;
    do {
      line = service.inputReader().readLine();
    } while (line != null && !line.contains("Fathom listens on"));
    assertTrue(
        ProcessHandle.of(service.pid()).orElseThrow().info().command().orElse("").endsWith("java"));
    service.toHandle().destroy(); // TERM
    assertTrue(service.waitFor(20, TimeUnit.SECONDS));
    assertEquals(143, service.exitValue());
    assertEquals(2, launch("train", "missing.json").start().waitFor());
  }
}
