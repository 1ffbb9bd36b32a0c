package dev.fathom.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The time series of a table: one, or one for each value of a key column, in the order of their
 * first rows. They share columns and frequency. Immutable.
 */
public final class SeriesSet {
  private static final int MOST_LISTED = 10;

  private final String name;
  private final SequencedMap<String, Series> series;
  private final List<String> notes;

  private SeriesSet(String name, SequencedMap<String, Series> series, List<String> notes) {
    this.name = name;
    this.series = series;
    this.notes = List.copyOf(notes);
  }

  /**
   * {@return the series in a table} The rows of each are in order of time, whatever lies between.
   *
   * @throws DataException if there is no such column, it is of another kind, a row has no key, a
   *     time is not in step, or rows are missing that may not, with the row and its series
   */
  public static SeriesSet of(Table table, SeriesColumns columns) {
    if (table.size() == 0) {
      throw new DataException(
          "[series] %s: expected 2 rows or more but got 0".formatted(table.name()));
    }
    SequencedMap<String, int[]> rows = rows(table, columns);
    SequencedMap<String, Timeline> timelines = new LinkedHashMap<>();
    columns
        .times()
        .ifPresentOrElse(
            times -> timelines.putAll(timelines(table, columns, times, rows)),
            () -> rows.forEach((key, of) -> timelines.put(key, Timeline.numbered(of.length))));
    Gaps gaps = columns.times().map(SeriesColumns.Times::gaps).orElse(Gaps.REFUSE);
    SequencedMap<String, Series> all = new LinkedHashMap<>();
    timelines.forEach(
        (key, times) ->
            all.put(
                key,
                Series.of(
                    columns.key().isEmpty() ? table.name() : key,
                    table,
                    columns,
                    rows.get(key),
                    times,
                    gaps)));
    List<String> notes = new ArrayList<>(notes(table, all.values(), gaps));
    if (columns.times().isPresent() && columns.times().get().frequency().isEmpty()) {
      all.firstEntry()
          .getValue()
          .frequency()
          .filter(Frequency.BusinessDays.class::isInstance)
          .ifPresent(
              _ ->
                  notes.add(
                      "%s: rows are of business days, since none is on a Saturday or Sunday; \"frequency\" says otherwise"
                          .formatted(table.name())));
    }
    return new SeriesSet(table.name(), all, notes);
  }

  private static SequencedMap<String, int[]> rows(Table table, SeriesColumns columns) {
    if (columns.key().isEmpty()) {
      return new LinkedHashMap<>(Map.of("", IntStream.range(0, table.size()).toArray()));
    }
    String column = columns.key().get();
    List<String> keys = table.texts(column);
    int blank =
        IntStream.range(0, keys.size()).filter(i -> keys.get(i).isBlank()).findFirst().orElse(-1);
    if (blank >= 0) {
      throw new DataException(
          "[series] %s, '%s', row %d: expected the key of a series but got '%s'"
              .formatted(table.name(), column, blank + 1, keys.get(blank)));
    }
    SequencedMap<String, int[]> rows = new LinkedHashMap<>();
    IntStream.range(0, keys.size())
        .boxed()
        .collect(
            Collectors.groupingBy(
                i -> keys.get(i).strip(), LinkedHashMap::new, Collectors.toList()))
        .forEach((key, of) -> rows.put(key, of.stream().mapToInt(i -> i).toArray()));
    return rows;
  }

  private static SequencedMap<String, Timeline> timelines(
      Table table,
      SeriesColumns columns,
      SeriesColumns.Times times,
      SequencedMap<String, int[]> rows) {
    List<String> texts = table.texts(times.column());
    SequencedMap<String, TimeColumn> all = new LinkedHashMap<>();
    String place = "%s, '%s'".formatted(table.name(), times.column());
    String hint =
        columns.key().isPresent()
            ? ""
            : "; if rows are of several series, \"key\" names the column that tells which";
    rows.forEach(
        (key, of) ->
            all.put(
                key,
                new TimeColumn(
                    columns.key().isEmpty() ? place : "%s of '%s'".formatted(place, key),
                    texts,
                    of,
                    times.format(),
                    hint)));
    Timelines found = Timelines.of(List.copyOf(all.values()), times.frequency());
    SequencedMap<String, Timeline> timelines = new LinkedHashMap<>();
    all.forEach((key, column) -> timelines.put(key, found.rows(column, times.gaps())));
    return timelines;
  }

  private static List<String> notes(Table table, Iterable<Series> all, Gaps gaps) {
    List<String> notes = new ArrayList<>(table.notes());
    for (Series series : all) {
      if (series.missing() > 0) {
        notes.add(
            "%s: %d of the %d rows of '%s' are missing by their times; %s"
                .formatted(
                    table.name(),
                    series.missing(),
                    series.size(),
                    series.name(),
                    gaps == Gaps.SPLIT
                        ? "no example lies across a gap"
                        : "they are filled in windows, and never forecast"));
      }
    }
    return notes;
  }

  /** {@return what a user should know of how the series were read, each a sentence} */
  public List<String> notes() {
    return notes;
  }

  /** {@return the keys of the series; a single empty one where there is no key} */
  public List<String> keys() {
    return List.copyOf(series.sequencedKeySet());
  }

  /** {@return all series} */
  public List<Series> all() {
    return List.copyOf(series.sequencedValues());
  }

  /**
   * {@return the series of a key; the only one for none}
   *
   * @throws DataException if there is no such series, or there are several and no key
   */
  public Series of(Optional<String> key) {
    String wanted = key.orElse("");
    if (key.isEmpty() && series.size() == 1) {
      return series.firstEntry().getValue();
    }
    if (!series.containsKey(wanted)) {
      throw new DataException(
          "[series] %s: expected the key of one of its series, %s, but got %s"
              .formatted(name, listed(keys()), key.map(k -> "'" + k + "'").orElse("none")));
    }
    return series.get(wanted);
  }

  /** {@return texts for people, the first of them where they are many} */
  static String listed(List<String> texts) {
    String some = String.join(", ", texts.subList(0, Math.min(MOST_LISTED, texts.size())));
    return texts.size() > MOST_LISTED ? "%s, ... (%d)".formatted(some, texts.size()) : some;
  }

  /**
   * {@return examples that forecast the rows of one part of each series: the last are held back}
   *
   * @param input the name that the windows get
   * @param validation the share of the rows before those of the test that is held back
   * @param test the share of the last rows that is held back
   * @throws DataException if there are rows of a part, but no series has an example there
   */
  public SeriesExamples examples(
      Windowing windowing, String input, double validation, double test) {
    return SeriesExamples.of(name, all(), windowing, input, validation, test);
  }
}
