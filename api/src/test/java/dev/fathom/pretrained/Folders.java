package dev.fathom.pretrained;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.device.Backends;
import dev.fathom.spi.Backend;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folders that {@code src/test/transformers/fixtures.py} made. */
final class Folders {
  private static final Backend BACKEND = Backends.select("java").backend();

  private Folders() {}

  static Backend backend() {
    return BACKEND;
  }

  static Path of(String name) {
    try {
      return Path.of(Folders.class.getResource("/transformers/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static JsonNode expected(String name) throws IOException {
    return new ObjectMapper().readTree(of(name).resolve("expected.json").toFile());
  }

  static int[] integers(JsonNode array) {
    int[] all = new int[array.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = array.get(i).intValue();
    }
    return all;
  }

  static float[] floats(JsonNode array) {
    float[] all = new float[array.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = array.get(i).floatValue();
    }
    return all;
  }

  /** Copies a folder's files, to be changed. */
  static Path copy(String name, Path to) throws IOException {
    Path from = of(name);
    List<Path> files;
    try (var walk = Files.walk(from)) {
      files = walk.toList();
    }
    for (Path file : files) {
      Path target = to.resolve(from.relativize(file).toString());
      if (Files.isDirectory(file)) {
        Files.createDirectories(target);
      } else {
        Files.copy(file, target);
      }
    }
    return to;
  }
}
