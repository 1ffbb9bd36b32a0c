package dev.fathom.audio;

import dev.fathom.data.Column;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.KeptExamples;
import dev.fathom.data.LeadingColumn;
import dev.fathom.data.MediaFiles;
import dev.fathom.spi.DType;
import java.util.List;
import java.util.OptionalLong;

/**
 * Sounds as examples, read when they are asked for: the first column, of samples, and the columns
 * of another dataset behind it. Examples are kept as long as they fit a number of bytes; all others
 * are read each time, so that memory does not depend on how many there are.
 */
public final class SoundDataset extends LeadingColumn {
  private final KeptExamples<float[]> examples;

  /**
   * @param column the name of the sounds' column
   * @param targets with an example for each sound
   * @param firstTarget the first of their columns that counts
   * @param names of the sounds in {@code files}
   * @param bytes that are kept, of examples as the network gets them
   */
  public SoundDataset(
      String column,
      Dataset targets,
      int firstTarget,
      MediaFiles files,
      List<String> names,
      Recording recording,
      long bytes) {
    super(new Column(column, DType.F32, recording.shape(), List.of()), targets, firstTarget);
    examples =
        new KeptExamples<>(
            "sounds",
            List.copyOf(names),
            bytes,
            samples -> (long) Float.BYTES * samples.length,
            file -> recording.example(file, files.read(file)));
  }

  /**
   * Reads each sound once, and keeps what there is room for.
   *
   * @throws SoundException if a file holds none
   */
  public void check() {
    for (int row = 0; row < size(); row++) {
      examples.get(row);
    }
  }

  /** None: it would have to be read for that. */
  @Override
  protected OptionalLong hash(int row) {
    return OptionalLong.empty();
  }

  @Override
  protected void read(int row, float[] target, int offset) {
    float[] example = examples.get(row);
    System.arraycopy(example, 0, target, offset, example.length);
  }

  @Override
  protected void read(int row, int[] target, int offset) {
    throw new DataException("[sounds] expected samples to be read as floating-point numbers");
  }
}
