package dev.fathom.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The measured speed of backends, kept in a file. It is a cache: if it cannot be read, backends are
 * measured again; if it cannot be written, nothing is kept.
 *
 * @param folder of the file; if empty, nothing is kept
 */
record Figures(Optional<Path> folder) {
  static final String FILE = "gflops.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** {@return GFLOP/s by {@link Found#identity}, which names everything that they depend on} */
  Map<String, Double> read() {
    Map<String, Double> figures = new HashMap<>();
    if (folder.isEmpty() || !Files.isRegularFile(folder.get().resolve(FILE))) {
      return figures;
    }
    try {
      JsonNode json = JSON.readTree(folder.get().resolve(FILE).toFile());
      json.properties()
          .forEach(
              entry -> {
                double figure = entry.getValue().asDouble();
                if (figure > 0) {
                  figures.put(entry.getKey(), figure);
                }
              });
      return figures;
    } catch (IOException unreadable) {
      return figures;
    }
  }

  /** Adds figures to those that are kept. */
  void keep(Map<String, Double> fresh) {
    if (folder.isEmpty() || fresh.isEmpty()) {
      return;
    }
    ObjectNode json = JSON.createObjectNode();
    Map<String, Double> all = read();
    all.putAll(fresh);
    all.forEach(json::put);
    try {
      Files.createDirectories(folder.get());
      Path whole = Files.createTempFile(folder.get(), FILE, null);
      try {
        Files.write(whole, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
        Files.move(whole, folder.get().resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(whole);
      }
    } catch (IOException notKept) {
      System.getLogger(Figures.class.getPackageName())
          .log(System.Logger.Level.DEBUG, "figures are not kept: " + notKept);
    }
  }
}
