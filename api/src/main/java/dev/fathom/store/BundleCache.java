package dev.fathom.store;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps bundles that were read, since lists ask for hundreds again and again. One is read again
 * when a file of its JSON is not the one that was read; memory that is short takes it away. Safe
 * for several threads.
 */
final class BundleCache {
  private final String json;
  private final Map<Path, Entry> entries = new ConcurrentHashMap<>();

  private record Entry(Stamp stamp, SoftReference<Bundle> bundle) {}

  /** What changes with a file; its key is an inode where the file system has such. */
  private record File(FileTime modified, long bytes, Object key) {
    static File of(Path path) throws IOException {
      BasicFileAttributes a = Files.readAttributes(path, BasicFileAttributes.class);
      return new File(a.lastModifiedTime(), a.size(), a.fileKey());
    }
  }

  private record Stamp(File manifest, File json) {}

  /**
   * @param json the name of the JSON file of each bundle
   */
  BundleCache(String json) {
    this.json = json;
  }

  /** {@return what {@link Bundle#read} gives} */
  Bundle read(Path directory) throws IOException {
    Stamp stamp;
    try {
      stamp =
          new Stamp(File.of(directory.resolve(Bundle.MANIFEST)), File.of(directory.resolve(json)));
    } catch (NoSuchFileException e) {
      return Bundle.read(directory); // It says what is missing.
    }
    Entry entry = entries.get(directory);
    Bundle known = entry != null && entry.stamp().equals(stamp) ? entry.bundle().get() : null;
    if (known != null) {
      return known;
    }
    Bundle read = Bundle.read(directory);
    entries.put(directory, new Entry(stamp, new SoftReference<>(read)));
    return read;
  }

  /** Forgets a bundle that is deleted. */
  void forget(Path directory) {
    entries.remove(directory);
  }
}
