package dev.fathom.data;

import dev.fathom.data.SeriesWindows.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Examples of time series, of which the last rows of each are held back. A series that is too short
 * for one of the three is left out there.
 *
 * @param validation empty where no row is held back for it
 * @param test empty where no row is held back for it
 * @param validated rows that are held back for the validation
 * @param tested rows that are held back for the test
 * @param notes which series are left out
 */
public record SeriesExamples(
    SeriesWindows train,
    Optional<SeriesWindows> validation,
    Optional<SeriesWindows> test,
    Held validated,
    Held tested,
    List<String> notes) {
  /**
   * Rows that are held back, of all series.
   *
   * @param rows how many
   * @param of how many rows they are a share
   * @param most how many of these one series has
   */
  public record Held(int rows, int of, int most) {
    private Held and(Part part, int of) {
      return new Held(
          rows + part.to() - part.from(), Math.addExact(this.of, of), Math.max(most, of));
    }
  }

  public SeriesExamples {
    notes = List.copyOf(notes);
  }

  static SeriesExamples of(
      String name,
      List<Series> all,
      Windowing windowing,
      String input,
      double validation,
      double test) {
    List<Part> learned = new ArrayList<>();
    List<Part> held = new ArrayList<>();
    List<Part> tested = new ArrayList<>();
    Held validated = new Held(0, 0, 0);
    Held tests = new Held(0, 0, 0);
    for (Series series : all) {
      int second = series.size() - (int) Math.round(series.size() * test);
      int known = Math.max(0, second - windowing.window());
      int first = second - (int) Math.round(known * validation);
      learned.add(new Part(series, windowing.window(), first));
      held.add(new Part(series, first, second));
      tested.add(new Part(series, second, series.size()));
      validated = validated.and(held.getLast(), known);
      tests = tests.and(tested.getLast(), series.size());
    }
    Maker maker = new Maker(name, windowing, input, new ArrayList<>());
    return new SeriesExamples(
        maker.windows(learned, false, "learn from"),
        maker.heldBack(held, "validate on"),
        maker.heldBack(tested, "test on"),
        validated,
        tests,
        maker.notes);
  }

  private record Maker(String name, Windowing windowing, String input, List<String> notes) {
    /** A part of which a share rounds to no row has none. */
    Optional<SeriesWindows> heldBack(List<Part> parts, String use) {
      return parts.stream().allMatch(part -> part.from() == part.to())
          ? Optional.empty()
          : Optional.of(windows(parts, true, use));
    }

    /**
     * @param comparable whether rows a season before are needed
     * @param use what for, for messages
     */
    SeriesWindows windows(List<Part> parts, boolean comparable, String use) {
      List<Part> enough =
          parts.stream().filter(part -> part.hasExample(windowing, comparable)).toList();
      if (enough.isEmpty()) {
        Part longest =
            parts.stream()
                .reduce((a, b) -> b.to() - b.from() > a.to() - a.from() ? b : a)
                .orElseThrow();
        throw tooShort(longest);
      }
      if (enough.size() < parts.size()) {
        List<String> others =
            parts.stream()
                .filter(part -> !enough.contains(part))
                .map(part -> "'%s' (%d rows)".formatted(part.series().name(), part.series().size()))
                .toList();
        notes.add(
            "%s: too short to %s, with a window of %d, a horizon of %d and a season of %d: %s"
                .formatted(
                    name,
                    use,
                    windowing.window(),
                    windowing.horizon(),
                    windowing.season(),
                    SeriesSet.listed(others)));
      }
      return new SeriesWindows(enough, windowing, input, comparable);
    }

    private DataException tooShort(Part part) {
      int window = windowing.window();
      int from = Math.max(part.from(), window);
      String of = "for a window of %d and a horizon of %d".formatted(window, windowing.horizon());
      if (part.to() - from < windowing.horizon()) {
        return new DataException(
            "[series] '%s': expected %d rows or more, %s, but got %d"
                .formatted(
                    part.series().name(),
                    window + windowing.horizon(),
                    of,
                    part.to() - from + window));
      }
      if (part.from() < windowing.season()) {
        return new DataException(
            "[series] expected a season of %d rows or more before the held-back rows of '%s' but they"
                    .formatted(windowing.season(), part.series().name())
                + " begin with row %d, %s"
                    .formatted(part.from() + 1, part.series().time(part.from())));
      }
      return new DataException(
          "[series] '%s': expected %d rows or more without a gap, %s, but between %s and %s there are not so many"
              .formatted(
                  part.series().name(),
                  window + windowing.horizon(),
                  of,
                  part.series().time(from),
                  part.series().time(part.to() - 1)));
    }
  }
}
