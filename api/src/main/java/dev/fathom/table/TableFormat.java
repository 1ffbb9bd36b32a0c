package dev.fathom.table;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A format of tables: it cuts a file into records of values. What the values mean, which are
 * missing and which are wrong is decided in {@link TableFile}, for all formats alike.
 */
interface TableFormat {
  /** All formats. The first is taken where neither a file's name nor its spec tells. */
  List<TableFormat> ALL = List.of(new Csv(), new JsonLines(), new Parquet());

  /** How many columns a file may have. */
  int MOST_COLUMNS = 1 << 17;

  /** {@return the name, in specs and messages} */
  String name();

  /** {@return how names of such files end, {@code .csv}; each may be followed by {@code .gz}} */
  List<String> endings();

  /** {@return what {@link Cell#line} counts} */
  default String counted() {
    return "line";
  }

  /**
   * {@return the records of a file, from the first}
   *
   * @param header the columns' names, of a file that does not have them itself; else empty
   * @throws dev.fathom.format.FormatException if the file is damaged, here or later
   */
  Records open(Path file, Dialect dialect, List<String> header) throws IOException;

  /** The records of a file, one after the other. For one thread. */
  interface Records extends Closeable {
    /** {@return the names of the columns, which may be blank, or the same} */
    List<String> names();

    /**
     * Says, before the first record, that values of other columns are not asked for, so that a
     * format may leave them where they are.
     */
    default void only(List<Integer> columns) {}

    /** Goes to the next record; {@return whether there is one} */
    boolean next() throws IOException;

    /** {@return a value of the record, valid until the next call} */
    Cell cell(int column);

    /** {@return the records anew, from the first; these may be closed by then} */
    Records again() throws IOException;

    /**
     * {@return what may be wrong where a column is not found, "; ..."; empty if nothing seems so}
     */
    default String hint() {
      return "";
    }

    /** {@return what seems to separate values, if it is not what was said} */
    default Optional<String> likelySeparator() {
      return Optional.empty();
    }
  }

  /** {@return the format that a file's name tells, if it does} */
  static Optional<TableFormat> of(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String unpacked = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    return ALL.stream()
        .filter(format -> format.endings().stream().anyMatch(unpacked::endsWith))
        .findFirst();
  }
}
