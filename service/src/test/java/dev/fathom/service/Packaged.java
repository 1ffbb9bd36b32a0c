package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.Repository;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packaged service as a process, started as a user does without the launcher: the jar, or where
 * that is tested the native binary.
 */
public final class Packaged implements AutoCloseable {

  /** The native binary; null for the jar. */
  private static final String BINARY = System.getProperty("native.image.path");

  private static final Path JAR =
      Repository.ROOT.resolve("service/target/quarkus-app/quarkus-run.jar");
  private static final Pattern LISTENS =
      Pattern.compile(".* INFO +Fathom listens on (http://127\\.0\\.0\\.1:\\d+), data in (.*)");

  public final Process process;
  public final BufferedReader output;

  private Packaged(Process process) {
    this.process = process;
    output = process.inputReader();
  }

  /**
   * Starts a process whose output and errors are {@link #output}.
   *
   * @param jvm options of the JVM, {@code -D} and the heap, which is 1 GiB by default
   */
  public static Packaged start(List<String> jvm, String... arguments) throws IOException {
    var command = command(jvm);
    command.addAll(List.of(arguments));
    return new Packaged(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** {@return the words that start it, to which those of a command are added} */
  static List<String> command(List<String> jvm) {
    List<String> command = new ArrayList<>();
    if (BINARY == null) {
      command.add(ProcessHandle.current().info().command().orElseThrow());
      command.add("-Xmx1g");
      command.addAll(jvm);
      command.addAll(List.of("-jar", JAR.toString()));
    } else {
      command.add(BINARY);
      command.add("-Xmx1g");
      command.addAll(jvm);
    }
    return command;
  }

  /**
   * Starts a service on a free port.
   *
   * @param more options of {@code serve}
   */
  public static Packaged serve(Path data, String... more) throws IOException {
    return serve(List.of(), data, more);
  }

  /** Starts a service on a free port, with options of the JVM. */
  static Packaged serve(List<String> jvm, Path data, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("serve", "--port", "0", "--data"));
    arguments.add(data.toString());
    arguments.addAll(List.of(more));
    return start(jvm, arguments.toArray(String[]::new));
  }

  /** {@return the line that says where it listens} */
  Matcher listening() throws IOException {
    return listening(_ -> {});
  }

  /**
   * {@return the line that says where it listens}
   *
   * @param before gets the lines before it
   */
  Matcher listening(Consumer<String> before) throws IOException {
    String line;
    while ((line = output.readLine()) != null) {
      var matcher = LISTENS.matcher(line);
      if (matcher.matches()) {
        return matcher;
      }
      before.accept(line);
    }
    throw new AssertionError("it ended without listening");
  }

  public URI uri() throws IOException {
    return URI.create(listening().group(1));
  }

  /** {@return what the JDK's {@code jcmd} says to a command of the JVM} */
  public String jcmd(String command) throws IOException, InterruptedException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var asked =
        new ProcessBuilder(jcmd, Long.toString(process.pid()), command)
            .redirectErrorStream(true)
            .start();
    var answer = new String(asked.getInputStream().readAllBytes());
    assertTrue(asked.waitFor(30, TimeUnit.SECONDS), "jcmd hangs");
    return answer;
  }

  /** {@return the memory that the process has; 0 where the system is not Linux} */
  public long residentBytes() throws IOException {
    return 1024 * ofLinux("VmRSS");
  }

  /** {@return how many threads the process has; 0 where the system is not Linux} */
  public long threads() throws IOException {
    return ofLinux("Threads");
  }

  private long ofLinux(String figure) throws IOException {
    var status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith(figure + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  /** Ends it with no chance to do anything. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
