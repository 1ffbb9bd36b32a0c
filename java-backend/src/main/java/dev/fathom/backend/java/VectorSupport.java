package dev.fathom.backend.java;

import jdk.incubator.vector.FloatVector;

/** Whether the Vector API is there; the choice is made and logged once. */
final class VectorSupport {
  static final boolean AVAILABLE = find();

  private VectorSupport() {}

  private static boolean find() {
    boolean found = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    System.Logger log = System.getLogger("dev.fathom.backend.java");
    if (found) {
      log.log(System.Logger.Level.DEBUG, "vector kernels, " + bits() + " bit");
    } else {
      log.log(
          System.Logger.Level.WARNING,
          "scalar kernels, which are many times slower: start the JVM with --add-modules"
              + " jdk.incubator.vector to use vector kernels");
    }
    return found;
  }

  /** {@return the width of the machine's vectors; only where the module is there} */
  static int bits() {
    return Width.BITS;
  }

  /** Apart, so that the class above loads without the module. */
  private static final class Width {
    static final int BITS = FloatVector.SPECIES_PREFERRED.vectorBitSize();
  }
}
