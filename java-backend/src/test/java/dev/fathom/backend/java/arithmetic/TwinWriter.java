package dev.fathom.backend.java.arithmetic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the f64 kernels from the f32 ones, from which they differ in nothing but the type. Change
 * the Float class; {@link TwinTest} fails then, and says how to remake the other.
 */
final class TwinWriter {
  static final List<String> CLASSES =
      List.of(
          "Scalars",
          "Vectors",
          "Panels",
          "PanelsAtOnce",
          "Tiles",
          "TilesAtOnce",
          "Copies",
          "Dots",
          "Outer");

  private static final Path FOLDER = Path.of("src/main/java/dev/fathom/backend/java/arithmetic");

  private TwinWriter() {}

  static Path target(String name) {
    return FOLDER.resolve("Double" + name + ".java");
  }

  /** {@return the source of the f64 class} */
  static String write(String name) throws IOException {
    return Files.readString(FOLDER.resolve("Float" + name + ".java"))
        .replace("Float", "Double")
        .replace("float", "double")
        .replace("FLOAT", "DOUBLE")
        .replace("F32", "F64")
        .replace("f32", "f64");
  }
}
