package dev.fathom.data;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Examples of time series, one series after the other and in order of time, with three columns: the
 * window {@code [window, features]}, the target {@code [horizon]}, and {@value #NAIVE}, the
 * seasonal-naive forecast of the target. An example lies in one series, across no gap, and what it
 * forecasts was observed. Nothing is copied.
 */
public final class SeriesWindows implements Dataset {
  /** The name of the column with the seasonal-naive forecast. */
  public static final String NAIVE = "seasonal-naive";

  /**
   * Rows of a series that are forecast; windows may begin before them, where all is known.
   *
   * @param from the first
   * @param to behind the last
   */
  record Part(Series series, int from, int to) {
    /** {@return the first rows that the examples of this part forecast} */
    private int[] origins(Windowing windowing, boolean comparable) {
      IntStream.Builder origins = IntStream.builder();
      int origin = Math.max(from, windowing.window());
      while (origin + windowing.horizon() <= to) {
        boolean is =
            series.hasExample(origin, windowing)
                && (!comparable
                    || series.hasNaive(origin, windowing.horizon(), windowing.season()));
        if (is) {
          origins.add(origin);
        }
        origin += is ? windowing.stride() : 1;
      }
      return origins.build().toArray();
    }

    /** {@return whether there is an example, with a season before this part if it is compared} */
    boolean hasExample(Windowing windowing, boolean comparable) {
      return (!comparable || from >= windowing.season())
          && origins(windowing, comparable).length > 0;
    }

    private String name() {
      return "%s (%s to %s)".formatted(series.name(), series.time(from), series.time(to - 1));
    }
  }

  private final List<Part> parts;
  private final Windowing windowing;
  private final String input;
  private final int[][] origins;

  /** The number of the first example of each part, and of all. */
  private final int[] starts;

  /**
   * @param parts with an example each
   * @param comparable whether examples are left out that have no seasonal-naive forecast
   */
  SeriesWindows(List<Part> parts, Windowing windowing, String input, boolean comparable) {
    if (input.equals(parts.getFirst().series.targetName())) {
      throw new DataException(
          "[series] expected another name for the input than that of the target '%s'"
              .formatted(input));
    }
    this.windowing = windowing;
    this.input = input;
    this.parts = List.copyOf(parts);
    origins = parts.stream().map(part -> part.origins(windowing, comparable)).toArray(int[][]::new);
    starts = new int[origins.length + 1];
    for (int i = 0; i < origins.length; i++) {
      starts[i + 1] = Math.addExact(starts[i], origins[i].length);
    }
  }

  private int part(int example) {
    int found = Arrays.binarySearch(starts, Objects.checkIndex(example, size()));
    return found >= 0 ? found : -found - 2;
  }

  private int origin(int part, int example) {
    return origins[part][example - starts[part]];
  }

  /** {@return the distance of the rows; empty where they have no times} */
  public Optional<Frequency> frequency() {
    return parts.getFirst().series.frequency();
  }

  /** {@return the first row of its series that an example forecasts} */
  public int origin(int example) {
    return origin(part(example), example);
  }

  @Override
  public String name() {
    return parts.size() == 1
        ? parts.getFirst().name()
        : "%s and %d more".formatted(parts.getFirst().name(), parts.size() - 1);
  }

  @Override
  public int size() {
    return starts[origins.length];
  }

  @Override
  public List<Column> columns() {
    Series first = parts.getFirst().series;
    Shape horizon = Shape.of(windowing.horizon());
    return List.of(
        column(input, Shape.of(windowing.window(), first.width())),
        column(first.targetName(), horizon),
        column(NAIVE, horizon));
  }

  private static Column column(String name, Shape shape) {
    return new Column(name, DType.F64, shape, List.of());
  }

  @Override
  public void read(int column, int row, float[] target, int offset) {
    double[] exact = new double[(int) columns().get(column).shape().elements()];
    read(column, row, exact, 0);
    for (int i = 0; i < exact.length; i++) {
      target[offset + i] = (float) exact[i];
    }
  }

  @Override
  public void read(int column, int row, double[] target, int offset) {
    int part = part(row);
    int origin = origin(part, row);
    Series series = parts.get(part).series;
    if (Objects.checkIndex(column, 3) == 0) {
      series.window(origin, windowing.window(), target, offset);
      return;
    }
    for (int i = 0; i < windowing.horizon(); i++) {
      target[offset + i] =
          column == 1
              ? series.target(origin + i)
              : series.naive(origin, origin + i, windowing.season());
    }
  }

  @Override
  public void read(int column, int row, int[] target, int offset) {
    throw new DataException(
        "[data] expected integers in column '%s' of dataset '%s' but it holds f64"
            .formatted(columns().get(column).name(), name()));
  }
}
