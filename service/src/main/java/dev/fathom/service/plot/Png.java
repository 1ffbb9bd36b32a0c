package dev.fathom.service.plot;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes pictures as PNG (W3C Recommendation, third edition): 8 bits a sample, RGB. */
final class Png {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte DEPTH = 8;
  private static final byte RGB = 2;
  private static final byte UNFILTERED = 0;

  private Png() {}

  /**
   * {@return the file}
   *
   * @param pixels {@code [height, width]}, 0xRRGGBB
   */
  static byte[] of(int width, int height, int[] pixels) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(SIGNATURE);
    var header = ByteBuffer.allocate(13).putInt(width).putInt(height).put(DEPTH).put(RGB);
    chunk(out, "IHDR", header.array(), header.capacity());
    var rows = rows(width, height, pixels);
    try (var deflater = new Deflater(Deflater.BEST_COMPRESSION)) {
      deflater.setInput(rows);
      deflater.finish();
      // Blocks that are stored as they are, the worst case, take 5 bytes more for each 64 KiB.
      var packed = new byte[rows.length + rows.length / 1000 + 64];
      chunk(out, "IDAT", packed, deflater.deflate(packed));
    }
    chunk(out, "IEND", new byte[0], 0);
    return out.toByteArray();
  }

  /** {@return the samples, each row behind the number of its filter} */
  private static byte[] rows(int width, int height, int[] pixels) {
    var rows = ByteBuffer.allocate(Math.multiplyExact(height, 1 + 3 * width));
    for (int i = 0; i < pixels.length; i++) {
      if (i % width == 0) {
        rows.put(UNFILTERED);
      }
      rows.put((byte) (pixels[i] >> 16)).put((byte) (pixels[i] >> 8)).put((byte) pixels[i]);
    }
    return rows.array();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data, int length) {
    var crc = new CRC32();
    var name = type.getBytes(StandardCharsets.US_ASCII);
    crc.update(name);
    crc.update(data, 0, length);
    out.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
    out.writeBytes(name);
    out.write(data, 0, length);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
