package dev.fathom.train;

import dev.fathom.data.Dataset;
import dev.fathom.data.Frequency;
import dev.fathom.data.Gaps;
import dev.fathom.data.Idx;
import dev.fathom.data.SeriesColumns;
import dev.fathom.data.SeriesExamples;
import dev.fathom.data.SeriesSet;
import dev.fathom.data.SeriesWindows;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Kind;
import dev.fathom.encode.Encoding;
import dev.fathom.json.SpecException;
import dev.fathom.spec.DataSpec;
import dev.fathom.spec.DataSpec.Source;
import dev.fathom.spec.SeriesSpec;
import dev.fathom.spec.Spec;
import dev.fathom.spec.TextSpec;
import dev.fathom.store.Sha256;
import dev.fathom.store.StoredDataset;
import dev.fathom.table.Cells;
import dev.fathom.table.Missing;
import dev.fathom.table.TableFile;
import dev.fathom.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
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
 * @param encodings how columns of a table become each of the inputs; empty where examples do not
 *     come from one
 * @param digests of the files that were read
 */
public record TrainingData(
    Dataset train,
    Optional<Dataset> validation,
    Optional<Dataset> test,
    List<String> features,
    Optional<Tokenizer> tokenizer,
    List<String> notes,
    List<Encoding> encodings,
    DataDigests digests) {
  public TrainingData {
    features = List.copyOf(features);
    notes = List.copyOf(notes);
    encodings = List.copyOf(encodings);
  }

  /** Examples that do not come from a table. */
  public TrainingData(
      Dataset train,
      Optional<Dataset> validation,
      Optional<Dataset> test,
      List<String> features,
      Optional<Tokenizer> tokenizer,
      List<String> notes) {
    this(train, validation, test, features, tokenizer, notes, List.of(), DataDigests.NONE);
  }

  /** Examples that are numbers, with nothing held back. */
  public TrainingData(Dataset train, Optional<Dataset> test) {
    this(train, Optional.empty(), test, List.of(), Optional.empty(), List.of());
  }

  /** {@return the distance of the rows of series that have times} */
  Optional<Frequency> frequency() {
    return train instanceof SeriesWindows windows ? windows.frequency() : Optional.empty();
  }

  /** What examples are read for. */
  public enum Use {
    /** To learn from them: they are in memory. */
    TRAINING,
    /**
     * To check a spec against them. Images stay in their files, and are slow to read but in order.
     */
    CHECK
  }

  /** Finds a file by its name. */
  @FunctionalInterface
  public interface FileFinder {
    /** {@return where the file is} */
    Path find(String name) throws IOException;

    /** {@return the SHA-256 of a file that was found}: that of its content, if not known before */
    default String sha256(String name, Path found) throws IOException {
      return Sha256.of(found);
    }
  }

  /** Finds files, and keeps their digests. */
  private record Digesting(FileFinder finder, SortedMap<String, String> digests)
      implements FileFinder {
    @Override
    public Path find(String name) throws IOException {
      Path found = finder.find(name);
      digests.put(name, finder.sha256(name, found));
      return found;
    }
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
      return read(spec, "data", List.of(), name -> existing(folder, name), Use.TRAINING);
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
      return named(spec, names, files::resolve, Use.TRAINING);
    }
  }

  /**
   * {@return the dataset that a spec names, from its files} Where the spec does not say which they
   * are, they are told apart by the names that MNIST and its successors use, {@code
   * train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte}, for the test {@code t10k-...},
   * each plain or {@code .gz}.
   *
   * @param files the names of all files; no other is opened
   * @param use what the examples are for
   * @throws SpecException if files are missing, naming them
   */
  public static TrainingData named(Spec spec, Collection<String> files, FileFinder finder, Use use)
      throws IOException {
    String name = spec.data().dataset().orElseThrow();
    return read(
        spec,
        name,
        files,
        new FileFinder() {
          @Override
          public Path find(String file) throws IOException {
            if (!files.contains(file)) {
              throw missing("/data", name, file, files);
            }
            return finder.find(file);
          }

          @Override
          public String sha256(String file, Path found) throws IOException {
            return finder.sha256(file, found);
          }
        },
        use);
  }

  /** {@return an uploaded dataset, read as in {@link #named}} */
  public static TrainingData of(Spec spec, StoredDataset dataset, Use use) throws IOException {
    return named(
        spec,
        dataset.files().keySet(),
        new FileFinder() {
          @Override
          public Path find(String file) throws IOException {
            return dataset.file(file);
          }

          @Override
          public String sha256(String file, Path found) {
            return dataset.files().get(file).sha256();
          }
        },
        use);
  }

  private static TrainingData read(
      Spec spec, String name, Collection<String> files, FileFinder finder, Use use)
      throws IOException {
    SortedMap<String, String> digests = new TreeMap<>();
    TrainingData read = examples(spec, name, files, new Digesting(finder, digests), use);
    return new TrainingData(
        read.train,
        read.validation,
        read.test,
        read.features,
        read.tokenizer,
        Stream.concat(read.notes.stream(), same(spec, digests).stream()).toList(),
        read.encodings,
        new DataDigests(digests));
  }

  /** {@return what to say of files that measure a model by what it has learned} */
  private static List<String> same(Spec spec, Map<String, String> digests) {
    List<String> notes = new ArrayList<>();
    BiConsumer<String, Optional<String>> compare =
        (learned, other) ->
            other
                .filter(name -> digests.containsKey(name))
                .filter(name -> digests.get(name).equals(digests.get(learned)))
                .ifPresent(
                    name ->
                        notes.add(
                            name.equals(learned)
                                ? "%s is learned from and measured on: that tells nothing of other examples"
                                    .formatted(name)
                                : "%s is the same as %s: it tells nothing of other examples"
                                    .formatted(name, learned)));
    switch (spec.data().source()) {
      case Source.Csv csv -> {
        compare.accept(csv.train(), csv.test());
        compare.accept(csv.train(), spec.training().validationFile());
      }
      case TextSpec text -> compare.accept(text.train(), text.test());
      case Source.Idx idx -> compare.accept(idx.images(), idx.test().map(Source.Idx.Pair::images));
      case Source.Named _, SeriesSpec _ -> {}
    }
    return notes;
  }

  private static TrainingData examples(
      Spec spec, String name, Collection<String> files, FileFinder finder, Use use)
      throws IOException {
    return switch (spec.data().source()) {
      case Source.Named _ -> open(name, likeMnist(name, files), finder, use);
      case Source.Idx idx -> open(name, idx, finder, use);
      case Source.Csv csv -> Tables.open(spec, csv, finder);
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

  private static TrainingData open(String name, Source.Idx idx, FileFinder finder, Use use)
      throws IOException {
    Dataset train =
        dataset(name, finder.find(idx.images()), finder.find(idx.labels()), idx.classes(), use);
    if (idx.test().isEmpty()) {
      return new TrainingData(train, Optional.empty());
    }
    Source.Idx.Pair pair = idx.test().get();
    // The test set need not show every class, so it gets the names of the training set.
    List<String> classes = train.columns().get(train.column("label")).labels();
    Dataset test =
        dataset(
            name + " (test)", finder.find(pair.images()), finder.find(pair.labels()), classes, use);
    return new TrainingData(train, Optional.of(test));
  }

  private static Dataset dataset(
      String name, Path images, Path labels, List<String> classes, Use use) throws IOException {
    return switch (use) {
      case TRAINING -> Idx.dataset(name, images, labels, classes);
      case CHECK -> Idx.inFiles(name, images, labels, classes);
    };
  }

  private static TrainingData open(Spec spec, SeriesSpec source, FileFinder finder)
      throws IOException {
    SeriesSet series = series(spec.data(), source, finder.find(source.file().train()));
    double validation = spec.training().validation();
    SeriesExamples examples =
        series.examples(source.windowing(), spec.data().input(), validation, source.heldOut());
    share("/data/heldOut", source.heldOut(), examples.tested());
    share("/training/validation", validation, examples.validated());
    return new TrainingData(
        examples.train(),
        examples.validation().map(held -> held),
        examples.test().map(held -> held),
        source.features(spec.data().target()),
        Optional.empty(),
        Stream.concat(series.notes().stream(), examples.notes().stream()).toList());
  }

  private static void share(String pointer, double share, SeriesExamples.Held held) {
    SplitChecks.share(pointer, share, held.rows(), held.of(), held.most(), "series");
  }

  /**
   * {@return the rows of a file, read as a spec reads those that it learns from}
   *
   * @param data of a table
   * @param model a table with the columns that are read, their kinds, labels and means
   * @throws dev.fathom.format.FormatException if the file is damaged, naming the place
   * @throws dev.fathom.data.DataException if its values are not what the spec says
   */
  public static Table rows(DataSpec data, Table model, Path file) throws IOException {
    if (!(data.source() instanceof Source.Csv csv)) {
      throw new IllegalArgumentException("[data] expected a spec of a table");
    }
    TableFile reader = table(csv, file).cells(kept(csv.cells()));
    csv.columns().forEach((column, cells) -> reader.cells(column, kept(cells)));
    return reader.like(model).read();
  }

  /** A row that is asked for is never left out: its answer would be another row's. */
  private static Cells kept(Cells cells) {
    return cells.missing() == Missing.DROP
        ? cells.with(Missing.REFUSE, cells.missingWords())
        : cells;
  }

  /**
   * {@return the series in a file, read as a spec reads those that it learns from}
   *
   * @param source of {@code data}
   * @throws dev.fathom.format.FormatException if the file is damaged, naming the place
   * @throws dev.fathom.data.DataException if its values are not what the spec says
   */
  public static SeriesSet series(DataSpec data, SeriesSpec source, Path file) throws IOException {
    TableFile reader = table(source.file(), file);
    SeriesColumns columns = source.columns(data.target());
    SequencedMap<String, Kind> kinds = new LinkedHashMap<>();
    columns.times().ifPresent(times -> kinds.put(times.column(), Kind.TEXT));
    columns.key().ifPresent(key -> kinds.put(key, Kind.TEXT));
    columns.features().forEach(column -> kinds.put(column, Kind.NUMBER));
    kinds.put(columns.target(), Kind.NUMBER);
    kinds.forEach(reader::column);
    neverFilled(source, columns, reader);
    reader.remedy(column -> remedy(columns, column));
    return SeriesSet.of(reader.only(kinds.keySet()).read(), columns);
  }

  /**
   * A row without a target is a gap, where rows have times; where they have none it is an error.
   */
  private static void neverFilled(SeriesSpec source, SeriesColumns columns, TableFile reader) {
    Source.Csv file = source.file();
    Cells cells = file.columns().getOrDefault(columns.target(), file.cells());
    if (columns.times().isPresent() && columns.times().get().gaps() != Gaps.REFUSE) {
      Cells dropped = cells.of(Kind.NUMBER).with(Missing.DROP, cells.missingWords());
      reader.cells(columns.target(), dropped);
    } else if (columns.times().isPresent()) {
      reader.target(columns.target());
    } else if (cells.missing() == Missing.PREVIOUS) {
      reader.cells(
          columns.target(), cells.of(Kind.NUMBER).with(Missing.REFUSE, cells.missingWords()));
    }
  }

  /** {@return what to do where a series misses a value of a column} */
  private static String remedy(SeriesColumns columns, String column) {
    if (column.equals(columns.target())) {
      return columns.times().isPresent()
          ? "a row without a target is a gap: say \"gaps\": \"previous\", \"interpolate\" or \"split\""
          : "without \"time\" each row needs a target";
    }
    return columns.key().isPresent()
        ? "beside \"key\" nothing fills it: the row before may be of another series"
        : "\"missing\": \"previous\" in \"data\" fills it with the value of the row before";
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
