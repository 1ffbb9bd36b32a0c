package dev.fathom.generate;

import java.util.List;

/**
 * Ends a text in front of the first stop string, and holds back an end of the text that may become
 * one.
 */
final class StopStrings {
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean found;

  StopStrings(List<String> stops) {
    this.stops = stops;
  }

  /** {@return the text that became certain with {@code text}, which may be empty} */
  String add(String text) {
    held.append(text);
    int first = -1;
    for (String stop : stops) {
      int at = held.indexOf(stop);
      first = at >= 0 && (first < 0 || at < first) ? at : first;
    }
    if (first >= 0) {
      found = true;
      held.setLength(first);
      return rest();
    }
    String certain = held.substring(0, held.length() - overlap());
    held.delete(0, certain.length());
    return certain;
  }

  /** {@return the text that was held back} */
  String rest() {
    String rest = held.toString();
    held.setLength(0);
    return rest;
  }

  boolean found() {
    return found;
  }

  /** The longest end of the held text that a stop string begins with. */
  private int overlap() {
    int longest = 0;
    for (String stop : stops) {
      int length = Math.min(stop.length() - 1, held.length());
      while (length > longest && !stop.startsWith(held.substring(held.length() - length))) {
        length--;
      }
      longest = Math.max(longest, length);
    }
    return longest;
  }
}
