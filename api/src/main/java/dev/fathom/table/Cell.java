package dev.fathom.table;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;

/** A value of a record as its format gives it. One object is used for all values of a record. */
final class Cell {
  /** How a value stands in its file. */
  enum Form {
    /** Not at all: a key that is not there, a null. */
    NOTHING,
    /** As characters that may be anything. */
    WRITTEN,
    /** The same in quotes. */
    QUOTED,
    /** As a text, even where it looks like a number. */
    TEXT,
    /** As a whole number, in {@link #integer}. */
    INTEGER,
    /** As a number, in {@link #number}. */
    NUMBER,
    /** As a time, in {@link #number}: seconds since 1970 in UTC. */
    DATE,
    /** As a list or an object, which no column may be. */
    NESTED
  }

  private Form form;
  private byte[] bytes;
  private int from;
  private int to;
  private String text;
  private double number;
  private long integer;
  private long offset;
  private long line;

  Form form() {
    return form;
  }

  /** {@return UTF-8, in which the value is from {@link #from} to {@link #to}} */
  byte[] bytes() {
    if (bytes == null) {
      bytes = text().getBytes(StandardCharsets.UTF_8);
      from = 0;
      to = bytes.length;
    }
    return bytes;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  double number() {
    return number;
  }

  long integer() {
    return integer;
  }

  /** {@return the byte at which the value stands in its file, 0 if that is not known} */
  long offset() {
    return offset;
  }

  /** {@return the line or row in which the value begins, from 1} */
  long line() {
    return line;
  }

  Cell at(long newLine, long newOffset) {
    line = newLine;
    offset = newOffset;
    return this;
  }

  Cell nothing() {
    form = Form.NOTHING;
    bytes = null;
    text = "";
    return this;
  }

  Cell bytes(Form newForm, byte[] newBytes, int newFrom, int newTo) {
    form = newForm;
    bytes = newBytes;
    from = newFrom;
    to = newTo;
    text = null;
    return this;
  }

  Cell text(Form newForm, String newText) {
    form = newForm;
    bytes = null;
    text = newText;
    return this;
  }

  Cell integer(long value) {
    form = Form.INTEGER;
    integer = value;
    number = value;
    bytes = null;
    text = null;
    return this;
  }

  Cell number(double value) {
    form = Form.NUMBER;
    number = value;
    bytes = null;
    text = null;
    return this;
  }

  Cell date(double seconds) {
    form = Form.DATE;
    number = seconds;
    bytes = null;
    text = null;
    return this;
  }

  /** {@return the value as text} */
  String text() {
    if (text == null) {
      text =
          switch (form) {
            case INTEGER -> Long.toString(integer);
            case NUMBER ->
                number == Math.rint(number) && Math.abs(number) < 1L << 53
                    ? Long.toString((long) number)
                    : Double.toString(number);
            case DATE -> time(number);
            default -> new String(bytes, from, to - from, StandardCharsets.UTF_8);
          };
    }
    return text;
  }

  private static String time(double seconds) {
    long whole = (long) Math.floor(seconds);
    Instant instant = Instant.ofEpochSecond(whole, Math.round((seconds - whole) * 1e9));
    return seconds % 86_400 == 0
        ? instant.atOffset(ZoneOffset.UTC).toLocalDate().toString()
        : instant.atOffset(ZoneOffset.UTC).toLocalDateTime().toString();
  }

  /** {@return about how long the value is as text} */
  int length() {
    return bytes != null ? to - from : text != null ? text.length() : Long.BYTES;
  }

  /** {@return whether nothing but spaces stands here} */
  boolean isBlank() {
    return switch (form) {
      case NOTHING -> true;
      case INTEGER, NUMBER, DATE, NESTED -> false;
      default -> {
        byte[] all = bytes();
        int at = from;
        while (at < to && all[at] <= ' ' && all[at] >= 0) {
          at++;
        }
        yield at == to;
      }
    };
  }

  /** {@return whether this word, with nothing but spaces around it, stands here} */
  boolean is(byte[] word) {
    byte[] all = bytes();
    int first = from;
    int end = to;
    while (first < end && all[first] <= ' ' && all[first] >= 0) {
      first++;
    }
    while (end > first && all[end - 1] <= ' ' && all[end - 1] >= 0) {
      end--;
    }
    if (end - first != word.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (all[first + i] != word[i]) {
        return false;
      }
    }
    return true;
  }
}
