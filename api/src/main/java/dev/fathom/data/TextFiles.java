package dev.fathom.data;

import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.text.Utf8;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * Tables from files of UTF-8 text. The column of texts is {@value #TEXT}, that of classes {@value
 * #LABEL}. Files whose names begin with a dot are no data.
 */
public final class TextFiles {
  /** The name of the column of texts. */
  public static final String TEXT = "text";

  /** The name of the column of classes. */
  public static final String LABEL = "label";

  private TextFiles() {}

  /**
   * {@return a text for each line of a file, empty ones too} Lines end with LF or CRLF, the last
   * one maybe with nothing.
   *
   * @throws dev.fathom.format.FormatException if the file is not UTF-8, with the byte
   */
  public static Table lines(Path file) throws IOException {
    return table(file, Utf8.read(file).lines().toList(), List.of(), new int[0]);
  }

  /**
   * {@return one text, that of a file}
   *
   * @throws dev.fathom.format.FormatException if the file is not UTF-8, with the byte
   */
  public static Table whole(Path file) throws IOException {
    return table(file, List.of(Utf8.read(file)), List.of(), new int[0]);
  }

  /**
   * {@return a text for each file in the folders of a folder, each a class of its name} Classes and
   * files are in the order of their names.
   *
   * @throws dev.fathom.format.FormatException if a file is not UTF-8, with the byte
   * @throws DataException if there is no folder with a file in it
   */
  public static Table folders(Path folder) throws IOException {
    List<Path> classes = list(folder).filter(Files::isDirectory).toList();
    return folders(folder, classes.stream().map(path -> path.getFileName().toString()).toList());
  }

  /**
   * {@return the same, with the classes of another table, of which some may have no folder}
   *
   * @throws DataException if a folder is none of the classes
   */
  public static Table folders(Path folder, List<String> labels) throws IOException {
    List<String> texts = new ArrayList<>();
    List<Integer> classes = new ArrayList<>();
    for (Path home : list(folder).filter(Files::isDirectory).toList()) {
      int label = labels.indexOf(home.getFileName().toString());
      if (label < 0) {
        throw new DataException(
            "[text] %s: expected a folder for one of the classes %s but got '%s'"
                .formatted(folder.getFileName(), labels, home.getFileName()));
      }
      for (Path file : list(home).filter(Files::isRegularFile).toList()) {
        texts.add(Utf8.read(file));
        classes.add(label);
      }
    }
    if (texts.isEmpty()) {
      throw new DataException(
          "[text] %s: expected a folder for each class, with files in it, but there is none"
              .formatted(folder.getFileName()));
    }
    return table(folder, texts, labels, classes.stream().mapToInt(Integer::intValue).toArray());
  }

  private static Table table(Path source, List<String> texts, List<String> labels, int[] classes) {
    SequencedMap<Field, Object> columns = new LinkedHashMap<>();
    var none = OptionalDouble.empty();
    columns.put(new Field(TEXT, Kind.TEXT, List.of(), none), texts.toArray(String[]::new));
    if (!labels.isEmpty()) {
      columns.put(new Field(LABEL, Kind.CLASS, labels, none), classes);
    }
    return new Table(source.getFileName().toString(), texts.size(), columns, Map.of());
  }

  private static Stream<Path> list(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .sorted()
          .toList()
          .stream();
    }
  }
}
