package dev.fathom.data;

import dev.fathom.format.FormatException;
import dev.fathom.text.Utf8;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Cuts the bytes of a CSV file into records; only structure, no types. */
final class CsvScanner {
  private final Path file;
  private final byte[] bytes;
  private final byte separator;
  private int at;
  private int line = 1;

  /**
   * A record.
   *
   * @param line in which it begins, from 1
   */
  record Row(int line, List<Cell> cells) {
    /** {@return whether nothing at all stands in its line} */
    boolean isBlank() {
      return cells.size() == 1 && cells.getFirst().text.isEmpty() && !cells.getFirst().quoted;
    }
  }

  /**
   * A value.
   *
   * @param offset its first byte
   * @param line in which it begins, from 1
   */
  record Cell(String text, boolean quoted, long offset, int line) {}

  /**
   * @param bytes UTF-8, maybe with a byte order mark
   */
  CsvScanner(Path file, byte[] bytes, char separator) {
    this.file = file;
    this.bytes = bytes;
    this.at = Utf8.startsWithByteOrderMark(bytes) ? 3 : 0;
    this.separator = (byte) separator;
  }

  /** {@return the next record, null behind the last} */
  Row next() {
    if (at == bytes.length) {
      return null;
    }
    int first = line;
    List<Cell> cells = new ArrayList<>();
    do {
      cells.add(cell(cells.size() + 1));
    } while (take(separator));
    take('\r');
    take('\n');
    line++;
    return new Row(first, cells);
  }

  private Cell cell(int column) {
    int start = at;
    int startLine = line;
    if (!take('"')) {
      while (!atEnd()) {
        if (bytes[at] == '"') {
          throw wrong(at, line, column, "expected no quote inside an unquoted value");
        }
        at++;
      }
      return new Cell(text(start, at), false, start, startLine);
    }
    while (at < bytes.length && (bytes[at] != '"' || doubled())) {
      line += bytes[at] == '\n' ? 1 : 0;
      at += bytes[at] == '"' ? 2 : 1;
    }
    int end = at;
    if (!take('"')) {
      throw wrong(start, startLine, column, "expected a closing quote but the file ends");
    }
    if (!atEnd()) {
      throw wrong(
          at, line, column, "expected a separator or the end of the line behind the closing quote");
    }
    return new Cell(text(start + 1, end).replace("\"\"", "\""), true, start, startLine);
  }

  /** {@return whether a value ends here: at a separator, a line's end or the file's end} */
  private boolean atEnd() {
    return at == bytes.length
        || bytes[at] == separator
        || bytes[at] == '\n'
        || bytes[at] == '\r' && at + 1 < bytes.length && bytes[at + 1] == '\n';
  }

  private boolean doubled() {
    return at + 1 < bytes.length && bytes[at + 1] == '"';
  }

  private boolean take(int expected) {
    boolean there = at < bytes.length && bytes[at] == expected;
    at += there ? 1 : 0;
    return there;
  }

  private String text(int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private FormatException wrong(int offset, int line, int column, String problem) {
    return new FormatException(
        "csv", file, offset, "line %d, column %d".formatted(line, column), problem);
  }
}
