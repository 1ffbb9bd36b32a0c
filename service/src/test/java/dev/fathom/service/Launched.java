package dev.fathom.service;

import dev.fathom.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The launcher with the packaged jar and the JDK of the tests, in an outline of the repository that
 * it takes for built.
 *
 * @param script the copied launcher
 */
public record Launched(Path script) {

  /** Lays the outline out in an empty folder. */
  public static Launched in(Path folder) throws IOException {
    var launcher = folder.resolve("fathom");
    Files.copy(Repository.ROOT.resolve("fathom"), launcher);
    launcher.toFile().setExecutable(true);
    Files.writeString(folder.resolve("pom.xml"), "<project/>");
    var target = Files.createDirectories(folder.resolve("service/target"));
    Files.createDirectories(folder.resolve("service/src/main"));
    Files.writeString(folder.resolve("service/pom.xml"), "<project/>");
    Files.createSymbolicLink(
        target.resolve("quarkus-app"), Repository.ROOT.resolve("service/target/quarkus-app"));
    var stamp = Files.createFile(target.resolve("built"));
    Files.setLastModifiedTime(stamp, FileTime.from(Instant.now().plusSeconds(30)));
    return new Launched(launcher);
  }

  /** {@return a process that is not started} */
  public ProcessBuilder command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }
}
