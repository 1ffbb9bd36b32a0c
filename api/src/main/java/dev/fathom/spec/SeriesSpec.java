package dev.fathom.spec;

import dev.fathom.data.Frequency;
import dev.fathom.data.Gaps;
import dev.fathom.data.SeriesColumns;
import dev.fathom.data.SeriesExamples;
import dev.fathom.data.SeriesSet;
import dev.fathom.data.Table.Kind;
import dev.fathom.data.TimeFormat;
import dev.fathom.data.Windowing;
import dev.fathom.json.Fields;
import dev.fathom.json.Range;
import dev.fathom.json.SpecException;
import dev.fathom.table.Cells;
import dev.fathom.table.Missing;
import dev.fathom.table.TableFile;
import dev.fathom.task.Forecast;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Time series in a CSV file, as {@link dev.fathom.data.SeriesSet} says.
 *
 * <pre>{@code
 * {"format": "series", "dataset": "weather", "train": "days.csv", "time": "date",
 *  "features": ["highest", "lowest"], "target": "highest",
 *  "window": 28, "horizon": 7, "season": 365, "heldOut": 0.25, "unit": "°C"}
 * {"format": "series", "train": "sales.csv", "key": "store", "time": "day", "frequency": "business day",
 *  "gaps": "previous", "target": "sold", "window": 20, "horizon": 5, "season": 5, "heldOut": 0.2}
 * }</pre>
 *
 * <p>The network gets the column {@code window}, {@code [window, features]}, and learns the target,
 * {@code [horizon]}. The rows of a series are in order of time, and so is what is held back: the
 * share {@code heldOut} of the rows of each series, the last, to test the result on, and before
 * them the share of the validation. Means and deviations are found in what is learned from, of all
 * series together, unless the spec gives them.
 *
 * @param file without features the target's own past is the only one
 * @param key the column that tells the series of a row; empty for one series
 * @param times of the rows; empty for rows that have numbers
 * @param windowing how rows become examples
 * @param heldOut in [0, 1)
 * @param unit of the target, for people
 */
