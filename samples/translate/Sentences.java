import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Makes train.csv and test.csv, {@code english,german}, of the words of LibreOffice's user
 * interface: message catalogs of gettext, whose messages are English and whose translations German.
 *
 * <p>Usage: java Sentences.java FOLDER, with the folder of the *.mo files.
 *
 * <p>Of messages that differ in case, white space and punctuation alone there is one; names that are
 * the same in both languages are left out. A checksum of the letters of a message says whether it is
 * tested on, so that none is learned too.
 */
final class Sentences {
  private static final int MAGIC = 0x950412de;
  private static final int LONGEST = 80;

  /** One message of so many is tested on. */
  private static final int TESTED = 18;

  private Sentences() {}

  public static void main(String[] arguments) throws IOException {
    Map<String, String[]> pairs = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".mo")).sorted().toList()) {
        read(file, pairs);
      }
    }
    List<String> train = new ArrayList<>();
    List<String> test = new ArrayList<>();
    pairs.forEach(
        (letters, pair) -> {
          var checksum = new CRC32();
          checksum.update(letters.getBytes(StandardCharsets.UTF_8));
          (checksum.getValue() % TESTED == 0 ? test : train).add(cell(pair[0]) + "," + cell(pair[1]));
        });
    write("train.csv", train);
    write("test.csv", test);
  }

  private static void write(String file, List<String> rows) throws IOException {
    Files.writeString(Path.of(file), "english,german\n" + String.join("\n", rows) + "\n");
    System.out.printf("%s: %,d pairs%n", file, rows.size());
  }

  /** Format of a catalog: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html. */
  private static void read(Path file, Map<String, String[]> pairs) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.getInt(0) != MAGIC) {
      throw new IOException("expected a message catalog but got " + file);
    }
    int messages = bytes.getInt(12);
    int translations = bytes.getInt(16);
    for (int i = 0; i < bytes.getInt(8); i++) {
      // The context stands before the message, a plural behind it.
      String message = string(bytes, messages + 8 * i);
      String english = plain(message.substring(message.indexOf('\4') + 1).split("\0")[0]);
      String german = plain(string(bytes, translations + 8 * i).split("\0")[0]);
      String letters = english.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
      if (letters.matches(".*\\p{L}.*")
          && !german.isEmpty()
          && !english.equals(german)
          && Math.max(english.length(), german.length()) <= LONGEST) {
        pairs.putIfAbsent(letters, new String[] {english, german});
      }
    }
  }

  private static String string(ByteBuffer bytes, int at) {
    return new String(
        bytes.array(), bytes.getInt(at + 4), bytes.getInt(at), StandardCharsets.UTF_8);
  }

  /** Without the marks of keys, {@code _} outside of names like A_B, and {@code ~}; on one line. */
  private static String plain(String text) {
    return text.replace("~", "")
        .replaceAll("(?<![A-Z0-9])_|_(?![A-Z0-9])", "")
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static String cell(String text) {
    return text.matches(".*[\",].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
