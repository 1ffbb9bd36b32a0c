package dev.fathom.train;

import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Tells a user how examples were split. */
final class SplitNotes {
  /** More classes than these are not told one by one. */
  private static final int FEW = 12;

  private SplitNotes() {}

  /** {@return how many examples of which class are in each part, and what is odd with them} */
  static List<String> of(Optional<Column> target, Split split, Optional<Dataset> test) {
    List<String> parts = new ArrayList<>();
    parts.add(part(split.train(), target, "examples to learn from"));
    if (split.validation().size() > 0) {
      parts.add(part(split.validation(), target, "to validate with"));
    }
    test.ifPresent(tested -> parts.add(part(tested, target, "to test on")));
    List<String> notes = new ArrayList<>(List.of(String.join("; ", parts)));
    if (target.isPresent() && target.get().isClass()) {
      int[] learned = SplitChecks.count(split.train(), target.get());
      List<String> unknown =
          IntStream.range(0, learned.length)
              .filter(i -> learned[i] == 0)
              .mapToObj(i -> "'" + target.get().labels().get(i) + "'")
              .toList();
      if (!unknown.isEmpty()) {
        notes.add("no example is learned of the classes " + listed(unknown));
      }
    }
    return notes;
  }

  /** {@return the first of many names} */
  private static String listed(List<String> names) {
    return names.size() <= FEW
        ? String.join(", ", names)
        : "%s and %d more".formatted(String.join(", ", names.subList(0, FEW)), names.size() - FEW);
  }

  private static String part(Dataset examples, Optional<Column> target, String what) {
    String all = String.format(Locale.ROOT, "%,d %s", examples.size(), what);
    return target
        .filter(Column::isClass)
        .map(column -> all + " (" + classes(examples, column) + ")")
        .orElse(all);
  }

  private static String classes(Dataset examples, Column target) {
    int[] counts = SplitChecks.count(examples, target);
    if (counts.length > FEW) {
      return String.format(
          Locale.ROOT,
          "%d classes of %,d to %,d",
          counts.length,
          Arrays.stream(counts).min().orElse(0),
          Arrays.stream(counts).max().orElse(0));
    }
    return String.join(
        ", ",
        IntStream.range(0, counts.length)
            .mapToObj(i -> String.format(Locale.ROOT, "%s: %,d", target.labels().get(i), counts[i]))
            .toList());
  }
}
