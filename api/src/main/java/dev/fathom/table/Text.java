package dev.fathom.table;

import dev.fathom.format.FormatException;
import dev.fathom.format.Unpacked;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Files of text, plain or gzip. */
final class Text {
  private Text() {}

  /**
   * {@return the bytes of a file of text, its byte order mark too}
   *
   * @param format the format's name, for messages
   * @throws FormatException if they are plainly no UTF-8 text, or the gzip wrapping is damaged
   */
  static InputStream open(String format, Path file) throws IOException {
    try (Unpacked in = Unpacked.open(format, file)) {
      check(format, file, new String(in.readNBytes(4), StandardCharsets.ISO_8859_1));
    }
    return Unpacked.open(format, file);
  }

  private static void check(String format, Path file, String start) {
    String found = null;
    if (start.startsWith("\u00ff\u00fe")
        || start.startsWith("\u00fe\u00ff")
        || start.indexOf(0) >= 0) {
      found = "UTF-16; save the file as UTF-8";
    } else if (start.startsWith("PK")) {
      found = "a ZIP archive; unpack it, or use gzip";
    } else if (start.equals("PAR1")) {
      found = "Parquet; name the file .parquet, or say \"format\": \"parquet\"";
    }
    if (found != null) {
      throw new FormatException(format, file, 0, "expected text in UTF-8 but this is " + found);
    }
  }
}
