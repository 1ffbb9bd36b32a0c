package dev.fathom.store;

import dev.fathom.store.StoreException.Reason;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The form of names, so that no name leaves its directory. */
final class Names {
  static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  static final Pattern ID = Pattern.compile("trn_[0-9a-z]{26}");

  private Names() {}

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /**
   * {@return the path of a file that an index names}
   *
   * @param index that is damaged if the name leads anywhere but into the directory
   */
  static Path inside(Path directory, String file, Path index) {
    try {
      Path path = directory.resolve(file);
      if (path.equals(path.normalize()) && directory.equals(path.getParent())) {
        return path;
      }
    } catch (InvalidPathException e) {
      // told below
    }
    throw JsonFile.damaged(index, "expected the name of a file but got '%s'".formatted(file));
  }

  static String name(String kind, String name) {
    return check(kind + " name", NAME, name);
  }

  static String file(String name) {
    return check("file name", FILE, name);
  }

  private static String check(String kind, Pattern pattern, String name) {
    if (name == null || !pattern.matcher(name).matches()) {
      throw new StoreException(
          Reason.BAD_NAME, "[store] expected a %s %s but got '%s'".formatted(kind, pattern, name));
    }
    return name;
  }
}
