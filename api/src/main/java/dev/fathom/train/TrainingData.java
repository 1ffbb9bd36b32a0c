package dev.fathom.train;

import dev.fathom.data.Csv;
import dev.fathom.data.Dataset;
import dev.fathom.data.Frequency;
import dev.fathom.data.Idx;
import dev.fathom.data.SeriesColumns;
import dev.fathom.data.SeriesExamples;
import dev.fathom.data.SeriesSet;
import dev.fathom.data.SeriesWindows;
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
import dev.fathom.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
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
 */
public record TrainingData(
    Dataset train,
    Optional<Dataset> validation,
    Optional<Dataset> test,
    List<String> features,
    Optional<Tokenizer> tokenizer) {
  public TrainingData {
    features = List.copyOf(features);
  }

  /** Examples that are numbers, with nothing held back. */
  public TrainingData(Dataset train, Optional<Dataset> test) {
    this(train, Optional.empty(), test, List.of(), Optional.empty());
  }

  /** {@return the distance of the rows of series that have times} */
  Optional<Frequency> frequency() {
    return train instanceof SeriesWindows windows ? windows.frequency() : Optional.empty();
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
    Table train = read(reader(csv, finder.find(csv.train())));
    List<String> features =
        csv.features().isEmpty() ? train.numeric(spec.data().target()) : csv.features();
    checkColumns(spec, train);
    SequencedMap<String, List<String>> inputs = new LinkedHashMap<>();
    spec.inputs()
        .forEach(
            input ->
                inputs.put(input.column(), input.columns().isEmpty() ? features : input.columns()));
    Dataset examples = train.dataset(inputs, spec.data().target());
    Optional<Dataset> test = Optional.empty();
    if (csv.test().isPresent()) {
      // Classes and means are those of the training: a class that is new in the test is an error.
      Table table = read(reader(csv, finder.find(csv.test().get())).like(train));
      test = Optional.of(table.dataset(inputs, spec.data().target()));
    }
    return new TrainingData(examples, Optional.empty(), test, features, Optional.empty());
  }

  /** Checks that a table has the columns of the network's inputs. */
  private static void checkColumns(Spec spec, Table table) {
    List<String> known = table.fields().stream().map(Table.Field::name).toList();
    for (InputSpec input : spec.model().inputs()) {
      for (String column : input.columns()) {
        if (!known.contains(column)) {
          throw new SpecException(
              "/model/inputs/" + input.name(),
              "expected columns of the table, some of %s, but got '%s'".formatted(known, column));
        }
      }
    }
  }

  private static TrainingData open(Spec spec, SeriesSpec source, FileFinder finder)
      throws IOException {
    SeriesSet series = series(spec.data(), source, finder.find(source.file().train()));
    SeriesExamples examples =
        series.examples(
            source.windowing(),
            spec.data().input(),
            spec.training().validation(),
            source.heldOut());
    Stream.concat(series.notes().stream(), examples.notes().stream())
        .forEach(note -> log().log(System.Logger.Level.INFO, note));
    return new TrainingData(
        examples.train(),
        examples.validation().map(held -> held),
        examples.test().map(held -> held),
        source.features(spec.data().target()),
        Optional.empty());
  }

  /**
   * {@return the series in a file, read as a spec reads those that it learns from}
   *
   * @param source of {@code data}
   * @throws dev.fathom.format.FormatException if the file is damaged, naming the place
   * @throws dev.fathom.data.DataException if its values are not what the spec says
   */
  public static SeriesSet series(DataSpec data, SeriesSpec source, Path file) throws IOException {
    Csv reader = reader(source.file(), file);
    SeriesColumns columns = source.columns(data.target());
    columns.features().forEach(column -> reader.column(column, Kind.NUMBER));
    reader.column(columns.target(), Kind.NUMBER);
    columns.times().ifPresent(times -> reader.column(times.column(), Kind.TEXT));
    columns.key().ifPresent(key -> reader.column(key, Kind.TEXT));
    return SeriesSet.of(read(reader), columns);
  }

  /** Reads a table, and logs how many values are missing where the spec allows it. */
  private static Table read(Csv reader) throws IOException {
    Table table = reader.read();
    if (!table.missing().isEmpty()) {
      log()
          .log(
              System.Logger.Level.INFO,
              "[csv] %s: values are missing, by column: %s; %d rows are used"
                  .formatted(table.name(), table.missing(), table.size()));
    }
    return table;
  }

  private static System.Logger log() {
    return System.getLogger(TrainingData.class.getPackageName());
  }

  private static Csv reader(Source.Csv csv, Path file) {
    Csv reader =
        Csv.file(file)
            .separator(csv.separator())
            .missing(csv.missing(), csv.missingWords().toArray(String[]::new));
    csv.kinds().forEach(reader::column);
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
