package dev.fathom.service.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.json.Nearest;
import dev.fathom.json.SpecException;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.Refusal;
import dev.fathom.service.Samples;
import dev.fathom.service.ServerPaths;
import dev.fathom.spec.Source.Use;
import dev.fathom.spec.Spec;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.Datasets.Guard;
import dev.fathom.store.Sha256;
import dev.fathom.store.StoreException;
import dev.fathom.store.StoredDataset;
import dev.fathom.store.StoredFile;
import dev.fathom.train.ModelSource;
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
import java.util.Optional;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Datasets by name: those that were uploaded, and the samples, whose names are taken. An upload of
 * an earlier Fathom hides the sample of its name until it is deleted. Safe for several threads.
 */
@Singleton
public final class Datasets {

  private static final int MOST_LISTED = 12;

  private final DataDirectory directory;
  private final FathomConfig config;
  private final Samples samples;
  private final ServerPaths paths;

  /**
   * A dataset.
   *
   * @param source {@code uploaded} or {@code sample}
   * @param bytes the size of all files
   * @param error why it cannot be read; it has no files then
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(
      name = "Dataset",
      requiredProperties = {"name", "source", "bytes", "files"})
  public record Dataset(
      String name,
      @Schema(enumeration = {"uploaded", "sample"}) String source,
      long bytes,
      List<File> files,
      String error) {}

  /**
   * A file of a dataset.
   *
   * @param sha256 and {@code uploaded} are told of uploaded files alone
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(
      name = "DatasetFile",
      requiredProperties = {"name", "bytes"})
  public record File(String name, long bytes, String sha256, Instant uploaded) {}

  @Inject
  public Datasets(DataDirectory directory, FathomConfig config) {
    this.directory = directory;
    this.config = config;
    samples = new Samples(config);
    paths = new ServerPaths(config, directory);
  }

  /** {@return all names, sorted} */
  public List<String> names() throws IOException {
    var names = new TreeSet<>(samples.names());
    names.addAll(directory.datasets().names());
    return List.copyOf(names);
  }

  /**
   * {@return a dataset}
   *
   * @throws StoreException if there is none
   */
  public Dataset get(String name) throws IOException {
    return isSample(name)
        ? describe(name, samples.folder(name))
        : describe(directory.datasets().get(name));
  }

  /** {@return a dataset, as one of a list: if it is damaged, with the reason} */
  public Dataset listed(String name) throws IOException {
    try {
      return get(name);
    } catch (StoreException e) {
      return new Dataset(name, "uploaded", 0, List.of(), paths.hide(e.getMessage()));
    }
  }

  /**
   * Adds a file to a dataset, or replaces it, while it is received.
   *
   * @param guard lets the dataset have the file, once it is received
   * @throws Refusal 409 if the name is a sample's
   */
  Dataset put(String name, String file, InputStream content, Guard guard) throws IOException {
    refuseSample(name, "choose another name for yours");
    long most = config.limits().dataset().asLongValue();
    return describe(directory.datasets().put(name, file, content, most, guard));
  }

  /** {@return whether a dataset was uploaded that has a file of this name} */
  boolean has(String name, String file) throws IOException {
    return directory.datasets().names().contains(name)
        && directory.datasets().get(name).files().containsKey(file);
  }

  /**
   * {@return the examples of the dataset that a spec names}
   *
   * @param use what they are for
   * @throws SpecException if there is no such dataset or a file is missing
   * @throws dev.fathom.format.FormatException if a file is damaged, naming the place
   * @throws StoreException if a file is no longer as it was uploaded
   */
  public TrainingData open(Spec spec, Use use) throws IOException {
    var name = spec.data().dataset().orElseThrow();
    if (isSample(name)) {
      var folder = samples.folder(name);
      return TrainingData.named(
          spec, Samples.data(folder).keySet(), folder::resolve, models(), use);
    }
    require(spec);
    return TrainingData.of(spec, directory.datasets().get(name), models(), use);
  }

  private ModelSource models() {
    return ModelSource.of(directory.models());
  }

  /**
   * Checks that the dataset that a spec names is there.
   *
   * @throws SpecException if it is not
   */
  void require(Spec spec) throws IOException {
    var name = spec.data().dataset().orElseThrow();
    if (!names().contains(name)) {
      throw noDataset("/data/dataset", name);
    }
  }

  /**
   * Deletes a dataset.
   *
   * @throws Refusal 409 if it is a sample
   * @throws StoreException if there is none
   */
  public void delete(String name) throws IOException {
    refuseSample(name, "it cannot be deleted");
    directory.datasets().delete(name);
  }

  /**
   * Deletes a file of a dataset; with the last one goes the dataset.
   *
   * @throws Refusal 409 if it is a sample
   * @throws StoreException if there is none
   */
  public void delete(String name, String file) throws IOException {
    refuseSample(name, "it cannot be deleted");
    directory.datasets().delete(name, file);
  }

  private void refuseSample(String name, String advice) throws IOException {
    if (isSample(name)) {
      throw new Refusal(
          409, "dataset '%s' is a sample that comes with Fathom: %s".formatted(name, advice));
    }
  }

  /** {@return the digest of a file as it is now; nothing if there is none of that name} */
  Optional<String> sha256(String name, String file) throws IOException {
    if (isSample(name)) {
      var path = samples.folder(name).resolve(file);
      return Files.exists(path) ? Optional.of(Sha256.of(path)) : Optional.empty();
    }
    if (!directory.datasets().names().contains(name)) {
      return Optional.empty();
    }
    return Optional.ofNullable(directory.datasets().get(name).files().get(file))
        .map(StoredFile::sha256);
  }

  /**
   * {@return where a file of a dataset is}
   *
   * @throws SpecException if there is no such dataset or file, naming those there are
   */
  public Path file(String name, String file) throws IOException {
    if (!names().contains(name)) {
      throw noDataset("/dataset", name);
    }
    var files = get(name).files().stream().map(File::name).toList();
    if (!files.contains(file)) {
      throw new SpecException(
          "/train",
          "expected a file of dataset '%s', one of %s, but got '%s'".formatted(name, files, file));
    }
    return isSample(name)
        ? samples.folder(name).resolve(file)
        : directory.datasets().get(name).file(file);
  }

  private SpecException noDataset(String pointer, String name) throws IOException {
    var names = names();
    var there =
        Nearest.to(name, names)
            .map("did you mean '%s'?"::formatted)
            .orElseGet(
                () ->
                    names.size() <= MOST_LISTED
                        ? "there are " + String.join(", ", names)
                        : "GET /api/v1/datasets lists the %d that there are"
                            .formatted(names.size()));
    return new SpecException(pointer, "there is no dataset '%s'; %s".formatted(name, there));
  }

  private boolean isSample(String name) throws IOException {
    return !directory.datasets().names().contains(name) && samples.names().contains(name);
  }

  private static Dataset describe(String name, Path folder) throws IOException {
    var files = new ArrayList<File>();
    for (var file : Samples.data(folder).entrySet()) {
      files.add(new File(file.getKey(), Files.size(file.getValue()), null, null));
    }
    long bytes = files.stream().mapToLong(File::bytes).sum();
    return new Dataset(name, "sample", bytes, files, null);
  }

  private static Dataset describe(StoredDataset stored) {
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
    return new Dataset(stored.name(), "uploaded", stored.bytes(), files, null);
  }
}
