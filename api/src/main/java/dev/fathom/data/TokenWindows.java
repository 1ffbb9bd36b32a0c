package dev.fathom.data;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** Windows on texts of tokens, and the same windows one token ahead. */
final class TokenWindows implements Dataset {
  /** Behind the last token of a window that is not full. */
  static final int NO_TOKEN = -1;

  private final String name;
  private final int length;
  private final int padding;
  private final Optional<int[]> bytes;
  private final List<Window> windows = new ArrayList<>();

  /** Some tokens of a text; {@code targets} is how many of a window's have a next one. */
  private record Window(int[] text, int from, int targets) {}

  /**
   * @param bytes of each token of the vocabulary, for a column of them
   */
  TokenWindows(
      String name,
      List<int[]> texts,
      int length,
      int stride,
      OptionalInt padding,
      Optional<int[]> bytes) {
    this.name = name;
    this.bytes = bytes;
    this.length = length;
    this.padding = padding.orElse(0);
    if (length < 1 || stride < 1) {
      throw new DataException(
          "[tokens] expected windows and stride of 1 or more in '%s' but got length %d, stride %d"
              .formatted(name, length, stride));
    }
    for (int[] text : texts) {
      int[] tokens = text.clone();
      int from = 0;
      for (; from + length < tokens.length; from += stride) {
        windows.add(new Window(tokens, from, length));
      }
      int seen = from == 0 ? 0 : from - stride + length;
      int rest = tokens.length - 1 - from;
      if (padding.isPresent() && rest > 0 && seen < tokens.length - 1) {
        windows.add(new Window(tokens, from, rest));
      }
    }
    if (windows.isEmpty()) {
      throw new DataException(
          "[tokens] expected a text of %d tokens or more, for one window, in '%s' but got %s"
              .formatted(
                  padding.isPresent() ? 2 : length + 1,
                  name,
                  texts.size() == 1
                      ? texts.getFirst().length + " tokens"
                      : texts.size() + " shorter ones"));
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return windows.size();
  }

  @Override
  public List<Column> columns() {
    Shape window = Shape.of(length);
    List<Column> columns = new ArrayList<>();
    columns.add(new Column(Tokens.TOKENS, DType.I32, window, List.of()));
    columns.add(new Column(Tokens.NEXT, DType.I32, window, List.of()));
    if (bytes.isPresent()) {
      columns.add(new Column(Tokens.BYTES, DType.I32, window, List.of()));
    }
    return columns;
  }

  @Override
  public void read(int column, int row, float[] target, int offset) {
    int[] tokens = new int[length];
    read(column, row, tokens, 0);
    for (int i = 0; i < length; i++) {
      target[offset + i] = tokens[i];
    }
  }

  @Override
  public void read(int column, int row, int[] target, int offset) {
    int ahead = Math.min(Objects.checkIndex(column, bytes.isPresent() ? 3 : 2), 1);
    Window window = windows.get(row);
    // A window that is not full holds its text's last token, which has no next one.
    int count = Math.min(length, window.targets + 1 - ahead);
    System.arraycopy(window.text, window.from + ahead, target, offset, count);
    Arrays.fill(target, offset + count, offset + length, ahead == 1 ? NO_TOKEN : padding);
    for (int i = offset; column == 2 && i < offset + length; i++) {
      target[i] = target[i] == NO_TOKEN ? 0 : bytes.get()[target[i]];
    }
  }
}
