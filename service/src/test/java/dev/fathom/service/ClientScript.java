package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.Needs;
import dev.fathom.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs scripts of {@code src/test/node} and {@code src/test/python}, which use the service by
 * clients that nobody here wrote, and print {@code is content}. npm and pip install the clients.
 *
 * @param folder an empty one for what is installed
 */
public record ClientScript(Path folder) {
  private static final int INSTALL_SECONDS = 240;

  /** Skips the test where there is no npm; fails it if the script is not content. */
  public void node(String script, List<String> packages, String... arguments) throws Exception {
    for (var tool : List.of("node", "npm")) {
      need("npm", run(60, tool, "--version"), "There is no " + tool);
    }
    Files.writeString(folder.resolve("package.json"), "{\"private\": true}");
    install(
        "npm", List.of("npm", "install", "--no-audit", "--no-fund", "--loglevel=error"), packages);
    assertContent("node", "node/" + script, arguments);
  }

  /** Skips the test where there is no pip; fails it if the script is not content. */
  public void python(String script, List<String> packages, String... arguments) throws Exception {
    need("python", run(60, "python3", "-m", "pip", "--version"), "There is no pip for python3");
    install(
        "python",
        List.of("python3", "-m", "pip", "install", "-q", "--retries", "0", "-t", "."),
        packages);
    assertContent("python3", "python/" + script, arguments);
  }

  private void install(String needed, List<String> command, List<String> packages)
      throws Exception {
    var all = new ArrayList<>(command);
    all.addAll(packages);
    need(
        needed,
        run(INSTALL_SECONDS, all.toArray(String[]::new)),
        "%s cannot install %s".formatted(command.getFirst(), packages));
  }

  /** Runs a copy of a script, beside what was installed. */
  private void assertContent(String interpreter, String name, String... arguments)
      throws Exception {
    var script = Repository.ROOT.resolve("service/src/test").resolve(name);
    var copy = Files.copy(script, folder.resolve(script.getFileName())).toString();
    var command = new ArrayList<>(List.of(interpreter, copy));
    command.addAll(Arrays.asList(arguments));
    var outcome = run(120, command.toArray(String[]::new));
    assertTrue(outcome.ok(), outcome::output);
    assertTrue(outcome.output().contains("is content"), outcome::output);
  }

  private static void need(String what, Outcome outcome, String reason) {
    if (!outcome.ok()) {
      throw Needs.missing(what, reason + ": " + outcome.output());
    }
  }

  private record Outcome(boolean ok, String output) {}

  private Outcome run(int seconds, String... command) throws Exception {
    var output = folder.resolve("output.txt");
    try {
      var process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      process.destroyForcibly();
      return new Outcome(ended && process.exitValue() == 0, Files.readString(output));
    } catch (IOException missing) {
      return new Outcome(false, missing.getMessage());
    }
  }
}
