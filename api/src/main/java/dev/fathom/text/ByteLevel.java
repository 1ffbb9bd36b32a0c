package dev.fathom.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How GPT-2 writes bytes as printable characters: a byte that is printable in Latin-1 stands for
 * itself, the others are the characters from U+0100 on. A space is Ġ.
 */
final class ByteLevel {
  /** GPT-2's words, the spaces in front of them included; they cover any text. */
  static final Pattern WORD =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\p{IsWhite_Space}\\p{L}\\p{N}]+"
              + "|\\p{IsWhite_Space}+(?!\\P{IsWhite_Space})|\\p{IsWhite_Space}+");

  private static final char[] CHARACTERS = new char[256];
  private static final Map<Character, Byte> BYTES = new HashMap<>();

  static {
    char next = 0x100;
    for (int value = 0; value < 256; value++) {
      boolean printable =
          value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xFF && value != 0xAD;
      CHARACTERS[value] = printable ? (char) value : next++;
      BYTES.put(CHARACTERS[value], (byte) value);
    }
  }

  private ByteLevel() {}

  static char character(byte value) {
    return CHARACTERS[value & 0xff];
  }

  /** {@return the characters for the UTF-8 bytes of a text} */
  static String characters(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    char[] characters = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      characters[i] = character(bytes[i]);
    }
    return new String(characters);
  }

  /** {@return the bytes that a token's text stands for; null if it has other characters} */
  static byte[] bytes(String token) {
    var bytes = new ByteArrayOutputStream();
    for (char character : token.toCharArray()) {
      Byte value = BYTES.get(character);
      if (value == null) {
        return null;
      }
      bytes.write(value);
    }
    return bytes.toByteArray();
  }
}
