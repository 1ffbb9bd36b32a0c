package dev.fathom.image;

import dev.fathom.data.Column;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.spi.DType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Pictures as examples, decoded when they are read: the first column, of bytes 0 to 255, and the
 * columns of another dataset behind it. Examples are kept as long as they fit a number of bytes;
 * all others are decoded each time, so that memory does not depend on how many there are. Reading a
 * picture allocates.
 */
public final class PictureDataset implements Dataset {
  private final Dataset targets;
  private final int firstTarget;
  private final PictureFiles files;
  private final List<String> names;
  private final Framing framing;
  private final List<Column> columns;
  private final AtomicReferenceArray<byte[]> kept;
  private final AtomicLong room;

  /**
   * @param column the name of the pictures' column
   * @param targets with an example for each picture
   * @param firstTarget the first of their columns that counts
   * @param names of the pictures in {@code files}
   * @param bytes that are kept, of examples as the network gets them
   */
  public PictureDataset(
      String column,
      Dataset targets,
      int firstTarget,
      PictureFiles files,
      List<String> names,
      Framing framing,
      long bytes) {
    this.targets = targets;
    this.firstTarget = firstTarget;
    this.files = files;
    this.names = List.copyOf(names);
    this.framing = framing;
    List<Column> all = new ArrayList<>();
    all.add(new Column(column, DType.U8, framing.shape(), List.of()));
    all.addAll(targets.columns().subList(firstTarget, targets.columns().size()));
    columns = List.copyOf(all);
    kept = new AtomicReferenceArray<>(names.size());
    room = new AtomicLong(bytes);
  }

  @Override
  public String name() {
    return targets.name();
  }

  @Override
  public int size() {
    return names.size();
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  private byte[] example(int row) {
    byte[] known = kept.get(row);
    if (known != null) {
      return known;
    }
    String file = names.get(row);
    byte[] example;
    try {
      example = framing.example(file, files.read(file));
    } catch (IOException e) {
      throw new DataException("[images] %s: %s".formatted(file, e.getMessage()), e);
    }
    if (room.addAndGet(-example.length) >= 0) {
      kept.set(row, example);
    } else {
      room.addAndGet(example.length);
    }
    return example;
  }

  @Override
  public void read(int column, int row, float[] target, int offset) {
    if (column > 0) {
      targets.read(column - 1 + firstTarget, row, target, offset);
      return;
    }
    byte[] example = example(row);
    for (int i = 0; i < example.length; i++) {
      target[offset + i] = example[i] & 0xff;
    }
  }

  @Override
  public void read(int column, int row, double[] target, int offset) {
    if (column > 0) {
      targets.read(column - 1 + firstTarget, row, target, offset);
      return;
    }
    byte[] example = example(row);
    for (int i = 0; i < example.length; i++) {
      target[offset + i] = example[i] & 0xff;
    }
  }

  @Override
  public void read(int column, int row, int[] target, int offset) {
    if (column > 0) {
      targets.read(column - 1 + firstTarget, row, target, offset);
      return;
    }
    byte[] example = example(row);
    for (int i = 0; i < example.length; i++) {
      target[offset + i] = example[i] & 0xff;
    }
  }
}
