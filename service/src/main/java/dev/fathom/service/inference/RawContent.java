package dev.fathom.service.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Binary values: numbers little-endian, texts in UTF-8, each behind its length of four bytes.
 *
 * @param bytes from position 0 to the limit, little-endian
 */
record RawContent(ByteBuffer bytes) implements Content {
  private static final int LENGTH = Integer.BYTES;

  RawContent {
    bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void check(InputTensor tensor) {
    int count = tensor.count();
    if (tensor.datatype() == Datatype.BYTES) {
      checkTexts(tensor, count);
    } else if (bytes.limit() != (long) count * tensor.datatype().bytes()) {
      throw tensor.wrong(
          ": expected %d bytes, %d values of %s, but got %d",
          (long) count * tensor.datatype().bytes(), count, tensor.datatype(), bytes.limit());
    }
  }

  private void checkTexts(InputTensor tensor, int count) {
    int at = 0;
    for (int i = 0; i < count; i++) {
      long left = (long) bytes.limit() - at - LENGTH;
      if (left < 0) {
        throw tensor.wrong(": expected %d texts but the bytes end after %d", count, i);
      }
      long length = bytes.getInt(at) & 0xffffffffL;
      if (length > left) {
        throw tensor.wrong(
            ", value %d: expected a text of %d bytes, as the length before it says, but got %d",
            i, length, left);
      }
      at += LENGTH + (int) length;
    }
    if (at != bytes.limit()) {
      throw tensor.wrong(
          ": expected %d texts but %d bytes are left behind them", count, bytes.limit() - at);
    }
  }

  @Override
  public void numbers(InputTensor tensor, Room into, int first, int step) {
    var type = tensor.datatype();
    for (int i = 0, at = 0; at < bytes.limit(); i++, at += type.bytes()) {
      into.set(first + i * step, tensor.checked(i, type.get(bytes, at)));
    }
  }

  @Override
  public List<String> texts(InputTensor tensor, boolean gaps) {
    List<String> texts = new ArrayList<>();
    for (int at = 0; at < bytes.limit(); ) {
      int length = bytes.getInt(at);
      texts.add(text(tensor, texts.size(), bytes.slice(at + LENGTH, length)));
      at += LENGTH + length;
    }
    return texts;
  }

  @Override
  public List<byte[]> files(InputTensor tensor) {
    List<byte[]> files = new ArrayList<>();
    for (int at = 0; at < bytes.limit(); ) {
      var file = new byte[bytes.getInt(at)];
      bytes.get(at + LENGTH, file);
      files.add(file);
      at += LENGTH + file.length;
    }
    return files;
  }

  /** {@return the text that some bytes are} */
  static String text(InputTensor tensor, int at, ByteBuffer utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw tensor.wrongValue(at, "bytes that are not UTF-8");
    }
  }
}
