package dev.fathom.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** Whether bytes are UTF-8 (RFC 3629), of which decoders of the JDK and of JSON take some more. */
public final class Utf8Bytes {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private Utf8Bytes() {}

  /**
   * Bytes that are not UTF-8.
   *
   * @param at the first of them
   * @param detail what was expected and what came
   */
  public record Fault(int at, String detail) {}

  /** {@return the first bytes that are not UTF-8, if there are such} */
  public static Optional<Fault> fault(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(Math.min(bytes.length, 1 << 13) + 1);
    CoderResult result;
    do {
      result = decoder.decode(in, out.clear(), true);
    } while (result.isOverflow());
    if (!result.isError()) {
      return Optional.empty();
    }
    int at = in.position();
    String came = HexFormat.ofDelimiter(" ").formatHex(bytes, at, at + result.length());
    return Optional.of(new Fault(at, "expected UTF-8 but got " + came));
  }

  /** {@return how many bytes U+FEFF takes at the start, where some programs put it as a mark} */
  public static int byteOrderMark(byte[] bytes) {
    int length = BYTE_ORDER_MARK.length;
    boolean there =
        bytes.length >= length && Arrays.equals(bytes, 0, length, BYTE_ORDER_MARK, 0, length);
    return there ? length : 0;
  }
}
