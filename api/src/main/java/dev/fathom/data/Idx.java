package dev.fathom.data;

import dev.fathom.format.FormatException;
import dev.fathom.spi.Shape;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The content of an IDX file, the format of MNIST (LeCun, Cortes and Burges, "The MNIST database of
 * handwritten digits"): two zero bytes, the element type, the number of axes, the sizes as
 * big-endian 32-bit integers, then the elements, big-endian and row-major. Plain or gzip, told
 * apart by the first two bytes. 16-bit integers become {@code i32}.
 */
public final class Idx {
  private final Shape shape;
  private final Storage storage;

  private Idx(Shape shape, Storage storage) {
    this.shape = shape;
    this.storage = storage;
  }

  /**
   * {@return the content of a file, read whole}
   *
   * @throws FormatException if the file is truncated, too long or otherwise wrong, naming the byte
   * @throws IOException if the file cannot be read
   */
  public static Idx read(Path file) throws IOException {
    try (Reader reader = new Reader(file)) {
      return reader.read();
    }
  }

  /**
   * {@return the dataset of two files, with the columns {@code image} and {@code label}}
   *
   * @param images {@code [examples, ...]}
   * @param labels {@code [examples]}, class numbers
   * @param classes the names of the classes; empty for the numbers 0 to the greatest there is
   * @throws FormatException if a file does not follow the format, naming the byte
   * @throws DataException if the files do not fit each other
   */
  public static Dataset dataset(String name, Path images, Path labels, List<String> classes)
      throws IOException {
    return ArrayDataset.named(name)
        .idx("image", read(images))
        .idxClasses("label", read(labels), classes)
        .build();
  }

  /** {@return the sizes; the first axis counts the examples} */
  public Shape shape() {
    return shape;
  }

  Storage storage() {
    return storage;
  }

  /** Reads one file and keeps count of the bytes. */
  private static final class Reader implements AutoCloseable {
    /** The greatest ratio of compression by deflate. */
    private static final long MAX_DEFLATE_RATIO = 1032;

    private final Path file;
    private final InputStream in;
    private final boolean packed;
    private final long maxBytes;
    private long offset;

    Reader(Path file) throws IOException {
      this.file = file;
      long length = Files.size(file);
      InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
      try {
        raw.mark(2);
        packed = raw.read() == 0x1f && raw.read() == 0x8b;
        raw.reset();
        in = packed ? new GZIPInputStream(raw, 1 << 16) : raw;
        maxBytes = packed ? length * MAX_DEFLATE_RATIO : length;
      } catch (EOFException | ZipException e) {
        raw.close();
        throw wrong("the gzip wrapping is damaged: " + e.getMessage());
      } catch (IOException e) {
        raw.close();
        throw e;
      }
    }

    Idx read() throws IOException {
      byte[] magic = new byte[4];
      fill(magic, 4, "a magic number");
      int width = elementBytes(magic[2]);
      if (magic[0] != 0 || magic[1] != 0 || width == 0 || magic[3] < 1) {
        throw wrong(
            0,
            "expected the magic number 00 00, an element type 08 09 0b 0c 0d 0e, and at least one"
                + " axis but got "
                + HexFormat.ofDelimiter(" ").formatHex(magic));
      }
      byte[] header = new byte[4 * magic[3]];
      fill(header, header.length, magic[3] + " sizes");
      long[] sizes = new long[magic[3]];
      long elements = 1;
      for (int axis = 0; axis < sizes.length; axis++) {
        sizes[axis] = ByteBuffer.wrap(header).getInt(4 * axis);
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
      String missing =
          "expected %d bytes of elements for sizes %s but the file ends"
              .formatted(elements * width, Arrays.toString(sizes));
      if (elements * width > maxBytes - offset) {
        // Checked before memory is allocated, since a damaged header may claim any size.
        throw wrong(packed ? offset : maxBytes, missing);
      }
      Storage storage = elements((int) elements, magic[2], missing);
      long end = offset;
      if (next(new byte[1], 0, 1) > 0) {
        throw wrong(end, "expected the end of the file after %d elements".formatted(elements));
      }
      return new Idx(Shape.of(sizes), storage);
    }

    private static int elementBytes(byte type) {
      return switch (type) {
        case 0x08, 0x09 -> 1;
        case 0x0b -> 2;
        case 0x0c, 0x0d -> 4;
        case 0x0e -> 8;
        default -> 0;
      };
    }

    private Storage elements(int count, byte type, String missing) throws IOException {
      return switch (type) {
        case 0x08 -> new Storage.Unsigned8(bytes(count, missing));
        case 0x09 -> new Storage.Signed8(bytes(count, missing));
        case 0x0b -> {
          int[] values = new int[count];
          each(count, 2, missing, (i, at, chunk) -> values[i] = chunk.getShort(at));
          yield new Storage.Ints(values);
        }
        case 0x0c -> {
          int[] values = new int[count];
          each(count, 4, missing, (i, at, chunk) -> values[i] = chunk.getInt(at));
          yield new Storage.Ints(values);
        }
        case 0x0d -> {
          float[] values = new float[count];
          each(count, 4, missing, (i, at, chunk) -> values[i] = chunk.getFloat(at));
          yield new Storage.Floats(values);
        }
        default -> {
          double[] values = new double[count];
          each(count, 8, missing, (i, at, chunk) -> values[i] = chunk.getDouble(at));
          yield new Storage.Doubles(values);
        }
      };
    }

    private byte[] bytes(int count, String missing) throws IOException {
      byte[] values = new byte[count];
      int got = next(values, 0, count);
      if (got < count) {
        throw wrong(missing);
      }
      return values;
    }

    private interface Element {
      void take(int index, int at, ByteBuffer chunk);
    }

    private void each(int count, int width, String missing, Element element) throws IOException {
      byte[] chunk = new byte[1 << 16];
      ByteBuffer view = ByteBuffer.wrap(chunk);
      for (int first = 0; first < count; first += chunk.length / width) {
        int elements = Math.min(count - first, chunk.length / width);
        if (next(chunk, 0, elements * width) < elements * width) {
          throw wrong(missing);
        }
        for (int i = 0; i < elements; i++) {
          element.take(first + i, i * width, view);
        }
      }
    }

    private void fill(byte[] target, int count, String what) throws IOException {
      if (next(target, 0, count) < count) {
        throw wrong("expected " + what + " but the file ends");
      }
    }

    /** Reads until {@code count} bytes are there or the file ends; {@return how many there are}. */
    private int next(byte[] target, int from, int count) throws IOException {
      int got = 0;
      try {
        while (got < count) {
          int n = in.read(target, from + got, count - got);
          if (n < 0) {
            break;
          }
          got += n;
          offset += n;
        }
      } catch (EOFException e) {
        return got;
      } catch (ZipException e) {
        throw wrong("the gzip wrapping is damaged: " + e.getMessage());
      }
      return got;
    }

    private FormatException wrong(String problem) {
      return wrong(offset, problem);
    }

    private FormatException wrong(long at, String problem) {
      return new FormatException("idx", file, at, problem);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
