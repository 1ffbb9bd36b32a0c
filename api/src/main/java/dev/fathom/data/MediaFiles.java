package dev.fathom.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Files in a folder, or in a zip file that is never unpacked. Hidden files, and those that systems
 * leave behind ({@code Thumbs.db}, {@code __MACOSX}), are none of them. Safe for several threads.
 */
public abstract class MediaFiles {
  private static final Set<String> LEFT_BEHIND = Set.of("thumbs.db", "desktop.ini", "__macosx");

  /** Of a larger file nothing is read: a zip file may claim any size. */
  private static final int MOST_BYTES = 1 << 30;

  private static final int HEAD_BYTES = 1 << 16;

  private final String name;

  private MediaFiles(String name) {
    this.name = name;
  }

  /**
   * {@return the files of a folder or of a zip file}
   *
   * @param within the folder in a zip file, {@code ""} for all of it: if it has nothing but one
   *     folder of folders, that one
   * @param counts whether a file's name is that of a picture or a sound, whatever is looked for
   * @throws DataException if it is neither, or the zip file is damaged
   */
  public static MediaFiles open(Path place, String within, Predicate<String> counts)
      throws IOException {
    String name = place.getFileName().toString();
    if (Files.isDirectory(place)) {
      return new InFolder(name, place.resolve(within));
    }
    try {
      return new InZip(name, new ZipFile(place.toFile()), within, counts);
    } catch (IOException | IllegalArgumentException e) {
      throw new DataException(
          "[files] %s: expected a folder or a zip file: %s".formatted(name, e.getMessage()), e);
    }
  }

  /** {@return the name that messages use} */
  public String name() {
    return name;
  }

  /** {@return whether a file's name ends with one of some endings, in capitals too} */
  public static boolean hasEnding(String file, Set<String> endings) {
    int dot = file.lastIndexOf('.');
    return dot >= 0 && endings.contains(file.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /** {@return paths of all files, with {@code /}, sorted} */
  public abstract List<String> names();

  /** {@return paths of all folders, empty ones too, with {@code /}, sorted} */
  public abstract List<String> folders();

  /** Opens a file of {@link #names()}. */
  abstract InputStream open(String file) throws IOException;

  /** The first bytes of a file. */
  public record Head(byte[] bytes) {
    /** {@return whether the file ends with them} */
    public boolean isWhole() {
      return bytes.length < HEAD_BYTES;
    }

    /** {@return the hash of them} */
    public long hash() {
      return Hash.of(0, bytes, 0, bytes.length);
    }
  }

  /** {@return the first bytes of a file} */
  public Head head(String file) throws IOException {
    return new Head(read(file, HEAD_BYTES));
  }

  /** {@return the hash of a file's content} */
  public long hash(String file) throws IOException {
    byte[] part = new byte[HEAD_BYTES];
    long hash = 0;
    try (InputStream in = open(file)) {
      int length;
      do {
        length = in.readNBytes(part, 0, part.length);
        hash = Hash.of(hash, part, 0, length);
      } while (length == part.length);
      return hash;
    } catch (ZipException e) {
      throw damaged(file, e);
    }
  }

  /** {@return a file's content} */
  public byte[] read(String file) throws IOException {
    byte[] content = read(file, MOST_BYTES);
    if (content.length == MOST_BYTES) {
      throw new DataException(
          "[files] %s: expected a file of less than %,d bytes".formatted(file, MOST_BYTES));
    }
    return content;
  }

  private byte[] read(String file, int most) throws IOException {
    try (InputStream in = open(file)) {
      return in.readNBytes(most);
    } catch (ZipException e) {
      throw damaged(file, e);
    }
  }

  private static DataException damaged(String file, ZipException e) {
    return new DataException("[zip] %s: %s".formatted(file, e.getMessage()), e);
  }

  private static boolean isHidden(String path) {
    for (String part : path.split("/")) {
      if (part.startsWith(".") || LEFT_BEHIND.contains(part.toLowerCase(Locale.ROOT))) {
        return true;
      }
    }
    return false;
  }

  private static final class InFolder extends MediaFiles {
    private final Path folder;
    private final List<String> names;
    private final List<String> folders;

    InFolder(String name, Path folder) throws IOException {
      super(name);
      this.folder = folder;
      names = list(Files::isRegularFile);
      folders = list(Files::isDirectory);
    }

    private List<String> list(Predicate<Path> kind) throws IOException {
      try (Stream<Path> all = Files.walk(folder)) {
        return all.filter(path -> !path.equals(folder))
            .filter(kind)
            .map(path -> folder.relativize(path).toString().replace('\\', '/'))
            .filter(path -> !isHidden(path))
            .sorted()
            .toList();
      }
    }

    @Override
    public List<String> names() {
      return names;
    }

    @Override
    public List<String> folders() {
      return folders;
    }

    @Override
    InputStream open(String file) throws IOException {
      return Files.newInputStream(folder.resolve(file));
    }
  }

  /** The file is closed when nobody knows of this any more. */
  private static final class InZip extends MediaFiles {
    private final ZipFile zip;
    private final Map<String, ZipEntry> entries = new TreeMap<>();
    private final List<String> folders;

    InZip(String name, ZipFile zip, String within, Predicate<String> counts) {
      super(name);
      this.zip = zip;
      Set<String> found = new TreeSet<>();
      Map<String, ZipEntry> all = new TreeMap<>();
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String path = entry.getName().replace('\\', '/');
        if (isHidden(path)) {
          continue;
        }
        if (entry.isDirectory()) {
          found.add(path.replaceAll("/+$", ""));
        } else {
          all.put(path, entry);
          for (int slash = path.lastIndexOf('/'); slash > 0; ) {
            found.add(path.substring(0, slash));
            slash = path.lastIndexOf('/', slash - 1);
          }
        }
      }
      String root = within.isEmpty() ? wrapper(all, found, counts) : within + "/";
      all.forEach(
          (path, entry) -> {
            if (path.startsWith(root)) {
              entries.put(path.substring(root.length()), entry);
            }
          });
      folders = new ArrayList<>();
      for (String folder : found) {
        if (folder.length() > root.length() && folder.startsWith(root)) {
          folders.add(folder.substring(root.length()));
        }
      }
    }

    /** {@return the only folder of all, with its slash, if it has folders and none that counts} */
    private static String wrapper(
        Map<String, ZipEntry> all, Set<String> folders, Predicate<String> counts) {
      List<String> first = folders.stream().filter(folder -> !folder.contains("/")).toList();
      if (first.size() != 1) {
        return "";
      }
      String root = first.getFirst() + "/";
      boolean wraps =
          folders.stream().anyMatch(folder -> folder.startsWith(root))
              && all.keySet().stream()
                  .filter(counts)
                  .allMatch(path -> path.startsWith(root) && path.indexOf('/', root.length()) > 0);
      return wraps ? root : "";
    }

    @Override
    public List<String> names() {
      return List.copyOf(entries.keySet());
    }

    @Override
    public List<String> folders() {
      return folders;
    }

    @Override
    InputStream open(String file) throws IOException {
      return zip.getInputStream(entries.get(file));
    }
  }
}
