package dev.fathom.image;

import dev.fathom.data.Column;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.KeptExamples;
import dev.fathom.data.MediaFiles;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;

/**
 * The classes of pixels as a column, {@code [height, width]}: PNG files whose pixels are numbers.
 * Each is resized to the nearest pixel's class. All are read once when the dataset is made, which
 * checks them; as many are kept as fit a number of bytes, others are decoded again each time.
 */
public final class MaskDataset implements Dataset {
  private static final int BYTE = 256;

  private final MediaFiles files;
  private final List<String> names;
  private final Column column;
  private final OptionalInt ignore;
  private final long mostPixels;
  private final KeptExamples<byte[]> examples;
  private final long[] counts;

  /** Which masks, and what their numbers mean. */
  public record Masks(MediaFiles files, List<String> names, OptionalInt ignore) {
    public Masks {
      names = List.copyOf(names);
    }
  }

  /**
   * @param column of classes, {@code [height, width]}, with their names
   * @param sizes of the pictures, which the masks must have
   * @param bytes that are kept
   * @throws DataException if a mask has another size, or a number that is no class, with its place
   */
  public MaskDataset(
      Column column, Masks masks, List<Pictures.Size> sizes, long mostPixels, long bytes)
      throws IOException {
    this.files = masks.files();
    this.names = masks.names();
    this.column = column;
    this.ignore = masks.ignore();
    this.mostPixels = mostPixels;
    examples =
        new KeptExamples<>(
            "masks", names, bytes, mask -> mask.length, name -> framed(decode(name)));
    counts = new long[column.classes()];
    for (int row = 0; row < names.size(); row++) {
      Picture mask = decode(names.get(row));
      Pictures.Size wanted = sizes.get(row);
      if (mask.width() != wanted.width() || mask.height() != wanted.height()) {
        throw new DataException(
            "[masks] %s: expected %d x %d pixels, as its picture has, but got %d x %d"
                .formatted(
                    names.get(row), wanted.width(), wanted.height(), mask.width(), mask.height()));
      }
      check(row, mask);
      for (byte number : examples.keep(row, framed(mask))) {
        int label = number & 0xff;
        if (label < counts.length) {
          counts[label]++;
        }
      }
    }
  }

  private void check(int row, Picture mask) {
    for (int i = 0; i < mask.pixels().length; i++) {
      int number = mask.pixels()[i] & 0xff;
      if (number >= counts.length && !(ignore.isPresent() && ignore.getAsInt() == number)) {
        throw new DataException(
            "[masks] %s, column %d, row %d: expected a class 0 to %d%s but got %d"
                .formatted(
                    names.get(row),
                    i % mask.width(),
                    i / mask.width(),
                    counts.length - 1,
                    ignore.isPresent()
                        ? " or %d, which is ignored,".formatted(ignore.getAsInt())
                        : "",
                    number));
      }
    }
  }

  private Picture decode(String name) throws IOException {
    return Pictures.mask(name, files.read(name), mostPixels);
  }

  /** {@return the mask in the size of the examples} */
  private byte[] framed(Picture mask) {
    int height = (int) column.shape().size(0);
    int width = (int) column.shape().size(1);
    View view = new View(width, height, mask.width(), mask.height(), 0, 0);
    byte[] framed = new byte[height * width];
    for (int y = 0; y < height; y++) {
      int from = view.row(y) * mask.width();
      for (int x = 0; x < width; x++) {
        framed[y * width + x] = mask.pixels()[from + view.column(x)];
      }
    }
    return framed;
  }

  /** {@return how many pixels of the examples each class has} */
  public long[] counts() {
    return counts.clone();
  }

  @Override
  public String name() {
    return files.name();
  }

  @Override
  public int size() {
    return names.size();
  }

  @Override
  public List<Column> columns() {
    return List.of(column);
  }

  private int label(byte number) {
    int label = number & (BYTE - 1);
    return label < counts.length ? label : -1;
  }

  @Override
  public void read(int unused, int row, float[] target, int offset) {
    byte[] example = examples.get(row);
    for (int i = 0; i < example.length; i++) {
      target[offset + i] = label(example[i]);
    }
  }

  @Override
  public void read(int unused, int row, int[] target, int offset) {
    byte[] example = examples.get(row);
    for (int i = 0; i < example.length; i++) {
      target[offset + i] = label(example[i]);
    }
  }

  /** {@return the column of a mask} */
  public static Column column(String name, Shape plane, List<String> classes) {
    return new Column(name, DType.I32, plane, classes);
  }
}
