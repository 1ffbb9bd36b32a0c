package dev.fathom.train;

import dev.fathom.data.Dataset;
import dev.fathom.data.Idx;
import dev.fathom.model.DataSpec;
import dev.fathom.model.DataSpec.Source;
import dev.fathom.model.SpecException;
import dev.fathom.store.StoredDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The examples of a training.
 *
 * @param train what is learned from; a validation split is taken from it
 * @param test what the result is measured on
 */
public record TrainingData(Dataset train, Optional<Dataset> test) {
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
   * @throws dev.fathom.format.FormatException if a file is damaged, naming the byte
   */
  public static TrainingData open(DataSpec data, Path folder) throws IOException {
    return switch (data.source()) {
      case Source.Idx idx -> open("data", idx, name -> existing(folder, name));
      case Source.Named(String name) -> {
        Path home = folder.toRealPath();
        Path files = home.endsWith(name) ? home : home.resolve(name);
        if (!Files.isDirectory(files)) {
          throw new SpecException(
              "/data/dataset",
              "expected a folder '%s' beside the spec, with the files of the dataset, but there"
                      .formatted(name)
                  + " is none");
        }
        try (Stream<Path> list = Files.list(files)) {
          Set<String> names =
              list.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
          yield named(name, names, files::resolve);
        }
      }
    };
  }

  /**
   * {@return a dataset from its files, told apart by the names that MNIST and its successors use}
   * {@code train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte}, for the test {@code
   * t10k-...}, each plain or {@code .gz}.
   *
   * @param files the names of all files
   * @throws SpecException if files are missing, naming them
   */
  public static TrainingData named(String dataset, Collection<String> files, FileFinder finder)
      throws IOException {
    Optional<Source.Idx.Pair> test =
        first(files, "t10k-images-idx3-ubyte")
            .flatMap(
                images ->
                    first(files, "t10k-labels-idx1-ubyte")
                        .map(labels -> new Source.Idx.Pair(images, labels)));
    Source.Idx idx =
        new Source.Idx(
            needed(dataset, files, "train-images-idx3-ubyte"),
            needed(dataset, files, "train-labels-idx1-ubyte"),
            test,
            List.of());
    return open(dataset, idx, finder);
  }

  /** {@return an uploaded dataset, told apart by its file names as in {@link #named}} */
  public static TrainingData of(StoredDataset dataset) throws IOException {
    return named(dataset.name(), dataset.files().keySet(), dataset::file);
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

  private static Optional<String> first(Collection<String> files, String name) {
    return Stream.of(name, name + ".gz").filter(files::contains).findFirst();
  }

  private static String needed(String dataset, Collection<String> files, String name) {
    return first(files, name)
        .orElseThrow(
            () ->
                new SpecException(
                    "/data/dataset",
                    "expected a file %s[.gz] in dataset '%s' but it has %s"
                        .formatted(name, dataset, files.stream().sorted().toList())));
  }

  private static Path existing(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new SpecException("/data", "there is no file '%s' beside the spec".formatted(name));
    }
    return file;
  }
}
