package dev.fathom.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The compiled normalisation of SentencePiece (Kudo and Richardson, 2018): a double array of the
 * UTF-8 of what is replaced, and the texts that replace it. As in Hugging Face's library the
 * shortest one that a grapheme begins with stands for all of it, if the grapheme has at most five
 * bytes; else each character is looked up.
 */
final class Charsmap {
  private static final Pattern GRAPHEME = Pattern.compile("\\X");
  private static final int LONGEST = 5;

  private final int[] units;
  private final byte[] texts;

  /**
   * @param base64 the number of bytes of the double array (u32), the array (u32 each), and texts
   *     that end with a byte 0
   * @throws IllegalArgumentException if it is something else
   */
  Charsmap(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected a charsmap in base64: " + e.getMessage(), e);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long size = bytes.length < 4 ? -1 : Integer.toUnsignedLong(in.getInt());
    if (size < 4 || size % 4 != 0 || size > in.remaining()) {
      throw new IllegalArgumentException(
          "expected a charsmap, a double array of 4 bytes or more and texts, but got %d bytes"
              .formatted(bytes.length));
    }
    units = new int[(int) size / 4];
    in.asIntBuffer().get(units);
    texts = Arrays.copyOfRange(bytes, 4 + (int) size, bytes.length);
  }

  String apply(String text) {
    StringBuilder changed = new StringBuilder(text.length());
    Matcher graphemes = GRAPHEME.matcher(text);
    while (graphemes.find()) {
      String grapheme = graphemes.group();
      String whole =
          grapheme.length() <= LONGEST && Utf8.encode(grapheme).length <= LONGEST
              ? replacement(grapheme)
              : null;
      if (whole != null) {
        changed.append(whole);
        continue;
      }
      grapheme
          .codePoints()
          .mapToObj(Character::toString)
          .forEach(
              c -> {
                String each = replacement(c);
                changed.append(each == null ? c : each);
              });
    }
    return changed.toString();
  }

  /** {@return the text for the shortest beginning that has one; null if none has} */
  private String replacement(String part) {
    int node = offset(units[0]);
    for (byte b : Utf8.encode(part)) {
      node ^= b & 0xff;
      if (b == 0 || node < 0 || node >= units.length || label(units[node]) != (b & 0xff)) {
        return null;
      }
      int unit = units[node];
      node ^= offset(unit);
      if (node < 0 || node >= units.length) {
        return null;
      }
      if ((unit >> 8 & 1) == 1) {
        return text(units[node] & Integer.MAX_VALUE);
      }
    }
    return null;
  }

  private static int label(int unit) {
    return unit & (1 << 31 | 0xff);
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & 1 << 9) >> 6);
  }

  private String text(int from) {
    int end = from;
    while (end < texts.length && texts[end] != 0) {
      end++;
    }
    return end <= from ? "" : new String(texts, from, end - from, StandardCharsets.UTF_8);
  }
}
