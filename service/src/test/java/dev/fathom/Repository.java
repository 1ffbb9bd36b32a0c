package dev.fathom;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the tests find the files of the repository. */
public final class Repository {

  /** The top folder, which holds the launcher. */
  public static final Path ROOT = root();

  private Repository() {}

  private static Path root() {
    var folder = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(folder.resolve("fathom"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
