package dev.fathom.service;

import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The samples, a folder each with data and the specs that learn from it. They travel in the jar and
 * in the binary, and are unpacked into the cache of the data directory when one is asked for. The
 * folder {@code samples} of {@link FathomConfig#home}, if there is one, takes their place. Safe for
 * several threads.
 */
public final class Samples {

  /** The folder of the resources, which pom.xml takes from the repository's; their list beside. */
  private static final String PACKED = "samples";

  /** What is data, of the files in a sample's folder. */
  private static final Pattern DATA = Pattern.compile("-ubyte|\\.(csv|txt)$");

  private static final int BLOCK = 1 << 16;

  private final Optional<Path> home;
  private final Path data;

  /** Files in the cache that are those of the jar, not of another version's. */
  private final Set<String> compared = new HashSet<>();

  public Samples(FathomConfig config) {
    this(config.home(), config.data());
  }

  Samples(Optional<Path> home, Path data) {
    this.home = home.map(folder -> folder.resolve("samples")).filter(Files::isDirectory);
    this.data = data;
  }

  /** {@return the names of those that have data, sorted} */
  public List<String> names() throws IOException {
    var names = new TreeSet<String>();
    if (home.isPresent()) {
      try (var folders = Files.list(home.get())) {
        for (var folder : folders.filter(Files::isDirectory).toList()) {
          if (!data(folder).isEmpty()) {
            names.add(folder.getFileName().toString());
          }
        }
      }
    } else {
      packed().stream()
          .filter(path -> path.contains("/") && DATA.matcher(path).find())
          .forEach(path -> names.add(path.substring(0, path.indexOf('/'))));
    }
    return List.copyOf(names);
  }

  /**
   * {@return the folder of a sample}
   *
   * @throws IllegalArgumentException if there is none of that name, or no place to unpack it
   */
  public synchronized Path folder(String name) throws IOException {
    if (!names().contains(name)) {
      throw new IllegalArgumentException(
          "[samples] there is no sample '%s' but %s".formatted(name, names()));
    }
    if (home.isPresent()) {
      return home.get().resolve(name);
    }
    var cache =
        DataDirectory.cache(data)
            .map(folder -> folder.resolve(PACKED))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "[samples] %s is no data directory".formatted(data)));
    for (var path : packed()) {
      if (path.startsWith(name + "/")) {
        var target = cache.resolve(path);
        boolean there = Files.isRegularFile(target);
        if (!there || compared.add(path) && !isSame(path, target)) {
          unpackInCache(path, target);
        }
      }
    }
    return cache.resolve(name);
  }

  /** {@return the files of data in a sample's folder, by name} */
  public static Map<String, Path> data(Path folder) throws IOException {
    var files = new TreeMap<String, Path>();
    try (var list = Files.list(folder)) {
      list.forEach(file -> files.put(file.getFileName().toString(), file));
    }
    files.keySet().removeIf(name -> !DATA.matcher(name).find());
    return files;
  }

  /**
   * Writes every sample that travels in the jar; files that are there stay as they are.
   *
   * @param folder gets a folder for each sample
   * @return all files, written or not
   */
  public static List<Path> write(Path folder) throws IOException {
    for (var path : packed()) {
      if (!Files.exists(folder.resolve(path))) {
        unpack(path, folder.resolve(path));
      }
    }
    return packed().stream().map(folder::resolve).toList();
  }

  private static List<String> packed() throws IOException {
    try (var in = open(PACKED + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static InputStream open(String resource) throws IOException {
    var in = Samples.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IOException("the resource " + resource + " is missing");
    }
    return in;
  }

  private static boolean isSame(String path, Path file) throws IOException {
    try (var one = open(PACKED + "/" + path);
        var other = Files.newInputStream(file)) {
      byte[] block;
      do {
        block = one.readNBytes(BLOCK);
        if (!Arrays.equals(block, other.readNBytes(BLOCK))) {
          return false;
        }
      } while (block.length == BLOCK);
      return true;
    }
  }

  private void unpackInCache(String path, Path target) throws IOException {
    try {
      unpack(path, target);
    } catch (IOException e) {
      throw DataDirectory.explained(data, e);
    }
  }

  /** Another process may do the same at this moment: a file is whole or not there. */
  private static void unpack(String path, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    var whole = Files.createTempFile(target.getParent(), ".unpacked", null);
    try (var in = open(PACKED + "/" + path)) {
      Files.copy(in, whole, StandardCopyOption.REPLACE_EXISTING);
      Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(whole);
    }
  }
}
