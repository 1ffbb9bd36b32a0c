package dev.fathom.image;

import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.KeptExamples;
import dev.fathom.data.LeadingColumn;
import dev.fathom.data.MediaFiles;
import dev.fathom.spi.DType;
import java.util.List;
import java.util.OptionalLong;

/**
 * Pictures as examples, decoded when they are read: the first column, of bytes 0 to 255, and the
 * columns of another dataset behind it. Examples are kept as long as they fit a number of bytes;
 * all others are decoded each time, so that memory does not depend on how many there are. Reading a
 * picture allocates.
 */
public final class PictureDataset extends LeadingColumn {
  private final KeptExamples<byte[]> examples;
  private final long[] hashes;

  /**
   * @param column the name of the pictures' column
   * @param targets with an example for each picture
   * @param firstTarget the first of their columns that counts
   * @param names of the pictures in {@code files}
   * @param bytes that are kept, of examples as the network gets them
   * @param hashes of the pictures' files; empty if they are not known
   */
  public PictureDataset(
      String column,
      Dataset targets,
      int firstTarget,
      MediaFiles files,
      List<String> names,
      Framing framing,
      long bytes,
      long... hashes) {
    super(new Column(column, DType.U8, framing.shape(), List.of()), targets, firstTarget);
    this.hashes = hashes.clone();
    examples =
        new KeptExamples<>(
            "images",
            List.copyOf(names),
            bytes,
            example -> example.length,
            file -> framing.example(file, files.read(file)));
  }

  /** That of the picture's file. */
  @Override
  protected OptionalLong hash(int row) {
    return hashes.length > 0 ? OptionalLong.of(hashes[row]) : OptionalLong.empty();
  }

  @Override
  protected void read(int row, float[] target, int offset) {
    byte[] example = examples.get(row);
    for (int i = 0; i < example.length; i++) {
      target[offset + i] = example[i] & 0xff;
    }
  }

  @Override
  protected void read(int row, int[] target, int offset) {
    byte[] example = examples.get(row);
    for (int i = 0; i < example.length; i++) {
      target[offset + i] = example[i] & 0xff;
    }
  }
}
