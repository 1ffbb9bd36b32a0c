package dev.fathom.spec;

import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.MediaFiles;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.json.Fields;
import dev.fathom.json.SpecException;
import dev.fathom.spec.Source.FileFinder;
import dev.fathom.table.TableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Files with what is learned of them: in folders that are classes, or in a table of paths.
 *
 * @param medium what the files hold
 * @param dataset that has the files; empty for paths relative to the spec's folder
 * @param train a folder, a zip file or a folder in one, or a table
 * @param test as {@code train} is, to test the result on
 * @param archive the folder or zip file that paths of a table are in; empty for the table's folder
 * @param path the column of paths
 * @param classes the names of the classes, in order; empty for those that are found, sorted
 */
record LabelledFiles(
    Medium medium,
    Optional<String> dataset,
    String train,
    Optional<String> test,
    Optional<String> archive,
    String path,
    List<String> classes) {
  private static final int MOST_LISTED = 5;

  LabelledFiles {
    classes = List.copyOf(classes);
  }

  static LabelledFiles parse(Fields f, Medium medium) {
    return new LabelledFiles(
        medium,
        Spec.dataset(f),
        f.text("train", null),
        f.has("test") && !f.isText("test") ? Optional.empty() : f.optionalText("test"),
        f.optionalText(medium.plural()),
        f.text("path", "path"),
        f.onceEach("classes", f.texts("classes")));
  }

  /** Files and their targets: a table with a column of paths. */
  record Listed(MediaFiles files, Table table, List<String> names) {}

  /**
   * All files.
   *
   * @param learned those that are learned from, of which some may be held back
   * @param measured those of {@code test}
   */
  record Both(Listed learned, Optional<Listed> measured) {
    List<Listed> all() {
      return measured.map(other -> List.of(learned, other)).orElse(List.of(learned));
    }

    /**
     * {@return the examples that these files make}
     *
     * @param examples of those that are learned from
     * @param tests of those that are measured, if there are any
     */
    Examples examples(Spec spec, Dataset examples, Optional<Dataset> tests) {
      TableSplit split = TableSplit.of(spec, learned.table());
      return new Examples(
          examples.select(examples.name() + " (train)", split.learned()),
          Optional.of(examples.select(examples.name() + " (validation)", split.held())),
          split.tested().length > 0
              ? Optional.of(examples.select(examples.name() + " (test)", split.tested()))
              : tests,
          List.of(),
          Optional.empty(),
          all().stream().flatMap(listed -> listed.table().notes().stream()).toList(),
          List.of());
    }
  }

  /** {@return the files} */
  Both read(Spec spec, FileFinder finder) throws IOException {
    Listed learned = read(spec, train, Optional.empty(), finder);
    return new Both(
        learned,
        test.isPresent()
            ? Optional.of(read(spec, test.get(), Optional.of(learned.table()), finder))
            : Optional.empty());
  }

  /**
   * {@return some of the files}
   *
   * @param name {@code train} or {@code test}
   * @param model what was learned from, whose classes these have; empty for what is learned from
   */
  private Listed read(Spec spec, String name, Optional<Table> model, FileFinder finder)
      throws IOException {
    if (TableFile.isNamed(Path.of(name))) {
      return ofTable(spec, name, model, finder);
    }
    if (archive.isPresent()) {
      throw new SpecException(
          "/data/" + medium.plural(),
          "expected a table beside it but '%s' is none".formatted(name));
    }
    return ofFolders(spec, medium.files(name, finder), model);
  }

  /** Paths that are none of the files, such as those with {@code ..}, are refused. */
  private Listed ofTable(Spec spec, String name, Optional<Table> model, FileFinder finder)
      throws IOException {
    if (archive.isEmpty() && dataset.isPresent()) {
      throw new SpecException(
          "/data/" + medium.plural(),
          "expected the zip file of the dataset that has the " + medium.plural());
    }
    Path file = finder.find(name);
    MediaFiles files =
        archive.isPresent()
            ? medium.files(archive.get(), finder)
            : MediaFiles.open(file.toAbsolutePath().getParent(), "", medium.counts());
    String target = spec.data().target();
    TableFile reader =
        TableFile.of(file)
            .column(path, Kind.TEXT)
            .need(path, "/data/path")
            .need(target, "/data/target")
            .only(List.of(path, target))
            .needRows(model.isPresent() ? "to test on" : "to learn from");
    List<String> labels = model.map(table -> table.field(target).labels()).orElse(classes);
    if (!labels.isEmpty()) {
      reader.classes(target, labels);
    } else if (spec.task().readsClasses()) {
      reader.column(target, Kind.CLASS);
    }
    Table table = reader.read();
    Set<String> known = new HashSet<>(files.names());
    List<String> names = new ArrayList<>();
    for (String each : table.texts(path)) {
      String normal = each.strip().replace('\\', '/').replaceFirst("^(\\./+)+", "");
      if (!known.contains(normal)) {
        throw new DataException(
            "[%s] %s, row %d: there is no %s '%s' in %s"
                .formatted(
                    medium.format(),
                    name,
                    names.size() + 1,
                    medium.singular(),
                    each,
                    files.name()));
      }
      names.add(normal);
    }
    if (archive.isEmpty()) {
      finder.named(name, file.toAbsolutePath().getParent(), names);
    }
    return new Listed(files, table, names);
  }

  private Listed ofFolders(Spec spec, MediaFiles files, Optional<Table> model) {
    String target = spec.data().target();
    List<String> found = files.folders().stream().filter(each -> !each.contains("/")).toList();
    List<String> labels =
        model
            .map(table -> table.field(target).labels())
            .orElse(classes.isEmpty() ? found : classes);
    Map<String, Integer> numberOf = new HashMap<>();
    labels.forEach(label -> numberOf.put(label, numberOf.size()));
    boolean[] shown = new boolean[labels.size()];
    List<String> names = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (String name : files.names()) {
      int slash = name.indexOf('/');
      if (slash < 0 || !medium.counts().test(name)) {
        others.add(name);
        continue;
      }
      Integer label = numberOf.get(name.substring(0, slash));
      if (label == null) {
        throw new DataException(
            "[%s] %s: expected a folder for one of the classes %s but got '%s'"
                .formatted(medium.format(), files.name(), labels, name.substring(0, slash)));
      }
      names.add(name);
      numbers.add(label);
      shown[label] = true;
    }
    if (names.isEmpty()) {
      throw new DataException(
          "[%s] %s: expected a folder for each class, with %s in it, but there is none"
              .formatted(medium.format(), files.name(), medium.plural()));
    }
    if (model.isEmpty()) {
      for (int label = 0; label < labels.size(); label++) {
        if (!shown[label]) {
          throw new DataException(
              "[%s] %s: expected a %s or more of the class '%s' but its folder %s"
                  .formatted(
                      medium.format(),
                      files.name(),
                      medium.singular(),
                      labels.get(label),
                      found.contains(labels.get(label)) ? "has none" : "is not there"));
        }
      }
    }
    SequencedMap<Field, Object> columns = new LinkedHashMap<>();
    columns.put(
        new Field(target, Kind.CLASS, labels, OptionalDouble.empty()),
        numbers.stream().mapToInt(Integer::intValue).toArray());
    List<String> notes = new ArrayList<>();
    notes.add(
        "%s: %,d %s in %d classes"
            .formatted(files.name(), names.size(), medium.plural(), labels.size()));
    if (!others.isEmpty()) {
      notes.add(
          "%s: left out %,d files that are no %s in the folder of a class: %s%s"
              .formatted(
                  files.name(),
                  others.size(),
                  medium.plural(),
                  String.join(", ", others.subList(0, Math.min(MOST_LISTED, others.size()))),
                  others.size() > MOST_LISTED ? " ..." : ""));
    }
    return new Listed(
        files,
        new Table(files.name(), names.size(), columns, Map.of(), new LinkedHashMap<>(), notes),
        names);
  }
}
