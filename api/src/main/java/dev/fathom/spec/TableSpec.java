package dev.fathom.spec;

import dev.fathom.data.Table;
import dev.fathom.data.Table.Kind;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Pattern;
import dev.fathom.json.SpecException;
import dev.fathom.table.Cells;
import dev.fathom.table.Dialect;
import dev.fathom.table.Missing;
import dev.fathom.table.TableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Files of a table, read as {@link TableFile} says. The input is one column, {@code [features]}.
 *
 * @param dataset that has the files; empty for paths relative to the spec's folder
 * @param format of files whose names tell none
 * @param train rows to learn from
 * @param test rows to test the result on, with the same columns
 * @param features columns of numbers; empty for all but the target
 * @param dialect of CSV files
 * @param cells how values are written, in columns of which nothing else is said
 * @param columns how the values of a column are written, where more is said
 */
public record TableSpec(
    Optional<String> dataset,
    String format,
    String train,
    Optional<String> test,
    List<String> features,
    Dialect dialect,
    Cells cells,
    Map<String, Cells> columns)
    implements Source {
  private static final Map<String, Missing> MISSING =
      Stream.of(Missing.values()).collect(Collectors.toMap(TableSpec::name, m -> m));
  private static final Map<String, Kind> KINDS =
      Stream.of(Kind.values()).collect(Collectors.toMap(TableSpec::name, kind -> kind));

  private static final Pattern SEPARATOR =
      new Pattern("comma|semicolon|tab|[^\"\r\n]", "comma, semicolon, tab or one character");
  private static final Pattern QUOTE =
      new Pattern("none|[!-/:-@\\[-`{-~]", "none or an ASCII character such as ' or \"");
  private static final Pattern DECIMAL = new Pattern("[.,]", "'.' or ','");
  private static final Pattern THOUSANDS =
      new Pattern("|[^-+0-9eE%\r\n]", "one character or an empty text");

  public TableSpec {
    features = List.copyOf(features);
    columns = Map.copyOf(columns);
  }

  /** {@return the kinds of columns that are declared; the others are found from the values} */
  public Map<String, Kind> kinds() {
    return columns.entrySet().stream()
        .filter(column -> column.getValue().kind().isPresent())
        .collect(Collectors.toMap(Map.Entry::getKey, column -> column.getValue().kind().get()));
  }

  /** {@return the treatment of missing values in columns of which nothing else is said} */
  public Missing missing() {
    return cells.missing();
  }

  // ---- reading ----

  /** {@return a reader of a file that reads it as the spec says} */
  TableFile file(Path file) {
    TableFile reader = TableFile.of(file).format(format).dialect(dialect).cells(cells);
    columns.forEach(reader::cells);
    return reader;
  }

  /**
   * {@return the rows of a file, read as those that were learned from}
   *
   * @param model a table with the columns that are read, their kinds, labels and means
   * @throws dev.fathom.format.FormatException if the file is damaged, naming the place
   * @throws dev.fathom.data.DataException if its values are not what the spec says
   */
  public Table rows(Table model, Path file) throws IOException {
    TableFile reader = file(file).cells(kept(cells));
    columns.forEach((column, own) -> reader.cells(column, kept(own)));
    return reader.like(model).read();
  }

  /** A row that is asked for is never left out: its answer would be another row's. */
  private static Cells kept(Cells cells) {
    return cells.missing() == Missing.DROP
        ? cells.with(Missing.REFUSE, cells.missingWords())
        : cells;
  }

  /** {@return the examples of tables that were read} */
  public static Examples examples(Spec spec, Table train, Optional<Table> test) throws IOException {
    return Tables.of(spec, (TableSpec) spec.data().source(), train, test);
  }

  @Override
  public Examples read(Spec spec, String name, List<String> files, FileFinder finder, Use use)
      throws IOException {
    return Tables.open(spec, this, finder);
  }

  @Override
  public String input() {
    return "features";
  }

  @Override
  public String target(Fields f) {
    String target = f.text("target", null);
    checkTarget(f, target);
    return target;
  }

  @Override
  public boolean hasUnits() {
    return true;
  }

  @Override
  public boolean hasWeights() {
    return true;
  }

  @Override
  public boolean hasColumns() {
    return true;
  }

  @Override
  public Optional<String> learned() {
    return Optional.of(train);
  }

  @Override
  public Optional<String> tested() {
    return test;
  }

  // ---- keys ----

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Reads what stands beside {@code "format"}. */
  static TableSpec parse(Fields f, String format) {
    Optional<String> dataset = Spec.dataset(f);
    String train = f.text("train", null);
    // A number is the share of the rows that is tested on.
    Optional<String> test =
        f.has("test") && !f.isText("test") ? Optional.empty() : f.optionalText("test");
    List<String> features =
        f.optionalTexts("features", "a column or more, or no such key for the columns by default,")
            .map(names -> f.onceEach("features", names))
            .orElse(List.of());
    Map<String, Kind> kinds = f.choices("kinds", KINDS);
    Dialect dialect = format.equals("csv") ? dialect(f) : Dialect.RFC4180;
    Cells cells = cells(f, Cells.PLAIN, false);
    Map<String, Cells> columns = new LinkedHashMap<>();
    kinds.forEach((name, kind) -> columns.put(name, cells.of(kind)));
    columns.putAll(
        f.objects(
            "columns",
            (name, node, at) ->
                Fields.read(node, at, null, c -> column(c, cells, kinds.get(name)))));
    return new TableSpec(dataset, format, train, test, features, dialect, cells, columns);
  }

  /** A target is never filled: one that would be, where it is named, is an error. */
  private void checkTarget(Fields f, String target) {
    Cells own = columns.getOrDefault(target, cells);
    boolean fills = own.missing() == Missing.MEAN || own.missing() == Missing.PREVIOUS;
    if (fills && own.missing() != missing()) {
      throw new SpecException(
          Fields.at(Fields.at(f.at("columns"), target), "missing"),
          "expected refuse or drop for the target, which is never filled");
    }
  }

  /** Reads how a CSV file separates and quotes its values. */
  static Dialect dialect(Fields f) {
    String separator = f.text("separator", "comma", SEPARATOR);
    String quote = f.text("quote", "\"", QUOTE);
    try {
      return new Dialect(
          Dialect.NAMED.getOrDefault(separator, separator),
          quote.equals("none") ? Optional.empty() : Optional.of(quote.charAt(0)));
    } catch (IllegalArgumentException e) {
      throw new SpecException(f.at("quote"), e.getMessage());
    }
  }

  /**
   * Reads how values are written; what is not said is as {@code byDefault} has it.
   *
   * @param computed whether that differs from spec to spec
   */
  private static Cells cells(Fields f, Cells byDefault, boolean computed) {
    if (computed) {
      List.of("missing", "decimal", "thousands").forEach(f::computed);
    }
    Missing missing = f.choice("missing", name(byDefault.missing()), MISSING);
    List<String> words =
        computed && !f.has("missingWords") ? byDefault.missingWords() : f.texts("missingWords");
    String decimal = f.text("decimal", String.valueOf(byDefault.decimal()), DECIMAL);
    String thousands = f.text("thousands", byDefault.thousands(), THOUSANDS);
    try {
      return new Cells(
          byDefault.kind(), missing, words, decimal.charAt(0), thousands, byDefault.percent());
    } catch (IllegalArgumentException e) {
      throw new SpecException(f.at("thousands"), e.getMessage());
    }
  }

  private static Cells column(Fields f, Cells common, Kind declared) {
    Optional<Kind> kind =
        f.has("kind") ? Optional.of(f.choice("kind", null, KINDS)) : Optional.ofNullable(declared);
    if (declared != null && kind.get() != declared) {
      throw new SpecException(
          f.at("kind"),
          "expected the kind that \"kinds\" gives, %s, but got %s"
              .formatted(name(declared), name(kind.get())));
    }
    Cells cells = cells(f, common, true);
    return new Cells(
        kind,
        cells.missing(),
        cells.missingWords(),
        cells.decimal(),
        cells.thousands(),
        f.flag("percent", false));
  }
}
