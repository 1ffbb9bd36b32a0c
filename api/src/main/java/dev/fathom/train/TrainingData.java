package dev.fathom.train;

import dev.fathom.data.Dataset;
import dev.fathom.data.Frequency;
import dev.fathom.data.SeriesWindows;
import dev.fathom.encode.Encoding;
import dev.fathom.json.SpecException;
import dev.fathom.spec.DataSpec;
import dev.fathom.spec.Examples;
import dev.fathom.spec.Source;
import dev.fathom.spec.Source.FileFinder;
import dev.fathom.spec.Source.Use;
import dev.fathom.spec.Spec;
import dev.fathom.spec.TransferSpec.From;
import dev.fathom.store.Sha256;
import dev.fathom.store.StoredDataset;
import dev.fathom.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
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

  /** Finds files, and keeps their digests; finds models. */
  private record Digesting(FileFinder finder, SortedMap<String, String> digests, ModelSource models)
      implements FileFinder {
    @Override
    public Path find(String name) throws IOException {
      Path found = finder.find(name);
      digests.put(name, finder.sha256(name, found));
      return found;
    }

    @Override
    public void named(String name, Path folder, List<String> others) throws IOException {
      List<Path> files = others.stream().distinct().sorted().map(folder::resolve).toList();
      digests.put("pictures of " + name, Sha256.of(folder, files));
    }

    @Override
    public Tokenizer tokenizer(From from) throws IOException {
      ModelSource.Found found = models.open(from);
      return found
          .model()
          .tokenizer()
          .orElseThrow(
              () ->
                  new SpecException(
                      "/from",
                      "expected a model with a tokenizer but '%s' has none"
                          .formatted(found.name())));
    }
  }

  /**
   * {@return the data of a spec that lies beside its files} Paths are relative to {@code folder}. A
   * dataset is the folder itself, if that has its name, or the folder of its name in it or beside
   * it.
   *
   * @param models of which one may give its tokenizer
   * @throws SpecException if a dataset, a file or a model is not there
   * @throws dev.fathom.format.FormatException if a file is damaged, naming the place
   * @throws dev.fathom.data.DataException if its values are not what the spec says
   */
  public static TrainingData open(Spec spec, Path folder, ModelSource models) throws IOException {
    DataSpec data = spec.data();
    if (data.dataset().isEmpty()) {
      return read(spec, "data", List.of(), name -> existing(folder, name), models, Use.TRAINING);
    }
    String name = data.dataset().get();
    Path home = folder.toRealPath();
    Path inside = home.endsWith(name) ? home : home.resolve(name);
    Path files = Files.isDirectory(inside) ? inside : home.resolveSibling(name);
    if (!Files.isDirectory(files)) {
      throw new SpecException(
          "/data/dataset",
          "expected a folder '%s' beside the spec, with the files of the dataset, but there is none"
              .formatted(name));
    }
    try (Stream<Path> list = Files.list(files)) {
      Set<String> names =
          list.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
      return named(spec, names, files::resolve, models, Use.TRAINING);
    }
  }

  /** {@return the data of a spec that begins from no model} */
  public static TrainingData open(Spec spec, Path folder) throws IOException {
    return open(spec, folder, ModelSource.NONE);
  }

  /**
   * {@return the dataset that a spec names, from its files}
   *
   * @param files the names of all files; no other is opened
   * @param use what the examples are for
   * @throws SpecException if files are missing, naming them
   */
  public static TrainingData named(
      Spec spec, Collection<String> files, FileFinder finder, ModelSource models, Use use)
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
        models,
        use);
  }

  /** {@return an uploaded dataset, read as in {@link #named}} */
  public static TrainingData of(Spec spec, StoredDataset dataset, ModelSource models, Use use)
      throws IOException {
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
        models,
        use);
  }

  private static TrainingData read(
      Spec spec,
      String name,
      Collection<String> files,
      FileFinder finder,
      ModelSource models,
      Use use)
      throws IOException {
    SortedMap<String, String> digests = new TreeMap<>();
    Examples read =
        spec.data()
            .source()
            .read(spec, name, List.copyOf(files), new Digesting(finder, digests, models), use);
    return of(read, same(spec, digests), new DataDigests(digests));
  }

  /** {@return examples that were read from no file} */
  public static TrainingData of(Examples read) {
    return of(read, List.of(), DataDigests.NONE);
  }

  private static TrainingData of(Examples read, List<String> notes, DataDigests digests) {
    return new TrainingData(
        read.train(),
        read.validation(),
        read.test(),
        read.features(),
        read.tokenizer(),
        Stream.concat(read.notes().stream(), notes.stream()).toList(),
        read.encodings(),
        digests);
  }

  /** {@return what to say of files that measure a model by what it has learned} */
  private static List<String> same(Spec spec, Map<String, String> digests) {
    Source source = spec.data().source();
    if (source.learned().isEmpty()) {
      return List.of();
    }
    String learned = source.learned().get();
    return Stream.of(source.tested(), spec.training().validationFile())
        .flatMap(Optional::stream)
        .filter(
            name ->
                name.equals(learned)
                    || digests.containsKey(name) && digests.get(name).equals(digests.get(learned)))
        .map(
            name ->
                name.equals(learned)
                    ? "%s is learned from and measured on: that tells nothing of other examples"
                        .formatted(name)
                    : "%s is the same as %s: it tells nothing of other examples"
                        .formatted(name, learned))
        .toList();
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
