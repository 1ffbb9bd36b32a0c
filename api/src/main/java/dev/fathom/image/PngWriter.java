package dev.fathom.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes pictures as PNG (W3C Recommendation, third edition), 8 bits a sample. AWT is not used: a
 * native image lacks it. Stateless.
 */
public final class PngWriter {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte DEPTH = 8;
  private static final byte GREY = 0;
  private static final byte RGB = 2;
  private static final byte PALETTE = 3;
  private static final int MOST_COLOURS = 256;

  private PngWriter() {}

  /** {@return the file of a picture, grey or in colour} */
  public static byte[] of(Picture picture) {
    byte type = picture.channels() == 1 ? GREY : RGB;
    return file(picture.width(), picture.height(), type, List.of(), picture.pixels());
  }

  /**
   * {@return the file of a picture in colour}
   *
   * @param pixels {@code [height, width]}, 0xRRGGBB
   */
  public static byte[] rgb(int width, int height, int... pixels) {
    byte[] samples = new byte[Math.multiplyExact(3, pixels.length)];
    for (int i = 0; i < pixels.length; i++) {
      samples[3 * i] = (byte) (pixels[i] >> 16);
      samples[3 * i + 1] = (byte) (pixels[i] >> 8);
      samples[3 * i + 2] = (byte) pixels[i];
    }
    return file(width, height, RGB, List.of(), samples);
  }

  /**
   * {@return the file of a picture with a palette}
   *
   * @param palette 1 to 256 colours, 0xRRGGBB
   * @param indices {@code [height, width]}, the number of each pixel's colour, without a sign
   * @throws IllegalArgumentException if the palette has too many colours
   */
  public static byte[] indexed(int width, int height, List<Integer> palette, byte... indices) {
    if (palette.isEmpty() || palette.size() > MOST_COLOURS) {
      throw new IllegalArgumentException(
          "[png] expected a palette of 1 to %d colours but got %d"
              .formatted(MOST_COLOURS, palette.size()));
    }
    return file(width, height, PALETTE, palette, indices);
  }

  private static byte[] file(
      int width, int height, byte type, List<Integer> palette, byte[] samples) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(SIGNATURE);
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height).put(DEPTH).put(type);
    chunk(out, "IHDR", header.array(), header.capacity());
    if (!palette.isEmpty()) {
      ByteBuffer colours = ByteBuffer.allocate(3 * palette.size());
      palette.forEach(c -> colours.put((byte) (c >> 16)).put((byte) (c >> 8)).put(c.byteValue()));
      chunk(out, "PLTE", colours.array(), colours.capacity());
    }
    byte[] rows = rows(height, samples);
    try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION)) {
      deflater.setInput(rows);
      deflater.finish();
      // Blocks that are stored as they are, the worst case, take 5 bytes more for each 64 KiB.
      byte[] packed = new byte[rows.length + rows.length / 1000 + 64];
      chunk(out, "IDAT", packed, deflater.deflate(packed));
    }
    chunk(out, "IEND", new byte[0], 0);
    return out.toByteArray();
  }

  /** {@return the samples, each row behind the number of its filter, 0: none} */
  private static byte[] rows(int height, byte[] samples) {
    int length = samples.length / height;
    byte[] rows = new byte[Math.addExact(samples.length, height)];
    for (int y = 0; y < height; y++) {
      System.arraycopy(samples, y * length, rows, y * (length + 1) + 1, length);
    }
    return rows;
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data, int length) {
    CRC32 crc = new CRC32();
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    crc.update(name);
    crc.update(data, 0, length);
    out.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
    out.writeBytes(name);
    out.write(data, 0, length);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
