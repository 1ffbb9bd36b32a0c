package dev.fathom.data;

import dev.fathom.format.FormatException;
import dev.fathom.format.Memory;
import dev.fathom.format.Unpacked;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/** An IDX file that is read: its header, then its elements in order. For one thread. */
final class IdxReader implements AutoCloseable {
  private static final String FORMAT = "idx";

  /** What an example takes beside its values: its place in splits and in the order of an epoch. */
  private static final long BYTES_OF_EXAMPLE = 16;

  private final Path file;
  private final Unpacked in;
  private final Element element;
  private final Shape shape;
  private int left;

  /** The types of elements; 16-bit integers become {@code i32}. */
  private enum Element {
    UNSIGNED_BYTE(0x08, 1, DType.U8),
    SIGNED_BYTE(0x09, 1, DType.I8),
    SHORT(0x0b, 2, DType.I32),
    INT(0x0c, 4, DType.I32),
    FLOAT(0x0d, 4, DType.F32),
    DOUBLE(0x0e, 8, DType.F64);

    private final int code;
    private final int bytes;
    private final DType dtype;

    Element(int code, int bytes, DType dtype) {
      this.code = code;
      this.bytes = bytes;
      this.dtype = dtype;
    }
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws FormatException if it is wrong, or claims more elements than the file can hold
   */
  IdxReader(Path file) throws IOException {
    this.file = file;
    in = Unpacked.open(FORMAT, file);
    try {
      byte[] magic = bytes(4, "a magic number");
      element =
          Arrays.stream(Element.values()).filter(e -> e.code == magic[2]).findFirst().orElse(null);
      if (magic[0] != 0 || magic[1] != 0 || element == null || magic[3] < 1) {
        throw wrong(
            0,
            "expected the magic number 00 00, an element type 08 09 0b 0c 0d 0e, and at least one"
                + " axis but got "
                + HexFormat.ofDelimiter(" ").formatHex(magic));
      }
      shape = shape(ByteBuffer.wrap(bytes(4 * magic[3], magic[3] + " sizes")));
      left = (int) shape.elements();
      if ((long) left * element.bytes > in.mostBytes() - in.offset()) {
        // Checked before memory is allocated, since a damaged header may claim any size.
        throw missing(in.packed() ? in.offset() : in.mostBytes());
      }
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private Shape shape(ByteBuffer header) {
    long[] sizes = new long[header.capacity() / 4];
    long elements = 1;
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = header.getInt(4 * axis);
      if (sizes[axis] < (axis == 0 ? 0 : 1)) {
        throw wrong(4 + 4L * axis, "expected a positive size but got " + sizes[axis]);
      }
      elements *= sizes[axis];
      if (elements > Integer.MAX_VALUE - 8) {
        throw wrong(
            4 + 4L * axis,
            "expected fewer than 2^31 elements but got sizes " + Arrays.toString(sizes));
      }
    }
    return Shape.of(sizes);
  }

  Shape shape() {
    return shape;
  }

  DType dtype() {
    return element.dtype;
  }

  /** {@return all elements, which end the file} */
  Storage all() throws IOException {
    requireMemory((long) left * element.dtype.bytes());
    Storage all = next(left);
    end();
    return all;
  }

  /**
   * Checks that all examples have a place in memory, and their values too, if they shall be there.
   */
  void requireMemory(long bytesOfValues) {
    Memory.require(FORMAT, file, 4, bytesOfValues + shape.size(0) * BYTES_OF_EXAMPLE);
  }

  /** {@return how many elements were not read yet} */
  int left() {
    return left;
  }

  /** {@return the next elements, of which so many are left} */
  Storage next(int count) throws IOException {
    Storage next =
        switch (element) {
          case UNSIGNED_BYTE -> new Storage.Unsigned8(elements(count));
          case SIGNED_BYTE -> new Storage.Signed8(elements(count));
          case SHORT -> {
            int[] values = new int[count];
            each(count, (i, at, chunk) -> values[i] = chunk.getShort(at));
            yield new Storage.Ints(values);
          }
          case INT -> {
            int[] values = new int[count];
            each(count, (i, at, chunk) -> values[i] = chunk.getInt(at));
            yield new Storage.Ints(values);
          }
          case FLOAT -> {
            float[] values = new float[count];
            each(count, (i, at, chunk) -> values[i] = chunk.getFloat(at));
            yield new Storage.Floats(values);
          }
          case DOUBLE -> {
            double[] values = new double[count];
            each(count, (i, at, chunk) -> values[i] = chunk.getDouble(at));
            yield new Storage.Doubles(values);
          }
        };
    left -= count;
    return next;
  }

  /** Checks that nothing follows the last element. */
  void end() throws IOException {
    long end = in.offset();
    if (in.read() >= 0) {
      throw wrong(
          end, "expected the end of the file after %d elements".formatted(shape.elements()));
    }
  }

  private interface Taken {
    void take(int index, int at, ByteBuffer chunk);
  }

  private void each(int count, Taken taken) throws IOException {
    byte[] chunk = new byte[Math.min(1 << 16, count * element.bytes)];
    ByteBuffer view = ByteBuffer.wrap(chunk);
    int most = chunk.length / element.bytes;
    for (int first = 0; first < count; first += most) {
      int some = Math.min(count - first, most);
      fill(chunk, some * element.bytes);
      for (int i = 0; i < some; i++) {
        taken.take(first + i, i * element.bytes, view);
      }
    }
  }

  private byte[] elements(int count) throws IOException {
    byte[] values = new byte[count];
    fill(values, count);
    return values;
  }

  private void fill(byte[] target, int count) throws IOException {
    if (in.readNBytes(target, 0, count) < count) {
      throw missing(in.offset());
    }
  }

  private byte[] bytes(int count, String what) throws IOException {
    byte[] all = in.readNBytes(count);
    if (all.length < count) {
      throw wrong(in.offset(), "expected " + what + " but the file ends");
    }
    return all;
  }

  private FormatException missing(long at) {
    return wrong(
        at,
        "expected %d bytes of elements for sizes %s but the file ends"
            .formatted(shape.elements() * element.bytes, Arrays.toString(shape.toArray())));
  }

  private FormatException wrong(long at, String problem) {
    return new FormatException(FORMAT, file, at, problem);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
