package dev.fathom.service.cli;

import java.io.File;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Arguments, file names and output are UTF-8. A JVM decodes the first two by the locale, which is
 * {@code C} in containers, under cron and under systemd, and there is no option that tells it
 * otherwise: where the locale cannot hold a text, it is refused rather than taken for another.
 */
final class TextEncoding {

  private static final char REPLACEMENT = '\ufffd';

  private TextEncoding() {}

  /** {@return where to print, in UTF-8 whatever the locale says} */
  static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /**
   * {@return a sentence about the first argument, variable of Fathom's or working directory that
   * may not be what it is to the caller}
   */
  static Optional<String> refusal(String... args) {
    var variables =
        System.getenv().entrySet().stream()
            .filter(variable -> variable.getKey().startsWith("FATHOM_"))
            .map(Map.Entry::getValue);
    return Stream.of(Arrays.stream(args), variables, Stream.of(System.getProperty("user.dir")))
        .flatMap(texts -> texts)
        .filter(text -> text.chars().anyMatch(c -> c == REPLACEMENT || c > 127 && !isUtf8()))
        .map(text -> isUtf8() ? "expected UTF-8 but got '%s'".formatted(text) : advice(text))
        .findFirst();
  }

  /** {@return a sentence about a file name that the system does not take} */
  static String refusal(InvalidPathException e) {
    return isUtf8() || e.getInput().chars().allMatch(c -> c <= 127)
        ? "'%s' is no file name: %s".formatted(e.getInput(), e.getReason())
        : advice(e.getInput());
  }

  private static String advice(String text) {
    return "the locale's character set is %s, which may not hold '%s': set LC_ALL=C.UTF-8"
        .formatted(charset(), text);
  }

  /** On Windows the system decodes, and says what it cannot. */
  private static boolean isUtf8() {
    return File.separatorChar == '\\' || charset().equals(StandardCharsets.UTF_8.name());
  }

  private static String charset() {
    return System.getProperty("sun.jnu.encoding", StandardCharsets.UTF_8.name());
  }
}
