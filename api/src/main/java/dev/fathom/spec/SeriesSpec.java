package dev.fathom.spec;

import dev.fathom.data.Windowing;
import dev.fathom.json.Fields;
import dev.fathom.json.Range;
import dev.fathom.json.SpecException;
import dev.fathom.table.Missing;
import java.util.List;
import java.util.Optional;

/**
 * A time series in a CSV file, as {@link dev.fathom.data.Series} says.
 *
 * <pre>{@code
 * {"format": "series", "dataset": "weather", "train": "days.csv", "time": "date",
 *  "features": ["highest", "lowest"], "target": "highest",
 *  "window": 28, "horizon": 7, "season": 365, "heldOut": 0.25, "unit": "°C"}
 * }</pre>
 *
 * <p>The network gets the column {@code window}, {@code [window, features]}, and learns the target,
 * {@code [horizon]}. Rows are in order of time, and so is what is held back: the share {@code
 * heldOut} of the rows, the last, to test the result on, and before them the share of the
 * validation. Means and deviations are found in what is learned from, unless the spec gives them.
 *
 * @param file without features the target's own past is the only one
 * @param time the column of times; empty for rows that have numbers
 * @param windowing how rows become examples
 * @param heldOut in [0, 1)
 * @param unit of the target, for people
 */
public record SeriesSpec(
    DataSpec.Source.Csv file,
    Optional<String> time,
    Windowing windowing,
    double heldOut,
    Optional<String> unit)
    implements DataSpec.Source {
  /** The name of the column that the network gets, by default. */
  static final String WINDOW = "window";

  private static final long MOST = 1 << 24;

  /** {@return the columns whose past is known, in order} */
  public List<String> features(String target) {
    return file.features().isEmpty() ? List.of(target) : file.features();
  }

  /** Reads what stands beside {@code "format"}. */
  static SeriesSpec parse(Fields f) {
    DataSpec.Source.Csv file = TableSpec.parse(f, "series");
    if (file.test().isPresent()) {
      throw new SpecException(
          f.at("test"), "expected \"heldOut\", the share of the last rows, for a series");
    }
    if (file.missing() == Missing.DROP || file.missing() == Missing.MEAN) {
      throw new SpecException(
          f.at("missing"),
          "expected refuse or previous for a series, which has all rows and knows no later ones");
    }
    return new SeriesSpec(
        file,
        f.optionalText("time"),
        new Windowing(
            (int) f.integer("window", null, 1, MOST),
            (int) f.integer("horizon", null, 1, MOST),
            (int) f.integer("stride", 1L, 1, MOST),
            (int) f.integer("season", 1L, 1, MOST)),
        f.number("heldOut", 0.0, Range.SHARE),
        f.optionalText("unit"));
  }
}
