package dev.fathom.service.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.Json;
import dev.fathom.json.Malformed;
import dev.fathom.service.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Reads bodies, no longer than allowed, as {@link Json} has it. */
public final class JsonBody {

  private JsonBody() {}

  /**
   * {@return the value in {@code body}}
   *
   * @throws Refusal 413 if it is longer than {@code maxBytes}, 400 if it is empty or not JSON
   */
  public static JsonNode read(InputStream body, long maxBytes) throws IOException {
    var bytes = bytes(body, maxBytes);
    try {
      var value = Json.read(bytes);
      if (value.isMissingNode()) {
        throw malformed("", "malformed JSON: the body is empty");
      }
      return value;
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw malformed(
          place(e),
          "malformed JSON at line %d, column %d: %s"
              .formatted(
                  at == null ? 1 : at.getLineNr(),
                  at == null ? 1 : at.getColumnNr(),
                  Malformed.detail(e)));
    }
  }

  /**
   * {@return all of {@code body}}
   *
   * @throws Refusal 413 if it is longer than {@code maxBytes}
   */
  public static byte[] bytes(InputStream body, long maxBytes) throws IOException {
    var bytes = body.readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE - 8));
    if (bytes.length > maxBytes) {
      body.skip(16 * maxBytes); // Most clients read the answer only once all is sent.
      throw new Refusal(413, "expected a body of at most %d bytes".formatted(maxBytes));
    }
    return bytes;
  }

  /** {@return the pointer of a number that JSON has not, NaN or Infinity; else it is not known} */
  private static String place(JsonProcessingException e) {
    return e.getOriginalMessage().startsWith("Non-standard token")
            && e.getProcessor() instanceof JsonParser parser
        ? parser.getParsingContext().pathAsPointer().toString()
        : "";
  }

  private static Refusal malformed(String pointer, String detail) {
    return new Refusal(400, detail, List.of(new Refusal.Field(pointer, detail)));
  }
}
