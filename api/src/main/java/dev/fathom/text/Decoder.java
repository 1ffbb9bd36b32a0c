package dev.fathom.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Decodes tokens as they come, for streaming: the texts of {@link #next} and {@link #end}, joined,
 * equal the text of {@link Tokenizer#decode}. A character whose bytes are not all there yet waits
 * for the next token. For one thread and one text.
 */
public final class Decoder {
  private final Tokenizer tokenizer;
  private final CharsetDecoder utf8 =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private ByteBuffer waiting = ByteBuffer.allocate(0);
  private long position;

  Decoder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * {@return the text that became certain with this token, maybe empty}
   *
   * @throws TextException if the token is not in the vocabulary, with its position
   */
  public String next(int token) {
    if (token < 0 || token >= tokenizer.size()) {
      throw new TextException(
          "decode",
          "token",
          position,
          "expected 0 to %d but got %d".formatted(tokenizer.size() - 1, token));
    }
    position++;
    byte[] bytes = tokenizer.bytes(token);
    waiting =
        ByteBuffer.allocate(waiting.remaining() + bytes.length).put(waiting).put(bytes).flip();
    return decode(false);
  }

  /** {@return the rest of the text: U+FFFD if the last character is not whole, otherwise empty} */
  public String end() {
    return decode(true);
  }

  private String decode(boolean last) {
    var text = CharBuffer.allocate(waiting.remaining());
    utf8.decode(waiting, text, last);
    return text.flip().toString();
  }
}
