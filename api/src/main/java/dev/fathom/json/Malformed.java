package dev.fathom.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;

/** What is wrong with a text that is not JSON. */
public final class Malformed {
  /** How Jackson tells where something began: behind a source, which is never shown. */
  private static final Pattern SOURCE = Pattern.compile("\\[Source: .*?; (line: \\d+.*?)]");

  private static final Pattern LEVELS =
      Pattern.compile("Document nesting depth \\(\\d+\\) exceeds the maximum allowed \\((\\d+).*");

  /** How Jackson names a limit of its own. */
  private static final Pattern LIMIT = Pattern.compile(", from `StreamReadConstraints[^`]*`");

  /** How Jackson says that NaN and infinities are no JSON. */
  private static final Pattern NO_NUMBER =
      Pattern.compile(": enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow");

  private Malformed() {}

  /** {@return what the parser says, without its notes on itself} */
  public static String detail(JsonProcessingException wrong) {
    String said = SOURCE.matcher(wrong.getOriginalMessage()).replaceAll("$1");
    String named = NO_NUMBER.matcher(said).replaceAll(", which JSON has not; null is no value");
    String limited = LIMIT.matcher(named).replaceAll("");
    return LEVELS
        .matcher(limited)
        .replaceFirst("expected at most $1 lists and objects in each other but there are more");
  }

  /** {@return the byte at which it is wrong, from 0; 0 if that is not known} */
  public static long offset(JsonProcessingException wrong) {
    return wrong.getLocation() == null ? 0 : Math.max(0, wrong.getLocation().getByteOffset());
  }
}
