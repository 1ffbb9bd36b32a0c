package dev.fathom.text;

import dev.fathom.format.FormatException;
import dev.fathom.format.Memory;
import dev.fathom.json.Utf8Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** UTF-8 (RFC 3629) without silent replacements. */
public final class Utf8 {
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  private Utf8() {}

  /**
   * {@return the text of UTF-8 bytes}
   *
   * @throws TextException with the first byte that is not UTF-8
   */
  public static String decode(byte[] bytes) {
    var fault = Utf8Bytes.fault(bytes);
    if (fault.isPresent()) {
      throw new TextException("utf-8", "byte", fault.get().at(), fault.get().detail());
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * {@return the UTF-8 bytes of a text}
   *
   * @throws TextException with the first character that is half a surrogate pair, which UTF-8
   *     cannot write
   */
  public static byte[] encode(String text) {
    check(text);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static void check(String text) {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (!Character.isSurrogate(unit)) {
        continue;
      }
      if (!Character.isHighSurrogate(unit)
          || i + 1 == text.length()
          || !Character.isLowSurrogate(text.charAt(i + 1))) {
        throw new TextException(
            "utf-8",
            "character",
            i,
            "expected a Unicode character but got half a surrogate pair, %04X"
                .formatted((int) unit));
      }
      i++;
    }
  }

  /**
   * {@return the text of a file, without its byte order mark if it has one}
   *
   * @throws FormatException if it is not UTF-8, with the byte, or more than memory holds
   * @throws IOException if it cannot be read
   */
  public static String read(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes > MOST_BYTES) {
      throw new FormatException(
          "utf-8", file, MOST_BYTES, "expected at most 2^31 bytes but there are " + bytes);
    }
    Memory.require("utf-8", file, 0, 2 * bytes);
    return decode(file, Files.readAllBytes(file));
  }

  /** {@return the same, of a file whose bytes are at hand} */
  public static String decode(Path file, byte[] bytes) {
    try {
      String text = decode(bytes);
      return Utf8Bytes.byteOrderMark(bytes) > 0 ? text.substring(1) : text;
    } catch (TextException e) {
      throw new FormatException("utf-8", file, e.position(), e.detail());
    }
  }
}
