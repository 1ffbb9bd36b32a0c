package dev.fathom.backend.java.arithmetic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class TwinTest {
  private static final Iterable<String> CLASSES = TwinWriter.CLASSES;

  /** White space aside, which is the formatter's. */
  @ParameterizedTest
  @FieldSource("CLASSES")
  void theF64KernelsAreTheF32Ones(String name) throws IOException {
    assertEquals(
        TwinWriter.write(name).replaceAll("\\s", ""),
        Files.readString(TwinWriter.target(name)).replaceAll("\\s", ""));
  }
}