public record SeriesSpec(
    TableSpec file,
    Optional<String> key,
    Optional<SeriesColumns.Times> times,
    Windowing windowing,
    double heldOut,
    Optional<String> unit)
    implements Source {
  /** The name of the column that the network gets, by default. */
  static final String WINDOW = "window";

  private static final long MOST = 1 << 24;
  private static final Map<String, TimeFormat> FORMATS =
      Map.of(
          "iso8601", TimeFormat.ISO_8601,
          "epochSeconds", TimeFormat.EPOCH_SECONDS,
          "epochMilliseconds", TimeFormat.EPOCH_MILLISECONDS);
  private static final Map<String, Gaps> GAPS =
      Map.of(
          "refuse", Gaps.REFUSE,
          "previous", Gaps.PREVIOUS,
          "interpolate", Gaps.INTERPOLATE,
          "split", Gaps.SPLIT);
  private static final Fields.Pattern FREQUENCY =
      new Fields.Pattern(Frequency.REGEX, "a frequency such as day, 15 minutes or business day");

  /** {@return the columns of the series} */
  public SeriesColumns columns(String target) {
    return new SeriesColumns(features(target), target, key, times);
  }

  /** {@return the columns whose past is known, in order} */
  public List<String> features(String target) {
    return file.features().isEmpty() ? List.of(target) : file.features();
  }

  // ---- reading ----

  @Override
  public Examples read(Spec spec, String name, List<String> files, FileFinder finder, Use use)
      throws IOException {
    String target = spec.data().target();
    SeriesSet series = series(target, finder.find(file.train()));
    double validation = spec.training().validation();
    SeriesExamples examples = series.examples(windowing, spec.data().input(), validation, heldOut);
    share("/data/heldOut", heldOut, examples.tested());
    share("/training/validation", validation, examples.validated());
    return new Examples(
        examples.train(),
        examples.validation().map(held -> held),
        examples.test().map(held -> held),
        features(target),
        Optional.empty(),
        Stream.concat(series.notes().stream(), examples.notes().stream()).toList(),
        List.of());
  }

  private static void share(String pointer, double share, SeriesExamples.Held held) {
    RowChecks.share(pointer, share, held.rows(), held.of(), held.most(), "series");
  }

  /**
   * {@return the series in a file, read as those that were learned from}
   *
   * @throws dev.fathom.format.FormatException if the file is damaged, naming the place
   * @throws dev.fathom.data.DataException if its values are not what the spec says
   */
  public SeriesSet series(String target, Path path) throws IOException {
    TableFile reader = file.file(path);
    SeriesColumns columns = columns(target);
    SequencedMap<String, Kind> kinds = new LinkedHashMap<>();
    columns.times().ifPresent(each -> kinds.put(each.column(), Kind.TEXT));
    columns.key().ifPresent(column -> kinds.put(column, Kind.TEXT));
    columns.features().forEach(column -> kinds.put(column, Kind.NUMBER));
    kinds.put(columns.target(), Kind.NUMBER);
    kinds.forEach(reader::column);
    neverFilled(columns, reader);
    reader.remedy(column -> remedy(columns, column));
    return SeriesSet.of(reader.only(kinds.keySet()).read(), columns);
  }

  /**
   * A row without a target is a gap, where rows have times; where they have none it is an error.
   */
  private void neverFilled(SeriesColumns columns, TableFile reader) {
    Cells cells = file.columns().getOrDefault(columns.target(), file.cells());
    if (columns.times().isPresent() && columns.times().get().gaps() != Gaps.REFUSE) {
      Cells dropped = cells.of(Kind.NUMBER).with(Missing.DROP, cells.missingWords());
      reader.cells(columns.target(), dropped);
    } else if (columns.times().isPresent()) {
      reader.target(columns.target());
    } else if (cells.missing() == Missing.PREVIOUS) {
      reader.cells(
          columns.target(), cells.of(Kind.NUMBER).with(Missing.REFUSE, cells.missingWords()));
    }
  }

  /** {@return what to do where a series misses a value of a column} */
  private static String remedy(SeriesColumns columns, String column) {
    if (column.equals(columns.target())) {
      return columns.times().isPresent()
          ? "a row without a target is a gap: say \"gaps\": \"previous\", \"interpolate\" or \"split\""
          : "without \"time\" each row needs a target";
    }
    return columns.key().isPresent()
        ? "beside \"key\" nothing fills it: the row before may be of another series"
        : "\"missing\": \"previous\" in \"data\" fills it with the value of the row before";
  }

  @Override
  public Optional<String> dataset() {
    return file.dataset();
  }

  @Override
  public String input() {
    return WINDOW;
  }

  @Override
  public String target(Fields f) {
    return f.text("target", null);
  }

  @Override
  public Optional<String> task() {
    return Optional.of(Forecast.NAME);
  }

  @Override
  public long axis() {
    return 1;
  }

  @Override
  public boolean hasUnits() {
    return true;
  }

  @Override
  public boolean fits() {
    return true;
  }

  // ---- keys ----

  /** Reads what stands beside {@code "format"}. */
  static SeriesSpec parse(Fields f) {
    TableSpec file = TableSpec.parse(f, "csv");
    if (f.has("test")) {
      throw new SpecException(
          f.at("test"), "expected \"heldOut\", the share of the last rows, for a series");
    }
    Optional<String> key = f.optionalText("key");
    checkMissing(f.at("missing"), file.missing(), key);
    new TreeMap<>(file.columns())
        .forEach(
            (column, cells) ->
                checkMissing(
                    Fields.at(Fields.at(f.at("columns"), column), "missing"),
                    cells.missing(),
                    key));
    return new SeriesSpec(
        file,
        key,
        times(f),
        new Windowing(
            (int) f.integer("window", null, 1, MOST),
            (int) f.integer("horizon", null, 1, MOST),
            (int) f.integer("stride", 1L, 1, MOST),
            (int) f.integer("season", 1L, 1, MOST)),
        f.number("heldOut", 0.0, Range.SHARE),
        f.optionalText("unit"));
  }

  private static void checkMissing(String pointer, Missing missing, Optional<String> key) {
    if (missing == Missing.DROP || missing == Missing.MEAN) {
      throw new SpecException(
          pointer,
          "expected refuse or previous for a series, which has all rows and knows no later ones");
    }
    if (key.isPresent() && missing == Missing.PREVIOUS) {
      throw new SpecException(
          pointer, "expected refuse beside \"key\": the row before may be of another series");
    }
  }

  private static Optional<SeriesColumns.Times> times(Fields f) {
    Optional<String> column = f.optionalText("time");
    TimeFormat format = f.choice("timeFormat", "iso8601", FORMATS);
    Optional<Frequency> frequency = f.optionalText("frequency", FREQUENCY, Frequency::of);
    Gaps gaps = f.choice("gaps", "refuse", GAPS);
    if (column.isEmpty() && frequency.isPresent()) {
      throw new SpecException(f.at("frequency"), "expected \"time\" too, the column of the times");
    }
    if (column.isEmpty() && gaps != Gaps.REFUSE) {
      throw new SpecException(f.at("gaps"), "expected \"time\" too, the column of the times");
    }
    return column.map(name -> new SeriesColumns.Times(name, format, frequency, gaps));
  }
}
