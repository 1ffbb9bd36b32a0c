package dev.fathom.store;

import dev.fathom.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * An uploaded dataset.
 *
 * @param name its name
 * @param files its files by the names they were uploaded under, sorted
 */
public record StoredDataset(String name, Map<String, StoredFile> files) {
  /**
   * {@return the path of a file, after comparing its checksum}
   *
   * @throws StoreException NOT_FOUND if the dataset has no such file, DAMAGED if its content has
   *     changed since
   */
  public Path file(String file) throws IOException {
    StoredFile stored = files.get(file);
    if (stored == null) {
      throw noFile(file, name, files.keySet());
    }
    return stored.verified();
  }

  static StoreException noFile(String file, String dataset, Set<String> files) {
    return new StoreException(
        Reason.NOT_FOUND,
        "[store] expected a file '%s' in dataset '%s' but it has %s"
            .formatted(file, dataset, files));
  }

  /** {@return the size of all files} */
  public long bytes() {
    return files.values().stream().mapToLong(StoredFile::bytes).sum();
  }
}
