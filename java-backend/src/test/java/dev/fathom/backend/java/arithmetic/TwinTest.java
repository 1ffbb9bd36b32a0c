package dev.fathom.backend.java.arithmetic;

import dev.fathom.backend.java.CheckedIn;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class TwinTest {
  private static final Iterable<String> CLASSES = TwinWriter.CLASSES;

  @ParameterizedTest
  @FieldSource("CLASSES")
  void theF64KernelsAreTheF32Ones(String name) throws IOException {
    CheckedIn.check(getClass(), TwinWriter.target(name), TwinWriter.write(name));
  }
}
