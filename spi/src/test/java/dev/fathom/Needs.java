package dev.fathom;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.opentest4j.TestAbortedException;

/**
 * Skips a test that needs what a machine may lack, such as an OpenCL driver or npm, so that nobody
 * takes it for one that passed: a line on stderr says so, and {@code .ci/skipped} counts it in the
 * reports and fails where the machine was to have it.
 */
public final class Needs {

  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private Needs() {}

  /**
   * {@return what to throw in a test that cannot run here}
   *
   * @param what is needed, one word: {@code opencl}, {@code npm}, {@code python}
   * @param reason a sentence
   */
  public static TestAbortedException missing(String what, String reason) {
    var sentence = "needs %s: %s".formatted(what, reason);
    if (SAID.add(sentence)) {
      System.err.println("SKIPPED tests, " + sentence);
    }
    return new TestAbortedException(sentence);
  }
}
