package dev.fathom.text;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * How GPT-2 writes bytes as printable characters: a byte that is printable in Latin-1 stands for
 * itself, the others are the characters from U+0100 on. A space is Ġ.
 */
final class ByteLevel {
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
