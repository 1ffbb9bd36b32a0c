package dev.fathom.data;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.List;
import java.util.Objects;

/** Windows on a long array of tokens, and the same windows one token ahead. */
record TokenWindows(String name, int[] tokens, int length, int stride) implements Dataset {
  @Override
  public int size() {
    return (tokens.length - 1 - length) / stride + 1;
  }

  @Override
  public List<Column> columns() {
    Shape window = Shape.of(length);
    return List.of(
        new Column(Tokens.TOKENS, DType.I32, window, List.of()),
        new Column(Tokens.NEXT, DType.I32, window, List.of()));
  }

  @Override
  public void read(int column, int row, float[] target, int offset) {
    int from = from(column, row);
    for (int i = 0; i < length; i++) {
      target[offset + i] = tokens[from + i];
    }
  }

  @Override
  public void read(int column, int row, int[] target, int offset) {
    System.arraycopy(tokens, from(column, row), target, offset, length);
  }

  private int from(int column, int row) {
    return Objects.checkIndex(row, size()) * stride + Objects.checkIndex(column, 2);
  }
}
