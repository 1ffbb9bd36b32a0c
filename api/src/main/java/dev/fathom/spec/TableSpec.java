package dev.fathom.spec;

import dev.fathom.data.Table.Kind;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Pattern;
import dev.fathom.json.SpecException;
import dev.fathom.table.Cells;
import dev.fathom.table.Dialect;
import dev.fathom.table.Missing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the keys of {@code data} that say where the files of a table are, and how to read them. */
final class TableSpec {
  private static final Map<String, String> SEPARATORS =
      Map.of("comma", ",", "semicolon", ";", "tab", "\t");
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

  private TableSpec() {}

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Reads what stands beside {@code "format"}. */
  static DataSpec.Source.Csv parse(Fields f, String format) {
    Optional<String> dataset = f.optionalText("dataset");
    dataset.ifPresent(_ -> Spec.name(f, "dataset"));
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
    return new DataSpec.Source.Csv(dataset, format, train, test, features, dialect, cells, columns);
  }

  /** A target is never filled: one that would be, where it is named, is an error. */
  static void checkTarget(Fields f, DataSpec.Source.Csv csv, String target) {
    Cells cells = csv.columns().getOrDefault(target, csv.cells());
    boolean fills = cells.missing() == Missing.MEAN || cells.missing() == Missing.PREVIOUS;
    if (fills && cells.missing() != csv.missing()) {
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
          SEPARATORS.getOrDefault(separator, separator),
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
