package dev.fathom.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** SHA-256 of what lies on disk, in lower-case hexadecimal. */
public final class Sha256 {
  private Sha256() {}

  /**
   * {@return the digest of a file, or of all files of a folder with their paths in it} Hidden files
   * of a folder do not count. Memory use does not depend on the length.
   */
  public static String of(Path file) throws IOException {
    return Files.isDirectory(file) ? of(file, files(file)) : Disk.sha256(file);
  }

  /**
   * {@return the digest of some files with their paths in a folder}
   *
   * @param files in the folder
   */
  public static String of(Path folder, List<Path> files) throws IOException {
    MessageDigest all = Disk.sha256();
    for (Path part : files) {
      String path = folder.relativize(part).toString().replace('\\', '/');
      String line = Disk.sha256(part) + " " + path + "\n";
      all.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(all.digest());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .filter(part -> !isHidden(folder, part))
          .sorted()
          .toList();
    }
  }

  private static boolean isHidden(Path folder, Path part) {
    for (Path name : folder.relativize(part)) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }
}
