package dev.fathom.train;

import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.Split;
import dev.fathom.spi.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds pictures that are there twice: what is tested on and learned too tells little. */
final class SamePictures {
  private final Table known;
  private final Optional<String> target;
  private int contrary;

  /** The numbers of two classes that the first such picture has. */
  private int[] first = new int[0];

  private SamePictures(Optional<String> target, int most) {
    this.target = target;
    known = new Table(most);
  }

  /**
   * {@return what a user should know of pictures that are the same, byte for byte} Nothing of
   * columns that are no pictures, and of datasets that know no hashes.
   */
  static List<String> notes(
      Column pictures, Optional<Column> target, Split split, Optional<Dataset> test) {
    if (pictures.dtype() != DType.U8 || !hashes(split.train(), pictures)) {
      return List.of();
    }
    Optional<Column> classes = target.filter(Column::isClass);
    int all = split.train().size() + split.validation().size() + test.map(Dataset::size).orElse(0);
    SamePictures same = new SamePictures(classes.map(Column::name), all);
    same.add(split.train(), pictures, true);
    List<String> notes = new ArrayList<>();
    same.note(split.validation(), pictures, "validate with").ifPresent(notes::add);
    test.flatMap(tested -> same.note(tested, pictures, "test on")).ifPresent(notes::add);
    if (same.contrary > 0) {
      List<String> labels = classes.orElseThrow().labels();
      notes.add(
          String.format(
              Locale.ROOT,
              "%,d %s there with two classes or more, the first as '%s' and as '%s'",
              same.contrary,
              same.contrary == 1 ? "picture is" : "pictures are",
              labels.get(same.first[0]),
              labels.get(same.first[1])));
    }
    return notes;
  }

  private static boolean hashes(Dataset examples, Column pictures) {
    return examples.size() > 0 && examples.hash(examples.column(pictures.name()), 0).isPresent();
  }

  private Optional<String> note(Dataset examples, Column pictures, String use) {
    int twice = add(examples, pictures, false);
    return twice == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d of the %,d pictures to %s %s learned from too: of other pictures %s nothing",
                twice,
                examples.size(),
                use,
                twice == 1 ? "is" : "are",
                twice == 1 ? "it tells" : "they tell"));
  }

  /** {@return how many are learned from} */
  private int add(Dataset examples, Column pictures, boolean learned) {
    int column = examples.column(pictures.name());
    int classes = target.map(examples::column).orElse(-1);
    int[] number = new int[1];
    int twice = 0;
    for (int row = 0; row < examples.size(); row++) {
      OptionalLong hash = examples.hash(column, row);
      if (hash.isEmpty()) {
        continue;
      }
      if (classes >= 0) {
        examples.read(classes, row, number, 0);
      }
      int place = known.place(hash.getAsLong());
      if (!known.isTaken(place)) {
        known.take(place, hash.getAsLong(), number[0], learned);
        continue;
      }
      if (known.learned[place]) {
        twice++;
      }
      if (known.labels[place] != number[0] && !known.contrary[place]) {
        known.contrary[place] = true;
        if (contrary++ == 0) {
          first = new int[] {known.labels[place], number[0]};
        }
      }
    }
    return twice;
  }

  /**
   * Hashes with what is known of each, by open addressing; at most half of the places are taken.
   */
  private static final class Table {
    private static final int EMPTY = -1;

    final long[] hashes;
    final int[] labels;
    final boolean[] learned;
    final boolean[] contrary;

    Table(int most) {
      int places = Integer.highestOneBit(Math.max(1, most)) << 2;
      hashes = new long[places];
      labels = new int[places];
      learned = new boolean[places];
      contrary = new boolean[places];
      Arrays.fill(labels, EMPTY);
    }

    /** {@return where a hash is, or may be put} */
    int place(long hash) {
      int place = (int) hash & hashes.length - 1;
      while (isTaken(place) && hashes[place] != hash) {
        place = place + 1 & hashes.length - 1;
      }
      return place;
    }

    boolean isTaken(int place) {
      return labels[place] != EMPTY;
    }

    void take(int place, long hash, int label, boolean isLearned) {
      hashes[place] = hash;
      labels[place] = label;
      learned[place] = isLearned;
    }
  }
}
