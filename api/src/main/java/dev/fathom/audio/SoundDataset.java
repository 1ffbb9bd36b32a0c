package dev.fathom.audio;

import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.KeptExamples;
import dev.fathom.data.MediaFiles;
import dev.fathom.spi.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Sounds as examples, read when they are asked for: the first column, of samples, and the columns
 * of another dataset behind it. Examples are kept as long as they fit a number of bytes; all others
 * are read each time, so that memory does not depend on how many there are.
 */
public final class SoundDataset implements Dataset {
  private final Dataset targets;
  private final int firstTarget;
  private final int size;
  private final List<Column> columns;
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
    this.targets = targets;
    this.firstTarget = firstTarget;
    List<Column> all = new ArrayList<>();
    all.add(new Column(column, DType.F32, recording.shape(), List.of()));
    all.addAll(targets.columns().subList(firstTarget, targets.columns().size()));
    columns = List.copyOf(all);
    size = names.size();
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
    for (int row = 0; row < size; row++) {
      examples.get(row);
    }
  }

  @Override
  public String name() {
    return targets.name();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public void read(int column, int row, float[] target, int offset) {
    if (column > 0) {
      targets.read(column - 1 + firstTarget, row, target, offset);
      return;
    }
    float[] example = examples.get(row);
    System.arraycopy(example, 0, target, offset, example.length);
  }

  @Override
  public void read(int column, int row, int[] target, int offset) {
    if (column == 0) {
      throw new IllegalArgumentException("[sounds] expected samples to be read as floats");
    }
    targets.read(column - 1 + firstTarget, row, target, offset);
  }
}
