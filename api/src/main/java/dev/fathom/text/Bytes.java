package dev.fathom.text;

import java.util.Objects;

/** One token for each byte of UTF-8: the byte's value, 256 in all. Takes any text. */
public record Bytes() implements Tokenizer {
  @Override
  public int size() {
    return 256;
  }

  @Override
  public int[] encode(String text) {
    byte[] bytes = Utf8.encode(text);
    int[] tokens = new int[bytes.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = bytes[i] & 0xff;
    }
    return tokens;
  }

  @Override
  public byte[] bytes(int token) {
    return new byte[] {(byte) Objects.checkIndex(token, 256)};
  }
}
