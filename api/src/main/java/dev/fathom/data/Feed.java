package dev.fathom.data;

import dev.fathom.spi.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * How columns of a dataset become the tensors of a batch, in order. Immutable.
 *
 * <pre>{@code
 * Feed feed = Feed.EMPTY.floats("image", Normalisation.scaled(1 / 255.0)).ids("label", 0, 10);
 * }</pre>
 *
 * @param entries one for each column
 */
public record Feed(List<Entry> entries) {
  /** No column. */
  public static final Feed EMPTY = new Feed(List.of());

  /** A column of a batch. */
  public sealed interface Entry {
    /** {@return the column's name} */
    String column();

    /** {@return the type of its tensor} */
    DType dtype();
  }

  /** Numbers as f32. */
  public record Floats(String column, Normalisation normalisation) implements Entry {
    @Override
    public DType dtype() {
      return DType.F32;
    }
  }

  /**
   * Class numbers or token ids as i32.
   *
   * @param least the first: 0, or -1 if that marks steps that do not count
   * @param end of the range, exclusive
   */
  public record Ids(String column, int least, long end) implements Entry {
    @Override
    public DType dtype() {
      return DType.I32;
    }
  }

  public Feed {
    entries = List.copyOf(entries);
  }

  /** {@return this feed and a column of numbers} */
  public Feed floats(String column, Normalisation normalisation) {
    return with(new Floats(column, normalisation));
  }

  /** {@return this feed and a column of numbers as they are} */
  public Feed floats(String column) {
    return floats(column, Normalisation.NONE);
  }

  /** {@return this feed and a column of class numbers or token ids, see {@link Ids}} */
  public Feed ids(String column, int least, long end) {
    return with(new Ids(column, least, end));
  }

  /** {@return this feed and the columns of another that it does not have} */
  public Feed and(Feed other) {
    Feed all = this;
    for (Entry entry : other.entries) {
      all = all.entries.contains(entry) ? all : all.with(entry);
    }
    return all;
  }

  private Feed with(Entry entry) {
    List<Entry> all = new ArrayList<>(entries);
    all.add(entry);
    return new Feed(all);
  }

  /** {@return a builder of batches of a dataset, with these columns} */
  public Batches.Builder batches(Dataset dataset, int batchSize) {
    Batches.Builder builder = Batches.of(dataset, batchSize);
    for (Entry entry : entries) {
      switch (entry) {
        case Floats(String column, Normalisation normalisation) ->
            builder.floats(column, normalisation);
        case Ids(String column, int least, long end) -> builder.ids(column, least, end);
      }
    }
    return builder;
  }
}
