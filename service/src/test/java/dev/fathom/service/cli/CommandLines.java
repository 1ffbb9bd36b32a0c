package dev.fathom.service.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;

/** Runs commands in this process. */
final class CommandLines {

  private static final String DATA = "fathom.data";
  private static final String BACKEND = "fathom.backend";

  private CommandLines() {}

  /**
   * Gives the commands of a test class the data directory {@code data} in a folder, and the Java
   * backend.
   */
  static void use(Path folder) {
    System.setProperty(DATA, folder.resolve("data").toString());
    System.setProperty(BACKEND, "java");
  }

  /** Takes back what {@link #use} gave. */
  static void forget() {
    List.of(DATA, BACKEND).forEach(System::clearProperty);
  }

  /**
   * Runs a command; {@return its exit code}
   *
   * @param out gets what it prints, and nothing of the commands before
   * @param err the same of its errors
   */
  static int run(StringWriter out, StringWriter err, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
