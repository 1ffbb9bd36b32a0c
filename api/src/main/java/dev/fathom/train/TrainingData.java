package dev.fathom.train;

import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.Idx;
import dev.fathom.data.Series;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Kind;
import dev.fathom.json.SpecException;
import dev.fathom.spec.DataSpec;
import dev.fathom.spec.DataSpec.Source;
import dev.fathom.spec.InputSpec;
import dev.fathom.spec.SeriesSpec;
import dev.fathom.spec.Spec;
import dev.fathom.spec.TextSpec;
import dev.fathom.store.StoredDataset;
import dev.fathom.table.TableFile;
import dev.fathom.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The examples of a training.
 *
 * @param train examples to learn from
 * @param validation examples that were held back already; if empty, the trainer holds back the
 *     share that the spec names
 * @param test examples that the result is measured on
 * @param features the columns of a table that the input is made of, in order; empty where examples
 *     do not come from one
 * @param tokenizer of texts; empty where examples are none
 * @param notes what a user should know of how the files were read, each a sentence
 */
public record TrainingData(
    Dataset train,
    Optional<Dataset> validation,
    Optional<Dataset> test,
    List<String> features,
    Optional<Tokenizer> tokenizer,
    List<String> notes) {
  private static final int MOST_LISTED = 12;

  public TrainingData {
    features = List.copyOf(features);
    notes = List.copyOf(notes);
  }

  /** Examples that are numbers, with nothing held back. */
  public TrainingData(Dataset train, Optional<Dataset> test) {
    this(train, Optional.empty(), test, List.of(), Optional.empty(), List.of());
  }

  /** Finds a file by its name. */
  @FunctionalInterface
  public interface FileFinder {
    /** {@return where the file is} */
    Path find(String name) throws IOException;
  }

  /**
   * {@return the data of a spec that lies beside its files} Paths are relative to {@code folder}. A
   * dataset is the folder itself, if that has its name, or the folder of its name in it.
   *
   * @throws SpecException if a dataset or file is not there
   * @throws dev.fathom.format.FormatException if a file is damaged, naming the place
   * @throws dev.fathom.data.DataException if its values are not what the spec says
   */
  public static TrainingData open(Spec spec, Path folder) throws IOException {
    DataSpec data = spec.data();
    if (data.dataset().isEmpty()) {
      return read(spec, "data", List.of(), name -> existing(folder, name));
    }
    String name = data.dataset().get();
    Path home = folder.toRealPath();
    Path files = home.endsWith(name) ? home : home.resolve(name);
    if (!Files.isDirectory(files)) {
      throw new SpecException(
          "/data/dataset",
          "expected a folder '%s' beside the spec, with the files of the dataset, but there is none"
              .formatted(name));
    }
    try (Stream<Path> list = Files.list(files)) {
      Set<String> names =
          list.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
      return named(spec, names, files::resolve);
    }
  }

  /**
   * {@return the dataset that a spec names, from its files} Where the spec does not say which they
   * are, they are told apart by the names that MNIST and its successors use, {@code
   * train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte}, for the test {@code t10k-...},
   * each plain or {@code .gz}.
   *
   * @param files the names of all files; no other is opened
   * @throws SpecException if files are missing, naming them
   */
  public static TrainingData named(Spec spec, Collection<String> files, FileFinder finder)
      throws IOException {
    String name = spec.data().dataset().orElseThrow();
    return read(
        spec,
        name,
        files,
        file -> {
          if (!files.contains(file)) {
            throw missing("/data", name, file, files);
          }
          return finder.find(file);
        });
  }

  /** {@return an uploaded dataset, read as in {@link #named}} */
  public static TrainingData of(Spec spec, StoredDataset dataset) throws IOException {
    return named(spec, dataset.files().keySet(), dataset::file);
  }

  private static TrainingData read(
      Spec spec, String name, Collection<String> files, FileFinder finder) throws IOException {
    return switch (spec.data().source()) {
      case Source.Named _ -> open(name, likeMnist(name, files), finder);
      case Source.Idx idx -> open(name, idx, finder);
      case Source.Csv csv -> open(spec, csv, finder);
      case TextSpec text -> Texts.open(spec, text, finder);
      case SeriesSpec series -> open(spec, series, finder);
    };
  }

  private static Source.Idx likeMnist(String dataset, Collection<String> files) {
    Optional<Source.Idx.Pair> test =
        first(files, "t10k-images-idx3-ubyte")
            .flatMap(
                images ->
                    first(files, "t10k-labels-idx1-ubyte")
                        .map(labels -> new Source.Idx.Pair(images, labels)));
    return new Source.Idx(
        needed(dataset, files, "train-images-idx3-ubyte"),
        needed(dataset, files, "train-labels-idx1-ubyte"),
        test,
        List.of());
  }

  private static TrainingData open(String name, Source.Idx idx, FileFinder finder)
      throws IOException {
    Dataset train =
        Idx.dataset(name, finder.find(idx.images()), finder.find(idx.labels()), idx.classes());
    if (idx.test().isEmpty()) {
      return new TrainingData(train, Optional.empty());
    }
    Source.Idx.Pair pair = idx.test().get();
    // The test set need not show every class, so it gets the names of the training set.
    List<String> classes = train.columns().get(train.column("label")).labels();
    Dataset test =
        Idx.dataset(
            name + " (test)", finder.find(pair.images()), finder.find(pair.labels()), classes);
    return new TrainingData(train, Optional.of(test));
  }

  private static TrainingData open(Spec spec, Source.Csv csv, FileFinder finder)
      throws IOException {
    String target = spec.data().target();
    TableFile reader = reader(spec, csv, finder.find(csv.train())).needRows("to learn from");
    if (spec.task().readsClasses() && !csv.kinds().containsKey(target)) {
      reader.column(target, Kind.CLASS);
    }
    Table train = reader.read();
    checkClasses(train, target);
    List<String> features = csv.features().isEmpty() ? train.numeric(target) : csv.features();
    SequencedMap<String, List<String>> inputs = new LinkedHashMap<>();
    spec.inputs()
        .forEach(
            input ->
                inputs.put(input.column(), input.columns().isEmpty() ? features : input.columns()));
    Dataset examples = train.dataset(inputs, target);
    List<String> notes = new ArrayList<>();
    notes.add(
        "%s: %d rows; '%s' is learned from %s"
            .formatted(train.name(), train.size(), target, listed(inputs)));
    notes.addAll(train.notes());
    Optional<Dataset> test = Optional.empty();
    if (csv.test().isPresent()) {
      // Classes and means are those of the training: a class that is new in the test is an error.
      Table table =
          table(csv, finder.find(csv.test().get()))
              .target(target)
              .needRows("to test on")
              .like(train)
              .read();
      notes.addAll(table.notes());
      test = Optional.of(table.dataset(inputs, target));
    }
    return new TrainingData(examples, Optional.empty(), test, features, Optional.empty(), notes);
  }

  private static String listed(SequencedMap<String, List<String>> inputs) {
    List<String> all = inputs.values().stream().flatMap(List::stream).distinct().toList();
    return all.size() <= MOST_LISTED
        ? String.join(", ", all)
        : String.join(", ", all.subList(0, MOST_LISTED))
            + " and %d more".formatted(all.size() - MOST_LISTED);
  }

  private static void checkClasses(Table table, String target) {
    if (table.field(target).kind() != Kind.CLASS) {
      return;
    }
    int[] classes = table.classes(target);
    if (Arrays.stream(classes).allMatch(each -> each == classes[0])) {
      throw new DataException(
          "[data] %s: expected 2 classes or more in column '%s' but all %d rows are of class '%s'%s"
              .formatted(
                  table.name(),
                  target,
                  table.size(),
                  table.field(target).labels().get(classes[0]),
                  table.notes().stream().map(note -> "; " + note).collect(Collectors.joining())));
    }
  }

  /** {@return a reader of the columns that a spec uses} */
  private static TableFile reader(Spec spec, Source.Csv csv, Path file) {
    String target = spec.data().target();
    TableFile reader = table(csv, file).target(target).need(target, "/data/target");
    Set<String> used = new LinkedHashSet<>(csv.features());
    csv.features().forEach(name -> reader.need(name, "/data/features"));
    for (InputSpec input : spec.model().inputs()) {
      input.columns().forEach(name -> reader.need(name, "/model/inputs/" + input.name()));
      used.addAll(input.columns());
    }
    csv.columns()
        .keySet()
        .forEach(
            name ->
                reader.need(
                    name, "/data/" + (csv.kinds().containsKey(name) ? "kinds" : "columns")));
    used.add(target);
    boolean all =
        csv.features().isEmpty()
            && spec.inputs().stream().anyMatch(input -> input.columns().isEmpty());
    return all
        ? reader.leaveOut(field -> used.contains(field.name()) ? Optional.empty() : leftOut(field))
        : reader.only(used);
  }

  /** {@return why a column that a spec does not name is no input; empty if it is one} */
  private static Optional<String> leftOut(Table.Field field) {
    return switch (field.kind()) {
      case NUMBER, INTEGER, BOOLEAN -> Optional.empty();
      case DATE, CLASS, CATEGORY, TEXT -> Optional.of(field.kind().name().toLowerCase(Locale.ROOT));
    };
  }

  private static TrainingData open(Spec spec, SeriesSpec source, FileFinder finder)
      throws IOException {
    Series series = series(spec.data(), source, finder.find(source.file().train()));
    int first = source.windowing().window();
    int test = series.size() - (int) Math.round(series.size() * source.heldOut());
    int known = Math.max(0, test - first);
    int held = test - (int) Math.round(known * spec.training().validation());
    String input = spec.data().input();
    return new TrainingData(
        series.windows(source.windowing(), input, first, held),
        heldOut(series, source, input, held, test),
        heldOut(series, source, input, test, series.size()),
        source.features(spec.data().target()),
        Optional.empty(),
        List.of());
  }

  private static Optional<Dataset> heldOut(
      Series series, SeriesSpec source, String input, int from, int to) {
    return from == to
        ? Optional.empty()
        : Optional.of(series.windows(source.windowing(), input, from, to).comparable());
  }

  /**
   * {@return a series in a file, read as a spec reads the one that it learns from}
   *
   * @param source of {@code data}
   * @throws dev.fathom.format.FormatException if the file is damaged, naming the place
   * @throws dev.fathom.data.DataException if its values are not what the spec says
   */
  public static Series series(DataSpec data, SeriesSpec source, Path file) throws IOException {
    TableFile reader = table(source.file(), file);
    Set<String> used = new LinkedHashSet<>(source.features(data.target()));
    used.add(data.target());
    used.forEach(column -> reader.column(column, Kind.NUMBER));
    source.time().ifPresent(column -> reader.column(column, Kind.TEXT));
    source.time().ifPresent(used::add);
    return Series.of(
        reader.only(used).read(), source.features(data.target()), data.target(), source.time());
  }

  /** {@return a reader of a file that reads it as a spec says} */
  public static TableFile table(Source.Csv csv, Path file) {
    TableFile reader =
        TableFile.of(file).format(csv.format()).dialect(csv.dialect()).cells(csv.cells());
    csv.columns().forEach(reader::cells);
    return reader;
  }

  private static Optional<String> first(Collection<String> files, String name) {
    return Stream.of(name, name + ".gz").filter(files::contains).findFirst();
  }

  private static String needed(String dataset, Collection<String> files, String name) {
    return first(files, name)
        .orElseThrow(() -> missing("/data/dataset", dataset, name + "[.gz]", files));
  }

  private static SpecException missing(
      String pointer, String dataset, String file, Collection<String> files) {
    return new SpecException(
        pointer,
        "expected a file %s in dataset '%s' but it has %s"
            .formatted(file, dataset, files.stream().sorted().toList()));
  }

  private static Path existing(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      throw new SpecException("/data", "there is no file '%s' beside the spec".formatted(name));
    }
    return file;
  }
}
