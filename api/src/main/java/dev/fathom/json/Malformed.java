package dev.fathom.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;

/** What is wrong with a text that is not JSON. */
public final class Malformed {
  /** How Jackson tells where something began: behind a source, which is never shown. */
  private static final Pattern SOURCE = Pattern.compile("\\[Source: .*?; (line: \\d+.*?)]");

  private Malformed() {}

  /** {@return what the parser says, without its notes on itself} */
  public static String detail(JsonProcessingException wrong) {
    return SOURCE.matcher(wrong.getOriginalMessage()).replaceAll("$1");
  }
}
