package dev.fathom.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Decodes UTF-8 in parts, which need not be whole characters; what is none becomes U+FFFD. For one
 * text.
 */
final class Utf8Stream {
  private final CharsetDecoder utf8 =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private ByteBuffer waiting = ByteBuffer.allocate(0);

  /** {@return the text that is certain with these bytes} */
  String next(byte... bytes) {
    waiting =
        ByteBuffer.allocate(waiting.remaining() + bytes.length).put(waiting).put(bytes).flip();
    return decode(false);
  }

  /** {@return the rest of the text: U+FFFD if the last character is not whole, otherwise empty} */
  String end() {
    return decode(true);
  }

  private String decode(boolean last) {
    var text = CharBuffer.allocate(waiting.remaining());
    utf8.decode(waiting, text, last);
    return text.flip().toString();
  }
}
