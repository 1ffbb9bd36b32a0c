package dev.fathom.service.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs commands in this process. */
final class CommandLines {

  private CommandLines() {}

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
