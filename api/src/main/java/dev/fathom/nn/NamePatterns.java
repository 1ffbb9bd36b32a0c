package dev.fathom.nn;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Chooses parameters by their names: {@code body.*} those of a block, {@code *.weight} all weights.
 * A {@code *} stands for any characters, a {@code !} in front takes away what the ones before
 * chose: {@code ["*", "!head.*"]}. The last one that matches a name decides.
 *
 * @param patterns in order
 */
public record NamePatterns(List<String> patterns) {
  /** Chooses nothing. */
  public static final NamePatterns NONE = new NamePatterns(List.of());

  public NamePatterns {
    patterns = List.copyOf(patterns);
  }

  /** {@return whether they choose a name} */
  public boolean matches(String name) {
    for (String pattern : patterns.reversed()) {
      boolean takesAway = pattern.startsWith("!");
      if (matches(takesAway ? pattern.substring(1) : pattern, name)) {
        return !takesAway;
      }
    }
    return false;
  }

  /** {@return whether one pattern, without {@code !}, matches a name} */
  public static boolean matches(String pattern, String name) {
    StringBuilder regex = new StringBuilder();
    for (String part : pattern.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
    }
    return name.matches(regex.toString());
  }

  /** {@return the patterns, as a message quotes them} */
  @Override
  public String toString() {
    return String.join(", ", patterns);
  }
}
