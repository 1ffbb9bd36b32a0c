package dev.fathom.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.ContentReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads JSON that may come from anybody: UTF-8, whatever its first bytes look like, one value, no
 * key twice, at most {@value #MOST_LEVELS} lists and objects in each other. Memory and time are in
 * proportion to its length. Safe for several threads.
 */
public final class Json {
  /** How deep lists and objects may be in each other, so that no reader runs out of stack. */
  public static final int MOST_LEVELS = 256;

  /** Cuts JSON into tokens, with the same limits; a key may come twice. */
  public static final JsonFactory TOKENS =
      JsonFactory.builder()
          // Else the first bytes choose among UTF-8, UTF-16 and UTF-32.
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(MOST_LEVELS).build())
          .build();

  private static final ObjectMapper STRICT =
      JsonMapper.builder(TOKENS.copy())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * {@return the value in a text}
   *
   * @throws JsonProcessingException if it is not JSON; {@link Malformed} tells what is wrong
   */
  public static JsonNode read(String text) throws JsonProcessingException {
    return STRICT.readTree(text);
  }

  /**
   * {@return the value in some bytes, which may begin with a byte order mark}
   *
   * @throws JsonProcessingException if they are not UTF-8 or not JSON; {@link Malformed} tells what
   *     is wrong, and at which byte
   */
  public static JsonNode read(byte[] utf8) throws JsonProcessingException {
    requireUtf8(utf8);
    int mark = Utf8Bytes.byteOrderMark(utf8);
    try {
      return STRICT.readTree(utf8, mark, utf8.length - mark);
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // An array has none.
    }
  }

  /** The parser takes some bytes that are not UTF-8, those of half a surrogate pair for example. */
  private static void requireUtf8(byte[] bytes) throws JsonParseException {
    Optional<Utf8Bytes.Fault> fault = Utf8Bytes.fault(bytes);
    if (fault.isPresent()) {
      int at = fault.get().at();
      long line = 1 + IntStream.range(0, at).filter(i -> bytes[i] == '\n').count();
      int column = at;
      while (column > 0 && bytes[column - 1] != '\n') {
        column--;
      }
      throw new JsonParseException(
          null,
          fault.get().detail(),
          new JsonLocation(ContentReference.unknown(), at, at, (int) line, at - column + 1));
    }
  }
}
