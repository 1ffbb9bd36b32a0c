package dev.fathom.service.jobs;

import dev.fathom.json.SpecException;
import dev.fathom.service.FathomConfig;
import dev.fathom.spec.Spec;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.StoredDataset;
import dev.fathom.train.TrainingData;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Datasets by name: those that were uploaded, and the samples that stand beside the launcher. An
 * uploaded one hides a sample of its name. Safe for several threads.
 */
@Singleton
public final class Datasets {

  /** The names of data files in a sample's folder, which has other files too. */
  private static final Pattern DATA = Pattern.compile("-ubyte|\\.(csv|txt)$");

  private final DataDirectory directory;
  private final FathomConfig config;

  /**
   * A dataset.
   *
   * @param source {@code uploaded} or {@code sample}
   * @param bytes the size of all files
   */
  public record Description(String name, String source, long bytes, List<File> files) {}

  /**
   * A file of a dataset.
   *
   * @param sha256 of uploaded files
   */
  public record File(String name, long bytes, String sha256, Instant uploaded) {}

  @Inject
  public Datasets(DataDirectory directory, FathomConfig config) {
    this.directory = directory;
    this.config = config;
  }

  /** {@return all names, sorted} */
  public List<String> names() throws IOException {
    var names = new TreeSet<>(samples().keySet());
    names.addAll(directory.datasets().names());
    return List.copyOf(names);
  }

  /**
   * {@return a dataset}
   *
   * @throws dev.fathom.store.StoreException if there is none
   */
  public Description get(String name) throws IOException {
    return isSample(name)
        ? describe(name, samples().get(name))
        : describe(directory.datasets().get(name));
  }

  /** Adds a file to a dataset, or replaces it, while it is received. */
  public Description put(String name, String file, InputStream content) throws IOException {
    long most = config.limits().dataset().asLongValue();
    return describe(directory.datasets().put(name, file, content, most));
  }

  /**
   * {@return the examples of the dataset that a spec names}
   *
   * @throws SpecException if there is no such dataset or a file is missing
   * @throws dev.fathom.format.FormatException if a file is damaged, naming the place
   * @throws dev.fathom.store.StoreException if a file is no longer as it was uploaded
   */
  public TrainingData open(Spec spec) throws IOException {
    var name = spec.data().dataset().orElseThrow();
    if (isSample(name)) {
      var folder = samples().get(name);
      return TrainingData.named(spec, filesOf(folder).keySet(), folder::resolve);
    }
    if (!directory.datasets().names().contains(name)) {
      throw new SpecException(
          "/data/dataset", "there is no dataset '%s' but %s".formatted(name, names()));
    }
    return TrainingData.of(spec, directory.datasets().get(name));
  }

  private boolean isSample(String name) throws IOException {
    return !directory.datasets().names().contains(name) && samples().containsKey(name);
  }

  private Map<String, Path> samples() throws IOException {
    var samples = new TreeMap<String, Path>();
    var home = config.home().map(folder -> folder.resolve("samples")).filter(Files::isDirectory);
    if (home.isPresent()) {
      try (var folders = Files.list(home.get())) {
        for (var folder : folders.filter(Files::isDirectory).toList()) {
          if (!filesOf(folder).isEmpty()) {
            samples.put(folder.getFileName().toString(), folder);
          }
        }
      }
    }
    return samples;
  }

  private static Map<String, Path> filesOf(Path folder) throws IOException {
    var files = new TreeMap<String, Path>();
    try (var list = Files.list(folder)) {
      list.forEach(file -> files.put(file.getFileName().toString(), file));
    }
    files.keySet().removeIf(name -> !DATA.matcher(name).find());
    return files;
  }

  private static Description describe(String name, Path folder) throws IOException {
    var files = new ArrayList<File>();
    for (var file : filesOf(folder).entrySet()) {
      files.add(new File(file.getKey(), Files.size(file.getValue()), null, null));
    }
    long bytes = files.stream().mapToLong(File::bytes).sum();
    return new Description(name, "sample", bytes, files);
  }

  private static Description describe(StoredDataset stored) {
    var files =
        stored.files().entrySet().stream()
            .map(
                file ->
                    new File(
                        file.getKey(),
                        file.getValue().bytes(),
                        file.getValue().sha256(),
                        file.getValue().written()))
            .toList();
    return new Description(stored.name(), "uploaded", stored.bytes(), files);
  }
}
