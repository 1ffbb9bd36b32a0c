package dev.fathom.backend.java;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Files of the module that a program writes, and whose content a test compares. */
public final class CheckedIn {
  private static final String REMAKE = "fathom.remake";

  /** How much of a difference is shown. */
  private static final int SHOWN = 60;

  private CheckedIn() {}

  /**
   * Fails unless {@code file} has this content, white space aside, which is the formatter's; writes
   * it instead where the system property {@code fathom.remake} is set.
   *
   * @param test the test that writes the file
   */
  public static void check(Class<?> test, Path file, String content) throws IOException {
    if (System.getProperty(REMAKE) != null) {
      Files.writeString(file, content);
      return;
    }
    String expected = content.replaceAll("\\s", "");
    String actual = Files.exists(file) ? Files.readString(file).replaceAll("\\s", "") : "";
    int at = Arrays.mismatch(expected.toCharArray(), actual.toCharArray());
    if (at >= 0) {
      fail(
          file
              + ": expected ..."
              + shown(expected, at)
              + "... but got ..."
              + shown(actual, at)
              + "...; to remake it: ./fathom test "
              + test.getSimpleName()
              + " -D"
              + REMAKE
              + ", and then, for code, mvn spotless:apply -pl java-backend");
    }
  }

  private static String shown(String text, int at) {
    return text.substring(at, Math.min(text.length(), at + SHOWN));
  }
}
