package dev.fathom.table;

import dev.fathom.format.FormatException;
import dev.fathom.json.Utf8Bytes;
import dev.fathom.table.Cell.Form;
import dev.fathom.text.TextException;
import dev.fathom.text.Utf8;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Cuts the bytes of a CSV file into records; only structure, no types. Memory holds one record. */
final class CsvScanner implements Closeable {
  private static final int MOST_BYTES = 1 << 26;

  private final Path file;
  private final InputStream in;
  private final byte[] separator;
  private final int quote;

  private byte[] buffer = new byte[1 << 16];

  /** Of the buffer: where the record begins, what is read next, where the bytes end. */
  private int start;

  private int at;
  private int end;
  private boolean ended;

  /** How many bytes of the file lie before the buffer. */
  private long before;

  private long line = 1;

  // The record: where its values are, from its start on.
  private int size;
  private int[] from = new int[16];
  private int[] to = new int[16];
  private long[] lines = new long[16];
  private boolean[] quoted = new boolean[16];
  private boolean[] doubled = new boolean[16];
  private boolean ascii;

  CsvScanner(Path file, Dialect dialect) throws IOException {
    this.file = file;
    separator = dialect.separator().getBytes(StandardCharsets.UTF_8);
    quote = dialect.quote().map(q -> (int) q).orElse(-1);
    in = Text.open("csv", file);
    while (end < 3 && more()) {}
    at = Utf8Bytes.byteOrderMark(Arrays.copyOf(buffer, end));
  }

  /** Goes to the next record; {@return whether there is one} */
  boolean next() throws IOException {
    start = at;
    if (isEnd()) {
      return false;
    }
    size = 0;
    ascii = true;
    boolean more = true;
    while (more) {
      value();
      more = !isEnd() && isSeparator();
      at += more ? separator.length : 0;
    }
    skip('\r');
    skip('\n');
    line++;
    if (!ascii) {
      checkUtf8();
    }
    return true;
  }

  private void skip(char next) throws IOException {
    if (!isEnd() && buffer[at] == next) { // Looking for the end may move what was read.
      at++;
    }
  }

  int size() {
    return size;
  }

  /** {@return the line in which the record begins} */
  long line() {
    return lines[0];
  }

  /** {@return the byte at which the record begins} */
  long offset() {
    return before + start;
  }

  /** {@return whether nothing at all stands in its line} */
  boolean isBlank() {
    return size == 1 && from[0] == to[0] && !quoted[0];
  }

  /** Puts a value of the record into a cell; {@return the cell} */
  Cell read(int column, Cell cell) {
    long offset = before + start + from[column] - (quoted[column] ? 1 : 0);
    cell.at(lines[column], offset);
    Form form = quoted[column] ? Form.QUOTED : Form.WRITTEN;
    int first = start + from[column];
    int last = start + to[column];
    if (!doubled[column]) {
      return cell.bytes(form, buffer, first, last);
    }
    String one = String.valueOf((char) quote);
    String text = new String(buffer, first, last - first, StandardCharsets.UTF_8);
    return cell.text(form, text.replace(one + one, one));
  }

  private void value() throws IOException {
    if (size == TableFormat.MOST_COLUMNS) {
      throw wrong(at, line, "expected at most %d values".formatted(TableFormat.MOST_COLUMNS));
    }
    if (size == from.length) {
      from = Arrays.copyOf(from, 2 * size);
      to = Arrays.copyOf(to, 2 * size);
      lines = Arrays.copyOf(lines, 2 * size);
      quoted = Arrays.copyOf(quoted, 2 * size);
      doubled = Arrays.copyOf(doubled, 2 * size);
    }
    lines[size] = line;
    doubled[size] = false;
    quoted[size] = !isEnd() && buffer[at] == quote;
    if (quoted[size]) {
      quoted();
    } else {
      plain();
    }
    size++;
  }

  private void plain() throws IOException {
    from[size] = at - start;
    byte first = separator[0];
    int all = 0;
    boolean open = true;
    while (open) {
      int i = at;
      byte[] bytes = buffer;
      int stop = end;
      while (i < stop
          && bytes[i] != first
          && bytes[i] != '\n'
          && bytes[i] != '\r'
          && bytes[i] != quote) {
        all |= bytes[i++];
      }
      at = i;
      if (isEnd()) {
        open = false;
      } else if (buffer[at] == quote) {
        throw wrong(
            at,
            line,
            "expected no quote inside an unquoted value; \"quote\": \"none\" takes quotes as they"
                + " are");
      } else if (i < stop) {
        open = buffer[at] == first && !isSeparator();
        at += open ? 1 : 0;
      }
    }
    ascii &= all >= 0 && first >= 0;
    to[size] = at - start;
  }

  private void quoted() throws IOException {
    at++;
    from[size] = at - start;
    long firstLine = line;
    int all = 0;
    while (true) {
      if (isEnd()) {
        throw wrong(
            start + from[size] - 1, firstLine, "expected a closing quote but the file ends");
      }
      byte next = buffer[at++];
      all |= next;
      if (next == quote) {
        if (isEnd() || buffer[at] != quote) {
          break;
        }
        doubled[size] = true;
        at++;
      } else if (next == '\n') {
        line++;
      } else if (next == '\r') {
        line += isEnd() || buffer[at] != '\n' ? 1 : 0;
      }
    }
    ascii &= all >= 0;
    to[size] = at - 1 - start;
    if (!isEnd() && buffer[at] != '\n' && buffer[at] != '\r' && !isSeparator()) {
      throw wrong(at, line, "expected a separator or the end of the line behind the closing quote");
    }
  }

  private boolean isSeparator() throws IOException {
    if (buffer[at] != separator[0]) {
      return false;
    }
    while (end - at < separator.length && more()) {}
    return end - at >= separator.length
        && Arrays.equals(buffer, at, at + separator.length, separator, 0, separator.length);
  }

  /** {@return whether the file ends here; else there is a byte at {@code at}} */
  private boolean isEnd() throws IOException {
    return at == end && !more();
  }

  /** Reads on, keeping the record; {@return whether there was more} */
  private boolean more() throws IOException {
    if (ended) {
      return false;
    }
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      before += start;
      at -= start;
      end -= start;
      start = 0;
    }
    if (end == buffer.length) {
      if (buffer.length >= MOST_BYTES) {
        throw wrong(start, line, "expected a record of less than 64 MiB; is a quote not closed?");
      }
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int got = in.read(buffer, end, buffer.length - end);
    ended = got < 0;
    end += Math.max(0, got);
    return !ended;
  }

  private void checkUtf8() {
    try {
      Utf8.decode(Arrays.copyOfRange(buffer, start, at));
    } catch (TextException e) {
      throw new FormatException(
          "utf-8",
          file,
          before + start + e.position(),
          "line %d, byte %d".formatted(lines[0], before + start + e.position()),
          e.detail() + "; save the file as UTF-8");
    }
  }

  private FormatException wrong(int position, long atLine, String problem) {
    return new FormatException(
        "csv", file, before + position, "line %d, column %d".formatted(atLine, size + 1), problem);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
