package dev.fathom.backend.java;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.Backend;
import dev.fathom.spi.tck.BackendTck;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class VectorTckTest extends BackendTck {
  @Override
  protected Backend open() {
    return Launch.open(2, true);
  }

  /** {@code .ci/vectors} asks for a width; otherwise it is the machine's. */
  @Test
  void vectorsAreAsWideAsAsked() {
    int bits =
        Integer.getInteger("fathom.test.vectorBits", FloatVector.SPECIES_PREFERRED.vectorBitSize());
    try (Backend backend = open()) {
      String name = backend.device().name();
      assertTrue(name.contains(bits + " bit"), name);
    }
  }
}
