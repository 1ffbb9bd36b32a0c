package dev.fathom.data;

import dev.fathom.format.FormatException;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

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
   * @throws FormatException if the file is truncated, too long or otherwise wrong, or its values
   *     are more than the memory of the JVM, naming the byte
   * @throws IOException if the file cannot be read
   */
  public static Idx read(Path file) throws IOException {
    try (IdxReader reader = new IdxReader(file)) {
      return new Idx(reader.shape(), reader.all());
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
    return dataset(name, images, labels, classes, false);
  }

  /**
   * {@return the same dataset, checked as thoroughly, for whoever reads the images in order and few
   * times} They stay in their file, so that memory does not depend on their number but by a few
   * bytes for each example.
   */
  public static Dataset inFiles(String name, Path images, Path labels, List<String> classes)
      throws IOException {
    return dataset(name, images, labels, classes, true);
  }

  private static Dataset dataset(
      String name, Path images, Path labels, List<String> classes, boolean inFile)
      throws IOException {
    Idx numbers = read(labels);
    return ArrayDataset.named(name)
        .idx("image", images(name, images, numbers.shape.size(0), inFile))
        .idxClasses("label", numbers, classes)
        .build();
  }

  /** Files that do not belong together are told apart before the larger one is read. */
  private static Idx images(String name, Path file, long labels, boolean inFile)
      throws IOException {
    try (IdxReader reader = new IdxReader(file)) {
      Shape shape = reader.shape();
      if (shape.size(0) != labels) {
        throw ArrayDataset.unequal(name, "image", shape.size(0), "label", labels);
      }
      if (!inFile) {
        return new Idx(shape, reader.all());
      }
      reader.requireMemory(0);
      return new Idx(shape, new InFile(file, reader.dtype(), reader.left()));
    }
  }

  /** {@return the sizes; the first axis counts the examples} */
  public Shape shape() {
    return shape;
  }

  Storage storage() {
    return storage;
  }
}
