package dev.fathom.service.soak;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a service may hold after a kill: what it acknowledged last, or what it was asked for since
 * and gave no answer to. Safe for several threads.
 *
 * <p>A value is a text; what is not there is {@link #ABSENT}.
 */
final class Ledger {

  static final String ABSENT = "absent";

  private final Map<String, Set<String>> allowed = new TreeMap<>();

  /** A change is about to be asked for. */
  synchronized void asked(String key, String value) {
    allowed.computeIfAbsent(key, _ -> new TreeSet<>(Set.of(ABSENT))).add(value);
  }

  /** The service said that it is done. */
  synchronized void acknowledged(String key, String value) {
    allowed.put(key, new TreeSet<>(Set.of(value)));
  }

  /** {@return a copy of the keys} */
  synchronized Set<String> keys() {
    return Set.copyOf(allowed.keySet());
  }

  /** What is there must be allowed; from now on it is the only thing that is. */
  synchronized void check(String key, String actual) {
    assertTrue(
        allowed.get(key).contains(actual),
        () -> "%s is %s but may be %s".formatted(key, actual, allowed.get(key)));
    acknowledged(key, actual);
  }
}
