package dev.fathom.service;

import dev.fathom.store.DataDirectory;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps the server's paths out of what clients are told: the name of a file begins in the folder
 * that is known to be the service's. Safe for several threads.
 */
@Singleton
public final class ServerPaths {

  /** What a folder is called, by its path; inner folders come first. */
  private final Map<String, String> names =
      new TreeMap<>(
          Comparator.comparing(String::length).reversed().thenComparing(Comparator.naturalOrder()));

  @Inject
  public ServerPaths(FathomConfig config, DataDirectory directory) {
    add(Optional.of(directory.root()), "the data directory");
    add(Optional.of(config.data()), "the data directory");
    add(config.home(), "the home folder");
    add(config.plugins(), "the folder of plugins");
    add(config.imports(), "the folder of imports");
    add(Optional.of(Path.of(System.getProperty("java.io.tmpdir"))), "the temporary folder");
    add(Optional.of(Path.of(System.getProperty("user.dir"))), "the working directory");
    add(Optional.of(Path.of(System.getProperty("user.home"))), "the user's folder");
    add(Optional.of(Path.of(System.getProperty("java.home", "/"))), "the folder of Java");
  }

  /** A folder may be named as it was configured, or without the links on its way. */
  private void add(Optional<Path> folder, String name) {
    if (folder.isPresent()) {
      var path = folder.get().toAbsolutePath().normalize();
      addPath(path, name);
      try {
        addPath(path.toRealPath(), name);
      } catch (IOException e) {
        // It is not there, so no file of it is named.
      }
    }
  }

  private void addPath(Path path, String name) {
    if (path.getNameCount() > 0) { // Else every path is in it.
      names.putIfAbsent(path.toString(), name);
    }
  }

  /** {@return a message in which no path begins at the root} */
  public String hide(String message) {
    var hidden = message;
    for (var folder : names.entrySet()) {
      var path = "(?<![\\w.-])" + Pattern.quote(folder.getKey());
      hidden = hidden.replaceAll(path + Pattern.quote(File.separator) + "(?=[\\w.])", "");
      hidden = hidden.replaceAll(path + "(?![\\w.-])", Matcher.quoteReplacement(folder.getValue()));
    }
    return hidden;
  }

  /**
   * {@return the same without paths} What is said of a place in a request has none: /data is one.
   */
  public Refusal hide(Refusal refusal) {
    return refusal.fields().isEmpty()
        ? new Refusal(refusal.status(), hide(refusal.getMessage()))
        : refusal;
  }
}
