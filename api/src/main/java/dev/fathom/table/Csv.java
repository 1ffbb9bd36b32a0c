package dev.fathom.table;

import dev.fathom.format.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * CSV (RFC 4180, in UTF-8): one record a line, values apart by a separator, quoted where they hold
 * it, a line's end or a doubled quote. Lines end with LF, CRLF or CR; a byte order mark is skipped,
 * as are empty lines of files with several columns. The first record holds the columns' names.
 */
final class Csv implements TableFormat {
  /** Those that are usual, the more usual first. */
  private static final List<String> SEPARATORS = List.of(",", ";", "\t", "|");

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public List<String> endings() {
    return List.of(".csv", ".tsv");
  }

  @Override
  public Records open(Path file, Dialect dialect, List<String> header) throws IOException {
    var scanner = new CsvScanner(file, dialect);
    try {
      return new Lines(file, scanner, dialect, header);
    } catch (IOException | RuntimeException e) {
      scanner.close();
      throw e;
    }
  }

  private static final class Lines implements Records {
    private final Path file;
    private final CsvScanner scanner;
    private final Dialect dialect;
    private final List<String> header;
    private final List<String> names;
    private final Cell cell = new Cell();
    private final Optional<String> likely;

    Lines(Path file, CsvScanner scanner, Dialect dialect, List<String> header) throws IOException {
      this.file = file;
      this.scanner = scanner;
      this.dialect = dialect;
      this.header = header;
      if (!header.isEmpty()) {
        names = header;
        likely = Optional.empty();
        return;
      }
      if (!scanner.next()) {
        throw new FormatException(
            "csv", file, 0, "line 1", "expected the columns' names but the file is empty");
      }
      List<String> read = new ArrayList<>();
      for (int i = 0; i < scanner.size(); i++) {
        read.add(scanner.read(i, cell).text());
      }
      names = List.copyOf(read);
      likely = names.size() == 1 ? likely(names.getFirst(), dialect) : Optional.empty();
    }

    /** Where the first line has one value, it may be that another character separates. */
    private static Optional<String> likely(String line, Dialect dialect) {
      return SEPARATORS.stream()
          .filter(separator -> !separator.equals(dialect.separator()) && line.contains(separator))
          .max(Comparator.comparingLong(separator -> count(line, separator)));
    }

    private static long count(String line, String separator) {
      return line.chars().filter(c -> c == separator.charAt(0)).count();
    }

    @Override
    public Optional<String> likelySeparator() {
      return likely;
    }

    @Override
    public List<String> names() {
      return names;
    }

    @Override
    public boolean next() throws IOException {
      do {
        if (!scanner.next()) {
          return false;
        }
      } while (scanner.isBlank() && names.size() > 1);
      if (scanner.size() != names.size()) {
        throw new FormatException(
            "csv",
            file,
            scanner.offset(),
            "line " + scanner.line(),
            "expected %d values, one for each column, but got %d%s"
                .formatted(names.size(), scanner.size(), hint()));
      }
      return true;
    }

    @Override
    public Cell cell(int column) {
      return scanner.read(column, cell);
    }

    @Override
    public Records again() throws IOException {
      return new Csv().open(file, dialect, header);
    }

    @Override
    public String hint() {
      return likely
          .map(
              separator ->
                  "; there is one column, and the first line has %d '%s': \"separator\": \"%s\"?"
                      .formatted(
                          count(names.getFirst(), separator),
                          separator.equals("\t") ? "tab" : separator,
                          Dialect.nameOf(separator)))
          .orElse("");
    }

    @Override
    public void close() throws IOException {
      scanner.close();
    }
  }
}
