package dev.fathom.data;

import java.util.List;
import java.util.Optional;

/**
 * Which columns of a table make time series.
 *
 * @param features columns of numbers, whose past is known
 * @param target a column of numbers, which may be one of the features
 * @param key a column of texts that tells the series of a row; empty for one series
 * @param times empty for rows that have numbers instead
 */
public record SeriesColumns(
    List<String> features, String target, Optional<String> key, Optional<Times> times) {
  public SeriesColumns {
    features = List.copyOf(features);
  }

  /** One series, whose rows have numbers. */
  public SeriesColumns(List<String> features, String target) {
    this(features, target, Optional.empty(), Optional.empty());
  }

  /**
   * The times of rows.
   *
   * @param column of texts
   * @param format of these
   * @param frequency of the rows; empty if it is to be found
   * @param gaps what happens to rows that are missing by their times
   */
  public record Times(String column, TimeFormat format, Optional<Frequency> frequency, Gaps gaps) {}
}
